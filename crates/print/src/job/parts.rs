//! The metadata of document parts: job, letters and sets, and the group of a letter in words.

use lopdf::{Dictionary, Object, dictionary};

use crate::draw::words::{Words, filled};
use crate::job::plan::Numbered;
use crate::job::production::Production;
use crate::letters::letter::Letter;
use crate::letters::order::Piece;
use crate::letters::sheet::{SheetPart, Sheets};
use crate::out::reconciliation::count;
use crate::pdf::dpart::{PartLetter, PartSet};
use crate::pdf::intent::text;
use crate::profile::{Paper, PrintProfile, Split};

/// The group of a letter in words.
pub(crate) fn group_words(piece: &Piece, profile: &PrintProfile, words: &Words) -> String {
    let part = |split: &Split| match split {
        Split::Province => piece.province.clone(),
        Split::Weight => match profile.weight_steps.get(piece.step) {
            Some(end) => filled(words.weight_to, &[words.number(*end, 0)]),
            None => words.weight_over.to_owned(),
        },
        Split::Sheets => filled(words.sheets_each, &[piece.sheets.to_string()]),
    };
    let parts: Vec<String> = profile.split.iter().map(part).collect();
    if parts.is_empty() {
        words.all_letters.to_owned()
    } else {
        parts.join(", ")
    }
}

/// The document part of a letter: who gets it, and for each set its paper and its staple. Names and
/// addresses are not in it.
pub(crate) fn letter_part(
    letter: &Letter,
    numbered: &Numbered,
    sheets: &Sheets,
    profile: &PrintProfile,
) -> PartLetter {
    let facts = dictionary! {
        "Sequence" => i64::from(numbered.sequence),
        "Code" => text(&letter.code),
        "LetterID" => text(&letter.id),
        "Sheets" => i64::from(sheets.count),
        "Grams" => Object::Real(numbered.piece.grams as f32),
        "Group" => text(&numbered.piece.group(profile)),
    };
    let per_sheet = profile.plex.sides() as usize;
    let set = |part: SheetPart| {
        let paper = match (&profile.annexes, part.is_annex) {
            (Some(annexes), true) => annexes,
            _ => &profile.paper,
        };
        let production = Production {
            is_annex: part.is_annex,
            is_stapled: part.staple.is_some(),
        };
        let sheets = count(part.sides.len() / per_sheet);
        PartSet {
            sides: part.sides.len(),
            metadata: set_metadata(production.name(), paper, sheets, part.staple),
        }
    };
    PartLetter {
        metadata: dictionary! { "Raadspost_Letter" => facts },
        sets: sheets.parts(profile).into_iter().map(set).collect(),
    }
}

/// The metadata of a set of sheets.
fn set_metadata(production: &str, paper: &Paper, sheets: u32, staple: Option<usize>) -> Dictionary {
    let mut facts = dictionary! {
        "Production" => Object::Name(production.as_bytes().to_vec()),
        "Paper" => text(&paper.name),
        "GramsPerSquareMetre" => Object::Real(paper.grams as f32),
        "Sheets" => i64::from(sheets),
    };
    if let Some(tray) = &paper.tray {
        facts.set("Tray", text(tray));
    }
    if let Some(staple) = staple {
        facts.set("StapleSet", i64::try_from(staple).unwrap_or(i64::MAX));
    }
    dictionary! { "Raadspost_Set" => facts }
}

/// The document part of a slip sheet with so many sides.
pub(crate) fn slip_part(file: &str, sides: usize, profile: &PrintProfile) -> PartLetter {
    let facts = dictionary! { "File" => text(file) };
    let set = PartSet {
        sides,
        metadata: set_metadata("slip", &profile.paper, 1, None),
    };
    PartLetter {
        metadata: dictionary! { "Raadspost_Slip" => facts },
        sets: vec![set],
    }
}
