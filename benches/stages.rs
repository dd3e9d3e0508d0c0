//! The share of each stage of making packs, by the clock inside one process on one thread:
//! `stages FOLDER [CAMPAIGN]`. The documents are planned, rendered, inspected, hashed and delivered
//! into the folder, sixteen packs at a time, as a run does; the clock starts behind the first
//! sixteen. Prints one JSON object with microseconds a pack.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use raadspost_content::{
    Fingerprint, Format, Inspector as _, PackDocument, PixelRecord, Prepared, Renderer, Rendition,
    Values,
};
use raadspost_docx::{DocxOptions, DocxRenderer};
use raadspost_inspect::{FileInspector, PdfChecks};
use raadspost_pdf::{PdfOptions, PdfRenderer};
use serde_json::Value;

#[path = "embedded.rs"]
mod embedded;
use embedded::{Everyone, told};
#[path = "../src/memory.rs"]
#[expect(
    dead_code,
    reason = "the programme tells of memory, the benchmark does not"
)]
mod memory;

// As the programme has it: memory is half of what both cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So many packs go from stage to stage together, as in a run.
const TOGETHER: usize = 16;

/// After so many packs the disk is flushed: 512 files of eight a pack.
const FLUSHED: usize = 64;

/// Scopes of the PDF renderer that have this prefix are stages.
const SCOPES: &str = "pdf: ";

/// The scope within which Typst's own are told apart.
const LAYOUT: &str = "pdf: layout";

/// Seconds and processor seconds of each stage. Where other processes come and go, the second are
/// the steadier.
#[derive(Default)]
struct Clock(BTreeMap<String, (f64, f64)>);

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    fn time<T>(&mut self, stage: &str, run: impl FnOnce() -> T) -> T {
        let processor = || memory::processor_seconds().unwrap_or_default();
        let (begun, before) = (Instant::now(), processor());
        let made = run();
        let (wall, spent) = self.0.entry(stage.to_owned()).or_default();
        *wall += begun.elapsed().as_secs_f64();
        *spent += processor() - before;
        made
    }
}

/// Documents of one format with what was made of them.
struct Made {
    folder: PathBuf,
    documents: Vec<PackDocument>,
    renditions: Vec<Rendition>,
}

#[expect(clippy::print_stdout, reason = "the harness reads what was made")]
fn main() -> anyhow::Result<()> {
    memory::small_pages();
    let mut arguments = std::env::args_os().skip(1);
    let out: PathBuf = arguments.next().context("name a folder")?.into();
    let everyone = Everyone::load(arguments.next().map(Into::into))?;
    let pdf = PdfRenderer::new(PdfOptions {
        fonts: embedded::fonts()?,
        ..PdfOptions::default()
    })?;
    let word = DocxRenderer::new(DocxOptions::default());
    let inspector = FileInspector::new(PdfChecks {
        limits: BTreeMap::new(),
        pixels: PixelRecord { seed: 1, one_in: 0 },
    });
    let renderers: [(Format, &str, &dyn Renderer); 2] =
        [(Format::Pdf, "PDF", &pdf), (Format::Docx, "Word", &word)];
    let mut warm: HashMap<Vec<usize>, Box<dyn Prepared>> = HashMap::new();
    let (mut clock, mut scopes) = (Clock::default(), Scopes::default());
    let (mut packs, mut files, mut pages) = (0, 0, 0);
    let mut rows = everyone.table().map_err(told)?;
    fs::create_dir_all(&out)?;
    for batch in 0.. {
        let mut made = Vec::new();
        for row in rows.by_ref().take(TOGETHER) {
            let municipality = row.map_err(|row| told(row.diagnostics))?;
            packs += 1;
            let pack = clock.time("plan", || everyone.campaign.pack(&municipality));
            for (format, name, renderer) in renderers {
                let chosen = pack
                    .documents
                    .iter()
                    .filter(|document| document.format == format);
                let documents: Vec<PackDocument> = chosen.cloned().collect();
                typst_timing::enable();
                let renditions = clock.time(&format!("{name}: render"), || {
                    rendered(&mut warm, renderer, &documents)
                });
                typst_timing::disable();
                made.push(Made {
                    folder: out.join(municipality.code()),
                    documents,
                    renditions: renditions?,
                });
            }
            scopes.add()?;
        }
        if made.is_empty() {
            break;
        }
        for Made {
            documents,
            renditions,
            ..
        } in &made
        {
            for (document, rendition) in documents.iter().zip(renditions) {
                let stage = if rendition.format == Format::Pdf {
                    "PDF: inspect"
                } else {
                    "Word: inspect"
                };
                let found = clock.time(stage, || {
                    inspector.inspect(&document.shape, &document.values, rendition)
                });
                ensure!(found.is_empty(), told(found));
                files += 1;
                pages += u64::from(rendition.pages.unwrap_or_default());
            }
        }
        clock.time("hash", || {
            let all = made.iter().flat_map(|made| &made.renditions);
            all.map(|rendition| Fingerprint::of(&rendition.bytes))
                .collect::<Vec<_>>()
        });
        clock.time("deliver", || made.iter().try_for_each(delivered))?;
        if packs % FLUSHED == 0 {
            clock.time("flush", || flush(&out))?;
        }
        if batch == 0 {
            // What is made once for a run is behind.
            (clock, scopes) = (Clock::default(), Scopes::default());
            (packs, files, pages) = (0, 0, 0);
        }
    }
    clock.time("flush", || flush(&out))?;
    let sum = |part: fn(&(f64, f64)) -> f64| clock.0.values().map(part).sum::<f64>();
    let (all, processor) = (sum(|it| it.0), sum(|it| it.1));
    let each = |seconds: f64| (seconds * 1e7 / packs as f64).round() / 10.0;
    let stages = clock.0.iter();
    let stages: BTreeMap<_, _> = stages
        .map(|(stage, it)| (stage, [each(it.0), each(it.1)]))
        .collect();
    let told = |scopes: BTreeMap<String, f64>| -> BTreeMap<String, f64> {
        let each = scopes
            .into_iter()
            .map(|(scope, seconds)| (scope, each(seconds)));
        each.collect()
    };
    let (within, layout) = (told(scopes.own), told(scopes.layout));
    let entered = told(scopes.entered);
    let figures = serde_json::json!({
        "packs": packs, "documents": files, "pages": pages, "seconds": all,
        "cpu_seconds": processor,
        "stages_us": stages, "within_pdf_render_us": within,
        "within_layout_us": layout, "entered": entered,
    });
    println!("{figures}");
    Ok(())
}

/// The documents of one pack in one format.
fn rendered(
    warm: &mut HashMap<Vec<usize>, Box<dyn Prepared>>,
    renderer: &dyn Renderer,
    documents: &[PackDocument],
) -> anyhow::Result<Vec<Rendition>> {
    // The campaign keeps each shape once, so where it lies tells it from others.
    let key = documents
        .iter()
        .map(|document| Arc::as_ptr(&document.shape) as usize)
        .collect();
    let prepared = match warm.entry(key) {
        std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
        std::collections::hash_map::Entry::Vacant(new) => {
            let shapes: Vec<_> = documents
                .iter()
                .map(|document| document.shape.clone())
                .collect();
            new.insert(renderer.prepare(&shapes).map_err(told)?.output)
        }
    };
    let values: Vec<Values> = documents
        .iter()
        .map(|document| document.values.clone())
        .collect();
    Ok(prepared.render(&values).map_err(told)?.output)
}

/// Writes files beside their places and gives them their names.
fn delivered(made: &Made) -> std::io::Result<()> {
    fs::create_dir_all(&made.folder)?;
    for (document, rendition) in made.documents.iter().zip(&made.renditions) {
        let staged = made.folder.join(".staged");
        fs::write(&staged, &rendition.bytes)?;
        fs::rename(&staged, made.folder.join(&document.document))?;
    }
    Ok(())
}

/// Flushes the file system.
fn flush(folder: &Path) -> std::io::Result<()> {
    let folder = File::open(folder)?;
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(&folder)?;
    #[cfg(not(target_os = "linux"))]
    folder.sync_all()?;
    Ok(())
}

/// Seconds of the scopes of the PDF renderer, and, of each of Typst's within its layout, without
/// those within that.
#[derive(Default)]
struct Scopes {
    own: BTreeMap<String, f64>,
    layout: BTreeMap<String, f64>,
    /// How often each of them was entered.
    entered: BTreeMap<String, f64>,
}

impl Scopes {
    /// Adds what was recorded since the last call.
    fn add(&mut self) -> anyhow::Result<()> {
        let mut json = Vec::new();
        typst_timing::export_json(&mut json, |_| (String::new(), 0)).map_err(anyhow::Error::msg)?;
        let events: Vec<Value> = serde_json::from_slice(&json)?;
        // Name, begin, and the time of the scopes within, of each that is open.
        let mut open: Vec<(&str, f64, f64)> = Vec::new();
        for event in &events {
            let at = event["ts"].as_f64().unwrap_or_default() / 1e6;
            if event["ph"] == "B" {
                open.push((event["name"].as_str().unwrap_or_default(), at, 0.0));
                continue;
            }
            let Some((name, begun, within)) = open.pop() else {
                continue;
            };
            let whole = at - begun;
            if let Some((.., around)) = open.last_mut() {
                *around += whole;
            }
            if let Some(stage) = name.strip_prefix(SCOPES) {
                *self.own.entry(stage.to_owned()).or_default() += whole;
            }
            if name == LAYOUT || open.iter().any(|(name, ..)| *name == LAYOUT) {
                let name = if name == LAYOUT { "the rest" } else { name };
                *self.layout.entry(name.to_owned()).or_default() += whole - within;
                *self.entered.entry(name.to_owned()).or_default() += 1e-6;
            }
        }
        Ok(())
    }
}
