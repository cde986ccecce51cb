/** The single layer as it is built, under the real runtime client: handlers of every kind, and each trace whole. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { FunctionProcess, RUNTIMES, type FunctionOptions, type Runtime } from "./runtime/function_process";
import { Gateway, type ReceivedSpan } from "./runtime/gateway";
import { buildLayers, FUNCTIONS, unpack } from "./runtime/layers";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";
const EVENT = { headers: { traceparent: `00-${TRACE}-${CALLER}-01` } };
const SERVER = 2;
const CLIENT = 3;

const COMMONJS = join(FUNCTIONS, "commonjs");
const WORKING: readonly [kind: string, taskRoot: string, handler: string, runtimes: readonly Runtime[]][] = [
  ["CommonJS", COMMONJS, "index.handler", [RUNTIMES.oldest, RUNTIMES.node22, RUNTIMES.node24]],
  ["nested CommonJS", COMMONJS, "nested/deep/app.orders.create.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["an esbuild bundle", COMMONJS, "bundled.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["TypeScript's output", COMMONJS, "typescript.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["callback", COMMONJS, "callback.handler", [RUNTIMES.oldest, RUNTIMES.node22]],
  ["streaming", COMMONJS, "stream.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["nested .mjs", COMMONJS, "module.orders.create", [RUNTIMES.oldest, RUNTIMES.node24]],
  [".mjs", COMMONJS, "module.handler", [RUNTIMES.oldest, RUNTIMES.node22, RUNTIMES.node24]],
  ["ESM by its package", join(FUNCTIONS, "esm"), "index.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
];

let opt: string;
let gateway: Gateway;
let gatewayUrl: string;
let downstream: Server;
let downstreamUrl: string;
const arrived = new Map<string, string | undefined>();
const running: FunctionProcess[] = [];

async function start(options: Partial<FunctionOptions> & Pick<FunctionOptions, "handler">): Promise<FunctionProcess> {
  const started = await FunctionProcess.start({
    taskRoot: COMMONJS,
    runtime: RUNTIMES.oldest,
    wrapper: join(opt, "firefly-single"),
    ...options,
    environment: { FIREFLY_OTLP_URL: gatewayUrl, FIREFLY_KEY: "secret", DOWNSTREAM: downstreamUrl, ...options.environment },
  });
  running.push(started);
  return started;
}

function only(spans: readonly ReceivedSpan[], matches: (span: ReceivedSpan) => boolean): ReceivedSpan {
  const found = spans.filter(matches);
  assert.equal(found.length, 1, `one span of ${JSON.stringify(spans.map(({ name, scope, kind }) => ({ name, scope, kind })))}`);
  return found[0]!;
}

/** What was printed, but for the line of the runtime client's own program. */
function printed({ output }: FunctionProcess): string {
  return output.text.replace(/^Executing .*\n/, "");
}

const isInvocation = ({ kind }: ReceivedSpan) => kind === SERVER;

before(async () => {
  opt = unpack(buildLayers(), "single");
  downstream = createServer((request, response) => {
    arrived.set(request.url ?? "", request.headers.traceparent as string | undefined);
    request.resume().on("end", () => response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end('{"MessageId":"1","MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"}'));
  });
  await new Promise<void>((resolve) => downstream.listen(0, "127.0.0.1", resolve));
  downstreamUrl = `http://127.0.0.1:${(downstream.address() as AddressInfo).port}`;
});

after(() => {
  downstream.closeAllConnections();
  downstream.close();
});

beforeEach(async () => {
  gateway = new Gateway();
  gatewayUrl = await gateway.listen();
  arrived.clear();
});

afterEach(() => {
  for (const each of running.splice(0)) {
    each.stop();
  }
  gateway.close();
});

describe("the single layer", { timeout: 300_000 }, () => {
  for (const [kind, taskRoot, handler, runtimes] of WORKING) {
    for (const runtime of runtimes) {
      it(`keeps the trace of a handler of kind ${kind} in ${runtime.name}`, { timeout: 60_000 }, async () => {
        const lambda = await start({ taskRoot, handler, runtime });
        const answer = await lambda.invoke(EVENT);
        assert.equal(answer.kind, "response", answer.body);
        assert.match(answer.body, /done/);
        // Flushed before the answer, so that all is there. The answer of a stream is there before its handler's end.
        const spans = kind === "streaming" ? await gateway.until(4) : gateway.spans;
        const invocation = only(spans, isInvocation);
        assert.equal(invocation.parentId, CALLER);
        assert.equal(invocation.name, "orders");
        assert.equal(invocation.attributes["faas.coldstart"], true);
        assert.equal(invocation.attributes["firefly.context.source"], "http.headers");
        const clients = spans.filter(({ kind: spanKind }) => spanKind === CLIENT);
        assert.deepEqual(clients.map(({ scope }) => scope).sort(), ["@opentelemetry/instrumentation-http", "@opentelemetry/instrumentation-undici"]);
        const sent = only(spans, ({ scope }) => scope === "@opentelemetry/instrumentation-aws-sdk");
        for (const span of [...clients, sent]) {
          assert.equal(span.parentId, invocation.spanId, span.name);
        }
        assert.ok(spans.every(({ traceId }) => traceId === TRACE));
        for (const path of ["/fetch", "/http"]) {
          const span = only(clients, ({ attributes }) => String(attributes["url.full"] ?? attributes["http.url"]).endsWith(path));
          assert.equal(arrived.get(path), `00-${TRACE}-${span.spanId}-01`);
        }
        assert.equal(printed(lambda), "");
      });
    }
  }

  it("tells the gateway of the function, with its key", async () => {
    const lambda = await start({ handler: "index.plain" });
    await lambda.invoke({});
    const { resource } = only(gateway.spans, isInvocation);
    assert.equal(resource["service.name"], "orders");
    assert.equal(resource["faas.name"], "orders");
    assert.equal(resource["faas.max_memory"], 512 * 1_048_576);
    assert.equal(resource["cloud.region"], "eu-central-1");
    assert.deepEqual(resource["aws.log.group.names"], ["/aws/lambda/orders"]);
    assert.equal(gateway.headers[0]?.["x-firefly-key"], "secret");
    assert.equal(gateway.headers[0]["content-encoding"], "gzip");
    assert.equal(gateway.headers[0]["content-type"], "application/x-protobuf");
  });

  it("takes OpenTelemetry's variables too", async () => {
    const lambda = await start({
      handler: "index.plain",
      environment: {
        FIREFLY_OTLP_URL: "", FIREFLY_KEY: "", OTEL_EXPORTER_OTLP_ENDPOINT: `${gatewayUrl}/`, OTEL_EXPORTER_OTLP_HEADERS: "x-firefly-key=a%20b,other=1",
        OTEL_EXPORTER_OTLP_COMPRESSION: "none", OTEL_SERVICE_NAME: "shop", OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test,service.name=other",
      },
    });
    await lambda.invoke({});
    const { resource } = only(gateway.spans, isInvocation);
    assert.equal(resource["service.name"], "shop");
    assert.equal(resource["deployment.environment.name"], "test");
    assert.equal(gateway.headers[0]?.["x-firefly-key"], "a b");
    assert.equal(gateway.headers[0].other, "1");
    assert.equal(gateway.headers[0]["content-encoding"], undefined);
  });

  it("keeps failures as they are", async () => {
    const lambda = await start({ handler: "index.failing" });
    const answer = await lambda.invoke(EVENT);
    assert.equal(answer.kind, "error");
    assert.equal((JSON.parse(answer.body) as { errorType: string }).errorType, "TypeError");
    const { status } = only(gateway.spans, isInvocation);
    assert.deepEqual(status, { code: 2, message: "no such order" });
  });

  it("reports a handler that is not there as the runtime does alone", async () => {
    for (const [handler, runtime] of [["index.absent", RUNTIMES.oldest], ["absent.handler", RUNTIMES.oldest], ["module.absent", RUNTIMES.node24]] as const) {
      const failures = [];
      for (const options of [{}, { wrapper: undefined }]) {
        failures.push(await start({ handler, runtime, ...options }).then(() => "started", (error: unknown) => /"errorType":"([^"]*)","errorMessage":"([^"]*)/.exec(String(error))?.slice(1)));
      }
      assert.deepEqual(failures[0], failures[1]);
      assert.notEqual(failures[0], "started");
    }
  });

  it("exports what is open when the deadline comes", async () => {
    const lambda = await start({ handler: "index.slow" });
    void lambda.invoke(EVENT, { timeoutMs: 1_000 });
    const spans = await gateway.until(1);
    lambda.stop();
    const { status, attributes, parentId } = only(spans, isInvocation);
    assert.equal(status.code, 2);
    assert.equal(attributes["error.type"], "timeout");
    assert.equal(parentId, CALLER);
  });

  it("exports more spans than one request takes before the answer", async () => {
    const lambda = await start({ handler: "index.many" });
    await lambda.invoke(EVENT, { timeoutMs: 60_000 });
    const spans = await gateway.until(701);
    assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, 701);
  });

  it("sends again what a frozen environment's connection lost", async () => {
    const lambda = await start({ handler: "index.plain" });
    for (let index = 1; index <= 3; index += 1) {
      await lambda.invoke(EVENT);
      assert.equal(gateway.spans.length, index);
      lambda.freeze();
      gateway.dropConnections();
      lambda.thaw();
    }
  });

  it("keeps spans while the gateway is away", async () => {
    const lambda = await start({ handler: "index.plain" });
    gateway.behaviour = "unavailable";
    await lambda.invoke(EVENT);
    await lambda.invoke(EVENT);
    assert.equal(gateway.spans.length, 0);
    gateway.behaviour = "accept";
    await lambda.invoke(EVENT);
    assert.equal((await gateway.until(3)).length, 3);
  });

  it("delays no answer beyond its bound by a gateway that does not answer, and ever less", async () => {
    const lambda = await start({ handler: "index.plain", environment: { FIREFLY_FLUSH_TIMEOUT_MS: "400" } });
    gateway.behaviour = "silent";
    const took: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      const answer = await lambda.invoke(EVENT);
      assert.equal(answer.body, '"plain"');
      took.push(answer.tookMs);
    }
    assert.ok(took[1]! >= 190, `waited ${took.join(", ")} ms`);
    // A busy machine adds to each; the sum of the halves is 400 + 200 + 100 + 50 + 25 + 25.
    const sum = took.reduce((total, each) => total + each, 0);
    assert.ok(sum < 2_400, `waited ${took.join(", ")} ms`);
  });

  it("delays no answer where nobody listens", async () => {
    const lambda = await start({ handler: "callback.handler", environment: { FIREFLY_OTLP_URL: "http://127.0.0.1:9" } });
    const answer = await lambda.invoke(EVENT);
    assert.match(answer.body, /done/);
  });

  it("does nothing when it is disabled, or when no gateway is named", async () => {
    for (const environment of [{ FIREFLY_LAYER_DISABLED: "TRUE" }, { FIREFLY_OTLP_URL: "" }, { FIREFLY_OTLP_URL: "not a URL" }]) {
      const lambda = await start({ handler: "index.plain", environment });
      const answer = await lambda.invoke(EVENT);
      assert.equal(answer.body, '"plain"');
      assert.equal(printed(lambda), "");
    }
    assert.equal(gateway.requests, 0);
  });
});
