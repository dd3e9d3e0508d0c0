//! Every word, place and label of a Word file counts: a file in which one is changed is refused.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::ops::Range;

use raadspost_content::{Format, Inspector as _, Renderer as _, Rendition, Shape, Values};
use raadspost_docx::{DocxOptions, DocxRenderer};
use raadspost_inspect::DocxInspector;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::plain::packs;
use crate::support::{case, posiv, root};

const DOCUMENT: &str = "word/document.xml";
const NUMBERING: &str = "word/numbering.xml";
const FOOTNOTES: &str = "word/footnotes.xml";

/// The parts of a package, by name.
type Parts = BTreeMap<String, Vec<u8>>;

fn unzipped(bytes: &[u8]) -> Parts {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut parts = Parts::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a part");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("a part");
        parts.insert(file.name().to_owned(), content);
    }
    parts
}

fn zipped(parts: &Parts) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(content).expect("a part");
    }
    zip.finish().expect("a package").into_inner()
}

/// A document as it was made, and what judges it.
struct Judged {
    shape: Shape,
    values: Values,
    parts: Parts,
    inspector: DocxInspector,
}

impl Judged {
    fn codes(&self, parts: &Parts) -> Vec<&'static str> {
        let rendition = Rendition {
            format: Format::Docx,
            bytes: zipped(parts),
            pages: None,
        };
        let found = self
            .inspector
            .inspect(&self.shape, &self.values, &rendition);
        found.iter().map(|one| one.code).collect()
    }

    /// Judges the file with another text in one part; `what` names the change.
    fn refuses(&self, part: &str, text: String, what: &str) {
        let mut parts = self.parts.clone();
        parts.insert(part.to_owned(), text.into_bytes());
        let found = self.codes(&parts);
        assert!(!found.is_empty(), "{}: {what}", self.shape.document);
    }

    fn part(&self, name: &str) -> String {
        String::from_utf8(self.parts[name].clone()).expect("UTF-8")
    }
}

/// What lies between each `open` and the next `close`, both included.
fn spans(text: &str, open: &str, close: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices(open);
    let end = |from: usize| text[from..].find(close).map(|at| from + at + close.len());
    starts.filter_map(|(at, _)| Some(at..end(at)?)).collect()
}

fn replaced(text: &str, span: &Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..span.start], &text[span.end..])
}

/// The documents of a campaign for one municipality, in Word.
fn judged(yaml: &str, name: &str) -> Vec<Judged> {
    let table = fs::read_to_string(root().join("content/registers/nl.csv")).expect("the register");
    let (shapes, values) = packs(yaml, &table, |known| known == name).remove(0);
    let renderer = DocxRenderer::new(DocxOptions::default());
    let mut all = Vec::new();
    for (shape, values) in shapes.into_iter().zip(values) {
        if !shape.members().is_empty() {
            continue;
        }
        let prepared = renderer
            .prepare(std::slice::from_ref(&shape))
            .expect("a shape");
        let made = prepared.output.render(std::slice::from_ref(&values));
        let bytes = made.expect("a file").output.remove(0).bytes;
        all.push(Judged {
            shape: (*shape).clone(),
            values,
            parts: unzipped(&bytes),
            inspector: DocxInspector::default(),
        });
    }
    all
}

#[test]
fn no_word_place_or_label_of_a_word_file_can_change_unseen() {
    let mut all = judged(&case("word/raad.yaml"), "Utrecht");
    let motions = all.len();
    all.extend(judged(&posiv(), "Súdwest-Fryslân"));
    let mut changes = 0;
    for (at, one) in all.iter().enumerate() {
        assert_eq!(one.codes(&one.parts), [""; 0], "{}", one.shape.document);
        let document = one.part(DOCUMENT);
        let mut try_with = |part: &str, text: String, what: &str| {
            one.refuses(part, text, what);
            changes += 1;
        };
        for run in spans(&document, "<w:t ", "</w:t>") {
            let whole = &document[run.clone()];
            let (tag, text) = whole.split_once('>').expect("a tag");
            let text = text.trim_end_matches("</w:t>");
            if text.trim().is_empty() {
                continue;
            }
            for with in [format!("{text}x"), "x".to_owned(), String::new()] {
                let with = format!("{tag}>{with}</w:t>");
                try_with(DOCUMENT, replaced(&document, &run, &with), text);
            }
        }
        let paragraphs = spans(&document, "<w:p>", "</w:p>");
        for (nth, paragraph) in paragraphs.iter().enumerate() {
            let whole = &document[paragraph.clone()];
            // A cell in which nothing is printed has a paragraph all the same.
            if !whole.contains("<w:t ") {
                continue;
            }
            try_with(
                DOCUMENT,
                replaced(&document, paragraph, ""),
                "a paragraph is gone",
            );
            try_with(
                DOCUMENT,
                replaced(&document, paragraph, &whole.repeat(2)),
                "a paragraph is doubled",
            );
            if let Some(next) = paragraphs.get(nth + 1)
                && next.start == paragraph.end
                && document[next.clone()] != *whole
            {
                let both = paragraph.start..next.end;
                let swapped = format!("{}{whole}", &document[next.clone()]);
                try_with(
                    DOCUMENT,
                    replaced(&document, &both, &swapped),
                    "two are swapped",
                );
            }
        }
        for number in spans(&document, "<w:numPr>", "</w:numPr>") {
            let none = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"0\"/></w:numPr>";
            try_with(
                DOCUMENT,
                replaced(&document, &number, none),
                "a label is gone",
            );
        }
        for heading in spans(&document, "<w:pStyle w:val=\"Heading", "/>") {
            let plain = "<w:pStyle w:val=\"Normal\"/>";
            // In a letter what is a heading here is a line on paper.
            if !matches!(one.shape.body, raadspost_content::Body::Letter(_)) {
                try_with(
                    DOCUMENT,
                    replaced(&document, &heading, plain),
                    "a heading is none",
                );
            }
        }
        // Each motion of this campaign asks for something, by letters.
        if at < motions {
            let numbering = one.part(NUMBERING);
            let start = ("startOverride w:val=\"1\"", "startOverride w:val=\"2\"");
            for (from, to) in [("lowerLetter", "upperRoman"), ("%1)", "%1."), start] {
                try_with(NUMBERING, numbering.replace(from, to), from);
            }
        }
        if one.parts.contains_key(FOOTNOTES) {
            let notes = one.part(FOOTNOTES);
            for run in spans(&notes, "<w:t ", "</w:t>") {
                if !notes[run.clone()].contains("> <") {
                    let with = "<w:t xml:space=\"preserve\">x</w:t>";
                    try_with(FOOTNOTES, replaced(&notes, &run, with), "a footnote");
                }
            }
        }
    }
    assert!(changes > 500, "{changes}");
}
