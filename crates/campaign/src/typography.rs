//! Typographic rules for all formats: which words must stay on one line.

use std::borrow::Cow;

use raadspost_content::cldr;
use unicode_normalization::UnicodeNormalization as _;

/// Units that stay with the preceding number, as written.
const UNITS: [&str; 31] = [
    "%", "‰", "€", "euro", "cent", "mln", "mld", "miljoen", "miljard", "mm", "cm", "dm", "m", "km",
    "m²", "m³", "km²", "ha", "g", "kg", "ton", "l", "s", "min", "u", "uur", "kW", "kWh", "MW",
    "MWh", "°C",
];

/// Words that stay with the following number.
const BEFORE: [&str; 16] = [
    "€",
    "$",
    "£",
    "art.",
    "artikel",
    "lid",
    "nr.",
    "nummer",
    "blz.",
    "p.",
    "pag.",
    "§",
    "bijlage",
    "Bijlage",
    "hoofdstuk",
    "No.",
];

/// Normalises to Unicode's composed form (NFC), in which a letter with its accent is one character:
/// tables and keyboards differ in this invisibly.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || unicode_normalization::is_nfc(text) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// Replaces the space between a number and its unit or month, and between a sign or word such as
/// `€` or `artikel` and its number, by a no-break space.
pub(crate) fn tied(text: &str) -> Cow<'_, str> {
    if !text.contains(' ') || !text.bytes().any(|b| b.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut words = text.split(' ').peekable();
    let mut changed = false;
    while let Some(word) = words.next() {
        out.push_str(word);
        if let Some(next) = words.peek() {
            let tie = ties(word, next);
            changed |= tie;
            out.push(if tie { '\u{A0}' } else { ' ' });
        }
    }
    if changed {
        Cow::Owned(out)
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether two words belong on one line.
fn ties(word: &str, next: &str) -> bool {
    let opening = ['(', '[', '“', '‘', '"', '\''];
    let word = word.trim_start_matches(opening);
    let next_number = next.starts_with(|c: char| c.is_ascii_digit());
    if next_number && BEFORE.contains(&word) {
        return true;
    }
    // A roman numeral after `bijlage` is a number too.
    let roman = |word: &str| {
        let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        !word.is_empty() && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
    };
    if matches!(word, "bijlage" | "Bijlage") && roman(next) {
        return true;
    }
    let number = word.ends_with(|c: char| c.is_ascii_digit())
        && word.starts_with(|c: char| c.is_ascii_digit());
    let unit = next.trim_end_matches(|c: char| {
        matches!(c, '.' | ',' | ';' | ':' | ')' | '?' | '!' | '”' | '’')
    });
    number && (UNITS.contains(&unit) || cldr::is_month(unit))
}

#[cfg(test)]
mod tests {
    use super::tied;

    #[test]
    fn numbers_keep_their_units() {
        for (text, set) in [
            ("Op 24 februari is", "Op 24~februari is"),
            (
                "Op 9 februari, om 20.00 uur.",
                "Op 9~februari, om 20.00~uur.",
            ),
            (
                "voor € 1.000 of 50 % en 3 km²;",
                "voor €~1.000 of 50~% en 3~km²;",
            ),
            ("(bijlage I) en artikel 5", "(bijlage~I) en artikel~5"),
            ("2 березня", "2~березня"),
            // Not a number, or not a unit.
            ("de 7.100 doden", "de 7.100 doden"),
            ("In februari 2023", "In februari 2023"),
            ("B2 m is", "B2 m is"),
            ("bijlage over", "bijlage over"),
        ] {
            assert_eq!(tied(text).replace('\u{a0}', "~"), set, "{text}");
        }
    }
}
