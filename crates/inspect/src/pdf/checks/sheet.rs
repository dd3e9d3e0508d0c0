//! The sheet: A4, upright, and nothing on it that is painted besides the page's content.

use raadspost_content::{Diagnostic, Diagnostics};

use super::{Finished, place};
use crate::pdf::matrix::{Rect, mm};
use crate::pdf::opened::Opened;
use crate::pdf::syntax::document::{inherited, numbers};
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId};

/// Width and height of A4, in mm (ISO 216).
const SIZE: (f64, f64) = (210.0, 297.0);

/// By how much a sheet may differ, in mm: the figure of the best letter services.
const TOLERANCE: f64 = 2.0;

/// A4 from the lower left corner, in pt.
pub(crate) const A4: Rect = Rect {
    left: 0.0,
    bottom: 0.0,
    right: 595.2756,
    top: 841.8898,
};

fn page_box(file: &Opened<'_>, page: ObjectId, key: &[u8]) -> Option<Rect> {
    let [x, y, u, v] = numbers(&file.document, inherited(&file.document, page, key)?)?;
    Some(Rect::between((x, y), (u, v)))
}

/// The box of each page that is seen: the crop box within the media box (ISO 32000-1, 14.11.2).
pub(crate) fn sheets(file: &Opened<'_>) -> Vec<Rect> {
    let sheet = |page: &ObjectId| {
        let media = page_box(file, *page, b"MediaBox")?;
        let crop = page_box(file, *page, b"CropBox").map_or(media, |crop| crop.intersection(media));
        (!crop.is_empty()).then_some(crop)
    };
    file.ids
        .iter()
        .map(|page| sheet(page).unwrap_or(A4))
        .collect()
}

pub(super) fn check(finished: &Finished<'_>) -> Diagnostics {
    let mut found = Vec::new();
    for (at, page) in finished.file.ids.iter().enumerate() {
        let mut wrong = |message: String| found.push(Diagnostic::error("pdf-page-size", message));
        let boxes: [(&str, &[u8]); 3] = [
            ("media", b"MediaBox"),
            ("crop", b"CropBox"),
            ("trim", b"TrimBox"),
        ];
        for (name, key) in boxes {
            match page_box(finished.file, *page, key) {
                Some(sheet) => {
                    let (width, height) = (mm(sheet.width()), mm(sheet.height()));
                    let off = |is: f64, should: f64| (is - should).abs() > TOLERANCE;
                    if off(width, SIZE.0) || off(height, SIZE.1) {
                        wrong(format!(
                            "page {}: its {name} box is {width:.1} × {height:.1} mm, not A4 (210 × 297 mm)",
                            at + 1
                        ));
                    }
                }
                None if key == b"MediaBox" => wrong(format!("page {} has no size", at + 1)),
                None => {}
            }
        }
        let number = |key: &[u8]| {
            let found = inherited(&finished.file.document, *page, key)?;
            found.as_float()
        };
        if number(b"Rotate").is_some_and(|turn| turn % 360.0 != 0.0) {
            wrong(format!("page {} is turned, and its places with it", at + 1));
        }
        if number(b"UserUnit").is_some_and(|unit| unit != 1.0) {
            wrong(format!("page {} has a unit of its own", at + 1));
        }
        found.extend(annotations(finished, at, *page));
    }
    found
}

/// Annotations may be links; an appearance would be content that no check has read.
fn annotations(finished: &Finished<'_>, at: usize, page: ObjectId) -> Diagnostics {
    let document = finished.pdf();
    let Some(list) = document
        .dictionary(page)
        .and_then(|page| page.get_deref(b"Annots", document))
        .and_then(Object::as_array)
    else {
        return Vec::new();
    };
    let all = list
        .iter()
        .filter_map(|item| document.dereference(item)?.1.as_dict());
    let painting = all
        .filter(|annotation| paints(finished, annotation))
        .map(|annotation| {
            let bounds = annotation.get_deref(b"Rect", document);
            let bounds = bounds.and_then(|bounds| numbers(document, bounds));
            let [x, y, u, v] = bounds.unwrap_or_default();
            let area = finished.area(at, Rect::between((x, y), (u, v)));
            let message = format!("{}: an annotation paints something", place(at, area));
            Diagnostic::error("pdf-annotation", message)
        });
    painting.collect()
}

/// Whether an annotation has an appearance or a border (ISO 32000-1, 12.5.4 and 12.5.5).
fn paints(finished: &Finished<'_>, annotation: &Dictionary<'_>) -> bool {
    let document = finished.pdf();
    let entry = |key: &[u8]| annotation.get_deref(key, document);
    if entry(b"AP").is_some() {
        return true;
    }
    if let Some(style) = entry(b"BS").and_then(|style| style.as_dict()) {
        let width = style.get_deref(b"W", document).and_then(Object::as_float);
        return width.unwrap_or(1.0) != 0.0;
    }
    // Three numbers, the last of which is the width; without the entry it is 1.
    let border = entry(b"Border").and_then(|border| numbers::<3>(document, border));
    border.is_none_or(|[_, _, width]| width != 0.0)
}
