//! Checks of finished files: the program's own files pass, and each kind of damage prevents the
//! delivery with a message that gives page and position.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use raadspost_content::{
    Diagnostics, DocumentLimits, Fingerprint, Format, Inspector, Pack, PixelRecord, Prepared,
    Renderer, Rendition, Shape, Values, Warned,
};
use raadspost_inspect::{PdfChecks, PdfInspector, overlay};
use raadspost_pipeline::{
    Packs, Recipient, Recipients, RegisterRows, RunError, RunOptions, UnfilledRow, UnfilledRows,
    Unobserved, run,
};
use raadspost_project::Project;

use crate::support::everyone_out;

/// The pack of a municipality, resolved and filled.
fn pack(code: &str) -> Pack {
    let project = Project::embedded().expect("the embedded campaign");
    let mut packs = project.packs().expect("the register");
    packs
        .find(|recipient| recipient.pack.code == code)
        .expect("the code")
        .pack
}

/// A finished file, and what it ought to be.
pub(crate) struct Good {
    pub(crate) shape: Arc<Shape>,
    pub(crate) values: Values,
    pub(crate) bytes: Vec<u8>,
    pub(crate) pages: u32,
}

fn good(code: &str, folder: &str, document: &str) -> Good {
    let pack = pack(code);
    let document = pack
        .documents
        .iter()
        .find(|found| found.document == document && found.format == Format::Pdf)
        .expect("the document");
    let bytes = std::fs::read(everyone_out().join(folder).join(&document.file)).expect("a file");
    let pages = Document::load_mem(&bytes).expect("a PDF").get_pages().len();
    Good {
        shape: document.shape.clone(),
        values: document.values.clone(),
        bytes,
        pages: pages as u32,
    }
}

fn letter() -> Good {
    good("GM0344", "GM0344-utrecht", "brief")
}

pub(crate) fn inspector() -> PdfInspector {
    PdfInspector::new(PdfChecks {
        limits: BTreeMap::new(),
        pixels: PixelRecord::default(),
    })
}

pub(crate) fn judge(inspector: &PdfInspector, good: &Good, bytes: Vec<u8>) -> Diagnostics {
    let rendition = Rendition {
        format: Format::Pdf,
        bytes,
        pages: Some(good.pages),
    };
    inspector.inspect(&good.shape, &good.values, &rendition)
}

pub(crate) fn spoilt(good: &Good, spoil: &dyn Fn(&mut Document)) -> Vec<u8> {
    let mut document = Document::load_mem(&good.bytes).expect("a PDF");
    spoil(&mut document);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("saves");
    bytes
}

pub(crate) fn page(document: &Document, number: u32) -> ObjectId {
    document.get_pages()[&number]
}

/// Changes the operations of a page's content.
pub(crate) fn operations(document: &mut Document, number: u32, edit: impl Fn(&mut Vec<Operation>)) {
    let page = page(document, number);
    let bytes = document.get_page_content(page);
    let mut content = Content::decode(&bytes).expect("operations");
    edit(&mut content.operations);
    let stream = Stream::new(Dictionary::new(), content.encode().expect("bytes"));
    let id = document.add_object(stream);
    document
        .get_dictionary_mut(page)
        .expect("a page")
        .set("Contents", id);
}

/// Paints more at the end of a page.
pub(crate) fn painted(document: &mut Document, number: u32, more: &str) {
    let more = Content::decode(more.as_bytes())
        .expect("operations")
        .operations;
    operations(document, number, |all| all.extend(more.iter().cloned()));
}

/// The first string of four codes or more that is shown after so many others.
fn codes(all: &mut [Operation], after: usize) -> &mut Vec<u8> {
    let shown = all
        .iter_mut()
        .filter(|operation| matches!(operation.operator.as_str(), "TJ" | "Tj"));
    let strings = shown
        .skip(after)
        .flat_map(|operation| match &mut operation.operands[0] {
            Object::Array(items) => items.iter_mut(),
            text => std::slice::from_mut(text).iter_mut(),
        });
    let mut strings = strings.filter_map(|item| match item {
        Object::String(bytes, _) if bytes.len() >= 8 => Some(bytes),
        _ => None,
    });
    strings.next().expect("a string")
}

/// The first dictionary for which this holds.
pub(crate) fn entry(document: &mut Document, is: impl Fn(&Dictionary) -> bool) -> &mut Dictionary {
    let found = document
        .objects
        .values_mut()
        .find_map(|object| match object {
            Object::Dictionary(dictionary) if is(dictionary) => Some(dictionary),
            _ => None,
        });
    found.expect("the dictionary")
}

pub(crate) fn is_element(dictionary: &Dictionary, tag: &[u8]) -> bool {
    dictionary.get(b"S").and_then(Object::as_name).ok() == Some(tag) && dictionary.has(b"K")
}

/// How many numbered pieces of content stand in an element itself.
fn own_content(dictionary: &Dictionary) -> usize {
    let kids = dictionary.get(b"K").and_then(Object::as_array);
    kids.map_or(0, |kids| {
        kids.iter().filter(|kid| kid.as_i64().is_ok()).count()
    })
}

pub(crate) fn catalog(document: &mut Document) -> &mut Dictionary {
    document.catalog_mut().expect("a catalog")
}

fn edited_map(document: &mut Document, from: &[u8], to: &[u8]) {
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object
            && let Ok(bytes) = stream.decompressed_content()
            && bytes.windows(9).any(|found| found == b"beginbfch")
            && let Some(at) = bytes.windows(from.len()).position(|found| found == from)
        {
            let mut bytes = bytes;
            bytes.splice(at..at + from.len(), to.iter().copied());
            stream.set_plain_content(bytes);
            return;
        }
    }
    panic!("no map has it");
}

fn widen(width: &mut Object) {
    *width = (width.as_float().expect("a width") + 60.0).into();
}

pub(crate) type Spoil = Box<dyn Fn(&mut Document)>;

/// Ways of spoiling a letter: what it is, the code by which it is refused, how it is done.
fn ways() -> Vec<(&'static str, &'static str, Spoil)> {
    fn way(
        what: &'static str,
        code: &'static str,
        spoil: impl Fn(&mut Document) + 'static,
    ) -> (&'static str, &'static str, Spoil) {
        (what, code, Box::new(spoil))
    }
    vec![
        way("a wrong width", "pdf-font-width", |document| {
            let font = entry(document, |font| font.has(b"CIDSystemInfo"));
            let Ok(Object::Array(widths)) = font.get_mut(b"W") else {
                panic!("widths")
            };
            // A list behind its first code, or the first and last code of a range and its width.
            let mut more = 2;
            for item in widths.iter_mut() {
                match item {
                    Object::Array(list) => {
                        list.iter_mut().for_each(widen);
                        more = 2;
                    }
                    item if more == 0 => {
                        widen(item);
                        more = 2;
                    }
                    _ => more -= 1,
                }
            }
        }),
        way("no language", "pdf-language", |document| {
            catalog(document).remove(b"Lang");
        }),
        way("a moved address", "pdf-address-outside", |document| {
            operations(document, 1, |all| {
                for operation in all
                    .iter_mut()
                    .filter(|operation| operation.operator == "Td")
                {
                    // The first of a text object counts from the corner of the sheet.
                    let y = operation.operands[1].as_float().expect("a number");
                    if (625.0..690.0).contains(&y) {
                        operation.operands[1] = (y - 90.0).into();
                    }
                }
            });
        }),
        way(
            "an address across the edge",
            "pdf-ink-in-window",
            |document| {
                operations(document, 1, |all| {
                    for operation in all
                        .iter_mut()
                        .filter(|operation| operation.operator == "Td")
                    {
                        let y = operation.operands[1].as_float().expect("a number");
                        if (625.0..690.0).contains(&y) {
                            let x = operation.operands[0].as_float().expect("a number");
                            operation.operands[0] = (x - 20.0).into();
                        }
                    }
                });
            },
        ),
        way(
            "a font that is not embedded",
            "pdf-font-not-embedded",
            |document| {
                entry(document, |font| font.has(b"FontFile3")).remove(b"FontFile3");
            },
        ),
        way("ink outside", "pdf-ink-outside", |document| {
            painted(document, 2, "/Artifact BMC q 2 w 300 5 m 500 5 l S Q EMC");
        }),
        way("ink beside the sheet", "pdf-ink-outside", |document| {
            painted(document, 1, "/Artifact BMC -50 300 10 10 re f EMC");
        }),
        way("ink beside the window", "pdf-ink-in-keep-out", |document| {
            painted(document, 1, "/Artifact BMC 0.3 w 62 672 m 74 672 l S EMC");
        }),
        way("ink in the window", "pdf-ink-in-window", |document| {
            painted(document, 1, "/Artifact BMC 300 630 4 4 re f EMC");
        }),
        way(
            "a word more in the window",
            "pdf-ink-in-window",
            |document| {
                operations(document, 1, |all| {
                    let first = |names: &[&str]| {
                        let named = |it: &&Operation| names.contains(&it.operator.as_str());
                        all.iter().find(named).expect("text").clone()
                    };
                    let mut font = first(&["Tf"]);
                    font.operands[1] = 5.into();
                    let shown = first(&["TJ", "Tj"]);
                    all.extend([
                        Operation::new("BMC", vec![Object::Name(b"Artifact".to_vec())]),
                        Operation::new("BT", Vec::new()),
                        font,
                        Operation::new("Td", vec![150.into(), 625.into()]),
                        shown,
                        Operation::new("ET", Vec::new()),
                        Operation::new("EMC", Vec::new()),
                    ]);
                });
            },
        ),
        way("words over words", "pdf-text-over-text", |document| {
            operations(document, 2, |all| {
                // What is shown again at its own place is shown over itself.
                let at = all.iter().position(|it| it.operator == "BT").expect("text");
                let end = all
                    .iter()
                    .position(|it| it.operator == "ET")
                    .expect("its end");
                let again: Vec<Operation> = all[at..=end].to_vec();
                all.push(Operation::new(
                    "BMC",
                    vec![Object::Name(b"Artifact".to_vec())],
                ));
                all.extend(
                    again
                        .into_iter()
                        .filter(|it| !matches!(it.operator.as_str(), "BDC" | "BMC" | "EMC")),
                );
                all.push(Operation::new("EMC", Vec::new()));
            });
        }),
        way("a line over a line", "pdf-text-over-text", |document| {
            operations(document, 2, |all| {
                let down = |it: &&mut Operation| {
                    let by = it.operands.get(1).and_then(|it| it.as_float().ok());
                    it.operator == "Td" && by.is_some_and(|by| (-18.0..-10.0).contains(&by))
                };
                let moved = all.iter_mut().find(down).expect("a further line");
                moved.operands[1] = 0.into();
            });
        }),
        way("a changed word", "pdf-text-differs", |document| {
            operations(document, 1, |all| codes(all, 12).swap(1, 3));
        }),
        way("a changed number", "pdf-text-differs", |document| {
            operations(document, 2, |all| {
                let codes = codes(all, 3);
                codes.rotate_left(2);
            });
        }),
        way("a dropped tag", "pdf-untagged", |document| {
            let is = |element: &Dictionary| is_element(element, b"P") && own_content(element) >= 2;
            entry(document, is).set("K", Vec::<Object>::new());
        }),
        way("a heading that is none", "pdf-tag-role", |document| {
            entry(document, |element| is_element(element, b"H1")).set("S", "P");
        }),
        way("tags in another order", "pdf-tag-order", |document| {
            let is = |element: &Dictionary| is_element(element, b"P") && own_content(element) >= 2;
            let Ok(Object::Array(kids)) = entry(document, is).get_mut(b"K") else {
                panic!("kids")
            };
            kids.swap(0, 1);
        }),
        way("a tag twice", "pdf-tag-order", |document| {
            let is = |element: &Dictionary| is_element(element, b"P") && own_content(element) >= 2;
            let Ok(Object::Array(kids)) = entry(document, is).get_mut(b"K") else {
                panic!("kids")
            };
            kids.push(kids[0].clone());
        }),
        way("content without a mark", "pdf-untagged", |document| {
            painted(document, 2, "200 300 20 2 re f");
        }),
        way("another sheet", "pdf-page-size", |document| {
            let page = page(document, 2);
            let letter: Vec<Object> = [0, 0, 612, 792].map(Object::from).to_vec();
            document
                .get_dictionary_mut(page)
                .expect("a page")
                .set("MediaBox", letter);
        }),
        way("a smaller trim", "pdf-page-size", |document| {
            let page = page(document, 1);
            let trim: Vec<Object> = [10, 10, 580, 830].map(Object::from).to_vec();
            document
                .get_dictionary_mut(page)
                .expect("a page")
                .set("TrimBox", trim);
        }),
        way("a missing glyph", "pdf-missing-glyph", |document| {
            operations(document, 1, |all| codes(all, 12)[2..4].fill(0));
        }),
        way(
            "a glyph that the font has not",
            "pdf-missing-glyph",
            |document| {
                operations(document, 1, |all| codes(all, 12)[2..4].fill(0x0F));
            },
        ),
        way(
            "a letter that shows nothing",
            "pdf-blank-glyph",
            |document| {
                edited_map(document, b"<0020>", b"<0078>");
            },
        ),
        way(
            "text that cannot be read",
            "pdf-unmapped-text",
            |document| {
                entry(document, |font| font.has(b"ToUnicode")).remove(b"ToUnicode");
            },
        ),
        way("a painted annotation", "pdf-annotation", |document| {
            let stream = Stream::new(
                dictionary! { "Subtype" => "Form" },
                b"0 0 9 9 re f".to_vec(),
            );
            let form = document.add_object(stream);
            let link = entry(document, |link| {
                link.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Link")
            });
            link.set("AP", dictionary! { "N" => form });
        }),
    ]
}

#[test]
fn what_is_made_passes_and_what_is_only_saved_again_too() {
    for document in ["brief", "bijlage-1", "bijlage-2", "pack"] {
        let good = good("GM0344", "GM0344-utrecht", document);
        for bytes in [good.bytes.clone(), spoilt(&good, &|_| {})] {
            let found = judge(&inspector(), &good, bytes);
            assert!(found.is_empty(), "{document}: {found:#?}");
        }
    }
    // What is clipped away is no ink.
    let good = letter();
    let clipped = spoilt(&good, &|document| {
        painted(
            document,
            1,
            "/Artifact BMC q 200 300 10 10 re W n 0 0 600 10 re f Q EMC",
        );
    });
    let found = judge(&inspector(), &good, clipped);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_spoilt_file_is_refused_with_page_and_place() {
    let good = letter();
    // One inspector has seen the good file, the other nothing: what is remembered of equal pages
    // and fonts lets nothing slip through.
    let seasoned = inspector();
    assert!(judge(&seasoned, &good, good.bytes.clone()).is_empty());
    let mut wrong = Vec::new();
    for (what, code, spoil) in ways() {
        let bytes = spoilt(&good, &*spoil);
        let found = judge(&seasoned, &good, bytes.clone());
        match found.iter().find(|finding| finding.code == code) {
            Some(told) if told.message.contains("page ") && told.message.contains(" mm") => {}
            _ => wrong.push(format!("{what}: {found:#?}")),
        }
        let again = judge(&inspector(), &good, bytes);
        if format!("{found:?}") != format!("{again:?}") {
            wrong.push(format!("{what}: {found:#?} is not {again:#?}"));
        }
        // And the good one passes still.
        if !judge(&seasoned, &good, good.bytes.clone()).is_empty() {
            wrong.push(format!("{what}: the good file is refused after it"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn limits_are_held() {
    let good = letter();
    let limited = |pages, bytes| {
        let limits = DocumentLimits { pages, bytes };
        let inspector = PdfInspector::new(PdfChecks {
            limits: BTreeMap::from([("brief".to_owned(), limits)]),
            ..PdfChecks::default()
        });
        let found = judge(&inspector, &good, good.bytes.clone());
        found.iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    let size = good.bytes.len() as u64;
    assert_eq!(limited(Some(2), Some(size)), [""; 0]);
    assert_eq!(limited(Some(1), None), ["pdf-too-many-pages"]);
    assert_eq!(limited(None, Some(size - 1)), ["pdf-too-large"]);
}

/// A renderer that makes one file, whatever it is asked for.
struct Fixed(Rendition);

struct Warm(Rendition);

impl Renderer for Fixed {
    fn format(&self) -> Format {
        Format::Pdf
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.0.bytes)
    }

    fn prepare(&self, _: &[Arc<Shape>]) -> Result<Warned<Box<dyn Prepared>>, Diagnostics> {
        Ok(Warned {
            output: Box::new(Warm(self.0.clone())),
            warnings: Vec::new(),
        })
    }

    fn missing_characters(&self, _: &str) -> Vec<char> {
        Vec::new()
    }
}

impl Prepared for Warm {
    fn render(&self, values: &[Values]) -> Result<Warned<Vec<Rendition>>, Diagnostics> {
        Ok(Warned {
            output: values.iter().map(|_| self.0.clone()).collect(),
            warnings: Vec::new(),
        })
    }
}

/// One pack with a letter and nothing else.
struct One(Pack);

impl Recipients for One {
    fn register(&self) -> String {
        "nl.csv".into()
    }

    fn rows(&self) -> RegisterRows {
        RegisterRows {
            rows: 1,
            not_meant: 0,
            empty: 0,
        }
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        Ok(Box::new(std::iter::once(Recipient::from(self.0.clone()))))
    }

    fn rows_kept(&self, _: &std::path::Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        Ok(Box::new(self.packs()?.map(UnfilledRow::from)))
    }
}

/// Runs the pipeline with a renderer that makes these bytes; the run's end, and what was delivered.
fn delivered(bytes: Vec<u8>, pixels: PixelRecord) -> (Result<u64, RunError>, bool) {
    let mut pack = pack("GM0344");
    pack.documents
        .retain(|document| document.document == "brief");
    let out = tempfile::tempdir().expect("a folder");
    let rendition = Rendition {
        format: Format::Pdf,
        bytes,
        pages: Some(2),
    };
    let inspector = PdfInspector::new(PdfChecks {
        limits: BTreeMap::new(),
        pixels,
    });
    let report = run(
        &One(pack),
        &[Box::new(Fixed(rendition))],
        &[(Format::Pdf, Box::new(inspector))],
        &RunOptions::new(out.path().join("out")),
        &Unobserved,
        &AtomicBool::new(false),
    );
    let folder = out.path().join("out/GM0344-utrecht");
    let there = folder.join("brief.pdf").exists();
    (report.map(|report| report.documents.failed), there)
}

#[test]
fn a_spoilt_file_is_not_delivered() {
    let good = letter();
    let none = PixelRecord::default();
    let (failed, there) = delivered(good.bytes.clone(), none);
    assert_eq!((failed.expect("a run"), there), (0, true));
    for (what, _, spoil) in ways() {
        let (failed, there) = delivered(spoilt(&good, &*spoil), none);
        assert_eq!((failed.expect("a run"), there), (1, false), "{what}");
    }
}

/// Ink that is there by the content and cannot be seen: boxes and pixels disagree, and that is no
/// fault of the file alone.
#[test]
fn where_pixels_and_boxes_disagree_the_run_stops() {
    let good = letter();
    let all = PixelRecord { seed: 1, one_in: 1 };
    let (failed, there) = delivered(good.bytes.clone(), all);
    assert_eq!((failed.expect("a run"), there), (0, true));
    let unseen = spoilt(&good, &|document| {
        // A pattern of tiles that show nothing.
        let tile = dictionary! { "Type" => "Pattern", "PatternType" => 1, "PaintType" => 1,
        "TilingType" => 1, "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
        "XStep" => 9, "YStep" => 9, "Resources" => Dictionary::new() };
        let tile = document.add_object(Stream::new(tile, b" ".to_vec()));
        // Which page is looked at is the sample's affair.
        for number in [1, 2] {
            let page = page(document, number);
            let own = document.get_dictionary(page).expect("a page");
            let mut resources = match own.get(b"Resources").expect("resources") {
                Object::Reference(id) => document.get_dictionary(*id).expect("resources").clone(),
                Object::Dictionary(dictionary) => dictionary.clone(),
                _ => panic!("resources"),
            };
            resources.set("Pattern", dictionary! { "Px" => tile });
            let own = document.get_dictionary_mut(page).expect("a page");
            own.set("Resources", resources);
            painted(
                document,
                number,
                "/Artifact BMC q /Pattern cs /Px scn 200 20 60 10 re f Q EMC",
            );
        }
    });
    let found = judge(&inspector(), &good, unseen.clone());
    assert!(
        found.is_empty(),
        "boxes alone see nothing wrong: {found:#?}"
    );
    let (ended, there) = delivered(unseen, all);
    let message = ended.expect_err("the run stops").to_string();
    assert!(!there);
    for part in [
        "page ",
        "by the content 70.6 to 91.7 mm",
        "by the pixels nowhere",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn the_overlay_paints_what_may_not_be_printed() {
    let good = letter();
    let laid = overlay(&good.shape, &good.values, &good.bytes).expect("an overlay");
    let document = Document::load_mem(&laid).expect("a PDF");
    assert_eq!(document.get_pages().len(), 2);
    let content = |number| document.get_page_content(page(&document, number));
    let count = |number, what: &str| {
        let content = String::from_utf8_lossy(&content(number)).into_owned();
        content.matches(what).count()
    };
    // Four edges on each page; on the first what the envelope keeps free and the frame of its
    // window too.
    assert_eq!((count(1, " re f"), count(2, " re f")), (8, 4));
    assert_eq!((count(1, " re S"), count(2, " re S")), (1, 0));
    assert!(
        !document.catalog().expect("a catalog").has(b"Metadata"),
        "a proof claims nothing"
    );
}
