//! The one table of keys: it says what a campaign may hold, it is what the lowering checks the
//! tree against, and it is what the JSON Schema is written from.

use serde_json::{Value, json};

use super::map::Text;
use super::yaml::{Kind as NodeKind, Node};
use super::{archive, tags};
use crate::date::Date;
use crate::suggest::{did_you_mean, nearest};
use crate::tag::LanguageTag;
use crate::{Diagnostic, Diagnostics, Place, Source, Span};
use std::sync::Arc;

/// What a value must be.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Plain text on one line.
    Text,
    /// Plain text on one line, or one for each language.
    Words,
    /// Text and fields, not Markdown.
    Pattern,
    /// Markdown of one paragraph, or one for each language.
    Inline,
    /// Markdown of several blocks, or one for each language.
    Markdown,
    /// A condition.
    Condition,
    /// A key or an id: small letters, digits, `-` and `_`.
    Id,
    /// A date, `2023-02-09`.
    Date,
    /// `true` or `false`.
    Flag,
    /// A whole number from 1 to this.
    Count(usize),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of values.
    List(&'static Kind),
    /// A mapping whose keys the author chooses.
    Map(&'static Kind),
    /// A mapping with known keys.
    Object(&'static Object),
    /// A text, or something else for those who need more.
    Either(&'static Kind, &'static Kind),
}

/// A mapping with known keys.
#[derive(Debug)]
pub(crate) struct Object {
    /// What messages call it.
    pub(crate) name: &'static str,
    /// Its keys.
    pub(crate) keys: &'static [Key],
    /// Keys of which exactly one must stand; empty where there is no such rule.
    pub(crate) one_of: &'static [&'static str],
}

/// A key.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) doc: &'static str,
}

pub(super) const fn must(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: true,
        doc,
    }
}

pub(super) const fn may(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: false,
        doc,
    }
}

pub(super) const fn object(name: &'static str, keys: &'static [Key]) -> Object {
    Object {
        name,
        keys,
        one_of: &[],
    }
}

const WHEN: Key = may(
    "when",
    Kind::Condition,
    "condition under which it stands: `municipality.population >= 100000`",
);

static SENDER: Object = object(
    "sender",
    &[
        must(
            "name",
            Kind::Text,
            "the sender's name, for the letterhead and as author of the files",
        ),
        may("tagline", Kind::Words, "a line below the name"),
        may(
            "address",
            Kind::List(&Kind::Text),
            "lines of a postal address",
        ),
        may("telephone", Kind::Text, "telephone number"),
        may("email", Kind::Text, "e-mail address"),
        may("website", Kind::Text, "web address"),
        may(
            "private",
            Kind::List(&Kind::OneOf(&["address", "telephone", "email", "website"])),
            "what of these a publication copy leaves out",
        ),
    ],
);

const NUMBERS: Kind = Kind::OneOf(&["1234.5", "1.234,5", "1,234.5", "1 234,5", "1'234.5"]);

const DATES: Kind = Kind::OneOf(&["2027-12-31", "31-12-2027", "12/31/2027"]);

static COLUMN: Object = object(
    "column",
    &[
        must("heading", Kind::Text, "the heading in the register"),
        may(
            "type",
            Kind::OneOf(&["text", "number", "date"]),
            "what its values are; text unless said otherwise",
        ),
        may(
            "numbers",
            NUMBERS,
            "how its numbers are written; recognised from the column unless said otherwise",
        ),
        may(
            "dates",
            DATES,
            "how its dates are written; recognised from the column unless said otherwise",
        ),
    ],
);

static REGISTER: Object = object(
    "register",
    &[
        may(
            "file",
            Kind::Text,
            "CSV file (also `.csv.gz`), relative to the campaign",
        ),
        may(
            "factions",
            Kind::Text,
            "CSV file with the factions of the councils, in columns `code`, `faction` and `seats`, relative to the campaign",
        ),
        may(
            "country",
            Kind::Text,
            "ISO 3166 code of the country whose postal rules hold; `NL` checks Dutch postcodes",
        ),
        may(
            "delimiter",
            Kind::Text,
            "what separates the cells of register and factions; recognised from the header unless said otherwise",
        ),
        may(
            "numbers",
            NUMBERS,
            "how numbers are written in all columns; recognised from each column unless said otherwise",
        ),
        may(
            "dates",
            DATES,
            "how dates are written in all columns; recognised from each column unless said otherwise",
        ),
        may(
            "columns",
            Kind::Map(&Kind::Either(&Kind::Text, &Kind::Object(&COLUMN))),
            "field names and the headings that they stand for in this register",
        ),
    ],
);

static FILL_IN: Object = object(
    "fill-in",
    &[
        must("label", Kind::Words, "what stands between the brackets"),
        must(
            "kind",
            Kind::OneOf(&["text", "date", "person", "options", "faction"]),
            "what may be filled in",
        ),
        may(
            "options",
            Kind::List(&Kind::Words),
            "the options, where the kind is `options`",
        ),
        may(
            "field",
            Kind::OneOf(crate::inline::DATA_FIELDS),
            "what it is in the record of the motion that council information systems read",
        ),
    ],
);

static LANGUAGES: Object = object(
    "language by column",
    &[
        must(
            "column",
            Kind::Text,
            "the column of the register that holds a language tag",
        ),
        must(
            "among",
            Kind::List(&Kind::Text),
            "the language tags that the campaign has texts in; an empty cell stands for the first",
        ),
    ],
);

static CHUNK: Object = object(
    "block of text",
    &[
        must("text", Kind::Markdown, "Markdown"),
        may(
            "private",
            Kind::Flag,
            "whether a publication copy leaves it out; `false` unless said otherwise",
        ),
        WHEN,
    ],
);

static ITEM: Object = object("item", &[must("text", Kind::Markdown, "Markdown"), WHEN]);

static SIGNATURE: Object = object(
    "signature",
    &[
        must("file", Kind::Text, "a PNG file, relative to the campaign"),
        must("alternative", Kind::Text, "what a screen reader says of it"),
    ],
);

static SIGNATORY: Object = object(
    "signatory",
    &[
        must("name", Kind::Text, "who signs"),
        may("role", Kind::Words, "role or organisation"),
        may("email", Kind::Text, "e-mail address"),
        may(
            "signature",
            Kind::Object(&SIGNATURE),
            "a picture of the signature, in PDF; a publication copy never has it",
        ),
        may(
            "private",
            Kind::List(&Kind::OneOf(&["name", "role", "email"])),
            "what of these a publication copy leaves out",
        ),
    ],
);

static ENCLOSURE: Object = object(
    "enclosure",
    &[
        may(
            "document",
            Kind::Id,
            "the document that is enclosed; where a municipality does not get it, the line is left out",
        ),
        must("label", Kind::Inline, "its label: `Bijlage I:`"),
        must("title", Kind::Inline, "what it is"),
        WHEN,
    ],
);

static ENCLOSURES: Object = object(
    "enclosures",
    &[
        may(
            "title",
            Kind::Inline,
            "heading of the list; `Bijlage` or `Bijlagen` in the letter's language unless said otherwise",
        ),
        must("items", Kind::List(&Kind::Object(&ENCLOSURE)), "its lines"),
    ],
);

static QR: Object = object(
    "QR code",
    &[
        must(
            "url",
            Kind::Pattern,
            "the address that it leads to; fields are percent-encoded: `https://example.org/{{ municipality.code }}`",
        ),
        must("caption", Kind::Inline, "what stands beside it"),
    ],
);

static LETTER: Object = object(
    "letter",
    &[
        may(
            "title",
            Kind::Inline,
            "title of the file; the subject unless said otherwise",
        ),
        may(
            "address",
            Kind::OneOf(&["required", "optional", "none"]),
            "whether a municipality without complete postal address gets no letter (required, the default), only the addressee's lines (optional), or no address block at all (none)",
        ),
        may(
            "addressee",
            Kind::Id,
            "phrase with the lines above the postal address, a line each",
        ),
        must("place-and-date", Kind::Inline, "place and date"),
        may("subject", Kind::Inline, "subject line"),
        may(
            "reference",
            Kind::Inline,
            "the letter's public id, `{{ campaign.id }}/{{ municipality.code }}` unless said otherwise; `none` leaves the reference block out",
        ),
        may(
            "treatment",
            Kind::Inline,
            "the treatment that is asked for, for the clerk's list of incoming documents",
        ),
        may(
            "kix",
            Kind::Flag,
            "whether the KIX code of PostNL stands below the address; `false` unless said otherwise",
        ),
        may(
            "qr",
            Kind::Object(&QR),
            "a QR code below the letter, such as one that leads to the municipality's own motion",
        ),
        must("salutation", Kind::Inline, "salutation"),
        must(
            "body",
            Kind::Either(&Kind::Markdown, &Kind::List(&Kind::Object(&CHUNK))),
            "the letter's text",
        ),
        must("closing", Kind::Inline, "complimentary close"),
        must(
            "signatories",
            Kind::List(&Kind::Object(&SIGNATORY)),
            "who signs, side by side",
        ),
        may(
            "enclosures",
            Kind::Object(&ENCLOSURES),
            "the list of enclosures",
        ),
    ],
);

static TEXT: Object = object(
    "text",
    &[
        may("title", Kind::Inline, "heading over the text"),
        must(
            "body",
            Kind::Either(&Kind::Markdown, &Kind::List(&Kind::Object(&CHUNK))),
            "Markdown, or a list of blocks with conditions",
        ),
    ],
);

static CHOICE: Object = object(
    "choice",
    &[
        must(
            "options",
            Kind::Map(&Kind::Words),
            "for each variant, the words that belong to it",
        ),
        may(
            "mark",
            Kind::Text,
            "sign that leads to the note on striking out",
        ),
    ],
);

static PARTICULAR: Object = object(
    "line of particulars",
    &[
        must("label", Kind::Inline, "what it states: `Agendapunt:`"),
        must("value", Kind::Inline, "what is stated"),
        WHEN,
    ],
);

static MOTION_BLOCK: Object = Object {
    name: "motion block",
    keys: &[
        may(
            "particulars",
            Kind::List(&Kind::Object(&PARTICULAR)),
            "what stands over the motion, a line each: number, meeting, agenda item, subject, movers",
        ),
        may("preamble", Kind::Id, "phrase with the opening words"),
        may(
            "heard",
            Kind::Id,
            "phrase with the words on the debate: `gehoord de beraadslaging,`",
        ),
        may(
            "recital",
            Kind::Id,
            "phrase with the head of facts, considerations or statements; with `items`",
        ),
        may(
            "operative",
            Kind::Id,
            "phrase with the head of what is asked; with `items` or `alternatives`",
        ),
        may("closing", Kind::Id, "phrase with the last words"),
        may(
            "old",
            Kind::Id,
            "phrase over the text that an amendment changes; with `wording`",
        ),
        may(
            "new",
            Kind::Id,
            "phrase over the text as amended; with `wording`",
        ),
        may(
            "explanation",
            Kind::Id,
            "phrase over the explanation; with `wording`",
        ),
        may(
            "signatures",
            Kind::Inline,
            "line that leads in a table of signatures; with `columns`, `cells` and `times`",
        ),
        may(
            "voting",
            Kind::Inline,
            "line that leads in a table of votes by faction; with `columns`, `faction`, `seats`, `vote` and `times`",
        ),
        may(
            "movers",
            Kind::Inline,
            "line that leads in the signatures; with `line` and `times`",
        ),
        may(
            "note",
            Kind::Inline,
            "note on striking out, shown only where choices are open",
        ),
        may("text", Kind::Markdown, "Markdown"),
        may(
            "items",
            Kind::List(&Kind::Either(&Kind::Markdown, &Kind::Object(&ITEM))),
            "the items, lettered a) b) below `operative`",
        ),
        may(
            "alternatives",
            Kind::Map(&Kind::List(&Kind::Either(
                &Kind::Markdown,
                &Kind::Object(&ITEM),
            ))),
            "for each variant, the items of its dictum",
        ),
        may("or", Kind::Inline, "what stands between two alternatives"),
        may("line", Kind::Inline, "the line for one mover"),
        may(
            "times",
            Kind::Count(50),
            "how many movers can sign; how many rows a table of votes has where the factions are not known",
        ),
        may("wording", Kind::Markdown, "the words, as Markdown"),
        may(
            "columns",
            Kind::List(&Kind::Inline),
            "heads of the columns of a table",
        ),
        may(
            "cells",
            Kind::List(&Kind::Inline),
            "the cells of one mover's row; an empty one is written in by hand",
        ),
        may(
            "faction",
            Kind::Inline,
            "the cell of a faction, where the factions are not known",
        ),
        may(
            "seats",
            Kind::Inline,
            "the cell of its seats, where the factions are not known",
        ),
        may("vote", Kind::Inline, "the cell of its vote"),
        WHEN,
    ],
    one_of: &[
        "particulars",
        "preamble",
        "heard",
        "recital",
        "operative",
        "closing",
        "old",
        "new",
        "explanation",
        "signatures",
        "voting",
        "movers",
        "note",
        "text",
    ],
};

static MOTION: Object = object(
    "motion",
    &[
        may(
            "kind",
            Kind::OneOf(&["motion", "off-agenda-motion", "amendment", "initiative"]),
            "what is tabled; `motion` unless said otherwise, `off-agenda-motion` for a subject that is not on the agenda",
        ),
        must("title", Kind::Inline, "its title"),
        may(
            "variants",
            Kind::Map(&Kind::Inline),
            "variants of the motion, and the title of each",
        ),
        may(
            "choices",
            Kind::Map(&Kind::Object(&CHOICE)),
            "words that belong to a variant, used as `{{ choice.KEY }}`",
        ),
        must(
            "body",
            Kind::List(&Kind::Object(&MOTION_BLOCK)),
            "its blocks",
        ),
    ],
);

static PART: Object = Object {
    name: "part",
    keys: &[
        may("text", Kind::Id, "a text"),
        may("motion", Kind::Id, "a motion"),
        may(
            "variant",
            Kind::Id,
            "the motion's variant; all alternatives are shown unless one is named",
        ),
        may(
            "show-title",
            Kind::Flag,
            "whether the motion's title is shown; `true` unless said otherwise",
        ),
        WHEN,
    ],
    one_of: &["text", "motion"],
};

static ANNEX: Object = object(
    "annex",
    &[
        must("label", Kind::Inline, "its label: `Bijlage I:`"),
        must("title", Kind::Inline, "its title"),
    ],
);

static LIMITS: Object = object(
    "limits of a document",
    &[
        may("pages", Kind::Count(10_000), "pages of its PDF at most"),
        may(
            "bytes",
            Kind::Count(1_000_000_000),
            "bytes of its PDF at most",
        ),
    ],
);

static DOCUMENT: Object = Object {
    name: "document",
    keys: &[
        must(
            "id",
            Kind::Id,
            "the document's id, as `--document` takes it",
        ),
        may(
            "file",
            Kind::Id,
            "name of its files without extension; the id unless said otherwise",
        ),
        must(
            "formats",
            Kind::List(&Kind::OneOf(&["pdf", "docx"])),
            "the formats in which it is made",
        ),
        may(
            "language",
            Kind::Either(&Kind::Text, &Kind::Object(&LANGUAGES)),
            "language tag, where it is not the campaign's; or a column that holds it",
        ),
        may("title", Kind::Inline, "title of the file"),
        may("letter", Kind::Id, "the letter that it is"),
        may(
            "publication-copy",
            Kind::Flag,
            "whether the letter is made without signatures and without what is marked as private; `false` unless said otherwise",
        ),
        may(
            "parts",
            Kind::List(&Kind::Object(&PART)),
            "the texts and motions that it holds, in order",
        ),
        may(
            "collects",
            Kind::List(&Kind::Id),
            "the documents that it holds, in order, as one file to mail",
        ),
        may("annex", Kind::Object(&ANNEX), "the heading over its parts"),
        may(
            "limits",
            Kind::Object(&LIMITS),
            "what its PDF may not exceed; one that does is refused",
        ),
        WHEN,
    ],
    one_of: &["letter", "parts", "collects"],
};

static LOGO: Object = object(
    "logo",
    &[
        must("file", Kind::Text, "PNG file, relative to the campaign"),
        must(
            "alternative",
            Kind::Text,
            "what a screen reader says of it: `Logo van Bureau Waterkant`",
        ),
        must("width", Kind::Text, "mm on paper"),
    ],
);

static LOOK: Object = object(
    "theme of a campaign",
    &[
        may("serif", Kind::Text, "family of the running text in PDF"),
        may(
            "sans",
            Kind::Text,
            "family of letterhead, address and small text in PDF",
        ),
        may(
            "word-text",
            Kind::Text,
            "family of the running text in Word",
        ),
        may("word-headings", Kind::Text, "family of headings in Word"),
        may("ink", Kind::Text, "colour of the running text, `#RRGGBB`"),
        may("muted", Kind::Text, "colour of small text"),
        may("accent", Kind::Text, "colour of letterhead and headings"),
        may(
            "logo",
            Kind::Object(&LOGO),
            "picture in the letterhead, and in the header of Word files",
        ),
        may(
            "reference-document",
            Kind::Text,
            "Word file (`.docx` or `.dotx`), relative to the campaign, from which Word files take styles, theme, page, header and footer",
        ),
    ],
);

static ENVELOPE_RULE: Object = object(
    "envelope rule",
    &[
        must("name", Kind::Id, "an envelope"),
        may(
            "when",
            Kind::Condition,
            "condition under which it is this one; the first rule that holds counts",
        ),
    ],
);

/// The whole file.
pub(crate) static CAMPAIGN: Object = object(
    "campaign",
    &[
        must("raadspost", Kind::OneOf(&["1"]), "version of this format"),
        must("id", Kind::Id, "the campaign's id"),
        must("title", Kind::Text, "what the campaign is called"),
        must(
            "language",
            Kind::Either(&Kind::Text, &Kind::Object(&LANGUAGES)),
            "language tag (BCP 47): `nl-NL`; or a column of the register that holds it",
        ),
        must("date", Kind::Date, "date of the letters, and of all files"),
        must("sender", Kind::Object(&SENDER), "who sends the letters"),
        may("register", Kind::Object(&REGISTER), "the municipalities"),
        may(
            "theme",
            Kind::Object(&LOOK),
            "fonts and colours of this campaign, in place of those of `theme.yaml`",
        ),
        may(
            "reference-documents",
            Kind::Map(&Kind::Text),
            "for a municipality's code, the Word file of its own house style, as `reference-document`",
        ),
        may(
            "envelope",
            Kind::Either(&Kind::Id, &Kind::List(&Kind::Object(&ENVELOPE_RULE))),
            "the envelope of the letters, of `envelopes/`; `nl-dl-left` unless said otherwise; or a list of envelopes with conditions",
        ),
        may(
            "archive",
            Kind::Object(&archive::ARCHIVE),
            "what the archive has to know, in the words of MDTO 1.0.1",
        ),
        may(
            "allow",
            Kind::List(&Kind::Id),
            "codes of warnings that are no failure",
        ),
        may(
            "fill-ins",
            Kind::Map(&Kind::Object(&FILL_IN)),
            "places that the clerk fills in, used as `{{ fill.KEY }}`",
        ),
        may(
            "phrases",
            Kind::Map(&Kind::Inline),
            "words that are used more than once or differ between councils, used as `{{ phrase.KEY }}`",
        ),
        may(
            "overrides",
            Kind::Map(&Kind::Map(&Kind::Inline)),
            "for a municipality's code, the phrases that its council words differently",
        ),
        may("letters", Kind::Map(&Kind::Object(&LETTER)), "letters"),
        may("texts", Kind::Map(&Kind::Object(&TEXT)), "running texts"),
        may(
            "motions",
            Kind::Map(&Kind::Object(&MOTION)),
            "model motions",
        ),
        must(
            "documents",
            Kind::List(&Kind::Object(&DOCUMENT)),
            "the documents that each municipality gets",
        ),
        may(
            "post",
            Kind::Either(&Kind::OneOf(&["none"]), &Kind::Map(&Kind::List(&Kind::Id))),
            "what is posted: the name of each envelope, and the documents in it, in order; or `none`",
        ),
    ],
);

static MARGINS: Object = object(
    "margins",
    &[
        must("top", Kind::Text, "mm, from the second page on"),
        must("right", Kind::Text, "mm"),
        must("bottom", Kind::Text, "mm"),
        must("left", Kind::Text, "mm"),
    ],
);

/// `theme.yaml`.
pub(crate) static THEME: Object = object(
    "theme",
    &[
        must(
            "raadspost-theme",
            Kind::OneOf(&["1"]),
            "version of this format",
        ),
        must("serif", Kind::Text, "family of the running text in PDF"),
        must(
            "sans",
            Kind::Text,
            "family of letterhead, address and small text in PDF",
        ),
        must(
            "fallback",
            Kind::List(&Kind::Text),
            "families tried for characters that the two do not have",
        ),
        must(
            "word-text",
            Kind::Text,
            "family of the running text in Word",
        ),
        must("word-headings", Kind::Text, "family of headings in Word"),
        must("size", Kind::Text, "size of the running text, in pt"),
        must("ink", Kind::Text, "colour of the running text, `#RRGGBB`"),
        must("muted", Kind::Text, "colour of small text"),
        must("accent", Kind::Text, "colour of letterhead and headings"),
        must("margins", Kind::Object(&MARGINS), "page margins"),
    ],
);

impl Kind {
    /// Whether a text of this kind may be given in several languages.
    pub(crate) fn by_language(&self) -> bool {
        match self {
            Self::Words | Self::Inline | Self::Markdown => true,
            Self::Either(first, second) => first.by_language() || second.by_language(),
            Self::List(item) => item.by_language(),
            Self::Text
            | Self::Pattern
            | Self::Condition
            | Self::Id
            | Self::Date
            | Self::Flag
            | Self::Count(_)
            | Self::OneOf(_)
            | Self::Map(_)
            | Self::Object(_) => false,
        }
    }
}

impl Object {
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        let keys: &'static [Key] = self.keys;
        keys.iter().find(|key| key.name == name)
    }
}

/// Whether a word can be a key or an id.
pub(crate) fn is_id(word: &str) -> bool {
    (1..=60).contains(&word.len())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
        && !word.starts_with('-')
}

/// Checks a tree against the table; every mistake is collected.
pub(crate) fn check(
    source: &Arc<Source>,
    node: &Node,
    kind: &'static Kind,
    diagnostics: &mut Diagnostics,
) {
    let place = |span: Span| Place::Source(source.clone(), span);
    let mut wrong = |text: &Text, message: String, hint: &str| {
        diagnostics.push(
            text.error("wrong-value", 0..text.text.len().max(1), message)
                .hint(hint),
        );
    };
    match (kind, &*node.kind) {
        (Kind::Text | Kind::Words, NodeKind::Scalar(text)) => {
            // A tab alone is a delimiter, which is printed nowhere.
            if &*text.text != "\t" {
                tags::unprintable(text, diagnostics);
            }
            if let Some(at) = text.text.find("{{") {
                let end = text.text[at..].find("}}").map_or(text.text.len(), |end| at + end + 2);
                diagnostics.push(
                    text.error("tag-in-plain-text", at..end, format!("`{}` would be printed as it is: this text takes no fields", &text.text[at..end]))
                        .hint("write the words themselves"),
                );
            }
        }
        (Kind::Pattern | Kind::Inline | Kind::Markdown | Kind::Condition, NodeKind::Scalar(_)) => {}
        (Kind::Words | Kind::Inline | Kind::Markdown, NodeKind::Mapping(entries)) if is_languages(node) => {
            entries.iter().for_each(|(_, node)| check(source, node, kind, diagnostics));
            one_text_each(entries, diagnostics);
        }
        (Kind::Id, NodeKind::Scalar(text)) => {
            if !is_id(&text.text) {
                wrong(text, format!("`{}` cannot be an id", text.text), "use small letters, digits, `-` and `_`");
            }
        }
        (Kind::Date, NodeKind::Scalar(text)) => {
            if Date::parse(&text.text).is_none() {
                wrong(text, format!("`{}` is no date", text.text), "write it as `2023-02-09`");
            }
        }
        (Kind::Flag, NodeKind::Scalar(text)) => {
            if !matches!(text.text.as_str(), "true" | "false") {
                wrong(text, format!("`{}` is neither true nor false", text.text), "write `true` or `false`");
            }
        }
        (Kind::Count(limit), NodeKind::Scalar(text)) => {
            if !text.text.parse().is_ok_and(|count: usize| (1..=*limit).contains(&count)) {
                wrong(text, format!("`{}` is no number from 1 to {limit}", text.text), "write a whole number");
            }
        }
        (Kind::OneOf(words), NodeKind::Scalar(text)) => {
            if !words.contains(&text.text.as_str()) {
                let hint = did_you_mean(&text.text, *words)
                    .unwrap_or_else(|| format!("write one of: {}", words.join(", ")));
                wrong(text, format!("`{}` is not known here", text.text), &hint);
            }
        }
        (Kind::List(item), NodeKind::Sequence(items)) => {
            items.iter().for_each(|node| check(source, node, item, diagnostics));
        }
        (Kind::Map(value), NodeKind::Mapping(entries)) => {
            entries.iter().for_each(|(_, node)| check(source, node, value, diagnostics));
        }
        (Kind::Object(object), NodeKind::Mapping(entries)) => {
            check_object(source, node, object, entries, diagnostics);
        }
        (Kind::Either(first, second), _) => {
            let kind = if expects(first, node) { first } else { second };
            check(source, node, kind, diagnostics);
        }
        (_, NodeKind::Null) if comment_at(source, node.span).is_some() => {
            let comment = comment_at(source, node.span).unwrap_or_default();
            let value = source.text()[comment.start as usize..comment.end as usize].trim();
            diagnostics.push(
                Diagnostic::error("wrong-type", format!("`{value}` is a comment, because it begins with `#`; {} is expected", expected(kind)))
                    .at(place(comment))
                    .hint(format!("put it between quotes: `\"{value}\"`")),
            );
        }
        _ => diagnostics.push(
            Diagnostic::error("wrong-type", format!("{} stands where {} is expected", node.describe(), expected(kind)))
                .at(place(node.span))
                .hint(match kind {
                    Kind::List(_) => "write a list: a line for each, beginning with `- `",
                    Kind::Map(_) | Kind::Object(_) => "write keys and values, indented below",
                    kind if kind.by_language() && matches!(*node.kind, NodeKind::Mapping(_)) => {
                        "write one text, or a text for each language tag: `{ nl: …, fr-BE: … }`"
                    }
                    _ => "write the text behind the colon, or below it after `|`; put it between quotes where it begins with a sign such as `[` or `{`",
                }),
        ),
    }
}

/// Reports tags that are one language in two writings: only one of their texts could be taken.
fn one_text_each(entries: &[(Text, Node)], diagnostics: &mut Diagnostics) {
    let mut seen: Vec<(LanguageTag, &Text)> = Vec::new();
    for (key, _) in entries {
        let Some(tag) = LanguageTag::parse(&key.text) else {
            continue;
        };
        match seen.iter().find(|(known, _)| *known == tag) {
            // The very same key twice is a mistake of YAML, which is reported already.
            Some((_, first)) if first.text != key.text => diagnostics.push(
                key.error(
                    "duplicate-language",
                    0..key.text.len(),
                    format!("`{}` and `{}` are the same language", first.text, key.text),
                )
                .hint("remove one of the two texts"),
            ),
            Some(_) => {}
            None => seen.push((tag, key)),
        }
    }
}

/// The comment in the place of a value that is missing.
fn comment_at(source: &Source, span: Span) -> Option<Span> {
    let text = source.text();
    let at = (span.start as usize).min(text.len());
    // The place of nothing is behind its key, or before what comes next.
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    let mut start = line_of(at);
    if text[start..at].trim().is_empty() && start > 0 {
        start = line_of(start - 1);
    }
    let line = text[start..].lines().next().unwrap_or("");
    let (before, _) = line.split_once('#')?;
    before.trim_end().ends_with([':', '-']).then(|| {
        let from = start + before.len();
        Span::new(from, start + line.trim_end().len())
    })
}

/// Whether a mapping is a text in several languages: a text for each language tag. No key that
/// the table has beside texts is a tag.
pub(super) fn is_languages(node: &Node) -> bool {
    match &*node.kind {
        NodeKind::Mapping(entries) => {
            !entries.is_empty()
                && entries.iter().all(|(key, node)| {
                    LanguageTag::parse(&key.text).is_some()
                        && matches!(*node.kind, NodeKind::Scalar(_))
                })
        }
        _ => false,
    }
}

/// Every text that can have fields, of a tree that the table describes.
pub(super) fn texts_with_fields<'a>(node: &'a Node, kind: &'static Kind, out: &mut Vec<&'a Text>) {
    match (kind, &*node.kind) {
        (Kind::Inline | Kind::Markdown, NodeKind::Scalar(text)) => out.push(text),
        (Kind::Inline | Kind::Markdown, NodeKind::Mapping(entries)) if is_languages(node) => {
            entries
                .iter()
                .for_each(|(_, node)| texts_with_fields(node, kind, out));
        }
        (Kind::List(item), NodeKind::Sequence(items)) => {
            items
                .iter()
                .for_each(|node| texts_with_fields(node, item, out));
        }
        (Kind::Map(value), NodeKind::Mapping(entries)) => {
            entries
                .iter()
                .for_each(|(_, node)| texts_with_fields(node, value, out));
        }
        (Kind::Object(object), NodeKind::Mapping(entries)) => {
            for (key, node) in entries {
                if let Some(key) = object.key(&key.text) {
                    texts_with_fields(node, &key.kind, out);
                }
            }
        }
        (Kind::Either(first, second), _) => {
            let kind = if expects(first, node) { first } else { second };
            texts_with_fields(node, kind, out);
        }
        _ => {}
    }
}

fn expects(kind: &Kind, node: &Node) -> bool {
    match kind {
        Kind::Words | Kind::Inline | Kind::Markdown if is_languages(node) => true,
        Kind::List(_) => matches!(*node.kind, NodeKind::Sequence(_)),
        Kind::Map(_) | Kind::Object(_) => matches!(*node.kind, NodeKind::Mapping(_)),
        Kind::Either(first, second) => expects(first, node) || expects(second, node),
        _ => matches!(*node.kind, NodeKind::Scalar(_)),
    }
}

fn expected(kind: &Kind) -> String {
    match kind {
        Kind::List(_) => "a list".to_owned(),
        Kind::Map(_) => "a mapping".to_owned(),
        Kind::Object(object) => format!("a mapping ({})", object.name),
        Kind::Either(first, second) => format!("{} or {}", expected(first), expected(second)),
        _ => "a text".to_owned(),
    }
}

fn check_object(
    source: &Arc<Source>,
    node: &Node,
    object: &'static Object,
    entries: &[(Text, Node)],
    diagnostics: &mut Diagnostics,
) {
    // The keys that a misspelt one was meant to be: these are not missing as well.
    let mut meant: Vec<String> = Vec::new();
    let has = |name: &str| entries.iter().any(|(key, _)| key.text == name);
    let required = object.keys.iter().filter(|key| key.required);
    let lacking: Vec<&str> = required
        .map(|key| key.name)
        .filter(|name| !has(name))
        .collect();
    let unknown = entries
        .iter()
        .filter(|(key, _)| object.key(&key.text).is_none())
        .count();
    for (key, value) in entries {
        match object.key(&key.text) {
            Some(known) => check(source, value, &known.kind, diagnostics),
            None => {
                let names = object.keys.iter().map(|key| key.name);
                let hint = match nearest(&key.text, names.clone()) {
                    Some(near) => {
                        let hint = format!("did you mean `{near}`?");
                        meant.push(near);
                        hint
                    }
                    None => {
                        let takes = names.collect::<Vec<_>>().join(", ");
                        let takes = format!("{} takes: {takes}", object.name);
                        match lacking.as_slice() {
                            // The only unknown one in the place of the only missing one.
                            [name] if unknown == 1 => {
                                meant.push((*name).to_owned());
                                format!("write `{name}`, which is missing; {takes}")
                            }
                            _ => takes,
                        }
                    }
                };
                let message = format!("the key `{}` is not known in {}", key.text, object.name);
                diagnostics.push(
                    key.error("unknown-key", 0..key.text.len().max(1), message)
                        .hint(hint),
                );
            }
        }
    }
    let place = Place::Source(source.clone(), first_line(source, node.span));
    for key in object
        .keys
        .iter()
        .filter(|key| lacking.contains(&key.name))
        .filter(|key| !meant.iter().any(|meant| meant == key.name))
    {
        diagnostics.push(
            Diagnostic::error(
                "missing-key",
                format!("{} has no `{}`", object.name, key.name),
            )
            .at(place.clone())
            .hint(format!("add `{}`: {}", key.name, key.doc)),
        );
    }
    if !object.one_of.is_empty() {
        let found: Vec<_> = object.one_of.iter().filter(|name| has(name)).collect();
        // An unknown key is what was to say it, and is reported.
        if found.len() != 1 && !(found.is_empty() && unknown > 0) {
            let message = match found.as_slice() {
                [] => format!("{} says not what it is", object.name),
                _ => format!(
                    "{} says several things at once: {}",
                    object.name,
                    found
                        .iter()
                        .map(|name| format!("`{name}`"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            };
            let hint = format!("give it one of: {}", object.one_of.join(", "));
            diagnostics.push(
                Diagnostic::error("missing-key", message)
                    .at(place)
                    .hint(hint),
            );
        }
    }
}

/// The part of a span that lies on its first line.
fn first_line(source: &Source, span: Span) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    let text = source.text().get(start..end).unwrap_or("");
    Span::new(start, start + text.find('\n').unwrap_or(text.len()).max(1))
}

/// The JSON Schema (draft 2020-12) of the campaign format.
pub(crate) fn schema(object: &'static Object, title: &str) -> Value {
    let mut schema = object_schema(object);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(title);
    schema
}

fn object_schema(object: &Object) -> Value {
    let properties: serde_json::Map<String, Value> = object
        .keys
        .iter()
        .map(|key| {
            let mut schema = kind_schema(&key.kind);
            schema["description"] = json!(key.doc);
            (key.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<_> = object
        .keys
        .iter()
        .filter(|key| key.required)
        .map(|key| key.name)
        .collect();
    let mut schema = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    if !object.one_of.is_empty() {
        schema["oneOf"] = object
            .one_of
            .iter()
            .map(|name| json!({ "required": [name] }))
            .collect();
    }
    schema
}

/// A scalar is a text, whatever an editor takes it for.
fn kind_schema(kind: &Kind) -> Value {
    match kind {
        Kind::Text | Kind::Pattern | Kind::Condition => {
            json!({ "type": ["string", "number", "boolean"] })
        }
        // A text, or one for each language tag.
        Kind::Words | Kind::Inline | Kind::Markdown => json!({
            "type": ["string", "number", "boolean", "object"],
            "propertyNames": { "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$" },
            "additionalProperties": { "type": ["string", "number", "boolean"] },
        }),
        Kind::Id => {
            json!({ "type": ["string", "integer"], "pattern": "^[a-z0-9_][a-z0-9_-]{0,59}$" })
        }
        Kind::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Count(limit) => json!({ "type": "integer", "minimum": 1, "maximum": limit }),
        Kind::OneOf(words) => {
            // A word that is a number may be written as one.
            let numbers = words
                .iter()
                .filter_map(|word| word.parse::<i64>().ok())
                .map(|number| json!(number));
            json!({ "enum": words.iter().map(|word| json!(word)).chain(numbers).collect::<Vec<_>>() })
        }
        Kind::List(item) => json!({ "type": "array", "items": kind_schema(item) }),
        Kind::Map(value) => json!({ "type": "object", "additionalProperties": kind_schema(value) }),
        Kind::Object(object) => object_schema(object),
        Kind::Either(first, second) => {
            json!({ "anyOf": [kind_schema(first), kind_schema(second)] })
        }
    }
}
