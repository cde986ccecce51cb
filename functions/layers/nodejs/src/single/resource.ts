/**
 * What Lambda's environment variables say of the function, without a call over the network: semantic conventions 1.44,
 * https://opentelemetry.io/docs/specs/semconv/resource/faas/.
 */
import type { Environment } from "../settings";
import { readPairs } from "./export/settings";

type Attributes = Record<string, string | number | string[]>;

export function lambdaResource(environment: Environment, version: string): Attributes {
  const given = Object.fromEntries(readPairs(environment.OTEL_RESOURCE_ATTRIBUTES));
  const name = environment.AWS_LAMBDA_FUNCTION_NAME;
  const memoryMb = Number(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const logGroup = environment.AWS_LAMBDA_LOG_GROUP_NAME;
  return {
    "telemetry.sdk.name": "opentelemetry",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.version": version,
    "telemetry.distro.name": "firefly",
    "process.runtime.name": "nodejs",
    "process.runtime.version": process.versions.node,
    "cloud.provider": "aws",
    "cloud.platform": "aws_lambda",
    "service.name": name ?? "unknown_service:node",
    ...present("cloud.region", environment.AWS_REGION),
    ...present("faas.name", name),
    ...present("faas.version", environment.AWS_LAMBDA_FUNCTION_VERSION),
    ...present("faas.instance", environment.AWS_LAMBDA_LOG_STREAM_NAME),
    ...(memoryMb > 0 && { "faas.max_memory": memoryMb * 1_048_576 }),
    ...(logGroup !== undefined && logGroup !== "" && { "aws.log.group.names": [logGroup] }),
    ...given,
    ...present("service.name", environment.OTEL_SERVICE_NAME),
  };
}

function present(name: string, value: string | undefined): Attributes {
  return value === undefined || value === "" ? {} : { [name]: value };
}
