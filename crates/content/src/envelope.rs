//! An envelope as data: where its window shows the sheet, what must stay free, where one folds.
//!
//! All measures are in mm from the top left corner of the A4 sheet, as it lies in the envelope
//! with the play shared out evenly.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Diagnostics, Source};

/// A rectangle on the sheet, in mm from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

// The measures of a loaded envelope are finite, and each equals itself.
impl Eq for Area {}

impl Area {
    /// Right edge, in mm.
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Lower edge, in mm.
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Whether `other` lies in it, edges included, with `tolerance` mm on each side.
    pub fn holds(&self, other: &Self, tolerance: f64) -> bool {
        other.left >= self.left - tolerance
            && other.top >= self.top - tolerance
            && other.right() <= self.right() + tolerance
            && other.bottom() <= self.bottom() + tolerance
    }

    /// Whether the insides of the two meet by more than `tolerance` mm in both directions.
    pub fn meets(&self, other: &Self, tolerance: f64) -> bool {
        let across = self.right().min(other.right()) - self.left.max(other.left);
        let down = self.bottom().min(other.bottom()) - self.top.max(other.top);
        across > tolerance && down > tolerance
    }
}

/// A part of the first page in which nothing may be printed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeepOut {
    /// What it is for, as messages name it: `franking`.
    pub name: String,
    /// Where.
    pub area: Area,
}

/// An envelope: what `content/envelopes/*.yaml` states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envelope {
    /// The file's name without `.yaml`, by which a campaign chooses it: `nl-dl-left`.
    pub name: String,
    /// What it is, in a line.
    pub title: String,
    /// Where its figures come from.
    pub source: String,
    /// Width and height of the envelope.
    pub size: (f64, f64),
    /// What of the sheet shows through the window, wherever the sheet slides in the envelope:
    /// the address lies in it, and nothing else does.
    pub window: Area,
    /// The column in which the address is set; lies in the window. Where no return address is
    /// shown it begins at that line's upper edge.
    pub address: Area,
    /// The one line of the return address, where it has a place; lies in the window, above the
    /// address column.
    pub return_address: Option<Area>,
    /// What must stay free on the first page.
    pub keep_outs: Vec<KeepOut>,
    /// Edge of all pages, on which no printer prints, in mm.
    pub edge: f64,
    /// Where the sheet is folded, from its upper edge.
    pub folds: Vec<f64>,
    /// Where the fold marks begin, from the left edge of the sheet.
    pub fold_marks: f64,
    /// Where place and date, or the reference block, begin: below the window and its play.
    pub opening: f64,
}

// A loaded envelope has finite measures only, and each equals itself.
impl Eq for Envelope {}

impl Envelope {
    /// The name of the envelope of letters whose campaign names none.
    pub const DEFAULT: &str = "nl-dl-left";

    /// Reads an envelope; `name` is the file's name without `.yaml`.
    ///
    /// # Errors
    /// Every mistake in it, and measures that contradict each other.
    pub fn load(name: &str, source: &Arc<Source>) -> Result<Self, Diagnostics> {
        crate::load::envelope::load(name, source)
    }

    /// The column in which the address is set, with or without a return address above it.
    pub fn address_column(&self, with_return_address: bool) -> Area {
        match &self.return_address {
            Some(line) if !with_return_address => Area {
                top: line.top,
                height: self.address.bottom() - line.top,
                ..self.address
            },
            _ => self.address,
        }
    }
}

impl Default for Envelope {
    /// The embedded `content/envelopes/nl-dl-left.yaml`, which a test holds to be sound.
    fn default() -> Self {
        let text = include_str!("../../../content/envelopes/nl-dl-left.yaml");
        Self::load(Self::DEFAULT, &Source::new("nl-dl-left.yaml", text))
            .expect("the embedded envelope is sound")
    }
}

/// The JSON Schema (draft 2020-12) of `envelopes/*.yaml`.
pub fn envelope_schema() -> serde_json::Value {
    crate::load::keys::schema(&crate::load::envelope_keys::ENVELOPE, "Raadspost envelope")
}

#[cfg(test)]
mod tests {
    use super::{Area, Envelope};
    use crate::Source;

    #[test]
    fn the_default_is_the_embedded_one() {
        let envelope = Envelope::default();
        assert_eq!(envelope.name, "nl-dl-left");
        assert_eq!(envelope.address_column(true).top, 54.0);
        let column = envelope.address_column(false);
        assert_eq!((column.top, column.bottom()), (50.0, 77.0));
        // isodoc centres the address at 63.5 mm.
        assert_eq!(column.top + column.height / 2.0, 63.5);
    }

    #[test]
    fn measures_that_contradict_each_other_are_mistakes() {
        let good = include_str!("../../../content/envelopes/nl-dl-left.yaml");
        let refused = |from: &str, to: &str| -> Vec<String> {
            assert!(good.contains(from), "{from}");
            let source = Source::new("own.yaml", good.replace(from, to));
            let found = Envelope::load("own", &source).expect_err(to);
            found.into_iter().map(|found| found.message).collect()
        };
        let measure = |message: &[String], word: &str| {
            assert!(
                message.len() == 1 && message[0].contains(word),
                "{message:?}"
            );
        };
        measure(
            &refused("left: 35, top: 54", "left: 135, top: 54"),
            "beyond the window",
        );
        measure(
            &refused("left: 35, top: 50", "left: 35, top: 52"),
            "return address",
        );
        measure(
            &refused("opening: 98", "opening: 60"),
            "cannot begin at 60.0 mm",
        );
        measure(
            &refused("folds: [107]", "folds: [290]"),
            "folded at 290.0 mm",
        );
        measure(
            &refused(
                "left: 20, top: 47, width: 105, height: 3",
                "left: 20, top: 47, width: 105, height: 9",
            ),
            "above the window",
        );
        measure(&refused("edge: 5", "edge: NaN"), "`NaN` is no measure");
        measure(
            &refused("edge: 5", "egde: 5\nedge: 5"),
            "`egde` is not known",
        );
    }

    fn area(left: f64, top: f64, width: f64, height: f64) -> Area {
        Area {
            left,
            top,
            width,
            height,
        }
    }

    #[test]
    fn an_area_holds_what_lies_in_it() {
        let window = area(20.0, 50.0, 110.0, 40.0);
        assert!(window.holds(&area(20.0, 50.0, 110.0, 40.0), 0.0));
        assert!(!window.holds(&area(19.5, 50.0, 10.0, 10.0), 0.4));
        assert!(window.holds(&area(19.5, 50.0, 10.0, 10.0), 0.6));
        assert!(!window.holds(&area(125.0, 50.0, 10.0, 10.0), 0.0));
    }

    #[test]
    fn areas_that_touch_do_not_meet() {
        let window = area(20.0, 50.0, 110.0, 40.0);
        assert!(!window.meets(&area(130.0, 50.0, 10.0, 10.0), 0.0));
        assert!(window.meets(&area(129.0, 89.0, 10.0, 10.0), 0.0));
        assert!(!window.meets(&area(129.0, 89.0, 10.0, 10.0), 1.0));
        // Beside it in one direction only.
        assert!(!window.meets(&area(20.0, 95.0, 110.0, 10.0), 0.0));
    }
}
