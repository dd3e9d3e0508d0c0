//! Lists (ECMA-376 17.9): one definition for each kind of label, one instance for each list.

use docx_rs::{
    Level, LevelJc, LevelOverride, LevelText, NumberFormat, Numbering, SpecialIndentType, Start,
};
use raadspost_content::ListKind;

use super::styles::{BULLET_INSTANCE, INDENT, LIST_BULLET, LIST_NUMBER, NUMBER_INSTANCE};
use crate::xml::{Element, Fault, R, W, built, value};

/// The deepest level; Word has nine (17.9.6).
pub(crate) const DEPTH_LIMIT: usize = 8;
/// Names of definitions for Word's merging of lists (17.9.14): any number will do that differs
/// between them.
const NAME_BASE: usize = 0x5250_0000;
/// The first list of a document.
const FIRST_LIST: usize = 4;

/// The lists of a document in the order in which they start.
#[derive(Debug, Default)]
pub(crate) struct Lists(Vec<List>);

#[derive(Debug, Clone, Copy)]
struct List {
    kind: ListKind,
    /// The level of its items, from 0.
    depth: usize,
    /// Whether it is among paragraphs that are indented by one step.
    indented: bool,
}

impl Lists {
    /// Adds a list whose items have a level from 0; returns its instance.
    pub(crate) fn add(&mut self, kind: ListKind, depth: usize, indented: bool) -> usize {
        self.0.push(List {
            kind,
            depth,
            indented,
        });
        FIRST_LIST + self.0.len() - 1
    }
}

/// All kinds, in the order of their definitions.
const KINDS: [ListKind; 4] = [
    ListKind::Bullet,
    ListKind::Dash,
    ListKind::Decimal,
    ListKind::LowerAlpha,
];

fn definition(kind: ListKind, indented: bool) -> usize {
    let first = if indented { 6 } else { 2 };
    first
        + match kind {
            ListKind::Bullet => 0,
            ListKind::Dash => 1,
            ListKind::Decimal => 2,
            ListKind::LowerAlpha => 3,
        }
}

/// Number format (17.18.59) and text (17.9.11) of a level.
fn label(kind: ListKind, level: usize) -> (&'static str, String) {
    match kind {
        ListKind::Bullet => ("bullet", "•".into()),
        ListKind::Dash => ("bullet", "–".into()),
        ListKind::Decimal => ("decimal", format!("%{}.", level + 1)),
        ListKind::LowerAlpha => ("lowerLetter", format!("%{})", level + 1)),
    }
}

/// `word/numbering.xml`: a definition (17.9.1) for each kind, and the instances (17.9.15).
///
/// # Errors
/// docx-rs writes something that is not known here.
pub(crate) fn part(lists: &Lists) -> Result<Element<'static>, Fault> {
    let mut root = Element::new("w:numbering")
        .attribute("xmlns:w", W)
        .attribute("xmlns:r", R);
    let has = |kind| {
        let mut lists = lists.0.iter();
        lists.any(|list| list.indented && list.kind == kind)
    };
    let plain = KINDS.map(|kind| (kind, false)).into_iter();
    let indented = KINDS.into_iter().filter(|kind| has(*kind));
    for (kind, indented) in plain.chain(indented.map(|kind| (kind, true))) {
        let id = definition(kind, indented);
        let mut definition = Element::new("w:abstractNum")
            .attribute("w:abstractNumId", id.to_string())
            .child(value("w:nsid", format!("{:08X}", NAME_BASE + id)))
            .child(value("w:multiLevelType", "multilevel"));
        for index in 0..=DEPTH_LIMIT {
            definition.push(built::element(&level(kind, index, indented))?);
        }
        root.push(definition);
    }
    let mut instances = vec![
        Numbering::new(BULLET_INSTANCE, definition(ListKind::Bullet, false)),
        Numbering::new(NUMBER_INSTANCE, definition(ListKind::Decimal, false)),
    ];
    for (index, list) in lists.0.iter().enumerate() {
        // Instances of one definition count on from each other unless they start again (17.9.27).
        let start = LevelOverride::new(list.depth).start(1);
        let definition = definition(list.kind, list.indented);
        instances.push(Numbering::new(FIRST_LIST + index, definition).add_override(start));
    }
    for instance in &instances {
        root.push(built::element(instance)?);
    }
    Ok(root)
}

fn level(kind: ListKind, index: usize, indented: bool) -> Level {
    let (format, text) = label(kind, index);
    let level = Level::new(
        index,
        Start::new(1),
        NumberFormat::new(format),
        LevelText::new(text),
        LevelJc::new("left"),
    )
    .indent(
        Some(INDENT * (i32::try_from(index).unwrap_or_default() + 1 + i32::from(indented))),
        Some(SpecialIndentType::Hanging(INDENT)),
        None,
        None,
    );
    // A style may be bound to one level only (17.9.23).
    match (index, kind) {
        _ if indented => level,
        (0, ListKind::Bullet) => level.paragraph_style(LIST_BULLET),
        (0, ListKind::Decimal) => level.paragraph_style(LIST_NUMBER),
        _ => level,
    }
}
