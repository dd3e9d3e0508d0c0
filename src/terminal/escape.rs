//! Escaping of data for the terminal.

use std::borrow::Cow;
use std::fmt::Write as _;

use raadspost_content::is_unprintable;

/// Makes terminal control characters visible; line breaks are kept.
///
/// A control character of C0 becomes its picture (`␛`) and a tab a space, each one column wide, so
/// that underlines stay aligned; any other unprintable character becomes `\u{…}`.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && steers(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push(c),
            '\t' => out.push(' '),
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => out.push('\u{2421}'),
            c if steers(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal may interpret this character instead of showing it.
fn steers(c: char) -> bool {
    is_unprintable(c)
}

/// JSON whose strings contain no control characters, because people read it too.
pub(super) fn json_text(object: &serde_json::Value) -> String {
    let text = format!("{object:#}");
    if !text.contains(|c| c != '\n' && steers(c)) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        // serde_json has escaped C0; other controls occur in strings only, where `\uXXXX` is
        // equivalent.
        if c != '\n' && steers(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_steers_the_terminal() {
        assert_eq!(shown("’s-Hertogenbosch\nΑθήνα"), "’s-Hertogenbosch\nΑθήνα");
        assert_eq!(shown("\u{1b}[31mred\u{7}\r\t."), "␛[31mred␇␍ .");
        assert_eq!(shown("\u{9b}2J\u{7f}"), "\\u{9b}2J␡");
        assert_eq!(shown("a\u{202e}b\u{200f}"), "a\\u{202e}b\\u{200f}");
        for c in (0..=0x10_ffff)
            .filter_map(char::from_u32)
            .filter(|c| c.is_control() && *c != '\n')
        {
            assert!(!shown(&c.to_string()).contains(c), "{c:?}");
        }
    }

    #[test]
    fn json_is_escaped_and_equal() {
        let object =
            serde_json::json!({"name": "\u{1b}[0m\u{9b}2J\u{202e}\u{61c}\u{10fffd}\u{7f}\n"});
        let text = json_text(&object);
        assert!(!text.contains(|c| c != '\n' && steers(c)), "{text:?}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            object
        );
    }
}
