//! Keys of `theme.yaml`.

use raadspost_content::Alignment;
use raadspost_yaml::{Kind, Object, may, must, object};

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
            "families for characters that the two lack",
        ),
        must(
            "word-text",
            Kind::Text,
            "family of the running text in Word",
        ),
        must("word-headings", Kind::Text, "family of headings in Word"),
        must("size", Kind::Text, "size of the running text, in pt"),
        may(
            "line",
            Kind::Text,
            "from baseline to baseline of the running text, in pt; by default 1.25 times its size",
        ),
        may(
            "align",
            Kind::OneOf(Alignment::NAMES),
            "how lines of running text in PDF end; `left` by default",
        ),
        may(
            "measure",
            Kind::Text,
            "width of a letter's text in PDF, in mm; by default 75 characters, about",
        ),
        must("ink", Kind::Text, "colour of the running text, `#RRGGBB`"),
        must("muted", Kind::Text, "colour of small text"),
        must("accent", Kind::Text, "colour of letterhead and headings"),
        must("margins", Kind::Object(&MARGINS), "page margins"),
    ],
);
