//! Resolved running text: conditions and phrases have been replaced.

use serde::Serialize;

/// A piece of running text. Renderers match on it exhaustively.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inline {
    /// Literal text.
    Text(String),
    /// A merge field from the register: index into [`crate::Values::slots`].
    Slot(usize),
    /// Emphasis (italic).
    Emphasis(Vec<Inline>),
    /// Strong emphasis (bold).
    Strong(Vec<Inline>),
    /// A link.
    Link {
        /// Absolute address: `https:`, `http:` or `mailto:`.
        url: String,
        /// Link text; never empty.
        inlines: Vec<Inline>,
    },
    /// A reference to a footnote: index into [`crate::Shape::footnotes`]. Shown as its number.
    Footnote(usize),
    /// A place for the clerk to fill in, shown as `[label]`.
    FillIn(FillIn),
    /// Alternatives from which the clerk chooses by striking out the others; shown with ` / `
    /// between them, followed by the mark.
    Choice {
        /// The choice's key in the campaign.
        id: String,
        /// The alternatives in the order of the variants; two or more.
        options: Vec<String>,
        /// A mark that refers to the note on striking out, such as `*`; may be empty.
        mark: String,
    },
    /// A forced line break.
    LineBreak,
}

/// A place for the clerk to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FillIn {
    /// The key in the campaign, with a number appended (`indiener-2`) in a repeated line. Equal ids
    /// in one document are the same fill-in.
    pub id: String,
    /// Text between the brackets, and the control's alias in Word.
    pub label: String,
    /// Accepted values.
    pub kind: FillInKind,
    /// Field of a motion's record, by its name in VNG Open Raadsinformatie, such as `datum`; `None`
    /// for the campaign's own fill-ins.
    pub field: Option<String>,
    /// Line number, from 1, if a line is repeated for each mover or faction.
    pub line: Option<usize>,
}

impl FillIn {
    /// The same fill-in in line `number`, from 1.
    pub fn numbered(&self, number: usize) -> Self {
        Self {
            id: format!("{}-{number}", self.id),
            line: Some(number),
            ..self.clone()
        }
    }

    /// The text shown until it is filled in: the label in square brackets.
    pub fn placeholder(&self) -> String {
        format!("[{}]", self.label)
    }
}

/// Names of the fields of a motion's record (VNG Open Raadsinformatie).
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

/// Accepted values of a fill-in.
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
    /// One of the council's factions, or any other text, since factions split.
    Faction {
        /// The slot that lists the factions, in the format of [`crate::Factions`].
        slot: usize,
    },
}

/// The visible text, without marks, footnote numbers or link addresses; fields come from `slots`.
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
