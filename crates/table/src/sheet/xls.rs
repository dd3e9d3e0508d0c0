//! Workbooks of Excel 97 to 2003, read whole by calamine.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Reader as _, SheetType, SheetVisible, XlsError};

use super::number::{Moment, formatted, iso, truth};
use super::{Fault, Listed, Rows, Workbook};
use crate::row::Kind;

/// The stream of an encrypted workbook of a later Excel ([MS-OFFCRYPTO] 2.3.4.4), in UTF-16.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

pub(super) struct Xls {
    workbook: calamine::Xls<Cursor<Vec<u8>>>,
    sheets: Vec<Listed>,
}

impl Xls {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, Fault> {
        if bytes.windows(ENCRYPTED.len()).any(|part| part == ENCRYPTED) {
            return Err(Fault::Password);
        }
        let workbook = guarded(|| {
            calamine::Xls::new(Cursor::new(bytes)).map_err(|error| match error {
                XlsError::Password => Fault::Password,
                other => Fault::broken(other),
            })
        })?;
        let sheets = workbook.sheets_metadata().iter();
        let sheets = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let sheets = sheets.map(|sheet| Listed {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
        });
        let sheets = sheets.collect();
        Ok(Self { workbook, sheets })
    }
}

/// Runs a reader of damaged files, whose panics are faults of the file.
fn guarded<T>(read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Fault::broken("its content contradicts itself")))
}

impl Workbook for Xls {
    fn sheets(&self) -> &[Listed] {
        &self.sheets
    }

    fn read(&mut self, at: usize, rows: &mut Rows) -> Result<(), Fault> {
        let name = self.sheets.get(at).map(|sheet| sheet.name.clone());
        let name = name.ok_or_else(|| Fault::broken("it has no sheet"))?;
        let workbook = &mut self.workbook;
        let range = guarded(|| workbook.worksheet_range(&name).map_err(Fault::broken))?;
        let (first_line, first_column) = range.start().unwrap_or_default();
        for (line, column, cell) in range.used_cells() {
            let (text, kind) = value(cell);
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

fn value(data: &Data) -> (String, Kind) {
    match data {
        Data::Empty => (String::new(), Kind::Text),
        Data::String(text) => (text.clone(), Kind::Text),
        Data::Int(number) => (number.to_string(), Kind::Number),
        Data::Float(number) => formatted(*number, ""),
        Data::Bool(is_true) => (truth(*is_true), Kind::Boolean),
        Data::DateTime(moment) if moment.is_duration() => {
            (format!("{} days", moment.as_f64()), Kind::Time)
        }
        Data::DateTime(moment) => {
            let (year, month, day, hours, minutes, seconds, _) = moment.to_ymd_hms_milli();
            let moment = Moment {
                days: moment.as_f64(),
                date: (year.into(), month.into(), day.into()),
                seconds: (u32::from(hours) * 60 + u32::from(minutes)) * 60 + u32::from(seconds),
            };
            moment.text()
        }
        Data::DateTimeIso(moment) => iso(moment),
        Data::DurationIso(duration) => (duration.clone(), Kind::Time),
        Data::Error(error) => (error.to_string(), Kind::Error),
    }
}
