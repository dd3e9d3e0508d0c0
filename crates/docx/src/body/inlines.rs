//! Running text as runs (ECMA-376 17.3.2), hyperlinks (17.16.22), footnote references (17.11.14)
//! and content controls (17.5.2.31).

use docx_rs::{
    BreakType, FieldCharType, Footnote, Hyperlink, HyperlinkData, InstrText, Paragraph,
    ParagraphChild, Run, StructuredDataTag,
};
use raadspost_content::{Diagnostic, FillIn, FillInKind, Inline};

use crate::body::blocks::styled;
use crate::body::controls::{Control, ControlKind, alias, tag};
use crate::body::converter::Converter;
use crate::parts::styles;
use crate::xml::characters::target;

/// The part in which a text stands: each has relationships of its own.
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
    /// Characters of one look; `\n` is a line break. Pieces of one look stand as one run, so that a
    /// clerk's search finds a sentence whole.
    Text(Look, String),
    /// A content control, by its index, and what it shows.
    Control(Look, usize, String),
    /// A footnote's first reference, or a later one.
    Footnote(usize),
}

impl Converter<'_> {
    /// The paragraph with these inlines in it; none where they show nothing.
    pub(crate) fn filled(
        &mut self,
        mut paragraph: Paragraph,
        inlines: &[Inline],
        host: Host,
    ) -> Option<Paragraph> {
        let mut pieces = Vec::new();
        self.pieces(inlines, Look::default(), host, &mut pieces);
        if pieces.is_empty() {
            return None;
        }
        let mut open: Option<(usize, Hyperlink)> = None;
        for piece in pieces {
            let link = match &piece {
                Piece::Text(look, _) => look.link,
                Piece::Control(..) | Piece::Footnote(_) => None,
            };
            if open.as_ref().map(|(index, _)| *index) != link
                && let Some((_, done)) = open.take()
            {
                paragraph.children.push(ParagraphChild::Hyperlink(done));
            }
            match (piece, link) {
                (Piece::Text(look, text), Some(index)) => {
                    let hyperlink = open.take().map_or_else(|| hyperlink(index), |(_, old)| old);
                    open = Some((index, hyperlink.add_run(run(look, &text))));
                }
                (Piece::Text(look, text), None) => push_run(&mut paragraph, run(look, &text)),
                (Piece::Control(look, index, text), _) => {
                    let shown = emphasised(Run::new().style(styles::PLACEHOLDER), look);
                    let control = StructuredDataTag::new()
                        .alias(index.to_string())
                        .add_run(with_text(shown, &text));
                    paragraph
                        .children
                        .push(ParagraphChild::StructuredDataTag(Box::new(control)));
                }
                (Piece::Footnote(index), _) => self.reference(&mut paragraph, index),
            }
        }
        if let Some((_, done)) = open {
            paragraph.children.push(ParagraphChild::Hyperlink(done));
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
                None => ControlKind::Listed(*slot),
                Some(factions) => {
                    ControlKind::DropDown(factions.into_iter().map(|(name, _)| name).collect())
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
        let shown = control.placeholder.clone();
        out.push(Piece::Control(look, self.controls.len(), shown));
        self.controls.push(control);
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

    /// The first reference to a footnote holds it; a later one is a field that shows its number.
    fn reference(&mut self, paragraph: &mut Paragraph, index: usize) {
        let number = index + 1;
        if self.referred.insert(index) {
            let shape = self.shape;
            let mut footnote = Footnote {
                id: number,
                content: Vec::new(),
            };
            let note = styled(styles::FOOTNOTE_TEXT);
            match self.filled(note, &shape.footnotes[index].inlines, Host::Footnotes) {
                Some(content) => footnote.content.push(content),
                None => {
                    let message = format!("footnote `{}` has no text", shape.footnotes[index].id);
                    self.report(Diagnostic::error("docx-footnote", message));
                }
            }
            return push_run(paragraph, Run::new().add_footnote_reference(footnote));
        }
        self.repeated.insert(index);
        // 17.16.5.39, NOTEREF: the number of the note at a bookmark.
        let code = InstrText::Unsupported(format!(" NOTEREF {} \\f \\h ", note_bookmark(index)));
        for run in [
            Run::new().add_field_char(FieldCharType::Begin, false),
            Run::new().add_instr_text(code),
            Run::new().add_field_char(FieldCharType::Separate, false),
            Run::new().add_text(number.to_string()),
            Run::new().add_field_char(FieldCharType::End, false),
        ] {
            push_run(paragraph, run.style(styles::FOOTNOTE_REFERENCE));
        }
    }
}

/// Pushed, not added: docx-rs moves the whole paragraph with each call of a builder.
fn push_run(paragraph: &mut Paragraph, run: Run) {
    paragraph.children.push(ParagraphChild::Run(Box::new(run)));
}

/// The name of the bookmark round a footnote's first reference.
pub(crate) fn note_bookmark(index: usize) -> String {
    format!("_RefNote{}", index + 1)
}

/// The relationship of a web address. docx-rs numbers links per process, and two threads can get
/// one number, so we number them per part.
pub(crate) fn link_relationship(index: usize) -> String {
    format!("rIdLink{}", index + 1)
}

fn hyperlink(index: usize) -> Hyperlink {
    Hyperlink {
        link: HyperlinkData::External {
            rid: link_relationship(index),
            path: String::new(),
        },
        history: None,
        children: Vec::new(),
    }
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
