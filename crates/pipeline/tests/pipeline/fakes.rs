//! A small campaign, fake renderers, and access to the results of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use raadspost_content::{
    Block, BlockId, BlockKind, Body, Diagnostic, Diagnostics, DocumentWords, Fingerprint, Format,
    Inline, Inspector, Pack, PackDocument, PackEnvelope, Part, PostEnvelope, Prepared,
    RefusedDocument, Renderer, Rendition, Shape, Span, Values, Warned,
};
use raadspost_pipeline::{
    DirectorySink, Failpoint, Like, Observer, OutputPath, PackDone, Packs, PutMode, Recipient,
    Recipients, RegisterRows, Report, RunError, RunOptions, Sink, SinkError, Staged, Stamp, Totals,
    UnfilledRow, UnfilledRows, run, run_through,
};
use tempfile::TempDir;

/// A register, and a campaign of `brief.pdf`, `bijlage.pdf`, `motie.docx` and the collection
/// `pack.pdf` of the first two.
#[derive(Clone)]
pub struct Campaign {
    pub rows: Vec<Row>,
    pub words: BTreeMap<&'static str, String>,
    pub documents: Vec<&'static str>,
    shapes: Arc<Mutex<Shapes>>,
}

/// By document and its words.
type Shapes = BTreeMap<(String, String), Arc<Shape>>;

#[derive(Clone)]
pub struct Row {
    pub code: String,
    pub name: String,
    /// The text of the only slot, by document; `*` is the default.
    pub values: BTreeMap<&'static str, String>,
    pub refused: BTreeSet<&'static str>,
    pub selected: bool,
}

impl Row {
    pub fn new(code: &str, name: &str) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            values: BTreeMap::from([("*", name.into())]),
            refused: BTreeSet::new(),
            selected: true,
        }
    }

    fn value(&self, document: &str) -> Values {
        let text = self.values.get(document).unwrap_or(&self.values["*"]);
        Values {
            slots: vec![text.clone()],
            members: Vec::new(),
        }
    }
}

impl Campaign {
    pub fn new(rows: &[(&str, &str)]) -> Self {
        Self {
            rows: rows
                .iter()
                .map(|(code, name)| Row::new(code, name))
                .collect(),
            words: BTreeMap::new(),
            documents: vec!["brief", "bijlage", "pack", "motie"],
            shapes: Arc::default(),
        }
    }

    /// Three municipalities.
    pub fn three() -> Self {
        Self::new(&[("GM1", "Aa"), ("GM2", "Bé"), ("GM3", "Cc")])
    }

    fn shape(&self, document: &str) -> Arc<Shape> {
        let word = self.words.get(document).cloned().unwrap_or_default();
        let key = (document.to_owned(), word.clone());
        if document != "pack" {
            let mut shapes = self.shapes.lock().unwrap();
            return Arc::clone(
                shapes
                    .entry(key)
                    .or_insert_with(|| Arc::new(plain(document, &word))),
            );
        }
        let members = vec![self.shape("brief"), self.shape("bijlage")];
        let key = (document.to_owned(), format!("{:?}", self.words));
        let make = || {
            Arc::new(Shape {
                body: Body::Collection(members),
                slots: 0,
                ..plain("pack", &word)
            })
        };
        Arc::clone(self.shapes.lock().unwrap().entry(key).or_insert_with(make))
    }

    fn pack(&self, row: &Row, line: u64) -> Pack {
        let reasons = Arc::new(vec![Diagnostic::error("no-address", "no postal address")]);
        let mut pack = Pack {
            code: row.code.clone(),
            name: row.name.clone(),
            line,
            row: String::new(),
            postal: Default::default(),
            documents: Vec::new(),
            refused: Vec::new(),
            envelopes: vec![envelope()],
        };
        for id in &self.documents {
            let format = if *id == "motie" {
                Format::Docx
            } else {
                Format::Pdf
            };
            let file = format!("{id}.{format}");
            let of_member = *id == "pack"
                && ["brief", "bijlage"]
                    .iter()
                    .any(|member| row.refused.contains(member));
            if row.refused.contains(id) || of_member {
                let reasons = Arc::clone(&reasons);
                pack.refused.push(RefusedDocument {
                    document: (*id).into(),
                    pattern: file.as_str().into(),
                    file,
                    format,
                    reasons,
                });
                continue;
            }
            let values = if *id == "pack" {
                let members = vec![row.value("brief"), row.value("bijlage")];
                Values {
                    slots: Vec::new(),
                    members,
                }
            } else {
                row.value(id)
            };
            let (document, shape) = ((*id).into(), self.shape(id));
            let names = if *id == "pack" { 2 } else { 1 };
            let fields: Arc<[String]> = vec!["name".to_owned(); names].into();
            pack.documents.push(PackDocument {
                document,
                pattern: file.as_str().into(),
                file,
                format,
                shape,
                values,
                fields,
            });
        }
        pack
    }
}

impl Recipients for Campaign {
    fn register(&self) -> String {
        "test.csv".into()
    }

    fn rows(&self) -> RegisterRows {
        RegisterRows {
            rows: self.rows.len() as u64,
            not_meant: 0,
            empty: 0,
        }
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        let lines = self.rows.iter().zip(2..);
        Ok(Box::new(lines.map(|(row, line)| Recipient {
            municipality: Default::default(),
            pack: self.pack(row, line),
            selected: row.selected,
            row_refused: false,
        })))
    }

    fn rows_kept(&self, _: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        Ok(Box::new(self.packs()?.map(UnfilledRow::from)))
    }
}

/// The one envelope.
fn envelope() -> PackEnvelope {
    PackEnvelope {
        envelope: Arc::new(PostEnvelope {
            name: "raad".into(),
            documents: vec!["pack".into()],
            letter: "brief".into(),
        }),
        documents: vec!["pack".into()],
        lines: vec!["Aan de raad".into()],
        window: None,
        without: None,
    }
}

fn plain(document: &str, word: &str) -> Shape {
    let inlines = vec![Inline::Text(word.into()), Inline::Slot(0)];
    let kind = BlockKind::Paragraph { inlines };
    let blocks = vec![Block {
        id: BlockId("p".into()),
        span: Span::default(),
        kind,
    }];
    Shape {
        document: document.into(),
        language: "nl-NL".into(),
        title: vec![Inline::Text(document.into())],
        author: "A".into(),
        date: (2023, 2, 9),
        body: Body::Parts {
            annex: None,
            parts: vec![Part::Text {
                id: "t".into(),
                blocks,
            }],
        },
        footnotes: Vec::new(),
        words: DocumentWords::default(),
        slots: 1,
        reference: None,
    }
}

/// Writes document, version, fingerprint of the shape and values. Fails, panics or warns if a value
/// asks for it, and does not support `😀`.
pub struct FakeRenderer {
    pub format: Format,
    pub version: &'static str,
    /// How many documents were rendered.
    pub rendered: Arc<AtomicUsize>,
}

struct FakePrepared {
    format: Format,
    version: &'static str,
    shapes: Vec<Arc<Shape>>,
    rendered: Arc<AtomicUsize>,
}

impl Renderer for FakeRenderer {
    fn format(&self) -> Format {
        self.format
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.version.as_bytes())
    }

    fn ingredients(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("version".to_owned(), self.version.to_owned())])
    }

    fn prepare(&self, shapes: &[Arc<Shape>]) -> Result<Warned<Box<dyn Prepared>>, Diagnostics> {
        Ok(Warned::clean(Box::new(FakePrepared {
            format: self.format,
            version: self.version,
            shapes: shapes.to_vec(),
            rendered: Arc::clone(&self.rendered),
        })))
    }

    fn missing_characters(&self, text: &str) -> Vec<char> {
        text.chars().filter(|c| *c == '😀').take(1).collect()
    }
}

impl Prepared for FakePrepared {
    fn render(&self, values: &[Values]) -> Result<Warned<Vec<Rendition>>, Diagnostics> {
        let (mut output, mut warnings) = (Vec::new(), Vec::new());
        for (shape, values) in self.shapes.iter().zip(values) {
            let text = format!("{values:?}");
            assert!(!text.contains("PANIC"), "the fake panics");
            let together = shape.document == "pack" && text.contains("TOGETHER");
            if together || text.contains("FAIL") {
                return Err(vec![Diagnostic::error("fake-fault", "the fake fails")]);
            }
            if text.contains("WARN") {
                warnings.push(Diagnostic::warning("fake-warning", "the fake warns"));
            }
            let print = shape.fingerprint();
            let bytes = format!("{} {} {print} {text}", shape.document, self.version).into_bytes();
            output.push(Rendition {
                format: self.format,
                bytes,
                pages: Some(2),
            });
        }
        self.rendered.fetch_add(output.len(), Ordering::Relaxed);
        Ok(Warned { output, warnings })
    }
}

/// Refuses renditions that contain `BAD`, and panics at `WORSE`.
pub struct FakeInspector {
    pub version: &'static str,
}

impl Inspector for FakeInspector {
    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.version.as_bytes())
    }

    fn inspect(&self, _: &Shape, _: &Values, rendition: &Rendition) -> Diagnostics {
        let text = String::from_utf8_lossy(&rendition.bytes);
        assert!(!text.contains("WORSE"), "the judge panics");
        let bad = text.contains("BAD");
        bad.then(|| Diagnostic::error("fake-verdict", "the fake refuses"))
            .into_iter()
            .collect()
    }
}

/// Records the events it receives.
#[derive(Default)]
pub struct Notes {
    pub diagnostics: Mutex<Vec<String>>,
    pub totals: Mutex<Totals>,
    pub done: Mutex<u64>,
}

impl Observer for Notes {
    fn planned(&self, totals: &Totals) {
        self.totals.lock().unwrap().clone_from(totals);
    }

    fn diagnostic(&self, diagnostic: &Diagnostic) {
        self.diagnostics
            .lock()
            .unwrap()
            .push(diagnostic.to_string());
    }

    fn pack_done(&self, pack: &PackDone<'_>) {
        *self.done.lock().unwrap() += pack.made + pack.fresh + pack.refused + pack.failed;
    }
}

/// An output folder, and the back ends that fill it.
pub struct Bench {
    pub folder: TempDir,
    pub options: RunOptions,
    pub pdf: &'static str,
    pub docx: &'static str,
    pub inspector: &'static str,
    pub notes: Notes,
    pub rendered: Arc<AtomicUsize>,
    pub cancel: AtomicBool,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = RunOptions::new(folder.path().join("out"));
        Self {
            folder,
            options,
            pdf: "1",
            docx: "1",
            inspector: "1",
            notes: Notes::default(),
            rendered: Arc::default(),
            cancel: AtomicBool::new(false),
        }
    }

    pub fn renderers(&self) -> Vec<Box<dyn Renderer>> {
        let of = |format, version| {
            let rendered = Arc::clone(&self.rendered);
            Box::new(FakeRenderer {
                format,
                version,
                rendered,
            }) as Box<dyn Renderer>
        };
        vec![of(Format::Pdf, self.pdf), of(Format::Docx, self.docx)]
    }

    pub fn inspectors(&self) -> Vec<(Format, Box<dyn Inspector>)> {
        vec![(
            Format::Pdf,
            Box::new(FakeInspector {
                version: self.inspector,
            }),
        )]
    }

    pub fn try_run(&self, campaign: &dyn Recipients) -> Result<Report, RunError> {
        let (renderers, inspectors) = (self.renderers(), self.inspectors());
        run(
            campaign,
            &renderers,
            &inspectors,
            &self.options,
            &self.notes,
            &self.cancel,
        )
    }

    /// Runs with faults of the sink.
    pub fn run_with(&self, campaign: &dyn Recipients, faults: &Faults) -> Result<Report, RunError> {
        let wrap = |inner| {
            let faults = faults.clone();
            Box::new(Seam { inner, faults }) as Box<dyn Sink>
        };
        run_through(
            &wrap,
            campaign,
            &self.renderers(),
            &self.inspectors(),
            &self.options,
            &self.notes,
            &AtomicBool::new(false),
        )
    }

    /// Runs, and checks that sums, manifest, report and folder agree.
    pub fn run(&self, campaign: &dyn Recipients) -> Report {
        let report = self.try_run(campaign).unwrap();
        self.agree(&report);
        report
    }

    pub fn agree(&self, report: &Report) {
        let counts = report.documents;
        let done = counts.made + counts.fresh + counts.refused + counts.failed;
        assert_eq!(counts.planned, done + counts.unreached, "{counts:?}");
        let packs = report.packs;
        if !report.interrupted {
            assert_eq!(
                packs.total,
                packs.complete + packs.held + packs.incomplete,
                "{packs:?}"
            );
            assert_eq!(counts.unreached, 0);
        }
        assert_eq!(counts.refused, named(&report.refused));
        assert_eq!(counts.failed, named(&report.failed));
        let manifest: Vec<String> = self
            .manifest()
            .lines()
            .map(|line| line.split_once("  ").unwrap().1.to_owned())
            .collect();
        assert_eq!(manifest, self.files(), "the manifest lists what is there");
        let written: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(self.out().join("report.json")).unwrap())
                .unwrap();
        assert_eq!(written, serde_json::to_value(report).unwrap());
        assert_eq!(
            fs::read_dir(self.out().join(".raadspost/tmp"))
                .unwrap()
                .count(),
            0
        );
    }

    pub fn out(&self) -> &Path {
        &self.options.out
    }

    pub fn manifest(&self) -> String {
        let text = fs::read_to_string(self.out().join("manifest.sha256")).unwrap();
        for line in text.lines() {
            let (digest, path) = line.split_once("  ").unwrap();
            let bytes =
                fs::read(self.out().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(digest, Fingerprint::of(&bytes).to_string(), "{path}");
        }
        text
    }

    /// The documents in the output folder, sorted by the bytes of their paths.
    pub fn files(&self) -> Vec<String> {
        let mut files = below(self.out());
        files.retain(|file| {
            !file.starts_with(".raadspost/") && file != "manifest.sha256" && file != "report.json"
        });
        files
    }

    /// The superseded files, sorted, with the number of the run in front.
    pub fn superseded(&self) -> Vec<String> {
        below(&self.out().join(".raadspost/superseded"))
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.out().join(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        fs::write(self.out().join(path), text).unwrap();
    }
}

fn named(faults: &[raadspost_pipeline::Fault]) -> u64 {
    faults.iter().map(|fault| fault.files.len() as u64).sum()
}

/// All files below a folder, sorted; empty if the folder does not exist.
pub fn below(folder: &Path) -> Vec<String> {
    let mut files: Vec<String> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    files.sort();
    files
}

/// A fault at one of many changes.
#[derive(Debug)]
pub struct Fault {
    /// This many pass; the next fails…
    passing: usize,
    /// …and all that follow, as with a full disk.
    lasting: bool,
    asked: AtomicUsize,
}

impl Fault {
    pub fn after(passing: usize, lasting: bool) -> Arc<Self> {
        let asked = AtomicUsize::new(0);
        Arc::new(Self {
            passing,
            lasting,
            asked,
        })
    }

    /// Whether there were enough changes for one to fail.
    pub fn has_occurred(&self) -> bool {
        self.asked.load(Ordering::SeqCst) > self.passing
    }

    fn pass(&self) -> Result<(), SinkError> {
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        if before < self.passing || (before > self.passing && !self.lasting) {
            return Ok(());
        }
        Err(SinkError {
            action: "write",
            path: "full".into(),
            source: io::ErrorKind::StorageFull.into(),
        })
    }
}

/// What a test learns of a sink's work.
#[derive(Default)]
pub struct Watch {
    /// Commits of the ledger, and flushes of files.
    pub commits: AtomicUsize,
    pub flushes: AtomicUsize,
    /// Called before files are flushed.
    pub flushing: Option<Box<dyn Fn() + Send + Sync>>,
}

/// What the folder's own sink does otherwise in a test.
#[derive(Clone, Default)]
pub struct Faults {
    /// When a change of the documents fails; `None` for never.
    pub documents: Option<Arc<Fault>>,
    /// When another change fails: of the ledger, the manifest, the records, the inputs.
    pub beside: Option<Arc<Fault>>,
    /// Number of free bytes; `None` if unknown.
    pub free: Option<u64>,
    pub watch: Arc<Watch>,
}

/// The folder's own sink, with these faults.
struct Seam {
    inner: DirectorySink,
    faults: Faults,
}

impl Seam {
    fn pass(&self) -> Result<(), SinkError> {
        self.faults
            .documents
            .as_ref()
            .map_or(Ok(()), |fault| fault.pass())
    }
}

impl Sink for Seam {
    fn free(&self) -> Result<Option<u64>, SinkError> {
        Ok(self.faults.free)
    }

    fn failpoint(&self, what: Failpoint) -> Result<(), SinkError> {
        if what == Failpoint::Committed {
            self.faults.watch.commits.fetch_add(1, Ordering::SeqCst);
        }
        self.faults
            .beside
            .as_ref()
            .map_or(Ok(()), |fault| fault.pass())
    }

    fn stage(&self, bytes: &[u8]) -> Result<Staged, SinkError> {
        if let Err(error) = self.pass() {
            // A disk becomes full in the middle of a file.
            self.inner.stage(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.inner.stage(bytes)
    }

    fn stage_like(&self, like: Like<'_>) -> Result<Option<Staged>, SinkError> {
        self.pass()?;
        self.inner.stage_like(like)
    }

    fn flush(&self, staged: &[Staged]) -> Result<(), SinkError> {
        self.pass()?;
        self.faults.watch.flushes.fetch_add(1, Ordering::SeqCst);
        if let Some(flushing) = &self.faults.watch.flushing {
            flushing();
        }
        self.inner.flush(staged)
    }

    fn publish(&self, staged: Staged, path: &OutputPath, mode: PutMode) -> Result<(), SinkError> {
        self.pass()?;
        self.inner.publish(staged, path, mode)
    }

    fn rename(&self, from: &OutputPath, to: &OutputPath, mode: PutMode) -> Result<(), SinkError> {
        self.pass()?;
        self.inner.rename(from, to, mode)
    }

    fn sync_names(&self, paths: &[&OutputPath]) -> Result<(), SinkError> {
        self.pass()?;
        self.inner.sync_names(paths)
    }

    fn size(&self, path: &OutputPath) -> Result<Option<u64>, SinkError> {
        self.inner.size(path)
    }

    fn stamp(&self, path: &OutputPath) -> Result<Option<Stamp>, SinkError> {
        self.inner.stamp(path)
    }

    fn digest(&self, path: &OutputPath) -> Result<Option<Fingerprint>, SinkError> {
        self.inner.digest(path)
    }

    fn visit(&self, each: &mut dyn FnMut(&str)) -> Result<(), SinkError> {
        self.inner.visit(each)
    }
}
