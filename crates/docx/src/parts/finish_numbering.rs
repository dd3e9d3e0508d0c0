//! Numbering definitions (ECMA-376 11.3.11).

use crate::parts::numbering::BUILT_IN;
use crate::xml::{Element, value};

/// Names of definitions for Word's merging of lists (17.9.14): any number will do that differs
/// between them.
const NAME_BASE: usize = 0x5250_0000;

/// Completes the part: without the definition that docx-rs always writes, and with what Word
/// writes for each.
pub(crate) fn finish(root: &mut Element<'_>) {
    let built_in = BUILT_IN.to_string();
    root.retain(|element| {
        let id = element
            .get("w:abstractNumId")
            .or_else(|| element.get("w:numId"));
        id != Some(built_in.as_str())
    });
    for definition in root
        .elements_mut()
        .filter(|element| element.name == "w:abstractNum")
    {
        let id = definition
            .get("w:abstractNumId")
            .unwrap_or("")
            .parse()
            .unwrap_or(0);
        definition.retain(|child| child.name == "w:lvl");
        let name = format!("{:08X}", NAME_BASE + id);
        definition.push(value("w:nsid", name));
        definition.push(value("w:multiLevelType", "multilevel"));
    }
}
