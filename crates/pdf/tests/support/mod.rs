//! Reads the sample text into shapes, loads the repository's fonts, and reads back PDF files.
//!
//! One line is one block, its first word says which. In the text, `{0}` is a slot, `^name^` a
//! footnote, `<url>` and `<text|url>` links, `[label]` a fill-in, `(one/other)*` a choice.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use raadspost_content::{
    Annex, Block, BlockId, BlockKind, Body, Enclosure, Enclosures, FillIn, FillInKind, Footnote,
    Inline, Letter, ListKind, Motion, Part, Sender, Shape, Signatory, Span, Values,
};
use raadspost_pdf::{FontFile, PdfOptions, PdfRenderer};

/// The whole sample.
pub(crate) const BRIEF: &str = include_str!("../brief.txt");

/// A renderer with the repository's fonts and the standing theme.
pub(crate) fn renderer() -> PdfRenderer {
    PdfRenderer::new(options()).expect("the repository's fonts have the theme's families")
}

/// The repository's fonts, sorted by path.
pub(crate) fn options() -> PdfOptions {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fonts");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&root)
        .expect("the workspace has fonts")
        .filter_map(|folder| std::fs::read_dir(folder.ok()?.path()).ok())
        .flat_map(|files| files.filter_map(|file| Some(file.ok()?.path())))
        .filter(|path| {
            path.extension()
                .is_some_and(|it| it == "otf" || it == "ttf")
        })
        .collect();
    paths.sort();
    let fonts = paths.iter().map(|path| FontFile {
        name: path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        bytes: std::fs::read(path).expect("a font file").into(),
    });
    PdfOptions {
        fonts: fonts.collect(),
        ..PdfOptions::default()
    }
}

/// The sample's documents, and behind them the pack that holds them all.
pub(crate) fn pack(text: &str) -> Vec<Arc<Shape>> {
    let mut shapes = documents(text);
    shapes.push(Arc::new(Shape {
        document: "pack".into(),
        title: vec![Inline::Text("Pakket voor ".into()), Inline::Slot(0)],
        slots: 1,
        footnotes: vec![],
        body: Body::Collection(shapes.clone()),
        ..shell("pack")
    }));
    shapes
}

/// Values for [`pack`]: name, street line and town line.
pub(crate) fn values(shapes: &[Arc<Shape>], slots: [&str; 3]) -> Vec<Values> {
    let plain = Values {
        slots: slots.map(str::to_owned).to_vec(),
        members: vec![],
    };
    let of = |shape: &Arc<Shape>| Values {
        slots: plain.slots.clone(),
        members: shape.members().iter().map(|_| plain.clone()).collect(),
    };
    shapes.iter().map(of).collect()
}

/// A document with nothing in it.
pub(crate) fn shell(document: &str) -> Shape {
    Shape {
        document: document.into(),
        language: "nl-NL".into(),
        title: vec![Inline::Text(document.into())],
        author: "POSIV-project".into(),
        date: (2023, 2, 9),
        body: Body::Parts {
            annex: None,
            parts: vec![],
        },
        footnotes: vec![],
        words: raadspost_content::DocumentWords::default(),
        slots: 3,
        reference: None,
    }
}

/// A document of running text: blocks as the sample has them, under a heading of its own.
pub(crate) fn text_document(document: &str, text: &str) -> Arc<Shape> {
    documents(&format!("parts {document}\ntext {document}\n{text}\n")).remove(0)
}

/// Reads the documents of a sample.
pub(crate) fn documents(text: &str) -> Vec<Arc<Shape>> {
    let mut reader = Reader::default();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        reader.line(word, rest);
    }
    let shapes = std::mem::take(&mut reader.shapes);
    shapes
        .into_iter()
        .map(|shape| Arc::new(reader.with_notes(shape)))
        .collect()
}

#[derive(Default)]
struct Reader {
    notes: Vec<(String, String)>,
    used: Vec<String>,
    shapes: Vec<(Shape, Vec<String>)>,
}

impl Reader {
    fn with_notes(&self, (mut shape, used): (Shape, Vec<String>)) -> Shape {
        let mut scratch = Reader::default();
        for id in used {
            let text = &self
                .notes
                .iter()
                .find(|note| note.0 == id)
                .expect("a note's text")
                .1;
            let inlines = scratch.inlines(text);
            shape.footnotes.push(Footnote {
                id,
                span: Span::default(),
                inlines,
            });
        }
        shape
    }

    fn line(&mut self, word: &str, rest: &str) {
        match word {
            "note" => {
                let (id, text) = rest.split_once(' ').expect("id and text");
                self.notes.push((id.into(), text.into()));
                return;
            }
            "letter" => {
                let body = Body::Letter(Box::new(empty_letter(rest)));
                self.shapes.push((
                    Shape {
                        body,
                        ..shell(rest)
                    },
                    vec![],
                ));
                return;
            }
            "parts" => {
                self.shapes.push((shell(rest), vec![]));
                return;
            }
            _ => {}
        }
        self.used = std::mem::take(&mut self.shapes.last_mut().expect("a document").1);
        let inlines = self.inlines(rest);
        let halves: Vec<Vec<Inline>> = rest.split('|').map(|half| self.inlines(half)).collect();
        let (shape, used) = self.shapes.last_mut().expect("a document");
        *used = std::mem::take(&mut self.used);
        match &mut shape.body {
            Body::Letter(letter) => match word {
                "sender" => letter.sender.name = rest.into(),
                "tagline" => letter.sender.tagline = Some(rest.into()),
                "from" => letter.sender.address.push(rest.into()),
                "website" => letter.sender.website = Some(rest.into()),
                "email" => letter.sender.email = Some(rest.into()),
                "addressee" => letter.addressee.push(inlines),
                "address" => letter.address.push(inlines),
                "date" => letter.place_and_date = inlines,
                "subject" => letter.subject = Some(inlines),
                "salutation" => letter.salutation = inlines,
                "close" => letter.closing = inlines,
                "signs" => {
                    let mut fields = rest.split('|').map(str::to_owned);
                    let name = fields.next().unwrap_or_default();
                    let mut next = || fields.next().filter(|field| !field.is_empty());
                    letter.signatories.push(Signatory {
                        name,
                        role: next(),
                        email: next(),
                        signature: None,
                    });
                }
                "enclosures" => {
                    letter.enclosures = Some(Enclosures {
                        title: inlines,
                        items: vec![],
                    });
                }
                "enclosure" => {
                    let [label, title] = halves.try_into().expect("label and title");
                    let enclosures = letter.enclosures.as_mut().expect("a title above");
                    enclosures.items.push(Enclosure { label, title });
                }
                _ => block(&mut letter.blocks, word, inlines),
            },
            Body::Parts { annex, parts } => match word {
                "annex" => {
                    let [label, title] = halves.try_into().expect("label and title");
                    *annex = Some(Annex { label, title });
                }
                "text" => parts.push(Part::Text {
                    id: rest.into(),
                    blocks: vec![],
                }),
                "motion" => parts.push(Part::Motion(Motion {
                    id: rest.into(),
                    variant: None,
                    title: vec![],
                    level: 1,
                    show_title: false,
                    blocks: vec![],
                    record: Default::default(),
                })),
                _ => match parts.last_mut().expect("a part") {
                    Part::Text { blocks, .. } => block(blocks, word, inlines),
                    Part::Motion(motion) => match word.strip_prefix("title") {
                        Some(level) => {
                            motion.title = inlines;
                            motion.level = level.parse().expect("a level");
                            motion.show_title = true;
                        }
                        None => block(&mut motion.blocks, word, inlines),
                    },
                },
            },
            Body::Collection(_) => unreachable!("a sample has plain documents"),
        }
    }

    fn inlines(&mut self, mut text: &str) -> Vec<Inline> {
        let mut inlines = Vec::new();
        while !text.is_empty() {
            let at = text.find(['{', '^', '<', '[', '(']).unwrap_or(text.len());
            let (plain, rest) = text.split_at(at);
            let found = self.special(rest);
            let (plain, length) = match &found {
                Some((_, length)) => (plain.to_owned(), *length),
                None => {
                    let first = rest.chars().next().map_or(0, char::len_utf8);
                    (format!("{plain}{}", &rest[..first]), first)
                }
            };
            match inlines.last_mut() {
                Some(Inline::Text(last)) => last.push_str(&plain),
                _ if plain.is_empty() => {}
                _ => inlines.push(Inline::Text(plain)),
            }
            inlines.extend(found.map(|(inline, _)| inline));
            text = &rest[length..];
        }
        inlines
    }

    fn special(&mut self, text: &str) -> Option<(Inline, usize)> {
        let close = match text.chars().next()? {
            '{' => '}',
            '^' => '^',
            '<' => '>',
            '[' => ']',
            _ => ')',
        };
        let end = 1 + text[1..].find(close)?;
        let inner = &text[1..end];
        let inline = match close {
            '}' => Inline::Slot(inner.parse().ok()?),
            '^' => {
                let place = self
                    .used
                    .iter()
                    .position(|id| id == inner)
                    .unwrap_or_else(|| {
                        self.used.push(inner.into());
                        self.used.len() - 1
                    });
                Inline::Footnote(place)
            }
            '>' => {
                let (shown, url) = inner.split_once('|').unwrap_or((inner, inner));
                if !url.starts_with("http") {
                    return None;
                }
                Inline::Link {
                    url: url.into(),
                    inlines: vec![Inline::Text(shown.into())],
                }
            }
            ']' => Inline::FillIn(FillIn {
                id: inner.into(),
                label: inner.into(),
                kind: FillInKind::Text,
                field: None,
                line: None,
            }),
            _ => {
                if !text[end + 1..].starts_with('*') {
                    return None;
                }
                let options = inner.split('/').map(str::to_owned).collect();
                let choice = Inline::Choice {
                    id: inner.into(),
                    options,
                    mark: "*".into(),
                };
                return Some((choice, end + 2));
            }
        };
        Some((inline, end + 1))
    }
}

fn empty_letter(id: &str) -> Letter {
    Letter {
        id: id.into(),
        envelope: Default::default(),
        sender: Sender::default(),
        addressee: vec![],
        address: vec![],
        kix: None,
        reference: None,
        place_and_date: vec![],
        subject: None,
        salutation: vec![],
        blocks: vec![],
        closing: vec![],
        signatories: vec![],
        qr: None,
        publication_copy: false,
        enclosures: None,
    }
}

fn block(blocks: &mut Vec<Block>, word: &str, inlines: Vec<Inline>) {
    let name = format!("block.{}", blocks.len());
    let make = |kind| Block {
        id: BlockId(name.clone()),
        span: Span::default(),
        kind,
    };
    let level = word
        .chars()
        .last()
        .and_then(|c| c.to_digit(10))
        .unwrap_or(1) as u8;
    let list = |kind| BlockKind::List {
        kind,
        items: vec![],
    };
    let kind = match word.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "p" => BlockKind::Paragraph { inlines },
        "h" => BlockKind::Heading { level, inlines },
        "dash" => list(ListKind::Dash),
        "bullet" => list(ListKind::Bullet),
        "decimal" => list(ListKind::Decimal),
        "alpha" => list(ListKind::LowerAlpha),
        "preamble" => BlockKind::Preamble { inlines },
        "recital" => BlockKind::Recital {
            level,
            head: inlines,
            items: vec![],
        },
        "operative" => BlockKind::Operative {
            variants: Vec::new(),
            level,
            head: inlines,
            alternatives: vec![vec![]],
            separator: vec![],
        },
        "closing" => BlockKind::Closing { inlines },
        "movers" => BlockKind::Movers {
            lead: inlines,
            lines: vec![],
        },
        "usage" => BlockKind::Note { inlines },
        below => {
            let item = vec![make(BlockKind::Paragraph {
                inlines: inlines.clone(),
            })];
            match (below, &mut blocks.last_mut().expect("a block above").kind) {
                ("-", BlockKind::List { items, .. } | BlockKind::Recital { items, .. }) => {
                    items.push(item);
                }
                ("-", BlockKind::Operative { alternatives, .. }) => {
                    alternatives.last_mut().expect("an alternative").push(item);
                }
                (
                    "or",
                    BlockKind::Operative {
                        alternatives,
                        separator,
                        ..
                    },
                ) => {
                    alternatives.push(vec![]);
                    *separator = inlines;
                }
                ("mover", BlockKind::Movers { lines, .. }) => lines.push(inlines),
                _ => panic!("`{word}` is no block"),
            }
            return;
        }
    };
    blocks.push(make(kind));
}
