//! Numbers formatted for people.

use std::time::Duration;

use indicatif::{DecimalBytes, HumanCount};

/// A count with a comma between thousands.
pub(crate) fn count(number: u64) -> String {
    HumanCount(number).to_string()
}

/// A count and its noun: `1 pack`, `2 packs`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        count(number),
        if number == 1 { "" } else { "s" }
    )
}

/// A size in bytes, in powers of 1000 like file managers.
pub(crate) fn bytes(number: u64) -> String {
    DecimalBytes(number).to_string()
}

/// A time that has passed.
pub(crate) fn time(passed: Duration) -> String {
    let seconds = passed.as_secs();
    match seconds {
        0..60 => format!("{:.1} s", passed.as_secs_f64()),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", count(seconds / 3600), seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0, 1, 342].map(|n| counted(n, "pack")),
            ["0 packs", "1 pack", "342 packs"]
        );
        assert_eq!(
            [999, 1250, 12_345_678, 2_000_000_000].map(bytes),
            ["999 B", "1.25 kB", "12.35 MB", "2.00 GB"]
        );
        let times = [
            Duration::from_millis(3_140),
            Duration::from_secs(83),
            Duration::from_secs(7_320),
        ];
        assert_eq!(times.map(time), ["3.1 s", "1 min 23 s", "2 h 2 min"]);
    }
}
