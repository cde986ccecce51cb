//! Every cap on what a delivery or an export may contain, each with its reason.

/// Bytes of a request body after decompression: Firehose's largest buffer, 64 MiB. A gzip bomb ends here.
pub const BODY_BYTES: usize = 64 * 1024 * 1024;

/// Records of a delivery: the maximum of Firehose's request schema.
pub const RECORDS: usize = 10_000;

/// Bytes of a record: Firehose accepts 1,000 KiB at most.
pub const RECORD_BYTES: usize = 1_024_000;

/// Bytes of a JSON line: thirty dimensions of CloudWatch's greatest length, every character escaped, fit.
pub const LINE_BYTES: usize = 256 * 1024;

/// Levels of nesting in JSON: a delivery request has three, and unknown fields may have some of their own.
pub const NESTING: usize = 32;

/// Dimensions of a metric: CloudWatch allows 30.
pub const DIMENSIONS: usize = 30;

/// Bytes of a namespace or metric name: CloudWatch allows 255 characters, UTF-8 takes up to four bytes each. The two
/// together must also fit into an index row of PostgreSQL, which has some 2,700 bytes.
pub const NAME_BYTES: usize = 255 * 4;

/// Bytes of a dimension's name or value, or a unit: CloudWatch allows 1,024 characters.
pub const LABEL_BYTES: usize = 4_096;

/// Extra statistics of a data point: a metric stream can be configured to send 20 for each of its 100 entries, and
/// several entries may name the same metric.
pub const EXTRA_STATISTICS: usize = 100;

/// Data points of a delivery: more than four times what a 6 MB function-URL event holds, and some 50 MB of memory.
pub const DATA_POINTS: usize = 250_000;

/// Extra statistics of a delivery, over all its data points: some 30 MB of memory.
pub const EXTRA_STATISTICS_TOTAL: usize = 1_000_000;

/// Pieces of a delivery that are set aside one by one. A delivery with more is no metric stream: it is refused as a
/// whole, and Firehose keeps all of it in its S3 backup.
pub const DEAD_LETTERS: usize = 1_000;

/// Bytes of a delivery that are set aside: four whole records. More is refused, as above.
pub const DEAD_LETTER_BYTES: usize = 4 * RECORD_BYTES;

/// Characters of the `errorMessage` of an answer: Firehose's maximum.
pub const ERROR_MESSAGE_CHARS: usize = 8_192;

/// Spans of an export: five times what OpenTelemetry's Collector batches by default, and some 20 MB of memory.
pub const SPANS: usize = 50_000;

/// Attributes, elements of arrays, events, links, data points, buckets, quantiles and exemplars of an export of any
/// signal: thirty for each span of a large batch, and some 60 MB of memory.
pub const OTLP_PARTS: usize = 500_000;

/// Arrays and objects in the JSON of an export: an attribute is two, itself and its value.
pub const OTLP_JSON_BRACKETS: usize = 2 * OTLP_PARTS;

/// Commas in the JSON of an export of metrics, which bound the buckets: eight for each part.
pub const OTLP_JSON_COMMAS: usize = 8 * OTLP_PARTS;

/// Bytes of memory of the elements of one array in the JSON of an export: links are large beside the two characters of
/// an empty one.
pub const OTLP_JSON_LIST_BYTES: usize = 48_000_000;

/// Levels of nesting in an attribute's value: more than any software makes, and little enough of the stack.
pub const VALUE_NESTING: usize = 32;

/// Levels of nesting in the JSON of an export: those down to an attribute's value, three for each level of the value,
/// and some for unknown fields.
pub const OTLP_JSON_NESTING: usize = 16 + 3 * VALUE_NESTING;

/// Characters of what an exporter is told of the pieces that were refused; it logs them.
pub const PARTIAL_SUCCESS_CHARS: usize = 2_048;

/// Parameters of a query string: more than any client sends, and too few to be a burden.
pub const PARAMETERS: usize = 1_000;

/// Tags of a search for traces: each is a condition for the database to check.
pub const TAGS: usize = 32;

/// Traces that are asked for by id at once: Jaeger's UI compares a handful.
pub const TRACE_IDS: usize = 100;

/// Traces that a search yields at most: what Jaeger's UI lets people ask for.
pub const TRACES: usize = 1_500;

/// Labels of a series, and attributes of the data point that they come from: several times what any SDK sets.
pub const LABELS: usize = 128;

/// Buckets of a histogram, or quantiles of a summary: each is a series. SDKs make 160 at most.
pub const BUCKETS: usize = 1_000;

/// Bytes of a metric's description; what is longer is cut.
pub const HELP_BYTES: usize = 4_096;

/// Samples of an export: each bucket of a histogram is one. Some 25 MB of memory, and a statement of seconds.
pub const SAMPLES: usize = 500_000;

/// Bytes of the labels of an export's series, over all that are new: with their rows some 100 MB of memory.
pub const SERIES_BYTES_TOTAL: usize = 32 * 1024 * 1024;

/// Bytes of an exemplar's trace or span id: those of a trace id. What is longer is cut.
pub const EXEMPLAR_ID_BYTES: usize = 16;

/// Symbols of a remote write 2.0: a hundred times what Prometheus' batches have, and some 8 MB of memory.
pub const SYMBOLS: usize = 500_000;

/// Metric families of a remote write 1.0: a hundred times what Prometheus sends at once.
pub const METRIC_FAMILIES: usize = 50_000;

/// Bytes of the labels of a remote write, each as often as a series or exemplar has it: 2.0 repeats one by a few bytes,
/// and each is hashed. Half a kilobyte for each of the most samples.
pub const LABEL_BYTES_TOTAL: usize = 256 * 1024 * 1024;

/// Bytes of memory of the series and metadata of a remote write that are new: some 35,000 series of ten labels, several
/// times what senders put into a request. With the table that they are in up to 100 MB.
pub const CATALOGUE_BYTES_TOTAL: usize = 32 * 1024 * 1024;

/// Bytes of memory of the exemplars of a remote write.
pub const EXEMPLAR_BYTES_TOTAL: usize = 32 * 1024 * 1024;
