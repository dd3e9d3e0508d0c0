//! Export: pages to a file that is PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1).

use raadspost_content::{
    Body, Diagnostic, Diagnostics, Fingerprint, Format, Rendition, Shape, Values, plain_text,
};
use typst::foundations::{Datetime, Smart};
use typst::text::{Lang, Locale, Region};
use typst_layout::PagedDocument;
use typst_pdf::{PdfStandard, PdfStandards, Timestamp};

use crate::data::language;
use crate::diagnostics::{convert, guarded};
use crate::writer::{Info, Scan, Unsupported, Writer};

/// The archive standard that a file meets.
const STANDARDS: [PdfStandard; 2] = [PdfStandard::A_2a, PdfStandard::Ua_1];

/// The creator of every file, `xmp:CreatorTool`.
const CREATOR: &str = "Raadspost";

/// What of a file is known before anything is laid out.
pub(crate) struct Metadata {
    locale: Locale,
    timestamp: Timestamp,
}

impl Metadata {
    /// The language.
    pub(crate) fn locale(&self) -> Locale {
        self.locale
    }

    /// Reads date and language of a document.
    ///
    /// # Errors
    /// `pdf-invalid-date` and `pdf-invalid-language`.
    pub(crate) fn of(shape: &Shape) -> Result<Self, Diagnostics> {
        let (year, month, day) = shape.date;
        let (lang, region) = language(&shape.language);
        let timestamp = Datetime::from_ymd_hms(year, month, day, 0, 0, 0).map(Timestamp::new_utc);
        let lang = lang.parse::<Lang>().ok();
        let region = region
            .map(|region| region.parse::<Region>())
            .transpose()
            .ok();
        match (timestamp, lang, region) {
            (Some(timestamp), Some(lang), Some(region)) => Ok(Self {
                locale: Locale::new(lang, region),
                timestamp,
            }),
            (None, ..) => {
                let message = format!("`{year}-{month:02}-{day:02}` is not a date");
                Err(vec![Diagnostic::error("pdf-invalid-date", message)])
            }
            _ => {
                let message = format!("`{}` is not a language tag", shape.language);
                Err(vec![
                    Diagnostic::error("pdf-invalid-language", message)
                        .hint("write a tag such as `nl-NL`"),
                ])
            }
        }
    }
}

/// Checks once that the standards go together.
pub(crate) fn standards() -> Result<PdfStandards, String> {
    PdfStandards::new(&STANDARDS).map_err(|error| error.message().to_string())
}

/// What a file says of itself: the title with its slots filled, and the bytes that tell it apart.
/// The shape's fingerprint is handed in, because making it reads the whole shape.
pub(crate) struct Identity {
    pub(crate) title: String,
    /// The titles of the documents in a collection.
    pub(crate) parts: Vec<String>,
    pub(crate) ident: String,
    /// The public id of a letter.
    pub(crate) keyword: Option<String>,
    /// What is asked for it.
    pub(crate) description: Option<String>,
}

impl Identity {
    /// From all that decides the document, so that two files share an id only if equal.
    pub(crate) fn of((shape, fingerprint): (&Shape, Fingerprint), values: &Values) -> Self {
        // A collection is filed as the letter that it begins with.
        let (letter, slots) = match &shape.body {
            Body::Collection(members) => (
                members.first().map(|member| &member.body),
                values.members.first().map(|values| &values.slots),
            ),
            body => (Some(body), Some(&values.slots)),
        };
        let (keyword, description) = match (letter, slots) {
            (Some(Body::Letter(letter)), Some(slots)) => letter.filed(slots),
            _ => (None, None),
        };
        Self {
            title: plain_text(&shape.title, &values.slots),
            parts: shape
                .members()
                .iter()
                .zip(&values.members)
                .map(|(member, values)| plain_text(&member.title, &values.slots))
                .collect(),
            ident: format!("{fingerprint} {}", values.fingerprint()),
            keyword,
            description,
        }
    }
}

/// Writes documents that were read as one file, without Typst's export.
///
/// # Errors
/// What this way of writing does not know; the other one does.
pub(crate) fn write(
    writer: &Writer,
    scans: &[&Scan],
    metadata: &Metadata,
    shape: &Shape,
    identity: &Identity,
) -> Result<Rendition, Unsupported> {
    let digest = Fingerprint::of(identity.ident.as_bytes()).0;
    let mut ident = [0; 16];
    ident.copy_from_slice(&digest[..16]);
    let bytes = writer.write(
        scans,
        &Info {
            parts: &identity.parts,
            title: &identity.title,
            author: &shape.author,
            keyword: identity.keyword.as_deref().unwrap_or_default(),
            description: identity.description.as_deref().unwrap_or_default(),
            creator: CREATOR,
            locale: metadata.locale,
            date: shape.date,
            ident,
        },
    )?;
    let pages = scans.iter().map(|scan| scan.pages.len()).sum::<usize>();
    Ok(Rendition {
        format: Format::Pdf,
        bytes,
        pages: u32::try_from(pages).ok(),
    })
}

/// Writes one file through Typst's export. Title, author and language are set here, on the
/// finished pages: in a style rule they would make every municipality's text a new one for Typst's
/// cache.
pub(crate) fn export(
    mut document: PagedDocument,
    metadata: &Metadata,
    standards: &PdfStandards,
    shape: &Shape,
    identity: &Identity,
) -> Result<Rendition, Diagnostics> {
    let pages = u32::try_from(document.pages().len()).ok();
    let info = document.info_mut();
    info.title = Some(identity.title.as_str().into());
    info.author = if shape.author.is_empty() {
        vec![]
    } else {
        vec![shape.author.as_str().into()]
    };
    info.keywords = identity
        .keyword
        .iter()
        .map(|it| it.as_str().into())
        .collect();
    info.description = identity.description.as_deref().map(Into::into);
    info.locale = Smart::Custom(metadata.locale);
    info.date = Smart::Auto;
    let options = typst_pdf::PdfOptions {
        ident: Smart::Custom(identity.ident.clone()),
        creator: Smart::Custom(Some(CREATOR.to_owned())),
        timestamp: Some(metadata.timestamp),
        page_ranges: None,
        standards: standards.clone(),
        tagged: true,
        pretty: false,
    };
    let bytes = guarded("export", || {
        typst_pdf::pdf(&document, &options).map_err(|errors| convert(&errors, None))
    })?;
    Ok(Rendition {
        format: Format::Pdf,
        bytes,
        pages,
    })
}
