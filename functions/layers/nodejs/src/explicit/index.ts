export { extract } from "./extract";
export { carrier, inject } from "./inject";
export { withFirefly, type AnyHandler } from "./with_firefly";
