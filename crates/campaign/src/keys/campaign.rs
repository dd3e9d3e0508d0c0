//! The only table of the keys of a campaign: the check, the lowering and the JSON Schema use it.

use raadspost_yaml::{Key, Kind, Object, may, must, object};

use super::archive;

const WHEN: Key = may(
    "when",
    Kind::Condition,
    "included only if this condition is true: `municipality.population >= 100000`",
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
        may(
            "country",
            Kind::Text,
            "ISO 3166 code of the sender's country: mail to any other ends with the name of its country; by default that of the register",
        ),
        may("telephone", Kind::Text, "telephone number"),
        may("email", Kind::Text, "e-mail address"),
        may("website", Kind::Text, "web address"),
        may(
            "private",
            Kind::List(&Kind::OneOf(&["address", "telephone", "email", "website"])),
            "the parts to omit from a publication copy",
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
            "type of its values; `text` by default",
        ),
        may(
            "numbers",
            NUMBERS,
            "format of its numbers; by default recognised from the column",
        ),
        may(
            "dates",
            DATES,
            "format of its dates; by default recognised from the column",
        ),
    ],
);

static REGISTER: Object = object(
    "register",
    &[
        may(
            "file",
            Kind::Text,
            "CSV file (also `.csv.gz`) or workbook (`.xlsx`, `.xls`, `.ods`), relative to the campaign",
        ),
        may(
            "factions",
            Kind::Text,
            "CSV file with the factions of the councils, in columns `code`, `faction` and `seats`, relative to the campaign",
        ),
        may(
            "country",
            Kind::Text,
            "ISO 3166 code of the country of addresses without a country of their own; it decides their lines, and how postcodes are checked",
        ),
        may(
            "delimiter",
            Kind::Text,
            "separator of the cells of register and factions; by default recognised from the header",
        ),
        may(
            "encoding",
            Kind::Text,
            "encoding of register and factions if they are texts, such as `windows-1252`; by default recognised from their bytes",
        ),
        may(
            "header",
            Kind::Count(1_048_576),
            "line of the register on which its header begins; by default the first that is not empty",
        ),
        may(
            "sheet",
            Kind::Text,
            "sheet of the workbook; by default the one with the headings of `code` and `name`",
        ),
        may(
            "numbers",
            NUMBERS,
            "format of the numbers in all columns; by default recognised from each column",
        ),
        may(
            "dates",
            DATES,
            "format of the dates in all columns; by default recognised from each column",
        ),
        may(
            "columns",
            Kind::Map(&Kind::Either(&Kind::Text, &Kind::Object(&COLUMN))),
            "field names and their headings in this register",
        ),
    ],
);

static FILL_IN: Object = object(
    "fill-in",
    &[
        must("label", Kind::Words, "text between the brackets"),
        must(
            "kind",
            Kind::OneOf(&["text", "date", "person", "options", "faction"]),
            "accepted values",
        ),
        may(
            "options",
            Kind::List(&Kind::Words),
            "the options, for `kind: options`",
        ),
        may(
            "field",
            Kind::OneOf(raadspost_content::DATA_FIELDS),
            "field of the motion's record that council information systems read",
        ),
    ],
);

static LANGUAGES: Object = object(
    "language by column",
    &[
        must(
            "column",
            Kind::Text,
            "the column of the register with a language tag",
        ),
        must(
            "among",
            Kind::List(&Kind::Text),
            "the language tags of the campaign's texts; an empty cell means the first",
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
            "whether a publication copy omits it; `false` by default",
        ),
        WHEN,
    ],
);

static ITEM: Object = object("item", &[must("text", Kind::Markdown, "Markdown"), WHEN]);

static SIGNATURE: Object = object(
    "signature",
    &[
        must("file", Kind::Text, "a PNG file, relative to the campaign"),
        must(
            "alternative",
            Kind::Text,
            "alternative text for screen readers",
        ),
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
            "a picture of the signature, for PDF; never in a publication copy",
        ),
        may(
            "private",
            Kind::List(&Kind::OneOf(&["name", "role", "email"])),
            "the parts to omit from a publication copy",
        ),
    ],
);

static ENCLOSURE: Object = object(
    "enclosure",
    &[
        may(
            "document",
            Kind::Id,
            "the enclosed document; the line is omitted if a municipality does not get it",
        ),
        must("label", Kind::Inline, "its label: `Bijlage I:`"),
        must("title", Kind::Inline, "its title"),
        WHEN,
    ],
);

static ENCLOSURES: Object = object(
    "enclosures",
    &[
        may(
            "title",
            Kind::Inline,
            "heading of the list; by default `Bijlage` or `Bijlagen` in the letter's language",
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
            "its address; fields are percent-encoded: `https://example.org/{{ municipality.code }}`",
        ),
        must("caption", Kind::Inline, "text beside it"),
    ],
);

static LETTER: Object = object(
    "letter",
    &[
        may(
            "title",
            Kind::Inline,
            "title of the file; the subject by default",
        ),
        may(
            "address",
            Kind::OneOf(&["required", "optional", "none"]),
            "for a municipality without complete postal address: `required` (the default) refuses the letter, `optional` shows the addressee's lines only; `none` makes a letter without address block",
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
            "the letter's public id, `{{ campaign.id }}/{{ municipality.code }}` by default; `none` omits the reference block",
        ),
        may(
            "treatment",
            Kind::Inline,
            "the requested treatment, for the clerk's list of incoming documents",
        ),
        may(
            "kix",
            Kind::Flag,
            "whether to print the KIX code of PostNL below the address; `false` by default",
        ),
        may(
            "qr",
            Kind::Object(&QR),
            "a QR code below the letter, for example with the address of the municipality's motion",
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
            "the signatories, side by side",
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
            "the text for each variant",
        ),
        may(
            "mark",
            Kind::Text,
            "mark that refers to the note on striking out",
        ),
    ],
);

static PARTICULAR: Object = object(
    "row of particulars",
    &[
        must("label", Kind::Inline, "its label: `Agendapunt:`"),
        must("value", Kind::Inline, "its value"),
        WHEN,
    ],
);

static MOTION_BLOCK: Object = Object {
    name: "motion block",
    keys: &[
        may(
            "particulars",
            Kind::List(&Kind::Object(&PARTICULAR)),
            "the motion's heading, a row each: number, meeting, agenda item, subject, movers",
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
            "phrase with the head of the request; with `items` or `alternatives`",
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
            "lead-in of a table of signatures; with `columns`, `cells` and `times`",
        ),
        may(
            "voting",
            Kind::Inline,
            "lead-in of a table of votes by faction; with `columns`, `faction`, `seats`, `vote` and `times`",
        ),
        may(
            "movers",
            Kind::Inline,
            "lead-in of the signatures; with `line` and `times`",
        ),
        may(
            "note",
            Kind::Inline,
            "note on striking out, shown only if choices are open",
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
            "the items of the dictum for each variant",
        ),
        may("or", Kind::Inline, "text between two alternatives"),
        may("line", Kind::Inline, "the line for one mover"),
        may(
            "times",
            Kind::Count(50),
            "number of movers who can sign; number of rows of a table of votes if the factions are not known",
        ),
        may("wording", Kind::Markdown, "the text, as Markdown"),
        may(
            "columns",
            Kind::List(&Kind::Inline),
            "headings of the columns of a table",
        ),
        may(
            "cells",
            Kind::List(&Kind::Inline),
            "the cells of one mover's row; leave a cell empty to write in it by hand",
        ),
        may(
            "faction",
            Kind::Inline,
            "the cell of a faction, if the factions are not known",
        ),
        may(
            "seats",
            Kind::Inline,
            "the cell of its seats, if the factions are not known",
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
            "kind of proposal; `motion` by default, `off-agenda-motion` for a subject that is not on the agenda",
        ),
        must("title", Kind::Inline, "its title"),
        may(
            "variants",
            Kind::Map(&Kind::Inline),
            "variants of the motion, with the title of each",
        ),
        may(
            "choices",
            Kind::Map(&Kind::Object(&CHOICE)),
            "text that depends on the variant, used as `{{ choice.KEY }}`",
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
            "the motion's variant; without it all alternatives are shown",
        ),
        may(
            "show-title",
            Kind::Flag,
            "whether the motion's title is shown; `true` by default",
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
        may(
            "pages",
            Kind::Count(10_000),
            "maximum number of pages of its PDF",
        ),
        may(
            "bytes",
            Kind::Count(1_000_000_000),
            "maximum size of its PDF in bytes",
        ),
    ],
);

static DOCUMENT: Object = Object {
    name: "document",
    keys: &[
        must("id", Kind::Id, "the document's id, as in `--document`"),
        may(
            "file",
            Kind::Pattern,
            "name of its files without extension, with fields as slugs: `motie-{{ municipality.name | slug }}`; the id by default",
        ),
        must(
            "formats",
            Kind::List(&Kind::OneOf(&["pdf", "docx"])),
            "the formats in which it is made",
        ),
        may(
            "language",
            Kind::Either(&Kind::Text, &Kind::Object(&LANGUAGES)),
            "language tag, if it differs from the campaign's; or a column that contains it",
        ),
        may("title", Kind::Inline, "title of the file"),
        may("letter", Kind::Id, "the letter to make"),
        may(
            "publication-copy",
            Kind::Flag,
            "whether to make the letter without signatures and private parts; `false` by default",
        ),
        may(
            "parts",
            Kind::List(&Kind::Object(&PART)),
            "its texts and motions, in order",
        ),
        may(
            "collects",
            Kind::List(&Kind::Id),
            "the documents to collect, in order, in one file to mail",
        ),
        may("annex", Kind::Object(&ANNEX), "the heading over its parts"),
        may(
            "limits",
            Kind::Object(&LIMITS),
            "limits for its PDF; a document that exceeds them is refused",
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
            "alternative text for screen readers: `Logo van Bureau Waterkant`",
        ),
        must("width", Kind::Text, "width in mm on paper"),
        may(
            "in-motions",
            Kind::Flag,
            "whether Word files of motions and annexes show it too; `false` by default",
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
            "condition of this envelope; the first true rule applies",
        ),
    ],
);

/// The whole file.
pub(crate) static CAMPAIGN: Object = object(
    "campaign",
    &[
        must("raadspost", Kind::OneOf(&["1"]), "version of this format"),
        must("id", Kind::Id, "the campaign's id"),
        must("title", Kind::Text, "the campaign's title"),
        must(
            "language",
            Kind::Either(&Kind::Text, &Kind::Object(&LANGUAGES)),
            "language tag (BCP 47): `nl-NL`; or a column of the register that contains it",
        ),
        must("date", Kind::Date, "date of the letters, and of all files"),
        must("sender", Kind::Object(&SENDER), "the sender of the letters"),
        may("register", Kind::Object(&REGISTER), "the municipalities"),
        may(
            "recipients",
            Kind::Condition,
            "the municipalities of the register that the campaign is meant for; all by default",
        ),
        may(
            "theme",
            Kind::Object(&LOOK),
            "fonts and colours of this campaign, replacing those of `theme.yaml`",
        ),
        may(
            "reference-documents",
            Kind::Map(&Kind::Text),
            "by municipality code, the Word file of the municipality's own house style, as `reference-document`",
        ),
        may(
            "envelope",
            Kind::Either(&Kind::Id, &Kind::List(&Kind::Object(&ENVELOPE_RULE))),
            "the envelope of the letters, from `envelopes/`; `nl-dl-left` by default; or a list of envelopes with conditions",
        ),
        may(
            "archive",
            Kind::Object(&archive::ARCHIVE),
            "archive settings, in the terms of MDTO 1.0.1",
        ),
        may("allow", Kind::List(&Kind::Id), "codes of allowed warnings"),
        may(
            "fill-ins",
            Kind::Map(&Kind::Object(&FILL_IN)),
            "places for the clerk to fill in, used as `{{ fill.KEY }}`",
        ),
        may(
            "phrases",
            Kind::Map(&Kind::Inline),
            "texts that occur more than once or differ between councils, used as `{{ phrase.KEY }}`",
        ),
        may(
            "overrides",
            Kind::Map(&Kind::Map(&Kind::Inline)),
            "by municipality code, the phrases that differ for its council",
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
            "the envelopes to post: name, and the documents in it in order; or `none`",
        ),
    ],
);
