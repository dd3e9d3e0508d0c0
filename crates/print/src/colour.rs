//! The print copy's colours: whatever is black or grey becomes DeviceGray, which a press prints
//! with the K plate alone. A profile for grey, or sRGB with three equal parts, would put ink on
//! all four plates.

use std::collections::BTreeMap;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object};
use raadspost_content::Colours;

/// What the numbers of a colour space mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// One part, 0 is black.
    Grey,
    /// Three parts.
    Rgb,
    /// Anything else, which stays as it is.
    Other,
}

/// The colour spaces of some resources, by name.
pub(crate) type Spaces = BTreeMap<Vec<u8>, Space>;

/// The colour spaces that resources name.
pub(crate) fn spaces(document: &Document, resources: &Dictionary) -> Spaces {
    let mut spaces = Spaces::new();
    let named = resources.get(b"ColorSpace").ok();
    let named = named.and_then(|object| document.dereference(object).ok());
    if let Some((_, Object::Dictionary(named))) = named {
        for (name, object) in named {
            spaces.insert(name.clone(), space(document, object));
        }
    }
    for (name, space) in [
        (&b"DeviceGray"[..], Space::Grey),
        (b"DeviceRGB", Space::Rgb),
    ] {
        spaces.entry(name.to_vec()).or_insert(space);
    }
    spaces
}

/// What a colour space's numbers mean (ISO 32000-1 8.6).
pub(crate) fn space(document: &Document, object: &Object) -> Space {
    let Ok((_, object)) = document.dereference(object) else {
        return Space::Other;
    };
    let (name, parameter) = match object {
        Object::Name(name) => (name.as_slice(), None),
        Object::Array(array) => match array.first() {
            Some(Object::Name(name)) => (name.as_slice(), array.get(1)),
            _ => return Space::Other,
        },
        _ => return Space::Other,
    };
    match name {
        b"DeviceGray" | b"CalGray" => Space::Grey,
        b"DeviceRGB" | b"CalRGB" => Space::Rgb,
        b"ICCBased" => {
            let profile = parameter.and_then(|object| document.dereference(object).ok());
            let parts = match profile {
                Some((_, Object::Stream(stream))) => stream.dict.get(b"N").and_then(Object::as_i64),
                _ => return Space::Other,
            };
            match parts {
                Ok(1) => Space::Grey,
                Ok(3) => Space::Rgb,
                _ => Space::Other,
            }
        }
        _ => Space::Other,
    }
}

/// A colour that is set: the space that the page asks for, and the one that is in force.
#[derive(Clone, Default)]
struct Current {
    asked: Option<Vec<u8>>,
    in_force: Option<Vec<u8>>,
}

/// Rewrites a content stream: blacks and greys to DeviceGray, all colours with
/// [`Colours::Black`]. Marks that only tie content to the structure tree lose their number.
///
/// # Errors
/// Where the stream cannot be read.
pub(crate) fn rewrite(
    content: &[u8],
    spaces: &Spaces,
    colours: Colours,
) -> Result<Vec<u8>, lopdf::Error> {
    let operations = Content::decode(content)?.operations;
    let mut out = Vec::with_capacity(operations.len());
    // Filling and stroking, and what `q` put aside.
    let mut now = [Current::default(), Current::default()];
    let mut saved = Vec::new();
    let mut rest = operations.into_iter().peekable();
    while let Some(operation) = rest.next() {
        match operation.operator.as_str() {
            "q" => {
                saved.push(now.clone());
                out.push(operation);
            }
            "Q" => {
                now = saved.pop().unwrap_or_default();
                out.push(operation);
            }
            "cs" | "CS" => {
                let stroke = operation.operator == "CS";
                let current = &mut now[usize::from(stroke)];
                let name = name_of(&operation);
                current.asked.clone_from(&name);
                let kind = kind_of(name.as_deref(), spaces);
                let followed = rest
                    .peek()
                    .is_some_and(|next| sets_colour(&next.operator, stroke));
                match kind {
                    Space::Other => {
                        current.in_force = name;
                        out.push(operation);
                    }
                    // The initial colour of both is black (ISO 32000-1 8.6.3).
                    _ if !followed => {
                        current.in_force = None;
                        out.push(grey(0.0, stroke));
                    }
                    _ => {}
                }
            }
            "sc" | "scn" | "SC" | "SCN" => {
                let stroke = operation.operator.starts_with('S');
                let current = &mut now[usize::from(stroke)];
                let kind = kind_of(current.asked.as_deref(), spaces);
                match as_grey(kind, &operation.operands, colours) {
                    Some(value) => {
                        current.in_force = None;
                        out.push(grey(value, stroke));
                    }
                    None => {
                        if current.in_force != current.asked {
                            current.in_force.clone_from(&current.asked);
                            let name = Object::Name(current.asked.clone().unwrap_or_default());
                            let operator = if stroke { "CS" } else { "cs" };
                            out.push(Operation::new(operator, vec![name]));
                        }
                        out.push(operation);
                    }
                }
            }
            "g" | "G" | "rg" | "RG" | "k" | "K" => {
                let stroke = operation.operator.starts_with(char::is_uppercase);
                now[usize::from(stroke)] = Current::default();
                let kind = match operation.operator.as_str() {
                    "rg" | "RG" => Space::Rgb,
                    _ => Space::Other,
                };
                match as_grey(kind, &operation.operands, colours) {
                    Some(value) => out.push(grey(value, stroke)),
                    None => out.push(operation),
                }
            }
            "BDC" => out.push(without_number(operation)),
            _ => out.push(operation),
        }
    }
    Content { operations: out }.encode()
}

fn name_of(operation: &Operation) -> Option<Vec<u8>> {
    match operation.operands.first() {
        Some(Object::Name(name)) => Some(name.clone()),
        _ => None,
    }
}

fn kind_of(name: Option<&[u8]>, spaces: &Spaces) -> Space {
    name.and_then(|name| spaces.get(name).copied())
        .unwrap_or(Space::Other)
}

fn sets_colour(operator: &str, stroke: bool) -> bool {
    match operator {
        "sc" | "scn" => !stroke,
        "SC" | "SCN" => stroke,
        _ => false,
    }
}

fn grey(value: f32, stroke: bool) -> Operation {
    // A whole number is shorter, and black is one.
    let operand = match value {
        0.0 => Object::Integer(0),
        value => Object::Real(value),
    };
    Operation::new(if stroke { "G" } else { "g" }, vec![operand])
}

/// The grey that a colour is, or becomes.
fn as_grey(space: Space, operands: &[Object], colours: Colours) -> Option<f32> {
    let mut parts = [0.0; 3];
    let wanted = match space {
        Space::Grey => 1,
        Space::Rgb => 3,
        Space::Other => return None,
    };
    if operands.len() != wanted {
        return None;
    }
    for (part, operand) in parts.iter_mut().zip(operands) {
        *part = operand.as_float().ok()?;
    }
    let [red, green, blue] = parts;
    match (space, colours) {
        (Space::Grey, _) => Some(red),
        _ if red == green && green == blue => Some(red),
        (_, Colours::Keep) => None,
        // Luma of ITU-R BT.601, as PDF has it for the same conversion (ISO 32000-1 10.3.2).
        (_, Colours::Black) => Some(0.3 * red + 0.59 * green + 0.11 * blue),
    }
}

/// A mark without its number in the structure tree, which the print copy does not have.
fn without_number(operation: Operation) -> Operation {
    if let [tag, Object::Dictionary(properties)] = operation.operands.as_slice()
        && properties.len() == 1
        && properties.has(b"MCID")
    {
        return Operation::new("BMC", vec![tag.clone()]);
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(content: &str, colours: Colours) -> String {
        let spaces = Spaces::from([
            (b"c0".to_vec(), Space::Rgb),
            (b"c1".to_vec(), Space::Grey),
            (b"p".to_vec(), Space::Other),
        ]);
        let bytes = rewrite(content.as_bytes(), &spaces, colours).expect("content");
        String::from_utf8(bytes)
            .expect("UTF-8")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn black_becomes_k_and_colours_stay() {
        let keep = |content| rewritten(content, Colours::Keep);
        assert_eq!(keep("/c0 cs 0 0 0 scn f"), "0 g f");
        assert_eq!(keep("/c1 CS 0.5 SCN S"), "0.5 G S");
        assert_eq!(keep("/c0 cs 1 0 0 scn f"), "/c0 cs 1 0 0 scn f");
        // After a grey, the space has to be asked for again.
        assert_eq!(
            keep("/c0 cs 0 0 0 scn f 1 0 0 scn f"),
            "0 g f /c0 cs 1 0 0 scn f"
        );
        assert_eq!(
            keep("/c0 cs 1 0 0 scn q 0 0 0 scn f Q 0 1 0 scn f"),
            "/c0 cs 1 0 0 scn q 0 g f Q 0 1 0 scn f"
        );
        assert_eq!(keep("/c0 cs f"), "0 g f");
        assert_eq!(keep("0 0 0 rg 0 0 0 1 k f"), "0 g 0 0 0 1 k f");
        assert_eq!(keep("/p cs /x scn f"), "/p cs /x scn f");
    }

    #[test]
    fn colours_become_greys_where_asked() {
        assert_eq!(
            rewritten("/c0 cs 1 0 0 scn 0 1 0 RG f", Colours::Black),
            "0.3 g 0.59 G f"
        );
    }

    #[test]
    fn numbers_of_the_structure_tree_go_and_other_properties_stay() {
        assert_eq!(
            rewritten("/P <</MCID 3>> BDC EMC", Colours::Keep),
            "/P BMC EMC"
        );
        let text = rewritten("/Span <</ActualText (x)>> BDC EMC", Colours::Keep);
        assert!(text.contains("ActualText"), "{text}");
    }
}
