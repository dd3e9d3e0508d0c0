//! The table of keys of `printers/*.yaml`; checked and turned into a schema as the campaign's is.

use raadspost_yaml::{Kind, Object, may, must, object};

const FIELDS: Kind = Kind::Map(&Kind::Text);

static PAPER: Object = object(
    "paper",
    &[
        must("name", Kind::Words, "its name at the print house"),
        must("grams", Kind::Text, "its weight in g/m²"),
        may("tray", Kind::Text, "the tray it lies in"),
    ],
);

static STAPLE: Object = object(
    "staple",
    &[
        must(
            "sheets",
            Kind::Count(1000),
            "sheets that a staple holds; a thicker set is not stapled",
        ),
        may(
            "sets",
            Kind::OneOf(&["letter", "documents"]),
            "whether a staple holds the whole letter (the default), or each document has its own",
        ),
    ],
);

static MARKS: Object = object(
    "marks",
    &[
        must(
            "kind",
            Kind::OneOf(&["datamatrix", "omr"]),
            "the kind of mark that a machine reads on each sheet",
        ),
        must("left", Kind::Text, "mm from the left edge of the sheet"),
        must("top", Kind::Text, "mm from the upper edge of the sheet"),
        must(
            "module",
            Kind::Text,
            "size of a module of a DataMatrix, or from one OMR bar to the next, mm",
        ),
        may(
            "side",
            Kind::OneOf(&["front", "back", "both"]),
            "the sides that bear it; the front by default",
        ),
        may(
            "text",
            Kind::Text,
            "text of a DataMatrix; `{job}`, `{sequence:06}`, `{sheet}`, `{sheets}`, `{code}`, \
             `{letter}`, `{last|E|-}` and `{first|B|-}` are filled in",
        ),
        may(
            "symbol",
            Kind::OneOf(&[
                "10", "12", "14", "16", "18", "20", "22", "24", "26", "32", "36", "40", "44", "48",
                "52",
            ]),
            "modules on a side of a DataMatrix; 22 by default, and more where the text \
             needs it",
        ),
        may("length", Kind::Text, "length of an OMR bar, mm"),
        may("weight", Kind::Text, "thickness of an OMR bar, mm"),
        may(
            "positions",
            Kind::List(&Kind::OneOf(&[
                "bar",
                "blank",
                "first",
                "not-first",
                "last",
                "not-last",
                "sequence-1",
                "sequence-2",
                "sequence-4",
                "sequence-8",
                "sequence-16",
                "sheet-1",
                "sheet-2",
                "sheet-4",
                "even",
                "odd",
            ])),
            "meaning of each OMR bar, from the top; [bar, last, sequence-1, sequence-2, \
             sequence-4, even, bar] by default",
        ),
    ],
);

static SEQUENCE: Object = object(
    "sequence",
    &[
        must("left", Kind::Text, "mm from the left edge of the sheet"),
        must(
            "top",
            Kind::Text,
            "baseline, mm from the upper edge of the sheet",
        ),
        must("size", Kind::Text, "size of the type, pt"),
        may(
            "text",
            Kind::Text,
            "the text, as that of a DataMatrix; job, sequence and sheet by default",
        ),
    ],
);

static LIMITS: Object = object(
    "limits",
    &[
        may("sheets", Kind::Count(100_000), "sheets of a file at most"),
        may("megabytes", Kind::Count(1000), "size of a file at most"),
        may("letters", Kind::Count(100_000), "letters of a file at most"),
    ],
);

static BULK_MAIL: Object = object(
    "bulk-mail",
    &[
        must(
            "export",
            FIELDS,
            "columns of the address file in order: our field, and their heading for it",
        ),
        must(
            "import",
            FIELDS,
            "columns of the enriched file: our field, and their heading for it",
        ),
        must(
            "left",
            Kind::Text,
            "left edge of the codes, mm from the left edge of the sheet",
        ),
        must(
            "top",
            Kind::Text,
            "upper edge of the codes, mm from the upper edge of the sheet",
        ),
        must("module", Kind::Text, "size of a module of the 2D code, mm"),
        must("size", Kind::Text, "size of the lines, pt"),
        may(
            "read-through",
            Kind::OneOf(&["window", "sheet"]),
            "whether the codes are read through the window of the envelope (the default), or on \
             the sheet before it is inserted",
        ),
    ],
);

static LABELS: Object = object(
    "labels",
    &[
        must("columns", Kind::Count(20), "labels side by side"),
        must("rows", Kind::Count(50), "labels below each other"),
        must("left", Kind::Text, "left edge of the first, mm"),
        must("top", Kind::Text, "upper edge of the first, mm"),
        must("width", Kind::Text, "from one to the next beside it, mm"),
        must("height", Kind::Text, "from one to the next below it, mm"),
        must("size", Kind::Text, "size of the type, pt"),
    ],
);

static ENVELOPES: Object = object(
    "envelopes",
    &[
        must("width", Kind::Text, "mm"),
        must("height", Kind::Text, "mm"),
        must("left", Kind::Text, "left edge of the address, mm"),
        must("top", Kind::Text, "baseline of its first line, mm"),
        must("size", Kind::Text, "size of the type, pt"),
    ],
);

static OUTPUT_INTENT: Object = object(
    "output-intent",
    &[
        must(
            "profile",
            Kind::Text,
            "file of the ICC profile, beside this file",
        ),
        must(
            "condition",
            Kind::Text,
            "identifier of the printing condition, as in `FOGRA51`",
        ),
        may(
            "registry",
            Kind::Text,
            "address of the registry that has the identifier, such as http://www.color.org",
        ),
        may("info", Kind::Text, "name of the condition for people"),
    ],
);

/// `printers/*.yaml`.
pub(crate) static PRINTER: Object = object(
    "printer",
    &[
        must(
            "raadspost-printer",
            Kind::OneOf(&["1"]),
            "version of this format",
        ),
        must("title", Kind::Words, "name of the printer"),
        may(
            "notes",
            Kind::Words,
            "notes for the people there, printed on the job ticket",
        ),
        must(
            "plex",
            Kind::OneOf(&["simplex", "duplex"]),
            "whether both sides are printed",
        ),
        must("paper", Kind::Object(&PAPER), "the paper"),
        may(
            "annexes",
            Kind::Object(&PAPER),
            "other paper for all documents but the first; they begin on a sheet of their own",
        ),
        may(
            "colours",
            Kind::OneOf(&["keep", "black"]),
            "whether colours stay (the default) or become greys; black is always K only",
        ),
        may(
            "envelope",
            Kind::Words,
            "the envelope, as the print house calls it",
        ),
        may(
            "fold",
            Kind::OneOf(&["half", "letter", "z"]),
            "how the sheets are folded: once, or in three, inwards or as a Z",
        ),
        may(
            "envelope-grams",
            Kind::Text,
            "weight of an envelope, g; 0 by default",
        ),
        may("staple", Kind::Object(&STAPLE), "staples"),
        may("marks", Kind::Object(&MARKS), "marks for the inserter"),
        may(
            "sequence",
            Kind::Object(&SEQUENCE),
            "position of job, sequence and sheet in small print",
        ),
        may("bleed", Kind::Text, "bleed on all sides, mm"),
        may(
            "crop-marks",
            Kind::Flag,
            "whether crop marks are drawn outside the bleed",
        ),
        may(
            "limits",
            Kind::Object(&LIMITS),
            "limits of a file; 5000 sheets and 100 MB by default",
        ),
        may(
            "order",
            Kind::OneOf(&["register", "postcode", "province", "weight", "sheets"]),
            "order of the letters; that of the register by default",
        ),
        may(
            "split",
            Kind::List(&Kind::OneOf(&["province", "weight", "sheets"])),
            "criteria that the letters of one file share",
        ),
        may(
            "weight-steps",
            Kind::List(&Kind::Text),
            "upper ends of the weight steps, g, ascending",
        ),
        may(
            "slip-sheets",
            Kind::Flag,
            "whether each file begins with a sheet that counts it",
        ),
        may(
            "naming",
            Kind::Text,
            "name of the files without extension; `{job}`, `{file}` and `{group}` are filled in",
        ),
        may(
            "bulk-mail",
            Kind::Object(&BULK_MAIL),
            "the exchange with a bulk-mail service",
        ),
        may("labels", Kind::Object(&LABELS), "sheets of address labels"),
        may("envelopes", Kind::Object(&ENVELOPES), "envelopes"),
        may(
            "output-intent",
            Kind::Object(&OUTPUT_INTENT),
            "the printing condition; with it the files are PDF/X-4",
        ),
    ],
);
