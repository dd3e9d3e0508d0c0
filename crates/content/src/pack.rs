//! The documents of one municipality, resolved and filled in.

use std::sync::Arc;

use crate::{
    Area, Body, Diagnostics, Format, Letter, PackEnvelope, Postal, Shape, Values, plain_text,
};

/// All documents of one municipality, in the order of the campaign.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The municipality's code; empty if the row has none.
    pub code: String,
    /// Its name; empty if the row has none.
    pub name: String,
    /// The line of the register on which its row starts, from 1.
    pub line: u64,
    /// The row on one line, for diagnostics; empty if it cannot be read.
    pub row: String,
    /// The fields of its postal address, for print.
    pub postal: Postal,
    /// The documents that can be made.
    pub documents: Vec<PackDocument>,
    /// The documents that a rule refuses.
    pub refused: Vec<RefusedDocument>,
    /// The campaign's envelopes for this municipality.
    pub envelopes: Vec<PackEnvelope>,
}

/// One document of a pack in one format.
#[derive(Debug, Clone)]
pub struct PackDocument {
    /// The document's id in the campaign.
    pub document: String,
    /// The file's name, `brief.pdf`.
    pub file: String,
    /// The same for all municipalities, `motie-{{ municipality.name | slug }}.docx`.
    pub pattern: Arc<str>,
    /// Its format.
    pub format: Format,
    /// Its shape; shared by all municipalities with an equal one.
    pub shape: Arc<Shape>,
    /// The text of its slots.
    pub values: Values,
    /// The expression of each slot, such as `population | number`, in the order of
    /// [`Values::flat`].
    pub fields: Arc<[String]>,
}

/// A document that a rule refuses for this municipality.
#[derive(Debug, Clone)]
pub struct RefusedDocument {
    /// The document's id in the campaign.
    pub document: String,
    /// The file's name, `brief.pdf`; its pattern where that needs a value that is missing.
    pub file: String,
    /// The same for all municipalities, `motie-{{ municipality.name | slug }}.docx`.
    pub pattern: Arc<str>,
    /// Its format.
    pub format: Format,
    /// The reasons; never empty. Documents refused for one reason share it.
    pub reasons: Arc<Diagnostics>,
}

impl Pack {
    /// The folder of a pack: its code and an ASCII slug of its name, or the code alone if the slug
    /// is empty. Both are reduced to letters, digits, `-` and `_`.
    pub fn folder(&self) -> String {
        Self::folder_of(&self.code, &self.name)
    }

    /// The folder of a pack with this code and name.
    pub fn folder_of(code: &str, name: &str) -> String {
        let code: String = code
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        let slug = slug(name);
        if slug.is_empty() {
            code
        } else {
            format!("{code}-{slug}")
        }
    }
}

impl PackDocument {
    /// The address block of the document's first letter, the addressee first; `None` if the
    /// document does not begin with a letter, is not a PDF or is a publication copy, or if that
    /// letter has no postal address.
    pub fn address_lines(&self) -> Option<Vec<String>> {
        let (letter, slots) = self.letter()?;
        if letter.address.is_empty() {
            return None;
        }
        let lines = letter.addressee.iter().chain(&letter.address);
        let lines = lines
            .flat_map(|line| {
                let text = plain_text(line, slots);
                text.lines().map(str::to_owned).collect::<Vec<_>>()
            })
            .filter(|line| !line.trim().is_empty());
        Some(lines.collect())
    }

    /// Whether it begins with a letter without postal address, so that it cannot be posted.
    pub fn is_unaddressed(&self) -> bool {
        self.letter()
            .is_some_and(|(letter, _)| letter.address.is_empty())
    }

    /// The envelope window of the letter with which the document begins; `None` if it does not
    /// begin with a letter.
    pub fn window(&self) -> Option<Area> {
        self.letter().map(|(letter, _)| letter.envelope.window)
    }

    /// Whether it is or contains a publication copy.
    pub fn has_publication_copy(&self) -> bool {
        let is_copy = |body: &Body| matches!(body, Body::Letter(letter) if letter.publication_copy);
        let mut members = self.shape.members().iter();
        is_copy(&self.shape.body) || members.any(|member| is_copy(&member.body))
    }

    fn letter(&self) -> Option<(&Letter, &[String])> {
        if self.format != Format::Pdf || self.has_publication_copy() {
            return None;
        }
        match (&self.shape.body, self.shape.members().first()) {
            (Body::Letter(letter), _) => Some((letter, &self.values.slots)),
            (_, Some(first)) => match &first.body {
                Body::Letter(letter) => Some((letter, &self.values.members.first()?.slots)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Longest slug in a folder name, in bytes.
const SLUG_LIMIT: usize = 60;

/// Lower-case ASCII letters and digits; every run of other characters becomes one `-`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in deunicode::deunicode(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c != '\'' && !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() >= SLUG_LIMIT {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::Pack;

    #[test]
    fn folders_are_plain_ascii() {
        assert_eq!(Pack::folder_of("GM0344", "Utrecht"), "GM0344-utrecht");
        assert_eq!(
            Pack::folder_of("GM0796", "’s-Hertogenbosch"),
            "GM0796-s-hertogenbosch"
        );
        assert_eq!(
            Pack::folder_of("GM1900", "Súdwest-Fryslân"),
            "GM1900-sudwest-fryslan"
        );
        assert_eq!(Pack::folder_of("X1", "../../etc"), "X1-etc");
        assert_eq!(Pack::folder_of("X2", "本"), "X2-ben");
        assert_eq!(Pack::folder_of("X3", "'"), "X3");
    }
}
