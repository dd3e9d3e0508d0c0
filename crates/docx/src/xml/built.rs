//! What docx-rs writes, as elements: runs, paragraph properties, styles and levels of lists.

use docx_rs::BuildXML;

use super::{Element, Fault, sort};

/// What docx-rs writes for `built`: in the order of the schema, and the same bytes in any process
/// and on any thread.
///
/// # Errors
/// docx-rs writes something that is not known here.
pub(crate) fn element(built: &impl BuildXML) -> Result<Element<'static>, Fault> {
    let mut element = Element::parse(&built.build())?;
    clean(&mut element);
    sort(&mut element)?;
    Ok(element)
}

/// Removes empty `w:pPr` and `w:rPr`, and the attributes of later namespaces: paragraph ids depend
/// on what the thread built before.
fn clean(element: &mut Element<'_>) {
    element
        .attributes
        .retain(|(name, _)| !name.starts_with("w14:") && !name.starts_with("w15:"));
    if element.name == "w:br" && element.get("w:type") == Some("textWrapping") {
        // It is the default (17.3.3.1).
        element.attributes.clear();
    }
    for child in element.elements_mut() {
        clean(child);
    }
    element.retain(|child| !(matches!(child.name.as_ref(), "w:rPr" | "w:pPr") && child.is_empty()));
}
