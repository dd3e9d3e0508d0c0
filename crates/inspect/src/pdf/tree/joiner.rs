//! Joining shown text to running text: what comes between the end of one line and the next.
//!
//! Writers keep the space at which a line was broken, and mark a hyphenated line end with a soft
//! hyphen. If neither is at a line end, the break was forced, or it followed a character
//! after which a word may be broken without a hyphen.

use crate::pdf::page::content::Run;
use crate::said::text::tidy;

/// A step of the baseline by this part of the type size starts a new line; raised footnote
/// numbers stay well below, lines of text well above.
const NEW_LINE: f32 = 0.6;

/// In Czech, Polish, Portuguese, Spanish and others a compound that is broken behind its hyphen has
/// it again on the next line. It is one hyphen.
const HYPHEN: char = '-';

/// About how many bytes a paragraph has, and of how many pieces it is.
const USUAL: (usize, usize) = (384, 8);

/// The place of a run, for comparison with the next.
#[derive(Debug, Clone, Copy)]
struct Position {
    page: usize,
    y: f32,
    size: f32,
    link: Option<usize>,
}

/// The place of a piece of joined text on paper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    /// The offset at which it begins.
    pub(crate) offset: usize,
    /// The page, from 0.
    pub(crate) page: usize,
    /// The run on that page.
    pub(crate) run: usize,
}

/// Text in the making.
#[derive(Debug, Clone, Default)]
pub(crate) struct Joiner {
    text: String,
    spots: Vec<Spot>,
    last: Option<Position>,
}

/// Whether a line may end after this character without hyphen and without space (UAX #14: classes
/// HY, BA, B2, SY, ZW and scripts that are set without spaces).
fn breaks_after(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{AD}' | '\u{200B}' | '\u{2010}' | '\u{2012}'..='\u{2014}' | '/' | '|'
    ) || is_wide(c)
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Whether the last word is an address, which may be broken anywhere.
fn ends_in_address(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or(text);
    word.contains("://") || word.starts_with("www.")
}

impl Joiner {
    /// Adds what a run, by its number on the page, shows; `link` tells apart the link elements of a
    /// document apart.
    pub(crate) fn push(&mut self, (at, run): (usize, &Run), page: usize, link: Option<usize>) {
        if run.text.is_empty() {
            return;
        }
        let position = Position {
            page,
            y: run.y,
            size: run.size,
            link,
        };
        let mut text = run.text.as_str();
        if let (Some(last), Some(first)) = (self.last, text.chars().next()) {
            let size = last.size.max(run.size).max(1.0);
            let new_line = last.page != page || (last.y - run.y).abs() > NEW_LINE * size;
            if new_line && self.text.ends_with(HYPHEN) && first == HYPHEN {
                // Nowhere else does a line begin with a hyphen behind one (UAX #14, LB21).
                text = &text[HYPHEN.len_utf8()..];
            } else if new_line && self.forced(first, last.link == link) {
                self.text.push('\n');
            }
        }
        let offset = self.text.len();
        if self.spots.is_empty() {
            self.text.reserve(USUAL.0);
            self.spots.reserve(USUAL.1);
        }
        self.spots.push(Spot {
            offset,
            page,
            run: at,
        });
        self.text.push_str(text);
        self.last = Some(position);
    }

    /// Adds text that has no place, such as a replacement of a whole element or a marker.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Whether the line end here, before `next`, was forced. An address is taken to go on as long
    /// as the link does.
    fn forced(&self, next: char, same_link: bool) -> bool {
        let Some(end) = self.text.chars().next_back() else {
            return false;
        };
        !(end.is_whitespace()
            || next.is_whitespace()
            || breaks_after(end)
            || is_wide(next)
            || (same_link && ends_in_address(&self.text)))
    }

    /// Whether anything but white space was added.
    pub(crate) fn is_empty(&self) -> bool {
        self.text
            .chars()
            .all(|c| c.is_whitespace() || c == '\u{AD}')
    }

    /// The joined text, and the places of its pieces.
    pub(crate) fn into_parts(self) -> (String, Vec<Spot>) {
        (self.text, self.spots)
    }

    /// The text, tidied.
    pub(crate) fn finish(self) -> String {
        tidy(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Joiner;
    use crate::pdf::matrix::Rect;
    use crate::pdf::page::content::Run;
    use crate::pdf::page::marks::Belongs;

    fn joined(runs: &[(&str, f32)]) -> String {
        let mut joiner = Joiner::default();
        for (text, y) in runs {
            let run = Run {
                belongs: Belongs::Nothing,
                text: (*text).to_owned(),
                y: *y,
                size: 10.0,
                bounds: Rect::EMPTY,
                advance: (0.0, 0.0),
            };
            joiner.push((0, &run), 0, Some(1));
        }
        joiner.finish()
    }

    #[test]
    fn line_ends_read_as_they_were_broken() {
        assert_eq!(
            joined(&[
                ("de ge", 50.0),
                ("\u{AD}", 50.0),
                ("meente ", 36.0),
                ("Utrecht", 22.0)
            ]),
            "de gemeente Utrecht"
        );
        assert_eq!(
            joined(&[("Noord-", 50.0), ("Brabant", 36.0)]),
            "Noord-Brabant"
        );
        assert_eq!(
            joined(&[("Vitoria-", 50.0), ("-Gasteiz", 36.0)]),
            "Vitoria-Gasteiz"
        );
        assert_eq!(
            joined(&[("Vitoria-", 50.0), ("-", 36.0), ("Gasteiz", 36.0)]),
            "Vitoria-Gasteiz"
        );
        assert_eq!(joined(&[("a-", 50.0), ("-b", 50.0)]), "a--b");
        assert_eq!(joined(&[("a- ", 50.0), ("-b", 36.0)]), "a- -b");
        assert_eq!(
            joined(&[("Jan Jansen", 50.0), ("voorzitter", 36.0)]),
            "Jan Jansen\nvoorzitter"
        );
        assert_eq!(
            joined(&[("zie https://a.", 50.0), ("example/", 36.0), ("x", 22.0)]),
            "zie https://a.example/x"
        );
        assert_eq!(
            joined(&[("noot", 50.0), ("1", 53.9), (",", 50.0)]),
            "noot1,"
        );
    }
}
