//! Settling: conditions decided, variants chosen, phrases put in; what is left open is numbered.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use raadspost_content::{
    Annex, Block, BlockId, BlockKind, Body, Conventions, Diagnostic, Diagnostics, Enclosure,
    Enclosures, Envelope, FillIn, FillInKind, Footnote, Format, Inline, Item, LanguageTag, Letter,
    Motion, MotionRecord, Part, Particular, Picture, QrCode, Reference, Sender, Shape, Signatory,
    Span, VotingRows, slug,
};
use raadspost_yaml::Text;

use crate::ast::{
    AddressRule, BodyDraft, CampaignDraft, ConditionId, DocumentDraft, Draft, DraftItem, DraftKind,
    FieldUse, FillInDraftKind, Formatter, LetterDraft, MotionDraft, Note, PartDraft, Piece, Root,
    SenderField, SenderPart, SignatoryPart, find,
};
use crate::condition::Truth;
use crate::language::choose;
use crate::typography::tied;

/// Where the text of a slot comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlotSource {
    pub(crate) field: SlotField,
    pub(crate) format: Option<Formatter>,
}

/// What a slot shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SlotField {
    /// A column of the register.
    Column(String),
    /// The list of the council's factions.
    Factions,
    /// The KIX code of the address.
    Kix,
    /// An address, its fields percent-encoded.
    Url(Vec<UrlPiece>),
}

/// A piece of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UrlPiece {
    /// As it stands.
    Text(String),
    /// A column of the register.
    Column(String, Option<Formatter>),
}

/// A shape, and what fills its slots.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) shape: Arc<Shape>,
    pub(crate) slots: Vec<SlotSource>,
    /// What the slots show, in words; of a collection with those of its members.
    pub(crate) fields: Arc<[String]>,
    pub(crate) language: LanguageTag,
}

impl SlotSource {
    /// What it shows, in words: `population | number`.
    fn name(&self) -> String {
        let field = match &self.field {
            SlotField::Column(field) => field.clone(),
            SlotField::Factions => "factions".to_owned(),
            SlotField::Kix => "KIX".to_owned(),
            SlotField::Url(pieces) => {
                let piece = |piece: &UrlPiece| match piece {
                    UrlPiece::Text(text) => text.clone(),
                    UrlPiece::Column(column, _) => format!("{{{column}}}"),
                };
                pieces.iter().map(piece).collect()
            }
        };
        let format = self.format.and_then(|format| {
            let mut all = Formatter::ALL.iter();
            all.find(|(_, known)| *known == format)
        });
        match format {
            Some((name, _)) => format!("{field} | {name}"),
            None => field,
        }
    }
}

/// What of a municipality, besides conditions, decides a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Facts {
    /// The postal address is complete.
    pub(crate) address: bool,
    /// It is a post-office box.
    pub(crate) po_box: bool,
    /// The house number has an addition.
    pub(crate) addition: bool,
    /// The council's factions are known, and the campaign asks for them.
    pub(crate) factions: bool,
}

/// Why a shape could not be settled.
#[derive(Debug)]
pub(crate) enum Unsettled {
    /// Conditions hang on these columns, which have no value.
    Missing(BTreeSet<String>),
    /// The letter needs a postal address.
    NoAddress,
    /// These texts, which cannot be left out, come out empty.
    Empty(Diagnostics),
    /// Nothing of its parts is shown here: the municipality does not get the document.
    Nothing,
}

/// What the conditions come to for one municipality, and which of them were asked.
///
/// **Invariant:** a shape depends on a condition only by way of [`Self::ask`], so the conditions
/// that were asked are all that it depends on.
pub(crate) struct Truths<'a> {
    all: &'a [Truth],
    asked: RefCell<BTreeSet<ConditionId>>,
}

impl<'a> Truths<'a> {
    /// Nothing asked yet.
    pub(crate) fn new(all: &'a [Truth]) -> Self {
        Self {
            all,
            asked: RefCell::default(),
        }
    }

    /// What a condition comes to.
    pub(crate) fn ask(&self, condition: ConditionId) -> Option<&'a Truth> {
        self.asked.borrow_mut().insert(condition);
        self.all.get(condition)
    }

    /// The conditions that were asked.
    pub(crate) fn into_asked(self) -> BTreeSet<ConditionId> {
        self.asked.into_inner()
    }
}

/// Everything that decides a shape.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) draft: &'a CampaignDraft,
    pub(crate) truths: &'a Truths<'a>,
    pub(crate) overrides: Option<&'a [(Text, Vec<Piece>)]>,
    /// The envelopes of the draft's rules, and behind them the one where none holds.
    pub(crate) envelopes: &'a [Arc<Envelope>],
    /// The pictures that the draft names.
    pub(crate) pictures: &'a [Arc<Picture>],
    pub(crate) facts: Facts,
    /// The Word file of the council's house style, or the campaign's.
    pub(crate) reference: Option<&'a str>,
    /// The document's language here.
    pub(crate) language: &'a LanguageTag,
    /// The documents whose `when` holds and of whose parts nothing is shown, by their place among
    /// the draft's; asked by the enclosures of a letter.
    pub(crate) absent: &'a [usize],
}

/// Settles a document that is no collection.
pub(crate) fn settle<'a>(
    case: &'a Case<'a>,
    document: &'a DocumentDraft,
) -> Result<Settled, Unsettled> {
    let mut settler = Settler {
        case,
        language: case.language,
        sender: shown_sender(case, document.publication_copy),
        motion: None,
        variant: None,
        lines: false,
        copy: document.publication_copy,
        unnoted: false,
        trace: Trace::default(),
    };
    let (body, title) = match &document.body {
        BodyDraft::Letter(key) => {
            let Some(letter) = case
                .draft
                .letters
                .iter()
                .find(|letter| letter.key.text == key.key)
            else {
                return Err(Unsettled::Missing(BTreeSet::new()));
            };
            let settled = settler.letter(letter)?;
            let title = match (&document.title, &letter.title, &letter.subject) {
                (Some(_), ..) => None,
                (None, Some(title), _) => Some(settler.file_title(title, "the letter's `title`")),
                (None, None, subject) => subject.as_ref().map(|it| settler.inlines(it)),
            };
            (Body::Letter(Box::new(settled)), title)
        }
        BodyDraft::Parts { annex, parts } => {
            let titled = document.title.is_some();
            let Some(shown) = settler.parts(annex.as_ref(), parts, titled) else {
                let missing = settler.trace.missing;
                return Err(if missing.is_empty() {
                    Unsettled::Nothing
                } else {
                    Unsettled::Missing(missing.into_iter().collect())
                });
            };
            shown
        }
        BodyDraft::Collects(_) => (Body::Collection(Vec::new()), None),
    };
    let title = match &document.title {
        Some(pieces) => settler.file_title(pieces, "the document's `title`"),
        None => title.unwrap_or_else(|| vec![Inline::Text(case.draft.title.clone())]),
    };
    let title = flatten(&title);
    let Trace {
        slots,
        footnotes,
        noted: _,
        missing,
        empty,
    } = settler.trace;
    if !missing.is_empty() {
        return Err(Unsettled::Missing(missing.into_iter().collect()));
    }
    if !empty.is_empty() {
        let mistakes = empty.iter().map(|empty| empty.refusal(case.draft));
        return Err(Unsettled::Empty(mistakes.collect()));
    }
    let date = case
        .draft
        .date
        .map_or((1970, 1, 1), |date| (date.year, date.month, date.day));
    let shape = Shape {
        document: document.id.clone(),
        language: case.language.to_string(),
        title,
        author: case.draft.sender.name.clone(),
        date,
        body,
        footnotes,
        slots: slots.len(),
        reference: case
            .reference
            .filter(|_| document.formats.contains(&Format::Docx))
            .map(str::to_owned),
    };
    Ok(Settled {
        shape: Arc::new(shape),
        fields: slots.iter().map(SlotSource::name).collect(),
        slots,
        language: case.language.clone(),
    })
}

/// A text that may not come out empty and does.
#[derive(PartialEq)]
struct EmptyText {
    what: String,
    /// The first condition in it.
    condition: Option<ConditionId>,
    /// What to write.
    hint: &'static str,
}

impl EmptyText {
    fn refusal(&self, draft: &CampaignDraft) -> Diagnostic {
        let condition = self.condition.and_then(|id| draft.conditions.get(id));
        let empty = Diagnostic::error("empty-text", format!("{} comes out empty", self.what));
        let empty = match condition {
            Some(condition) => empty.at(condition.place()),
            None => empty,
        };
        empty.hint(self.hint)
    }
}

/// What resolving leaves behind. What turns out not to be printed is taken out of it again, so
/// that it takes no slot and no number, and refuses nothing.
#[derive(Default)]
struct Trace<'a> {
    slots: Vec<SlotSource>,
    footnotes: Vec<Footnote>,
    /// Of each footnote, what decides its text.
    noted: Vec<Noted<'a>>,
    /// The columns without a value on which conditions hang.
    missing: Vec<String>,
    empty: Vec<EmptyText>,
}

/// How long a trace was.
#[derive(PartialEq, Eq)]
struct Mark {
    slots: usize,
    footnotes: usize,
    missing: usize,
    empty: usize,
}

impl Trace<'_> {
    fn mark(&self) -> Mark {
        Mark {
            slots: self.slots.len(),
            footnotes: self.footnotes.len(),
            missing: self.missing.len(),
            empty: self.empty.len(),
        }
    }

    /// Takes out what was left behind since. The missing columns stay: conditions that hang on
    /// them decided that nothing is printed.
    fn roll_back(&mut self, mark: &Mark) {
        self.slots.truncate(mark.slots);
        self.footnotes.truncate(mark.footnotes);
        self.noted.truncate(mark.footnotes);
        self.empty.truncate(mark.empty);
    }
}

/// The sender as a document shows it: the only one that letterhead and fields see. A publication
/// copy has it without what is private.
fn shown_sender(case: &Case<'_>, copy: bool) -> Sender {
    let stated = &case.draft.sender;
    let mut sender = Sender {
        name: stated.name.clone(),
        tagline: stated
            .tagline
            .as_ref()
            .map(|words| words.in_language(case.language).to_owned()),
        address: stated.address.clone(),
        telephone: stated.telephone.clone(),
        email: stated.email.clone(),
        website: stated.website.clone(),
    };
    for part in stated.private.iter().filter(|_| copy) {
        match part {
            SenderPart::Address => sender.address.clear(),
            SenderPart::Telephone => sender.telephone = None,
            SenderPart::Email => sender.email = None,
            SenderPart::Website => sender.website = None,
        }
    }
    sender
}

/// A title for metadata: text and slots only.
fn flatten(inlines: &[Inline]) -> Vec<Inline> {
    let mut out = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Text(text) => push_text(&mut out, text),
            Inline::Slot(slot) => out.push(Inline::Slot(*slot)),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Link { inlines: inner, .. } => {
                for inline in flatten(inner) {
                    match inline {
                        Inline::Text(text) => push_text(&mut out, &text),
                        other => out.push(other),
                    }
                }
            }
            Inline::Footnote(_) => {}
            Inline::FillIn(fill_in) => push_text(&mut out, &fill_in.placeholder()),
            Inline::Choice { options, .. } => push_text(&mut out, &options.join(" / ")),
            Inline::LineBreak => push_text(&mut out, " "),
        }
    }
    out
}

fn push_text(out: &mut Vec<Inline>, text: &str) {
    match out.last_mut() {
        Some(Inline::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => out.push(Inline::Text(text.to_owned())),
    }
}

/// Nothing a reader would see.
fn is_blank(inlines: &[Inline]) -> bool {
    inlines.iter().all(|inline| match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::LineBreak => true,
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { inlines: inner, .. } => {
            is_blank(inner)
        }
        // A cell of the register that is empty refuses the document, and what is blank of a
        // footnote is left out with its mark.
        Inline::Slot(_) | Inline::Footnote(_) | Inline::FillIn(_) | Inline::Choice { .. } => false,
    })
}

/// Adds words with a mark; of blank ones there is nothing to mark.
fn push_marked(
    out: &mut Vec<Inline>,
    inner: Vec<Inline>,
    mark: impl FnOnce(Vec<Inline>) -> Inline,
) {
    if !is_blank(&inner) {
        out.push(mark(inner));
        return;
    }
    for inline in inner {
        match inline {
            Inline::Text(text) => push_text(out, &text),
            other => out.push(other),
        }
    }
}

struct Settler<'a> {
    case: &'a Case<'a>,
    language: &'a LanguageTag,
    /// The sender as it may be shown here.
    sender: Sender,
    motion: Option<&'a MotionDraft>,
    variant: Option<&'a str>,
    /// A line break of the source is one of the text.
    lines: bool,
    /// What is private is left out.
    copy: bool,
    /// The title of the file is resolved, which has no footnotes.
    unnoted: bool,
    trace: Trace<'a>,
}

/// A footnote as its text is decided: one note of the source is another one in each variant of a
/// motion, because choices in it have other words.
#[derive(PartialEq)]
struct Noted<'a> {
    label: &'a str,
    span: Span,
    motion: Option<&'a str>,
    variant: Option<&'a str>,
}

impl<'a> Settler<'a> {
    fn holds(&mut self, condition: Option<ConditionId>) -> bool {
        let truth = self.truth(condition);
        self.decided(truth)
    }

    /// What a condition comes to; no condition holds always.
    fn truth(&self, condition: Option<ConditionId>) -> Truth {
        let truth = condition.and_then(|id| self.case.truths.ask(id));
        truth.cloned().unwrap_or(Truth::True)
    }

    /// Whether what hangs on it is shown. Where that is unknown the document is refused.
    fn decided(&mut self, truth: Truth) -> bool {
        match truth {
            Truth::True => true,
            Truth::False => false,
            Truth::Missing(columns) => {
                self.trace.missing.extend(columns);
                false
            }
        }
    }

    /// Resolves what may turn out not to be printed; then it leaves nothing behind.
    fn printed<T>(&mut self, resolve: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mark = self.trace.mark();
        let found = resolve(self);
        if found.is_none() {
            self.trace.roll_back(&mark);
        }
        found
    }

    /// A head and what stands below it, resolved in this order, as a reader meets them. A head
    /// below which nothing stands is not printed, and what it asks is not asked.
    fn headed<H, T>(
        &mut self,
        head: impl FnOnce(&mut Self) -> H,
        below: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<(H, T)> {
        self.printed(|this| {
            let before = this.trace.mark();
            let head = head(this);
            let after = this.trace.mark();
            let below = below(this);
            if below.is_none() {
                this.trace.missing.drain(before.missing..after.missing);
            }
            Some((head, below?))
        })
    }

    fn slot(&mut self, field: &str, format: Option<Formatter>) -> Inline {
        Inline::Slot(self.slot_of(SlotField::Column(field.to_owned()), format))
    }

    fn slot_of(&mut self, field: SlotField, format: Option<Formatter>) -> usize {
        let source = SlotSource { field, format };
        let slots = &mut self.trace.slots;
        slots
            .iter()
            .position(|other| *other == source)
            .unwrap_or_else(|| {
                slots.push(source);
                slots.len() - 1
            })
    }

    fn fill_in(&mut self, key: &str) -> Option<FillIn> {
        let fill_in = find(&self.case.draft.fill_ins, key)?;
        let language = self.language;
        let kind = match &fill_in.kind {
            FillInDraftKind::Faction if self.case.facts.factions => FillInKind::Faction {
                slot: self.slot_of(SlotField::Factions, None),
            },
            FillInDraftKind::Text | FillInDraftKind::Faction => FillInKind::Text,
            FillInDraftKind::Date => FillInKind::Date,
            FillInDraftKind::Person => FillInKind::Person,
            FillInDraftKind::Options(options) => {
                let options = options.iter();
                FillInKind::Options(
                    options
                        .map(|words| words.in_language(language).to_owned())
                        .collect(),
                )
            }
        };
        Some(FillIn {
            id: key.to_owned(),
            label: fill_in.label.in_language(language).to_owned(),
            field: fill_in.field.clone().or_else(|| match fill_in.kind {
                FillInDraftKind::Person => Some("indiener".to_owned()),
                FillInDraftKind::Faction => Some("fractie".to_owned()),
                FillInDraftKind::Text | FillInDraftKind::Date | FillInDraftKind::Options(_) => None,
            }),
            kind,
            line: None,
        })
    }

    fn phrase(&self, key: &str) -> &'a [Piece] {
        let own = self.case.overrides.and_then(|phrases| find(phrases, key));
        own.or_else(|| find(&self.case.draft.phrases, key))
            .map_or(&[], Vec::as_slice)
    }

    fn phrase_inlines(&mut self, key: &str) -> Vec<Inline> {
        let pieces = self.phrase(key);
        self.required(pieces, &format!("the phrase `{key}`"))
    }

    /// A text that the document cannot do without: where no branch of a condition gives it words,
    /// the document is refused. What the author himself left empty stays so.
    fn required(&mut self, pieces: &'a [Piece], what: &str) -> Vec<Inline> {
        let inlines = self.inlines(pieces);
        if !pieces.is_empty() && is_blank(&inlines) {
            self.comes_out_empty(pieces, what);
        }
        inlines
    }

    /// The title of the file, where no text of the document shows it.
    fn file_title(&mut self, pieces: &'a [Piece], what: &str) -> Vec<Inline> {
        self.unnoted = true;
        let title = self.required(pieces, what);
        self.unnoted = false;
        title
    }

    /// A text that nothing shows: what it says where that asks nothing, and nothing where it would
    /// leave a trace.
    fn unshown(&mut self, pieces: &'a [Piece]) -> Vec<Inline> {
        let before = self.trace.mark();
        let inlines = self.inlines(pieces);
        if self.trace.mark() == before {
            return inlines;
        }
        self.trace.roll_back(&before);
        self.trace.missing.truncate(before.missing);
        Vec::new()
    }

    fn comes_out_empty(&mut self, pieces: &'a [Piece], what: &str) {
        self.refuse_empty(EmptyText {
            what: what.to_owned(),
            condition: self.deciding(pieces),
            hint: "write `{{ else }}` before `{{ end }}`, and the words for where the condition is \
                   false",
        });
    }

    fn refuse_empty(&mut self, empty: EmptyText) {
        if !self.trace.empty.contains(&empty) {
            self.trace.empty.push(empty);
        }
    }

    /// The first condition on which blocks hang.
    fn deciding_block(&self, drafts: &'a [Draft]) -> Option<ConditionId> {
        drafts.iter().find_map(|draft| {
            draft.when.or_else(|| match &draft.kind {
                DraftKind::Heading { pieces, .. } | DraftKind::Paragraph(pieces) => {
                    self.deciding(pieces)
                }
                DraftKind::List { items, .. } => items
                    .iter()
                    .find_map(|item| item.when.or_else(|| self.deciding_block(&item.blocks))),
                DraftKind::Languages(texts) => self.deciding_block(choose(texts, self.language)?),
                // A letter has no others.
                _ => None,
            })
        })
    }

    /// The first condition in a text.
    fn deciding(&self, pieces: &'a [Piece]) -> Option<ConditionId> {
        pieces.iter().find_map(|piece| match piece {
            Piece::If { condition, .. } => Some(*condition),
            Piece::Emphasis(inner)
            | Piece::Strong(inner)
            | Piece::Private(inner)
            | Piece::Link { pieces: inner, .. } => self.deciding(inner),
            Piece::Languages(texts) => self.deciding(choose(texts, self.language)?),
            Piece::Phrase(phrase) => self.deciding(self.phrase(&phrase.key)),
            Piece::Footnote(note) => self.deciding(&note.pieces),
            Piece::Text(_)
            | Piece::SoftBreak
            | Piece::LineBreak
            | Piece::Field(_)
            | Piece::FillIn(_)
            | Piece::Choice(_) => None,
        })
    }

    fn inlines(&mut self, pieces: &'a [Piece]) -> Vec<Inline> {
        let mut out = Vec::new();
        self.add(pieces, &mut out);
        for inline in &mut out {
            if let Inline::Text(text) = inline
                && let Cow::Owned(tied) = tied(text)
            {
                *text = tied;
            }
        }
        out
    }

    fn add(&mut self, pieces: &'a [Piece], out: &mut Vec<Inline>) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => push_text(out, text),
                Piece::SoftBreak if self.lines => out.push(Inline::LineBreak),
                Piece::SoftBreak => push_text(out, " "),
                Piece::LineBreak => out.push(Inline::LineBreak),
                Piece::Emphasis(inner) => {
                    let inner = self.inlines(inner);
                    push_marked(out, inner, Inline::Emphasis);
                }
                Piece::Strong(inner) => {
                    let inner = self.inlines(inner);
                    push_marked(out, inner, Inline::Strong);
                }
                Piece::Link { url, pieces } => {
                    let inlines = self.inlines(pieces);
                    let url = url.clone();
                    push_marked(out, inlines, |inlines| Inline::Link { url, inlines });
                }
                Piece::Footnote(_) if self.unnoted => {}
                Piece::Footnote(note) => {
                    out.extend(self.footnote(note).map(Inline::Footnote));
                }
                Piece::Field(field) => {
                    let inline = self.field(field);
                    match inline {
                        Inline::Text(text) => push_text(out, &text),
                        other => out.push(other),
                    }
                }
                Piece::FillIn(reference) => {
                    out.extend(self.fill_in(&reference.key).map(Inline::FillIn));
                }
                Piece::Choice(reference) => self.choice(&reference.key, out),
                Piece::Phrase(reference) => {
                    let pieces = self.phrase(&reference.key);
                    self.add(pieces, out);
                }
                Piece::Private(_) if self.copy => {
                    push_text(out, self.withheld());
                }
                Piece::Private(inner) => self.add(inner, out),
                Piece::Languages(texts) => {
                    if let Some(inner) = choose(texts, self.language) {
                        self.add(inner, out);
                    }
                }
                Piece::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    let branch = if self.holds(Some(*condition)) {
                        then
                    } else {
                        otherwise
                    };
                    self.add(branch, out);
                }
            }
        }
    }

    /// The number of a footnote, which is settled at its first reference; none where its text comes
    /// out empty, so that its mark is left out too.
    fn footnote(&mut self, note: &'a Note) -> Option<usize> {
        let noted = Noted {
            label: &note.label,
            span: note.span,
            motion: self.motion.map(|motion| motion.key.as_ref()),
            variant: self.variant,
        };
        if let Some(known) = self.trace.noted.iter().position(|other| *other == noted) {
            return Some(known);
        }
        self.printed(|this| {
            let index = this.trace.footnotes.len();
            // Its place is taken before its text is settled, so that numbers follow the order of
            // the references.
            this.trace.noted.push(noted);
            this.trace.footnotes.push(Footnote {
                id: note.label.clone(),
                span: note.span,
                inlines: Vec::new(),
            });
            let inlines = this.visible(&note.pieces)?;
            this.trace.footnotes[index].inlines = inlines;
            Some(index)
        })
    }

    /// What a publication copy shows in the place of what it leaves out.
    fn withheld(&self) -> &'static str {
        Conventions::words(self.language.as_str()).withheld
    }

    fn choice(&mut self, key: &str, out: &mut Vec<Inline>) {
        let Some(choice) = self.motion.and_then(|motion| find(&motion.choices, key)) else {
            return;
        };
        match self.variant {
            Some(variant) => push_text(
                out,
                find(&choice.options, variant).map_or("", |words| words.in_language(self.language)),
            ),
            None => out.push(Inline::Choice {
                id: key.to_owned(),
                options: choice
                    .options
                    .iter()
                    .map(|(_, words)| words.in_language(self.language).to_owned())
                    .collect(),
                mark: choice.mark.clone(),
            }),
        }
    }

    fn field(&mut self, field: &FieldUse) -> Inline {
        let draft = self.case.draft;
        let text = match (field.root, field.name.as_str()) {
            (Root::Municipality, name) => return self.slot(name, field.format),
            (Root::Campaign, "id") => draft.id.clone(),
            (Root::Campaign, "title") => draft.title.clone(),
            (Root::Campaign, "language") => self.language.to_string(),
            (Root::Campaign, "date") => {
                match (
                    draft.date,
                    field.format,
                    Conventions::of(self.language.as_str()),
                ) {
                    (Some(date), Some(Formatter::Date), Some(conventions)) => {
                        conventions.long_date(date)
                    }
                    (Some(date), ..) => date.to_string(),
                    (None, ..) => String::new(),
                }
            }
            (Root::Sender, name) => {
                let sender = &self.sender;
                let shown = match SenderField::named(name) {
                    Some(SenderField::Name) => Some(&sender.name),
                    Some(SenderField::Tagline) => sender.tagline.as_ref(),
                    Some(SenderField::Telephone) => sender.telephone.as_ref(),
                    Some(SenderField::Email) => sender.email.as_ref(),
                    Some(SenderField::Website) => sender.website.as_ref(),
                    None => None,
                };
                match shown {
                    Some(shown) => shown.clone(),
                    // A field that the campaign does not state is a mistake of the campaign: what
                    // is stated and not shown is private. It is no value, so that no formatter is
                    // for it.
                    None => return Inline::Text(self.withheld().to_owned()),
                }
            }
            (Root::Campaign, _) => String::new(),
        };
        Inline::Text(match field.format {
            Some(Formatter::Upper) => text.to_uppercase(),
            Some(Formatter::Slug) => slug(&text),
            Some(Formatter::Date | Formatter::Number) | None => text,
        })
    }

    /// Settles blocks; `base` is the level of the author's `#`.
    fn blocks(&mut self, drafts: &'a [Draft], base: u8, prefix: &str) -> Vec<Block> {
        let mut out = Vec::new();
        self.add_blocks(drafts, base, prefix, &mut out);
        out
    }

    fn add_blocks(&mut self, drafts: &'a [Draft], base: u8, prefix: &str, out: &mut Vec<Block>) {
        let mut withheld = false;
        for draft in drafts {
            // In a variant nothing is left to strike out, whatever the note's condition.
            let is_idle = matches!(draft.kind, DraftKind::Note(_)) && self.variant.is_some();
            if is_idle || !self.holds(draft.when) {
                continue;
            }
            if draft.private && self.copy {
                // One mark for all that was left out in a row.
                if !std::mem::replace(&mut withheld, true) {
                    out.push(Block {
                        id: BlockId(draft.path.clone()),
                        span: draft.span,
                        kind: BlockKind::Paragraph {
                            inlines: vec![Inline::Text(self.withheld().to_owned())],
                        },
                    });
                }
                continue;
            }
            withheld = false;
            if let DraftKind::Languages(texts) = &draft.kind {
                if let Some(blocks) = choose(texts, self.language) {
                    self.add_blocks(blocks, base, prefix, out);
                }
                continue;
            }
            let path = if prefix.is_empty() {
                draft.path.clone()
            } else {
                format!("{prefix}.{}", draft.path)
            };
            if let Some(kind) = self.block(draft, base, &path) {
                out.push(Block {
                    id: BlockId(path),
                    span: draft.span,
                    kind,
                });
            }
        }
    }

    fn block(&mut self, draft: &'a Draft, base: u8, path: &str) -> Option<BlockKind> {
        let kind = match &draft.kind {
            // One of them was taken instead.
            DraftKind::Languages(_) => return None,
            DraftKind::Heading { level, pieces } => BlockKind::Heading {
                level: base + level - 1,
                inlines: self.visible(pieces)?,
            },
            DraftKind::Paragraph(pieces) => BlockKind::Paragraph {
                inlines: self.visible(pieces)?,
            },
            DraftKind::List { kind, items } => BlockKind::List {
                kind: *kind,
                items: self.items(items, path)?,
            },
            DraftKind::Preamble(phrase) => BlockKind::Preamble {
                inlines: self.visible(self.phrase(&phrase.key))?,
            },
            DraftKind::Recital { head, items } => {
                let (head, items) = self.headed(
                    |this| this.phrase_inlines(&head.key),
                    |this| this.items(items, path),
                )?;
                BlockKind::Recital {
                    level: base,
                    head,
                    items,
                }
            }
            DraftKind::Operative {
                head,
                alternatives,
                separator,
            } => {
                let (head, lists) = self.headed(
                    |this| this.phrase_inlines(&head.key),
                    |this| this.alternatives(alternatives, path),
                )?;
                let (mut variants, lists): (Vec<_>, Vec<_>) = lists.into_iter().unzip();
                if lists.len() < 2 {
                    variants.clear();
                }
                let separator = if lists.len() > 1 {
                    self.required(separator, "`or`")
                } else {
                    Vec::new()
                };
                BlockKind::Operative {
                    level: base,
                    head,
                    alternatives: lists,
                    variants,
                    separator,
                }
            }
            DraftKind::Closing(phrase) => BlockKind::Closing {
                inlines: self.visible(self.phrase(&phrase.key))?,
            },
            DraftKind::Movers { lead, line, times } => {
                let lead = self.required(lead, "`movers`");
                let line = self.required(line, "`line`");
                let lines = (1..=*times).map(|number| numbered(&line, number)).collect();
                BlockKind::Movers { lead, lines }
            }
            DraftKind::Particulars(rows) => {
                let mut lines = Vec::new();
                for row in rows {
                    if self.holds(row.when) {
                        lines.push(Particular {
                            label: self.required(&row.label, "`label`"),
                            value: self.required(&row.value, "`value`"),
                        });
                    }
                }
                if lines.is_empty() {
                    return None;
                }
                BlockKind::Particulars { rows: lines }
            }
            DraftKind::Wording { role, head, blocks } => {
                let (head, blocks) = self.headed(
                    |this| this.phrase_inlines(&head.key),
                    |this| this.shown_blocks(blocks, base + 1),
                )?;
                BlockKind::Wording {
                    role: *role,
                    level: base,
                    head,
                    blocks,
                }
            }
            DraftKind::Signatures {
                lead,
                columns,
                cells,
                times,
            } => BlockKind::Signatures {
                lead: self.required(lead, "`signatures`"),
                columns: self.columns(columns),
                rows: self.rows(cells, *times),
            },
            DraftKind::Voting {
                lead,
                columns,
                cells,
                times,
            } => BlockKind::Voting {
                lead: self.required(lead, "`voting`"),
                columns: self.columns(columns),
                rows: if self.case.facts.factions {
                    VotingRows::Factions {
                        slot: self.slot_of(SlotField::Factions, None),
                        vote: self.inlines(&cells[2]),
                    }
                } else {
                    VotingRows::Open(self.rows(cells, *times))
                },
            },
            DraftKind::Note(pieces) => BlockKind::Note {
                inlines: self.visible(pieces)?,
            },
        };
        Some(kind)
    }

    /// The lists of the chosen variant, or of all, that have items here, each with its variant.
    fn alternatives(
        &mut self,
        alternatives: &'a [(Option<String>, Vec<DraftItem>)],
        path: &str,
    ) -> Option<Vec<(String, Vec<Item>)>> {
        let chosen = self.variant;
        let mut lists = Vec::new();
        for (variant, items) in alternatives {
            if chosen.is_some() && variant.is_some() && variant.as_deref() != chosen {
                continue;
            }
            let path = variant
                .as_ref()
                .map_or_else(|| path.to_owned(), |variant| format!("{path}.{variant}"));
            if let Some(items) = self.items(items, &path) {
                lists.push((variant.clone().unwrap_or_default(), items));
            }
        }
        (!lists.is_empty()).then_some(lists)
    }

    /// Blocks of which something is shown.
    fn shown_blocks(&mut self, drafts: &'a [Draft], base: u8) -> Option<Vec<Block>> {
        let blocks = self.blocks(drafts, base, "");
        (!blocks.is_empty()).then_some(blocks)
    }

    fn columns(&mut self, columns: &'a [Vec<Piece>]) -> Vec<Vec<Inline>> {
        let columns = columns.iter();
        columns
            .map(|column| self.required(column, "a head in `columns`"))
            .collect()
    }

    /// The cells of a row; an empty one is to be written in.
    fn cells(&mut self, cells: &'a [Vec<Piece>]) -> Vec<Vec<Inline>> {
        cells.iter().map(|cell| self.inlines(cell)).collect()
    }

    /// As many rows of the same cells, their fill-ins told apart.
    fn rows(&mut self, cells: &'a [Vec<Piece>], times: usize) -> Vec<Vec<Vec<Inline>>> {
        let row = self.cells(cells);
        (1..=times)
            .map(|number| row.iter().map(|cell| numbered(cell, number)).collect())
            .collect()
    }

    fn visible(&mut self, pieces: &'a [Piece]) -> Option<Vec<Inline>> {
        self.printed(|this| {
            let inlines = this.inlines(pieces);
            (!is_blank(&inlines)).then_some(inlines)
        })
    }

    fn items(&mut self, items: &'a [DraftItem], path: &str) -> Option<Vec<Item>> {
        let mut out = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if self.holds(item.when) {
                let prefix = if item
                    .blocks
                    .first()
                    .is_some_and(|block| block.path.contains('.'))
                {
                    String::new() // items of motions carry their whole path
                } else {
                    format!("{path}.{index}")
                };
                let blocks = self.blocks(&item.blocks, 1, &prefix);
                let Some(first) = blocks.first() else {
                    continue;
                };
                // A list within an item would hang from nothing.
                let words = self.first_words(&item.blocks);
                if !words.is_empty() && matches!(first.kind, BlockKind::List { .. }) {
                    self.comes_out_empty(words, "an item that has a list in it");
                }
                out.push(blocks);
            }
        }
        (!out.is_empty()).then_some(out)
    }

    /// The text of a block that is a paragraph, in the document's language.
    fn first_words(&self, blocks: &'a [Draft]) -> &'a [Piece] {
        match blocks.first().map(|block| &block.kind) {
            Some(DraftKind::Paragraph(pieces)) => pieces,
            Some(DraftKind::Languages(texts)) => {
                choose(texts, self.language).map_or(&[], |blocks| self.first_words(blocks))
            }
            _ => &[],
        }
    }

    /// What is shown of parts, and the title that they give the document unless it is `titled`;
    /// none where nothing of them is shown.
    fn parts(
        &mut self,
        annex: Option<&'a (Vec<Piece>, Vec<Piece>)>,
        parts: &'a [PartDraft],
        titled: bool,
    ) -> Option<(Body, Option<Vec<Inline>>)> {
        let level = if annex.is_some() { 2 } else { 1 };
        let has_title = titled || annex.is_some();
        let (annex, (parts, title)) = self.headed(
            |this| {
                annex.map(|(label, title)| Annex {
                    label: this.required(label, "`annex.label`"),
                    title: this.required(title, "`annex.title`"),
                })
            },
            |this| {
                let (mut out, mut title) = (Vec::new(), None);
                for part in parts {
                    let has_title = has_title || title.is_some();
                    if let Some((part, own)) = this.part(part, level, has_title) {
                        out.push(part);
                        title = title.or(own);
                    }
                }
                (!out.is_empty()).then_some((out, title))
            },
        )?;
        let title = match &annex {
            Some(annex) => {
                let mut title = annex.label.clone();
                title.push(Inline::Text(" ".to_owned()));
                title.extend(annex.title.iter().cloned());
                Some(title)
            }
            None => title,
        };
        Some((Body::Parts { annex, parts }, title))
    }

    /// A part with its title, which is settled if it is shown or if the document `has_title` from
    /// nowhere else; none where nothing stands below the title.
    fn part(
        &mut self,
        part: &'a PartDraft,
        level: u8,
        has_title: bool,
    ) -> Option<(Part, Option<Vec<Inline>>)> {
        let draft = self.case.draft;
        match part {
            PartDraft::Text { key, when } => {
                let mut texts = draft.texts.iter();
                let text = texts.find(|text| text.key.text == key.key)?;
                if !self.holds(*when) {
                    return None;
                }
                let base = level + u8::from(text.title.is_some());
                let (title, body) = self.headed(
                    |this| {
                        let what = format!("the `title` of the text `{}`", text.key.text);
                        let title = text.title.as_ref();
                        title.map(|pieces| this.required(pieces, &what))
                    },
                    |this| this.shown_blocks(&text.body, base),
                )?;
                let heading = title.clone().map(|inlines| Block {
                    id: BlockId(format!("texts.{}.title", text.key.text)),
                    span: Span::default(),
                    kind: BlockKind::Heading { level, inlines },
                });
                let text = Part::Text {
                    id: text.key.text.clone(),
                    blocks: heading.into_iter().chain(body).collect(),
                };
                Some((text, title))
            }
            PartDraft::Motion {
                key,
                variant,
                show_title,
                when,
            } => {
                let mut motions = draft.motions.iter();
                let motion = motions.find(|motion| motion.key.text == key.key)?;
                if !self.holds(*when) {
                    return None;
                }
                self.motion = Some(motion);
                self.variant = variant.as_ref().map(|variant| variant.key.as_str());
                let part = self.motion_part(motion, level, *show_title, has_title);
                (self.motion, self.variant) = (None, None);
                part
            }
        }
    }

    fn motion_part(
        &mut self,
        motion: &'a MotionDraft,
        level: u8,
        show_title: bool,
        has_title: bool,
    ) -> Option<(Part, Option<Vec<Inline>>)> {
        let variant = self.variant;
        let own = variant.and_then(|variant| find(&motion.variants, variant));
        let base = if show_title { level + 1 } else { level };
        let (title, blocks) = self.headed(
            |this| {
                let what = format!("the `title` of the motion `{}`", motion.key.text);
                let title = own.unwrap_or(&motion.title);
                match (show_title, has_title) {
                    (true, _) => this.required(title, &what),
                    (false, false) => this.file_title(title, &what),
                    (false, true) => this.unshown(title),
                }
            },
            |this| this.shown_blocks(&motion.body, base),
        )?;
        let column = |name: &str| SlotField::Column(name.to_owned());
        let record = MotionRecord {
            kind: motion.kind,
            municipality: Some((
                self.slot_of(column("code"), None),
                self.slot_of(column("running_name"), None),
            )),
        };
        let part = Part::Motion(Motion {
            record,
            id: motion.key.text.clone(),
            variant: variant.map(str::to_owned),
            title: title.clone(),
            level,
            show_title,
            blocks,
        });
        let names_the_file = show_title || !has_title;
        Some((part, names_the_file.then_some(title)))
    }

    fn letter(&mut self, letter: &'a LetterDraft) -> Result<Letter, Unsettled> {
        let address = match letter.address {
            AddressRule::None => Vec::new(),
            AddressRule::Optional if !self.case.facts.address => Vec::new(),
            AddressRule::Required if !self.case.facts.address => return Err(Unsettled::NoAddress),
            AddressRule::Required | AddressRule::Optional => self.address(),
        };
        let addressee = match (&letter.addressee, letter.address) {
            (Some(phrase), AddressRule::Required | AddressRule::Optional) => {
                self.lines = true;
                let inlines = self.phrase_inlines(&phrase.key);
                self.lines = false;
                let lines = inlines.split(|inline| *inline == Inline::LineBreak);
                lines
                    .map(<[Inline]>::to_vec)
                    .filter(|line| !is_blank(line))
                    .collect()
            }
            _ => Vec::new(),
        };
        let enclosures = letter.enclosures.as_ref().and_then(|enclosures| {
            let mut items = Vec::new();
            for item in &enclosures.items {
                let document = item.document.as_ref();
                let gets = document.map_or(Truth::True, |document| self.gets(&document.key));
                let shown = Truth::all([self.truth(item.when), gets]);
                if self.decided(shown) {
                    items.push(Enclosure {
                        label: self.required(&item.label, "`label`"),
                        title: self.required(&item.title, "`title`"),
                    });
                }
            }
            (!items.is_empty()).then(|| Enclosures {
                title: match &enclosures.title {
                    Some(title) => self.required(title, "`enclosures.title`"),
                    None => {
                        let [one, more] = Conventions::words(self.language.as_str()).enclosures;
                        let title = if items.len() == 1 { one } else { more };
                        vec![Inline::Text(title.to_owned())]
                    }
                },
                items,
            })
        });
        let mut sender = self.sender.clone();
        if addressee.is_empty() && address.is_empty() {
            // The return line stands over an address block, and there is none.
            sender.address.clear();
        }
        Ok(Letter {
            id: letter.key.text.clone(),
            envelope: self.envelope(),
            sender,
            kix: (letter.kix && !address.is_empty()).then(|| self.slot_of(SlotField::Kix, None)),
            addressee,
            address,
            reference: self.reference(letter),
            place_and_date: self.required(&letter.place_and_date, "`place-and-date`"),
            subject: letter
                .subject
                .as_ref()
                .map(|pieces| self.required(pieces, "`subject`")),
            salutation: self.required(&letter.salutation, "`salutation`"),
            blocks: self.letter_body(letter),
            closing: self.required(&letter.closing, "`closing`"),
            signatories: self.signatories(letter),
            enclosures,
            qr: letter.qr.as_ref().map(|qr| QrCode {
                url: self.url(&qr.url),
                caption: self.required(&qr.caption, "`qr.caption`"),
                alternative: Conventions::words(self.language.as_str())
                    .qr_code
                    .to_owned(),
            }),
            publication_copy: self.copy,
        })
    }

    /// What a letter says. One without a word is refused, not left out: the author says with the
    /// document's `when` who gets none.
    fn letter_body(&mut self, letter: &'a LetterDraft) -> Vec<Block> {
        let blocks = self.blocks(&letter.body, 1, "");
        if blocks.is_empty() && !letter.body.is_empty() {
            self.refuse_empty(EmptyText {
                what: "`body`".to_owned(),
                condition: self.deciding_block(&letter.body),
                hint: "write what the letter says where the conditions are false, or `when` with \
                       the document, so that the municipality gets no such letter",
            });
        }
        blocks
    }

    /// Whether the municipality gets a document: its condition holds, something of its parts is
    /// shown, and it gets at least one of the members of a collection.
    fn gets(&self, id: &str) -> Truth {
        let mut documents = self.case.draft.documents.iter();
        let Some(at) = documents.position(|document| document.id == id) else {
            return Truth::True;
        };
        let document = &self.case.draft.documents[at];
        let own = self.truth(document.when);
        match &document.body {
            BodyDraft::Letter(_) => own,
            BodyDraft::Parts { .. } if self.case.absent.contains(&at) => Truth::False,
            BodyDraft::Parts { .. } => own,
            // A member is no collection, so that this ends here.
            BodyDraft::Collects(members) => {
                let one = Truth::any(members.iter().map(|member| self.gets(&member.key)));
                Truth::all([own, one])
            }
        }
    }

    fn reference(&mut self, letter: &'a LetterDraft) -> Option<Reference> {
        let id = letter.reference.as_ref()?;
        let words = Conventions::words(self.language.as_str());
        let treatment = letter.treatment.as_ref();
        Some(Reference {
            dated: words.dated.to_owned(),
            label: words.our_reference.to_owned(),
            id: self.required(id, "`reference`"),
            subject: words.subject.to_owned(),
            treatment: treatment.map(|pieces| {
                let treatment = self.required(pieces, "`treatment`");
                (words.treatment.to_owned(), treatment)
            }),
        })
    }

    /// Who signs; in a publication copy without what is private.
    fn signatories(&self, letter: &LetterDraft) -> Vec<Signatory> {
        let signatories = letter.signatories.iter().map(|draft| {
            let picture = draft.signature.filter(|_| !self.copy);
            let role = draft.role.as_ref();
            let mut signatory = Signatory {
                name: draft.name.clone(),
                role: role.map(|words| words.in_language(self.language).to_owned()),
                email: draft.email.clone(),
                signature: picture.and_then(|at| self.case.pictures.get(at)).cloned(),
            };
            for part in draft.private.iter().filter(|_| self.copy) {
                match part {
                    SignatoryPart::Name => self.withheld().clone_into(&mut signatory.name),
                    SignatoryPart::Role => signatory.role = None,
                    SignatoryPart::Email => signatory.email = None,
                }
            }
            signatory
        });
        signatories.collect()
    }

    /// The slot of an address.
    fn url(&mut self, pieces: &'a [Piece]) -> usize {
        let url = pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(UrlPiece::Text(text.clone())),
            Piece::Field(field) if field.root == Root::Municipality => {
                Some(UrlPiece::Column(field.name.clone(), field.format))
            }
            Piece::Field(field) => match self.field(field) {
                Inline::Text(text) => Some(UrlPiece::Text(percent_encoded(&text))),
                _ => None,
            },
            _ => None,
        });
        let url = SlotField::Url(url.collect());
        self.slot_of(url, None)
    }

    /// The envelope of the first rule that holds; the last one where none does.
    fn envelope(&mut self) -> Arc<Envelope> {
        let rules = &self.case.draft.envelopes;
        let rule = rules.iter().position(|(when, _)| self.holds(*when));
        let envelopes = self.case.envelopes;
        let chosen = rule.and_then(|rule| envelopes.get(rule));
        chosen.or(envelopes.last()).cloned().unwrap_or_default()
    }

    /// The postal address; a campaign words the lines itself with the phrases `po-box`,
    /// `street-address` and `postal-line`.
    fn address(&mut self) -> Vec<Vec<Inline>> {
        let dutch = self.case.draft.register.country.as_deref() == Some("NL");
        let line = if self.case.facts.po_box {
            "po-box"
        } else {
            "street-address"
        };
        let first = match find(&self.case.draft.phrases, line) {
            Some(_) => self.phrase_inlines(line),
            None if self.case.facts.po_box => {
                let words = Conventions::of(self.language.as_str());
                let po_box = words.map_or("PO Box", |words| words.po_box);
                vec![
                    Inline::Text(format!("{po_box} ")),
                    self.slot("po_box", None),
                ]
            }
            None => {
                let mut line = vec![
                    self.slot("street", None),
                    Inline::Text(" ".to_owned()),
                    self.slot("house_number", None),
                ];
                if self.case.facts.addition {
                    line.push(self.slot("addition", None));
                }
                line
            }
        };
        let last = match find(&self.case.draft.phrases, "postal-line") {
            Some(_) => self.phrase_inlines("postal-line"),
            // Two spaces before the town, in capitals, as PostNL asks; they may not be folded.
            None if dutch => vec![
                self.slot("postcode", None),
                Inline::Text("\u{A0}\u{A0}".to_owned()),
                self.slot("town", Some(Formatter::Upper)),
            ],
            None => vec![
                self.slot("postcode", None),
                Inline::Text(" ".to_owned()),
                self.slot("town", None),
            ],
        };
        vec![first, last]
    }
}

/// All but the unreserved characters of an address (RFC 3986, 2.3) as `%` and two digits each byte.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A repeated line, whose fill-ins are told apart by its number.
fn numbered(line: &[Inline], number: usize) -> Vec<Inline> {
    line.iter()
        .map(|inline| match inline {
            Inline::FillIn(fill_in) => Inline::FillIn(fill_in.numbered(number)),
            other => other.clone(),
        })
        .collect()
}
