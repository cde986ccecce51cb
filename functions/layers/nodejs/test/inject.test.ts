import { takeSpans, use } from "./instrumented";

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";

import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { KinesisClient, PutRecordCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { InvokeCommand, InvokeWithResponseStreamCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient, StartExecutionCommand, StartSyncExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishBatchCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { context, propagation, trace, TraceFlags, createTraceState } from "@opentelemetry/api";

import { settings } from "./events";
import { Recorder } from "./recorder";

const recorder = new Recorder();
let clientConfig: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string }; maxAttempts: number };

before(async () => {
  const endpoint = await recorder.start();
  clientConfig = { endpoint, region: "eu-central-1", credentials: { accessKeyId: "none", secretAccessKey: "none" }, maxAttempts: 3 };
});
after(() => recorder.stop());
afterEach(() => {
  use(settings());
  recorder.take();
  recorder.answer();
  takeSpans();
});

/** The `traceparent` of the one span there is. */
function sentTraceparent(): string {
  const spans = takeSpans();
  assert.equal(spans.length, 1);
  const { traceId, spanId } = spans[0]!.spanContext();
  return `00-${traceId}-${spanId}-01`;
}

/** Sends, and sees to it that the input is afterwards what it was. */
async function send(client: { send: (command: never) => Promise<unknown> }, Command: new (input: never) => unknown, input: object): Promise<void> {
  const copy = structuredClone(input);
  const parts = new Map(Object.entries(input));
  await client.send(new Command(input as never) as never);
  assert.deepStrictEqual(input, copy);
  assert.deepStrictEqual(new Map(Object.entries(input)), parts);
  for (const [name, value] of parts) {
    assert.equal((input as Record<string, unknown>)[name], value, `${name} is the same object`);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

describe("EventBridge PutEvents", () => {
  it("has our key in every detail that is an object, and nothing in others", async () => {
    const details = ['{"order":1}', " { } ", '{"big":12345678901234567890,"one":1.0}', "[1]", '"text"', "no json", "{broken", '{"_firefly":{"traceparent":"old"},"a":1}'];
    await send(new EventBridgeClient(clientConfig), PutEventsCommand, { Entries: deepFreeze(details.map((Detail) => ({ Source: "s", DetailType: "d", Detail }))) });
    const key = `"_firefly":{"traceparent":"${sentTraceparent()}"}`;
    const sent = (recorder.takeJson().Entries as { Detail: string }[]).map((entry) => entry.Detail);
    assert.deepEqual(sent, [`{${key},"order":1}`, ` {${key} } `, `{${key},"big":12345678901234567890,"one":1.0}`, "[1]", '"text"', "no json", "{broken", `{${key},"a":1}`]);
  });

  it("stays within 256 KB", async () => {
    const near = JSON.stringify({ filler: "x".repeat(262_144 - 200) });
    await send(new EventBridgeClient(clientConfig), PutEventsCommand, { Entries: [{ Source: "s", DetailType: "d", Detail: near }, { Source: "s", DetailType: "d", Detail: "{}" }, { Source: "s", DetailType: "d", Detail: "{}" }] });
    const sent = (recorder.takeJson().Entries as { Detail: string }[]).map((entry) => entry.Detail.includes("_firefly"));
    assert.deepEqual(sent, [true, true, false]);
  });

  it("has tracestate and baggage too", async () => {
    const parent = trace.setSpanContext(context.active(), { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: TraceFlags.SAMPLED, traceState: createTraceState("vendor=one") });
    await context.with(propagation.setBaggage(parent, propagation.createBaggage({ tenant: { value: "green" } })), () =>
      send(new EventBridgeClient(clientConfig), PutEventsCommand, { Entries: [{ Source: "s", DetailType: "d", Detail: "{}" }] }));
    const detail = JSON.parse((recorder.takeJson().Entries as { Detail: string }[])[0]!.Detail) as unknown;
    assert.deepEqual(detail, { _firefly: { traceparent: sentTraceparent(), tracestate: "vendor=one", baggage: "tenant=green" } });
  });
});

describe("Kinesis", () => {
  const json = new TextEncoder().encode('{"order":1}');

  it("PutRecord has our key in JSON", async () => {
    await send(new KinesisClient({ ...clientConfig, requestHandler: new NodeHttpHandler() }), PutRecordCommand, { StreamName: "s", PartitionKey: "p", Data: json });
    const data = Buffer.from(recorder.takeJson().Data as string, "base64").toString();
    assert.equal(data, `{"_firefly":{"traceparent":"${sentTraceparent()}"},"order":1}`);
  });

  it("PutRecords leaves alone what is no JSON object, or full", async () => {
    const full = new TextEncoder().encode(JSON.stringify({ filler: "x".repeat(1_048_576 - 40) }));
    const data = [json, Uint8Array.of(0xf3, 0x89, 0x9a, 0xc2, 1), Uint8Array.of(0x7b, 0xff, 0x7d), new TextEncoder().encode("[]"), full, new Uint8Array()];
    await send(new KinesisClient({ ...clientConfig, requestHandler: new NodeHttpHandler() }), PutRecordsCommand, { StreamName: "s", Records: data.map((Data) => ({ Data, PartitionKey: "p" })) });
    const traceparent = sentTraceparent();
    const sent = (recorder.takeJson().Records as { Data: string }[]).map((record) => Uint8Array.from(Buffer.from(record.Data, "base64")));
    assert.equal(new TextDecoder().decode(sent[0]), `{"_firefly":{"traceparent":"${traceparent}"},"order":1}`);
    assert.deepEqual(sent.slice(1), data.slice(1));
  });
});

describe("Step Functions StartExecution", () => {
  const stateMachineArn = "arn:aws:states:eu-central-1:111122223333:stateMachine:m";

  it("has our key in the input, also in none", async () => {
    await send(new SFNClient(clientConfig), StartExecutionCommand, { stateMachineArn, input: '{"order":1}' });
    assert.equal(recorder.takeJson().input, `{"_firefly":{"traceparent":"${sentTraceparent()}"},"order":1}`);
    await send(new SFNClient(clientConfig), StartExecutionCommand, { stateMachineArn });
    assert.equal(recorder.takeJson().input, `{"_firefly":{"traceparent":"${sentTraceparent()}"}}`);
  });

  it("and StartSyncExecution, whose names are free", async () => {
    await send(new SFNClient({ ...clientConfig, disableHostPrefix: true }), StartSyncExecutionCommand, { stateMachineArn, name: "n", input: "{}" });
    assert.equal(recorder.takeJson().input, `{"_firefly":{"traceparent":"${sentTraceparent()}"}}`);
  });

  it("keeps a named execution idempotent unless told otherwise", async () => {
    await send(new SFNClient(clientConfig), StartExecutionCommand, { stateMachineArn, name: "n", input: "{}" });
    assert.equal(recorder.takeJson().input, "{}");
    use(settings({ FIREFLY_STEP_FUNCTIONS_NAMED: "true" }));
    await send(new SFNClient(clientConfig), StartExecutionCommand, { stateMachineArn, name: "n", input: "{}" });
    assert.match(String(recorder.takeJson().input), /_firefly/);
  });
});

describe("SNS", () => {
  const answerXml = { status: 200, body: "<R><PublishBatchResult><Successful/><Failed/></PublishBatchResult><PublishResult><MessageId>1</MessageId></PublishResult></R>" };
  const attributes = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`own${index}`, { DataType: "String", StringValue: "v" }]));

  /** Attributes by the number of their message, from the query protocol. */
  function sentAttributes(): Record<string, string>[] {
    const form = new URLSearchParams(recorder.take()[0]!.body.toString());
    const messages: Record<string, string>[] = [];
    for (const [key, value] of form) {
      const match = /^(?:PublishBatchRequestEntries\.member\.(\d+)\.)?MessageAttributes\.entry\.(\d+)\.Name$/.exec(key);
      if (match !== null) {
        (messages[Number(match[1] ?? 1) - 1] ??= {})[value] = form.get(key.replace(/Name$/, "Value.StringValue")) ?? "";
      }
    }
    return messages;
  }

  it("PublishBatch has the context in each entry that has room", async () => {
    recorder.answer(answerXml);
    const input = { TopicArn: "arn:aws:sns:eu-central-1:111122223333:t", PublishBatchRequestEntries: deepFreeze([0, 9, 10].map((count) => ({ Id: `e${count}`, Message: "m", MessageAttributes: attributes(count) }))) };
    await send(new SNSClient(clientConfig), PublishBatchCommand, input);
    const traceparent = sentTraceparent();
    const sent = sentAttributes();
    assert.deepEqual(sent.map((each) => each.traceparent), [traceparent, traceparent, undefined]);
    assert.deepEqual(sent.map((each) => Object.keys(each).length), [1, 10, 10]);
  });

  it("PublishBatch sends nothing that a filter policy would take for broken JSON", async () => {
    recorder.answer(answerXml);
    const parent = trace.setSpanContext(context.active(), { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: TraceFlags.SAMPLED, traceState: createTraceState('vendor="{one"') });
    await context.with(propagation.setBaggage(parent, propagation.createBaggage({ tenant: { value: "green" } })), () =>
      send(new SNSClient(clientConfig), PublishBatchCommand, { TopicArn: "arn:t", PublishBatchRequestEntries: [{ Id: "1", Message: "m" }] }));
    assert.deepEqual(sentAttributes(), [{ traceparent: sentTraceparent(), baggage: "tenant=green" }]);
  });

  it("PublishBatch stays within 256 KB", async () => {
    recorder.answer(answerXml);
    await send(new SNSClient(clientConfig), PublishBatchCommand, { TopicArn: "arn:t", PublishBatchRequestEntries: [{ Id: "1", Message: "x".repeat(262_144 - 100) }, { Id: "2", Message: "m" }] });
    assert.deepEqual(sentAttributes().map((each) => Object.keys(each).length), [1]);
  });

  it("Publish has its one attribute even where upstream's three do not fit", async () => {
    for (const [count, isInjected] of [[0, true], [7, true], [8, true], [9, true], [10, false]] as const) {
      recorder.answer(answerXml);
      await send(new SNSClient(clientConfig), PublishCommand, { TopicArn: "arn:aws:sns:eu-central-1:111122223333:t", Message: "m", MessageAttributes: deepFreeze(attributes(count)) });
      const sent = sentAttributes()[0] ?? {};
      assert.equal(sent.traceparent, isInjected ? sentTraceparent() : (takeSpans(), undefined));
    }
  });
});

describe("SQS", () => {
  it("an input that is sent again has the context of the second span, whatever the number of its attributes", async () => {
    const client = new SQSClient(clientConfig);
    for (const count of [0, 5, 7, 9]) {
      const input = { QueueUrl: `${clientConfig.endpoint}/q`, MessageBody: "m", MessageAttributes: Object.fromEntries(Array.from({ length: count }, (_, index) => [`own${index}`, { DataType: "String", StringValue: "v" }])) };
      for (let attempt = 0; attempt < 3; attempt++) {
        await client.send(new SendMessageCommand(input)).catch(() => undefined);
        const sent = recorder.takeJson().MessageAttributes as Record<string, { StringValue: string }>;
        assert.equal(sent.traceparent?.StringValue, sentTraceparent());
        assert.equal(Object.keys(sent).length, count + 1);
        assert.equal(Object.keys(input.MessageAttributes).length, count);
      }
    }
  });

  it("SendMessageBatch leaves the caller's entries alone", async () => {
    const Entries = deepFreeze([{ Id: "1", MessageBody: "m" }, { Id: "2", MessageBody: "m", MessageAttributes: { own: { DataType: "String", StringValue: "v" } } }]);
    await send(new SQSClient(clientConfig), SendMessageBatchCommand, { QueueUrl: `${clientConfig.endpoint}/q`, Entries: [...Entries] });
    const sent = recorder.takeJson().Entries as { MessageAttributes: Record<string, { StringValue: string }> }[];
    const traceparent = sentTraceparent();
    assert.deepEqual(sent.map((entry) => entry.MessageAttributes.traceparent?.StringValue), [traceparent, traceparent]);
  });

  it("a frozen input is sent, if without a context", async () => {
    await new SQSClient(clientConfig).send(new SendMessageCommand(Object.freeze({ QueueUrl: `${clientConfig.endpoint}/q`, MessageBody: "m" }))).catch(() => undefined);
    assert.deepEqual(recorder.takeJson(), { QueueUrl: `${clientConfig.endpoint}/q`, MessageBody: "m" });
  });
});

describe("Lambda Invoke", () => {
  const invoke = (input: Record<string, unknown>) => send(new LambdaClient(clientConfig), InvokeCommand, { FunctionName: "f", ...input });
  const clientContext = (header: unknown) => JSON.parse(Buffer.from(String(header), "base64").toString()) as { custom: Record<string, string> };

  it("has its context in the client context, which the caller does not see", async () => {
    await invoke({ Payload: '{"a":1}', ClientContext: Buffer.from('{"custom":{"own":"v"}}').toString("base64") });
    const [request] = recorder.take();
    assert.deepEqual(clientContext(request!.headers["x-amz-client-context"]).custom, { own: "v", traceparent: sentTraceparent() });
    assert.equal(request!.body.toString(), '{"a":1}');
    await invoke({});
    assert.equal(clientContext(recorder.take()[0]!.headers["x-amz-client-context"]).custom.traceparent, sentTraceparent());
  });

  it("has no more than 3,583 bytes of it", async () => {
    const ClientContext = Buffer.from(JSON.stringify({ custom: { own: "x".repeat(2_600) } })).toString("base64");
    await invoke({ ClientContext });
    assert.equal(recorder.take()[0]!.headers["x-amz-client-context"], ClientContext);
  });

  it("with a response stream has it, too, unless the client context is no object", async () => {
    const stream = async (ClientContext?: string) => {
      const input = { FunctionName: "f", ...(ClientContext !== undefined && { ClientContext }) };
      const copy = { ...input };
      await new LambdaClient(clientConfig).send(new InvokeWithResponseStreamCommand(input));
      assert.deepEqual(input, copy);
      return recorder.take()[0]!.headers["x-amz-client-context"];
    };
    assert.equal(clientContext(await stream()).custom.traceparent, sentTraceparent());
    for (const json of ["[1]", '"text"', '{"custom":1}', "{broken", JSON.stringify({ own: "x".repeat(2_650) })]) {
      const encoded = Buffer.from(json).toString("base64");
      assert.equal(await stream(encoded), encoded);
    }
  });

  it("asynchronous has it in the payload, if the settings say so", async () => {
    await invoke({ InvocationType: "Event", Payload: '{"a":1}' });
    assert.equal(recorder.take()[0]!.body.toString(), '{"a":1}');
    takeSpans();
    use(settings({ FIREFLY_INVOKE_PAYLOAD: "true" }));
    await invoke({ InvocationType: "Event", Payload: new TextEncoder().encode('{"a":1}') });
    assert.equal(recorder.take()[0]!.body.toString(), `{"_firefly":{"traceparent":"${sentTraceparent()}"},"a":1}`);
    for (const Payload of ["[1]", "1", "null", '"text"']) {
      await invoke({ InvocationType: "Event", Payload });
      assert.equal(recorder.take()[0]!.body.toString(), Payload);
    }
    await invoke({ InvocationType: "RequestResponse", Payload: '{"a":1}' });
    assert.equal(recorder.take()[0]!.body.toString(), '{"a":1}');
  });
});

describe("attempts", () => {
  const entries = () => ({ Entries: [{ Source: "s", DetailType: "d", Detail: '{"a":1}' }] });

  it("of the SDK send the same once", async () => {
    recorder.answer({ status: 500, body: "{}" }, { status: 503, body: "{}" }, { status: 200, body: "{}" });
    await send(new EventBridgeClient(clientConfig), PutEventsCommand, entries());
    const bodies = recorder.take().map((request) => request.body.toString());
    assert.equal(bodies.length, 3);
    assert.equal(new Set(bodies).size, 1);
    assert.equal(bodies[0]!.split("_firefly").length, 2);
  });

  it("that fail give the input back", async () => {
    recorder.answer(...Array.from({ length: 3 }, () => ({ status: 500, body: '{"__type":"InternalException"}' })));
    const input = entries();
    const copy = structuredClone(input);
    await assert.rejects(new EventBridgeClient(clientConfig).send(new PutEventsCommand(input)));
    assert.deepEqual(input, copy);
  });

  it("with one input, and with one command, have a context each", async () => {
    const client = new EventBridgeClient(clientConfig);
    const command = new PutEventsCommand(entries());
    const sent: string[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      await client.send(command);
      const body = recorder.take()[0]!.body.toString();
      assert.equal(body.split("_firefly").length, 2);
      assert.ok(body.includes(sentTraceparent()));
      sent.push(body);
    }
    assert.equal(new Set(sent).size, 3);
  });

  it("at the same time give the input back when the last is answered", async () => {
    const client = new EventBridgeClient(clientConfig);
    recorder.answer({ status: 200, body: "{}", delayMs: 100 }, { status: 200, body: "{}" });
    const input = entries();
    const copy = structuredClone(input);
    await Promise.all([client.send(new PutEventsCommand(input)), client.send(new PutEventsCommand(input))]);
    assert.deepEqual(input, copy);
    for (const request of recorder.take()) {
      assert.equal(request.body.toString().split("_firefly").length, 2);
    }
  });

  it("of a service that the settings leave out are as they were", async () => {
    use(settings({ FIREFLY_INJECT: "sns,kinesis" }));
    await send(new EventBridgeClient(clientConfig), PutEventsCommand, entries());
    assert.equal((recorder.takeJson().Entries as { Detail: string }[])[0]!.Detail, '{"a":1}');
  });
});
