//! The back ends of this build: what makes and what judges each format.

use std::sync::Arc;

use raadspost_campaign::Campaign;
use raadspost_content::{
    Diagnostic, Diagnostics, Fingerprint, Format, Inspector, PixelRecord, Place, Renderer, Source,
    Span, Theme,
};
use raadspost_docx::{DocxOptions, DocxRenderer};
use raadspost_inspect::{DocxInspector, PdfChecks, PdfInspector};
use raadspost_pdf::{FontFile, PdfError, PdfOptions, PdfRenderer, Template};
use raadspost_yaml::{Step, place_of};

use crate::embedded;
use crate::error::ProjectError;
use crate::files::Files;
use crate::house::House;

/// One renderer for each format. `campaign` is the text of the campaign, for places.
///
/// # Errors
/// Every font and template that cannot be used, and every family of the theme that no font has,
/// with its place.
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

/// What is wrong with fonts, templates and the theme's families: for a campaign in which something
/// else is wrong too, so that all is told at once.
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

/// What the PDF renderer is made from; the templates that are not text are mistakes.
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
    for (name, bytes) in files.templates()? {
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

/// The mistakes of fonts, theme and templates with their places.
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
            .hint("put a TrueType or OpenType file there, or take it out of `fonts/`"),
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
                .hint("mend the template here, or delete it: without it the built-in one is used")
        }
        PdfError::Standards(_) => Diagnostic::error("pdf-standards", message),
    }
}

/// Where a family is named: in the campaign's look, which takes precedence, or in the theme.
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

/// What judges each finished file of a campaign.
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

/// One file of so many is compared with its pixels.
const ONE_IN: u32 = 100;

/// Which files are compared with their pixels. The seed stays the same for a campaign, so that a
/// run that is repeated takes the same files.
pub(crate) fn pixels(campaign: &Campaign) -> PixelRecord {
    let [a, b, c, d, ..] = Fingerprint::of(campaign.id().as_bytes()).0;
    PixelRecord {
        seed: u32::from_le_bytes([a, b, c, d]),
        one_in: ONE_IN,
    }
}

/// The renderers in the embedded look, for what no campaign makes.
///
/// # Errors
/// None in a programme that was built whole.
pub fn embedded_renderers() -> Result<Vec<Box<dyn Renderer>>, ProjectError> {
    renderers(
        &Theme::default(),
        &House::default(),
        &Files::default(),
        &Source::new("", ""),
    )
}
