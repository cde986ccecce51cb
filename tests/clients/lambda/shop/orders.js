/** Takes orders from the queue, and says on the bus that they are accepted. */
const { EventBridgeClient, PutEventsCommand } = require("@aws-sdk/client-eventbridge");

const eventBridge = new EventBridgeClient();

exports.handler = async ({ Records }) => {
  const entries = Records.map(({ body }) =>
    Object.freeze({ EventBusName: "shop", Source: "shop.orders", DetailType: "OrderAccepted", Detail: body }),
  );
  // Nobody may write to what is the application's.
  await eventBridge.send(new PutEventsCommand({ Entries: Object.freeze(entries) }));
  return { batchItemFailures: [] };
};
