/** The companion as it is built, before the community's layer, under the real runtime client. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { addCommunityLayer } from "./runtime/community";
import { FunctionProcess, RUNTIMES, type Runtime } from "./runtime/function_process";
import { Gateway } from "./runtime/gateway";
import { buildLayers, FUNCTIONS, unpack } from "./runtime/layers";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const CALLER = "b7ad6b7169203331";
// A header's name in another case, which upstream's own extractor does not find.
const EVENT = { headers: { TraceParent: `00-${TRACE}-${CALLER}-01` } };
const SERVER = 2;

const COMMONJS = join(FUNCTIONS, "commonjs");
const KINDS: readonly [kind: string, taskRoot: string, handler: string, runtimes: readonly Runtime[]][] = [
  ["CommonJS", COMMONJS, "index.handler", [RUNTIMES.oldest, RUNTIMES.node22, RUNTIMES.node24]],
  ["nested CommonJS", COMMONJS, "nested/deep/app.orders.create.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["an esbuild bundle", COMMONJS, "bundled.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["TypeScript's output", COMMONJS, "typescript.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["callback", COMMONJS, "callback.handler", [RUNTIMES.oldest, RUNTIMES.node22]],
  ["streaming", COMMONJS, "stream.handler", [RUNTIMES.oldest, RUNTIMES.node24]],
  ["nested .mjs", COMMONJS, "module.orders.create", [RUNTIMES.oldest, RUNTIMES.node24]],
  [".mjs", COMMONJS, "module.handler", [RUNTIMES.oldest, RUNTIMES.node22, RUNTIMES.node24]],
];

describe("the companion before the community's layer", { timeout: 300_000 }, () => {
  let built: string;
  let downstream: Server;

  before(async () => {
    built = buildLayers();
    downstream = createServer((request, response) => {
      request.resume().on("end", () => response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end('{"MessageId":"1","MD5OfMessageBody":"99914b932bd37a50b983c5e7c90ae93b"}'));
    });
    await new Promise<void>((resolve) => downstream.listen(0, "127.0.0.1", resolve));
  });

  after(() => {
    downstream.closeAllConnections();
    downstream.close();
  });

  for (const [kind, taskRoot, handler, runtimes] of KINDS) {
    for (const runtime of runtimes) {
      it(`keeps the trace of a handler of kind ${kind} in ${runtime.name}`, { timeout: 60_000 }, async () => {
        const opt = unpack(built, "companion");
        await addCommunityLayer(opt, kind.endsWith(".mjs") || runtime === RUNTIMES.node24);
        const gateway = new Gateway();
        const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: await gateway.listen(), DOWNSTREAM: `http://127.0.0.1:${(downstream.address() as AddressInfo).port}` };
        const lambda = await FunctionProcess.start({ taskRoot, handler, runtime, wrapper: join(opt, "firefly-companion"), environment });
        try {
          const answer = await lambda.invoke(EVENT);
          assert.match(answer.body, /done/);
          while (!gateway.spans.some((span) => span.kind === SERVER)) {
            await gateway.until(gateway.spans.length + 1);
          }
          const invocations = gateway.spans.filter((span) => span.kind === SERVER);
          assert.equal(invocations.length, 1);
          assert.equal(invocations[0]?.parentId, CALLER);
          assert.equal(invocations[0].attributes["firefly.context.source"], "http.headers");
          const sent = gateway.spans.find(({ scope }) => scope === "@opentelemetry/instrumentation-aws-sdk");
          assert.equal(sent?.parentId, invocations[0].spanId);
        } finally {
          lambda.stop();
          gateway.close();
        }
      });
    }
  }
});
