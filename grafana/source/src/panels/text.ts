import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder, TextMode } from "@grafana/grafana-foundation-sdk/text";

import { describe, type Described } from "./panel";

/** A text in Markdown. */
export interface Text extends Described {
  markdown: string;
}

/** A text. */
export function text(panel: Text): Panel {
  return new PanelBuilder()
    .title(panel.title)
    .description(describe(panel))
    .mode(TextMode.Markdown)
    .content(panel.markdown)
    .build();
}
