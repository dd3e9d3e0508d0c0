//! A page of cases: headings, prose, and fenced blocks.

use std::ops::Range;

/// A fenced block.
#[derive(Debug, Clone)]
pub(crate) struct Fence {
    /// The words behind the opening fence.
    pub(crate) info: Vec<String>,
    /// What it holds, each line with its end.
    pub(crate) text: String,
    /// The lines of the page that it holds.
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
/// A fence is not closed, or stands before the first heading.
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

/// A page with other texts in some of its blocks, which are in the order of the page.
pub(crate) fn rewritten(page: &str, blocks: &[(Range<usize>, String)]) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let mut out = String::new();
    let mut from = 0;
    for (range, text) in blocks {
        for line in &lines[from..range.start] {
            out.push_str(line);
            out.push('\n');
        }
        out.push_str(text);
        from = range.end;
    }
    for line in &lines[from..] {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A mapping of YAML as its author laid it out, with the entries of another put over it, however
/// deep they stand. An entry whose value is `!leave-out` is taken away; lists are replaced whole.
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

/// The entries of a mapping in block style, each with all its lines; none if it is something else.
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

/// A text with the characters that stand in it as `\u{301}`.
pub(crate) fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("`}` behind a number");
        let code = u32::from_str_radix(code, 16).expect("a number in hexadecimal");
        out.push(char::from_u32(code).expect("a character"));
        out.push_str(rest);
    }
    out
}

/// Two texts line by line: what is only in the first with `-`, what is only in the second with `+`.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    // The longest common subsequence of what is left from each place on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = match old[i] == new[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    while i < old.len() || j < new.len() {
        let (sign, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', old[i - 1])
        } else if j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1] {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        out.push_str(&format!("  {sign} {line}\n"));
    }
    out
}
