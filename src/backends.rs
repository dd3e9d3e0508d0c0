//! The back ends of this build: what makes and what judges each format.

use anyhow::Context as _;
use raadspost_content::{Campaign, Format, Inspector, Renderer, Theme};
use raadspost_docx::{DocxOptions, DocxRenderer};
use raadspost_inspect::{DocxInspector, PdfChecks, PdfInspector};
use raadspost_pdf::{FontFile, PdfOptions, PdfRenderer, Template};

use crate::embedded::Folder;
use crate::house::House;
use crate::recipients::Loaded;
use crate::record;

/// Renderers, and inspectors by format.
type Backends = (Vec<Box<dyn Renderer>>, Vec<(Format, Box<dyn Inspector>)>);

/// What makes and what judges the documents of a campaign.
///
/// # Errors
/// As [`renderers`].
pub(crate) fn of(loaded: &Loaded) -> anyhow::Result<Backends> {
    let renderers = renderers(&loaded.theme, &loaded.house, &loaded.folder)?;
    Ok((renderers, inspectors(&loaded.campaign)))
}

/// One renderer for each format.
///
/// # Errors
/// A font or a template cannot be read, or a family that the theme names is in none of them.
pub(crate) fn renderers(
    theme: &Theme,
    house: &House,
    folder: &Folder,
) -> anyhow::Result<Vec<Box<dyn Renderer>>> {
    let fonts = folder
        .fonts()?
        .into_iter()
        .map(|(name, bytes)| FontFile { name, bytes })
        .collect();
    let mut templates = Vec::new();
    for (name, bytes) in folder.templates()? {
        let text = String::from_utf8(bytes)
            .map_err(|_| anyhow::anyhow!("`templates/{name}` is not UTF-8"))?;
        templates.push(Template { name, text });
    }
    let pdf = PdfRenderer::new(PdfOptions {
        fonts,
        templates,
        theme: theme.clone(),
        logo: house.logo.clone(),
    })
    .context("cannot set up the making of PDF")?;
    let docx = DocxRenderer::new(DocxOptions {
        theme: theme.clone(),
        logo: house.logo.clone(),
        references: house.references.clone(),
    });
    Ok(vec![Box::new(pdf), Box::new(docx)])
}

/// What judges each finished file of a campaign.
fn inspectors(campaign: &Campaign) -> Vec<(Format, Box<dyn Inspector>)> {
    let documents = campaign.documents().iter();
    let checks = PdfChecks {
        limits: documents
            .map(|document| (document.id.clone(), document.limits))
            .collect(),
        pixels: record::pixels(campaign),
    };
    vec![
        (Format::Pdf, Box::new(PdfInspector::new(checks))),
        (Format::Docx, Box::<DocxInspector>::default()),
    ]
}
