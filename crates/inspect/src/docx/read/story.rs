//! A story in a part (ECMA-376 part 1, 17.2, 17.3 and 17.11): its paragraphs in order, as far as
//! the part alone tells them. Labels, numbers of footnotes and what a style is are found when a
//! document is read ([`super::body`]).

use std::collections::BTreeSet;

use super::entry::{Section, is_title_control, kind, section};
use super::styles;
use crate::said::text::tidy;
use crate::xml::{Node, Tree};

/// The story of a part; empty in a part that has none.
#[derive(Debug, Default)]
pub(crate) struct Story {
    /// The main story.
    pub(crate) body: Vec<Paragraph>,
    /// Footnotes by their id, in the order of the part.
    pub(crate) notes: Vec<(String, Vec<Paragraph>)>,
    /// The styles of all paragraphs of the part.
    pub(crate) styles: BTreeSet<String>,
    /// All text in one, without footnotes' numbers, as a header or a footer shows it.
    pub(crate) plain: String,
}

/// A paragraph (17.3.1.22).
#[derive(Debug)]
pub(crate) struct Paragraph {
    pub(crate) style: Option<String>,
    /// Its own outline level, from 0.
    pub(crate) outline: Option<u8>,
    /// Its own `numId` and `ilvl`.
    pub(crate) list: (Option<String>, Option<usize>),
    pub(crate) text: Vec<Token>,
    pub(crate) place: Place,
    /// The section whose control is in the paragraph, where another program than Word has put it
    /// there: the section goes on behind the paragraph.
    pub(crate) opens: Option<Section>,
}

/// Where in a motion a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// The number of the motion, from 1; 0 outside of such a section.
    pub(crate) motion: usize,
    /// The wording, by its element in the record, and its place among all wordings.
    pub(crate) wording: Option<(&'static str, usize)>,
    pub(crate) in_table: bool,
    /// Whether it is the title of the motion.
    pub(crate) is_title: bool,
}

/// A piece of a paragraph's content.
#[derive(Debug, PartialEq)]
pub(crate) enum Token {
    /// Text; it is shown unless it is part of a field's instruction.
    Text(String),
    /// A character that is always shown.
    Mark(char),
    /// A reference to a footnote, by its id.
    Note(String),
    /// A complex field (17.16.18) begins, its result begins, it ends.
    Begin,
    Separate,
    End,
    /// A part of its instruction.
    Instruction(String),
    /// A simple field (17.16.19) begins, and ends with its instruction.
    Simple,
    SimpleEnd(String),
    /// A control that a clerk fills in, up to this token.
    Control(usize),
}

impl Story {
    /// Reads the story of a part.
    pub(crate) fn read(tree: &Tree<'_>) -> Self {
        let mut story = Self {
            plain: plain(tree.root()),
            ..Self::default()
        };
        let paragraphs = tree.all().filter(|node| node.name() == "w:p");
        for style in paragraphs.filter_map(style) {
            if !story.styles.contains(style) {
                story.styles.insert(style.to_owned());
            }
        }
        for node in tree.root().children() {
            if let Some(id) = node.attribute("w:id") {
                let mut note = Blocks::default();
                note.walk(node, Place::default());
                story.notes.push((id.to_owned(), note.paragraphs));
            }
        }
        if let Some(body) = tree.root().child("w:body") {
            let mut blocks = Blocks::default();
            blocks.walk(body, Place::default());
            story.body = blocks.paragraphs;
        }
        story
    }
}

/// The paragraphs of a story, in order.
#[derive(Default)]
struct Blocks {
    paragraphs: Vec<Paragraph>,
    /// How many wordings there were.
    wordings: usize,
}

impl Blocks {
    fn walk(&mut self, parent: Node<'_, '_>, place: Place) {
        for node in parent.children() {
            match node.name() {
                "w:p" => self.paragraphs.push(paragraph(node, place)),
                "w:sdt" => {
                    let place = match section(node) {
                        None => place,
                        Some(Section::Motion(motion)) => Place { motion, ..place },
                        Some(Section::Wording(name)) => {
                            self.wordings += 1;
                            let wording = Some((name, self.wordings));
                            Place { wording, ..place }
                        }
                    };
                    self.walk(node, place);
                }
                "w:tbl" => self.walk(
                    node,
                    Place {
                        in_table: true,
                        ..place
                    },
                ),
                "w:tr" | "w:tc" | "w:sdtContent" | "w:customXml" | "w:ins" | "w:moveTo" => {
                    self.walk(node, place);
                }
                "mc:AlternateContent" => {
                    if let Some(choice) = node.children().next() {
                        self.walk(choice, place);
                    }
                }
                _ => {}
            }
        }
    }
}

fn paragraph(node: Node<'_, '_>, place: Place) -> Paragraph {
    let controls = || node.children().filter(|child| child.name() == "w:sdt");
    let properties = node.child("w:pPr");
    let mut text = Vec::new();
    tokens(node, &mut text);
    Paragraph {
        style: style(node).map(str::to_owned),
        outline: properties.and_then(styles::outline),
        list: properties.map(styles::list).unwrap_or_default(),
        text,
        place: Place {
            is_title: controls().any(is_title_control),
            ..place
        },
        opens: controls().find_map(section),
    }
}

/// The style of a paragraph (17.3.1.27).
fn style<'t>(paragraph: Node<'t, '_>) -> Option<&'t str> {
    paragraph.child("w:pPr")?.child_value("w:pStyle")
}

/// The text of everything inside a node, without footnotes' numbers.
pub(crate) fn plain(node: Node<'_, '_>) -> String {
    let mut inside = Vec::new();
    tokens(node, &mut inside);
    tidy(&text(&inside, &mut Vec::new(), None))
}

fn push_text(out: &mut Vec<Token>, text: &str) {
    match out.last_mut() {
        // Behind a control the text is another's.
        Some(Token::Text(last)) => last.push_str(text),
        _ => out.push(Token::Text(text.to_owned())),
    }
}

fn tokens(parent: Node<'_, '_>, out: &mut Vec<Token>) {
    for node in parent.children() {
        match node.name() {
            "w:r" if is_hidden(node) => {}
            "w:sdt" if kind(node).is_some() => {
                let at = out.len();
                out.push(Token::Control(0));
                tokens(node, out);
                out[at] = Token::Control(out.len());
                // A token of its own, so that no text behind is taken for the control's.
                out.push(Token::Text(String::new()));
            }
            "w:sdt" | "w:r" | "w:hyperlink" | "w:sdtContent" | "w:smartTag" | "w:customXml"
            | "w:ins" | "w:moveTo" | "w:dir" | "w:bdo" | "w:p" | "w:tbl" | "w:tr" | "w:tc" => {
                tokens(node, out);
            }
            "w:fldSimple" => {
                out.push(Token::Simple);
                tokens(node, out);
                let instruction = node.attribute("w:instr").unwrap_or_default();
                out.push(Token::SimpleEnd(instruction.to_owned()));
            }
            "w:t" => push_text(out, &node.text()),
            "w:tab" | "w:ptab" => push_text(out, "\t"),
            "w:cr" => push_text(out, "\n"),
            // A page or column break is no part of the text (17.18.3).
            "w:br" if matches!(node.attribute("w:type"), None | Some("textWrapping")) => {
                out.push(Token::Mark('\n'));
            }
            "w:noBreakHyphen" => out.push(Token::Mark('\u{2011}')),
            "w:softHyphen" => out.push(Token::Mark('\u{AD}')),
            "w:sym" => {
                let code = node
                    .attribute("w:char")
                    .and_then(|code| u32::from_str_radix(code, 16).ok());
                out.extend(code.and_then(char::from_u32).map(Token::Mark));
            }
            "w:footnoteReference" => {
                let id = node.attribute("w:id").unwrap_or_default();
                out.push(Token::Note(id.to_owned()));
            }
            "w:fldChar" => out.push(match node.attribute("w:fldCharType") {
                Some("begin") => Token::Begin,
                Some("separate") => Token::Separate,
                _ => Token::End,
            }),
            "w:instrText" => out.push(Token::Instruction(node.text())),
            "mc:AlternateContent" => {
                if let Some(choice) = node.children().next() {
                    tokens(choice, out);
                }
            }
            _ => {}
        }
    }
}

/// Hidden text (17.3.2.41).
fn is_hidden(run: Node<'_, '_>) -> bool {
    run.child("w:rPr")
        .and_then(|properties| properties.child("w:vanish"))
        .is_some_and(|vanish| !matches!(vanish.attribute("w:val"), Some("0" | "false" | "off")))
}

/// A complex field that is open: its instruction, then its result.
struct Field {
    instruction: String,
    /// Where in the text the result starts, once it has.
    result: Option<usize>,
}

/// The text that tokens make, not yet tidied. `notes` are the ids of the footnotes in the order of
/// their first reference; `masks` replace the controls, in order.
pub(crate) fn text(
    tokens: &[Token],
    notes: &mut Vec<String>,
    mut masks: Option<&mut std::slice::Iter<'_, String>>,
) -> String {
    let mut out = String::new();
    let mut fields: Vec<Field> = Vec::new();
    let mut simple = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Text(text) => {
                if fields.iter().all(|field| field.result.is_some()) {
                    out.push_str(text);
                }
            }
            Token::Mark(c) => out.push(*c),
            Token::Note(id) => {
                let known = notes.iter().position(|note| note == id);
                let number = known.unwrap_or_else(|| {
                    notes.push(id.clone());
                    notes.len() - 1
                });
                out.push_str(&format!("[^{}]", number + 1));
            }
            Token::Begin => fields.push(Field {
                instruction: String::new(),
                result: None,
            }),
            Token::Separate => {
                if let Some(field) = fields.last_mut() {
                    field.result = Some(out.len());
                }
            }
            Token::End => {
                if let Some(Field {
                    instruction,
                    result: Some(from),
                }) = fields.pop()
                {
                    end_field(&mut out, from, &instruction);
                }
            }
            Token::Instruction(text) => {
                if let Some(field) = fields.last_mut() {
                    field.instruction.push_str(text);
                }
            }
            Token::Simple => simple.push(out.len()),
            Token::SimpleEnd(instruction) => {
                if let Some(from) = simple.pop() {
                    end_field(&mut out, from, instruction);
                }
            }
            Token::Control(behind) => {
                if let Some(mask) = masks.as_mut().and_then(|masks| masks.next()) {
                    out.push_str(mask);
                    at = *behind;
                }
            }
        }
    }
    out
}

/// A second reference to a footnote is a `NOTEREF` field (17.16.5.38): its result is a number.
fn end_field(out: &mut String, from: usize, instruction: &str) {
    // Fields that overlap may have cut the text before this one's result.
    if instruction.trim_start().starts_with("NOTEREF") && out.is_char_boundary(from) {
        let number = out.split_off(from);
        out.push_str(&format!("[^{}]", number.trim()));
    }
}
