import type { Span } from "@opentelemetry/api";

import type { Settings } from "../settings";
import type { AwsRequest } from "./types";

export type { AwsRequest, Carrier } from "./types";

/** Gives a request the context of its span, until `restoreRequest`. Never throws. */
export function injectRequest(_span: Span, _request: AwsRequest, _settings: Settings): void {
  return;
}

/** Gives the caller's input back as it was. Never throws. */
export function restoreRequest(_request: AwsRequest): void {
  return;
}
