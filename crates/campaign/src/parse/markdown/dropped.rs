//! Text that the Markdown parser drops.

use std::ops::Range;

use super::{Reader, normal};

impl<'a> Reader<'a> {
    /// Reports text that the Markdown parser dropped: link definitions that no link uses, and any
    /// other text that is in no block, whatever the reason.
    pub(super) fn dropped(&mut self) {
        let mut read = vec![false; self.tagged.text.text.len()];
        let used = self.link_definitions.iter();
        let used = used.filter(|(label, _)| self.link_labels.contains(label));
        let used = used.map(|(_, range)| range);
        for range in self.covered.iter().chain(used) {
            read[range.clone()].fill(true);
        }
        let mut line_start = 0;
        let mut lines: Vec<Range<usize>> = Vec::new();
        for line in self.tagged.text.text.split_inclusive('\n') {
            let left = line
                .char_indices()
                .filter(|(at, c)| !c.is_whitespace() && !read[line_start + at]);
            let left: Vec<_> = left.map(|(at, _)| at).collect();
            if let (Some(first), Some(last)) = (left.first(), left.last()) {
                let c = line[*last..].chars().next().map_or(1, char::len_utf8);
                lines.push(line_start + first..line_start + last + c);
            }
            line_start += line.len();
        }
        for range in lines {
            let text = self.tagged.text.text[range.clone()].to_owned();
            let label = text
                .strip_prefix('[')
                .and_then(|rest| rest.split(']').next());
            let Some(label) = label else {
                // The rest of a definition whose first line is reported.
                if text.starts_with(['"', '\'', '(', '<']) || text.contains("://") {
                    continue;
                }
                self.report(
                    "dropped-text",
                    range,
                    "this text is in no paragraph and would not be printed".to_owned(),
                    "write it in its own paragraph, with an empty line before and after it",
                );
                continue;
            };
            if self.link_labels.contains(&normal(label)) {
                self.report(
                    "duplicate-link",
                    range,
                    format!("the address of `[{label}]` is defined twice"),
                    "keep one of the two",
                );
            } else {
                self.report(
                    "unused-link",
                    range,
                    format!(
                        "`[{label}]:` is an address that no link uses and would not be printed"
                    ),
                    &format!(
                        "write `\\[{label}]:` to print the line, or use it: `[text][{label}]`"
                    ),
                );
            }
        }
    }
}
