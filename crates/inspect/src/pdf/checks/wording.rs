//! The words: the file has all words of the document and no others, in its order, and as what
//! it says it: headings of their level, list items and footnotes with their labels.

use raadspost_content::{Diagnostic, Diagnostics};

use super::{Finished, place};
use crate::pdf::matrix::Rect;
use crate::pdf::tree::structure::PlacedLine;
use crate::said::document::Said;
use crate::said::text::{fold, is_ignorable};

/// So many characters are shown round a difference.
const SHOWN: usize = 40;

/// Compares, and adds the first difference to `found`. Returns the page on which each document
/// begins; `None` if its first line is missing.
pub(crate) fn check(finished: &Finished<'_>, found: &mut Diagnostics) -> Vec<Option<usize>> {
    let documents = finished.documents;
    let said = documents.iter().flat_map(|document| &document.lines);
    let said: Vec<&Said> = said
        .chain(documents.iter().flat_map(|document| &document.notes))
        .collect();
    let lines = &finished.tree.lines;
    found.extend(difference(finished, &said, lines));

    let mut next = 0;
    let start = |at: usize| lines.get(at)?.spots.first().map(|spot| spot.page);
    let starts = documents.iter().enumerate().map(|(at, document)| {
        let first = next;
        next += document.lines.len();
        // A file's own first page is its first, whatever it says.
        if at == 0 {
            (!finished.file.pages.is_empty()).then_some(0)
        } else {
            start(first)
        }
    });
    starts.collect()
}

fn difference(finished: &Finished<'_>, said: &[&Said], lines: &[PlacedLine]) -> Option<Diagnostic> {
    let differs = |message: String| Some(Diagnostic::error("pdf-text-differs", message));
    for (at, line) in lines.iter().enumerate() {
        let Some(wanted) = said.get(at) else {
            let (at, text) = (spot(finished, line, 0), start(&line.text));
            return differs(format!(
                "{at}: the file says `{text}`, which the document does not"
            ));
        };
        if let Some(apart) = parted(&wanted.text, line) {
            let at = spot(finished, line, apart.found);
            let (wanted, found) = (
                start(&wanted.text[apart.wanted..]),
                start(&line.text[apart.found..]),
            );
            return differs(match (wanted.is_empty(), found.is_empty()) {
                (_, true) => {
                    format!("{at}: the file ends a line where the document says `{wanted}`")
                }
                (true, _) => format!("{at}: the file says `{found}`, which the document does not"),
                _ => format!("{at}: the file says `{found}` where the document says `{wanted}`"),
            });
        }
        if wanted.role != line.role {
            let (at, text) = (spot(finished, line, 0), start(&line.text));
            let message = format!(
                "{at}: `{text}` is tagged as `{}`, not as `{}`",
                line.role, wanted.role
            );
            return Some(Diagnostic::error("pdf-tag-role", message));
        }
    }
    let wanted = start(&said.get(lines.len())?.text);
    let at = lines.last().map_or_else(
        || "page 1".to_owned(),
        |line| spot(finished, line, line.text.len()),
    );
    differs(format!(
        "{at}: the file ends here, and the document says `{wanted}`"
    ))
}

/// The first characters of a text, folded.
fn start(text: &str) -> String {
    let mut start: String = text.chars().take(SHOWN + 1).collect();
    if start.chars().count() > SHOWN {
        start.pop();
        start.push('…');
    }
    fold(&start)
}

/// The place of a piece of a line.
fn spot(finished: &Finished<'_>, line: &PlacedLine, offset: usize) -> String {
    let after = line.spots.partition_point(|spot| spot.offset <= offset);
    let Some(spot) = line.spots.get(after.saturating_sub(1)) else {
        return "a line without a place".to_owned();
    };
    let run = finished
        .file
        .pages
        .get(spot.page)
        .and_then(|page| page.runs.get(spot.run));
    let bounds = run.map_or(Rect::EMPTY, |run| run.bounds);
    if bounds.is_empty() {
        return format!("page {}", spot.page + 1);
    }
    place(spot.page, finished.area(spot.page, bounds))
}

/// The first difference of two texts: byte offsets in the wanted and in the found one.
struct Parted {
    wanted: usize,
    found: usize,
}

/// A text that is read on from an offset.
#[derive(Clone, Copy)]
struct Reading<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reading<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes white space and what has no width. Whether there was a space, and whether more than
    /// line ends.
    fn pass(&mut self) -> (bool, bool) {
        let (mut any, mut hard) = (false, false);
        while let Some(c) = self
            .next()
            .filter(|c| c.is_whitespace() || is_ignorable(*c))
        {
            self.at += c.len_utf8();
            any |= c.is_whitespace();
            hard |= c.is_whitespace() && c != '\n';
        }
        (any, hard)
    }
}

/// How many bytes at the start of two texts are equal, and letters of ASCII with spaces between
/// them. Nearly all are; a space at their end is not counted, because more may follow it.
fn equal(wanted: &str, found: &str) -> usize {
    let pairs = wanted.bytes().zip(found.bytes());
    let length = pairs
        .take_while(|(want, find)| want == find && matches!(want, b' '..=b'~'))
        .count();
    wanted[..length].trim_end_matches(' ').len()
}

/// Compares a line. Runs of white space are one space; a line end that looks forced is one too, or
/// none, because a word may be broken after characters of which nothing is known here.
fn parted(wanted: &str, line: &PlacedLine) -> Option<Parted> {
    let mut wants = Reading::new(wanted);
    if let Some(label) = &line.label {
        let behind = wanted.strip_prefix(label.as_str());
        if !behind.is_some_and(|rest| rest.chars().next().is_none_or(char::is_whitespace)) {
            return Some(Parted {
                wanted: 0,
                found: 0,
            });
        }
        wants.at = label.len();
    }
    let mut finds = Reading::new(&line.text);
    let mut first = true;
    loop {
        let length = equal(wants.rest(), finds.rest());
        wants.at += length;
        finds.at += length;
        first &= length == 0;
        let (wants_space, _) = wants.pass();
        let (has_space, hard) = finds.pass();
        let parted = Parted {
            wanted: wants.at,
            found: finds.at,
        };
        let (Some(want), Some(find)) = (wants.next(), finds.next()) else {
            return (wants.next() != finds.next()).then_some(parted);
        };
        let spaced = first || (wants_space && has_space) || (!wants_space && !hard);
        if want != find || !spaced {
            return Some(parted);
        }
        first = false;
        wants.at += want.len_utf8();
        finds.at += find.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::parted;
    use crate::pdf::tree::structure::PlacedLine;
    use crate::said::line::Role;

    fn equal(wanted: &str, label: Option<&str>, found: &str) -> bool {
        let line = PlacedLine {
            role: Role::Paragraph,
            depth: 0,
            label: label.map(str::to_owned),
            text: found.to_owned(),
            spots: Vec::new(),
        };
        parted(wanted, &line).is_none()
    }

    #[test]
    fn what_reads_alike_is_equal() {
        assert!(equal(
            "de gemeente  Utrecht",
            None,
            "de ge\u{AD}meente\u{A0}Utrecht "
        ));
        assert!(equal("een\ntwee", None, "een \ntwee"));
        assert!(equal("een twee", None, "een\ntwee"));
        assert!(equal("en/of", None, "en\n/of"));
        assert!(equal("een twee", None, "  een   twee"));
        assert!(equal("een  twee", None, "een\n twee"));
        assert!(equal("a) Te doen", Some("a)"), "Te doen"));
        assert!(equal("–", Some("–"), ""));
    }

    #[test]
    fn what_reads_otherwise_is_not() {
        assert!(!equal("de gemeente", None, "de gemeenten"));
        assert!(!equal("de gemeenten", None, "de gemeente"));
        assert!(!equal("de gemeente", None, "degemeente"));
        assert!(!equal("een twee ", None, "een twee \u{AD}drie"));
        assert!(!equal("tweeën", None, "twee ën"));
        assert!(!equal("degemeente", None, "de gemeente"));
        assert!(!equal("a) Te doen", Some("b)"), "Te doen"));
        assert!(!equal("a) Te doen", None, "Te doen"));
        assert!(!equal("a) Te doen", Some("a"), "Te doen"));
        assert!(!equal("wel", None, "niet"));
    }
}
