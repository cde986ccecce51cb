/** Units, under Grafana's ids. */
export const units = {
  count: "short",
  percent: "percent",
  /** A share between 0 and 1, shown in percent. */
  share: "percentunit",
  milliseconds: "ms",
  seconds: "s",
  megabytes: "decmbytes",
  /** Lambda's memory sizes are binary. */
  mebibytes: "mbytes",
  bytes: "bytes",
  dollars: "currencyUSD",
  gigabyteSeconds: "suffix: GB-s",
  failed: "suffix: failed",
  perMinute: "cpm",
  time: "dateTimeAsIso",
  text: "string",
} as const;

/** One of the units. */
export type Unit = (typeof units)[keyof typeof units];
