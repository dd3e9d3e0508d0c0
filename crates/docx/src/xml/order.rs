//! The order of children, as the complex types of ECMA-376 Part 1 fix it in `xsd:sequence`.
//!
//! docx-rs writes several of them in an order of its own; Word opens many such files, and repairs
//! or refuses some. Each table names the clause of its element; the sequences themselves are those
//! of the schema `wml.xsd` (Annex A.1 there), transitional.

use super::{Element, Fault, Node};

/// What is fixed about the children of an element.
enum Rule {
    /// They come in this order, and there are no others.
    Sequence(&'static [&'static str]),
    /// This one comes first, the others as they are read.
    First(&'static str),
}

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

/// 17.5.2.38, CT_SdtPr; the kinds of control stand in a choice at the end.
const SDT_PR: &[&str] = &[
    "w:rPr",
    "w:alias",
    "w:tag",
    "w:id",
    "w:lock",
    "w:placeholder",
    "w:temporary",
    "w:showingPlcHdr",
    "w:dataBinding",
    "w15:dataBinding",
    "w:label",
    "w:tabIndex",
    "w:equation",
    "w:comboBox",
    "w:date",
    "w:docPartObj",
    "w:docPartList",
    "w:dropDownList",
    "w:picture",
    "w:richText",
    "w:text",
    "w:citation",
    "w:group",
    "w:bibliography",
    // MS-DOCX 2.5.4.
    "w15:repeatingSection",
    "w15:repeatingSectionItem",
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

/// 17.9.1, CT_AbstractNum.
const ABSTRACT_NUM: &[&str] = &[
    "w:nsid",
    "w:multiLevelType",
    "w:tmpl",
    "w:name",
    "w:styleLink",
    "w:numStyleLink",
    "w:lvl",
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

/// 17.15.1.78, CT_Settings.
const SETTINGS: &[&str] = &[
    "w:writeProtection",
    "w:view",
    "w:zoom",
    "w:removePersonalInformation",
    "w:removeDateAndTime",
    "w:doNotDisplayPageBoundaries",
    "w:displayBackgroundShape",
    "w:printPostScriptOverText",
    "w:printFractionalCharacterWidth",
    "w:printFormsData",
    "w:embedTrueTypeFonts",
    "w:embedSystemFonts",
    "w:saveSubsetFonts",
    "w:saveFormsData",
    "w:mirrorMargins",
    "w:alignBordersAndEdges",
    "w:bordersDoNotSurroundHeader",
    "w:bordersDoNotSurroundFooter",
    "w:gutterAtTop",
    "w:hideSpellingErrors",
    "w:hideGrammaticalErrors",
    "w:activeWritingStyle",
    "w:proofState",
    "w:formsDesign",
    "w:attachedTemplate",
    "w:linkStyles",
    "w:stylePaneFormatFilter",
    "w:stylePaneSortMethod",
    "w:documentType",
    "w:mailMerge",
    "w:revisionView",
    "w:trackRevisions",
    "w:doNotTrackMoves",
    "w:doNotTrackFormatting",
    "w:documentProtection",
    "w:autoFormatOverride",
    "w:styleLockTheme",
    "w:styleLockQFSet",
    "w:defaultTabStop",
    "w:autoHyphenation",
    "w:consecutiveHyphenLimit",
    "w:hyphenationZone",
    "w:doNotHyphenateCaps",
    "w:showEnvelope",
    "w:summaryLength",
    "w:clickAndTypeStyle",
    "w:defaultTableStyle",
    "w:evenAndOddHeaders",
    "w:bookFoldRevPrinting",
    "w:bookFoldPrinting",
    "w:bookFoldPrintingSheets",
    "w:drawingGridHorizontalSpacing",
    "w:drawingGridVerticalSpacing",
    "w:displayHorizontalDrawingGridEvery",
    "w:displayVerticalDrawingGridEvery",
    "w:doNotUseMarginsForDrawingGridOrigin",
    "w:drawingGridHorizontalOrigin",
    "w:drawingGridVerticalOrigin",
    "w:doNotShadeFormData",
    "w:noPunctuationKerning",
    "w:characterSpacingControl",
    "w:printTwoOnOne",
    "w:strictFirstAndLastChars",
    "w:noLineBreaksAfter",
    "w:noLineBreaksBefore",
    "w:savePreviewPicture",
    "w:doNotValidateAgainstSchema",
    "w:saveInvalidXml",
    "w:ignoreMixedContent",
    "w:alwaysShowPlaceholderText",
    "w:doNotDemarcateInvalidXml",
    "w:saveXmlDataOnly",
    "w:useXSLTWhenSaving",
    "w:saveThroughXslt",
    "w:showXMLTags",
    "w:alwaysMergeEmptyNamespace",
    "w:updateFields",
    "w:hdrShapeDefaults",
    "w:footnotePr",
    "w:endnotePr",
    "w:compat",
    "w:docVars",
    "w:rsids",
    "w:mathPr",
    "w:attachedSchema",
    "w:themeFontLang",
    "w:clrSchemeMapping",
    "w:doNotIncludeSubdocsInStats",
    "w:doNotAutoCompressPictures",
    "w:forceUpgrade",
    "w:captions",
    "w:readModeInkLockDown",
    "w:smartTagType",
    "w:schemaLibrary",
    "w:shapeDefaults",
    "w:doNotEmbedSmartTags",
    "w:decimalSymbol",
    "w:listSeparator",
];

fn rule(name: &str) -> Option<Rule> {
    let sequence: &'static [&'static str] = match name {
        // 17.3.1.22 and 17.3.2.25: the properties, then any content.
        "w:p" => return Some(Rule::First("w:pPr")),
        "w:r" => return Some(Rule::First("w:rPr")),
        "w:pPr" => P_PR,
        "w:rPr" => R_PR,
        "w:sdtPr" => SDT_PR,
        // 17.5.2.29 to 17.5.2.32, CT_SdtRun and its sisters.
        "w:sdt" => &["w:sdtPr", "w:sdtEndPr", "w:sdtContent"],
        // 17.5.2.7, CT_SdtDate.
        "w:date" => &["w:dateFormat", "w:lid", "w:storeMappedDataAs", "w:calendar"],
        // 17.3.1.19, CT_NumPr.
        "w:numPr" => &["w:ilvl", "w:numId", "w:numberingChange", "w:ins"],
        "w:style" => STYLE,
        // 17.7.4.18, CT_Styles.
        "w:styles" => &["w:docDefaults", "w:latentStyles", "w:style"],
        // 17.7.5.1, CT_DocDefaults.
        "w:docDefaults" => &["w:rPrDefault", "w:pPrDefault"],
        "w:lvl" => LVL,
        "w:abstractNum" => ABSTRACT_NUM,
        // 17.9.15, CT_Num.
        "w:num" => &["w:abstractNumId", "w:lvlOverride"],
        // 17.9.8, CT_NumLvl.
        "w:lvlOverride" => &["w:startOverride", "w:lvl"],
        // 17.9.16, CT_Numbering.
        "w:numbering" => &[
            "w:numPicBullet",
            "w:abstractNum",
            "w:num",
            "w:numIdMacAtCleanup",
        ],
        // 17.4.81, CT_TrPr: a choice, in which ours come in this order.
        "w:trPr" => &["w:cantSplit", "w:trHeight", "w:tblHeader"],
        // 17.4.37, CT_Tbl; what is repeated has a mark before and behind it.
        "w:tcPr" => &["w:tcW"],
        "w:sectPr" => SECT_PR,
        "w:settings" => SETTINGS,
        _ => return None,
    };
    Some(Rule::Sequence(sequence))
}

/// Puts the children of an element and of all below it into the order of the schema; those of one
/// name keep theirs.
///
/// # Errors
/// A child that the schema does not have there: a mistake of this crate or of docx-rs, which must
/// not reach a clerk.
pub(crate) fn sort(element: &mut Element<'_>) -> Result<(), Fault> {
    for child in element.elements_mut() {
        sort(child)?;
    }
    match rule(&element.name) {
        None => {}
        Some(Rule::First(first)) => {
            // Already so in nearly all paragraphs and runs, which a stable sort sees at once.
            element.children.sort_by_key(|node| !is_named(node, first));
        }
        Some(Rule::Sequence(sequence)) => {
            let mut last = 0;
            let mut sorted = true;
            for node in &element.children {
                let place =
                    place(node, sequence).ok_or_else(|| Fault::stranger(&element.name, node))?;
                sorted &= last <= place;
                last = place;
            }
            if !sorted {
                element
                    .children
                    .sort_by_cached_key(|node| place(node, sequence));
            }
        }
    }
    Ok(())
}

/// Takes out the children that the schema does not have in this element, and sorts the others: for
/// what other programs have written. Rows and cells are left as they are, since the tables here
/// hold no more of them than is ours.
pub(crate) fn conform(element: &mut Element<'_>) {
    if matches!(element.name.as_ref(), "w:trPr" | "w:tcPr") {
        return;
    }
    if let Some(Rule::Sequence(sequence)) = rule(&element.name) {
        element
            .children
            .retain(|node| place(node, sequence).is_some());
        element
            .children
            .sort_by_cached_key(|node| place(node, sequence));
    }
}

fn place(node: &Node<'_>, sequence: &[&str]) -> Option<usize> {
    match node {
        Node::Element(child) => sequence.iter().position(|name| *name == child.name),
        Node::Text(_) => None,
    }
}

fn is_named(node: &Node<'_>, name: &str) -> bool {
    matches!(node, Node::Element(element) if element.name == name)
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
        for table in [
            P_PR,
            R_PR,
            SDT_PR,
            STYLE,
            LVL,
            ABSTRACT_NUM,
            SECT_PR,
            SETTINGS,
        ] {
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
            (
                "<w:numbering><w:num/><w:abstractNum/><w:num w:x=\"2\"/></w:numbering>",
                "<w:numbering><w:abstractNum/><w:num/><w:num w:x=\"2\"/></w:numbering>",
            ),
            (
                "<w:settings><w:compat/><w:defaultTabStop/><w:zoom/></w:settings>",
                "<w:settings><w:zoom/><w:defaultTabStop/><w:compat/></w:settings>",
            ),
            (
                "<w:p><w:r><w:t>a</w:t><w:rPr/></w:r><w:pPr/><w:r/></w:p>",
                "<w:p><w:pPr/><w:r><w:rPr/><w:t>a</w:t></w:r><w:r/></w:p>",
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
