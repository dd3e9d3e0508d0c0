//! The files of a folder as a table: on the terminal, and for a spreadsheet.

use super::{Returned, State};
use crate::terminal::{Shell, Style};

/// The columns before those of the fill-ins.
const COLUMNS: [&str; 9] = [
    "file",
    "code",
    "municipality",
    "document",
    "title",
    "state",
    "changed",
    "open",
    "note",
];

/// A row of cells for each file, in front of them the heads: [`COLUMNS`], and the keys of all fill-ins
/// in the order in which they are met.
fn rows(returned: &[Returned]) -> Vec<Vec<String>> {
    let mut keys: Vec<&str> = Vec::new();
    for compared in returned.iter().filter_map(|one| one.outcome.as_ref().ok()) {
        for filled in &compared.revision.filled {
            if !keys.contains(&filled.key.as_str()) {
                keys.push(&filled.key);
            }
        }
    }
    let heads = COLUMNS.iter().chain(&keys).map(|head| (*head).to_owned());
    let mut rows = vec![heads.collect()];
    for one in returned {
        let state = one.state().word().to_owned();
        let mut row = vec![one.name.clone()];
        match &one.outcome {
            Err(reason) => {
                row.extend(["", "", "", ""].map(str::to_owned));
                row.extend([state, String::new(), String::new(), reason.clone()]);
                row.extend(keys.iter().map(|_| String::new()));
            }
            Ok(compared) => {
                let revision = &compared.revision;
                let text = |text: &Option<String>| text.clone().unwrap_or_default();
                row.push(text(&revision.identity.code));
                row.push(text(&revision.identity.municipality));
                row.push(text(&revision.identity.document));
                row.push(text(&revision.identity.title));
                row.push(state);
                row.push(revision.changed.len().to_string());
                let filled = &revision.filled;
                let open = filled.iter().filter(|one| one.value.is_none());
                row.push(
                    open.filter(|one| one.found_by.is_some())
                        .count()
                        .to_string(),
                );
                row.push(text(&compared.note));
                row.extend(keys.iter().map(|key| {
                    let mut own = filled.iter().filter(|one| one.key == *key);
                    own.find_map(|one| one.value.clone()).unwrap_or_default()
                }));
            }
        }
        rows.push(row);
    }
    rows
}

/// A CSV file in UTF-8 with a byte order mark, which spreadsheets need to read it as such; no cell is
/// a formula.
pub(super) fn csv(returned: &[Returned]) -> Vec<u8> {
    let mut out = "\u{FEFF}".to_owned();
    for row in rows(returned) {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

/// A cell as RFC 4180 has it, that no spreadsheet takes for a formula.
fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

/// The table on the terminal, and what is unreadable.
pub(super) fn tell(returned: &[Returned], shell: &Shell) {
    for one in returned {
        let (style, what) = match &one.outcome {
            Err(reason) => (Style::Bad, format!("unreadable: {reason}")),
            Ok(compared) => {
                let revision = &compared.revision;
                let filled = revision.filled.iter().filter(|one| one.value.is_some());
                let state = match one.state() {
                    State::Changed => Style::Odd,
                    _ => Style::Good,
                };
                let mut what = format!(
                    "{} {}: {} filled in, {} changed",
                    revision.identity.code.as_deref().unwrap_or(""),
                    revision.identity.municipality.as_deref().unwrap_or(""),
                    filled.count(),
                    revision.changed.len()
                );
                if let Some(note) = &compared.note {
                    what.push_str(&format!(" ({note})"));
                }
                (state, what.trim().to_owned())
            }
        };
        shell.styled(style, &format!("{}  {what}", one.name));
    }
    let count = |state| returned.iter().filter(|one| one.state() == state).count();
    shell.styled(
        Style::Strong,
        &format!(
            "{} files: {} untouched, {} filled in, {} changed, {} unreadable",
            returned.len(),
            count(State::Untouched),
            count(State::FilledIn),
            count(State::Changed),
            count(State::Unreadable)
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_quoted_and_no_formula() {
        for (cell, expected) in [
            ("Utrecht", "Utrecht"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("-1,2", "\"'-1,2\""),
        ] {
            assert_eq!(quoted(cell), expected);
        }
    }
}
