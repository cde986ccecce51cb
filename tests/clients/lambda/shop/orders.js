/** Takes orders from the queue, and says on the bus that they are accepted. */
const { EventBridgeClient, PutEventsCommand } = require("@aws-sdk/client-eventbridge");

const eventBridge = new EventBridgeClient();

exports.handler = async ({ Records }) => {
  await eventBridge.send(
    new PutEventsCommand({
      Entries: Records.map(({ body }) => ({
        EventBusName: "shop",
        Source: "shop.orders",
        DetailType: "OrderAccepted",
        Detail: body,
      })),
    }),
  );
  return { batchItemFailures: [] };
};
