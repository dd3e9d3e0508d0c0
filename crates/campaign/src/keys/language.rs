//! The table of keys of `languages/*.yaml`; checked like the campaign's, and a source of the JSON
//! Schema.

use raadspost_yaml::{Kind, Object, may, must, object};

/// `languages/*.yaml`.
pub(crate) static LANGUAGE: Object = object(
    "language",
    &[
        must(
            "raadspost-language",
            Kind::OneOf(&["1"]),
            "version of this format",
        ),
        may(
            "po-box",
            Kind::Text,
            "a post-office box, before its number, where no country is known",
        ),
        may(
            "our-reference",
            Kind::Text,
            "label of the letter's id in the reference block, with its colon",
        ),
        may(
            "dated",
            Kind::Text,
            "label of place and date in the reference block",
        ),
        may(
            "subject",
            Kind::Text,
            "label of the subject in the reference block",
        ),
        may(
            "treatment",
            Kind::Text,
            "label of the requested treatment in the reference block",
        ),
        may(
            "enclosure",
            Kind::Text,
            "heading of a list of one enclosure",
        ),
        may(
            "enclosures",
            Kind::Text,
            "heading of a list of several enclosures",
        ),
        may("page", Kind::Text, "text before a page number"),
        may(
            "withheld",
            Kind::Text,
            "replacement for what a publication copy withholds",
        ),
        may(
            "qr-code",
            Kind::Text,
            "alternative text of a QR code, before its address",
        ),
        may(
            "date",
            Kind::Text,
            "pattern of a long date, in place of CLDR's: `d MMMM y`",
        ),
        may(
            "months",
            Kind::List(&Kind::Text),
            "the twelve months as a date writes them, in place of CLDR's",
        ),
        may(
            "first-day",
            Kind::Text,
            "the day as written on the first of a month, such as `1er`",
        ),
        may(
            "group",
            Kind::Text,
            "between groups of three digits, in place of CLDR's",
        ),
        may(
            "decimal",
            Kind::Text,
            "between units and decimals, in place of CLDR's",
        ),
    ],
);
