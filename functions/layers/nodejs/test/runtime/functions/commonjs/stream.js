const { work } = require("./work.js");

exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.write("begun ");
  stream.write(await work());
  stream.end();
});
