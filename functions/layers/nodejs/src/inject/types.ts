/** A request of AWS SDK v3, as OpenTelemetry's instrumentation hands it to its hooks. */
export interface AwsRequest {
  /** The service's id without spaces: `SNS`, `EventBridge`, `Kinesis`, `SFN`, `Lambda`, `SQS`. */
  readonly serviceName: string;
  /** The command's name without `Command`: `PublishBatch`. */
  readonly commandName: string;
  /** The input, the very object that the caller holds. */
  readonly commandInput: Record<string, unknown>;
}

/** The W3C headers of one span. */
export interface Carrier {
  readonly traceparent: string;
  readonly tracestate?: string;
  readonly baggage?: string;
}
