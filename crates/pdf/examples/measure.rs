//! Packs per second on one thread: `measure [PACKS]`. First the pack file alone, then all four
//! files; every pack has a municipality name of its own.

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::Write as _;
use std::time::Instant;

use raadspost_content::Renderer;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::disallowed_methods, reason = "a measurement needs the clock")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: usize = std::env::args()
        .nth(1)
        .map_or(Ok(500), |argument| argument.parse())?;
    let all = support::pack(support::BRIEF);
    let renderer = support::renderer();
    for shapes in [&all[3..], &all[..]] {
        let prepared = renderer.prepare(shapes);
        let prepared = prepared.map_err(|found| format!("{found:#?}"))?.output;
        let mut bytes = 0;
        let (mut start, mut before) = (Instant::now(), processor());
        for number in 0..count + 16 {
            if number == 16 {
                (start, before) = (Instant::now(), processor());
            }
            let name = format!("Gemeente {number}-aan-den-IJssel");
            let street = format!("Postbus {number}");
            let town = format!("{} AB\u{a0}\u{a0}PLAATS {number}", 1000 + number);
            let values = support::values(shapes, [&name, &street, &town]);
            let made = prepared
                .render(&values)
                .map_err(|found| format!("{found:#?}"))?;
            bytes += made
                .output
                .iter()
                .map(|rendition| rendition.bytes.len())
                .sum::<usize>();
        }
        let (seconds, spent) = (start.elapsed().as_secs_f64(), processor() - before);
        let (files, each) = (shapes.len(), bytes / (count + 16));
        let (rate, cores) = (count as f64 / seconds, count as f64 / spent);
        writeln!(
            std::io::stdout(),
            "{files} files: {rate:.1} packs/s, {cores:.1} packs per second of processor time, \
             {each} bytes each pack"
        )?;
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap_or("VmHWM unknown");
    writeln!(std::io::stdout(), "{peak}")?;
    Ok(())
}

/// Seconds of processor time of this process, user and system, where `/proc` tells.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|it| it.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
