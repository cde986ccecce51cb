//! Processes: Jaeger's word for resources, by number.

use std::collections::HashMap;

use firefly_model::trace::{Resource, Trace};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::tag::{Tag, of_attributes};

/// The processes of a trace, `p1`, `p2` and so on in the order in which its spans name them. Resources that differ in
/// nothing that Jaeger knows are one.
#[derive(Debug, Default)]
pub(super) struct Processes {
    /// Their JSON.
    processes: Vec<Box<RawValue>>,
    /// Of each resource of the trace, its number.
    numbers: HashMap<usize, usize>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Process<'a> {
    service_name: &'a str,
    tags: Vec<Tag<'a>>,
}

impl Processes {
    /// Numbers the processes of a trace.
    pub fn of(trace: &Trace) -> Self {
        let mut numbered = Self::default();
        for span in &trace.spans {
            if numbered.numbers.contains_key(&span.resource) {
                continue;
            }
            let Some(json) = trace.resources.get(span.resource).and_then(json) else { continue };
            let known = numbered.processes.iter().position(|process| process.get() == json.get());
            let index = known.unwrap_or_else(|| {
                numbered.processes.push(json);
                numbered.processes.len() - 1
            });
            numbered.numbers.insert(span.resource, index + 1);
        }
        numbered
    }

    /// The id of a resource's process.
    pub fn id(&self, resource: usize) -> String {
        format!("p{}", self.numbers.get(&resource).copied().unwrap_or_default())
    }
}

impl Serialize for Processes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.processes.len()))?;
        for (index, process) in self.processes.iter().enumerate() {
            map.serialize_entry(&format!("p{}", index + 1), process)?;
        }
        map.end()
    }
}

fn json(resource: &Resource) -> Option<Box<RawValue>> {
    let mut tags: Vec<_> =
        of_attributes(&resource.attributes).filter(|tag| tag.key != "service.name").collect();
    tags.sort_by(Tag::order);
    serde_json::value::to_raw_value(&Process { service_name: resource.service_name(), tags }).ok()
}
