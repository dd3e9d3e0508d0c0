//! The table of keys of `envelopes/*.yaml`; checked and turned into a schema as the campaign's is.

use raadspost_yaml::{Kind, Object, may, must, object};

static SIZE: Object = object(
    "size",
    &[
        must("width", Kind::Text, "mm"),
        must("height", Kind::Text, "mm"),
    ],
);

static AREA: Object = object(
    "area",
    &[
        must("left", Kind::Text, "mm from the left edge of the sheet"),
        must("top", Kind::Text, "mm from the upper edge of the sheet"),
        must("width", Kind::Text, "mm"),
        must("height", Kind::Text, "mm"),
    ],
);

static KEEP_OUT: Object = object(
    "keep-out",
    &[
        must(
            "name",
            Kind::Text,
            "what it is for, as messages name it: `franking`",
        ),
        must("left", Kind::Text, "mm from the left edge of the sheet"),
        must("top", Kind::Text, "mm from the upper edge of the sheet"),
        must("width", Kind::Text, "mm"),
        must("height", Kind::Text, "mm"),
    ],
);

/// `envelopes/*.yaml`.
pub(crate) static ENVELOPE: Object = object(
    "envelope",
    &[
        must(
            "raadspost-envelope",
            Kind::OneOf(&["1"]),
            "version of this format",
        ),
        must("title", Kind::Text, "what it is, in a line"),
        must("source", Kind::Text, "where its figures come from"),
        must("size", Kind::Object(&SIZE), "size of the envelope"),
        must(
            "window",
            Kind::Object(&AREA),
            "what of the sheet shows through the window, wherever the sheet slides",
        ),
        must(
            "address",
            Kind::Object(&AREA),
            "the column of the address, in the window; where no return address is shown it begins at that line's upper edge",
        ),
        may(
            "return-address",
            Kind::Object(&AREA),
            "the line of the return address, in the window above the address",
        ),
        may(
            "keep-outs",
            Kind::List(&Kind::Object(&KEEP_OUT)),
            "what must stay free on the first page",
        ),
        must(
            "edge",
            Kind::Text,
            "edge of all pages on which nothing is printed, mm",
        ),
        must(
            "folds",
            Kind::List(&Kind::Text),
            "where the sheet is folded, mm from its upper edge; none shows no marks",
        ),
        must(
            "fold-marks",
            Kind::Text,
            "where the fold marks begin, mm from the left edge",
        ),
        must(
            "opening",
            Kind::Text,
            "where the letter begins below the window, mm from the upper edge",
        ),
    ],
);
