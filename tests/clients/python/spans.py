"""Makes a known set of spans with the OpenTelemetry SDK of Python, exports them as its environment variables
OTEL_EXPORTER_OTLP_* say, and prints as JSON what it made. What the SDK has to report goes to standard error."""

import base64
import json
import logging
import sys
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

logging.basicConfig(level=logging.INFO, stream=sys.stderr)


class Recorder(SpanExporter):
    """Keeps what the SDK holds of each span when it ends, exports it, and knows whether that succeeded."""

    def __init__(self):
        self.exporter = OTLPSpanExporter()
        self.ended = []
        self.succeeded = True

    def export(self, spans):
        self.ended.extend(spans)
        result = self.exporter.export(spans)
        self.succeeded &= result is SpanExportResult.SUCCESS
        return result


def provider(recorder, attributes):
    made = TracerProvider(resource=Resource(attributes))
    made.add_span_processor(SimpleSpanProcessor(recorder))
    return made


def make_spans(recorder):
    shop = provider(recorder, {"service.name": "python-shop", "process.pid": 7, "host.tags": ["a", "b"]})
    store = provider(recorder, {"service.name": "python-store", "ratio": 1.0})
    minute_ago = time.time_ns() // 1_000_000_000 * 1_000_000_000 - 60_000_000_000

    def at(nanos):
        return minute_ago + nanos

    remote = SpanContext(
        trace_id=0x5B8EFFF798038103D269B633813FC60D,
        span_id=0xEEE19B7EC3C1B175,
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
        trace_state=TraceState([("vendor", "value"), ("other", "1")]),
    )
    tracer = shop.get_tracer("shop", "1.2.3")
    parent = trace.set_span_in_context(trace.NonRecordingSpan(remote))
    server = tracer.start_span("GET /orders/{id}", parent, SpanKind.SERVER, start_time=at(1))
    server.set_attributes(
        {
            "text": 'grün <&> "quoted" 😀',
            "text.empty": "",
            "yes": True,
            "no": False,
            "zero": 0,
            "negative": -42,
            "largest": 2**63 - 1,
            "smallest": -(2**63),
            "fraction": 0.1,
            "whole": 2.0,
            "tiny": -1.5e-7,
            "huge": 1e300,
            "bytes": b"\x00\xff\xfe",
            "texts": ["a", "", "ü"],
            "integers": [1, -2],
            "doubles": [1.0, 2.5],
            "flags": [True, False],
            "nothing": [],
        }
    )
    inside = trace.set_span_in_context(server)

    client = tracer.start_span("charge", inside, SpanKind.CLIENT, start_time=at(1_000))
    client.add_event("attempt", {"number": 1, "wait.s": 0.25}, timestamp=at(1_500))
    client.record_exception(ValueError("out of stock"), timestamp=at(2_000))
    client.set_status(Status(StatusCode.ERROR, "out of stock"))
    client.end(end_time=at(2_345_678))

    links = [Link(server.get_span_context(), {"reason": "batch", "message.index": 0})]
    producer = tracer.start_span("orders send", inside, SpanKind.PRODUCER, links=links, start_time=at(3_000))
    consumer = store.get_tracer("store").start_span(
        "orders process",
        kind=SpanKind.CONSUMER,
        links=[Link(producer.get_span_context())],
        start_time=at(900_000_000),
    )
    internal = store.get_tracer("store").start_span(
        "pack", trace.set_span_in_context(consumer), start_time=at(900_000_001)
    )
    internal.set_status(Status(StatusCode.OK))
    internal.end(end_time=at(900_000_001))
    consumer.end(end_time=at(999_999_999))
    producer.end(end_time=at(4_000))
    server.end(end_time=at(500_000_000))


def plain(value):
    """An attribute value as JSON, which has no word for bytes."""
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def described(attributes):
    return {key: plain(value) for key, value in (attributes or {}).items()}


def description(span):
    context = span.get_span_context()
    return {
        "traceId": f"{context.trace_id:032x}",
        "spanId": f"{context.span_id:016x}",
        "parentSpanId": f"{span.parent.span_id:016x}" if span.parent else "",
        "traceState": context.trace_state.to_header(),
        "name": span.name,
        # The SDK's own number is one lower than OTLP's, which knows a kind that is unset.
        "kind": span.kind.value + 1,
        "start": str(span.start_time),
        "end": str(span.end_time),
        "status": {"code": span.status.status_code.value, "message": span.status.description or ""},
        "attributes": described(span.attributes),
        "events": [
            {"time": str(event.timestamp), "name": event.name, "attributes": described(event.attributes)}
            for event in span.events
        ],
        "links": [
            {
                "traceId": f"{link.context.trace_id:032x}",
                "spanId": f"{link.context.span_id:016x}",
                "attributes": described(link.attributes),
            }
            for link in span.links
        ],
        "scope": {
            "name": span.instrumentation_scope.name,
            "version": span.instrumentation_scope.version or "",
        },
        "resource": described(span.resource.attributes),
    }


def main():
    recorder = Recorder()
    make_spans(recorder)
    print(json.dumps([description(span) for span in recorder.ended]))
    return 0 if recorder.succeeded else 1


if __name__ == "__main__":
    sys.exit(main())
