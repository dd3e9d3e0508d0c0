//! Outlines: a digest for each block of a document, so that two versions can be compared block by
//! block after the earlier text is gone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{Fingerprint, Shape};

/// Digests of the blocks of a document by their path in the source: 8 bytes each, as 16 hexadecimal
/// digits. Content outside blocks is listed under the key that holds it, such as
/// `letters.brief.subject`, `footnotes.bron` or `title`.
pub type Outline = BTreeMap<String, String>;

impl Shape {
    /// The outline of the shape. `fields` names its slots, followed by those of a collection's
    /// members: with names instead of numbers, a field that is added above changes no block below.
    pub fn outline(&self, fields: &[String]) -> Outline {
        let mut outline = Outline::new();
        self.add_to(&mut outline, fields);
        outline
    }

    /// Adds the blocks of a shape; returns the remaining names.
    fn add_to<'f>(&self, outline: &mut Outline, fields: &'f [String]) -> &'f [String] {
        let (own, mut rest) = fields.split_at(self.slots.min(fields.len()));
        let names = Names {
            slots: own,
            footnotes: self.footnotes.iter().map(|note| note.id.as_str()).collect(),
        };
        let mut add = |name: &str, value: Value| {
            let mut value = value;
            names.put_in(&mut value);
            take_blocks(&mut value, outline);
            if !is_empty(&value) {
                note(outline, name.to_owned(), &value);
            }
        };
        // Plain data with text keys, which JSON can always represent.
        let json = serde_json::to_value(self).unwrap_or_default();
        let Value::Object(shape) = json else {
            return rest;
        };
        for (key, value) in shape {
            match (key.as_str(), value) {
                ("document" | "slots", _) => {}
                ("body", Value::Object(body)) => {
                    for (kind, value) in body {
                        match (kind.as_str(), value) {
                            ("collection", _) => {}
                            ("letter", Value::Object(letter)) => {
                                parts(&letter, "letters", &mut add)
                            }
                            ("parts", Value::Object(document)) => {
                                for (key, value) in document {
                                    match (key.as_str(), value) {
                                        ("parts", Value::Array(all)) => {
                                            all.iter().for_each(|part| one_part(part, &mut add));
                                        }
                                        (key, value) => add(key, value),
                                    }
                                }
                            }
                            (kind, value) => add(kind, value),
                        }
                    }
                }
                ("footnotes", Value::Array(notes)) => {
                    for note in notes {
                        let id = note["id"].as_str().unwrap_or_default().to_owned();
                        add(&format!("footnotes.{id}"), note);
                    }
                }
                (key, value) => add(key, value),
            }
        }
        for member in self.members() {
            rest = member.add_to(outline, rest);
        }
        rest
    }
}

/// A text or a motion, by its own key.
fn one_part(part: &Value, add: &mut impl FnMut(&str, Value)) {
    for (kind, of) in [("text", "texts"), ("motion", "motions")] {
        if let Some(Value::Object(part)) = part.get(kind) {
            parts(part, of, add);
        }
    }
}

/// All content of a letter, a text or a motion, below its key in the campaign.
fn parts(of: &serde_json::Map<String, Value>, section: &str, add: &mut impl FnMut(&str, Value)) {
    let id = of.get("id").and_then(Value::as_str).unwrap_or_default();
    for (key, value) in of {
        match key.as_str() {
            "id" => {}
            // The slots of code and name are numbers without relation to the text.
            "record" => add(&format!("{section}.{id}.record"), value["kind"].clone()),
            // A bare slot, in the form of those in a text.
            "kix" if !value.is_null() => {
                add(&format!("{section}.{id}.kix"), json!({ "slot": value }));
            }
            key => add(&format!("{section}.{id}.{key}"), value.clone()),
        }
    }
}

/// The names behind the numbers of slots and footnotes.
struct Names<'a> {
    slots: &'a [String],
    footnotes: Vec<&'a str>,
}

impl Names<'_> {
    /// Replaces the numbers of slots and footnotes by their names.
    fn put_in(&self, value: &mut Value) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    let number = value
                        .as_u64()
                        .and_then(|number| usize::try_from(number).ok());
                    let name = match (key.as_str(), number) {
                        // The address of a QR code is a slot too.
                        ("slot" | "url", Some(slot)) => self.slots.get(slot).map(String::as_str),
                        ("footnote", Some(note)) => self.footnotes.get(note).copied(),
                        _ => None,
                    };
                    match name {
                        Some(name) => *value = name.into(),
                        None => self.put_in(value),
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.put_in(value)),
            _ => {}
        }
    }
}

/// Removes the blocks from a value, innermost first, and records each; its id remains in its place.
fn take_blocks(value: &mut Value, outline: &mut Outline) {
    match value {
        Value::Object(object) => {
            object
                .values_mut()
                .for_each(|value| take_blocks(value, outline));
            let id = object.get("id").and_then(Value::as_str).map(str::to_owned);
            if let (Some(id), true) = (id, object.contains_key("kind") && object.len() == 2) {
                note(outline, id, value);
                *value = Value::Null;
            }
        }
        Value::Array(values) => {
            values
                .iter_mut()
                .for_each(|value| take_blocks(value, outline));
            // A list of blocks adds nothing to its blocks.
            values.retain(|value| !value.is_null());
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// A block that occurs in two members of a collection, or twice in one document, has one digest of
/// both.
fn note(outline: &mut Outline, name: String, value: &Value) {
    let digest = Fingerprint::of(value.to_string().as_bytes()).to_string();
    let short = &digest[..16];
    outline
        .entry(name)
        .and_modify(|known| {
            if known != short {
                let both = Fingerprint::of(format!("{known}{short}").as_bytes()).to_string();
                both[..16].clone_into(known);
            }
        })
        .or_insert_with(|| short.to_owned());
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        Block, BlockId, BlockKind, Body, DocumentWords, Footnote, Inline, ListKind, Part, Span,
    };

    fn block(id: &str, kind: BlockKind) -> Block {
        Block {
            id: BlockId(id.into()),
            span: Span::default(),
            kind,
        }
    }

    fn words(text: &str) -> BlockKind {
        BlockKind::Paragraph {
            inlines: vec![
                Inline::Text(text.into()),
                Inline::Slot(1),
                Inline::Footnote(0),
            ],
        }
    }

    fn shape(item: &str) -> Shape {
        let list = BlockKind::List {
            kind: ListKind::Dash,
            items: vec![vec![block("texts.t.body.2.1", words(item))]],
        };
        Shape {
            document: "d".into(),
            language: "nl".into(),
            title: vec![Inline::Slot(0)],
            author: "A".into(),
            date: (2023, 2, 9),
            words: DocumentWords::default(),
            body: Body::Parts {
                annex: None,
                parts: vec![Part::Text {
                    id: "t".into(),
                    blocks: vec![
                        block("texts.t.body.1", words("one")),
                        block("texts.t.body.2", list),
                    ],
                }],
            },
            footnotes: vec![Footnote {
                id: "bron".into(),
                span: Span::default(),
                inlines: vec![Inline::Text("a".into())],
            }],
            slots: 2,
            reference: None,
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_changed_item_changes_the_innermost_block_alone() {
        let fields = names(&["name", "town"]);
        let (old, new) = (shape("x").outline(&fields), shape("y").outline(&fields));
        let keys: Vec<_> = old.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "author",
                "date",
                "footnotes.bron",
                "language",
                "texts.t.body.1",
                "texts.t.body.2",
                "texts.t.body.2.1",
                "title",
                "words"
            ]
        );
        let changed: Vec<_> = keys.iter().filter(|key| old[**key] != new[**key]).collect();
        assert_eq!(changed, [&"texts.t.body.2.1"]);
    }

    #[test]
    fn numbers_of_slots_and_footnotes_do_not_matter_their_names_do() {
        let one = shape("x").outline(&names(&["name", "town"]));
        assert_ne!(one, shape("x").outline(&names(&["name", "postcode"])));
        // A field and a footnote before the others shift their numbers.
        let mut shifted = shape("x");
        shifted.slots = 3;
        let Body::Parts { parts, .. } = &mut shifted.body else {
            unreachable!("it has parts")
        };
        let Part::Text { blocks, .. } = &mut parts[0] else {
            unreachable!("it is a text")
        };
        let BlockKind::Paragraph { inlines } = &mut blocks[0].kind else {
            unreachable!("it is a paragraph")
        };
        inlines[1] = Inline::Slot(2);
        let two = shifted.outline(&names(&["name", "new", "town"]));
        assert_eq!(one["texts.t.body.1"], two["texts.t.body.1"]);
    }

    #[test]
    fn a_collection_has_the_blocks_of_its_members() {
        let member = Arc::new(shape("x"));
        let collection = Shape {
            body: Body::Collection(vec![Arc::clone(&member)]),
            slots: 0,
            title: Vec::new(),
            footnotes: Vec::new(),
            ..shape("x")
        };
        let fields = names(&["name", "town"]);
        let outline = collection.outline(&fields);
        assert_eq!(
            outline["texts.t.body.1"],
            member.outline(&fields)["texts.t.body.1"]
        );
    }
}
