//! CPU time and memory of other processes, from Linux' `/proc` (proc(5)).

use std::fs;

use anyhow::{Context, Result};
use rustix::param::clock_ticks_per_second;

/// The fields of `/proc/<pid>/stat` that are wanted.
struct Stat {
    parent: u32,
    /// User and system time of the process, in clock ticks.
    own: u64,
    /// The same of the children that it had and waited for.
    of_ended_children: u64,
}

impl Stat {
    fn read(pid: u32) -> Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))
            .with_context(|| format!("process {pid} is not on this machine, or gone"))?;
        // The second field is the name in parentheses, and may contain anything.
        let after_name = text.rsplit(')').next().unwrap_or_default();
        let fields: Vec<u64> =
            after_name.split_ascii_whitespace().skip(1).map(|field| field.parse().unwrap_or(0)).collect();
        let field = |number: usize| fields.get(number - 4).copied().unwrap_or_default();
        Ok(Self {
            parent: u32::try_from(field(4))?,
            own: field(14) + field(15),
            of_ended_children: field(16) + field(17),
        })
    }
}

/// CPU seconds of a process, all its threads. In ticks, usually hundredths of a second.
pub(super) fn cpu_seconds(pid: u32) -> Result<f64> {
    Ok(seconds(Stat::read(pid)?.own))
}

/// CPU seconds of a process and all its children, those included that have ended.
pub(super) fn family_cpu_seconds(pid: u32) -> Result<f64> {
    let parent = Stat::read(pid)?;
    let mut ticks = parent.own + parent.of_ended_children;
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let child = name.to_str().and_then(|name| name.parse().ok());
        // A process may end while the list is read: then its parent has its time at the next reading.
        if let Some(Ok(child)) = child.map(Stat::read)
            && child.parent == pid
        {
            ticks += child.own;
        }
    }
    Ok(seconds(ticks))
}

fn seconds(ticks: u64) -> f64 {
    ticks as f64 / clock_ticks_per_second() as f64
}

/// CPU seconds of a process with one thread, to the nanosecond, as of when it last stopped running.
pub(super) fn thread_cpu_seconds(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/schedstat"))
        .with_context(|| format!("process {pid} is not on this machine, or gone"))?;
    let nanos: u64 = text.split_ascii_whitespace().next().unwrap_or_default().parse()?;
    Ok(nanos as f64 / 1e9)
}

/// The parent of a process.
pub(super) fn parent(pid: u32) -> Result<u32> {
    Ok(Stat::read(pid)?.parent)
}

/// The most memory that a process ever had in use, in MiB.
pub(super) fn peak_memory_mib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib as f64 / 1024.0)
}
