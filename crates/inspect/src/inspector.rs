//! The verdict on a finished file, before it is delivered: does it open, is it what its format
//! promises, and does it speak of the right municipality.

use raadspost_content::{
    Diagnostic, Diagnostics, Fingerprint, Format, Inspector, Rendition, Shape, Values,
};

use crate::docx::package::Package;
use crate::docx::{Parts, read_parts};
use crate::expected::{missing_values, property, title};
use crate::lint::lint_parts;
use crate::text::fold_into;
use crate::{PdfText, comparable, first_difference, read_pdf, struct_outline};

/// Raised whenever a verdict may change.
const VERSION: &[u8] = b"2";

/// Judges PDFs; renditions of another format are not its business and pass.
///
/// | code | what it says |
/// |---|---|
/// | `pdf-unreadable` | the file does not open, or has no structure tree |
/// | `pdf-page-count` | it has another number of pages than its rendition says |
/// | `pdf-not-archival` | it is not marked as PDF/A-2a |
/// | `pdf-not-accessible` | it is not marked as PDF/UA-1, or not as tagged |
/// | `pdf-title`, `pdf-author`, `pdf-language` | these are not the shape's |
/// | `pdf-unmapped-text` | it shows characters that cannot be read back |
/// | `pdf-text-missing` | a merged value does not occur in its text |
#[derive(Debug, Clone, Copy, Default)]
pub struct PdfInspector;

/// Judges DOCX files; renditions of another format are not its business and pass.
///
/// The codes are those of [`crate::lint_docx`] and these:
///
/// | code | what it says |
/// |---|---|
/// | `docx-unreadable` | the file does not open |
/// | `docx-title`, `docx-author`, `docx-language` | these are not the shape's |
/// | `docx-text-missing` | a merged value does not occur in its text |
#[derive(Debug, Clone, Copy, Default)]
pub struct DocxInspector;

/// Judges both formats, each by its own inspector.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileInspector;

impl Inspector for FileInspector {
    fn fingerprint(&self) -> Fingerprint {
        let mut builder = Fingerprint::builder("file-inspector");
        builder
            .field(&PdfInspector.fingerprint().0)
            .field(&DocxInspector.fingerprint().0);
        builder.finish()
    }

    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics {
        match rendition.format {
            Format::Pdf => PdfInspector.inspect(shape, values, rendition),
            Format::Docx => DocxInspector.inspect(shape, values, rendition),
        }
    }

    fn compare(&self, one: &Rendition, other: &Rendition) -> Diagnostics {
        match one.format {
            Format::Pdf => PdfInspector.compare(one, other),
            Format::Docx => Vec::new(),
        }
    }
}

impl Inspector for PdfInspector {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::builder("pdf-inspector")
            .field(VERSION)
            .finish()
    }

    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics {
        if rendition.format != Format::Pdf {
            return Vec::new();
        }
        let file = match read_pdf(&rendition.bytes) {
            Ok(file) => file,
            Err(error) => return vec![Diagnostic::error("pdf-unreadable", error.to_string())],
        };
        let mut found = Vec::new();
        if rendition.pages.map(|pages| pages as usize) != Some(file.page_count) {
            let said = rendition
                .pages
                .map_or_else(|| "no number".to_owned(), |pages| pages.to_string());
            let message = format!(
                "the finished file has {} pages, its renderer said {said}",
                file.page_count
            );
            found.push(Diagnostic::error("pdf-page-count", message));
        }
        let metadata = &file.metadata;
        if metadata.pdf_a.as_deref() != Some("2a") {
            let mark = metadata.pdf_a.as_deref().unwrap_or("none");
            let message = format!("the finished file is not marked as PDF/A-2a (its mark: {mark})");
            found.push(Diagnostic::error("pdf-not-archival", message));
        }
        if metadata.pdf_ua != Some(1) || !metadata.marked {
            found.push(Diagnostic::error(
                "pdf-not-accessible",
                "the finished file is not marked as PDF/UA-1",
            ));
        }
        let expected = title(shape, values);
        let author = crate::text::fold(&shape.author);
        found.extend(property(
            "pdf-title",
            "title",
            metadata.title.as_deref(),
            &expected,
        ));
        found.extend(property(
            "pdf-title",
            "title in XMP",
            metadata.xmp_title.as_deref(),
            &expected,
        ));
        found.extend(property(
            "pdf-author",
            "author",
            metadata.author.as_deref(),
            &author,
        ));
        found.extend(property(
            "pdf-language",
            "language",
            metadata.language.as_deref(),
            &shape.language,
        ));

        let mut text = String::new();
        let lines = file.lines.iter().map(|line| &line.text);
        for piece in lines.chain(&file.pages) {
            fold_into(&mut text, piece);
            text.push('\n');
        }
        if text.contains('\u{FFFD}') {
            let message = "the finished file shows characters that cannot be read back";
            found.push(Diagnostic::error("pdf-unmapped-text", message));
        }
        found.append(&mut missing_values(
            shape,
            values,
            "pdf-text-missing",
            &text,
        ));
        found
    }

    fn compare(&self, one: &Rendition, other: &Rendition) -> Diagnostics {
        let read = |file: &Rendition| read_pdf(&file.bytes);
        let outline = |file: &Rendition| struct_outline(&file.bytes);
        let differs = |what: &str| {
            let message = format!("made in two ways, the file differs: {what}");
            vec![
                Diagnostic::error("pdf-differs", message)
                    .hint("report this as a bug, with the campaign and the row if you can"),
            ]
        };
        match (read(one), read(other)) {
            (Ok(one), Ok(other)) => {
                let (lines, others) = (comparable(&one.lines), comparable(&other.lines));
                if let Some(difference) = first_difference(&lines, &others) {
                    return differs(&difference.to_string());
                }
                if one.page_count != other.page_count {
                    return differs(&format!(
                        "{} and {} pages",
                        one.page_count, other.page_count
                    ));
                }
                let said =
                    |file: &PdfText| (file.metadata.title.clone(), file.metadata.language.clone());
                if said(&one) != said(&other) {
                    return differs("title or language");
                }
            }
            (Err(error), _) | (_, Err(error)) => return differs(&error.to_string()),
        }
        match (outline(one), outline(other)) {
            (Ok(one), Ok(other)) if tree(&one) == tree(&other) => Vec::new(),
            (Ok(_), Ok(_)) => differs("the structure"),
            (Err(error), _) | (_, Err(error)) => differs(&error.to_string()),
        }
    }
}

/// An outline of the structure without the texts, which may be cut up in different ways.
fn tree(outline: &str) -> Vec<&str> {
    let kind = |line: &'_ str| line.find('"').unwrap_or(line.len());
    let lines = outline.lines().map(|line| line[..kind(line)].trim_end());
    lines.filter(|line| !line.trim().is_empty()).collect()
}

impl Inspector for DocxInspector {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::builder("docx-inspector")
            .field(VERSION)
            .finish()
    }

    fn inspect(&self, shape: &Shape, values: &Values, rendition: &Rendition) -> Diagnostics {
        if rendition.format != Format::Docx {
            return Vec::new();
        }
        let unreadable =
            |error: crate::ReadError| Diagnostic::error("docx-unreadable", error.to_string());
        let package = match Package::open(&rendition.bytes) {
            Ok(package) => package,
            Err(error) => return vec![unreadable(error)],
        };
        let parts = Parts::parse(&package);
        let mut found = lint_parts(&package, &parts);
        let file = match read_parts(&parts) {
            Ok(file) => file,
            Err(error) => {
                found.push(unreadable(error));
                return found;
            }
        };
        let author = crate::text::fold(&shape.author);
        found.extend(property(
            "docx-title",
            "title",
            file.title.as_deref(),
            &title(shape, values),
        ));
        found.extend(property(
            "docx-author",
            "author",
            file.creator.as_deref(),
            &author,
        ));
        found.extend(property(
            "docx-language",
            "language",
            file.language.as_deref(),
            &shape.language,
        ));
        let mut text = String::new();
        let lines = file.lines.iter().map(|line| &line.text);
        for piece in lines.chain(&file.headers_and_footers) {
            fold_into(&mut text, piece);
            text.push('\n');
        }
        found.append(&mut missing_values(
            shape,
            values,
            "docx-text-missing",
            &text,
        ));
        found
    }
}
