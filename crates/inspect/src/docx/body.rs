//! The main story and its footnotes (ECMA-376 part 1, 17.2, 17.3 and 17.11): paragraphs in order.

use super::numbering::Numbering;
use super::styles::{self, Styles};
use crate::text::tidy;
use crate::xml::{Node, Tree};
use crate::{Line, Role};

/// Reads paragraphs and counts lists and footnotes on the way.
pub(crate) struct Body<'s> {
    styles: &'s Styles,
    numbering: Numbering,
    /// Ids of the footnotes, in the order of their first reference.
    notes: Vec<String>,
    lines: Vec<Line>,
    /// Whether a paragraph has the style Title, which moves all headings down by one level.
    titled: bool,
    /// What stands in place of each control, in order; empty where controls say what they say.
    masks: std::slice::Iter<'s, String>,
}

impl<'s> Body<'s> {
    /// Reads the main story, then the footnotes that it refers to.
    pub(crate) fn read(
        styles: &'s Styles,
        numbering: Numbering,
        document: &Tree<'_>,
        footnotes: Option<&Tree<'_>>,
        masks: &'s [String],
    ) -> Vec<Line> {
        let titled = document
            .all()
            .any(|node| node.name() == "w:p" && styles.is_title(style(node)));
        let mut body = Body {
            styles,
            numbering,
            notes: Vec::new(),
            lines: Vec::new(),
            titled,
            masks: masks.iter(),
        };
        if let Some(story) = document.root().child("w:body") {
            body.blocks(story);
        }
        let Some(footnotes) = footnotes else {
            return body.lines;
        };
        let mut at = 0;
        // A footnote may refer to another one, so the list may grow.
        while let Some(id) = body.notes.get(at).cloned() {
            at += 1;
            let by_id = |node: &Node<'_, '_>| node.attribute("w:id") == Some(&id);
            let Some(note) = footnotes.root().children().find(by_id) else {
                continue;
            };
            let from = body.lines.len();
            body.blocks(note);
            for (index, line) in body.lines[from..].iter_mut().enumerate() {
                line.role = Role::Note;
                if index == 0 {
                    line.label = Some(at.to_string());
                }
            }
        }
        body.lines
    }

    fn blocks(&mut self, parent: Node<'_, '_>) {
        for node in parent.children() {
            match node.name() {
                "w:p" => self.paragraph(node),
                "w:tbl" | "w:tr" | "w:tc" | "w:sdt" | "w:sdtContent" | "w:customXml" | "w:ins"
                | "w:moveTo" => {
                    self.blocks(node);
                }
                "mc:AlternateContent" => {
                    if let Some(choice) = node.children().next() {
                        self.blocks(choice);
                    }
                }
                _ => {}
            }
        }
    }

    fn paragraph(&mut self, node: Node<'_, '_>) {
        let properties = node.child("w:pPr");
        let style = style(node);
        let own = properties.map(styles::list).unwrap_or_default();
        let inherited = self.styles.list(style);
        let list = own.0.or(inherited.0).filter(|num| num != "0");
        let level = own.1.or(inherited.1).unwrap_or(0);
        let label = list.and_then(|num| self.numbering.next_label(&num, level));
        let outline = properties
            .and_then(styles::outline)
            .or_else(|| self.styles.outline(style));
        let role = match (outline, &label) {
            _ if self.styles.is_title(style) => Role::Heading(1),
            (Some(outline), _) => Role::Heading(outline + 1 + u8::from(self.titled)),
            (None, Some(_)) => Role::ListItem,
            (None, None) => Role::Paragraph,
        };
        let mut inline = Inline {
            notes: &mut self.notes,
            out: String::new(),
            fields: Vec::new(),
            masks: Some(&mut self.masks),
        };
        inline.children(node);
        let text = tidy(&inline.out);
        if !text.is_empty() || label.is_some() {
            let depth = if role == Role::ListItem { level + 1 } else { 0 };
            self.lines.push(Line {
                role,
                depth,
                label,
                text,
            });
        }
    }
}

/// The style of a paragraph (17.3.1.27).
fn style<'t>(paragraph: Node<'t, '_>) -> Option<&'t str> {
    paragraph.child("w:pPr")?.child_value("w:pStyle")
}

/// A complex field that is open (17.16.18): its instruction, then its result.
struct Field {
    instruction: String,
    /// Where in the text the result starts, once it has.
    result: Option<usize>,
}

/// The text of one paragraph in the making.
struct Inline<'n, 's> {
    notes: &'n mut Vec<String>,
    out: String,
    fields: Vec<Field>,
    masks: Option<&'n mut std::slice::Iter<'s, String>>,
}

/// The text of everything inside a node, without footnotes' numbers; for headers and footers.
pub(crate) fn plain(node: Node<'_, '_>) -> String {
    let mut notes = Vec::new();
    let mut inline = Inline {
        notes: &mut notes,
        out: String::new(),
        fields: Vec::new(),
        masks: None,
    };
    inline.children(node);
    tidy(&inline.out)
}

impl Inline<'_, '_> {
    /// What stands in place of a control.
    fn mask(&mut self, node: Node<'_, '_>) -> Option<String> {
        let masks = self.masks.as_mut()?;
        super::controls::kind(node)?;
        masks.next().cloned()
    }

    fn children(&mut self, parent: Node<'_, '_>) {
        for node in parent.children() {
            match node.name() {
                "w:r" if is_hidden(node) => {}
                "w:sdt" => match self.mask(node) {
                    Some(mask) => self.out.push_str(&mask),
                    None => self.children(node),
                },
                "w:r" | "w:hyperlink" | "w:sdtContent" | "w:smartTag" | "w:customXml" | "w:ins"
                | "w:moveTo" | "w:dir" | "w:bdo" | "w:p" | "w:tbl" | "w:tr" | "w:tc" => {
                    self.children(node)
                }
                "w:fldSimple" => {
                    let from = self.out.len();
                    self.children(node);
                    self.end_field(from, node.attribute("w:instr").unwrap_or_default());
                }
                "w:t" if self.shows() => self.out.push_str(&node.text()),
                "w:tab" | "w:ptab" if self.shows() => self.out.push('\t'),
                "w:cr" if self.shows() => self.out.push('\n'),
                // A page or column break is no part of the text (17.18.3).
                "w:br" if matches!(node.attribute("w:type"), None | Some("textWrapping")) => {
                    self.out.push('\n')
                }
                "w:noBreakHyphen" => self.out.push('\u{2011}'),
                "w:softHyphen" => self.out.push('\u{AD}'),
                "w:sym" => {
                    let code = node
                        .attribute("w:char")
                        .and_then(|code| u32::from_str_radix(code, 16).ok());
                    self.out.extend(code.and_then(char::from_u32));
                }
                "w:footnoteReference" => {
                    let id = node.attribute("w:id").unwrap_or_default();
                    let at = self
                        .notes
                        .iter()
                        .position(|note| note == id)
                        .unwrap_or_else(|| {
                            self.notes.push(id.to_owned());
                            self.notes.len() - 1
                        });
                    self.out.push_str(&format!("[^{}]", at + 1));
                }
                "w:fldChar" => match node.attribute("w:fldCharType") {
                    Some("begin") => self.fields.push(Field {
                        instruction: String::new(),
                        result: None,
                    }),
                    Some("separate") => {
                        if let Some(field) = self.fields.last_mut() {
                            field.result = Some(self.out.len());
                        }
                    }
                    _ => {
                        if let Some(Field {
                            instruction,
                            result: Some(from),
                        }) = self.fields.pop()
                        {
                            self.end_field(from, &instruction);
                        }
                    }
                },
                "w:instrText" => {
                    if let Some(field) = self.fields.last_mut() {
                        field.instruction.push_str(&node.text());
                    }
                }
                "mc:AlternateContent" => {
                    if let Some(choice) = node.children().next() {
                        self.children(choice);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether text met now is shown: not inside a field's instruction.
    fn shows(&self) -> bool {
        self.fields.iter().all(|field| field.result.is_some())
    }

    /// A second reference to a footnote is a `NOTEREF` field (17.16.5.38): its result is a number.
    fn end_field(&mut self, from: usize, instruction: &str) {
        if instruction.trim_start().starts_with("NOTEREF") {
            let number = self.out.split_off(from);
            self.out.push_str(&format!("[^{}]", number.trim()));
        }
    }
}

/// Hidden text (17.3.2.41).
fn is_hidden(run: Node<'_, '_>) -> bool {
    run.child("w:rPr")
        .and_then(|properties| properties.child("w:vanish"))
        .is_some_and(|vanish| !matches!(vanish.attribute("w:val"), Some("0" | "false" | "off")))
}
