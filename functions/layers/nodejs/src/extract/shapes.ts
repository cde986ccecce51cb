import { destination } from "./destinations";
import { eventBridge } from "./eventbridge";
import { appSync, appSyncBatch, http, webSocket } from "./http";
import { payload } from "./invoke";
import { kafka } from "./kafka";
import { activeMq, rabbitMq } from "./mq";
import { records } from "./records";
import { stepFunctions } from "./step_functions";
import type { Shape } from "./types";

/** Every shape of events, the surest first. An event may match several: the first that holds a context counts. */
export const SHAPES: readonly Shape[] = [
  payload,
  records,
  kafka,
  rabbitMq,
  activeMq,
  eventBridge,
  destination,
  webSocket,
  http,
  appSyncBatch,
  appSync,
  stepFunctions,
];
