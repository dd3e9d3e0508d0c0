//! The order of children, as the complex types of ECMA-376 Part 1 fix it in `xsd:sequence`.
//!
//! docx-rs writes several of them in an order of its own, and a house style may bring others; Word
//! repairs or refuses such files. What this crate writes itself is in order by construction. Each
//! table names the clause of its element; the sequences are those of `wml.xsd` (Annex A.1),
//! transitional.

use super::{Element, Fault, Node};

/// 17.3.1.26, CT_PPr.
const P_PR: &[&str] = &[
    "w:pStyle",
    "w:keepNext",
    "w:keepLines",
    "w:pageBreakBefore",
    "w:framePr",
    "w:widowControl",
    "w:numPr",
    "w:suppressLineNumbers",
    "w:pBdr",
    "w:shd",
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:kinsoku",
    "w:wordWrap",
    "w:overflowPunct",
    "w:topLinePunct",
    "w:autoSpaceDE",
    "w:autoSpaceDN",
    "w:bidi",
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
];

/// 17.3.2.28, CT_RPr.
const R_PR: &[&str] = &[
    "w:rStyle",
    "w:rFonts",
    "w:b",
    "w:bCs",
    "w:i",
    "w:iCs",
    "w:caps",
    "w:smallCaps",
    "w:strike",
    "w:dstrike",
    "w:outline",
    "w:shadow",
    "w:emboss",
    "w:imprint",
    "w:noProof",
    "w:snapToGrid",
    "w:vanish",
    "w:webHidden",
    "w:color",
    "w:spacing",
    "w:w",
    "w:kern",
    "w:position",
    "w:sz",
    "w:szCs",
    "w:highlight",
    "w:u",
    "w:effect",
    "w:bdr",
    "w:shd",
    "w:fitText",
    "w:vertAlign",
    "w:rtl",
    "w:cs",
    "w:em",
    "w:lang",
    "w:eastAsianLayout",
    "w:specVanish",
    "w:oMath",
];

/// 17.7.4.17, CT_Style.
const STYLE: &[&str] = &[
    "w:name",
    "w:aliases",
    "w:basedOn",
    "w:next",
    "w:link",
    "w:autoRedefine",
    "w:hidden",
    "w:uiPriority",
    "w:semiHidden",
    "w:unhideWhenUsed",
    "w:qFormat",
    "w:locked",
    "w:personal",
    "w:personalCompose",
    "w:personalReply",
    "w:rsid",
    "w:pPr",
    "w:rPr",
    "w:tblPr",
    "w:trPr",
    "w:tcPr",
    "w:tblStylePr",
];

/// 17.9.6, CT_Lvl.
const LVL: &[&str] = &[
    "w:start",
    "w:numFmt",
    "w:lvlRestart",
    "w:pStyle",
    "w:isLgl",
    "w:suff",
    "w:lvlText",
    "w:lvlPicBulletId",
    "w:legacy",
    "w:lvlJc",
    "w:pPr",
    "w:rPr",
];

/// 17.6.17, CT_SectPr.
const SECT_PR: &[&str] = &[
    "w:headerReference",
    "w:footerReference",
    "w:footnotePr",
    "w:endnotePr",
    "w:type",
    "w:pgSz",
    "w:pgMar",
    "w:paperSrc",
    "w:pgBorders",
    "w:lnNumType",
    "w:pgNumType",
    "w:cols",
    "w:formProt",
    "w:vAlign",
    "w:noEndnote",
    "w:titlePg",
    "w:textDirection",
    "w:bidi",
    "w:rtlGutter",
    "w:docGrid",
    "w:printerSettings",
    "w:sectPrChange",
];

/// The children of an element in their order, if docx-rs or a house style may bring another.
fn sequence(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "w:pPr" => P_PR,
        "w:rPr" => R_PR,
        // 17.3.1.19, CT_NumPr.
        "w:numPr" => &["w:ilvl", "w:numId", "w:numberingChange", "w:ins"],
        "w:style" => STYLE,
        // 17.7.4.18, CT_Styles.
        "w:styles" => &["w:docDefaults", "w:latentStyles", "w:style"],
        // 17.7.5.1, CT_DocDefaults.
        "w:docDefaults" => &["w:rPrDefault", "w:pPrDefault"],
        "w:lvl" => LVL,
        "w:sectPr" => SECT_PR,
        _ => return None,
    })
}

/// Sorts the children of an element and of all below it as the schema does; those of one name keep
/// their order.
///
/// # Errors
/// A child that the schema does not allow there: docx-rs has changed what it writes.
pub(crate) fn sort(element: &mut Element<'_>) -> Result<(), Fault> {
    for child in element.elements_mut() {
        sort(child)?;
    }
    if let Some(sequence) = sequence(&element.name) {
        for node in &element.children {
            place(node, sequence).ok_or_else(|| stranger(&element.name, node))?;
        }
        element
            .children
            .sort_by_cached_key(|node| place(node, sequence));
    }
    Ok(())
}

/// Removes the children that the schema does not allow in this element, and sorts the others: for
/// what other programs have written.
pub(crate) fn conform(element: &mut Element<'_>) {
    if let Some(sequence) = sequence(&element.name) {
        element
            .children
            .retain(|node| place(node, sequence).is_some());
        element
            .children
            .sort_by_cached_key(|node| place(node, sequence));
    }
}

/// A child that its parent cannot hold.
fn stranger(parent: &str, child: &Node<'_>) -> Fault {
    let child = match child {
        Node::Element(element) => element.name.to_string(),
        Node::Text(text) => text.to_string(),
    };
    Fault::Stranger {
        parent: parent.to_owned(),
        child,
    }
}

fn place(node: &Node<'_>, sequence: &[&str]) -> Option<usize> {
    match node {
        Node::Element(child) => sequence.iter().position(|name| *name == child.name),
        Node::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(xml: &str) -> Result<String, Fault> {
        let mut element = Element::parse(xml.as_bytes())?;
        sort(&mut element)?;
        Ok(element.to_xml())
    }

    #[test]
    fn each_table_names_a_child_once() {
        for table in [P_PR, R_PR, STYLE, LVL, SECT_PR] {
            let mut names = table.to_vec();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.len());
        }
    }

    #[test]
    fn children_take_the_order_of_the_schema() {
        let cases = [
            (
                "<w:numPr><w:numId/><w:ilvl/></w:numPr>",
                "<w:numPr><w:ilvl/><w:numId/></w:numPr>",
            ),
            (
                "<w:pPr><w:rPr><w:sz/><w:b/></w:rPr><w:keepNext/><w:pStyle/></w:pPr>",
                "<w:pPr><w:pStyle/><w:keepNext/><w:rPr><w:b/><w:sz/></w:rPr></w:pPr>",
            ),
            (
                "<w:style><w:rPr/><w:pPr/><w:qFormat/><w:basedOn/><w:name/></w:style>",
                "<w:style><w:name/><w:basedOn/><w:qFormat/><w:pPr/><w:rPr/></w:style>",
            ),
        ];
        for (given, expected) in cases {
            assert_eq!(sorted(given).unwrap(), expected);
        }
    }

    #[test]
    fn a_stranger_is_a_fault() {
        assert!(matches!(
            sorted("<w:numPr><w:jc/></w:numPr>"),
            Err(Fault::Stranger { parent, child }) if parent == "w:numPr" && child == "w:jc"
        ));
    }
}
