//! Transformations (ISO 32000-1, 8.3.3) and boxes, both in pt with the axis upwards, and the way
//! from there to mm from the top left corner of the sheet, in which findings speak.

use raadspost_content::Area;

/// Millimetres in a point (1/72 inch).
const MM: f32 = 25.4 / 72.0;

/// A transformation `[a b c d e f]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix(pub(crate) [f32; 6]);

impl Matrix {
    pub(crate) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `next`.
    pub(crate) fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, next.0);
        Self([
            a * p + b * r,
            a * q + b * s,
            c * p + d * r,
            c * q + d * s,
            e * p + f * r + t,
            e * q + f * s + u,
        ])
    }

    pub(crate) fn translation(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Where a point comes to lie.
    pub(crate) fn point(self, (x, y): (f32, f32)) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The box round a transformed box.
    pub(crate) fn bounds(self, of: Rect) -> Rect {
        let [a, b, c, d, e, f] = self.0;
        // A sum of products is least where each product is.
        let span = |p: f32, low: f32, high: f32| {
            let (one, other) = (p * low, p * high);
            (one.min(other), one.max(other))
        };
        let (ax, cx) = (span(a, of.left, of.right), span(c, of.bottom, of.top));
        let (by, dy) = (span(b, of.left, of.right), span(d, of.bottom, of.top));
        Rect {
            left: ax.0 + cx.0 + e,
            right: ax.1 + cx.1 + e,
            bottom: by.0 + dy.0 + f,
            top: by.1 + dy.1 + f,
        }
    }

    /// By how much a length grows, as the larger of both directions.
    pub(crate) fn scale(self) -> f32 {
        let [a, b, c, d, ..] = self.0;
        a.hypot(b).max(c.hypot(d))
    }
}

/// A box, edges parallel to the axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) left: f32,
    pub(crate) bottom: f32,
    pub(crate) right: f32,
    pub(crate) top: f32,
}

impl Rect {
    /// The box round nothing.
    pub(crate) const EMPTY: Self = Self {
        left: f32::INFINITY,
        bottom: f32::INFINITY,
        right: f32::NEG_INFINITY,
        top: f32::NEG_INFINITY,
    };

    /// The box round everything.
    pub(crate) const EVERYTHING: Self = Self {
        left: f32::NEG_INFINITY,
        bottom: f32::NEG_INFINITY,
        right: f32::INFINITY,
        top: f32::INFINITY,
    };

    /// The box between two corners, in whatever order.
    pub(crate) fn between((x, y): (f32, f32), (u, v): (f32, f32)) -> Self {
        Self {
            left: x.min(u),
            bottom: y.min(v),
            right: x.max(u),
            top: y.max(v),
        }
    }

    /// Whether it is round nothing; a line has a box without area, which is something.
    pub(crate) fn is_empty(self) -> bool {
        !(self.left <= self.right && self.bottom <= self.top)
    }

    pub(crate) fn include(&mut self, (x, y): (f32, f32)) {
        *self = self.union(Self::between((x, y), (x, y)));
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            bottom: self.bottom.min(other.bottom),
            right: self.right.max(other.right),
            top: self.top.max(other.top),
        }
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }

    /// Larger by `by` on each side.
    pub(crate) fn grown(self, by: f32) -> Self {
        Self {
            left: self.left - by,
            bottom: self.bottom - by,
            right: self.right + by,
            top: self.top + by,
        }
    }

    pub(crate) fn width(self) -> f32 {
        self.right - self.left
    }

    pub(crate) fn height(self) -> f32 {
        self.top - self.bottom
    }

    /// In mm from the top left corner of `sheet`.
    pub(crate) fn on(self, sheet: Self) -> Area {
        Area {
            left: f64::from((self.left - sheet.left) * MM),
            top: f64::from((sheet.top - self.top) * MM),
            width: f64::from(self.width() * MM),
            height: f64::from(self.height() * MM),
        }
    }
}

/// A length in pt, in mm.
pub(crate) fn mm(length: f32) -> f64 {
    f64::from(length * MM)
}

#[cfg(test)]
mod tests {
    use super::{Matrix, Rect};

    #[test]
    fn a_turned_box_has_a_box() {
        let quarter = Matrix([0.0, 1.0, -1.0, 0.0, 100.0, 0.0]);
        let found = quarter.bounds(Rect::between((10.0, 20.0), (30.0, 25.0)));
        assert_eq!(found, Rect::between((75.0, 10.0), (80.0, 30.0)));
        assert_eq!(quarter.point((10.0, 20.0)), (80.0, 10.0));
    }

    #[test]
    fn the_sheet_is_measured_from_its_top_left_corner() {
        let sheet = Rect::between((0.0, 0.0), (595.276, 841.89));
        let area = Rect::between((72.0, 841.89 - 144.0), (144.0, 841.89 - 72.0)).on(sheet);
        assert!((area.left - 25.4).abs() < 0.001 && (area.top - 25.4).abs() < 0.001);
        assert!((area.width - 25.4).abs() < 0.001 && (area.height - 25.4).abs() < 0.001);
    }

    #[test]
    fn nothing_is_no_point() {
        assert!(Rect::EMPTY.is_empty());
        let mut rect = Rect::EMPTY;
        rect.include((1.0, 2.0));
        assert!(!rect.is_empty() && rect.width() == 0.0);
        let apart = Rect::between((5.0, 5.0), (6.0, 6.0));
        assert!(rect.intersection(apart).is_empty());
    }
}
