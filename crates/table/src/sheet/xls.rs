//! Workbooks of Excel, read by calamine: `.xlsx` cell by cell, `.xls` whole.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Reader as _, SheetType, SheetVisible, XlsError, XlsxError};

use super::number::{formatted, plain};
use super::{Fault, Listed, Rows, Workbook, package};
use crate::row::Kind;

/// Days of the last date of Excel, 9999-12-31, and one.
const END_OF_DAYS: f64 = 2_958_466.0;

type File = Cursor<Vec<u8>>;

pub(super) struct Xlsx {
    workbook: calamine::Xlsx<File>,
    sheets: Vec<Listed>,
}

pub(super) struct Xls {
    workbook: calamine::Xls<File>,
    sheets: Vec<Listed>,
}

impl Xlsx {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut archive = package::open(bytes)?;
        package::measure(&mut archive)?;
        let file = archive.into_inner();
        let workbook = guarded(|| calamine::Xlsx::new(file).map_err(xlsx_fault))?;
        let sheets = listed(workbook.sheets_metadata());
        Ok(Self { workbook, sheets })
    }
}

impl Xls {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Fault> {
        let file = Cursor::new(bytes);
        let is_protected = matches!(
            calamine::Xlsx::new(file.clone()).map(drop),
            Err(XlsxError::Password)
        );
        if is_protected {
            return Err(Fault::Password);
        }
        let workbook = guarded(|| {
            calamine::Xls::new(file).map_err(|error| match error {
                XlsError::Password => Fault::Password,
                other => Fault::broken(other),
            })
        })?;
        let sheets = listed(workbook.sheets_metadata());
        Ok(Self { workbook, sheets })
    }
}

/// The worksheets; the other sheets, such as charts, have no cells.
fn listed(sheets: &[calamine::Sheet]) -> Vec<Listed> {
    let sheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let listed = sheets.map(|sheet| Listed {
        name: sheet.name.clone(),
        hidden: sheet.visible != SheetVisible::Visible,
    });
    listed.collect()
}

/// Runs a reader of damaged files, whose panics are faults of the file.
fn guarded<T>(read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Fault::broken("its content contradicts itself")))
}

fn xlsx_fault(error: XlsxError) -> Fault {
    match error {
        XlsxError::Password => Fault::Password,
        other => Fault::broken(other),
    }
}

impl Workbook for Xlsx {
    fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    fn read(&mut self, at: usize, rows: &mut Rows) -> Result<(), Fault> {
        let Some(sheet) = self.sheets.get(at) else {
            return Err(Fault::broken("it has no sheet"));
        };
        let workbook = &mut self.workbook;
        guarded(|| {
            let mut cells = workbook
                .worksheet_cells_reader(&sheet.name)
                .map_err(xlsx_fault)?;
            let codes: Vec<String> = cells
                .styles()
                .iter()
                .map(|style| {
                    let format = style.number_format.as_ref();
                    format.map_or_else(String::new, |format| format.format_code.clone())
                })
                .collect();
            while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(xlsx_fault)? {
                let (line, column) = cell.get_position();
                let code = codes.get(style).map_or("", String::as_str);
                let owned;
                let (text, kind) = match cell.get_value() {
                    DataRef::SharedString(text) => (*text, Kind::Text),
                    DataRef::String(text) => (text.as_str(), Kind::Text),
                    other => {
                        owned = value(&Data::from(other.clone()), code);
                        (owned.0.as_str(), owned.1)
                    }
                };
                rows.cell(line + 1, column, text, kind)?;
            }
            Ok(())
        })
    }
}

impl Workbook for Xls {
    fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    fn read(&mut self, at: usize, rows: &mut Rows) -> Result<(), Fault> {
        let Some(sheet) = self.sheets.get(at) else {
            return Err(Fault::broken("it has no sheet"));
        };
        let workbook = &mut self.workbook;
        let range = guarded(|| workbook.worksheet_range(&sheet.name).map_err(Fault::broken))?;
        let (first_line, first_column) = range.start().unwrap_or_default();
        for (line, column, cell) in range.used_cells() {
            let (text, kind) = value(cell, "");
            let place = |first: u32, at: usize| u32::try_from(at).map(|at| first + at);
            let (Ok(line), Ok(column)) = (place(first_line, line), place(first_column, column))
            else {
                return Err(Fault::broken("a cell is beyond the last row"));
            };
            rows.cell(line + 1, column, &text, kind)?;
        }
        Ok(())
    }
}

/// Text and kind of a value with this format code.
fn value(data: &Data, code: &str) -> (String, Kind) {
    match data {
        Data::Empty => (String::new(), Kind::Text),
        Data::String(text) => (text.clone(), Kind::Text),
        Data::Int(number) => (number.to_string(), Kind::Number),
        Data::Float(number) => formatted(*number, code),
        Data::Bool(is_true) => (truth(*is_true), Kind::Boolean),
        Data::DateTime(moment) => date(moment),
        Data::DateTimeIso(moment) => super::ods::date(moment),
        Data::DurationIso(duration) => (duration.clone(), Kind::Time),
        Data::Error(error) => (error.to_string(), Kind::Error),
    }
}

pub(super) fn truth(is_true: bool) -> String {
    if is_true { "TRUE" } else { "FALSE" }.to_owned()
}

fn date(moment: &ExcelDateTime) -> (String, Kind) {
    let days = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&days) {
        return (format!("{} days", plain(days)), Kind::Time);
    }
    if !(1.0..END_OF_DAYS).contains(&days) {
        return ("#NUM!".to_owned(), Kind::Error);
    }
    let (year, month, day, hours, minutes, seconds, thousandths) = moment.to_ymd_hms_milli();
    let text = format!("{year:04}-{month:02}-{day:02}");
    if (hours, minutes, seconds, thousandths) == (0, 0, 0, 0) {
        (text, Kind::Date)
    } else {
        (format!("{text} {hours:02}:{minutes:02}"), Kind::Time)
    }
}
