//! The order of the letters, and which of them share a file.

use std::cmp::Ordering;

use raadspost_content::Area;

use crate::profile::{PrintOrder, PrintProfile, Split};

use crate::letters::letter::Letter;
use crate::letters::run::Location;
use crate::letters::sheet::Sheets;

/// A letter as far as its place in the job depends on it. The letter itself stays in the mailing
/// list: a job has a piece in memory for each, and only the letter at work.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// The place of the letter in the mailing list.
    pub(crate) location: Location,
    /// Its id.
    pub(crate) id: String,
    /// The municipality's code.
    pub(crate) code: String,
    /// The window of its envelope, if known.
    pub(crate) window: Option<Area>,
    /// The line of its row in the register.
    line: u64,
    /// The postcode without spaces, and the number of house or box.
    pub(crate) postcode: (String, u64),
    pub(crate) province: String,
    /// Its sheets.
    pub(crate) sheets: u32,
    /// Those of them that are on the paper of annexes.
    pub(crate) annex_sheets: u32,
    /// Weight with the envelope, g.
    pub(crate) grams: f64,
    /// Index of its weight step; the number of steps if it is heavier than all.
    pub(crate) step: usize,
}

impl Piece {
    pub(crate) fn new(letter: &Letter, location: Location, profile: &PrintProfile) -> Self {
        let sheets = Sheets::of(letter, profile);
        let grams = sheets.grams(profile);
        let step = profile.weight_steps.partition_point(|end| *end < grams);
        Self {
            location,
            id: letter.id.clone(),
            code: letter.code.clone(),
            window: letter.window,
            line: letter.line,
            postcode: postcode(letter),
            province: letter.postal.province.clone(),
            sheets: sheets.count,
            annex_sheets: sheets.annexes(profile),
            grams,
            step,
        }
    }

    /// The order of the groups of two files.
    fn compared(&self, other: &Self, profile: &PrintProfile) -> Ordering {
        let part = |split: &Split| match split {
            Split::Province => self.province.cmp(&other.province),
            Split::Weight => self.step.cmp(&other.step),
            Split::Sheets => self.sheets.cmp(&other.sheets),
        };
        let parts = profile.split.iter().map(part);
        parts.fold(Ordering::Equal, Ordering::then)
    }

    /// The group of its file, as a part of a file name.
    pub(crate) fn group(&self, profile: &PrintProfile) -> String {
        let part = |split: &Split| match split {
            Split::Province => slug(&self.province),
            Split::Weight => match profile.weight_steps.get(self.step) {
                Some(end) => format!("{end:.0}g"),
                None => "heavier".to_owned(),
            },
            Split::Sheets => format!("{}-sheets", self.sheets),
        };
        let parts: Vec<String> = profile.split.iter().map(part).collect();
        if parts.is_empty() {
            "all".to_owned()
        } else {
            parts.join("-")
        }
    }
}

/// Sorts pieces: by group, then in the given order, then as in the register, and the envelopes of a
/// row as in the campaign.
pub(crate) fn sort(pieces: &mut [Piece], order: PrintOrder, profile: &PrintProfile) {
    // Without keys of their own, which would take as much memory as the pieces.
    pieces.sort_by(|one, other| {
        let postcode = || one.postcode.cmp(&other.postcode);
        let own = match order {
            PrintOrder::Register => Ordering::Equal,
            PrintOrder::Postcode => postcode(),
            PrintOrder::Province => one.province.cmp(&other.province).then_with(postcode),
            PrintOrder::Weight => one.step.cmp(&other.step).then_with(postcode),
            PrintOrder::Sheets => one.sheets.cmp(&other.sheets).then_with(postcode),
        };
        let place = |piece: &Piece| (piece.line, piece.location.envelope);
        one.compared(other, profile)
            .then(own)
            .then_with(|| place(one).cmp(&place(other)))
    });
}

/// Sorts pieces in the order of a mail service. The group comes first here too, or a file would end
/// at every letter of another weight.
pub(crate) fn sort_by_service(
    pieces: &mut [Piece],
    profile: &PrintProfile,
    order: impl Fn(&Piece) -> Option<u64>,
) {
    pieces.sort_by(|one, other| {
        let own = || order(one).cmp(&order(other));
        one.compared(other, profile).then_with(own)
    });
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

/// Letters and digits in lower case, runs of other characters as one `-`; `none` for an empty result.
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
    use crate::profile::sample;

    const LOCATION: Location = Location {
        offset: 0,
        envelope: 0,
    };

    fn pieces(profile: &PrintProfile) -> Vec<Piece> {
        let one = |(code, postcode, province, pages): (&str, &str, &str, u32)| {
            let mut letter = letter(code, &[pages]);
            letter.postal.postcode = postcode.into();
            letter.postal.province = province.into();
            Piece::new(&letter, LOCATION, profile)
        };
        [
            ("A", "9000 AA", "Utrecht", 2),
            ("B", "1000 AA", "Fryslân", 8),
            ("C", "5000 AA", "Utrecht", 2),
        ]
        .map(one)
        .into()
    }

    fn codes(order: PrintOrder, profile: &PrintProfile) -> String {
        let mut pieces = pieces(profile);
        sort(&mut pieces, order, profile);
        pieces
            .iter()
            .map(|piece| piece.id.trim_end_matches(".pack"))
            .collect()
    }

    #[test]
    fn orders_and_groups() {
        let mut profile = sample("duplex");
        assert_eq!(codes(PrintOrder::Register, &profile), "ABC");
        assert_eq!(codes(PrintOrder::Postcode, &profile), "BCA");
        assert_eq!(codes(PrintOrder::Province, &profile), "BCA");
        assert_eq!(codes(PrintOrder::Sheets, &profile), "CAB");
        profile.split = vec![Split::Sheets, Split::Province];
        assert_eq!(codes(PrintOrder::Register, &profile), "ACB");
        assert_eq!(pieces(&profile)[1].group(&profile), "4-sheets-frysl-n");
        profile.split = vec![Split::Weight];
        profile.weight_steps = vec![10.0, 20.0];
        let groups: Vec<_> = pieces(&profile)
            .iter()
            .map(|piece| piece.group(&profile))
            .collect();
        assert_eq!(groups, ["10g", "20g", "10g"]);
    }
}
