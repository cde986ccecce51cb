//! Which message a request holds.

use super::Message;

impl Message {
    /// The message that a `Content-Type` means. Without one, and without the parameter `proto`, it is that of 1.0, as
    /// senders of 1.0 have it.
    pub fn of_content_type(content_type: &str) -> Option<Self> {
        let mut parts = content_type.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default();
        if content_type.trim().is_empty() {
            return Some(Self::WriteRequest);
        }
        if !media_type.eq_ignore_ascii_case("application/x-protobuf") {
            return None;
        }
        let proto = parts
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.trim_end().eq_ignore_ascii_case("proto"))
            .map(|(_, value)| value.trim().trim_matches('"'));
        match proto {
            None | Some("prometheus.WriteRequest") => Some(Self::WriteRequest),
            Some("io.prometheus.write.v2.Request") => Some(Self::Request),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_proto_names_the_message() {
        for (content_type, message) in [
            ("", Some(Message::WriteRequest)),
            ("application/x-protobuf", Some(Message::WriteRequest)),
            ("application/x-protobuf;proto=prometheus.WriteRequest", Some(Message::WriteRequest)),
            ("application/x-protobuf;proto=io.prometheus.write.v2.Request", Some(Message::Request)),
            (
                "Application/X-Protobuf; charset=x ; Proto=\"io.prometheus.write.v2.Request\"",
                Some(Message::Request),
            ),
            ("application/x-protobuf;proto=io.prometheus.write.v3.Request", None),
            ("application/x-protobuf;proto=", None),
            ("application/json", None),
            (";proto=io.prometheus.write.v2.Request", None),
        ] {
            assert_eq!(Message::of_content_type(content_type), message, "{content_type}");
        }
    }
}
