//! A page of Markdown with examples that tests run: headings, prose, and fenced blocks.

use std::ops::Range;

/// A fenced block.
#[derive(Debug, Clone)]
pub(crate) struct Fence {
    /// The info string of the opening fence.
    pub(crate) info: Vec<String>,
    /// Its content, each line with its line end.
    pub(crate) text: String,
    /// The range of its content, in lines of the page.
    pub(crate) lines: Range<usize>,
}

/// A heading with the blocks below it, up to the next heading.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) level: usize,
    pub(crate) title: String,
    pub(crate) fences: Vec<Fence>,
}

/// The sections of a page.
///
/// # Panics
/// A fence is not closed, or precedes the first heading.
pub(crate) fn sections(page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let hashes = line.chars().take_while(|c| *c == '#').count();
        if let (1.., Some(title)) = (hashes, line[hashes..].strip_prefix(' ')) {
            sections.push(Section {
                level: hashes,
                title: title.to_owned(),
                fences: Vec::new(),
            });
        }
        let ticks = line.chars().take_while(|c| *c == '`').count();
        if ticks < 3 {
            continue;
        }
        let fence = &line[..ticks];
        let mut text = String::new();
        let end = loop {
            let (end, inner) = lines.next().unwrap_or_else(|| {
                panic!("line {}: the block is not closed", at + 1);
            });
            if inner == fence {
                break end;
            }
            text.push_str(inner);
            text.push('\n');
        };
        let section = sections.last_mut().unwrap_or_else(|| {
            panic!("line {}: a block before the first heading", at + 1);
        });
        section.fences.push(Fence {
            info: line[ticks..].split(' ').map(str::to_owned).collect(),
            text,
            lines: at + 1..end,
        });
    }
    sections
}

/// A YAML mapping in block style, overlaid with the entries of another at any depth. An entry with
/// the value `!leave-out` is removed; lists are replaced as a whole.
pub(crate) fn merged(base: &str, over: &str) -> String {
    let mut entries = entries(base);
    for (key, text) in self::entries(over) {
        let Some(at) = entries.iter().position(|(known, _)| *known == key) else {
            entries.push((key, text));
            continue;
        };
        if text
            .lines()
            .next()
            .is_some_and(|line| line.ends_with(" !leave-out"))
        {
            entries.remove(at);
            continue;
        }
        let below = |text: &str| {
            let (head, below) = text.split_once('\n')?;
            let is_mapping = head.trim_end().ends_with(':') && !self::entries(below).is_empty();
            is_mapping.then(|| (format!("{head}\n"), below.to_owned()))
        };
        entries[at].1 = match (below(&entries[at].1), below(&text)) {
            (Some((head, base)), Some((_, over))) => head + &merged(&base, &over),
            _ => text,
        };
    }
    entries.into_iter().map(|(_, text)| text).collect()
}

/// The entries of a block-style mapping with all their lines; `None` for anything else.
fn entries(text: &str) -> Vec<(String, String)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = text.lines().find(|line| !line.trim().is_empty());
    let depth = first.map_or(0, indent);
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let is_entry = !line.trim().is_empty()
            && indent(line) == depth
            && !line[depth..].starts_with(['-', '#', '}', ']']);
        if is_entry {
            let Some((key, _)) = line.trim_start().split_once(':') else {
                return Vec::new();
            };
            entries.push((key.to_owned(), String::new()));
        }
        let Some((_, entry)) = entries.last_mut() else {
            return Vec::new();
        };
        entry.push_str(line);
        entry.push('\n');
    }
    entries
}
