//! The labels of a series or an exemplar, of both versions.

use std::borrow::Cow;

use super::WriteFault;
use super::symbols::{Symbols, references};
use crate::limits;
use crate::protobuf::{Field, Fields, Malformed};
use crate::storable_text::cut;

/// The label that holds a metric's name.
const NAME: &str = "__name__";

/// Bytes of labels after which a series has been told apart enough.
const TITLE_BYTES: usize = 400;

/// How a message holds its strings, by which the versions differ.
#[derive(Clone, Copy, Debug)]
pub(super) enum Encoding<'a> {
    /// 1.0: where they are needed.
    InPlace,
    /// 2.0: in a table of the request.
    Symbols(&'a Symbols<'a>),
}

/// Name and value, as the key of a series has them.
pub(super) type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// A list of labels, to be used again for each series. The first thing that is wrong with them is kept until all are
/// read.
#[derive(Debug, Default)]
pub(super) struct Labels<'a> {
    pairs: Vec<Pair<'a>>,
    bytes: usize,
    /// A reference to a name whose value has not come yet.
    name: Option<u32>,
    fault: Option<WriteFault>,
}

impl<'a> Labels<'a> {
    pub(super) fn clear(&mut self) {
        self.pairs.clear();
        (self.bytes, self.name, self.fault) = (0, None, None);
    }

    /// Reads field 1 of a `TimeSeries` or `Exemplar`: a label, or references to names and values in turn.
    pub(super) fn read(&mut self, field: Field<'a>, encoding: Encoding<'a>) -> Result<(), Malformed> {
        match encoding {
            Encoding::InPlace => {
                let (mut name, mut value) = (&[][..], &[][..]);
                for field in Fields::of(field.message()?) {
                    let field = field?;
                    match field.number {
                        1 => name = field.message()?,
                        2 => value = field.message()?,
                        _ => {}
                    }
                }
                self.push(Ok(name), Ok(value));
            }
            Encoding::Symbols(symbols) => {
                for reference in references(field)? {
                    let reference = reference?;
                    match self.name.take() {
                        None => self.name = Some(reference),
                        Some(name) => self.push(symbols.get(name), symbols.get(reference)),
                    }
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, name: Result<&'a [u8], WriteFault>, value: Result<&'a [u8], WriteFault>) {
        if self.fault.is_some() {
            return;
        }
        match self.checked(name, value) {
            Ok((name, value)) => {
                self.bytes += name.len() + value.len();
                self.pairs.push((Cow::Borrowed(name), Cow::Borrowed(value)));
            }
            Err(fault) => self.fault = Some(fault),
        }
    }

    fn checked(
        &self,
        name: Result<&'a [u8], WriteFault>,
        value: Result<&'a [u8], WriteFault>,
    ) -> Result<(&'a str, &'a str), WriteFault> {
        if self.pairs.len() >= limits::LABELS {
            return Err(WriteFault::TooManyLabels);
        }
        let [name, value] = [name?, value?].map(|text| str::from_utf8(text).map_err(|_| WriteFault::Utf8));
        let (name, value) = (name?, value?);
        let start = || cut(name, 64).to_owned();
        if name.is_empty() {
            Err(WriteFault::NoLabelName)
        } else if name.len().max(value.len()) > limits::LABEL_BYTES {
            Err(WriteFault::LabelLength(start()))
        } else if name.contains('\0') || value.contains('\0') {
            Err(WriteFault::Nul(start()))
        } else {
            Ok((name, value))
        }
    }

    /// Bytes of names and values that have been read.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The labels sorted by name, if each is there once and nothing else is wrong with them.
    pub(super) fn sorted(&mut self) -> Result<&mut Vec<Pair<'a>>, WriteFault> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if self.name.is_some() {
            return Err(WriteFault::NoLabelValue);
        }
        self.pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        match self.pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            Some(twice) => Err(WriteFault::LabelTwice(cut(&twice[0].0, 64).to_owned())),
            None => Ok(&mut self.pairs),
        }
    }

    /// The name of the series, and its other labels, those without a value left out.
    pub(super) fn of_series(&mut self) -> Result<(Cow<'a, str>, &[Pair<'a>]), WriteFault> {
        let pairs = self.sorted()?;
        pairs.retain(|(_, value)| !value.is_empty());
        let at = pairs.iter().position(|(name, _)| name == NAME).ok_or(WriteFault::NoName)?;
        if pairs[at].1.len() > limits::NAME_BYTES {
            return Err(WriteFault::NameLength);
        }
        let (_, name) = pairs.remove(at);
        Ok((name, pairs))
    }
}

/// What a person calls a series: as many of its labels as have been read, or as tell it apart.
pub(super) fn title(name: Option<&str>, pairs: &[Pair<'_>]) -> String {
    let named = pairs.iter().find(|(label, _)| label == NAME).map(|(_, value)| &**value);
    let mut title = name.or(named).unwrap_or_default().to_owned();
    let mut next = '{';
    for (name, value) in pairs.iter().filter(|(label, _)| label != NAME) {
        if title.len() > TITLE_BYTES {
            break;
        }
        title.push(next);
        title.push_str(name);
        title.push('=');
        title.push_str(value);
        next = ',';
    }
    if next == ',' {
        title.push('}');
    }
    title
}

impl Labels<'_> {
    /// As [`title`], of labels of which something is wrong.
    pub(super) fn title(&self) -> String {
        title(None, &self.pairs)
    }
}
