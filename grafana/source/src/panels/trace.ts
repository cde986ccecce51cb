import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import { type Panel, PanelBuilder } from "@grafana/grafana-foundation-sdk/dashboard";

import { sources } from "../parts/sources";
import { describe, type Described } from "./panel";

/** A trace by its id, from the Jaeger data source. */
export function jaegerTrace(traceId: string, refId = "A"): Builder<Dataquery> {
  const query = {
    refId,
    datasource: sources.traces,
    queryType: "",
    query: traceId,
    _implementsDataqueryVariant: () => undefined,
  };
  return { build: (): Dataquery => query };
}

/** The waterfall of a trace. */
export function traceView(panel: Described & { traceId: string; empty: string }): Panel {
  return new PanelBuilder()
    .type("traces")
    .title(panel.title)
    .description(describe(panel))
    .datasource(sources.traces)
    .withTarget(jaegerTrace(panel.traceId))
    .noValue(panel.empty)
    .build();
}
