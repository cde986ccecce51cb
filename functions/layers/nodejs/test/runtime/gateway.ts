/**
 * An OTLP/HTTP receiver on loopback in the gateway's place, which reads what it is sent with protobufjs, an
 * implementation of its own. The fields are those of opentelemetry-proto 1.10 that the tests look at.
 */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

import { parse } from "protobufjs";

const REQUEST = parse(`
syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message Scope { string name = 1; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  repeated Link links = 13; Status status = 15;
}
message Link { bytes trace_id = 1; bytes span_id = 2; }
message Status { string message = 2; int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; } }
message ArrayValue { repeated AnyValue values = 1; }
`, { keepCase: true }).root.lookupType("Request");

type Value = string | number | boolean | Value[];

interface RawValue { string_value?: string; bool_value?: boolean; int_value?: number; double_value?: number; array_value?: { values?: RawValue[] } }
interface RawAttributes { attributes?: { key: string; value: RawValue }[] }
interface RawSpan extends RawAttributes { trace_id: string; span_id: string; parent_span_id?: string; name: string; kind: number; links?: { trace_id: string; span_id: string }[]; status?: { code?: number; message?: string } }
interface RawRequest { resource_spans?: { resource: RawAttributes; scope_spans: { scope: { name: string }; spans: RawSpan[] }[] }[] }

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly scope: string;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly resource: Readonly<Record<string, Value>>;
  readonly links: readonly { traceId: string; spanId: string }[];
  readonly status: { readonly code: number; readonly message: string };
}

export type Behaviour = "accept" | "unavailable" | "silent";

export class Gateway {
  readonly spans: ReceivedSpan[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  behaviour: Behaviour = "accept";
  requests = 0;
  readonly #server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      this.requests += 1;
      if (this.behaviour === "silent") {
        return;
      }
      if (this.behaviour === "accept" && request.url === "/v1/traces") {
        this.headers.push(request.headers);
        this.#read(Buffer.concat(chunks), request.headers["content-encoding"]);
      }
      response.writeHead(this.behaviour === "accept" ? 200 : 503).end();
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes connections that are not in use, as load balancers do. */
  dropConnections(): void {
    this.#server.closeAllConnections();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Waits until there are so many spans; the test runner's own limit ends it. */
  async until(count: number): Promise<readonly ReceivedSpan[]> {
    while (this.spans.length < count) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.spans;
  }

  #read(body: Buffer, encoding: string | undefined): void {
    const decoded = REQUEST.decode(encoding === "gzip" ? gunzipSync(body) : body);
    const { resource_spans = [] } = REQUEST.toObject(decoded, { bytes: String, longs: Number, defaults: false }) as RawRequest;
    for (const { resource, scope_spans } of resource_spans) {
      for (const { scope, spans } of scope_spans) {
        this.spans.push(...spans.map((span) => read(span, scope.name, resource)));
      }
    }
  }
}

function read(span: RawSpan, scope: string, resource: RawAttributes): ReceivedSpan {
  return {
    traceId: hex(span.trace_id),
    spanId: hex(span.span_id),
    parentId: span.parent_span_id === undefined || span.parent_span_id === "" ? undefined : hex(span.parent_span_id),
    name: span.name,
    kind: span.kind,
    scope,
    attributes: attributesOf(span),
    resource: attributesOf(resource),
    links: (span.links ?? []).map((link) => ({ traceId: hex(link.trace_id), spanId: hex(link.span_id) })),
    status: { code: span.status?.code ?? 0, message: span.status?.message ?? "" },
  };
}

function attributesOf({ attributes = [] }: RawAttributes): Record<string, Value> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: RawValue): Value {
  return value.string_value ?? value.bool_value ?? value.int_value ?? value.double_value ?? (value.array_value?.values ?? []).map(valueOf);
}

function hex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}
