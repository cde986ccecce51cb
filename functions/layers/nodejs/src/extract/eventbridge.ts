/** EventBridge: only what its producer put into `detail`. */
import { findInDetail, isEventBridge } from "./payload";
import { get } from "./read";
import type { Shape } from "./types";

const TIMERS: readonly unknown[] = ["aws.events", "aws.scheduler"];

export const eventBridge: Shape = {
  name: "EventBridge",
  matches: isEventBridge,
  trigger: (event) => (TIMERS.includes(get(event, "source")) ? "timer" : "pubsub"),
  find: (event, search) => findInDetail(get(event, "detail"), "eventbridge.detail", search),
};
