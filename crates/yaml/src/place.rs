//! Source locations by path in an author's YAML file, for mistakes found after the file has become
//! a model without locations.

use std::sync::Arc;

use raadspost_content::{Place, Source, Span};

use crate::text::Text;
use crate::tree::{Node, NodeKind, parse};

/// A step from a node to one within it.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// The value of a key of a mapping.
    Key(&'a str),
    /// The mapping of a list in which a key has this value: `Having("id", "brief")`.
    Having(&'a str, &'a str),
    /// A text of a list.
    Item(&'a str),
}

/// The location at the end of a path: the text itself, or the key of a list or mapping. `None` if
/// the path does not exist.
pub fn place_of(source: &Arc<Source>, path: &[Step<'_>]) -> Option<Place> {
    let root = parse(source, &mut Vec::new())?;
    let (mut node, mut key) = (&root, None);
    for step in path {
        match (step, &*node.kind) {
            (Step::Key(name), NodeKind::Mapping(entries)) => {
                let (text, value) = entries.iter().find(|(text, _)| text.text == *name)?;
                (node, key) = (value, Some(text));
            }
            (Step::Having(name, wanted), NodeKind::Sequence(items)) => {
                let (item, text) = items.iter().find_map(|item| {
                    let text = scalar(item, name).filter(|text| text.text == *wanted)?;
                    Some((item, text))
                })?;
                (node, key) = (item, Some(text));
            }
            (Step::Item(wanted), NodeKind::Sequence(items)) => {
                let is_it = |item: &&Node| matches!(&*item.kind, NodeKind::Scalar(text) if text.text == *wanted);
                node = items.iter().find(is_it)?;
            }
            _ => return None,
        }
    }
    match (&*node.kind, key) {
        (NodeKind::Scalar(text), _) => Some(text.whole()),
        (_, Some(key)) => Some(key.whole()),
        _ => None,
    }
}

/// The locations of a character in values, not in keys or comments, in file order.
pub fn places_of_character(source: &Arc<Source>, c: char) -> Vec<Place> {
    let mut spans = Vec::new();
    if let Some(root) = parse(source, &mut Vec::new()) {
        find(&root, c, &mut spans);
    }
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup();
    let place = |span| Place::Source(Arc::clone(source), span);
    spans.into_iter().map(place).collect()
}

fn find(node: &Node, c: char, spans: &mut Vec<Span>) {
    match &*node.kind {
        NodeKind::Null => {}
        NodeKind::Scalar(text) => {
            let found = text.text.match_indices(c);
            spans.extend(found.map(|(at, part)| text.span(at..at + part.len())));
        }
        NodeKind::Sequence(items) => items.iter().for_each(|item| find(item, c, spans)),
        NodeKind::Mapping(entries) => entries.iter().for_each(|(_, value)| find(value, c, spans)),
    }
}

fn scalar<'a>(node: &'a Node, key: &str) -> Option<&'a Text> {
    let NodeKind::Mapping(entries) = &*node.kind else {
        return None;
    };
    let (_, value) = entries.iter().find(|(text, _)| text.text == key)?;
    value.scalar()
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "letters:\n  brief:\n    kix: true # 😀\n    body: |\n      Ja 😀\n\ndocuments:\n  - id: brief\n    limits: { pages: 2 }\n";

    fn line_column(place: &Place) -> (usize, usize) {
        match place {
            Place::Source(source, span) => source.line_column(span.start as usize),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_path_leads_to_a_place() {
        let source = Source::new("a.yaml", YAML);
        let at = |path: &[Step<'_>]| place_of(&source, path).as_ref().map(line_column);
        let (key, having) = (Step::Key, Step::Having);
        assert_eq!(
            at(&[key("letters"), key("brief"), key("kix")]),
            Some((3, 10))
        );
        assert_eq!(at(&[key("letters"), key("brief")]), Some((2, 3)));
        let document = [key("documents"), having("id", "brief")];
        assert_eq!(at(&document), Some((8, 9)));
        let pages = [&document[..], &[key("limits"), key("pages")]].concat();
        assert_eq!(at(&pages), Some((9, 22)));
        assert_eq!(at(&[key("letters"), key("other")]), None);
    }

    #[test]
    fn a_character_is_found_in_values_alone() {
        let source = Source::new("a.yaml", YAML);
        let places = places_of_character(&source, '😀');
        assert_eq!(
            places.iter().map(line_column).collect::<Vec<_>>(),
            [(5, 10)]
        );
    }
}
