//! A row on one line, as diagnostics show it.

use raadspost_content::Shown;

/// Cells on one line, and the range of one of them in it.
pub(crate) fn shown(cells: &[String], delimiter: u8, index: Option<usize>) -> Shown {
    let delimiter = char::from(delimiter);
    let (mut text, mut cell) = (String::new(), 0..0);
    for (at, value) in cells.iter().enumerate() {
        if at > 0 {
            text.push(delimiter);
        }
        let start = text.len();
        if value.contains([delimiter, '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&value.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(value);
        }
        if index == Some(at) {
            // An empty cell is shown by the position at which its value belongs.
            cell = start..text.len().max(start + 1);
        }
    }
    Shown { text, cell }
}
