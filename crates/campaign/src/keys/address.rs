//! The table of keys of `addresses/*.yaml`; checked like the campaign's, and a source of the JSON
//! Schema.

use raadspost_yaml::{Kind, Object, may, must, object};

/// `addresses/*.yaml`.
pub(crate) static ADDRESS: Object = object(
    "address",
    &[
        must(
            "raadspost-address",
            Kind::OneOf(&["1"]),
            "version of this format",
        ),
        must("title", Kind::Text, "one-line description"),
        must("source", Kind::Text, "source of its lines and postcodes"),
        must(
            "language",
            Kind::Text,
            "language tag, which decides capitals and, for the sender's country, the names of other countries",
        ),
        must(
            "street",
            Kind::List(&Kind::Text),
            "lines of an address with a street: `{street} {house_number}[ {addition}]`",
        ),
        may(
            "po-box",
            Kind::List(&Kind::Text),
            "lines of an address with a post-office box",
        ),
        may(
            "postcodes",
            Kind::List(&Kind::Text),
            "forms of a postcode: `9` a digit, `A` a letter, `*` either",
        ),
        may(
            "no-postcodes",
            Kind::List(&Kind::Text),
            "forms that do not exist among them",
        ),
    ],
);
