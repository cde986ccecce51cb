/** Calls with version 2 of the AWS SDK, which no instrumentation knows. */
const { Lambda } = require("aws-sdk");

const lambda = new Lambda({ endpoint: process.env.AWS_ENDPOINT_URL_LAMBDA, maxRetries: 0 });

exports.handler = async () => {
  const { Payload } = await lambda.invoke({ FunctionName: "echo", Payload: JSON.stringify({ from: 2 }) }).promise();
  return JSON.parse(Payload.toString());
};
