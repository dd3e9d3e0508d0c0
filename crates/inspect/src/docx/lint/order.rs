//! The order of elements (`xsd:sequence` in `wml.xsd`, ECMA-376 part 1, annex A.1): Word opens many
//! files that break it, and repairs or refuses the others.

use super::Fault;
use crate::xml::Node;

/// The children of an element in their order, without the prefix `w:`; those that are not named
/// may stand anywhere.
fn sequence(parent: &str) -> Option<&'static [&'static str]> {
    Some(match parent {
        // 17.3.1.22, 17.3.2.25, 17.4.66 and 17.4.79: properties come first.
        "w:p" => &["pPr", "*"],
        "w:r" => &["rPr", "*"],
        "w:tc" => &["tcPr", "*"],
        "w:tr" => &["tblPrEx", "trPr", "*"],
        // 17.4.37.
        "w:tbl" => &["tblPr", "tblGrid", "*"],
        // 17.5.2.29 to 17.5.2.32.
        "w:sdt" => &["sdtPr", "sdtEndPr", "sdtContent"],
        "w:body" => &["*", "sectPr"],
        // 17.3.1.26.
        "w:pPr" => &[
            "pStyle",
            "keepNext",
            "keepLines",
            "pageBreakBefore",
            "framePr",
            "widowControl",
            "numPr",
            "suppressLineNumbers",
            "pBdr",
            "shd",
            "tabs",
            "suppressAutoHyphens",
            "kinsoku",
            "wordWrap",
            "overflowPunct",
            "topLinePunct",
            "autoSpaceDE",
            "autoSpaceDN",
            "bidi",
            "adjustRightInd",
            "snapToGrid",
            "spacing",
            "ind",
            "contextualSpacing",
            "mirrorIndents",
            "suppressOverlap",
            "jc",
            "textDirection",
            "textAlignment",
            "textboxTightWrap",
            "outlineLvl",
            "divId",
            "cnfStyle",
            "rPr",
            "sectPr",
            "pPrChange",
        ],
        // 17.3.1.19.
        "w:numPr" => &["ilvl", "numId"],
        // 17.3.2.28.
        "w:rPr" => &[
            "rStyle",
            "rFonts",
            "b",
            "bCs",
            "i",
            "iCs",
            "caps",
            "smallCaps",
            "strike",
            "dstrike",
            "outline",
            "shadow",
            "emboss",
            "imprint",
            "noProof",
            "snapToGrid",
            "vanish",
            "webHidden",
            "color",
            "spacing",
            "w",
            "kern",
            "position",
            "sz",
            "szCs",
            "highlight",
            "u",
            "effect",
            "bdr",
            "shd",
            "fitText",
            "vertAlign",
            "rtl",
            "cs",
            "em",
            "lang",
            "eastAsianLayout",
            "specVanish",
            "oMath",
            "rPrChange",
        ],
        // 17.4.59.
        "w:tblPr" => &[
            "tblStyle",
            "tblpPr",
            "tblOverlap",
            "bidiVisual",
            "tblStyleRowBandSize",
            "tblStyleColBandSize",
            "tblW",
            "jc",
            "tblCellSpacing",
            "tblInd",
            "tblBorders",
            "shd",
            "tblLayout",
            "tblCellMar",
            "tblLook",
            "tblCaption",
            "tblDescription",
        ],
        // 17.4.69.
        "w:tcPr" => &[
            "cnfStyle",
            "tcW",
            "gridSpan",
            "hMerge",
            "vMerge",
            "tcBorders",
            "shd",
            "noWrap",
            "tcMar",
            "textDirection",
            "tcFitText",
            "vAlign",
            "hideMark",
        ],
        // 17.5.2.38; the kind of control comes last.
        "w:sdtPr" => &[
            "rPr",
            "alias",
            "tag",
            "id",
            "lock",
            "placeholder",
            "temporary",
            "showingPlcHdr",
            "dataBinding",
            "label",
            "tabIndex",
            "*",
        ],
        // 17.6.17.
        "w:sectPr" => &[
            "headerReference|footerReference",
            "footnotePr",
            "endnotePr",
            "type",
            "pgSz",
            "pgMar",
            "paperSrc",
            "pgBorders",
            "lnNumType",
            "pgNumType",
            "cols",
            "formProt",
            "vAlign",
            "noEndnote",
            "titlePg",
            "textDirection",
            "bidi",
            "rtlGutter",
            "docGrid",
            "printerSettings",
            "sectPrChange",
        ],
        // 17.7.4.18, 17.7.5.1 and 17.7.4.17.
        "w:styles" => &["docDefaults", "latentStyles", "style"],
        "w:docDefaults" => &["rPrDefault", "pPrDefault"],
        "w:style" => &[
            "name",
            "aliases",
            "basedOn",
            "next",
            "link",
            "autoRedefine",
            "hidden",
            "uiPriority",
            "semiHidden",
            "unhideWhenUsed",
            "qFormat",
            "locked",
            "personal",
            "personalCompose",
            "personalReply",
            "rsid",
            "pPr",
            "rPr",
            "tblPr",
            "trPr",
            "tcPr",
            "tblStylePr",
        ],
        // 17.9.16, 17.9.1, 17.9.6 and 17.9.15.
        "w:numbering" => &["numPicBullet", "abstractNum", "num", "numIdMacAtCleanup"],
        "w:abstractNum" => &[
            "nsid",
            "multiLevelType",
            "tmpl",
            "name",
            "styleLink",
            "numStyleLink",
            "lvl",
        ],
        "w:lvl" => &[
            "start",
            "numFmt",
            "lvlRestart",
            "pStyle",
            "isLgl",
            "suff",
            "lvlText",
            "lvlPicBulletId",
            "legacy",
            "lvlJc",
            "pPr",
            "rPr",
        ],
        "w:num" => &["abstractNumId", "lvlOverride"],
        // 17.15.1.78, those that our files and most others have.
        "w:settings" => &[
            "view",
            "zoom",
            "attachedTemplate",
            "linkStyles",
            "trackRevisions",
            "documentProtection",
            "defaultTabStop",
            "autoHyphenation",
            "evenAndOddHeaders",
            "characterSpacingControl",
            "hdrShapeDefaults",
            "footnotePr",
            "endnotePr",
            "compat",
            "docVars",
            "rsids",
            "themeFontLang",
            "clrSchemeMapping",
            "shapeDefaults",
            "decimalSymbol",
            "listSeparator",
        ],
        _ => return None,
    })
}

/// Judges the order of an element's children. One finding for each kind in a part, however often it
/// occurs.
pub(super) fn see(node: Node<'_, '_>, faults: &mut Vec<Fault>) {
    // Most elements have no two children whose order could be wrong.
    if node.children().nth(1).is_none() {
        return;
    }
    let Some((first, second)) = sequence(node.name()).and_then(|order| swapped(node, order)) else {
        return;
    };
    let message = format!(
        "in `{}`, `{second}` comes after `{first}`, against the schema",
        node.name()
    );
    if !faults.iter().any(|(_, known)| *known == message) {
        faults.push(("docx-element-order", message));
    }
}

/// Two children of which the second ought to come before the first.
fn swapped<'t>(parent: Node<'t, '_>, order: &[&str]) -> Option<(&'t str, &'t str)> {
    let is = |one: &str, local: &str| {
        one == local || (one.contains('|') && one.split('|').any(|one| one == local))
    };
    let wild = order.iter().position(|name| *name == "*");
    let mut last = (0, "");
    for child in parent.children() {
        let name = child.name();
        // Looked for from the last place on, since that is where it is in a sound file.
        let named = name.strip_prefix("w:").and_then(|local| {
            let from = |at: usize| order[at..].iter().position(|one| is(one, local));
            from(last.0).map(|steps| last.0 + steps).or_else(|| from(0))
        });
        let Some(place) = named.or(wild) else {
            continue;
        };
        if place < last.0 {
            return Some((last.1, name));
        }
        last = (place, name);
    }
    None
}
