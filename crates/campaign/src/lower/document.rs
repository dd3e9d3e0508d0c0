//! Lowering of documents, their parts and limits.

use raadspost_content::{DocumentLimits, Format};
use raadspost_yaml::{Map, Node, NodeKind, Text};

use super::Lower;
use crate::ast::{
    BodyDraft, DocumentDraft, FileName, Formatter, PartDraft, Piece, Reference, Root,
};
use crate::parse::tags;

/// The most characters of a file name besides its fields, as of an id.
const LONGEST_NAME: usize = 60;

impl Lower<'_> {
    pub(super) fn document(&mut self, map: &Map<'_>) -> Option<DocumentDraft> {
        let id = map.text("id")?;
        let body = self.document_body(id, map);
        let collects = matches!(body, BodyDraft::Collects(_));
        let publication_copy = map.flag("publication-copy");
        if publication_copy && collects {
            self.diagnostics.push(
                id.mistake("misplaced-key", "a collection cannot be a publication copy")
                    .hint("make publication copies of its members and collect those"),
            );
        }
        let formats = self.formats(id, map);
        if collects && formats.contains(&Format::Docx) {
            let message = format!(
                "the document `{}` is a collection, which is made as PDF only",
                id.text
            );
            self.diagnostics.push(
                id.mistake("unsupported-format", message)
                    .hint("write `formats: [pdf]`"),
            );
        }
        Some(DocumentDraft {
            id: id.text.clone(),
            at: id.clone(),
            file: self.file_name(id, map.text("file")),
            formats,
            when: self.when(map),
            language: self.language(map),
            title: self.inline_of(map, "title"),
            limits: limits(map),
            publication_copy,
            body,
        })
    }

    /// The name of a document's files. What a municipality puts into it is a slug, so that no cell can
    /// lead to another folder.
    fn file_name(&mut self, id: &Text, text: Option<&Text>) -> FileName {
        let text = text.unwrap_or(id);
        let (pieces, wrong) = tags::pattern(text, &mut self.conditions, self.diagnostics);
        let is_safe = |(at, piece): (usize, &Piece)| match piece {
            Piece::Text(text) => {
                (at > 0 || !text.starts_with('-'))
                    && text.bytes().all(|b| {
                        b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_')
                    })
            }
            Piece::Field(field) => {
                field.root == Root::Municipality && field.format == Some(Formatter::Slug)
            }
            _ => false,
        };
        let written: usize = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.len(),
                _ => 0,
            })
            .sum();
        let is_named = !pieces.is_empty() && written <= LONGEST_NAME;
        if !std::ptr::eq(text, id)
            && (wrong || !is_named || !pieces.iter().enumerate().all(is_safe))
        {
            let message = format!("`{}` cannot be the name of a file", text.text);
            self.diagnostics.push(
                text.mistake("wrong-value", message)
                    .hint("write small letters, digits, `-` and `_`, and fields as `{{ municipality.name | slug }}`"),
            );
        }
        FileName {
            pattern: text.text.clone(),
            pieces,
        }
    }

    fn document_body(&mut self, id: &Text, map: &Map<'_>) -> BodyDraft {
        let annex = map.object("annex").map(|annex| {
            (
                self.inline_of(&annex, "label").unwrap_or_default(),
                self.inline_of(&annex, "title").unwrap_or_default(),
            )
        });
        let letter = map.text("letter").map(Reference::from);
        if annex.is_some() && (letter.is_some() || map.get("collects").is_some()) {
            let message = "only a document with `parts` can have an annex heading";
            self.diagnostics.push(
                id.mistake("misplaced-key", message)
                    .hint("remove `annex`, or give the document `parts`"),
            );
        }
        if let Some(letter) = letter {
            return BodyDraft::Letter(letter);
        }
        if map.get("collects").is_some() {
            let members = map.list("collects").iter().filter_map(Node::scalar);
            return BodyDraft::Collects(members.map(Reference::from).collect());
        }
        // A missing key is reported by the table.
        if map.get("parts").is_some() && map.list("parts").is_empty() {
            let message = format!("the document `{}` has no parts", id.text);
            self.diagnostics.push(
                id.mistake("missing-key", message)
                    .hint("name a text or a motion under `parts`"),
            );
        }
        let parts = map.list("parts").iter();
        let parts = parts.filter_map(|node| Map::of(node, map.below("parts")?));
        BodyDraft::Parts {
            annex,
            parts: parts.filter_map(|part| self.part(&part)).collect(),
        }
    }

    /// The formats of a document without duplicates, in source order.
    fn formats(&mut self, id: &Text, map: &Map<'_>) -> Vec<Format> {
        let mut formats: Vec<Format> = Vec::new();
        for word in map.strings("formats") {
            let mut all = Format::ALL.iter();
            let known = all.find(|format| format.extension() == word);
            formats.extend(known.filter(|format| !formats.contains(format)));
        }
        let is_empty =
            |node: &Node| matches!(&*node.kind, NodeKind::Sequence(items) if items.is_empty());
        if map.get("formats").is_some_and(is_empty) {
            let message = format!("the document `{}` has no format", id.text);
            self.diagnostics.push(
                id.mistake("missing-key", message)
                    .hint("write `formats: [pdf]` or `formats: [docx]`"),
            );
        }
        formats
    }

    fn part(&mut self, map: &Map<'_>) -> Option<PartDraft> {
        let when = self.when(map);
        let variant = map.text("variant").map(Reference::from);
        let show_title = map
            .text("show-title")
            .is_none_or(|text| text.text != "false");
        match (
            map.text("text").map(Reference::from),
            map.text("motion").map(Reference::from),
        ) {
            (Some(key), _) => Some(PartDraft::Text { key, when }),
            (None, Some(key)) => Some(PartDraft::Motion {
                key,
                variant,
                show_title,
                when,
            }),
            (None, None) => None,
        }
    }
}

/// The limits for the PDF of a document.
fn limits(map: &Map<'_>) -> DocumentLimits {
    let Some(limits) = map.object("limits") else {
        return DocumentLimits::default();
    };
    let most = |name| limits.string(name)?.parse::<u64>().ok();
    DocumentLimits {
        pages: most("pages").and_then(|pages| u32::try_from(pages).ok()),
        bytes: most("bytes"),
    }
}
