//! Gradients in grey. Luma is linear in red, green and blue, and so is what lies between two colours
//! of a gradient, so a gradient between the greys of its colours is the grey of the gradient.

use lopdf::{Dictionary, Document, Object};

use crate::pdf::colour::{Space, luma, space};
use crate::pdf::read::DEPTH;

/// A shading dictionary in DeviceGray (ISO 32000-1 8.7.4.3), with functions of its own; `None` for one
/// that is not in RGB, or whose function is not between colours.
pub(crate) fn in_grey(document: &Document, shading: &Dictionary) -> Option<Dictionary> {
    if space(document, shading.get(b"ColorSpace").ok()?) != Space::Rgb {
        return None;
    }
    let function = function_in_grey(document, shading.get(b"Function").ok()?, 0)?;
    let mut grey = shading.clone();
    grey.set("ColorSpace", "DeviceGray");
    grey.set("Function", function);
    if let Ok(background) = shading.get(b"Background") {
        grey.set("Background", colour_in_grey(document, background)?);
    }
    Some(grey)
}

/// A function of type 2, or of type 3 of such ones, from three parts to one.
fn function_in_grey(document: &Document, function: &Object, depth: usize) -> Option<Object> {
    if depth > DEPTH {
        return None;
    }
    let (_, Object::Dictionary(function)) = document.dereference(function).ok()? else {
        return None;
    };
    let mut grey = function.clone();
    match function
        .get(b"FunctionType")
        .and_then(Object::as_i64)
        .ok()?
    {
        2 => {
            grey.set("C0", colour_in_grey(document, function.get(b"C0").ok()?)?);
            grey.set("C1", colour_in_grey(document, function.get(b"C1").ok()?)?);
        }
        3 => {
            let (_, parts) = document
                .dereference(function.get(b"Functions").ok()?)
                .ok()?;
            let parts = parts.as_array().ok()?.iter();
            let parts = parts.map(|part| function_in_grey(document, part, depth + 1));
            grey.set("Functions", parts.collect::<Option<Vec<_>>>()?);
        }
        _ => return None,
    }
    if grey.has(b"Range") {
        grey.set("Range", vec![Object::Integer(0), Object::Integer(1)]);
    }
    Some(Object::Dictionary(grey))
}

/// An array of three parts as one of their grey.
fn colour_in_grey(document: &Document, colour: &Object) -> Option<Object> {
    let (_, colour) = document.dereference(colour).ok()?;
    let mut parts = [0.0; 3];
    let numbers = colour.as_array().ok()?;
    if numbers.len() != parts.len() {
        return None;
    }
    for (part, number) in parts.iter_mut().zip(numbers) {
        *part = document.dereference(number).ok()?.1.as_float().ok()?;
    }
    Some(Object::Array(vec![Object::Real(luma(parts))]))
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn a_gradient_is_grey_at_its_ends_and_between() {
        let colour = |parts: [f32; 3]| Object::Array(parts.map(Object::Real).into());
        let part = |from, to| {
            Object::Dictionary(dictionary! {
                "FunctionType" => 2, "N" => 1, "C0" => colour(from), "C1" => colour(to),
                "Range" => Object::Array(vec![0.into(); 6]),
            })
        };
        let stitched = |parts: Vec<Object>| {
            dictionary! {
                "ShadingType" => 2, "ColorSpace" => "DeviceRGB",
                "Background" => colour([1.0, 1.0, 1.0]),
                "Function" => dictionary! { "FunctionType" => 3, "Functions" => parts },
            }
        };
        let document = Document::new();
        let red_to_green = part([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]);
        let grey = in_grey(&document, &stitched(vec![red_to_green])).expect("grey");
        let function = grey
            .get(b"Function")
            .and_then(Object::as_dict)
            .expect("one");
        let part = function.get(b"Functions").and_then(Object::as_array);
        let part = part.expect("parts")[0].as_dict().expect("a part");
        let end = |key: &[u8]| {
            part.get(key)
                .and_then(Object::as_array)
                .expect("one")
                .clone()
        };
        assert_eq!(end(b"C0"), [Object::Real(0.3)]);
        assert_eq!(end(b"C1"), [Object::Real(0.59)]);
        assert_eq!(end(b"Range").len(), 2);
        // A function that computes its colours is not read.
        let computed = dictionary! { "FunctionType" => 4 };
        assert_eq!(in_grey(&document, &stitched(vec![computed.into()])), None);
    }
}
