//! Records that no decoder can read, to see them set aside while their neighbours are stored.

/// A JSON line cut off in the middle of a value.
pub fn undecodable_line() -> Vec<u8> {
    b"{\"metric_stream_name\":\"shop-metrics\",\"account_id\":\"1111222\n".to_vec()
}

/// A length-delimited message of the length that it states, whose only field claims more bytes than there are.
pub fn undecodable_message() -> Vec<u8> {
    vec![0x05, 0x0a, 0x7f, 0x01, 0x02, 0x03]
}
