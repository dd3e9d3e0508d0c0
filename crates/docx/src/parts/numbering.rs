//! Lists (ECMA-376 17.9): one definition for each kind of label, one instance for each list.

use docx_rs::{
    AbstractNumbering, Docx, Level, LevelJc, LevelOverride, LevelText, NumberFormat, Numbering,
    SpecialIndentType, Start,
};
use raadspost_content::ListKind;

use crate::parts::styles;

/// The deepest level; Word has nine (17.9.6).
pub(crate) const DEPTH_LIMIT: usize = 8;
/// How much further right each level stands, in twips: 7 mm.
pub(crate) const INDENT: i32 = 397;
/// The definition and instance that docx-rs always writes; the finish takes them out.
pub(crate) const BUILT_IN: usize = 1;
/// Instance behind the style `ListBullet`.
pub(crate) const BULLET_INSTANCE: usize = 2;
/// Instance behind the style `ListNumber`.
pub(crate) const NUMBER_INSTANCE: usize = 3;
/// The first list of a document.
const FIRST_LIST: usize = 4;

/// The lists of a document in the order in which they start.
#[derive(Debug, Default)]
pub(crate) struct Lists(Vec<(ListKind, usize)>);

impl Lists {
    /// Takes in a list whose items stand at a level from 0; gives its instance.
    pub(crate) fn add(&mut self, kind: ListKind, depth: usize) -> usize {
        self.0.push((kind, depth));
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

fn definition(kind: ListKind) -> usize {
    match kind {
        ListKind::Bullet => 2,
        ListKind::Dash => 3,
        ListKind::Decimal => 4,
        ListKind::LowerAlpha => 5,
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

/// Adds definitions and instances.
pub(crate) fn add(mut docx: Docx, lists: &Lists) -> Docx {
    for kind in KINDS {
        let mut numbering = AbstractNumbering::new(definition(kind));
        for index in 0..=DEPTH_LIMIT {
            let (format, text) = label(kind, index);
            let mut level = Level::new(
                index,
                Start::new(1),
                NumberFormat::new(format),
                LevelText::new(text),
                LevelJc::new("left"),
            )
            .indent(
                Some(INDENT * (i32::try_from(index).unwrap_or_default() + 1)),
                Some(SpecialIndentType::Hanging(INDENT)),
                None,
                None,
            );
            // A style may be bound to one level only (17.9.23).
            if index == 0 {
                level = match kind {
                    ListKind::Bullet => level.paragraph_style(styles::LIST_BULLET),
                    ListKind::Decimal => level.paragraph_style(styles::LIST_NUMBER),
                    ListKind::Dash | ListKind::LowerAlpha => level,
                };
            }
            numbering = numbering.add_level(level);
        }
        docx.numberings.abstract_nums.push(numbering);
    }
    let instances = &mut docx.numberings.numberings;
    instances.push(Numbering::new(
        BULLET_INSTANCE,
        definition(ListKind::Bullet),
    ));
    instances.push(Numbering::new(
        NUMBER_INSTANCE,
        definition(ListKind::Decimal),
    ));
    for (index, (kind, depth)) in lists.0.iter().enumerate() {
        // Instances of one definition count on from each other unless they start again (17.9.27).
        let start = LevelOverride::new(*depth).start(1);
        instances.push(Numbering::new(FIRST_LIST + index, definition(*kind)).add_override(start));
    }
    docx
}
