/**
 * From a span to the request that it stands for, where upstream's instrumentation leaves the context out. A request that
 * cannot take it is left as it is.
 */
import type { Span } from "@opentelemetry/api";

import { isFields } from "../extract/read";
import type { InjectedService, Settings } from "../settings";
import { carrierOfSpan } from "./carrier";
import { injectPutEvents } from "./eventbridge";
import { borrow, giveBack, isWritable } from "./input";
import { injectPutRecord, injectPutRecords } from "./kinesis";
import { injectAsyncInvoke, injectClientContext, lendClientContext } from "./lambda";
import { injectPublishBatch, lendAttributes, lendEntries } from "./message_attributes";
import { injectStartExecution } from "./step_functions";
import type { AwsRequest, Carrier } from "./types";

export type { AwsRequest, Carrier } from "./types";

type Inject = (input: AwsRequest["commandInput"], carrier: Carrier | undefined, settings: Settings) => void;

interface Operation {
  readonly service: InjectedService;
  readonly inject: Inject;
  /** The field that upstream writes to by itself, which must not fail. */
  readonly upstreamField?: string;
}

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["SNS.PublishBatch", { service: "sns", inject: onlyWithContext(injectPublishBatch) }],
  ["SNS.Publish", { service: "sns", inject: (input, carrier) => { lendAttributes(input, "Message", carrier); }, upstreamField: "MessageAttributes" }],
  ["SQS.SendMessage", { service: "sqs", inject: (input, carrier) => { lendAttributes(input, "MessageBody", carrier); }, upstreamField: "MessageAttributes" }],
  ["SQS.SendMessageBatch", { service: "sqs", inject: lendEntries, upstreamField: "Entries" }],
  ["EventBridge.PutEvents", { service: "eventbridge", inject: onlyWithContext((input, carrier, settings) => { injectPutEvents(input, settings.payloadKey, carrier); }) }],
  ["Kinesis.PutRecord", { service: "kinesis", inject: onlyWithContext((input, carrier, settings) => { injectPutRecord(input, settings.payloadKey, carrier); }) }],
  ["Kinesis.PutRecords", { service: "kinesis", inject: onlyWithContext((input, carrier, settings) => { injectPutRecords(input, settings.payloadKey, carrier); }) }],
  ["SFN.StartExecution", { service: "stepfunctions", inject: onlyWithContext(startExecution) }],
  ["SFN.StartSyncExecution", { service: "stepfunctions", inject: onlyWithContext((input, carrier, settings) => { injectStartExecution(input, settings.payloadKey, carrier); }) }],
  ["Lambda.Invoke", { service: "lambda", inject: invoke, upstreamField: "ClientContext" }],
  ["Lambda.InvokeAsync", { service: "lambda", inject: onlyWithContext(invokeAsync) }],
  ["Lambda.InvokeWithResponseStream", { service: "lambda", inject: onlyWithContext(injectClientContext) }],
]);

/** Inputs that are under way. */
const borrowed = new WeakMap<AwsRequest, AwsRequest["commandInput"]>();

/** Gives a request the context of its span, until `restoreRequest`. Never throws. */
export function injectRequest(span: Span, request: AwsRequest, settings: Settings): void {
  try {
    const operation = OPERATIONS.get(`${request.serviceName}.${request.commandName}`);
    const input: unknown = request.commandInput;
    if (operation === undefined || !isFields(input) || !settings.inject.has(operation.service)) {
      return;
    }
    if (operation.upstreamField !== undefined && !isWritable(request.commandInput, operation.upstreamField)) {
      // Upstream would throw where its caller waits. A copy that is sent nowhere costs the trace alone.
      (request as { commandInput: AwsRequest["commandInput"] }).commandInput = { ...input };
      return;
    }
    borrow(request.commandInput);
    borrowed.set(request, request.commandInput);
    operation.inject(request.commandInput, carrierOfSpan(span), settings);
  } catch {
    // The request goes out without a context.
  }
}

/** Gives the caller's input back as it was. Never throws. */
export function restoreRequest(request: AwsRequest): void {
  try {
    const input = borrowed.get(request);
    if (input !== undefined) {
      borrowed.delete(request);
      giveBack(input);
    }
  } catch {
    // Whoever froze the input meanwhile keeps the copies in it.
  }
}

function onlyWithContext(inject: (input: AwsRequest["commandInput"], carrier: Carrier, settings: Settings) => void): Inject {
  return (input, carrier, settings) => {
    if (carrier !== undefined) {
      inject(input, carrier, settings);
    }
  };
}

function startExecution(input: AwsRequest["commandInput"], carrier: Carrier, settings: Settings): void {
  // Of two executions of one name, Step Functions take the second for the first if their inputs are equal, and refuse it
  // if they differ. A context would make them differ.
  if (input.name === undefined || settings.namedExecutions) {
    injectStartExecution(input, settings.payloadKey, carrier);
  }
}

function invoke(input: AwsRequest["commandInput"], carrier: Carrier | undefined, settings: Settings): void {
  lendClientContext(input, carrier);
  if (carrier !== undefined && settings.invokePayload && input.InvocationType === "Event") {
    injectAsyncInvoke(input, "Payload", settings.payloadKey, carrier);
  }
}

function invokeAsync(input: AwsRequest["commandInput"], carrier: Carrier, settings: Settings): void {
  if (settings.invokePayload) {
    injectAsyncInvoke(input, "InvokeArgs", settings.payloadKey, carrier);
  }
}
