//! The one table of keys: it says what a campaign may hold, it is what the lowering checks the
//! tree against, and it is what the JSON Schema is written from.

use raadspost_yaml::{Key, Kind, Object, may, must, object};

use super::archive;

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
            Kind::OneOf(raadspost_content::DATA_FIELDS),
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
        may(
            "in-motions",
            Kind::Flag,
            "whether Word files of motions and annexes have it too; `false` unless said otherwise",
        ),
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
            "picture in the letterhead, and in the header of letters in Word",
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
