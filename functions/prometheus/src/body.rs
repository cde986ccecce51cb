//! The body of an answer, written piece by piece.

use firefly_lambda::CappedBody;
use firefly_wire::prometheus::{DATA_HEAD, tail};

use crate::answer::{Refusal, Reply};

/// What is gathered before it is compressed: each part costs some bytes of its own.
const PART_BYTES: usize = 64 * 1024;

/// An envelope up to its data, of which nothing is ever left out: what does not fit is an error.
pub(crate) struct JsonBody {
    body: CappedBody,
    pending: String,
}

impl JsonBody {
    /// An envelope without data.
    pub(crate) fn new(is_gzip: bool) -> Self {
        Self { body: CappedBody::new(is_gzip), pending: DATA_HEAD.to_owned() }
    }

    /// Adds JSON as it stands.
    pub(crate) fn push(&mut self, json: &str) {
        self.pending.push_str(json);
    }

    /// Adds JSON as it is written.
    pub(crate) fn write(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.pending);
    }

    /// Adds a list, between whatever brackets it has.
    pub(crate) fn list<T>(
        &mut self,
        (open, close): (&str, &str),
        items: impl IntoIterator<Item = T>,
        mut push: impl FnMut(&mut String, T),
    ) -> Result<(), Refusal> {
        self.pending.push_str(open);
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.pending.push(',');
            }
            push(&mut self.pending, item);
            if self.pending.len() >= PART_BYTES {
                self.flush()?;
            }
        }
        self.pending.push_str(close);
        Ok(())
    }

    /// The whole answer.
    pub(crate) fn finish(mut self, warnings: &[String], infos: &[String]) -> Result<Reply, Refusal> {
        self.flush()?;
        Ok(Reply::Json(self.body.finish(tail(warnings, infos).as_bytes())))
    }

    fn flush(&mut self) -> Result<(), Refusal> {
        let fits = self.body.push(self.pending.as_bytes());
        self.pending.clear();
        if fits { Ok(()) } else { Err(Refusal::LargeAnswer) }
    }
}

#[cfg(test)]
mod tests {
    use firefly_lambda::EncodedBody;

    use super::*;

    fn list(items: usize) -> Result<String, Refusal> {
        let mut body = JsonBody::new(false);
        body.list(("[", "]"), 0..items, |json, item| json.push_str(&item.to_string()))?;
        match body.finish(&["w".into()], &[])? {
            Reply::Json(EncodedBody::Plain(text)) => Ok(String::from_utf8(text).unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lists_are_written_whole_or_not_at_all() {
        assert_eq!(list(0).unwrap(), r#"{"status":"success","data":[],"warnings":["w"]}"#);
        assert_eq!(list(3).unwrap(), r#"{"status":"success","data":[0,1,2],"warnings":["w"]}"#);
        assert_eq!(list(100_000).unwrap().len(), 588_889 + 27 + 2 + 18);
        assert!(matches!(list(1_000_000), Err(Refusal::LargeAnswer)));
    }
}
