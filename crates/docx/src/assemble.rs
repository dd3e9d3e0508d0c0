//! The finish: every part in the order of its schema, and what docx-rs has no words for.
//!
//! docx-rs gives the XML of each part. It is read into a small tree, completed, cleaned of what
//! depends on what the process did before (paragraph ids, counters), sorted and written.
//! Relationships and content types are made from the parts there are, so that none can be missing.

use std::sync::Arc;

use docx_rs::Docx;
use raadspost_content::Theme;

use crate::body::{converter::Draft, sections};
use crate::house::look::Look;
use crate::house::stationery;
use crate::package::{self, Entry};
use crate::parts::{
    document, finish_numbering as numbering, finish_styles as styles, footnotes, glossary,
    properties, settings, theme,
};
use crate::record;
use crate::xml::characters::MARKER_START;
use crate::xml::{Element, Fault, MC, R, W, W15, sort};

/// A finished part of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its name in the package, without the leading slash.
    pub(crate) name: &'static str,
    /// Its XML, with a marker for each open slot.
    pub(crate) xml: String,
    /// How a slot's line ends and tabs are said in it.
    pub(crate) context: Context,
}

/// Where in a part its slots stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// In the text of a run: a line end is a break, a tab a tab.
    Run,
    /// In an element of metadata: a line end is a blank.
    Line,
}

impl Part {
    pub(crate) fn run(name: &'static str, xml: String) -> Self {
        Self {
            name,
            xml,
            context: Context::Run,
        }
    }

    pub(crate) fn line(name: &'static str, xml: String) -> Self {
        Self {
            name,
            xml,
            context: Context::Line,
        }
    }

    /// Whether it has open slots.
    pub(crate) fn is_slotted(&self) -> bool {
        self.xml.contains(MARKER_START)
    }
}

/// A finished document.
#[derive(Debug)]
pub(crate) struct Made {
    /// Its own parts, in the order in which they stand in the package.
    pub(crate) parts: Vec<Part>,
    /// What it shares with others, behind them.
    pub(crate) files: Vec<Arc<Entry>>,
}

/// Finishes a document; the parts come in the order in which they stand in the package.
///
/// # Errors
/// A mistake of this crate or of docx-rs, never of an author.
pub(crate) fn finish(draft: Draft, look: Look<'_>) -> Result<Made, Fault> {
    let theme = look.theme;
    let Draft {
        docx,
        controls,
        sections,
        tables,
        record,
        links,
        note_links,
        notes,
        repeated,
        properties,
    } = draft;
    let language = properties.language.as_str();
    let xml = docx.build();

    let document = part(&xml.document, |root| {
        document::finish(root, &controls, language, look)?;
        let mut notes = tables.iter();
        document::tables(root, &mut notes)?;
        if let Some(body) = root.elements_mut().find(|child| child.name == "w:body") {
            sections::wrap(body, &sections);
        }
        document::bookmark(root, &repeated);
        root.attributes.extend([
            ("xmlns:mc".into(), MC.into()),
            ("xmlns:w15".into(), W15.into()),
            ("mc:Ignorable".into(), "w15".into()),
        ]);
        Ok(())
    })?;
    let own = finished_styles(&xml.styles, language, theme)?;
    let styles = match look.reference {
        Some(taken) => taken.styles(own, language).to_part(),
        None => {
            let mut own = own;
            if look.logo.is_some() {
                own.push(stationery::header_style());
            }
            own.to_part()
        }
    };
    let numbering = part(&xml.numberings, |root| {
        numbering::finish(root);
        Ok(())
    })?;
    let settings = part(&xml.settings, |root| {
        settings::finish(root, language, notes, look.reference);
        Ok(())
    })?;
    let mut parts = vec![
        Part::line(package::CORE, properties.core().to_part()),
        Part::line(package::APP, properties::app().to_part()),
        Part::run(package::DOCUMENT, document),
        Part::run(package::STYLES, styles),
        Part::run(package::NUMBERING, numbering),
        Part::run(package::SETTINGS, settings),
        Part::run(
            package::FONT_TABLE,
            look.reference
                .and_then(|taken| taken.fonts.clone())
                .unwrap_or_else(|| properties::font_table(theme).to_part()),
        ),
        Part::run(
            package::THEME,
            look.reference
                .and_then(|taken| taken.theme.clone())
                .unwrap_or_else(|| theme::part(theme)),
        ),
    ];
    if notes {
        let footnotes = part(&xml.footnotes, |root| {
            document::finish(root, &controls, language, look)?;
            footnotes::finish(root);
            Ok(())
        })?;
        parts.push(Part::run(package::FOOTNOTES, footnotes));
    }
    if !controls.is_empty() {
        parts.push(Part::run(
            package::GLOSSARY,
            glossary::part(&controls).to_part(),
        ));
        parts.push(Part::run(
            package::GLOSSARY_STYLES,
            glossary::styles(language, theme).to_part(),
        ));
    }
    if let Some(record) = &record {
        let named = record.properties();
        parts.push(Part::line(
            package::CUSTOM,
            properties::custom(&named).to_part(),
        ));
        parts.push(Part::line(package::RECORD, record.element().to_part()));
        parts.push(Part::line(
            package::RECORD_PROPERTIES,
            record::store().to_part(),
        ));
    }
    let stationery = look.stationery();
    Ok(Made {
        parts: package::complete(parts, &links, &note_links, stationery),
        files: stationery.map_or_else(Vec::new, |stationery| stationery.files.clone()),
    })
}

/// All our styles, as they stand in a document of no language.
///
/// # Errors
/// A mistake of this crate or of docx-rs.
pub(crate) fn own_styles(theme: &Theme) -> Result<Element<'static>, Fault> {
    let xml = crate::parts::styles::add(Docx::new(), theme).build();
    Ok(finished_styles(&xml.styles, "", theme)?.into_owned())
}

fn finished_styles<'a>(
    xml: &'a [u8],
    language: &'a str,
    theme: &Theme,
) -> Result<Element<'a>, Fault> {
    finished(xml, |root| {
        styles::finish(root, language, theme);
        Ok(())
    })
}

/// Reads a part, hands its root over, and writes it sorted.
fn part<'a>(
    xml: &'a [u8],
    change: impl FnOnce(&mut Element<'a>) -> Result<(), Fault>,
) -> Result<String, Fault> {
    Ok(finished(xml, change)?.to_part())
}

/// Reads a part, hands its root over, and sorts it.
fn finished<'a>(
    xml: &'a [u8],
    change: impl FnOnce(&mut Element<'a>) -> Result<(), Fault>,
) -> Result<Element<'a>, Fault> {
    let mut root = Element::parse(xml)?;
    root.attributes.clear();
    clean(&mut root);
    change(&mut root)?;
    sort(&mut root)?;
    root.attributes.insert(0, ("xmlns:w".into(), W.into()));
    root.attributes.insert(1, ("xmlns:r".into(), R.into()));
    Ok(root)
}

/// Takes out what says nothing, and the attributes of later namespaces: the paragraph ids among
/// them depend on what a thread built before.
fn clean(element: &mut Element<'_>) {
    element
        .attributes
        .retain(|(name, _)| !name.starts_with("w14:") && !name.starts_with("w15:"));
    if element.name == "w:br" && element.get("w:type") == Some("textWrapping") {
        // It is the default (17.3.3.1).
        element.attributes.clear();
    }
    for child in element.elements_mut() {
        clean(child);
    }
    element.retain(|child| !(matches!(child.name.as_ref(), "w:rPr" | "w:pPr") && child.is_empty()));
}
