//! The description of a file: identifier, title, date, printing condition.

use lopdf::Dictionary;
use raadspost_content::Fingerprint;

use crate::pdf::import::ColourRules;
use crate::pdf::intent::OutputIntent;
use crate::profile::Colours;

/// The description of a file, beside its pages.
#[derive(Debug, Clone)]
pub(crate) struct Head<'a> {
    /// Its identifier, the same each time it is made.
    pub(crate) id: [u8; 16],
    /// Its title.
    pub(crate) title: &'a str,
    /// Its date, `2026-03-02`.
    pub(crate) date: &'a str,
    /// The printing condition of a PDF/X-4; `None` for a plain PDF.
    pub(crate) intent: Option<&'a OutputIntent>,
    /// Whether its pages belong to letters.
    pub(crate) has_parts: bool,
    /// The metadata of all its letters.
    pub(crate) part: Option<Dictionary>,
    /// Whether marks are drawn over its pages, so that the areas of their ink are needed.
    pub(crate) has_marks: bool,
}

impl Head<'_> {
    /// The demands of the file on colours.
    pub(crate) fn rules(&self, colours: Colours) -> ColourRules {
        ColourRules {
            colours,
            intent: self.intent.map(|intent| intent.profile.parts),
        }
    }
}

/// The identifier of a file of a job: the same each time it is made.
pub(crate) fn file_id(job: &str, file: &str) -> [u8; 16] {
    let mut builder = Fingerprint::builder("print file");
    builder.field(job.as_bytes()).field(file.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&builder.finish().0[..16]);
    id
}
