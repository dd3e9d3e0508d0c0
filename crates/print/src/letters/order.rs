//! The order of the letters, and which of them share a file.

use raadspost_content::Area;

use crate::profile::{PrintOrder, Printer, Split};

use crate::letters::letter::Letter;
use crate::letters::run::Location;
use crate::letters::sheet::Sheets;

/// A letter as far as its place in the job depends on it. The letter itself stays in the mailing
/// list: a job has a piece in memory for each, and only the letter at work.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// Where the letter is read again.
    pub(crate) location: Location,
    /// Its id.
    pub(crate) id: String,
    /// The municipality's code.
    pub(crate) code: String,
    /// The window of the envelope that it is made for, where that is known.
    pub(crate) window: Option<Area>,
    /// The line of its row in the register.
    line: u64,
    /// The postcode without spaces, and the number of house or box.
    pub(crate) postcode: (String, u64),
    province: String,
    /// Its sheets.
    pub(crate) sheets: u32,
    /// Weight with the envelope, g.
    pub(crate) grams: f64,
    /// Index of its weight step; the number of steps where it is heavier than all.
    pub(crate) step: usize,
}

impl Piece {
    pub(crate) fn new(letter: &Letter, location: Location, printer: &Printer) -> Self {
        let sheets = Sheets::of(letter, printer);
        let grams = sheets.grams(printer);
        let step = printer.weight_steps.partition_point(|end| *end < grams);
        Self {
            location,
            id: letter.id.clone(),
            code: letter.code.clone(),
            window: letter.window,
            line: letter.line,
            postcode: postcode(letter),
            province: letter.postal.province.clone(),
            sheets: sheets.count,
            grams,
            step,
        }
    }

    /// What the letters of its file have in common, by which they are in order.
    fn common(&self, printer: &Printer) -> Vec<(String, usize)> {
        let part = |split: &Split| match split {
            Split::Province => (self.province.clone(), 0),
            Split::Weight => (String::new(), self.step),
            Split::Sheets => (String::new(), self.sheets as usize),
        };
        printer.split.iter().map(part).collect()
    }

    /// What the letters of its file have in common, as a part of a file name.
    pub(crate) fn group(&self, printer: &Printer) -> String {
        let part = |split: &Split| match split {
            Split::Province => slug(&self.province),
            Split::Weight => match printer.weight_steps.get(self.step) {
                Some(end) => format!("{end:.0}g"),
                None => "heavier".to_owned(),
            },
            Split::Sheets => format!("{}-sheets", self.sheets),
        };
        let parts: Vec<String> = printer.split.iter().map(part).collect();
        if parts.is_empty() {
            "all".to_owned()
        } else {
            parts.join("-")
        }
    }
}

/// Puts pieces in order: by what files have in common, then by the order asked for, then as in the
/// register, and the envelopes of a row as in the campaign.
pub(crate) fn sort(pieces: &mut [Piece], order: PrintOrder, printer: &Printer) {
    pieces.sort_by_cached_key(|piece| {
        let postcode = piece.postcode.clone();
        let key = match order {
            PrintOrder::Register => (String::new(), 0, (String::new(), 0)),
            PrintOrder::Postcode => (String::new(), 0, postcode),
            PrintOrder::Province => (piece.province.clone(), 0, postcode),
            PrintOrder::Weight => (String::new(), piece.step, postcode),
            PrintOrder::Sheets => (String::new(), piece.sheets as usize, postcode),
        };
        let common = piece.common(printer);
        (common, key, piece.line, piece.location.envelope)
    });
}

/// Puts pieces in the order of a mail service. What files have in common comes first here too, or
/// a file would end at every letter of another weight.
pub(crate) fn sort_by_service(
    pieces: &mut [Piece],
    printer: &Printer,
    order: impl Fn(&Piece) -> Option<u64>,
) {
    pieces.sort_by_cached_key(|piece| (piece.common(printer), order(piece)));
}

/// The postcode without spaces, and the number of house or box.
fn postcode(letter: &Letter) -> (String, u64) {
    let postal = &letter.postal;
    let code: String = postal
        .postcode
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let number = if postal.po_box.is_empty() {
        &postal.house_number
    } else {
        &postal.po_box
    };
    (code.to_uppercase(), number.trim().parse().unwrap_or(0))
}

/// Letters and digits in lower case, runs of anything else as one `-`; `none` where nothing stays.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "none".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::letter::sample as letter;
    use crate::tests::printer;

    const LOCATION: Location = Location {
        offset: 0,
        envelope: 0,
    };

    fn pieces(printer: &Printer) -> Vec<Piece> {
        let one = |(code, postcode, province, pages): (&str, &str, &str, u32)| {
            let mut letter = letter(code, &[pages]);
            letter.postal.postcode = postcode.into();
            letter.postal.province = province.into();
            Piece::new(&letter, LOCATION, printer)
        };
        [
            ("A", "9000 AA", "Utrecht", 2),
            ("B", "1000 AA", "Fryslân", 8),
            ("C", "5000 AA", "Utrecht", 2),
        ]
        .map(one)
        .into()
    }

    fn codes(order: PrintOrder, printer: &Printer) -> String {
        let mut pieces = pieces(printer);
        sort(&mut pieces, order, printer);
        pieces
            .iter()
            .map(|piece| piece.id.trim_end_matches(".pack"))
            .collect()
    }

    #[test]
    fn orders_and_groups() {
        let mut printer = printer("duplex");
        assert_eq!(codes(PrintOrder::Register, &printer), "ABC");
        assert_eq!(codes(PrintOrder::Postcode, &printer), "BCA");
        assert_eq!(codes(PrintOrder::Province, &printer), "BCA");
        assert_eq!(codes(PrintOrder::Sheets, &printer), "CAB");
        printer.split = vec![Split::Sheets, Split::Province];
        assert_eq!(codes(PrintOrder::Register, &printer), "ACB");
        assert_eq!(pieces(&printer)[1].group(&printer), "4-sheets-frysl-n");
        printer.split = vec![Split::Weight];
        printer.weight_steps = vec![10.0, 20.0];
        let groups: Vec<_> = pieces(&printer)
            .iter()
            .map(|piece| piece.group(&printer))
            .collect();
        assert_eq!(groups, ["10g", "20g", "10g"]);
    }
}
