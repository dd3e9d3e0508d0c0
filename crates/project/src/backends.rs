//! The back ends of this build: renderer and inspector of each format.

use std::sync::Arc;

use raadspost_campaign::Campaign;
use raadspost_content::{
    Diagnostic, Diagnostics, Fingerprint, Format, Inspector, PixelRecord, Place, Renderer, Source,
    Span, Theme,
};
use raadspost_docx::{DocxOptions, DocxRenderer};
use raadspost_inspect::{DocxInspector, PdfChecks, PdfInspector};
use raadspost_pdf::{FontFile, PdfError, PdfOptions, PdfRenderer, TEMPLATES, Template};
use raadspost_yaml::{Step, place_of};

use crate::embedded;
use crate::error::ProjectError;
use crate::files::Files;
use crate::house::House;

/// One renderer for each format. `campaign` is the text of the campaign, for locations.
///
/// # Errors
/// Every unusable font and template, and every family of the theme without a font, with its
/// location.
pub(crate) fn renderers(
    theme: &Theme,
    house: &House,
    files: &Files,
    campaign: &Arc<Source>,
) -> Result<Vec<Box<dyn Renderer>>, ProjectError> {
    let options = options(theme, house, files)??;
    let pdf = match PdfRenderer::new(options.clone()) {
        Ok(pdf) => pdf,
        Err(_) => return Err(placed(&options, files, campaign)?.into()),
    };
    let docx = DocxRenderer::new(DocxOptions {
        theme: theme.clone(),
        logo: house.logo.clone(),
        references: house.references.clone(),
    });
    Ok(vec![Box::new(pdf), Box::new(docx)])
}

/// Mistakes in fonts, templates and the theme's families, so that they are reported together with
/// other mistakes of the campaign.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn mistakes(
    theme: &Theme,
    files: &Files,
    campaign: &Arc<Source>,
) -> Result<Diagnostics, ProjectError> {
    match options(theme, &House::default(), files)? {
        Ok(options) => placed(&options, files, campaign),
        Err(mistakes) => Ok(mistakes),
    }
}

/// Templates of a campaign, at most: Typst numbers files for ever, and has 65,535 numbers.
const TEMPLATES_LIMIT: usize = 200;

/// The options of the PDF renderer; templates that are not text are mistakes.
fn options(
    theme: &Theme,
    house: &House,
    files: &Files,
) -> Result<Result<PdfOptions, Diagnostics>, ProjectError> {
    let fonts = files
        .fonts()?
        .into_iter()
        .map(|(name, bytes)| FontFile { name, bytes })
        .collect();
    let mut templates = Vec::new();
    let mut mistakes = Vec::new();
    let found = files.templates()?;
    if found.len() > TEMPLATES_LIMIT {
        let message = format!(
            "`templates/` has {} templates; the limit is {TEMPLATES_LIMIT}",
            found.len()
        );
        let mistake = Diagnostic::error("wrong-template", message)
            .at(Place::File("templates".to_owned()))
            .hint("leave those that you changed, and those that they import");
        return Ok(Err(vec![mistake]));
    }
    for (name, bytes) in found {
        match String::from_utf8(bytes) {
            Ok(text) => templates.push(Template { name, text }),
            Err(_) => mistakes.push(Diagnostic::not_utf8(&format!("templates/{name}"), 1)),
        }
    }
    if !mistakes.is_empty() {
        return Ok(Err(mistakes));
    }
    Ok(Ok(PdfOptions {
        fonts,
        templates,
        theme: theme.clone(),
        logo: house.logo.clone(),
    }))
}

/// A template of a campaign's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTemplate {
    /// The name of its file, `letterhead.typ`.
    pub name: String,
    /// Its relation to the built-in templates.
    pub kind: TemplateKind,
}

/// The relation of a template to the built-in ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateKind {
    /// It replaces one of the same name.
    Replaces,
    /// It is equal to one of the same name.
    Same,
    /// No built-in one has its name.
    New,
}

impl OwnTemplate {
    pub(crate) fn new(name: String, text: &[u8]) -> Self {
        let built_in = TEMPLATES.iter().find(|(built_in, _)| *built_in == name);
        let kind = match built_in {
            Some((_, built_in)) if built_in.as_bytes() == text => TemplateKind::Same,
            Some(_) => TemplateKind::Replaces,
            None => TemplateKind::New,
        };
        Self { name, kind }
    }
}

/// The mistakes of fonts, theme and templates, with their locations.
fn placed(
    options: &PdfOptions,
    files: &Files,
    campaign: &Arc<Source>,
) -> Result<Diagnostics, ProjectError> {
    let theme = match files.find(embedded::THEME)? {
        Some(found) => {
            let name = found.name.clone();
            let text = String::from_utf8_lossy(&files.bytes(&found)?).into_owned();
            Source::new(name, text)
        }
        None => Source::new(embedded::THEME, ""),
    };
    let mistakes = options.mistakes().into_iter();
    Ok(mistakes
        .map(|error| diagnostic(&error, &theme, campaign))
        .collect())
}

fn diagnostic(error: &PdfError, theme: &Arc<Source>, campaign: &Arc<Source>) -> Diagnostic {
    let message = error.to_string();
    match error {
        PdfError::NotAFont { file } => Diagnostic::error("broken-font", message)
            .at(Place::File(format!("fonts/{file}")))
            .hint("replace it with a TrueType or OpenType file, or remove it from `fonts/`"),
        PdfError::NotEmbeddable { file, .. } => Diagnostic::error("restricted-font", message)
            .at(Place::File(format!("fonts/{file}")))
            .hint("choose another family in the theme, or take a version of the font whose licence allows embedding"),
        PdfError::NoSuchFamily { family, known } => {
            let place = family_place(family, theme, campaign);
            Diagnostic::error("unknown-font", message)
                .at(place.unwrap_or(Place::Nowhere))
                .hint(format!(
                    "put its files into `fonts/` beside the campaign, or write one of: {}",
                    known.join(", ")
                ))
        }
        PdfError::NotATemplate { file } => Diagnostic::error("wrong-template", message)
            .at(Place::File(format!("templates/{file}")))
            .hint("rename the file"),
        PdfError::BrokenTemplate {
            file, text, range, ..
        } => {
            let source = Source::new(format!("templates/{file}"), text.as_str());
            Diagnostic::error("broken-template", message)
                .at(Place::Source(source, Span::new(range.start, range.end)))
                .hint("correct the template here, or delete it to use the built-in one")
        }
        PdfError::Standards(_) => Diagnostic::error("pdf-standards", message),
    }
}

/// The location of a font family: in the campaign's look, which takes precedence, or in the theme.
fn family_place(family: &str, theme: &Arc<Source>, campaign: &Arc<Source>) -> Option<Place> {
    let names = |place: &Place| match place {
        Place::Source(source, span) => {
            let written = source.text().get(span.start as usize..span.end as usize);
            written.is_some_and(|written| written.contains(family))
        }
        Place::Nowhere | Place::File(_) | Place::Row { .. } => false,
    };
    let keys = ["serif", "sans"];
    let of_campaign = keys.map(|key| place_of(campaign, &[Step::Key("theme"), Step::Key(key)]));
    let of_theme = keys.map(|key| place_of(theme, &[Step::Key(key)]));
    let fallback = place_of(theme, &[Step::Key("fallback"), Step::Item(family)]);
    let mut all = of_campaign.into_iter().chain(of_theme).chain([fallback]);
    all.find_map(|place| place.filter(|place| names(place)))
}

/// The inspectors of the finished files of a campaign.
pub(crate) fn inspectors(campaign: &Campaign) -> Vec<(Format, Box<dyn Inspector>)> {
    let documents = campaign.documents().iter();
    let checks = PdfChecks {
        limits: documents
            .map(|document| (document.id.clone(), document.limits))
            .collect(),
        pixels: pixels(campaign),
    };
    vec![
        (Format::Pdf, Box::new(PdfInspector::new(checks))),
        (Format::Docx, Box::<DocxInspector>::default()),
    ]
}

/// One file in this many is compared with its pixels.
const ONE_IN: u32 = 100;

/// The sample of files whose pixels are compared. The seed is constant for a campaign, so that a
/// repeated run selects the same files.
pub(crate) fn pixels(campaign: &Campaign) -> PixelRecord {
    let [a, b, c, d, ..] = Fingerprint::of(campaign.id().as_bytes()).0;
    PixelRecord {
        seed: u32::from_le_bytes([a, b, c, d]),
        one_in: ONE_IN,
    }
}

/// The renderers with the embedded look, without a campaign.
///
/// # Errors
/// Never for a complete build of the programme.
pub fn embedded_renderers() -> Result<Vec<Box<dyn Renderer>>, ProjectError> {
    renderers(
        &Theme::default(),
        &House::default(),
        &Files::default(),
        &Source::new("", ""),
    )
}
