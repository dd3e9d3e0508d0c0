//! Lowers the checked tree to a [`CampaignDraft`]. Every mistake is collected; invalid parts are
//! left out, so that the rest is checked too.

pub(crate) mod address;
mod archive;
mod campaign;
mod document;
pub(crate) mod envelope;
mod fill_in;
mod language;
pub(crate) mod language_file;
mod letter;
mod look;
mod motion;
mod register;
pub(crate) mod theme;
mod words;

use std::sync::Arc;

use raadspost_content::{Diagnostics, LanguageTag, Place, Source, Span};
use raadspost_yaml::{Kind, Map, NodeKind, Text};

use crate::ast::{CampaignDraft, Draft, Reference, TextDraft};
use crate::condition::Condition;
use crate::keys::campaign::CAMPAIGN;

/// Lowers a campaign as far as it is valid.
pub(crate) fn campaign(
    source: &Arc<Source>,
    diagnostics: &mut Diagnostics,
) -> Option<CampaignDraft> {
    let root = raadspost_yaml::parse(source, diagnostics)?;
    static ROOT: Kind = Kind::Object(&CAMPAIGN);
    raadspost_yaml::check(source, &root, &ROOT, diagnostics);
    let mut lower = Lower {
        diagnostics,
        conditions: Vec::new(),
        languages: Vec::new(),
        pictures: Vec::new(),
    };
    let map = Map::of(&root, &CAMPAIGN)?;
    let mut draft = lower.campaign(&map);
    lower.typed_fill_ins(&root, &map);
    draft.conditions = lower.conditions;
    draft.texts_by_language = lower.languages;
    draft.pictures = lower.pictures;
    Some(draft)
}

/// A file name and its source location.
fn named(text: &Text) -> (String, Span) {
    (text.text.clone(), text.span(0..text.text.len()))
}

/// The state of the lowering.
pub(super) struct Lower<'d> {
    pub(super) diagnostics: &'d mut Diagnostics,
    pub(super) conditions: Vec<Condition>,
    /// The location and languages of each text in several languages.
    pub(super) languages: Vec<(Place, Vec<(LanguageTag, ())>)>,
    /// The picture files with their alternative texts.
    pub(super) pictures: Vec<(Reference, String)>,
}

impl Lower<'_> {
    fn each<T>(
        &mut self,
        map: &Map<'_>,
        name: &'static str,
        mut lower: impl FnMut(&mut Self, &Text, Map<'_>) -> T,
    ) -> Vec<(Text, T)> {
        let Some(object) = map.below(name) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for (key, node) in map.entries(name) {
            self.check_key(key);
            if let Some(map) = Map::of(node, object) {
                let value = lower(self, key, map);
                out.push((key.clone(), value));
            }
        }
        out
    }

    pub(super) fn check_key(&mut self, key: &Text) {
        if !raadspost_yaml::is_id(&key.text) {
            self.diagnostics.push(
                key.mistake("wrong-value", format!("`{}` is not a valid key", key.text))
                    .hint("use small letters, digits, `-` and `_`"),
            );
        }
    }

    fn body(&mut self, map: &Map<'_>, path: &str) -> Vec<Draft> {
        let Some(body) = map.get("body") else {
            return Vec::new();
        };
        match &*body.kind {
            NodeKind::Scalar(_) | NodeKind::Mapping(_) => self.blocks_in(body, path, None),
            NodeKind::Sequence(chunks) => {
                let mut out = Vec::new();
                for (index, node) in chunks.iter().enumerate() {
                    let Some(chunk) = map.below("body").and_then(|object| Map::of(node, object))
                    else {
                        continue;
                    };
                    let when = self.when(&chunk);
                    let private = chunk.flag("private");
                    if let Some(text) = chunk.get("text") {
                        let blocks = self.blocks_in(text, &format!("{path}.{index}"), when);
                        out.extend(blocks.into_iter().map(|block| Draft { private, ..block }));
                    }
                }
                out
            }
            NodeKind::Null => Vec::new(),
        }
    }

    fn text(&mut self, key: &Text, map: &Map<'_>) -> TextDraft {
        let path = format!("texts.{}.body", key.text);
        TextDraft {
            key: key.clone(),
            title: self.inline_of(map, "title"),
            body: self.body(map, &path),
        }
    }
}

/// The parts named in `private`; unknown words are reported by the table.
fn named_parts<T: Copy>(map: &Map<'_>, all: &[(&'static str, T)]) -> Vec<T> {
    let words = map.strings("private").into_iter();
    words
        .filter_map(|word| all.iter().find(|(name, _)| *name == word))
        .map(|(_, part)| *part)
        .collect()
}
