// Does with a handler what Lambda's runtime does, once for each event, and prints answers and spans as JSON.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";

const require = createRequire(import.meta.url);
const { LAMBDA_TASK_ROOT: root, _HANDLER: handlerName } = process.env;
const { events, deadlineMs = 3_000, clientContext } = JSON.parse(process.env.TEST_INVOCATIONS);

async function load() {
  const [, stem, path] = /^([^.]*)\.(.*)$/.exec(basename(handlerName));
  const file = resolve(root, dirname(handlerName), stem);
  const manifest = join(dirname(file), "package.json");
  const isModule = existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).type === "module";
  const exports = existsSync(`${file}.js`)
    ? isModule ? await import(`${file}.js`) : require(`${file}.js`)
    : existsSync(`${file}.mjs`) ? await import(`${file}.mjs`) : require(`${file}.cjs`);
  return path.split(".").reduce((value, key) => value?.[key], exports);
}

function invoke(handler, event, number) {
  const deadline = Date.now() + deadlineMs;
  const context = {
    functionName: "orders",
    awsRequestId: `request-${number}`,
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:111122223333:function:orders",
    clientContext,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  return new Promise((done, fail) => {
    const expired = setTimeout(() => done("expired"), deadlineMs);
    const settle = (settled) => (value) => (clearTimeout(expired), settled(value));
    const callback = (error, result) => (error ? settle(fail)(error) : settle(done)(result));
    const isStreaming = handler[Symbol.for("aws.lambda.runtime.handler.streaming")] === "response";
    let result;
    try {
      result = isStreaming ? handler(event, { write: (text) => (streamed += text), end() {} }, context) : handler(event, context, callback);
    } catch (error) {
      settle(fail)(error);
    }
    if (typeof result?.then === "function") {
      result.then(settle(done), settle(fail));
    }
  });
}

let streamed = "";
const answers = [];
const began = performance.now();
try {
  const handler = await load();
  if (typeof handler !== "function") {
    answers.push({ error: "handler not found" });
  } else {
    for (const [number, event] of events.entries()) {
      answers.push(await invoke(handler, event, number).then((value) => ({ value }), (error) => ({ error: error.message })));
    }
    answers.parameters = handler.length;
  }
} catch (error) {
  answers.push({ error: `load: ${error.message}` });
}
const spans = (globalThis.testExporter?.getFinishedSpans?.() ?? []).map((span) => ({
  name: span.name,
  kind: span.kind,
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parent: span.parentSpanContext?.spanId,
  attributes: span.attributes,
  status: span.status,
  links: span.links.map((link) => link.context.spanId),
  durationMs: span.duration[0] * 1e3 + span.duration[1] / 1e6,
}));
process.stdout.write(`\n${JSON.stringify({ answers, streamed, spans, elapsedMs: performance.now() - began, parameters: answers.parameters, event: events[0], propagators: process.env.OTEL_PROPAGATORS })}`);
process.exit(0);
