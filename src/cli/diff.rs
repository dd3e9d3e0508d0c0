//! `diff`: the words that would change in the documents of a run. The delivered files are read, the
//! new ones are rendered in memory, and nothing is written.

use std::fs;

use clap::Args;
use raadspost_content::{Diagnostics, Format, Rendition};
use raadspost_inspect::{ChangedLine, Line, WordKind, changed_lines, read_docx, read_pdf};
use raadspost_pipeline::{StatusEntry, StatusKind};
use serde_json::{Value, json};

use crate::cli::Run;
use crate::cli::status::{self, Look, exit, look_at, reason};
use crate::cli::tally::reasons;
use crate::interrupt::Interrupt;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::units::{count, counted};

/// Number of unchanged words shown before and after changed ones.
const AROUND: usize = 6;

/// Show the words that would change in the documents of a run
#[derive(Debug, Args)]
pub(super) struct Diff {
    #[command(flatten)]
    look: Look,
}

impl Run for Diff {
    fn json(&self) -> bool {
        self.look.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let look = &self.look;
        let interrupt = &Interrupt::catch()?;
        let mut all: Vec<Value> = Vec::new();
        let (mut documents, mut words) = (0, 0);
        let status::Found {
            counts,
            campaign,
            faults,
        } = look_at(look, true, shell, interrupt, &mut |looked| {
            let status = looked.status;
            let found = compare(look, looked);
            if let Found::Changed(lines) = &found {
                documents += 1;
                words += lines.iter().map(changed_words).sum::<u64>();
            }
            if shell.json() {
                let mut object = serde_json::to_value(status).unwrap_or_default();
                match &found {
                    Found::Changed(lines) => object["lines"] = json!(lines),
                    Found::Unread(why) => object["error"] = json!(why),
                    Found::Other => {}
                }
                all.push(object);
                return;
            }
            tell(looked, &found, shell);
        })?;
        let exit = exit(&counts, &faults, interrupt);
        if shell.json() {
            shell.object(&json!({
                "command": "diff",
                "exit": exit.status(),
                "campaign": campaign,
                "diagnostics": reasons(&faults),
                "run": look.run.display().to_string(),
                "counts": counts,
                "changed_documents": documents,
                "changed_words": words,
                "documents": all,
            }));
            return Ok(exit);
        }
        let style = if exit == Exit::Made {
            Style::Good
        } else {
            Style::Odd
        };
        let text = format!(
            "{} in {}",
            counted(words, "changed word"),
            counted(documents, "document")
        );
        shell.styled(style, &text);
        Ok(exit)
    }
}

/// The differences of one document.
enum Found {
    /// The lines that differ; empty if only the look differs.
    Changed(Vec<ChangedLine>),
    /// Why it cannot be compared.
    Unread(String),
    /// The earlier or later version is missing.
    Other,
}

fn compare(look: &Look, looked: &StatusEntry<'_>) -> Found {
    let Some(format) = looked.format else {
        return Found::Other;
    };
    match looked.status.standing {
        StatusKind::OutOfDate | StatusKind::FileChanged => {}
        StatusKind::Fresh
        | StatusKind::New
        | StatusKind::FileMissing
        | StatusKind::Refused
        | StatusKind::Unplanned => return Found::Other,
    }
    let new = match &looked.rendition {
        Some(Ok(rendition)) => rendition,
        Some(Err(reasons)) => return Found::Unread(first(reasons)),
        None => {
            return Found::Unread("it would not be made, because another document fails".into());
        }
    };
    match lines(look, looked, format, new) {
        Ok((old, new)) => Found::Changed(changed_lines(&old, &new)),
        Err(why) => Found::Unread(why),
    }
}

fn first(reasons: &Diagnostics) -> String {
    let first = reasons
        .first()
        .map_or("no reason", |reason| &reason.message);
    format!("it would not be made: {first}")
}

fn lines(
    look: &Look,
    looked: &StatusEntry<'_>,
    format: Format,
    new: &Rendition,
) -> Result<(Vec<Line>, Vec<Line>), String> {
    let path = look.run.join(&looked.status.path);
    let old = fs::read(&path).map_err(|error| error.to_string())?;
    let read = |bytes: &[u8]| match format {
        Format::Pdf => read_pdf(bytes).map(|text| text.lines),
        Format::Docx => read_docx(bytes).map(|text| text.lines),
    };
    let text = |error: raadspost_inspect::ReadError| error.to_string();
    Ok((read(&old).map_err(text)?, read(&new.bytes).map_err(text)?))
}

fn changed_words(line: &ChangedLine) -> u64 {
    let of = |kind: WordKind| -> usize {
        let some = line.words.iter().filter(|word| word.kind == kind);
        some.map(|word| word.text.split(' ').count()).sum()
    };
    of(WordKind::Removed).max(of(WordKind::Added)) as u64
}

fn tell(looked: &StatusEntry<'_>, found: &Found, shell: &Shell) {
    let status = looked.status;
    let why = match status.standing {
        StatusKind::New => "new",
        StatusKind::FileMissing => "missing, would be made again",
        StatusKind::FileChanged => "changed by hand, would be made again",
        StatusKind::Refused => "refused",
        StatusKind::Unplanned => "no longer planned, would be moved to `superseded/`",
        StatusKind::OutOfDate | StatusKind::Fresh => "",
    };
    let head = if why.is_empty() {
        status.path.clone()
    } else {
        format!("{}: {why}", status.path)
    };
    shell.styled(Style::Strong, &head);
    match found {
        Found::Changed(lines) if lines.is_empty() => {
            let reasons: Vec<String> = status.changes.iter().map(reason).collect();
            shell.line(&format!("  no word differs; {}", reasons.join("; ")));
        }
        Found::Changed(lines) => {
            for line in lines {
                shell.line(&format!(
                    "  {:>4}  {}",
                    count(line.line as u64),
                    shown(line)
                ));
            }
        }
        Found::Unread(why) => shell.styled(Style::Bad, &format!("  {why}")),
        Found::Other => {}
    }
}

/// A changed line as text: `[-old-]{+new+}`, like `wdiff`, with a few words of context.
fn shown(line: &ChangedLine) -> String {
    let last = line.words.len().saturating_sub(1);
    let part = |(at, word): (usize, &raadspost_inspect::Word)| match word.kind {
        WordKind::Removed => format!("[-{}-]", word.text),
        WordKind::Added => format!("{{+{}+}}", word.text),
        WordKind::Kept => around(&word.text, at > 0, at < last),
    };
    let parts: Vec<String> = line.words.iter().enumerate().map(part).collect();
    parts.join(" ")
}

/// The words next to a change: from the beginning of a text after one, from the end of a text
/// before one.
fn around(text: &str, after: bool, before: bool) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let wanted = AROUND * (usize::from(after) + usize::from(before));
    if words.len() <= wanted {
        return text.to_owned();
    }
    let mut parts = Vec::new();
    if after {
        parts.push(words[..AROUND].join(" "));
    }
    parts.push("…".to_owned());
    if before {
        parts.push(words[words.len() - AROUND..].join(" "));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use raadspost_inspect::Word;

    use super::*;

    #[test]
    fn changed_words_stand_between_a_few_kept_ones() {
        let word = |kind, text: &str| Word {
            kind,
            text: text.into(),
        };
        let line = ChangedLine {
            line: 3,
            words: vec![
                word(WordKind::Kept, "a b c d e f g h"),
                word(WordKind::Removed, "old"),
                word(WordKind::Added, "new one"),
                word(WordKind::Kept, "1 2 3 4 5 6 7 8 9 10 11 12 13 14"),
                word(WordKind::Added, "end"),
            ],
        };
        assert_eq!(
            shown(&line),
            "… c d e f g h [-old-] {+new one+} 1 2 3 4 5 6 … 9 10 11 12 13 14 {+end+}"
        );
        assert_eq!(changed_words(&line), 3);
    }
}
