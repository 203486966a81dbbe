//! Processor time and clock time of some work, for benchmarks.

use std::error::Error;
use std::time::Instant;

/// What a stage took, in milliseconds.
#[derive(Clone, Copy)]
pub struct Spent {
    pub cpu_ms: f64,
    pub wall_ms: f64,
}

/// Does something, and says what it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> Result<(T, Spent), Box<dyn Error>> {
    let (before, began) = (process_cpu_ms()?, Instant::now());
    let done = work();
    let wall_ms = began.elapsed().as_secs_f64() * 1_000.0;
    Ok((done, Spent { cpu_ms: process_cpu_ms()? - before, wall_ms }))
}

/// CPU time of all threads of this process so far, from the scheduler (Linux only), in nanosecond steps.
fn process_cpu_ms() -> Result<f64, Box<dyn Error>> {
    let mut total = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        let nanoseconds: f64 = text.split_whitespace().next().ok_or("empty schedstat")?.parse()?;
        total += nanoseconds / 1e6;
    }
    Ok(total)
}

/// The most memory this process has held so far (Linux only).
pub fn peak_memory_mb() -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).ok_or("no VmHWM")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("empty VmHWM")?.parse()?;
    Ok(kilobytes / 1024.0)
}

/// Thousandths are enough.
pub fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
