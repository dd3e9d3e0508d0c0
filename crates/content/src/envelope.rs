//! Envelopes as data: window, keep-outs and folds.
//!
//! All measures are in mm from the top left corner of the A4 sheet, centred in the envelope with
//! equal play on all sides.

use serde::{Deserialize, Serialize};

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

// A loaded envelope has finite measures, so equality is reflexive.
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

    /// Whether the two overlap by more than `tolerance` mm in both directions.
    pub fn meets(&self, other: &Self, tolerance: f64) -> bool {
        let across = self.right().min(other.right()) - self.left.max(other.left);
        let down = self.bottom().min(other.bottom()) - self.top.max(other.top);
        across > tolerance && down > tolerance
    }
}

/// An area of the first page that must stay unprinted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeepOut {
    /// Purpose, as messages name it: `franking`.
    pub name: String,
    /// Where.
    pub area: Area,
}

/// An envelope: what `content/envelopes/*.yaml` states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Envelope {
    /// File name without `.yaml`, which a campaign gives to choose it: `nl-dl-left`.
    pub name: String,
    /// One-line description.
    pub title: String,
    /// Where its figures come from.
    pub source: String,
    /// Width and height of the envelope.
    pub size: (f64, f64),
    /// The area that stays visible in the window however the sheet slides: the address lies in it,
    /// and nothing else does.
    pub window: Area,
    /// The column of the address, within the window. Without a return address it begins at the
    /// upper edge of the return address line.
    pub address: Area,
    /// The line of the return address, if the envelope has one: within the window, above the
    /// address column.
    pub return_address: Option<Area>,
    /// Areas of the first page that must stay free.
    pub keep_outs: Vec<KeepOut>,
    /// Unprintable margin of all pages, in mm.
    pub edge: f64,
    /// Folds, in mm from the upper edge of the sheet.
    pub folds: Vec<f64>,
    /// Left end of the fold marks, in mm from the left edge of the sheet.
    pub fold_marks: f64,
    /// Top of the date line or reference block: below the window and its play.
    pub opening: f64,
}

// A loaded envelope has finite measures only, so equality is reflexive.
impl Eq for Envelope {}

impl Envelope {
    /// The envelope of letters in campaigns that choose none.
    pub const DEFAULT: &str = "nl-dl-left";

    /// The column of the address, with or without a return address above it. Without one it begins
    /// higher, unless a keep-out lies between the two.
    pub fn address_column(&self, with_return_address: bool) -> Area {
        let Some(line) = self.return_address.filter(|_| !with_return_address) else {
            return self.address;
        };
        let added = Area {
            top: line.top,
            height: self.address.top - line.top,
            ..self.address
        };
        if self.keep_outs.iter().any(|it| it.area.meets(&added, 0.0)) {
            return self.address;
        }
        Area {
            height: self.address.bottom() - line.top,
            ..added
        }
    }
}

impl Default for Envelope {
    /// The values of `content/envelopes/nl-dl-left.yaml`.
    fn default() -> Self {
        let area = |left, top, width, height| Area {
            left,
            top,
            width,
            height,
        };
        let keep_out = |name: &str, area| KeepOut {
            name: name.to_owned(),
            area,
        };
        Self {
            name: Self::DEFAULT.to_owned(),
            title: "Dutch DL, window on the left; A4 folded in three".to_owned(),
            source: "isodoc by W. Dekker (NEN 1026 and 1025), commit ddefaa22; column 35 + 70 mm, \
                     centre of the address at 63.5 mm"
                .to_owned(),
            size: (220.0, 110.0),
            window: area(30.0, 50.0, 85.0, 27.0),
            address: area(35.0, 54.0, 70.0, 23.0),
            return_address: Some(area(35.0, 50.0, 78.0, 4.0)),
            keep_outs: vec![
                keep_out("above the window", area(20.0, 47.0, 105.0, 3.0)),
                keep_out("below the window", area(20.0, 77.0, 105.0, 3.0)),
                keep_out("left of the window", area(20.0, 50.0, 10.0, 27.0)),
                keep_out("right of the window", area(115.0, 50.0, 10.0, 27.0)),
            ],
            edge: 5.0,
            folds: vec![107.0],
            fold_marks: 9.0,
            opening: 98.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, Envelope};

    #[test]
    fn the_address_is_centred_where_isodoc_has_it() {
        let envelope = Envelope::default();
        assert_eq!(envelope.address_column(true).top, 54.0);
        let column = envelope.address_column(false);
        assert_eq!((column.top, column.bottom()), (50.0, 77.0));
        assert_eq!(column.top + column.height / 2.0, 63.5);
    }

    fn area(left: f64, top: f64, width: f64, height: f64) -> Area {
        Area {
            left,
            top,
            width,
            height,
        }
    }

    /// As in a German envelope, where the franking is between sender and recipient.
    #[test]
    fn the_address_does_not_reach_over_a_keep_out() {
        let mut envelope = Envelope {
            address: area(25.0, 44.7, 75.0, 27.3),
            return_address: Some(area(25.0, 27.0, 78.0, 5.0)),
            ..Envelope::default()
        };
        let set_keep_out = |envelope: &mut Envelope, area| {
            envelope.keep_outs.truncate(1);
            envelope.keep_outs[0].area = area;
        };
        set_keep_out(&mut envelope, area(20.0, 32.0, 85.0, 12.7));
        assert_eq!(envelope.address_column(false), envelope.address);
        set_keep_out(&mut envelope, area(20.0, 20.0, 85.0, 7.0));
        assert_eq!(envelope.address_column(false).top, 27.0);
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
