//! Markdown constructs that a tag interrupts.

use raadspost_content::{Diagnostic, Diagnostics};

use crate::parse::delimiters::Seen;
use crate::parse::tags::{Tag, Tagged};

/// Reports text that would be Markdown if the tag were not there.
pub(super) fn beside_tags(tagged: &Tagged, diagnostics: &mut Diagnostics) {
    let text = tagged.text.text.as_str();
    // Whether only tags and white space are between the start of the line and here.
    let mut at_start = None;
    for (index, placed) in tagged.tags.iter().enumerate() {
        let mut report = |code, message: &str, hint: &str| {
            diagnostics.push(
                Diagnostic::error(code, message)
                    .at(placed.place.clone())
                    .hint(hint),
            );
        };
        if Seen::last(&text[..placed.range.start]).has(Seen::BACKSLASH) {
            report(
                "literal-delimiter",
                "the `\\` before the tag would escape the text that replaces the tag",
                "remove the `\\`; write `{\\{` to print braces, and `\\\\` to print a backslash",
            );
        }
        let line = text[..placed.range.start]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let from = match at_start {
            Some((start, end)) if start == line => end,
            _ => line,
        };
        let alone = text[from..placed.range.start].trim().is_empty();
        match &placed.tag {
            Tag::If(_) | Tag::Private | Tag::Else | Tag::End => {}
            Tag::Value(_) | Tag::Wrong => continue,
        }
        if placed.before.has(Seen::CLOSING) && placed.after.has(Seen::OPENING) {
            report(
                "literal-delimiter",
                "a link is written across a tag",
                "write the link in one branch: `{{ if … }}[text](https://…){{ end }}`; write `\\]` to print a bracket",
            );
        }
        if !alone {
            continue;
        }
        at_start = Some((line, placed.range.end));
        let next = tagged.tags.get(index + 1);
        let rest = &text[placed.range.end..next.map_or(text.len(), |next| next.range.start)];
        if begins_block(rest.trim_start_matches(' ')) {
            report(
                "block-in-condition",
                "a heading or a list begins after the tag, which only applies within a paragraph",
                "give the heading or list its own block with `when:`; write `\\` before a sign to print it",
            );
        }
    }
}

/// Whether a line begins with the marker of a heading, an item or a block quote.
fn begins_block(line: &str) -> bool {
    let spaced = |rest: &str| rest.starts_with([' ', '\n']);
    let hashes = line.trim_start_matches('#');
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=6).contains(&(line.len() - hashes.len())) && spaced(hashes)
        || (1..=9).contains(&(line.len() - digits.len()))
            && digits.strip_prefix(['.', ')']).is_some_and(spaced)
        || line.strip_prefix(['-', '*', '+']).is_some_and(spaced)
        || line.starts_with('>')
}
