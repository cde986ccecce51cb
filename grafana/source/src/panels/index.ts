export * from "./node_graph";
export * from "./panel";
export * from "./stat";
export * from "./table";
export * from "./text";
export * from "./time_series";
export * from "./trace";
