//! The table of keys of `envelopes/*.yaml`; checked like the campaign's, and a source of the JSON
//! Schema.

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
            "its purpose, as messages name it: `franking`",
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
        must("title", Kind::Text, "one-line description"),
        must("source", Kind::Text, "source of its measures"),
        must("size", Kind::Object(&SIZE), "size of the envelope"),
        must(
            "window",
            Kind::Object(&AREA),
            "area that stays visible in the window however the sheet slides",
        ),
        must(
            "address",
            Kind::Object(&AREA),
            "the column of the address, in the window; without return address it begins at the upper edge of the return address line",
        ),
        may(
            "return-address",
            Kind::Object(&AREA),
            "the line of the return address, in the window above the address",
        ),
        may(
            "keep-outs",
            Kind::List(&Kind::Object(&KEEP_OUT)),
            "areas of the first page that must stay free",
        ),
        must("edge", Kind::Text, "unprintable margin of all pages, mm"),
        must(
            "folds",
            Kind::List(&Kind::Text),
            "folds, mm from the upper edge; an empty list shows no marks",
        ),
        must(
            "fold-marks",
            Kind::Text,
            "left end of the fold marks, mm from the left edge",
        ),
        must(
            "opening",
            Kind::Text,
            "top of the letter's text below the window, mm from the upper edge",
        ),
    ],
);
