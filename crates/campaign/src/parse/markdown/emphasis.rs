//! Runs of `*` and `_`: literal ones, and those that depend on a condition.

use std::ops::Range;

use super::Reader;
use crate::parse::delimiters::{Powers, Run, Seen};

impl<'a> Reader<'a> {
    /// Reports runs at the ends of emphasis that do not exist for every municipality, and returns
    /// the emphasis' character and the start of its opening run.
    pub(super) fn judge_pair(&mut self, range: &Range<usize>) -> (char, usize) {
        let text = &self.tagged.text.text;
        let runs = (
            Run::at(text, range.start),
            Run::at(text, range.end.saturating_sub(1)),
        );
        let (Some(open), Some(close)) = runs else {
            return ('*', range.start);
        };
        let equal = open.range.len() == close.range.len();
        let (before, after) = self.tagged.around(&open.range);
        let powers = open.powers(before, after);
        let around =
            |(sign, start): &(char, usize)| *sign == open.delimiter && *start != open.range.start;
        let free = equal && !self.enclosing.iter().any(around);
        let is_sound = powers.is_certain() || free && powers.opens.1 && !powers.merges;
        if !is_sound {
            self.hangs(&open, powers);
            return (open.delimiter, open.range.start);
        }
        let (before, after) = self.tagged.around(&close.range);
        let powers = close.powers(before, after);
        let is_sound = powers.is_certain() || equal && powers.closes.1 && !powers.merges;
        if !is_sound {
            self.hangs(&close, powers);
        }
        (open.delimiter, open.range.start)
    }

    /// Reports a run with different effects for different municipalities.
    fn hangs(&mut self, run: &Run, powers: Powers) {
        if self.definitions || !self.judged.insert(run.range.start) {
            return;
        }
        self.crossed.reported = true;
        // Two runs that would become adjacent are one mistake.
        if powers.merges && std::mem::replace(&mut self.crossed.merged, true) {
            return;
        }
        let (shown, sign) = (&self.tagged.text.text[run.range.clone()], run.delimiter);
        let (message, hint) = if powers.merges {
            (
                format!(
                    "`{shown}` would be next to another `{sign}` if the text of the tag is empty"
                ),
                format!(
                    "write one emphasis for both, or a space between them; write `\\{sign}` to print the character"
                ),
            )
        } else {
            (
                format!(
                    "whether `{shown}` opens or closes emphasis depends on the condition beside it"
                ),
                format!(
                    "open and close emphasis in the same branch, without white space or punctuation at its ends: `{{{{ if … }}}}{sign}text{sign}{{{{ end }}}}`"
                ),
            )
        };
        self.report("crossed-condition", run.range.clone(), message, &hint);
    }

    /// Records a run of which some characters are literal.
    pub(super) fn is_printed(&mut self, run: Run) {
        if self.definitions || self.judged.contains(&run.range.start) {
            return;
        }
        let (before, after) = self.tagged.around(&run.range);
        let powers = run.powers(before, after);
        if powers.is_inert() {
            return;
        }
        if powers.is_certain() {
            self.judged.insert(run.range.start);
            self.printed.push((run, before, after, powers));
        } else {
            self.hangs(&run, powers);
        }
    }

    /// Reports the runs of a paragraph that would be printed; of two that should be a pair, only
    /// the wrong one.
    pub(super) fn report_printed(&mut self) {
        let mut printed = std::mem::take(&mut self.printed).into_iter().peekable();
        while let Some((run, before, after, powers)) = printed.next() {
            let pair = printed.next_if(|(other, ..)| {
                other.delimiter == run.delimiter && other.range.len() == run.range.len()
            });
            let opens = pair.is_none() && powers.opens.0 && !powers.closes.0;
            let (run, before, after, message) = match pair {
                Some((close, before, after, powers)) if !powers.closes.0 => {
                    (close, before, after, "does not close emphasis here")
                }
                Some(_) => (run, before, after, "does not open emphasis here"),
                None if opens => (run, before, after, "opens emphasis that is not closed"),
                None => (run, before, after, "does not close any emphasis"),
            };
            let (shown, sign) = (&self.tagged.text.text[run.range.clone()], run.delimiter);
            let message = format!("`{shown}` {message} and would be printed literally");
            let cure = if message.contains("does not close") && before == Seen::SPACE {
                "remove the white space before it".to_owned()
            } else if message.contains("does not open") && after == Seen::SPACE {
                "remove the white space after it".to_owned()
            } else if message.contains("does not") {
                format!(
                    "move the punctuation out of the emphasis, as in `{shown}word{shown}:`, or write a space next to it"
                )
            } else {
                format!("write `{shown}` at both ends of the text")
            };
            let hint = format!("{cure}; write `\\{sign}` to print the character");
            self.report("literal-delimiter", run.range.clone(), message, &hint);
        }
    }
}
