//! Lowering of the campaign's top level.

use raadspost_content::Date;
use raadspost_yaml::{Map, Node, NodeKind, Text};

use super::{Lower, named, named_parts};
use crate::ast::{
    CampaignDraft, ConditionId, Phrases, PostDraft, Reference, SenderDraft, SenderPart,
};
use crate::condition::Condition;

impl Lower<'_> {
    pub(super) fn campaign(&mut self, map: &Map<'_>) -> CampaignDraft {
        // The table checks the version; a test requires every key to be read.
        let _ = map.get("raadspost");
        CampaignDraft {
            id: map.string("id").unwrap_or_default(),
            title: map.string("title").unwrap_or_default(),
            language: self.language(map).unwrap_or_default(),
            date: map.text("date").and_then(|text| Date::parse(&text.text)),
            sender: map
                .object("sender")
                .map(|sender| self.sender(&sender))
                .unwrap_or_default(),
            register: map
                .object("register")
                .map(|map| self.register(&map))
                .unwrap_or_default(),
            recipients: map
                .text("recipients")
                .and_then(|text| Condition::parse(text, self.diagnostics)),
            look: map
                .object("theme")
                .map(|map| self.look(&map))
                .unwrap_or_default(),
            references: map
                .entries("reference-documents")
                .iter()
                .filter_map(|(code, node)| Some((code.clone(), named(node.scalar()?))))
                .collect(),
            envelopes: self.envelopes(map),
            archive: map
                .object("archive")
                .map(|map| super::archive::lower(self, &map))
                .unwrap_or_default(),
            allow: map.strings("allow"),
            conditions: Vec::new(),
            texts_by_language: Vec::new(),
            pictures: Vec::new(),
            fill_ins: self.each(map, "fill-ins", |lower, key, map| lower.fill_in(key, &map)),
            phrases: self.phrases(map.entries("phrases")),
            overrides: map
                .entries("overrides")
                .iter()
                .filter_map(|(code, node)| match &*node.kind {
                    NodeKind::Mapping(entries) => Some((code.clone(), self.phrases(entries))),
                    _ => None,
                })
                .collect(),
            letters: self
                .each(map, "letters", |lower, key, map| lower.letter(key, &map))
                .into_iter()
                .map(|(_, letter)| letter)
                .collect(),
            texts: self
                .each(map, "texts", |lower, key, map| lower.text(key, &map))
                .into_iter()
                .map(|(_, text)| text)
                .collect(),
            motions: self
                .each(map, "motions", |lower, key, map| {
                    super::motion::lower(lower, key, &map)
                })
                .into_iter()
                .map(|(_, motion)| motion)
                .collect(),
            documents: map
                .list("documents")
                .iter()
                .filter_map(|node| Map::of(node, map.below("documents")?))
                .filter_map(|map| self.document(&map))
                .collect(),
            post: self.post(map),
        }
    }

    /// The envelopes; `None` if the key is missing or invalid.
    fn post(&mut self, map: &Map<'_>) -> Option<PostDraft> {
        let node = map.get("post")?;
        if node.scalar().is_some() {
            return Some(PostDraft::Nothing);
        }
        let NodeKind::Mapping(entries) = &*node.kind else {
            return Some(PostDraft::Nothing);
        };
        let mut envelopes = Vec::new();
        for (name, node) in entries {
            self.check_key(name);
            if let NodeKind::Sequence(items) = &*node.kind {
                let members = items.iter().filter_map(Node::scalar).map(Reference::from);
                envelopes.push((Reference::from(name), members.collect()));
            }
        }
        let at = node.span;
        Some(PostDraft::Envelopes { envelopes, at })
    }

    fn phrases(&mut self, entries: &[(Text, Node)]) -> Phrases {
        let mut out = Vec::new();
        for (key, node) in entries {
            self.check_key(key);
            if let Some(pieces) = self.inline_in(node) {
                out.push((key.clone(), pieces));
            }
        }
        out
    }

    fn sender(&mut self, map: &Map<'_>) -> SenderDraft {
        SenderDraft {
            name: map.string("name").unwrap_or_default(),
            tagline: self.words_of(map, "tagline"),
            country: map.text("country").map(super::named),
            address: map.strings("address"),
            telephone: map.string("telephone"),
            email: map.string("email"),
            website: map.string("website"),
            private: named_parts(map, &SenderPart::ALL),
        }
    }

    fn envelopes(&mut self, map: &Map<'_>) -> Vec<(Option<ConditionId>, Reference)> {
        if let Some(name) = map.text("envelope").map(Reference::from) {
            return vec![(None, name)];
        }
        let rules = map.list("envelope").iter();
        rules
            .filter_map(|node| Map::of(node, map.below("envelope")?))
            .filter_map(|rule| Some((self.when(&rule), rule.text("name").map(Reference::from)?)))
            .collect()
    }
}
