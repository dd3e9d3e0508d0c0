//! Lowering of texts and conditions: inlines, plain text and blocks, in one or several languages.

use raadspost_content::LanguageTag;
use raadspost_yaml::{Map, Node, Text, Texts, texts};

use super::Lower;
use crate::ast::{ConditionId, Draft, DraftKind, Piece};
use crate::condition::Condition;
use crate::language::Words;
use crate::parse::markdown;

impl Lower<'_> {
    pub(super) fn inline(&mut self, text: &Text) -> Vec<Piece> {
        markdown::inline(text, &mut self.conditions, self.diagnostics)
    }

    pub(super) fn inline_of(&mut self, map: &Map<'_>, name: &'static str) -> Option<Vec<Piece>> {
        map.get(name).and_then(|node| self.inline_in(node))
    }

    /// Inline text in one or several languages.
    pub(super) fn inline_in(&mut self, node: &Node) -> Option<Vec<Piece>> {
        match texts(node)? {
            Texts::One(text) => Some(self.inline(text)),
            Texts::Each(each) => {
                let each = self.each_language(each, Self::inline);
                Some(vec![Piece::Languages(each)])
            }
        }
    }

    /// Plain text in one or several languages.
    pub(super) fn words_in(&mut self, node: &Node) -> Option<Words> {
        let words = |_: &mut Self, text: &Text| text.text.trim().to_owned();
        Some(match texts(node)? {
            Texts::One(text) => Words::One(words(self, text)),
            Texts::Each(each) => Words::Each(self.each_language(each, words)),
        })
    }

    pub(super) fn words_of(&mut self, map: &Map<'_>, name: &'static str) -> Option<Words> {
        map.get(name).and_then(|node| self.words_in(node))
    }

    /// The blocks of a text in one or several languages.
    pub(super) fn blocks_in(
        &mut self,
        node: &Node,
        path: &str,
        when: Option<ConditionId>,
    ) -> Vec<Draft> {
        match texts(node) {
            None => Vec::new(),
            Some(Texts::One(text)) => self.blocks(text, path, when),
            Some(Texts::Each(each)) => {
                let each: Vec<_> = each
                    .into_iter()
                    .map(|(key, tag, text)| {
                        let path = format!("{path}.{}", key.text);
                        (key, (tag, self.blocks(text, &path, None)))
                    })
                    .collect();
                self.note_languages(each.iter().map(|(key, (tag, _))| (*key, tag)));
                vec![Draft {
                    path: path.to_owned(),
                    span: node.span,
                    when,
                    private: false,
                    kind: DraftKind::Languages(each.into_iter().map(|(_, it)| it).collect()),
                }]
            }
        }
    }

    /// Lowers the text of each language, and records the languages.
    fn each_language<T>(
        &mut self,
        each: Vec<(&Text, LanguageTag, &Text)>,
        mut lower: impl FnMut(&mut Self, &Text) -> T,
    ) -> Vec<(LanguageTag, T)> {
        self.note_languages(each.iter().map(|(key, tag, _)| (*key, tag)));
        let each = each.into_iter();
        each.map(|(_, tag, text)| (tag, lower(self, text)))
            .collect()
    }

    /// Records the languages of a text, so that a check finds missing ones.
    fn note_languages<'t>(&mut self, each: impl Iterator<Item = (&'t Text, &'t LanguageTag)>) {
        let (keys, tags): (Vec<_>, Vec<_>) =
            each.map(|(key, tag)| (key, (tag.clone(), ()))).unzip();
        if let Some(first) = keys.first() {
            self.languages.push((first.whole(), tags));
        }
    }

    pub(super) fn inlines_of(&mut self, map: &Map<'_>, name: &'static str) -> Vec<Vec<Piece>> {
        map.list(name)
            .iter()
            .filter_map(|node| self.inline_in(node))
            .collect()
    }

    pub(super) fn blocks(
        &mut self,
        text: &Text,
        path: &str,
        when: Option<ConditionId>,
    ) -> Vec<Draft> {
        markdown::blocks(text, path, when, &mut self.conditions, self.diagnostics)
    }

    pub(super) fn when(&mut self, map: &Map<'_>) -> Option<ConditionId> {
        let text = map.text("when")?;
        let condition =
            Condition::parse(text, self.diagnostics).unwrap_or_else(|| Condition::never(text));
        self.conditions.push(condition);
        Some(self.conditions.len() - 1)
    }
}
