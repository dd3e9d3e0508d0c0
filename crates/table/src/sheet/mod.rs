//! A sheet of a workbook, read whole within stated limits and held in two buffers.

mod number;
mod ods;
mod package;
mod xls;
mod xlsx;

use std::sync::Arc;

use raadspost_content::{Diagnostic, Diagnostics, Place, did_you_mean, trimmed};

use crate::row::{Kind, Row};

/// Maximum number of cells of a sheet, counted in each row up to its last value.
const MOST_CELLS: usize = 10_000_000;

/// Maximum size of the texts of a sheet in bytes.
const MOST_TEXT: usize = 256 * 1024 * 1024;

/// The format of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkbookFormat {
    /// Excel since 2007 (ECMA-376).
    Xlsx,
    /// Excel 97 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
}

impl WorkbookFormat {
    /// The extension of its files, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
        }
    }
}

/// Why a sheet of a workbook is the one that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SheetFrom {
    /// The campaign states it.
    Campaign,
    /// No other sheet has values.
    Only,
    /// No other sheet has the wanted headings.
    Headings,
    /// It is the first; no sheet has the wanted headings.
    First,
}

/// A sheet: the values of its cells.
#[derive(Debug)]
pub struct Sheet {
    format: WorkbookFormat,
    name: Arc<str>,
    chosen: SheetFrom,
    rows: Rows,
}

/// The rows of a sheet that have values, in order.
#[derive(Debug, Default)]
struct Rows {
    text: String,
    /// The end of each cell in `text`, and its kind. A gap is an empty cell.
    cells: Vec<(u32, Kind)>,
    /// The line of each row, from 1, and the end of its cells in `cells`.
    lines: Vec<(u32, u32)>,
    /// Whether only the first row is wanted.
    only_first: bool,
}

/// Why reading a workbook ended.
#[derive(Debug)]
enum Fault {
    /// All wanted rows are read.
    Enough,
    /// It is protected by a password.
    Password,
    /// It exceeds a limit.
    Large(String),
    /// It cannot be read.
    Broken(String),
}

/// A sheet of an open workbook.
#[derive(Debug, Clone)]
struct Listed {
    name: String,
    hidden: bool,
}

/// An open workbook.
trait Workbook {
    fn sheets(&self) -> &[Listed];

    /// Reads a sheet, by its index, row by row.
    fn read(&mut self, at: usize, rows: &mut Rows) -> Result<(), Fault>;
}

impl WorkbookFormat {
    /// The format of a file, by its first bytes; `None` if it is no workbook. A ZIP archive of
    /// another kind counts as a workbook, and is refused when it is read.
    pub fn of(start: &[u8]) -> Option<Self> {
        if start.starts_with(b"PK\x03\x04") {
            // ODF 1.3 part 2, 3.3: the first file is `mimetype`, not compressed.
            let named = start.get(30..38) == Some(b"mimetype");
            return Some(if named { Self::Ods } else { Self::Xlsx });
        }
        // Also a workbook of Excel since 2007 with a password.
        let is_compound = start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
        is_compound.then_some(Self::Xls)
    }
}

impl Sheet {
    /// Maximum size of a workbook in bytes.
    pub const LARGEST_FILE: usize = 128 * 1024 * 1024;

    /// Reads a sheet of a workbook: the stated one; otherwise the only one with values, or the only
    /// one whose first row has all `wanted` headings, or the first one. If nothing is wanted, it is
    /// the one with the most cells in its first row. Hidden sheets count only if
    /// all are hidden.
    ///
    /// # Errors
    /// The file is no workbook, is protected or too large, or it is not clear which sheet to read.
    pub fn read(
        file: &str,
        bytes: Vec<u8>,
        stated: Option<&str>,
        wanted: &[&str],
    ) -> Result<Self, Diagnostics> {
        let at = |diagnostic: Diagnostic| vec![diagnostic.at(Place::File(file.to_owned()))];
        let format = WorkbookFormat::of(&bytes).unwrap_or(WorkbookFormat::Xlsx);
        let open = |bytes: Vec<u8>| -> Result<Box<dyn Workbook>, Fault> {
            if bytes.len() > Sheet::LARGEST_FILE {
                return Err(Fault::large("bytes", Sheet::LARGEST_FILE));
            }
            Ok(match format {
                WorkbookFormat::Xlsx => Box::new(xlsx::Xlsx::open(bytes)?),
                WorkbookFormat::Xls => Box::new(xls::Xls::open(bytes)?),
                WorkbookFormat::Ods => Box::new(ods::Ods::open(bytes)?),
            })
        };
        let refused = |fault: Fault| at(fault.diagnostic(format));
        let mut workbook = open(bytes).map_err(refused)?;
        let (index, chosen) = choose(workbook.as_mut(), stated, wanted)
            .map_err(refused)?
            .map_err(at)?;
        let mut rows = Rows::default();
        workbook.read(index, &mut rows).map_err(refused)?;
        rows.text.shrink_to_fit();
        Ok(Self {
            format,
            name: workbook.sheets()[index].name.as_str().into(),
            chosen,
            rows,
        })
    }

    /// The format of its workbook.
    pub fn format(&self) -> WorkbookFormat {
        self.format
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Why it is the one that is read.
    pub fn chosen(&self) -> SheetFrom {
        self.chosen
    }

    /// Copies a line into a row: that of the row `at` if it has this number, otherwise an empty
    /// one; false behind the last.
    pub(crate) fn row(&self, at: usize, line: u32, row: &mut Row) -> bool {
        row.clear();
        (row.line, row.last_line) = (line.into(), line.into());
        let Some((found, _)) = self.rows.lines.get(at) else {
            return false;
        };
        if *found == line {
            for (text, kind) in self.rows.row(at) {
                row.bytes.extend(text.as_bytes());
                row.ends.push(row.bytes.len());
                row.kinds.push(kind);
            }
        } else {
            row.ends.push(0);
        }
        true
    }
}

/// The index of the sheet to read.
fn choose(
    workbook: &mut dyn Workbook,
    stated: Option<&str>,
    wanted: &[&str],
) -> Result<Result<(usize, SheetFrom), Diagnostic>, Fault> {
    let sheets = workbook.sheets().to_vec();
    if let Some(stated) = stated {
        let found = sheets.iter().position(|sheet| sheet.name == stated);
        return Ok(match found {
            Some(at) => Ok((at, SheetFrom::Campaign)),
            None => {
                let names: Vec<String> = sheets.into_iter().map(|sheet| sheet.name).collect();
                let hint = did_you_mean(stated, &names)
                    .unwrap_or_else(|| format!("the workbook has: {}", names.join(", ")));
                let message = format!("the workbook has no sheet `{stated}`");
                Err(Diagnostic::error("unknown-sheet", message).hint(hint))
            }
        });
    }
    let all_hidden = sheets.iter().all(|sheet| sheet.hidden);
    let (mut filled, mut fitting, mut widths) = (Vec::new(), Vec::new(), Vec::new());
    for (at, sheet) in sheets.iter().enumerate() {
        if sheet.hidden && !all_hidden {
            continue;
        }
        let mut head = Rows {
            only_first: true,
            ..Rows::default()
        };
        match workbook.read(at, &mut head) {
            Ok(()) | Err(Fault::Enough) => {}
            Err(fault) => return Err(fault),
        }
        if head.lines.is_empty() {
            continue;
        }
        filled.push(at);
        widths.push((head.cells.len(), at));
        let has = |heading: &&str| head.row(0).any(|(cell, _)| trimmed(cell) == *heading);
        if wanted.iter().all(has) {
            fitting.push(at);
        }
    }
    Ok(match (filled.as_slice(), fitting.as_slice()) {
        ([], _) => Ok((0, SheetFrom::First)),
        ([only], _) => Ok((*only, SheetFrom::Only)),
        _ if wanted.is_empty() => {
            let widest = widths
                .iter()
                .max_by_key(|(width, at)| (*width, usize::MAX - at));
            Ok((widest.map_or(0, |(_, at)| *at), SheetFrom::First))
        }
        (_, [only]) => Ok((*only, SheetFrom::Headings)),
        ([first, ..], []) => Ok((*first, SheetFrom::First)),
        (_, [first, second, ..]) => {
            let [first, second] = [first, second].map(|at| &sheets[*at].name);
            let message = format!("the sheets `{first}` and `{second}` both have the headings");
            Err(Diagnostic::error("unclear-sheet", message).hint(format!(
                "state the one to read, such as `sheet: \"{first}\"`"
            )))
        }
    })
}

impl Rows {
    /// Adds the value of a cell; `line` is from 1, `column` from 0. Cells come in order.
    fn cell(&mut self, line: u32, column: u32, text: &str, kind: Kind) -> Result<(), Fault> {
        if text.is_empty() {
            return Ok(());
        }
        let last = self.lines.last().map_or(0, |(line, _)| *line);
        if line < last {
            return Err(Fault::broken("its rows are not in order"));
        }
        if line > last {
            if self.only_first && last > 0 {
                return Err(Fault::Enough);
            }
            self.lines.push((line, self.end()));
        }
        let start = match self.lines.len() {
            0 | 1 => 0,
            rows => self.lines[rows - 2].1 as usize,
        };
        let column = column as usize;
        let width = self.cells.len() - start;
        if column < width {
            return Err(Fault::broken("its cells are not in order"));
        }
        if start + column >= MOST_CELLS {
            return Err(Fault::large("cells", MOST_CELLS));
        }
        if self.text.len() + text.len() > MOST_TEXT {
            return Err(Fault::large("bytes of text", MOST_TEXT));
        }
        let gap = (position(self.text.len()), Kind::Text);
        self.cells.resize(start + column, gap);
        self.text.push_str(text);
        self.cells.push((position(self.text.len()), kind));
        let end = self.end();
        if let Some(row) = self.lines.last_mut() {
            row.1 = end;
        }
        Ok(())
    }

    /// The end of all cells.
    fn end(&self) -> u32 {
        position(self.cells.len())
    }

    /// The cells of a row, by its index.
    fn row(&self, at: usize) -> impl Iterator<Item = (&str, Kind)> {
        let start = match at {
            0 => 0,
            at => self.lines[at - 1].1 as usize,
        };
        let cells = start..self.lines[at].1 as usize;
        cells.map(|at| {
            let from = match at {
                0 => 0,
                at => self.cells[at - 1].0,
            };
            let (end, kind) = self.cells[at];
            (&self.text[from as usize..end as usize], kind)
        })
    }
}

/// A position within the limits, which fit.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Fault {
    fn broken(why: impl std::fmt::Display) -> Self {
        Self::Broken(why.to_string())
    }

    fn large(what: &str, most: usize) -> Self {
        Self::Large(format!("more than {most} {what}"))
    }

    fn diagnostic(self, format: WorkbookFormat) -> Diagnostic {
        match self {
            Self::Password => Diagnostic::error(
                "workbook-password",
                "the workbook is protected by a password",
            )
            .hint("save a copy without a password"),
            Self::Large(why) => {
                Diagnostic::error("workbook-too-large", format!("the workbook has {why}"))
                    .hint("save the sheet as CSV UTF-8, which is read row by row")
            }
            Self::Enough => Diagnostic::error("not-a-workbook", "the workbook has no sheet"),
            Self::Broken(why) => Diagnostic::error(
                "not-a-workbook",
                format!(
                    "the file is not a complete `.{}` workbook: {why}",
                    format.extension()
                ),
            )
            .hint("open it in a spreadsheet and save it again, or save the sheet as CSV UTF-8"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_places_and_gaps_are_empty() {
        let mut rows = Rows::default();
        for (line, column, text) in [(2, 1, "b"), (2, 4, "é"), (5, 0, "x"), (5, 2, "")] {
            rows.cell(line, column, text, Kind::Text).expect("in order");
        }
        let sheet = Sheet {
            format: WorkbookFormat::Xlsx,
            name: "S".into(),
            chosen: SheetFrom::Only,
            rows,
        };
        let input: crate::Input<&[u8]> = crate::Input::Sheet(Arc::new(sheet));
        let mut table = crate::Table::<&[u8]>::open("t.xlsx", input, None, &[]).expect("a sheet");
        let mut row = Row::default();
        let mut all = Vec::new();
        while table.read(&mut row).expect("memory") {
            let cells = row
                .cells()
                .map(|cell| String::from_utf8_lossy(cell).into_owned());
            all.push((row.line, cells.collect::<Vec<_>>(), row.is_empty()));
        }
        let lines: Vec<_> = all.iter().map(|(line, ..)| *line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5]);
        assert_eq!(all[1].1, ["", "b", "", "", "é"]);
        assert_eq!(all[4].1, ["x"]);
        assert_eq!(
            all.iter().map(|(.., empty)| *empty).collect::<Vec<_>>(),
            [true, false, true, true, false]
        );
    }

    #[test]
    fn limits_and_disorder_are_faults() {
        let mut rows = Rows::default();
        rows.cell(3, 3, "a", Kind::Text).expect("in order");
        assert!(matches!(
            rows.cell(3, 3, "b", Kind::Text),
            Err(Fault::Broken(_))
        ));
        assert!(matches!(
            rows.cell(2, 9, "b", Kind::Text),
            Err(Fault::Broken(_))
        ));
        let far = u32::try_from(MOST_CELLS).expect("fits");
        assert!(matches!(
            rows.cell(4, far, "b", Kind::Text),
            Err(Fault::Large(_))
        ));
        assert!(
            rows.cells.len() < 10,
            "nothing is reserved for what is refused"
        );
    }
}
