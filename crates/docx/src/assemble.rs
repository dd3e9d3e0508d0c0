//! The assembly: a draft and a look become the parts of a package.

use std::sync::Arc;

use crate::body::Draft;
use crate::house::Look;
use crate::package::{Entry, Part, complete, parts as names};
use crate::parts::{footer, footnotes, glossary, numbering, properties, settings, theme};
use crate::record;
use crate::xml::{Element, Fault, MC, R, W, W15};

/// A finished document.
#[derive(Debug)]
pub(crate) struct Assembled {
    /// Its own parts, in their order in the package.
    pub(crate) parts: Vec<Part>,
    /// What it shares with others, behind them.
    pub(crate) files: Vec<Arc<Entry>>,
}

/// Assembles a document; the parts are in their order in the package.
///
/// # Errors
/// A mistake of this crate or of docx-rs, never of an author.
pub(crate) fn assemble(draft: Draft, look: Look<'_>) -> Result<Assembled, Fault> {
    let theme = look.theme;
    let Draft {
        body,
        footnotes,
        lists,
        placeholders,
        records,
        links,
        note_links,
        properties,
    } = draft;
    let language = properties.language.as_str();
    let document = Element::new("w:document")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R)
        .attribute("xmlns:mc", MC)
        .attribute("xmlns:w15", W15)
        .attribute("mc:Ignorable", "w15")
        .child(body.child(look.section()));
    let settings = settings::part(
        language,
        !footnotes.is_empty(),
        look.reference
            .is_some_and(|house| house.stationery.even_and_odd),
        look.reference.and_then(|house| house.colours.as_ref()),
    );
    let fonts = look.reference.and_then(|house| house.fonts.clone());
    let colours = look.reference.and_then(|house| house.theme.clone());
    let mut parts = vec![
        Part::line(names::CORE, properties.core().to_part()),
        Part::line(names::APP, properties::app().to_part()),
        Part::run(names::DOCUMENT, document.to_part()),
        Part::run(names::STYLES, look.styles(language)?.to_part()),
        Part::run(names::NUMBERING, numbering::part(&lists)?.to_part()),
        Part::run(names::SETTINGS, settings.to_part()),
        Part::run(
            names::FONT_TABLE,
            fonts.unwrap_or_else(|| properties::font_table(theme).to_part()),
        ),
        Part::run(names::THEME, colours.unwrap_or_else(|| theme::part(theme))),
    ];
    if look.reference.is_none() {
        parts.push(Part::run(
            names::FOOTER,
            footer::part(&properties.words.page).to_part(),
        ));
    }
    if !footnotes.is_empty() {
        let footnotes = footnotes::part(footnotes).to_part();
        parts.push(Part::run(names::FOOTNOTES, footnotes));
    }
    if !placeholders.is_empty() {
        parts.push(Part::run(
            names::GLOSSARY,
            glossary::part(&placeholders).to_part(),
        ));
        parts.push(Part::run(
            names::GLOSSARY_STYLES,
            glossary::styles(language, theme).to_part(),
        ));
    }
    if !records.is_empty() {
        let named = record::properties(&records, &properties.title);
        parts.push(Part::line(
            names::CUSTOM,
            properties::custom(&named).to_part(),
        ));
    }
    for (index, record) in records.iter().enumerate() {
        let number = index + 1;
        parts.push(Part::line(
            names::record(number),
            record.element().to_part(),
        ));
        parts.push(Part::line(
            names::record_properties(number),
            record.store().to_part(),
        ));
    }
    let additions = look.stationery().map(|stationery| &stationery.additions);
    Ok(Assembled {
        parts: complete(parts, &links, &note_links, additions),
        files: additions.map_or_else(Vec::new, |additions| additions.files.clone()),
    })
}
