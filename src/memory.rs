//! Memory and processor time of the process, and its page size.

/// Requests pages of 4 KiB instead of 2 MiB from Linux (prctl(2), `PR_SET_THP_DISABLE`). Buffers
/// for a page or file are large and short-lived: clearing whole pages of 2 MiB for them took a
/// third of the time of comparing pixels, and 26 MB more in a run.
pub(crate) fn small_pages() {
    // If the system refuses, the process only uses more memory.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Resident memory in bytes; `None` if the system does not provide it.
pub(crate) fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// Processor time of all threads in seconds, user and system; `None` if the system does not provide
/// it.
pub(crate) fn processor_seconds() -> Option<f64> {
    #[cfg(target_os = "linux")]
    {
        use rustix::time::{ClockId, clock_gettime};
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Some(time.tv_sec as f64 + time.tv_nsec as f64 / 1e9)
    }
    #[cfg(not(target_os = "linux"))]
    None
}
