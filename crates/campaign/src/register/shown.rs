//! A row on one line, as diagnostics show it: of a very long row what is near the cell.

use raadspost_content::Shown;

/// Bytes kept on either side of a cell.
const NEAR: usize = 1_000;

/// Cells on one line, and the range of one of them in it.
pub(crate) fn shown(cells: &[String], delimiter: u8, index: Option<usize>) -> Shown {
    let delimiter = char::from(delimiter);
    let (mut text, mut cell) = (String::new(), 0..0);
    let begin = begin(cells, index);
    if begin > 0 {
        text.push('…');
    }
    for (at, value) in cells.iter().enumerate().skip(begin) {
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
        if text.len() > cell.end + NEAR && index.is_none_or(|index| at >= index) {
            text.push('…');
            break;
        }
    }
    near(text, cell)
}

/// The first cell to show: those before the cell concerned as far as they are near it.
fn begin(cells: &[String], index: Option<usize>) -> usize {
    let before = cells.iter().take(index.unwrap_or(0)).enumerate().rev();
    let mut bytes = 0;
    let mut far = before.skip_while(|(_, value)| {
        bytes += value.len() + 1;
        bytes <= NEAR
    });
    far.next().map_or(0, |(at, _)| at + 1)
}

/// The part of a row round a cell.
fn near(text: String, cell: std::ops::Range<usize>) -> Shown {
    let floor = |at: usize| {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(cell.start.saturating_sub(NEAR));
    let end = floor(cell.start + 2 * NEAR);
    if start == 0 && end >= text.len() {
        return Shown { text, cell };
    }
    Shown {
        text: text[start..end].to_owned(),
        cell: cell.start - start..cell.end.min(end).max(cell.start + 1) - start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_row_what_is_near_the_cell_is_shown() {
        let mut cells = vec!["kolom".to_owned(); 10_000];
        cells[5_000] = "é".to_owned();
        let Shown { text, cell } = shown(&cells, b';', Some(5_000));
        assert_eq!(&text[cell], "é");
        assert!(text.len() < 4 * NEAR, "{}", text.len());
        let Shown { text, .. } = shown(&cells, b';', None);
        assert!(text.len() < 2 * NEAR, "{}", text.len());
        let Shown { text, cell } = shown(&cells[..3], b';', Some(1));
        assert_eq!((text.as_str(), cell), ("kolom;kolom;kolom", 6..11));
    }
}
