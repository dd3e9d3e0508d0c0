//! Marked content (ISO 32000-1, 14.6): the tag of everything painted, if it has one.

use crate::pdf::syntax::document::{Document, text_string};
use crate::pdf::syntax::lexer::Token;
use crate::pdf::syntax::object::{Dictionary, Object, ObjectId, text_string_bytes};

/// Marked content in a page, or in a form XObject that has its own numbers (14.7.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MarkedContent {
    /// The form XObject; `None` for the page's own content.
    pub(crate) form: Option<ObjectId>,
    /// The marked-content identifier.
    pub(crate) mcid: i64,
}

/// The owner of a painted thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// It is decoration, or a page's own (14.8.2.2).
    Artifact,
    /// The innermost numbered marked content round it.
    Content(MarkedContent),
    /// Neither.
    Nothing,
}

/// One open `BMC` or `BDC`.
#[derive(Default)]
pub(crate) struct Mark {
    pub(crate) mcid: Option<MarkedContent>,
    pub(crate) artifact: bool,
    pub(crate) reversed: bool,
    /// Whether it is optional content (8.11.3.2).
    pub(crate) optional: bool,
    /// Replaces everything shown inside (14.9.4), once.
    pub(crate) actual: Option<String>,
    pub(crate) shown: bool,
}

impl Mark {
    /// Reads the operands of `BMC` or `BDC`.
    pub(crate) fn read(
        document: &Document<'_>,
        operands: &[Token<'_>],
        resources: Option<&Dictionary<'_>>,
        form: Option<ObjectId>,
    ) -> Self {
        let mut mark = Self::default();
        if let Some(Token::Name(tag)) = operands.first() {
            mark.artifact = **tag == *b"Artifact";
            mark.reversed = **tag == *b"ReversedChars";
            mark.optional = **tag == *b"OC";
        }
        match operands.get(1) {
            Some(Token::Dictionary(entries)) => {
                for (key, value) in entries {
                    match (&**key, value) {
                        (b"MCID", Token::Number(mcid)) => {
                            mark.mcid = Some(MarkedContent {
                                form,
                                mcid: *mcid as i64,
                            });
                        }
                        (b"ActualText", Token::String(bytes)) => {
                            mark.actual = Some(text_string_bytes(bytes));
                        }
                        _ => {}
                    }
                }
            }
            Some(Token::Name(name)) => {
                let properties = resources
                    .and_then(|r| r.get_deref(b"Properties", document)?.as_dict())
                    .and_then(|p| p.get_deref(name, document)?.as_dict());
                if let Some(properties) = properties {
                    let mcid = properties.get(b"MCID").and_then(Object::as_i64);
                    mark.mcid = mcid.map(|mcid| MarkedContent { form, mcid });
                    mark.actual = text_string(document, properties, b"ActualText");
                }
            }
            _ => {}
        }
        mark
    }
}

/// The owner of what is painted inside these marks: the artifact if there is one, else the
/// innermost number.
pub(crate) fn belongs(marks: &[Mark]) -> Belongs {
    if marks.iter().any(|mark| mark.artifact) {
        return Belongs::Artifact;
    }
    let innermost = marks.iter().rev().find_map(|mark| mark.mcid);
    innermost.map_or(Belongs::Nothing, Belongs::Content)
}

/// The last glyphs, if each has the text of several characters together.
///
/// PDF/UA wants a text for every glyph, so a letter and the accents set on it as glyphs of their
/// own each carry the text of all of them: `n̈` is shown as two codes that both read `n̈`. It is
/// read once, until a code of it comes again.
///
/// In another font or other marked content only a glyph without width completes it: an accent does, and the ligature `fi` of a heading does not belong to the one that
/// ends the paragraph before it.
#[derive(Default)]
pub(crate) struct Cluster {
    text: String,
    codes: Vec<u32>,
    /// The font of its codes, by address, and where they belong.
    place: Option<(usize, Belongs)>,
    /// Whether the current codes are in another place than the codes before them.
    elsewhere: bool,
}

impl Cluster {
    /// A code of one character came between.
    pub(crate) fn end(&mut self) {
        self.text.clear();
    }

    /// A string begins: in which font, and where it belongs.
    pub(crate) fn begin(&mut self, font: usize, belongs: Belongs) {
        let here = Some((font, belongs));
        self.elsewhere |= self.place != here;
        self.place = here;
    }

    /// Whether a code only completes the cluster before it; `width` is the room that it takes.
    pub(crate) fn takes(&mut self, code: u32, text: &str, width: f32) -> bool {
        // Nearly all codes are one character of ASCII.
        if text.len() < 2 || text.chars().nth(1).is_none() {
            self.text.clear();
            return false;
        }
        let room = self.elsewhere && width.abs() > 0.5;
        let more = self.text == text && !room && !self.codes.contains(&code);
        if !more {
            text.clone_into(&mut self.text);
            self.codes.clear();
            self.elsewhere = false;
        }
        self.codes.push(code);
        more
    }
}

#[cfg(test)]
mod tests {
    use super::{Belongs, Cluster, MarkedContent};

    fn content(mcid: i64) -> Belongs {
        Belongs::Content(MarkedContent { form: None, mcid })
    }

    #[test]
    fn accents_complete_a_cluster_and_an_equal_ligature_does_not() {
        let mut cluster = Cluster::default();
        cluster.begin(1, content(0));
        assert!(!cluster.takes(7, "n\u{308}", 500.0));
        assert!(cluster.takes(8, "n\u{308}", 300.0));
        // The same again is the next letter.
        assert!(!cluster.takes(7, "n\u{308}", 500.0));
        // The accent of another font, or in other marked content, has no width of its own.
        cluster.begin(2, content(1));
        assert!(cluster.takes(9, "n\u{308}", 0.0));
        // A ligature in bold behind one that is not, and in the next paragraph.
        assert!(!cluster.takes(3, "fi", 550.0));
        cluster.begin(1, content(0));
        assert!(!cluster.takes(4, "fi", 550.0));
        cluster.begin(1, content(1));
        assert!(!cluster.takes(5, "fi", 550.0));
    }
}
