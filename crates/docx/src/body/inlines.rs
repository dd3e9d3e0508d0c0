//! Running text as runs (ECMA-376 17.3.2), hyperlinks (17.16.22), footnote references (17.11.14)
//! and content controls (17.5.2.31).

use docx_rs::{BreakType, FieldCharType, InstrText, Run};
use raadspost_content::{Diagnostic, FillIn, FillInKind, Inline};

use super::bookmarks;
use super::controls::{Control, ControlKind, alias, tag};
use super::converter::Converter;
use crate::package::{link_relationship, target};
use crate::parts::{footnotes, styles};
use crate::xml::{Element, value};

/// The part that a text belongs to: each has relationships of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// `word/document.xml`.
    Document,
    /// `word/footnotes.xml`.
    Footnotes,
}

/// How a run looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Look {
    emphasis: bool,
    strong: bool,
    /// The index of the web address that it leads to.
    link: Option<usize>,
}

/// A piece of a paragraph.
enum Piece {
    /// Characters of one look; `\n` is a line break. Pieces of one look are one run, so that a search
    /// finds a whole sentence.
    Text(Look, String),
    /// A content control.
    Control(Look, Box<Control>),
    /// A footnote's first reference, or a later one.
    Footnote(usize),
}

impl Converter<'_> {
    /// The paragraph with these inlines in it; `None` if they show nothing.
    pub(crate) fn filled(
        &mut self,
        mut paragraph: Element<'static>,
        inlines: &[Inline],
        host: Host,
    ) -> Option<Element<'static>> {
        let mut pieces = Vec::new();
        self.pieces(inlines, Look::default(), host, &mut pieces);
        if pieces.is_empty() {
            return None;
        }
        let mut open: Option<(usize, Element<'static>)> = None;
        for piece in pieces {
            let link = match &piece {
                Piece::Text(look, _) => look.link,
                Piece::Control(..) | Piece::Footnote(_) => None,
            };
            if open.as_ref().map(|(index, _)| *index) != link
                && let Some((_, done)) = open.take()
            {
                paragraph.push(done);
            }
            match piece {
                Piece::Text(look, text) => {
                    let run = self.built(&run(look, &text));
                    match look.link {
                        None => paragraph.push(run),
                        Some(index) => open
                            .get_or_insert_with(|| (index, hyperlink(index)))
                            .1
                            .push(run),
                    }
                }
                Piece::Control(look, control) => {
                    let shown = emphasised(Run::new().style(styles::PLACEHOLDER), look);
                    let shown = self.built(&with_text(shown, &control.placeholder));
                    paragraph.push(control.element(self.shape, shown));
                }
                Piece::Footnote(index) => self.reference(&mut paragraph, index),
            }
        }
        if let Some((_, done)) = open {
            paragraph.push(done);
        }
        Some(paragraph)
    }

    fn pieces(&mut self, inlines: &[Inline], look: Look, host: Host, out: &mut Vec<Piece>) {
        for inline in inlines {
            match inline {
                Inline::Text(text) => {
                    let text = self.text(text);
                    if !text.is_empty() {
                        push_text(look, &text, out);
                    }
                }
                Inline::Slot(slot) => push_text(look, &self.slot(*slot), out),
                Inline::Emphasis(inner) => {
                    self.pieces(
                        inner,
                        Look {
                            emphasis: true,
                            ..look
                        },
                        host,
                        out,
                    );
                }
                Inline::Strong(inner) => self.pieces(
                    inner,
                    Look {
                        strong: true,
                        ..look
                    },
                    host,
                    out,
                ),
                Inline::Link { url, inlines } => {
                    self.check(url);
                    let links = match host {
                        Host::Document => &mut self.links,
                        Host::Footnotes => &mut self.note_links,
                    };
                    let url = target(url);
                    let link = links
                        .iter()
                        .position(|known| *known == url)
                        .unwrap_or_else(|| {
                            links.push(url);
                            links.len() - 1
                        });
                    self.pieces(
                        inlines,
                        Look {
                            link: Some(link),
                            ..look
                        },
                        host,
                        out,
                    );
                }
                Inline::Footnote(index) => self.footnote_piece(*index, host, out),
                Inline::FillIn(fill_in) => {
                    let control = self.fill_in(fill_in);
                    self.control(control, look, out);
                }
                Inline::Choice { id, options, mark } => {
                    self.check(id);
                    options.iter().for_each(|option| self.check(option));
                    let control = Control {
                        alias: alias(id),
                        tag: tag(id),
                        id: self.control_id(),
                        kind: ControlKind::DropDown(options.clone()),
                        binding: self.record.choice(id),
                        placeholder: self.text(&format!("{}{mark}", options.join(" / "))),
                    };
                    self.control(control, look, out);
                }
                Inline::LineBreak => push_text(look, "\n", out),
            }
        }
    }

    fn fill_in(&mut self, fill_in: &FillIn) -> Control {
        self.check(&fill_in.id);
        let placeholder = self.text(&fill_in.placeholder());
        let kind = match &fill_in.kind {
            FillInKind::Text | FillInKind::Person => ControlKind::Text,
            FillInKind::Date => ControlKind::Date,
            FillInKind::Options(options) => {
                options.iter().for_each(|option| self.check(option));
                ControlKind::DropDown(options.clone())
            }
            FillInKind::Faction { slot } => match self.listed(*slot) {
                None => ControlKind::ListedCombo(*slot),
                Some(factions) => {
                    ControlKind::Combo(factions.into_iter().map(|(name, _)| name).collect())
                }
            },
        };
        // In a line that is repeated for each faction its number is not known before that.
        let (tag, line) = match (&self.line, fill_in.line) {
            (Some(line), _) => (format!("{}-{line}", tag(&fill_in.id)), line.clone()),
            (None, number) => (tag(&fill_in.id), number.unwrap_or(1).to_string()),
        };
        Control {
            alias: alias(&fill_in.label),
            tag,
            id: self.control_id(),
            kind,
            binding: self.record.place(fill_in, self.within, &line),
            placeholder,
        }
    }

    fn control(&mut self, control: Control, look: Look, out: &mut Vec<Piece>) {
        self.placeholders.push(control.placeholder.clone());
        out.push(Piece::Control(look, Box::new(control)));
    }

    fn footnote_piece(&mut self, index: usize, host: Host, out: &mut Vec<Piece>) {
        let mistake = match host {
            Host::Footnotes => Some("refers to a footnote in a footnote"),
            Host::Document if index >= self.shape.footnotes.len() => {
                Some("refers to a footnote that does not exist")
            }
            Host::Document => None,
        };
        match mistake {
            Some(what) => {
                let message = format!("{} {what}", self.place());
                self.report(Diagnostic::error("docx-footnote", message));
            }
            None => out.push(Piece::Footnote(index)),
        }
    }

    /// The first reference to a footnote adds it; a later one is a field that shows its number.
    fn reference(&mut self, paragraph: &mut Element<'static>, index: usize) {
        let number = index + 1;
        if self.referred.insert(index) {
            let shape = self.shape;
            let note = self.styled(styles::FOOTNOTE_TEXT);
            match self.filled(note, &shape.footnotes[index].inlines, Host::Footnotes) {
                Some(content) => self.footnotes.push(footnotes::note(number, content)),
                None => {
                    let message = format!("footnote `{}` has no text", shape.footnotes[index].id);
                    self.report(Diagnostic::error("docx-footnote", message));
                }
            }
            let style = value("w:rStyle", styles::FOOTNOTE_REFERENCE);
            let id = number.to_string();
            paragraph.push(
                Element::new("w:r")
                    .child(Element::new("w:rPr").child(style))
                    .child(Element::new("w:footnoteReference").attribute("w:id", id)),
            );
            return;
        }
        self.repeated.insert(index);
        // 17.16.5.39, NOTEREF: the number of the note at a bookmark.
        let code = InstrText::Unsupported(format!(" NOTEREF {} \\f \\h ", bookmarks::name(index)));
        for run in [
            Run::new().add_field_char(FieldCharType::Begin, false),
            Run::new().add_instr_text(code),
            Run::new().add_field_char(FieldCharType::Separate, false),
            Run::new().add_text(number.to_string()),
            Run::new().add_field_char(FieldCharType::End, false),
        ] {
            let run = self.built(&run.style(styles::FOOTNOTE_REFERENCE));
            paragraph.push(run);
        }
    }
}

/// An empty hyperlink (17.16.22) to a web address. Links are numbered per part here: docx-rs numbers
/// them per process, and two threads can get one number.
fn hyperlink(index: usize) -> Element<'static> {
    Element::new("w:hyperlink")
        .attribute("r:id", link_relationship(index))
        .attribute("w:history", "1")
}

fn push_text(look: Look, text: &str, out: &mut Vec<Piece>) {
    match out.last_mut() {
        Some(Piece::Text(last, before)) if *last == look => before.push_str(text),
        _ => out.push(Piece::Text(look, text.to_owned())),
    }
}

/// A run has one character style, so both kinds of emphasis have a style of their own; inside a
/// link, whose style is taken, emphasis is set directly.
fn run(look: Look, text: &str) -> Run {
    let run = match (look.link, look.emphasis, look.strong) {
        (Some(_), ..) => emphasised(Run::new().style(styles::HYPERLINK), look),
        (None, true, true) => Run::new().style(styles::INTENSE_EMPHASIS),
        (None, true, false) => Run::new().style(styles::EMPHASIS),
        (None, false, true) => Run::new().style(styles::STRONG),
        (None, false, false) => Run::new(),
    };
    with_text(run, text)
}

fn emphasised(mut run: Run, look: Look) -> Run {
    if look.strong {
        run = run.bold();
    }
    if look.emphasis {
        run = run.italic();
    }
    run
}

/// Adds characters; docx-rs would drop a line end in a text, so it becomes a break here.
fn with_text(mut run: Run, text: &str) -> Run {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        for (index, cell) in line.split('\t').enumerate() {
            if index > 0 {
                run = run.add_tab();
            }
            run = run.add_text(cell);
        }
    }
    run
}
