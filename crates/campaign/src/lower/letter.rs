//! Lowering of letters.

use raadspost_content::Source;
use raadspost_yaml::{Map, OffsetMap, Text, Texts, texts};

use super::{Lower, named_parts};
use crate::ast::{
    AddressRule, EnclosureDraft, EnclosuresDraft, FieldUse, LetterDraft, Piece, QrDraft, Reference,
    Root, SignatoryDraft, SignatoryPart,
};
use crate::parse::tags;

/// Whether the author has written `none`.
pub(super) fn is_none(text: &Text) -> bool {
    text.text.trim() == "none"
}

impl Lower<'_> {
    pub(super) fn letter(&mut self, key: &Text, map: &Map<'_>) -> LetterDraft {
        let path = format!("letters.{}.body", key.text);
        let reference = self.letter_reference(map);
        if let Some(text) = map.first_text("treatment")
            && reference.is_none()
            && map.first_text("reference").is_some_and(is_none)
        {
            let message =
                "`treatment` is a line of the reference block, which `reference: none` omits";
            let mistake = text.mistake("treatment-without-reference", message);
            let hint = "remove `treatment` or `reference: none`";
            self.diagnostics.push(mistake.hint(hint));
        }
        LetterDraft {
            key: key.clone(),
            title: self.inline_of(map, "title"),
            address: match map.text("address").map(|text| text.text.as_str()) {
                Some("optional") => AddressRule::Optional,
                Some("none") => AddressRule::None,
                _ => AddressRule::Required,
            },
            addressee: map.text("addressee").map(Reference::from),
            place_and_date: self.inline_of(map, "place-and-date").unwrap_or_default(),
            subject: self.inline_of(map, "subject"),
            reference,
            treatment: self.inline_of(map, "treatment"),
            kix: map.flag("kix"),
            qr: map.object("qr").map(|qr| QrDraft {
                url: self.url(qr.text("url")),
                caption: self.inline_of(&qr, "caption").unwrap_or_default(),
            }),
            salutation: self.inline_of(map, "salutation").unwrap_or_default(),
            body: self.body(map, &path),
            closing: self.inline_of(map, "closing").unwrap_or_default(),
            signatories: map
                .list("signatories")
                .iter()
                .filter_map(|node| Map::of(node, map.below("signatories")?))
                .map(|map| {
                    let signature = map.object("signature").and_then(|signature| {
                        let alternative = signature.string("alternative").unwrap_or_default();
                        self.pictures
                            .push((signature.text("file").map(Reference::from)?, alternative));
                        Some(self.pictures.len() - 1)
                    });
                    SignatoryDraft {
                        name: map.string("name").unwrap_or_default(),
                        role: self.words_of(&map, "role"),
                        email: map.string("email"),
                        private: named_parts(&map, &SignatoryPart::ALL),
                        signature,
                    }
                })
                .collect(),
            enclosures: map.object("enclosures").map(|map| EnclosuresDraft {
                title: self.inline_of(&map, "title"),
                items: map
                    .list("items")
                    .iter()
                    .filter_map(|node| Map::of(node, map.below("items")?))
                    .map(|map| EnclosureDraft {
                        document: map.text("document").map(Reference::from),
                        when: self.when(&map),
                        label: self.inline_of(&map, "label").unwrap_or_default(),
                        title: self.inline_of(&map, "title").unwrap_or_default(),
                    })
                    .collect(),
            }),
        }
    }

    /// The letter's public id; `None` if the author has disabled it.
    fn letter_reference(&mut self, map: &Map<'_>) -> Option<Vec<Piece>> {
        let Some(node) = map.get("reference") else {
            let field = |root, name: &str| {
                Piece::Field(FieldUse {
                    root,
                    name: name.to_owned(),
                    format: None,
                    at: Text {
                        source: Source::new("reference", ""),
                        text: String::new(),
                        map: OffsetMap::default(),
                    },
                })
            };
            return Some(vec![
                field(Root::Campaign, "id"),
                Piece::Text("/".to_owned()),
                field(Root::Municipality, "code"),
            ]);
        };
        match texts(node)? {
            Texts::One(text) if is_none(text) => return None,
            Texts::One(_) => {}
            Texts::Each(each) => {
                for (_, _, text) in each.iter().filter(|(_, _, text)| is_none(text)) {
                    self.diagnostics.push(
                        text.mistake(
                            "wrong-value",
                            "`none` must be for all languages or for none of them",
                        )
                        .hint("write `reference: none`, or the reference of this language"),
                    );
                }
            }
        }
        self.inline_in(node)
    }

    /// The pattern of an address: text and fields, with fields only after the host.
    fn url(&mut self, text: Option<&Text>) -> Vec<Piece> {
        let Some(text) = text else { return Vec::new() };
        let (pieces, wrong) = tags::pattern(text, &mut self.conditions, self.diagnostics);
        let start = match pieces.first() {
            Some(Piece::Text(start)) => start.as_str(),
            _ => "",
        };
        let rest = start
            .strip_prefix("https://")
            .or_else(|| start.strip_prefix("http://"));
        // With fields in the host, the register could redirect to any site.
        let fixed = rest.is_some_and(|rest| rest.find('/').is_some_and(|slash| slash > 0));
        let plain = pieces.iter().all(|piece| match piece {
            Piece::Text(text) => text
                .bytes()
                .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\')),
            _ => true,
        });
        if wrong || !fixed || !plain {
            self.diagnostics.push(
                text.mistake("wrong-link", "this is not a valid address pattern",
                )
                .hint("write `https://`, a host, `/`, then text and fields: `https://example.org/{{ municipality.code }}`"),
            );
        }
        pieces
    }
}
