/** Calls with an input that is frozen as a whole. */
const { InvokeCommand, LambdaClient } = require("@aws-sdk/client-lambda");

const lambda = new LambdaClient();

exports.handler = async () => {
  const input = Object.freeze({ FunctionName: "echo", Payload: JSON.stringify({ from: "frozen" }) });
  const { Payload } = await lambda.send(new InvokeCommand(input));
  return JSON.parse(Buffer.from(Payload).toString());
};
