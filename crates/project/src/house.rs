//! The files that a campaign's look names: its logo, and the Word files of house styles.

use std::collections::BTreeMap;
use std::sync::Arc;

use raadspost_campaign::Campaign;
use raadspost_content::{Diagnostic, Diagnostics, Logo, Place, Span};
use raadspost_docx::Reference;

use crate::error::ProjectError;
use crate::files::Bytes;
use crate::source::CampaignFile;

/// The parts of a campaign's look that are not in its theme.
#[derive(Debug, Clone, Default)]
pub(crate) struct House {
    /// The logo.
    pub(crate) logo: Option<Logo>,
    /// The reference documents, by their paths in the campaign.
    pub(crate) references: BTreeMap<String, Reference>,
    /// Warnings about the reference documents.
    pub(crate) warnings: Diagnostics,
    /// The files for the record of the run: role, path in the campaign, and bytes.
    pub(crate) inputs: Vec<(&'static str, String, Vec<u8>)>,
}

impl House {
    /// Reads the files.
    ///
    /// # Errors
    /// Every file that is missing, unreadable or unusable, with its location in the campaign.
    pub(crate) fn load(campaign: &Campaign, file: &CampaignFile) -> Result<Self, Diagnostics> {
        let mut house = Self::default();
        let mut mistakes = Vec::new();
        let placed =
            |found: Diagnostic, span: Span| found.at(Place::Source(Arc::clone(&file.source), span));
        if let Some(settings) = campaign.logo() {
            let (path, span) = &settings.file;
            let made = read(file, path).and_then(|bytes| {
                house.inputs.push(("logo", path.clone(), bytes.to_vec()));
                Logo::new(settings, bytes.into_owned())
            });
            match made {
                Ok(logo) => house.logo = Some(logo),
                Err(found) => mistakes.push(placed(found, *span)),
            }
        }
        for (path, span) in campaign.reference_documents() {
            let made = read(file, path).and_then(|bytes| {
                let input = ("reference-document", path.to_owned(), bytes.to_vec());
                house.inputs.push(input);
                Reference::read(&bytes)
            });
            match made {
                Ok(reference) => {
                    let warnings = reference.warnings().into_iter();
                    house
                        .warnings
                        .extend(warnings.map(|found| placed(found, span)));
                    house.references.insert(path.to_owned(), reference);
                }
                Err(found) => mistakes.push(placed(found, span)),
            }
        }
        if mistakes.is_empty() {
            Ok(house)
        } else {
            Err(mistakes)
        }
    }
}

/// The bytes of a file beside the campaign.
fn read(file: &CampaignFile, path: &str) -> Result<Bytes, Diagnostic> {
    let Some(found) = file.files.find(path)? else {
        let message = format!("the file `{path}` does not exist in the campaign's folder");
        return Err(Diagnostic::error("file-not-found", message)
            .hint("write its path relative to the campaign's folder"));
    };
    file.files.bytes(&found).map_err(|error| {
        Diagnostic::error("unreadable-file", full(&error))
            .hint("check the path and its permissions")
    })
}

/// An error with its causes, on one line.
fn full(error: &ProjectError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
