//! Texts in one or several languages: one text, or a mapping from language tags to texts.

use raadspost_content::{Diagnostics, LanguageTag};

use crate::text::Text;
use crate::tree::{Node, NodeKind};

/// One text, or several by language.
pub enum Texts<'a> {
    /// One text for every language.
    One(&'a Text),
    /// Key, tag and text of each; at least one.
    Each(Vec<(&'a Text, LanguageTag, &'a Text)>),
}

/// The text or texts of a value; `None` if it is neither.
pub fn texts(node: &Node) -> Option<Texts<'_>> {
    match &*node.kind {
        NodeKind::Scalar(text) => Some(Texts::One(text)),
        NodeKind::Mapping(entries) if is_languages(node) => {
            let each = entries.iter().filter_map(|(key, node)| {
                Some((key, LanguageTag::parse(&key.text)?, node.scalar()?))
            });
            Some(Texts::Each(each.collect()))
        }
        _ => None,
    }
}

/// The first text of a value.
pub fn first_text(node: &Node) -> Option<&Text> {
    match texts(node)? {
        Texts::One(text) => Some(text),
        Texts::Each(each) => each.first().map(|(_, _, text)| *text),
    }
}

/// Whether a mapping is a text in several languages: its keys are language tags. No key that a
/// table allows beside such a mapping is a valid tag.
pub fn is_languages(node: &Node) -> bool {
    match &*node.kind {
        NodeKind::Mapping(entries) => {
            !entries.is_empty()
                && entries.iter().all(|(key, node)| {
                    LanguageTag::parse(&key.text).is_some()
                        && matches!(*node.kind, NodeKind::Scalar(_))
                })
        }
        _ => false,
    }
}

/// Reports equal language tags in different spellings: only one of their texts could be used.
pub(crate) fn one_text_each(entries: &[(Text, Node)], diagnostics: &mut Diagnostics) {
    let mut seen: Vec<(LanguageTag, &Text)> = Vec::new();
    for (key, _) in entries {
        let Some(tag) = LanguageTag::parse(&key.text) else {
            continue;
        };
        match seen.iter().find(|(known, _)| *known == tag) {
            // An identical key is a YAML mistake, reported already.
            Some((_, first)) if first.text != key.text => diagnostics.push(
                key.mistake(
                    "duplicate-language",
                    format!("`{}` and `{}` are the same language", first.text, key.text),
                )
                .hint("remove one of the two texts"),
            ),
            Some(_) => {}
            None => seen.push((tag, key)),
        }
    }
}
