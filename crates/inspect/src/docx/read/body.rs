//! The main story and its footnotes (ECMA-376 part 1, 17.2, 17.3 and 17.11): paragraphs in order,
//! with their labels and with the numbers of footnotes.

use std::ops::Range;

use super::entry::Section;
use super::numbering::Numbering;
use super::story::{self, Paragraph, Story};
use super::styles::Styles;
use crate::said::line::Line;
use crate::said::line::Role;
use crate::said::text::tidy;

/// A line, and what it is in a motion.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) line: Line,
    /// The number of the motion, from 1; 0 where the file has one motion and nothing else.
    pub(crate) motion: usize,
    pub(crate) share: Share,
    /// The controls in it, by their places among all of the document.
    pub(crate) controls: Range<usize>,
}

/// What a line of a motion is for its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// The title.
    Title,
    /// A line of what is decided.
    Content,
    /// The word between two alternatives, of which the clerk keeps one.
    Separator,
    /// A line of a wording, by the name of its element, and its place among all wordings.
    Wording(&'static str, usize),
    /// Particulars, movers, votes and notes, which are fields of their own or no part of a decision.
    Beside,
}

/// The styles of lines that are no part of a motion's text, by their names in small letters.
const BESIDE: [&str; 5] = [
    "raadspost particular",
    "raadspost lead",
    "raadspost mover",
    "raadspost note",
    "raadspost cell",
];

/// Reads paragraphs and counts lists and footnotes on the way.
pub(crate) struct Body<'s> {
    styles: &'s Styles,
    numbering: Numbering<'s>,
    /// Ids of the footnotes, in the order of their first reference.
    notes: Vec<String>,
    lines: Vec<Placed>,
    /// How many masks there are.
    controls: usize,
    /// The motion and the wording that a control in a paragraph has opened.
    motion: usize,
    wording: Option<(&'static str, usize)>,
    /// How many wordings were opened so.
    wordings: usize,
    /// Whether a paragraph has the style Title, which moves all headings down by one level.
    titled: bool,
    /// The text in place of each control, in order; empty to keep the controls' own.
    masks: std::slice::Iter<'s, String>,
}

impl<'s> Body<'s> {
    /// Reads the main story, then the footnotes that it refers to.
    pub(crate) fn read(
        styles: &'s Styles,
        numbering: Numbering<'s>,
        document: &Story,
        footnotes: Option<&Story>,
        masks: &'s [String],
    ) -> Vec<Placed> {
        let is_title = |style: &String| styles.is_title(Some(style));
        let mut body = Body {
            styles,
            numbering,
            notes: Vec::new(),
            lines: Vec::new(),
            controls: 0,
            motion: 0,
            wording: None,
            wordings: 0,
            titled: document.styles.iter().any(is_title),
            masks: masks.iter(),
        };
        body.paragraphs(&document.body);
        let Some(footnotes) = footnotes else {
            return body.lines;
        };
        let mut at = 0;
        // A footnote may refer to another one, so the list may grow.
        while let Some(id) = body.notes.get(at) {
            let note = footnotes.notes.iter().find(|(known, _)| known == id);
            at += 1;
            let Some((_, note)) = note else {
                continue;
            };
            let from = body.lines.len();
            body.paragraphs(note);
            for (index, placed) in body.lines[from..].iter_mut().enumerate() {
                placed.share = Share::Beside;
                placed.line.role = Role::Note;
                if index == 0 {
                    placed.line.label = Some(at.to_string());
                }
            }
        }
        body.lines
    }

    fn paragraphs(&mut self, paragraphs: &[Paragraph]) {
        for paragraph in paragraphs {
            self.paragraph(paragraph);
        }
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let style = paragraph.style.as_deref();
        let inherited = self.styles.list(style);
        let own = &paragraph.list;
        let list = own.0.as_deref().or(inherited.0).filter(|num| *num != "0");
        let level = own.1.or(inherited.1).unwrap_or(0);
        let label = list.and_then(|num| self.numbering.next_label(num, level));
        let outline = paragraph.outline.or_else(|| self.styles.outline(style));
        let role = match (outline, &label) {
            _ if self.styles.is_title(style) => Role::Heading(1),
            (Some(outline), _) => Role::Heading(outline + 1 + u8::from(self.titled)),
            (None, Some(_)) => Role::ListItem,
            (None, None) => Role::Paragraph,
        };
        let (motion, share) = self.share(paragraph, role);
        let first = self.controls;
        let is_control = |token: &&story::Token| matches!(token, story::Token::Control(_));
        self.controls += paragraph.text.iter().filter(is_control).count();
        let text = story::text(&paragraph.text, &mut self.notes, Some(&mut self.masks));
        let text = tidy(&text);
        if !text.is_empty() || label.is_some() {
            let depth = if role == Role::ListItem { level + 1 } else { 0 };
            let line = Line {
                role,
                depth,
                label,
                text,
            };
            self.lines.push(Placed {
                line,
                motion,
                share,
                controls: first..self.controls,
            });
        }
    }

    /// The motion of a paragraph, and what it is there. Word keeps sections; LibreOffice puts the
    /// control of one into its first paragraph, so that its end is found by what comes behind.
    fn share(&mut self, paragraph: &Paragraph, role: Role) -> (usize, Share) {
        let place = paragraph.place;
        let style = paragraph.style.as_deref();
        let name = self.styles.name(style);
        let is_beside = place.in_table || BESIDE.contains(&name);
        if let Some(Section::Motion(motion)) = paragraph.opens {
            self.motion = motion;
        }
        let ends = matches!(role, Role::Heading(_)) || is_beside || name == "closing";
        if ends || place.wording.is_some() {
            self.wording = None;
        }
        if let Some(Section::Wording(name)) = paragraph.opens {
            self.wordings += 1;
            self.wording = Some((name, self.wordings));
        }
        let motion = match place.motion {
            0 => self.motion,
            motion => motion,
        };
        let share = match place.wording.or(self.wording) {
            _ if place.is_title => Share::Title,
            _ if is_beside => Share::Beside,
            Some((name, at)) => Share::Wording(name, at),
            None if self.styles.is_title(style) => Share::Title,
            None if name == "raadspost separator" => Share::Separator,
            None => Share::Content,
        };
        (motion, share)
    }
}
