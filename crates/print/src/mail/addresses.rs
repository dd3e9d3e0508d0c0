//! `addresses.csv`: the letters for a bulk-mail service. Its headings are the printer's data.

use std::path::Path;

use raadspost_content::kix;

use crate::PrintError;
use crate::letters::order::Piece;
use crate::letters::run::Run;
use crate::out::spreadsheet::cell;
use crate::profile::BulkMail;

/// Writes the addresses, a row for each letter.
///
/// # Errors
/// The file cannot be written, or the mailing list was changed.
pub(crate) fn write<'a>(
    path: &Path,
    bulk: &BulkMail,
    run: &Run,
    pieces: impl Iterator<Item = &'a Piece>,
) -> Result<(), PrintError> {
    let mut writer = csv::Writer::from_path(path).map_err(PrintError::csv(path))?;
    let headings = bulk.export.iter().map(|(_, heading)| heading);
    writer
        .write_record(headings)
        .map_err(PrintError::csv(path))?;
    for piece in pieces {
        let letter = run.letter(piece.location)?;
        let postal = &letter.postal;
        let value = |field: &str| match field {
            "reference" => letter.id.clone(),
            "name" => letter.name.clone(),
            "address_1" => letter.lines.first().cloned().unwrap_or_default(),
            // The word for a box is the letter's own, whatever its language.
            "street" if !postal.po_box.is_empty() => letter
                .lines
                .iter()
                .find_map(|line| line.strip_suffix(postal.po_box.as_str()))
                .map(|word| word.trim().to_owned())
                .unwrap_or_default(),
            "street" => postal.street.clone(),
            "house_number" if !postal.po_box.is_empty() => postal.po_box.clone(),
            "house_number" => postal.house_number.clone(),
            "addition" => postal.addition.clone(),
            "postcode" => postal.postcode.replace(' ', ""),
            "town" => postal.town.clone(),
            "kix" => kix(postal).unwrap_or_default(),
            "sheets" => piece.sheets.to_string(),
            "grams" => format!("{:.1}", piece.grams),
            _ => String::new(),
        };
        let row = bulk.export.iter().map(|(field, _)| cell(&value(field)));
        writer.write_record(row).map_err(PrintError::csv(path))?;
    }
    writer.flush().map_err(PrintError::io("write", path))
}
