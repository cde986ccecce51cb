//! Who calls whom in the shop, and what goes wrong where.

use crate::demo::HOSTILE_NAME;

/// What sets off a request tree, how often, and at which function.
#[derive(Debug)]
pub(super) struct Entry {
    pub function: &'static str,
    pub event: Event,
    /// The minutes that have requests: every one, every fifth.
    pub every_minutes: i64,
    /// Request trees in such a minute.
    pub requests: u64,
}

/// What invokes a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// An HTTP request, through API Gateway or a function URL.
    Http { method: &'static str, route: &'static str },
    /// The SDK's `Invoke`.
    Invoke,
    /// Messages of an SQS queue.
    Queue(&'static str),
    /// Records of a Kinesis stream.
    Stream(&'static str),
    /// Objects of an S3 bucket.
    Bucket(&'static str),
    /// A rule of EventBridge's scheduler.
    Schedule(&'static str),
}

impl Event {
    /// `faas.trigger`.
    pub(super) fn trigger(self) -> &'static str {
        match self {
            Self::Http { .. } => "http",
            Self::Invoke => "other",
            Self::Queue(_) => "pubsub",
            Self::Stream(_) | Self::Bucket(_) => "datasource",
            Self::Schedule(_) => "timer",
        }
    }
}

/// One thing that a function waits for while it runs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call {
    /// A DynamoDB table.
    Table { operation: &'static str, table: &'static str },
    /// Another AWS service.
    Aws { service: &'static str, operation: &'static str },
    /// Another function's URL.
    FunctionUrl { function: &'static str, method: &'static str, route: &'static str },
    /// Another function, by `Invoke`.
    Invoke { function: &'static str },
    /// A message to the queue of another function.
    Send { queue: &'static str, consumer: &'static str },
    /// Somebody else's API, which is down now and then.
    External { method: &'static str, host: &'static str, path: &'static str },
}

const fn entry(function: &'static str, event: Event, every_minutes: i64, requests: u64) -> Entry {
    Entry { function, event, every_minutes, requests }
}

/// In no order; a new one goes last, so that the traces of the others stay as they are.
pub(super) const ENTRIES: [Entry; 9] = [
    entry("product-page", Event::Http { method: "GET", route: "/products/{id}" }, 1, 2),
    entry("checkout", Event::Http { method: "POST", route: "/orders" }, 1, 2),
    entry("cart", Event::Http { method: "POST", route: "/cart/items" }, 1, 1),
    entry("catalog-search", Event::Http { method: "GET", route: "/search" }, 1, 1),
    entry("payment-webhook", Event::Http { method: "POST", route: "/webhooks/payment" }, 1, 2),
    entry("image-resize", Event::Bucket("shop-uploads"), 1, 1),
    entry("inventory-sync", Event::Stream("warehouse"), 1, 1),
    entry("session-cleanup", Event::Schedule("session-cleanup"), 5, 1),
    // Only where the shop has such a function: see `World`.
    entry(HOSTILE_NAME, Event::Http { method: "GET", route: "/quotes/{id}" }, 2, 1),
];

/// What a function calls, one after the other.
pub(super) fn calls(function: &str) -> &'static [Call] {
    match function {
        "product-page" => &[
            Call::Table { operation: "GetItem", table: "products" },
            Call::Invoke { function: "recommendations" },
        ],
        "checkout" => &[
            Call::Invoke { function: "cart" },
            Call::FunctionUrl { function: "fraud-check", method: "POST", route: "/score" },
            Call::External { method: "POST", host: "api.payments.example", path: "/v1/charges" },
            Call::Table { operation: "PutItem", table: "orders" },
            Call::Send { queue: "orders", consumer: "order-email" },
        ],
        "cart" => &[Call::Table { operation: "UpdateItem", table: "carts" }],
        "catalog-search" => {
            &[Call::External { method: "POST", host: "search.shop.example", path: "/products/_search" }]
        }
        "payment-webhook" => &[
            Call::Table { operation: "UpdateItem", table: "orders" },
            Call::Send { queue: "payments", consumer: "invoice-pdf" },
        ],
        "order-email" => &[Call::Aws { service: "SES", operation: "SendEmail" }],
        "image-resize" => &[
            Call::Aws { service: "S3", operation: "GetObject" },
            Call::Aws { service: "S3", operation: "PutObject" },
        ],
        "inventory-sync" => &[
            Call::Table { operation: "UpdateItem", table: "products" },
            Call::Invoke { function: "stock-alert" },
        ],
        "recommendations" => &[Call::Table { operation: "Query", table: "recommendations" }],
        "session-cleanup" => &[
            Call::Table { operation: "Query", table: "sessions" },
            Call::Table { operation: "BatchWriteItem", table: "sessions" },
        ],
        "fraud-check" => &[Call::Table { operation: "GetItem", table: "customers" }],
        "invoice-pdf" => &[Call::Aws { service: "S3", operation: "PutObject" }],
        "stock-alert" => &[Call::Aws { service: "SES", operation: "SendEmail" }],
        _ => &[],
    }
}

/// An error that a handler throws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exception {
    pub kind: String,
    pub message: String,
    /// Where it was thrown, as in a line of a stack trace.
    pub thrown_at: &'static str,
}

/// What goes wrong in a function by itself.
pub(super) fn exception(function: &str) -> Exception {
    let (kind, message, thrown_at) = match function {
        "payment-webhook" => {
            ("SignatureError", "webhook signature does not match", "verify (/var/task/signature.js:27:11)")
        }
        "order-email" => (
            "TemplateError",
            "no template 'order-confirmed' in language 'xx'",
            "render (/var/task/mail.js:64:9)",
        ),
        "image-resize" => (
            "UnsupportedImageError",
            "input buffer holds no known image",
            "resize (/var/task/image.js:18:13)",
        ),
        "checkout" => ("OutOfStockError", "item 4711 is sold out", "reserve (/var/task/stock.js:52:15)"),
        _ => (
            "TypeError",
            "Cannot read properties of undefined (reading 'id')",
            "parse (/var/task/index.js:12:31)",
        ),
    };
    Exception { kind: kind.to_owned(), message: message.to_owned(), thrown_at }
}
