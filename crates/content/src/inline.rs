//! Running text once it is resolved: no condition and no phrase is open any more.

use serde::Serialize;

/// A piece of running text. Renderers match on it exhaustively.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    /// Characters, as they are to be read.
    Text(String),
    /// A field merged from the register: index into [`crate::Values::slots`].
    Slot(usize),
    /// Emphasis (italic).
    Emphasis(Vec<Inline>),
    /// Strong emphasis (bold).
    Strong(Vec<Inline>),
    /// A link.
    Link {
        /// The address, absolute, `https:`, `http:` or `mailto:`.
        url: String,
        /// What is shown; never empty.
        inlines: Vec<Inline>,
    },
    /// A reference to a footnote: index into [`crate::Shape::footnotes`]. Shown as its number.
    Footnote(usize),
    /// A place left open for the clerk, shown as `[label]`.
    FillIn(FillIn),
    /// Alternatives of which the clerk strikes out what does not apply, shown with ` / ` between
    /// them and the mark behind them.
    Choice {
        /// The choice's key in the campaign.
        id: String,
        /// The alternatives in the order of the variants; two or more.
        options: Vec<String>,
        /// A sign that leads to the note on striking out, such as `*`; may be empty.
        mark: String,
    },
    /// A forced line break.
    LineBreak,
}

/// A place left open for the clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FillIn {
    /// The key in the campaign; with a number behind it (`indiener-2`) where a line is repeated.
    /// Equal ids in one document are the same fill-in.
    pub id: String,
    /// What stands between the brackets, and is the control's alias in Word.
    pub label: String,
    /// What may be filled in.
    pub kind: FillInKind,
    /// What it is in the record of a motion, by the name of VNG Open Raadsinformatie, such as
    /// `datum`; none where it is the campaign's own.
    pub field: Option<String>,
    /// The line in which it stands, from 1, where a line is repeated for each mover or faction.
    pub line: Option<usize>,
}

impl FillIn {
    /// The same in the line of this number, from 1.
    pub fn numbered(&self, number: usize) -> Self {
        Self {
            id: format!("{}-{number}", self.id),
            line: Some(number),
            ..self.clone()
        }
    }

    /// What is shown as long as nothing is filled in: the label in square brackets.
    pub fn placeholder(&self) -> String {
        format!("[{}]", self.label)
    }
}

/// What a fill-in can be in the record of a motion: names of VNG Open Raadsinformatie.
pub const DATA_FIELDS: &[&str] = &[
    "nummer",
    "datum",
    "datumIngediend",
    "agendapunt",
    "onderwerp",
    "portefeuillehouder",
    "indiener",
    "fractie",
    "zetels",
    "resultaat",
    "fractiestemresultaat",
];

/// What may be filled in at an open place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FillInKind {
    /// Any text.
    Text,
    /// A date.
    Date,
    /// A person's name, with the faction.
    Person,
    /// One of these.
    Options(Vec<String>),
    /// One of the council's factions, or another one, since factions split.
    Faction {
        /// The slot that lists them, as [`crate::Factions`] writes it.
        slot: usize,
    },
}

/// The text that a reader sees, without marks, footnote numbers or links; slots come from `slots`.
pub fn plain_text(inlines: &[Inline], slots: &[String]) -> String {
    fn add(out: &mut String, inlines: &[Inline], slots: &[String]) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => out.push_str(text),
                Inline::Slot(slot) => out.push_str(slots.get(*slot).map_or("", String::as_str)),
                Inline::Emphasis(inner)
                | Inline::Strong(inner)
                | Inline::Link { inlines: inner, .. } => {
                    add(out, inner, slots);
                }
                Inline::Footnote(_) => {}
                Inline::FillIn(fill_in) => out.push_str(&fill_in.placeholder()),
                Inline::Choice { options, mark, .. } => {
                    out.push_str(&options.join(" / "));
                    out.push_str(mark);
                }
                Inline::LineBreak => out.push('\n'),
            }
        }
    }
    let mut out = String::new();
    add(&mut out, inlines, slots);
    out
}
