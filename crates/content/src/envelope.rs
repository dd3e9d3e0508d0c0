//! An envelope as data: where its window shows the sheet, what must stay free, where one folds.
//!
//! All measures are in mm from the top left corner of the A4 sheet, as it lies in the envelope
//! with the play shared out evenly.

use serde::Serialize;

/// A rectangle on the sheet, in mm from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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
    /// The column in which the address is set; lies in the window.
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

#[cfg(test)]
mod tests {
    use super::Area;

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
