//! Numbers as people read them.

use std::time::Duration;

/// A count with a comma between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count and its noun: `1 pack`, `2 packs`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        count(number),
        if number == 1 { "" } else { "s" }
    )
}

/// A size in bytes, in powers of 1000 as file managers show it.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if number < 1000 {
        return counted(number, "byte");
    }
    let mut unit = 0;
    let mut divisor = 1000;
    // 999.95 kB would be shown as 1000.0 kB.
    while unit + 1 < UNITS.len() && number >= divisor * 1000 - divisor / 20 {
        unit += 1;
        divisor *= 1000;
    }
    let tenths = (number + divisor / 20) / (divisor / 10);
    format!("{}.{} {}", count(tenths / 10), tenths % 10, UNITS[unit])
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
            [
                1,
                999,
                1000,
                1250,
                999_949,
                999_950,
                12_345_678,
                2_000_000_000
            ]
            .map(bytes),
            [
                "1 byte",
                "999 bytes",
                "1.0 kB",
                "1.3 kB",
                "999.9 kB",
                "1.0 MB",
                "12.3 MB",
                "2.0 GB"
            ]
        );
        let times = [
            Duration::from_millis(3_140),
            Duration::from_secs(83),
            Duration::from_secs(7_320),
        ];
        assert_eq!(times.map(time), ["3.1 s", "1 min 23 s", "2 h 2 min"]);
    }
}
