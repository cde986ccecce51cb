/** The context of the active span, for payloads that no instrumentation reaches. */
import { context, type Context } from "@opentelemetry/api";

import { carrierOf } from "../inject/carrier";
import { putIntoJson } from "../inject/json_text";
import type { Carrier } from "../inject";
import { settingsOfProcess } from "./settings_of_process";

/**
 * A copy of a JSON payload with the context of the active span beneath Firefly's key, as `extract` and the layer read it.
 * Objects and the text of objects take it; whatever else a payload is comes back as it was, and so does one without a span.
 */
export function inject<P>(payload: P, of: Context = context.active()): P {
  try {
    const headers = settingsOfProcess().disabled ? undefined : carrierOf(of);
    if (headers === undefined) {
      return payload;
    }
    const { payloadKey } = settingsOfProcess();
    if (typeof payload === "string") {
      return (putIntoJson(payload, payloadKey, headers) ?? payload) as P;
    }
    return isPlain(payload) ? { ...payload, [payloadKey]: headers } : payload;
  } catch {
    return payload;
  }
}

/** The W3C headers of the active span: `traceparent`, and `tracestate` and `baggage` if there are any. */
export function carrier(of: Context = context.active()): Carrier | undefined {
  try {
    return settingsOfProcess().disabled ? undefined : carrierOf(of);
  } catch {
    return undefined;
  }
}

/** What JSON writes as an object with its own keys, and no more. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || typeof (value as { toJSON?: unknown }).toJSON === "function") {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
