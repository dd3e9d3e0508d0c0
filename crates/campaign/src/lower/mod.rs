//! From the checked tree to a [`CampaignDraft`]; every mistake is collected, and what is wrong is
//! left out, so that what stands beside it is judged too.

mod archive;
pub(crate) mod envelope;
mod motion;
pub(crate) mod theme;

use std::sync::Arc;

use raadspost_content::{
    Date, DateFormat, Diagnostic, Diagnostics, DocumentLimits, Format, LanguageTag, LogoSettings,
    NumberFormat, Place, Source, Span,
};
use raadspost_yaml::{Kind, Map, Node, NodeKind, OffsetMap, Text, Texts, texts};

use crate::ast::{
    AddressRule, BodyDraft, CampaignDraft, ConditionId, DocumentDraft, Draft, DraftKind,
    EnclosureDraft, EnclosuresDraft, FieldUse, FillInDraft, FillInDraftKind, LanguageRule,
    LetterDraft, PartDraft, Phrases, Piece, PostDraft, QrDraft, Reference, Root, SenderDraft,
    SenderPart, SignatoryDraft, SignatoryPart, TextDraft,
};
use crate::condition::Condition;
use crate::keys::campaign::CAMPAIGN;
use crate::language::Words;
use crate::look::Look;
use crate::parse::{delimiters, markdown, tags};
use crate::register::{ColumnSettings, ColumnType, RegisterSettings, STANDARD_COLUMNS};

/// Reads a campaign as far as it can be read.
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

/// A file, and where it is named.
fn named(text: &Text) -> (String, Span) {
    (text.text.clone(), text.span(0..text.text.len()))
}

/// Whether an author has switched something off.
fn is_none(text: &Text) -> bool {
    text.text.trim() == "none"
}

/// What is collected on the way.
pub(super) struct Lower<'d> {
    pub(super) diagnostics: &'d mut Diagnostics,
    pub(super) conditions: Vec<Condition>,
    /// Of each text in several languages, where it stands and which they are.
    pub(super) languages: Vec<(Place, Vec<(LanguageTag, ())>)>,
    /// The files of pictures, and what a screen reader says of them.
    pub(super) pictures: Vec<(Reference, String)>,
}

impl Lower<'_> {
    pub(super) fn inline(&mut self, text: &Text) -> Vec<Piece> {
        markdown::inline(text, &mut self.conditions, self.diagnostics)
    }

    pub(super) fn inline_of(&mut self, map: &Map<'_>, name: &'static str) -> Option<Vec<Piece>> {
        map.get(name).and_then(|node| self.inline_in(node))
    }

    /// A text, or texts in several languages.
    pub(super) fn inline_in(&mut self, node: &Node) -> Option<Vec<Piece>> {
        match texts(node)? {
            Texts::One(text) => Some(self.inline(text)),
            Texts::Each(each) => {
                let each = self.each_language(each, Self::inline);
                Some(vec![Piece::Languages(each)])
            }
        }
    }

    /// Plain words, or words in several languages.
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

    /// The blocks of a text, or of texts in several languages.
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

    /// Lowers the text of each language, and notes which there are.
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

    /// Notes in which languages a text is, so that a check finds those that are missing.
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

    fn campaign(&mut self, map: &Map<'_>) -> CampaignDraft {
        // The version is checked by the table; it is read here so that the two stay equal.
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
                .map(|map| archive::lower(self, &map))
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
                    motion::lower(lower, key, &map)
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

    /// What is posted; none where the author does not say, or says it wrongly.
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

    /// Reports the label of a fill-in that is typed in a text, where the clerk would find words and
    /// nothing to fill in.
    fn typed_fill_ins(&mut self, root: &Node, map: &Map<'_>) {
        let mut labels: Vec<(&str, &str)> = Vec::new();
        for (key, node) in map.entries("fill-ins") {
            let NodeKind::Mapping(entries) = &*node.kind else {
                continue;
            };
            let label = entries.iter().find(|(key, _)| key.text == "label");
            match label.and_then(|(_, label)| texts(label)) {
                Some(Texts::One(label)) => labels.push((&key.text, label.text.trim())),
                Some(Texts::Each(each)) => {
                    let each = each.into_iter().map(|(_, _, label)| label.text.trim());
                    labels.extend(each.map(|label| (key.text.as_str(), label)));
                }
                None => {}
            }
        }
        let mut found = Vec::new();
        static ROOT: Kind = Kind::Object(&CAMPAIGN);
        raadspost_yaml::texts_with_fields(root, &ROOT, &mut found);
        for text in found {
            for (key, label) in &labels {
                let typed = format!("[{label}]");
                for (at, _) in text.text.match_indices(&typed) {
                    let end = at + typed.len();
                    let is_link = text.text[end..].starts_with(['(', '[', ':']);
                    if label.is_empty() || is_link || delimiters::is_escaped(&text.text, at) {
                        continue;
                    }
                    self.diagnostics.push(
                        text.error("typed-fill-in", at..end, format!("`{typed}` is typed, and cannot be filled in"))
                            .hint(format!("write `{{{{ fill.{key} }}}}`; write `\\{typed}` for words that are to be printed")),
                    );
                }
            }
        }
    }

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
                key.error(
                    "wrong-value",
                    0..key.text.len().max(1),
                    format!("`{}` cannot be a key", key.text),
                )
                .hint("use small letters, digits, `-` and `_`"),
            );
        }
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

    /// The language, or the languages among which a column chooses.
    fn language(&mut self, map: &Map<'_>) -> Option<LanguageRule> {
        map.get("language")?;
        if let Some(text) = map.get("language").and_then(Node::scalar) {
            return Some(LanguageRule {
                column: None,
                among: self.tag(text).into_iter().collect(),
            });
        }
        let rule = map.object("language")?;
        let written: Vec<&Text> = rule.list("among").iter().filter_map(Node::scalar).collect();
        let mut among: Vec<LanguageTag> = Vec::new();
        for text in &written {
            let Some(tag) = self.tag(text) else { continue };
            if among.contains(&tag) {
                self.diagnostics.push(
                    text.error(
                        "duplicate-language",
                        0..text.text.len().max(1),
                        format!("the language `{tag}` is named twice"),
                    )
                    .hint("remove one of the two"),
                );
            } else {
                among.push(tag);
            }
        }
        let column = rule.text("column").map(Reference::from);
        if let (true, Some(column)) = (written.is_empty(), &column) {
            self.diagnostics.push(
                column
                    .at
                    .error(
                        "missing-key",
                        0..column.key.len().max(1),
                        "no languages to choose among",
                    )
                    .hint("write `among: [nl-NL, fy-NL]`"),
            );
        }
        Some(LanguageRule { column, among })
    }

    /// A language tag.
    fn tag(&mut self, text: &Text) -> Option<LanguageTag> {
        let tag = LanguageTag::parse(text.text.trim());
        if tag.is_none() {
            self.diagnostics.push(
                text.error(
                    "wrong-value",
                    0..text.text.len().max(1),
                    format!("`{}` is not a language tag", text.text),
                )
                .hint("write it like `nl-NL`, `en-GB` or `fy`"),
            );
        }
        tag
    }

    fn sender(&mut self, map: &Map<'_>) -> SenderDraft {
        SenderDraft {
            name: map.string("name").unwrap_or_default(),
            tagline: self.words_of(map, "tagline"),
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

    fn look(&mut self, map: &Map<'_>) -> Look {
        let logo = map.object("logo").map(|logo| LogoSettings {
            file: logo.text("file").map(named).unwrap_or_default(),
            alternative: logo.string("alternative").unwrap_or_default(),
            width: theme::millimetres(logo.text("width"), self.diagnostics),
        });
        let mut colour = |name| theme::colour(map.text(name)?, self.diagnostics);
        Look {
            ink: colour("ink"),
            muted: colour("muted"),
            accent: colour("accent"),
            serif: map.string("serif"),
            sans: map.string("sans"),
            word_text: map.string("word-text"),
            word_headings: map.string("word-headings"),
            logo,
            reference: map.text("reference-document").map(named),
        }
    }

    fn register(&mut self, map: &Map<'_>) -> RegisterSettings {
        let mut columns = std::collections::BTreeMap::new();
        for (field, node) in map.entries("columns") {
            let column = match (&*node.kind, map.below("columns")) {
                (NodeKind::Scalar(heading), _) => Some(ColumnSettings {
                    heading: heading.text.clone(),
                    ..ColumnSettings::default()
                }),
                (NodeKind::Mapping(_), Some(object)) => Map::of(node, object).and_then(|column| {
                    let kind = match column.text("type").map(|text| text.text.as_str()) {
                        Some("number") => Some(ColumnType::Number),
                        Some("date") => Some(ColumnType::Date),
                        Some("text") => Some(ColumnType::Text),
                        _ => None,
                    };
                    self.demand_type(&field.text, &column, kind);
                    Some(ColumnSettings {
                        heading: column.string("heading")?,
                        kind,
                        numbers: numbers(&column),
                        dates: dates(&column),
                    })
                }),
                _ => None,
            };
            columns.extend(column.map(|column| (field.text.clone(), column)));
        }
        let delimiter = map
            .text("delimiter")
            .and_then(|text| match text.text.as_bytes() {
                [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && *byte != b'"' => {
                    Some(*byte)
                }
                _ => {
                    self.diagnostics.push(
                        text.error(
                            "wrong-value",
                            0..text.text.len().max(1),
                            format!("`{}` cannot separate cells", text.text),
                        )
                        .hint("write one sign, such as `,` or `;`"),
                    );
                    None
                }
            });
        RegisterSettings {
            file: map.text("file").map(named),
            factions: map.text("factions").map(named),
            columns,
            country: map.string("country"),
            delimiter,
            numbers: numbers(map),
            dates: dates(map),
        }
    }

    /// A format is for a column whose values have it.
    fn demand_type(&mut self, field: &str, column: &Map<'_>, kind: Option<ColumnType>) {
        let standard = STANDARD_COLUMNS.iter().find(|column| column.name == field);
        let kind = kind.or(standard.map(|column| column.kind));
        for (key, wanted, word) in [
            ("numbers", ColumnType::Number, "number"),
            ("dates", ColumnType::Date, "date"),
        ] {
            if let Some(format) = column.text(key)
                && kind != Some(wanted)
            {
                self.diagnostics.push(
                    format
                        .error(
                            "wrong-value",
                            0..format.text.len().max(1),
                            format!("`{key}` is for a column of `type: {word}`"),
                        )
                        .hint(format!("add `type: {word}`, or remove `{key}`")),
                );
            }
        }
    }

    fn fill_in(&mut self, key: &Text, map: &Map<'_>) -> FillInDraft {
        let options: Vec<Words> = map
            .list("options")
            .iter()
            .filter_map(|node| self.words_in(node))
            .collect();
        let kind = match map.text("kind").map(|text| text.text.as_str()) {
            Some("date") => FillInDraftKind::Date,
            Some("person") => FillInDraftKind::Person,
            Some("faction") => FillInDraftKind::Faction,
            Some("options") => {
                if options.len() < 2 {
                    self.diagnostics.push(
                        key.error(
                            "missing-key",
                            0..key.text.len(),
                            format!("the fill-in `{}` has no options to choose from", key.text),
                        )
                        .hint("add `options` with two or more texts"),
                    );
                }
                FillInDraftKind::Options(options)
            }
            _ => FillInDraftKind::Text,
        };
        FillInDraft {
            label: self.words_of(map, "label").unwrap_or_default(),
            kind,
            field: map.string("field"),
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

    fn letter(&mut self, key: &Text, map: &Map<'_>) -> LetterDraft {
        let path = format!("letters.{}.body", key.text);
        let reference = self.letter_reference(map);
        if let Some(text) = map.first_text("treatment")
            && reference.is_none()
            && map.first_text("reference").is_some_and(is_none)
        {
            let message =
                "`treatment` is a line of the reference block, which `reference: none` leaves out";
            let whole = 0..text.text.len().max(1);
            let mistake = text.error("treatment-without-reference", whole, message);
            let hint = "leave out `treatment`, or leave out `reference: none`";
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

    /// The letter's public id; none where it is switched off.
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
                        text.error(
                            "wrong-value",
                            0..text.text.len(),
                            "`none` holds for all languages or for no language",
                        )
                        .hint("write `reference: none`, or the reference of this language"),
                    );
                }
            }
        }
        self.inline_in(node)
    }

    /// The pattern of an address: text and fields only, the fields behind the host.
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
        // A host that a register could choose would lead wherever the register says.
        let fixed = rest.is_some_and(|rest| rest.find('/').is_some_and(|slash| slash > 0));
        let plain = pieces.iter().all(|piece| match piece {
            Piece::Text(text) => text
                .bytes()
                .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\')),
            _ => true,
        });
        if wrong || !fixed || !plain {
            self.diagnostics.push(
                text.error(
                    "wrong-link",
                    0..text.text.len().max(1),
                    "this is no pattern of an address",
                )
                .hint("write `https://`, a host, `/`, and behind it text and fields: `https://example.org/{{ municipality.code }}`"),
            );
        }
        pieces
    }

    fn text(&mut self, key: &Text, map: &Map<'_>) -> TextDraft {
        let path = format!("texts.{}.body", key.text);
        TextDraft {
            key: key.clone(),
            title: self.inline_of(map, "title"),
            body: self.body(map, &path),
        }
    }

    fn document(&mut self, map: &Map<'_>) -> Option<DocumentDraft> {
        let id = map.text("id")?;
        let annex = map.object("annex").map(|annex| {
            (
                self.inline_of(&annex, "label").unwrap_or_default(),
                self.inline_of(&annex, "title").unwrap_or_default(),
            )
        });
        let body = if let Some(letter) = map.text("letter").map(Reference::from) {
            BodyDraft::Letter(letter)
        } else if map.get("collects").is_some() {
            let members = map.list("collects").iter().filter_map(Node::scalar);
            BodyDraft::Collects(members.map(Reference::from).collect())
        } else {
            // Where the key itself is missing the table says so.
            if map.get("parts").is_some() && map.list("parts").is_empty() {
                self.diagnostics.push(
                    id.error(
                        "missing-key",
                        0..id.text.len(),
                        format!("the document `{}` has no parts", id.text),
                    )
                    .hint("name a text or a motion under `parts`"),
                );
            }
            let parts = map
                .list("parts")
                .iter()
                .filter_map(|node| Map::of(node, map.below("parts")?));
            BodyDraft::Parts {
                annex: annex.clone(),
                parts: parts.filter_map(|part| self.part(&part)).collect(),
            }
        };
        if annex.is_some() && !matches!(body, BodyDraft::Parts { .. }) {
            self.diagnostics.push(
                Diagnostic::error(
                    "misplaced-key",
                    "only a document with `parts` has an annex heading",
                )
                .at(id.place(0..id.text.len()))
                .hint("remove `annex`, or give the document `parts`"),
            );
        }
        let publication_copy = map.flag("publication-copy");
        if publication_copy && matches!(body, BodyDraft::Collects(_)) {
            self.diagnostics.push(
                id.error(
                    "misplaced-key",
                    0..id.text.len(),
                    "a collection is no publication copy",
                )
                .hint("make publication copies of its members, and collect those"),
            );
        }
        let mut formats: Vec<Format> = Vec::new();
        for word in map.strings("formats") {
            formats.extend(
                Format::ALL
                    .iter()
                    .find(|format| format.extension() == word)
                    .filter(|format| !formats.contains(format)),
            );
        }
        if formats.is_empty()
            && map.get("formats").is_some_and(
                |node| matches!(&*node.kind, NodeKind::Sequence(items) if items.is_empty()),
            )
        {
            self.diagnostics.push(
                id.error(
                    "missing-key",
                    0..id.text.len(),
                    format!("the document `{}` has no format", id.text),
                )
                .hint("write `formats: [pdf]` or `formats: [docx]`"),
            );
        }
        if matches!(body, BodyDraft::Collects(_)) && formats.contains(&Format::Docx) {
            self.diagnostics.push(
                id.error(
                    "unsupported-format",
                    0..id.text.len(),
                    format!(
                        "the document `{}` collects others, which is made as PDF only",
                        id.text
                    ),
                )
                .hint("write `formats: [pdf]`"),
            );
        }
        Some(DocumentDraft {
            id: id.text.clone(),
            at: id.clone(),
            file: map.string("file").unwrap_or_else(|| id.text.clone()),
            formats,
            when: self.when(map),
            language: self.language(map),
            title: self.inline_of(map, "title"),
            limits: limits(map),
            publication_copy,
            body,
        })
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

/// The words of `private`, as what they name; others are reported by the table.
fn named_parts<T: Copy>(map: &Map<'_>, all: &[(&'static str, T)]) -> Vec<T> {
    let words = map.strings("private").into_iter();
    words
        .filter_map(|word| all.iter().find(|(name, _)| *name == word))
        .map(|(_, part)| *part)
        .collect()
}

/// How the numbers of a register or of a column are written.
fn numbers(map: &Map<'_>) -> Option<NumberFormat> {
    NumberFormat::named(&map.text("numbers")?.text)
}

/// How the dates of a register or of a column are written.
fn dates(map: &Map<'_>) -> Option<DateFormat> {
    DateFormat::named(&map.text("dates")?.text)
}

/// What the PDF of a document may not exceed.
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
