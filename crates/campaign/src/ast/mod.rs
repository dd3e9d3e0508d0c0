//! The campaign as written: parsed and checked, with conditions, phrases, choices and fields
//! unresolved.

pub(crate) mod visit;

use std::sync::Arc;

use raadspost_content::{
    ArchiveSettings, Date, DocumentLimits, Format, LanguageTag, ListKind, MotionKind, Place, Span,
    WordingRole,
};
use raadspost_yaml::Text;

use crate::language::Words;
use crate::look::Look;
use crate::register::RegisterSettings;

/// Index into [`CampaignDraft::conditions`].
pub(crate) type ConditionId = usize;

/// A piece of running text.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Text(String),
    SoftBreak,
    LineBreak,
    Emphasis(Vec<Piece>),
    Strong(Vec<Piece>),
    Link {
        url: String,
        pieces: Vec<Piece>,
    },
    Footnote(Arc<Note>),
    /// `{{ municipality.name | upper }}`
    Field(FieldUse),
    /// `{{ fill.datum }}`
    FillIn(Reference),
    /// `{{ choice.bieden }}`
    Choice(Reference),
    /// `{{ phrase.preambule }}`
    Phrase(Reference),
    /// The same text in several languages, by language tag.
    Languages(Vec<(LanguageTag, Vec<Piece>)>),
    /// `{{ private }}`, `{{ end }}`
    Private(Vec<Piece>),
    /// `{{ if .. }}`, `{{ else }}`, `{{ end }}`
    If {
        condition: ConditionId,
        then: Vec<Piece>,
        otherwise: Vec<Piece>,
    },
}

/// A key and its source location.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    pub(crate) key: String,
    pub(crate) at: Text,
}

impl From<&Text> for Reference {
    fn from(text: &Text) -> Self {
        Self {
            key: text.text.clone(),
            at: text.clone(),
        }
    }
}

/// Source of a field's value, and its format.
#[derive(Debug, Clone)]
pub(crate) struct FieldUse {
    pub(crate) root: Root,
    pub(crate) name: String,
    pub(crate) format: Option<Formatter>,
    pub(crate) at: Text,
}

/// The first word of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Root {
    Municipality,
    Campaign,
    Sender,
}

/// The formatters allowed after `|`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Formatter {
    /// 9 februari 2023
    Date,
    /// 7.100
    Number,
    /// UTRECHT
    Upper,
    /// `sudwest-fryslan`, as in folder names
    Slug,
}

impl Formatter {
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("date", Self::Date),
        ("number", Self::Number),
        ("upper", Self::Upper),
        ("slug", Self::Slug),
    ];
}

/// A footnote's text.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) label: String,
    pub(crate) span: Span,
    pub(crate) pieces: Vec<Piece>,
}

/// A block with its path, location and condition.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) path: String,
    pub(crate) span: Span,
    pub(crate) when: Option<ConditionId>,
    /// Omitted from a publication copy.
    pub(crate) private: bool,
    pub(crate) kind: DraftKind,
}

/// Kind of a block.
#[derive(Debug, Clone)]
pub(crate) enum DraftKind {
    /// One text in several languages, each as blocks with their own paths; one language is chosen.
    Languages(Vec<(LanguageTag, Vec<Draft>)>),
    /// Level 1 is the top level of the author's headings in this text.
    Heading {
        level: u8,
        pieces: Vec<Piece>,
    },
    Paragraph(Vec<Piece>),
    List {
        kind: ListKind,
        items: Vec<DraftItem>,
    },
    Preamble(Reference),
    Recital {
        head: Reference,
        items: Vec<DraftItem>,
    },
    Operative {
        head: Reference,
        alternatives: Vec<(Option<String>, Vec<DraftItem>)>,
        separator: Vec<Piece>,
    },
    Closing(Reference),
    Movers {
        lead: Vec<Piece>,
        line: Vec<Piece>,
        times: usize,
    },
    /// Shown only if alternatives and choices are left open.
    Note(Vec<Piece>),
    Particulars(Vec<ParticularDraft>),
    Wording {
        role: WordingRole,
        head: Reference,
        blocks: Vec<Draft>,
    },
    Signatures {
        lead: Vec<Piece>,
        columns: Vec<Vec<Piece>>,
        cells: Vec<Vec<Piece>>,
        times: usize,
    },
    Voting {
        lead: Vec<Piece>,
        columns: Vec<Vec<Piece>>,
        /// Faction, seats and vote.
        cells: [Vec<Piece>; 3],
        times: usize,
    },
}

/// One row of a motion's heading, e.g. number, meeting, agenda item.
#[derive(Debug, Clone)]
pub(crate) struct ParticularDraft {
    pub(crate) when: Option<ConditionId>,
    pub(crate) label: Vec<Piece>,
    pub(crate) value: Vec<Piece>,
}

/// An item of a list.
#[derive(Debug, Clone)]
pub(crate) struct DraftItem {
    pub(crate) when: Option<ConditionId>,
    pub(crate) blocks: Vec<Draft>,
}

#[derive(Debug, Clone)]
pub(crate) struct FillInDraft {
    pub(crate) label: Words,
    pub(crate) kind: FillInDraftKind,
    pub(crate) field: Option<String>,
}

/// Accepted values of a fill-in.
#[derive(Debug, Clone)]
pub(crate) enum FillInDraftKind {
    Text,
    Date,
    Person,
    Options(Vec<Words>),
    /// One of the council's factions; any text if they are not known.
    Faction,
}

/// Whether a letter needs a postal address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum AddressRule {
    #[default]
    Required,
    Optional,
    None,
}

#[derive(Debug, Clone)]
pub(crate) struct LetterDraft {
    pub(crate) key: Text,
    pub(crate) title: Option<Vec<Piece>>,
    pub(crate) address: AddressRule,
    pub(crate) addressee: Option<Reference>,
    pub(crate) place_and_date: Vec<Piece>,
    pub(crate) subject: Option<Vec<Piece>>,
    /// `None` if the author has disabled the reference block.
    pub(crate) reference: Option<Vec<Piece>>,
    pub(crate) treatment: Option<Vec<Piece>>,
    pub(crate) kix: bool,
    pub(crate) qr: Option<QrDraft>,
    pub(crate) salutation: Vec<Piece>,
    pub(crate) body: Vec<Draft>,
    pub(crate) closing: Vec<Piece>,
    pub(crate) signatories: Vec<SignatoryDraft>,
    pub(crate) enclosures: Option<EnclosuresDraft>,
}

/// Who signs.
#[derive(Debug, Clone)]
pub(crate) struct SignatoryDraft {
    pub(crate) name: String,
    pub(crate) role: Option<Words>,
    pub(crate) email: Option<String>,
    /// The parts omitted from a publication copy.
    pub(crate) private: Vec<SignatoryPart>,
    /// Index of the signature among the pictures.
    pub(crate) signature: Option<usize>,
}

/// The parts of a signatory that can be private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatoryPart {
    Name,
    Role,
    Email,
}

impl SignatoryPart {
    pub(crate) const ALL: [(&'static str, Self); 3] = [
        ("name", Self::Name),
        ("role", Self::Role),
        ("email", Self::Email),
    ];
}

/// Who sends the letters.
#[derive(Debug, Clone, Default)]
pub(crate) struct SenderDraft {
    pub(crate) name: String,
    pub(crate) tagline: Option<Words>,
    pub(crate) address: Vec<String>,
    /// Its country and the location of the code.
    pub(crate) country: Option<(String, Span)>,
    pub(crate) telephone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) website: Option<String>,
    /// The parts omitted from a publication copy.
    pub(crate) private: Vec<SenderPart>,
}

/// The parts of the sender that can be private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SenderPart {
    Address,
    Telephone,
    Email,
    Website,
}

impl SenderPart {
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("address", Self::Address),
        ("telephone", Self::Telephone),
        ("email", Self::Email),
        ("website", Self::Website),
    ];
}

/// A field of the sender, as in `{{ sender.FIELD }}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SenderField {
    Name,
    Tagline,
    Telephone,
    Email,
    Website,
}

impl SenderField {
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("name", Self::Name),
        ("tagline", Self::Tagline),
        ("telephone", Self::Telephone),
        ("email", Self::Email),
        ("website", Self::Website),
    ];

    /// The field of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find_map(|(known, field)| (known == name).then_some(field))
    }

    /// Whether the campaign states it.
    pub(crate) fn is_stated(self, sender: &SenderDraft) -> bool {
        match self {
            Self::Name => true,
            Self::Tagline => sender.tagline.is_some(),
            Self::Telephone => sender.telephone.is_some(),
            Self::Email => sender.email.is_some(),
            Self::Website => sender.website.is_some(),
        }
    }

    /// Its name in `private`; `None` for fields that are never private.
    pub(crate) fn part(self) -> Option<SenderPart> {
        match self {
            Self::Name | Self::Tagline => None,
            Self::Telephone => Some(SenderPart::Telephone),
            Self::Email => Some(SenderPart::Email),
            Self::Website => Some(SenderPart::Website),
        }
    }
}

/// A QR code; its address consists of text and fields.
#[derive(Debug, Clone)]
pub(crate) struct QrDraft {
    pub(crate) url: Vec<Piece>,
    pub(crate) caption: Vec<Piece>,
}

#[derive(Debug, Clone)]
pub(crate) struct EnclosuresDraft {
    pub(crate) title: Option<Vec<Piece>>,
    pub(crate) items: Vec<EnclosureDraft>,
}

#[derive(Debug, Clone)]
pub(crate) struct EnclosureDraft {
    /// The enclosed document; the line is omitted if the municipality does not get it.
    pub(crate) document: Option<Reference>,
    pub(crate) when: Option<ConditionId>,
    pub(crate) label: Vec<Piece>,
    pub(crate) title: Vec<Piece>,
}

#[derive(Debug, Clone)]
pub(crate) struct TextDraft {
    pub(crate) key: Text,
    pub(crate) title: Option<Vec<Piece>>,
    pub(crate) body: Vec<Draft>,
}

#[derive(Debug, Clone)]
pub(crate) struct ChoiceDraft {
    /// Variant and text, in the order of the variants.
    pub(crate) options: Vec<(String, Words)>,
    pub(crate) mark: String,
}

#[derive(Debug, Clone)]
pub(crate) struct MotionDraft {
    pub(crate) key: Text,
    pub(crate) kind: MotionKind,
    pub(crate) title: Vec<Piece>,
    /// Variant and title, in source order.
    pub(crate) variants: Vec<(Text, Vec<Piece>)>,
    pub(crate) choices: Vec<(Text, ChoiceDraft)>,
    pub(crate) body: Vec<Draft>,
}

#[derive(Debug, Clone)]
pub(crate) enum PartDraft {
    Text {
        key: Reference,
        when: Option<ConditionId>,
    },
    Motion {
        key: Reference,
        variant: Option<Reference>,
        show_title: bool,
        when: Option<ConditionId>,
    },
}

/// The language of a document.
#[derive(Debug, Clone, Default)]
pub(crate) struct LanguageRule {
    /// The column that chooses; `None` for a fixed language.
    pub(crate) column: Option<Reference>,
    /// The languages to choose from; the first is used if the cell is empty.
    pub(crate) among: Vec<LanguageTag>,
}

impl LanguageRule {
    /// The language if no column chooses one; `None` if the author named no valid language, which
    /// is a mistake.
    pub(crate) fn first(&self) -> Option<&LanguageTag> {
        self.among.first()
    }
}

#[derive(Debug, Clone)]
pub(crate) enum BodyDraft {
    Letter(Reference),
    Parts {
        annex: Option<(Vec<Piece>, Vec<Piece>)>,
        parts: Vec<PartDraft>,
    },
    Collects(Vec<Reference>),
}

#[derive(Debug, Clone)]
pub(crate) struct DocumentDraft {
    pub(crate) id: String,
    pub(crate) at: Text,
    pub(crate) file: FileName,
    pub(crate) formats: Vec<Format>,
    pub(crate) when: Option<ConditionId>,
    pub(crate) language: Option<LanguageRule>,
    pub(crate) title: Option<Vec<Piece>>,
    pub(crate) limits: DocumentLimits,
    pub(crate) publication_copy: bool,
    pub(crate) body: BodyDraft,
}

/// The name of a document's files, without extension.
#[derive(Debug, Clone)]
pub(crate) struct FileName {
    /// As the author wrote it.
    pub(crate) pattern: String,
    /// Text of small letters, digits, `-` and `_`, and fields of the municipality as slugs.
    pub(crate) pieces: Vec<Piece>,
}

/// The key `post`.
#[derive(Debug, Clone)]
pub(crate) enum PostDraft {
    /// `post: none`
    Nothing,
    /// Envelopes by name, each with its documents in order.
    Envelopes {
        envelopes: Vec<(Reference, Vec<Reference>)>,
        /// Their source location.
        at: Span,
    },
}

/// Phrases by key, in source order.
pub(crate) type Phrases = Vec<(Text, Vec<Piece>)>;

/// The content of one campaign file.
#[derive(Debug, Clone, Default)]
pub(crate) struct CampaignDraft {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) language: LanguageRule,
    /// The picture files with their alternative texts.
    pub(crate) pictures: Vec<(Reference, String)>,
    /// The location and languages of each text in several languages.
    pub(crate) texts_by_language: Vec<(Place, Vec<(LanguageTag, ())>)>,
    pub(crate) date: Option<Date>,
    pub(crate) sender: SenderDraft,
    pub(crate) register: RegisterSettings,
    /// The municipalities that the campaign is meant for; all if `None`.
    pub(crate) recipients: Option<crate::condition::Condition>,
    pub(crate) look: Look,
    /// The Word file of a council's house style, by the council's code.
    pub(crate) references: Vec<(Text, (String, Span))>,
    /// Envelopes by name; the first whose condition is true applies.
    pub(crate) envelopes: Vec<(Option<ConditionId>, Reference)>,
    pub(crate) archive: ArchiveSettings,
    pub(crate) allow: Vec<String>,
    pub(crate) conditions: Vec<crate::condition::Condition>,
    pub(crate) fill_ins: Vec<(Text, FillInDraft)>,
    pub(crate) phrases: Phrases,
    /// A council's own phrases, by the council's code.
    pub(crate) overrides: Vec<(Text, Phrases)>,
    pub(crate) letters: Vec<LetterDraft>,
    pub(crate) texts: Vec<TextDraft>,
    pub(crate) motions: Vec<MotionDraft>,
    pub(crate) documents: Vec<DocumentDraft>,
    /// What is posted; `None` if the author does not say.
    pub(crate) post: Option<PostDraft>,
}

/// The value for a key in a list of pairs.
pub(crate) fn find<'a, K: AsRef<str>, T>(pairs: &'a [(K, T)], key: &str) -> Option<&'a T> {
    pairs
        .iter()
        .find(|(other, _)| other.as_ref() == key)
        .map(|(_, value)| value)
}
