//! A reference document: a Word file from which styles, theme, page, header and footer are taken.
//!
//! The file comes from somebody else, so each part is read within limits, cut down to what the
//! look needs, and written anew. Whatever could run, fetch or follow something is left behind, or
//! the file is refused where its header cannot do without. Styles are matched by name, since their
//! ids are translated by Word ("Kop1") and their names are not; the body of our documents never
//! depends on a reference document, except for the properties of its section.

mod container;
mod field;
mod look;
mod page;
mod relations;
mod stationery;
mod story;
mod styles;
mod theme;

use std::sync::Arc;

use raadspost_content::xml::not_xml;
use raadspost_content::{Diagnostic, Diagnostics, Theme};

pub(crate) use look::Look;
pub(crate) use stationery::Stationery;

use crate::parts;
use crate::xml::{Element, W};
use container::Container;
use relations::{main_part, relations};
use theme::{font_table, plain_theme};

/// The namespace of the strict variant (ECMA-376 Part 1), which few programs write.
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";

/// A reference document, read and ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(Arc<HouseStyle>);

/// What a reference document gives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HouseStyle {
    /// Page, header and footer.
    pub(crate) stationery: Stationery,
    /// `word/theme/theme1.xml`; `None` if the file has no theme.
    pub(crate) theme: Option<String>,
    /// `word/fontTable.xml`.
    pub(crate) fonts: Option<String>,
    /// Which colour of the theme is which (17.15.1.20), as attributes.
    pub(crate) colours: Option<Element<'static>>,
    styles: styles::Styles,
    /// The part of each drawing without an alternative text.
    silent: Vec<String>,
}

/// The reason why a file cannot be a reference document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    /// The file is not a zip file.
    #[error("it is not a Word file")]
    NoPackage,
    /// A part does not unfold to what the file says, or is encrypted.
    #[error("it is damaged or encrypted")]
    Damaged,
    /// The file, a part or all parts together are over a limit.
    #[error("it is too large")]
    TooLarge,
    /// The name of a part leads out of the package.
    #[error("its part `{0}` has a name that leads elsewhere")]
    Name(String),
    /// A part that a Word file has is missing.
    #[error("its part `{0}` is missing")]
    Missing(String),
    /// It is written in the strict variant.
    #[error("it is saved as Strict Open XML")]
    Strict,
    /// A part cannot be read as XML.
    #[error("its part `{part}` cannot be read: {reason}")]
    Xml {
        /// The part.
        part: String,
        /// Why.
        reason: String,
    },
    /// Header or footer hold what runs, fetches or follows something.
    #[error("its part `{part}` holds {what}")]
    Active {
        /// The part.
        part: String,
        /// What it holds.
        what: String,
    },
}

impl Unfit {
    /// As an author reads it; the place is added where the file was named.
    fn diagnostic(&self) -> Diagnostic {
        let hint = match self {
            Self::NoPackage | Self::Damaged | Self::Missing(_) | Self::Xml { .. } => {
                "open the file in Word or LibreOffice and save it as `.docx`"
            }
            Self::TooLarge => "keep styles, header and footer in the file, and no more",
            Self::Name(_) => "do not use this file",
            Self::Strict => "save it in Word as `Word Document (*.docx)`",
            Self::Active { .. } => {
                "take it out of header and footer; a picture may be there, as PNG or JPEG"
            }
        };
        let message = format!("the file cannot be a reference document: {self}");
        Diagnostic::error("reference-document", message).hint(hint)
    }
}

impl Reference {
    /// Reads a `.docx` or `.dotx` file.
    ///
    /// # Errors
    /// `reference-document`: it is not a Word file, is damaged or over a limit, or its header or
    /// footer hold what runs, fetches or follows something.
    pub fn read(bytes: &[u8]) -> Result<Self, Diagnostic> {
        let house = HouseStyle::read(bytes).map_err(|unfit| unfit.diagnostic())?;
        Ok(Self(Arc::new(house)))
    }

    /// Pictures without an alternative text, which a council may not publish.
    pub fn warnings(&self) -> Diagnostics {
        let warning = |part: &String| {
            let message = format!(
                "a picture in the reference document has no alternative text, in its part `{part}`"
            );
            Diagnostic::warning("silent-picture", message)
                .hint("say in Word what it shows (Alternatieve tekst bewerken), and save the file")
        };
        self.0.silent.iter().map(warning).collect()
    }

    pub(crate) fn house_style(&self) -> &HouseStyle {
        &self.0
    }
}

impl HouseStyle {
    fn read(bytes: &[u8]) -> Result<Self, Unfit> {
        let container = Container::open(bytes)?;
        let main = main_part(&container)?;
        let of_main = relations(&container, &main)?;
        let document = word(&container, &main)?;
        let first = |kind: &str| {
            of_main
                .iter()
                .find(|one| one.is(kind))
                .map(|one| &one.target)
        };

        let own = parts::styles::part("", &Theme::default(), 1).map_err(|fault| Unfit::Xml {
            part: "styles".into(),
            reason: fault.to_string(),
        })?;
        let found = match first("styles") {
            Some(name) => word(&container, name)?,
            None => return Err(Unfit::Missing("word/styles.xml".into())),
        };
        let mut tables = Vec::new();
        for one in of_main
            .iter()
            .filter(|one| one.is("header") || one.is("footer"))
        {
            tables_of(&word(&container, &one.target)?, &mut tables);
        }
        let styles = styles::Styles::new(found, &own, &tables);
        let settings = first("settings")
            .map(|name| word(&container, name))
            .transpose()?;
        let fonts = match first("fontTable") {
            Some(name) => Some(written(name, &font_table(word(&container, name)?))?),
            None => None,
        };
        let theme = match first("theme") {
            Some(name) => Some(written(name, &plain_theme(foreign(&container, name)?))?),
            None => None,
        };
        let (mut stationery, silent) = page::stationery(&container, &of_main, document, &styles)?;
        let both = settings
            .as_ref()
            .and_then(|settings| settings.find("w:evenAndOddHeaders"));
        stationery.even_and_odd =
            both.is_some_and(|both| !matches!(both.get("w:val"), Some("0" | "false" | "off")));
        let colours = settings
            .as_ref()
            .and_then(|settings| settings.find("w:clrSchemeMapping"))
            .map(|mapping| {
                let mut mapping = mapping.clone();
                mapping.children.clear();
                mapping
                    .attributes
                    .retain(|(name, _)| name.starts_with("w:"));
                mapping
            });
        Ok(Self {
            stationery,
            theme,
            fonts,
            colours,
            styles,
            silent,
        })
    }

    /// `word/styles.xml`: those of the reference document, and ours that it lacks.
    pub(crate) fn styles<'a>(&self, own: Element<'a>, language: &'a str) -> Element<'a> {
        self.styles.over(own, language)
    }
}

/// Reads a part that is XML, with its namespaces.
fn foreign(container: &Container, name: &str) -> Result<Element<'static>, Unfit> {
    let bytes = container
        .get(name)
        .ok_or_else(|| Unfit::Missing(name.to_owned()))?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    Element::parse(bytes).map_err(|fault| Unfit::Xml {
        part: name.to_owned(),
        reason: fault.to_string(),
    })
}

/// Reads a part of WordprocessingML, whose names begin with `w:` in every file that is known.
fn word(container: &Container, name: &str) -> Result<Element<'static>, Unfit> {
    let root = foreign(container, name)?;
    if root.get("xmlns:w") == Some(W) {
        return Ok(root);
    }
    if root.attributes.iter().any(|(_, value)| value == STRICT) {
        return Err(Unfit::Strict);
    }
    Err(Unfit::Xml {
        part: name.to_owned(),
        reason: "its elements do not have the prefix `w`".into(),
    })
}

/// A part as XML, without characters that could be mistaken for a marker.
fn written(name: &str, root: &Element<'_>) -> Result<String, Unfit> {
    let xml = root.to_part();
    match not_xml(&xml).first() {
        None => Ok(xml),
        Some(c) => Err(Unfit::Xml {
            part: name.to_owned(),
            reason: format!(
                "it holds `U+{:04X}`, which XML does not allow",
                u32::from(*c)
            ),
        }),
    }
}

/// The styles of tables that a header or footer uses.
fn tables_of(element: &Element<'_>, out: &mut Vec<String>) {
    if element.name == "w:tblStyle" {
        out.extend(element.get("w:val").map(str::to_owned));
    }
    for child in element.elements() {
        tables_of(child, out);
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}
