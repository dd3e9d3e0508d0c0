//! The back ends of this build: what makes and what judges each format.

use anyhow::Context as _;
use raadspost_content::{Format, Inspector, Renderer, Theme};
use raadspost_docx::{DocxOptions, DocxRenderer};
use raadspost_inspect::{DocxInspector, PdfInspector};
use raadspost_pdf::{FontFile, PdfOptions, PdfRenderer};

use crate::embedded::Folder;
use crate::house::House;

/// One renderer for each format.
///
/// # Errors
/// A font cannot be read, or a family that the theme names is in none of them.
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
    let pdf = PdfRenderer::new(PdfOptions {
        fonts,
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

/// What judges each finished file.
pub(crate) fn inspectors() -> Vec<(Format, Box<dyn Inspector>)> {
    vec![
        (Format::Pdf, Box::new(PdfInspector)),
        (Format::Docx, Box::new(DocxInspector)),
    ]
}
