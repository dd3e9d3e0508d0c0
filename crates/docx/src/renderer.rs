//! The door of the crate: options, the renderer, and the prepared documents of a pack.

use std::collections::BTreeMap;
use std::sync::Arc;

use raadspost_content::xml::not_xml;
use raadspost_content::{
    Diagnostic, Diagnostics, Fingerprint, Format, Logo, Prepared, Renderer, Rendition, Shape,
    Theme, Values, Warned,
};

use crate::house::{Look, Reference, Stationery};
use crate::package::Deflater;
use crate::probe;
use crate::template::{Template, plain};

/// The version of docx-rs whose output this crate knows; a test holds it equal to the manifest's.
pub(crate) const DOCX_RS: &str = "0.4.22";

/// What decides the look of all Word files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DocxOptions {
    /// Fonts, colours, size and margins.
    pub theme: Theme,
    /// The logo in the header of the first page of letters, if the shape has no reference document.
    pub logo: Option<Logo>,
    /// The reference documents, by the names that shapes have for them.
    pub references: BTreeMap<String, Reference>,
}

/// Renders motions, annexes and letters as WordprocessingML (ECMA-376, transitional).
///
/// Every fill-in and every choice is a content control, lists are numbered by Word, and paragraphs
/// have the styles that Word has built in, so that a municipality's template fits; only what no
/// built-in style means, such as a cell of a table, has a style of our own.
///
/// Refused are: a collection (`docx-collection`), a character that XML 1.0 does not allow
/// (`docx-invalid-character`), lists more than nine deep (`docx-list-depth`), a list item that does
/// not start with a paragraph (`docx-list-item`), a footnote that is missing, empty or stands in a
/// footnote (`docx-footnote`), a slot that the shape does not define (`docx-slot`), values that do not
/// fit the shapes (`docx-values`), and a reference document that does not exist (`docx-reference`). `docx-fault` is a fault of this crate or of docx-rs.
#[derive(Debug, Clone)]
pub struct DocxRenderer {
    options: DocxOptions,
    logo: Option<Arc<Stationery>>,
    fingerprint: Fingerprint,
}

impl DocxRenderer {
    /// A renderer with these options.
    pub fn new(options: DocxOptions) -> Self {
        let logo = options.logo.as_ref();
        let mut renderer = Self {
            logo: logo.map(|logo| Arc::new(Stationery::of_logo(logo))),
            options,
            fingerprint: Fingerprint([0; 32]),
        };
        renderer.fingerprint = renderer.fingerprinted();
        renderer
    }

    /// The look of a shape.
    ///
    /// # Errors
    /// `docx-reference`: the shape names a reference document that was not handed in.
    fn look(&self, shape: &Shape) -> Result<Look<'_>, Diagnostic> {
        let reference = match &shape.reference {
            None => None,
            Some(name) => match self.options.references.get(name) {
                Some(reference) => Some(reference.house_style()),
                None => {
                    let message = format!(
                        "document `{}` names the reference document `{name}`, which does not exist",
                        shape.document
                    );
                    return Err(Diagnostic::error("docx-reference", message));
                }
            },
        };
        Ok(Look {
            theme: &self.options.theme,
            logo: self.logo.as_deref(),
            logo_in_motions: self
                .options
                .logo
                .as_ref()
                .is_some_and(|logo| logo.in_motions),
            reference,
        })
    }

    /// Versions, the theme, and the bytes of a probe that uses every style and construct, so that
    /// a change to any part's code changes the fingerprint; for each reference document once more.
    fn fingerprinted(&self) -> Fingerprint {
        let theme = &self.options.theme;
        let mut builder = Fingerprint::builder("docx");
        builder.field(env!("CARGO_PKG_VERSION").as_bytes());
        builder.field(DOCX_RS.as_bytes());
        builder.field(format!("{theme:?}").as_bytes());
        let mut shapes: Vec<Shape> = probe::shapes().into();
        for name in self.options.references.keys() {
            builder.field(name.as_bytes());
            shapes.push(Shape {
                reference: Some(name.clone()),
                ..probe::motion()
            });
        }
        for shape in shapes {
            let values = probe::values(&shape);
            // A theme that cannot be written has no files, so its fingerprint meets no other.
            let bytes = self
                .look(&shape)
                .ok()
                .and_then(|look| plain(&shape, &values, look).ok());
            builder.field(&bytes.unwrap_or_default());
        }
        builder.finish()
    }
}

impl Renderer for DocxRenderer {
    fn format(&self) -> Format {
        Format::Docx
    }

    fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    fn ingredients(&self) -> BTreeMap<String, String> {
        let theme = format!("{:?}", self.options.theme);
        BTreeMap::from([
            (
                "raadspost-docx".to_owned(),
                env!("CARGO_PKG_VERSION").to_owned(),
            ),
            ("docx-rs".to_owned(), DOCX_RS.to_owned()),
            (
                "theme".to_owned(),
                Fingerprint::of(theme.as_bytes()).to_string(),
            ),
            ("probe".to_owned(), self.fingerprint.to_string()),
        ])
    }

    fn prepare(&self, shapes: &[Arc<Shape>]) -> Result<Warned<Box<dyn Prepared>>, Diagnostics> {
        let mut deflater = Deflater::new();
        let mut ready = Vec::with_capacity(shapes.len());
        let mut diagnostics = Vec::new();
        for shape in shapes {
            let made = self
                .look(shape)
                .map_err(|found| vec![found])
                .and_then(|look| Template::new(shape, look, &mut deflater));
            match made {
                Ok(template) => {
                    ready.push(Ready {
                        document: shape.document.clone(),
                        slots: shape.slots,
                        template,
                    });
                }
                Err(found) => diagnostics.extend(found),
            }
        }
        if diagnostics.is_empty() {
            Ok(Warned::clean(Box::new(PreparedDocx(ready))))
        } else {
            Err(diagnostics)
        }
    }

    fn missing_characters(&self, text: &str) -> Vec<char> {
        not_xml(text)
    }
}

/// The prepared documents of a pack.
struct PreparedDocx(Vec<Ready>);

struct Ready {
    document: String,
    slots: usize,
    template: Template,
}

impl Prepared for PreparedDocx {
    fn render(&self, values: &[Values]) -> Result<Warned<Vec<Rendition>>, Diagnostics> {
        let mut diagnostics = Vec::new();
        if values.len() != self.0.len() {
            let message = format!(
                "{} documents were given values for {}",
                self.0.len(),
                values.len()
            );
            diagnostics.push(Diagnostic::error("docx-values", message));
        }
        for (ready, values) in self.0.iter().zip(values) {
            check(ready, values, &mut diagnostics);
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let mut deflater = Deflater::new();
        let mut renditions = Vec::with_capacity(self.0.len());
        for (ready, values) in self.0.iter().zip(values) {
            let bytes = ready.template.fill(values, &mut deflater);
            renditions.push(Rendition {
                format: Format::Docx,
                bytes: bytes.map_err(|fault| vec![fault.diagnostic(&ready.document)])?,
                pages: None,
            });
        }
        Ok(Warned::clean(renditions))
    }
}

/// Reports missing values, and characters that XML does not allow.
fn check(ready: &Ready, values: &Values, diagnostics: &mut Diagnostics) {
    let Ready {
        document,
        slots,
        template: _,
    } = ready;
    if values.slots.len() != *slots {
        let message = format!(
            "document `{document}` has {slots} slots and {} values",
            values.slots.len()
        );
        diagnostics.push(Diagnostic::error("docx-values", message));
    }
    for (slot, text) in values.slots.iter().enumerate() {
        for c in not_xml(text) {
            let message = format!(
                "a Word file cannot hold `U+{:04X}`, found in the value of slot {slot} of document `{document}`",
                u32::from(c)
            );
            diagnostics.push(
                Diagnostic::error("docx-invalid-character", message)
                    .hint("take the character out of the register or the text"),
            );
        }
    }
}
