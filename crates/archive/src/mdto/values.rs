//! The value types of MDTO, which are those of XML Schema.

/// A language tag (`xsd:language`).
pub(crate) fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let primary = parts.next().unwrap_or("");
    (1..=8).contains(&primary.len())
        && letters(primary)
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// `2023`, `2023-02` or `2023-02-09`.
pub(crate) fn is_day(text: &str) -> bool {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    raadspost_content::Date::parse(&full).is_some()
}

/// `2023-02-09T12:00:00`, with fractions of a second and an offset if given.
pub(crate) fn is_time(text: &str) -> bool {
    let zoned = |text: &str| raadspost_run::parse_time(text).is_ok();
    text.contains('T') && (zoned(text) || zoned(&format!("{text}Z")))
}

/// A duration such as `P10Y` (`xsd:duration`).
pub(crate) fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let (days, times) = rest.split_once('T').unwrap_or((rest, ""));
    let part = |text: &str, units: &str| {
        let mut units = units.chars();
        let mut digits = 0;
        for c in text.chars() {
            if c.is_ascii_digit() {
                digits += 1;
            } else if digits > 0 && units.any(|unit| unit == c) {
                digits = 0;
            } else {
                return false;
            }
        }
        digits == 0
    };
    !rest.is_empty() && !rest.ends_with('T') && part(days, "YMD") && part(times, "HMS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_judged() {
        assert!(is_day("2023") && is_day("2023-02") && !is_day("2023-2-9"));
        assert!(is_time("2025-02-18T15:24:18") && is_time("2025-02-18T15:24:18+01:00"));
        assert!(!is_time("2025-02-18") && !is_time("T"));
        assert!(
            is_duration("P1Y") && is_duration("PT5M") && !is_duration("P") && !is_duration("P1W")
        );
        assert!(is_language("nl") && is_language("nl-NL") && !is_language("nl NL"));
    }
}
