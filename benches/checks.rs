//! Makes the PDFs or the Word files of the embedded campaign in memory, with or without the checks on
//! finished files, so that their cost can be told from two runs:
//! `checks render|boxes|pixels|word|words [PACKS [CAMPAIGN]]`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, ensure};
use raadspost_content::{
    Fingerprint, Format, Inspector as _, PackDocument, PixelRecord, Prepared, Renderer, Rendition,
    Values,
};
use raadspost_docx::{DocxOptions, DocxRenderer};
use raadspost_inspect::{FileInspector, PdfChecks};
use raadspost_pdf::{PdfOptions, PdfRenderer};

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

/// So many packs are rendered before they are judged, as in a run.
const TOGETHER: usize = 16;

#[expect(clippy::print_stdout, reason = "the harness reads what was made")]
fn main() -> anyhow::Result<()> {
    memory::small_pages();
    let mut arguments = std::env::args().skip(1);
    let mode = arguments
        .next()
        .context("say `render`, `boxes`, `pixels`, `word` or `words`")?;
    let most = arguments
        .next()
        .map_or(Ok(usize::MAX), |count| count.parse())?;
    let (format, judges, one_in) = match mode.as_str() {
        "render" => (Format::Pdf, false, 0),
        "boxes" => (Format::Pdf, true, 0),
        "pixels" => (Format::Pdf, true, 100),
        "word" => (Format::Docx, false, 0),
        "words" => (Format::Docx, true, 0),
        other => return Err(anyhow!("`{other}` is no mode")),
    };
    let everyone = Everyone::load(arguments.next().map(Into::into))?;
    let renderer: Box<dyn Renderer> = match format {
        Format::Pdf => Box::new(PdfRenderer::new(PdfOptions {
            fonts: embedded::fonts()?,
            ..PdfOptions::default()
        })?),
        Format::Docx => Box::new(DocxRenderer::new(DocxOptions::default())),
    };
    let inspector = FileInspector::new(PdfChecks {
        limits: BTreeMap::new(),
        pixels: PixelRecord { seed: 1, one_in },
    });
    let mut warm: HashMap<Vec<usize>, Box<dyn Prepared>> = HashMap::new();
    let mut unjudged = Vec::new();
    let (mut packs, mut files, mut pages) = (0, 0, 0);
    let mut digest = Fingerprint::builder("all files");
    let (mut rendering, mut checking) = (Duration::ZERO, Duration::ZERO);
    for row in everyone.table().map_err(told)?.take(most) {
        let municipality = row.map_err(|row| told(row.diagnostics))?;
        let mut documents = everyone.campaign.pack(&municipality).documents;
        documents.retain(|document| document.format == format);
        #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
        let begun = Instant::now();
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
        let made = prepared.render(&values).map_err(told)?.output;
        rendering += begun.elapsed();
        packs += 1;
        files += made.len();
        for rendition in &made {
            pages += u64::from(rendition.pages.unwrap_or_default());
            digest.field(&rendition.bytes);
        }
        if judges {
            unjudged.push((documents, made));
        }
        if unjudged.len() == TOGETHER {
            checking += judged(&inspector, &mut unjudged)?;
        }
    }
    checking += judged(&inspector, &mut unjudged)?;
    let (rendering, checking) = (rendering.as_secs_f64(), checking.as_secs_f64());
    println!(
        "{{\"packs\": {packs}, \"documents\": {files}, \"pages\": {pages}, \
         \"rendering_s\": {rendering:.3}, \"checking_s\": {checking:.3}, \"digest\": \"{}\"}}",
        digest.finish()
    );
    Ok(())
}

/// Judges packs, and tells how long that took.
fn judged(
    inspector: &FileInspector,
    packs: &mut Vec<(Vec<PackDocument>, Vec<Rendition>)>,
) -> anyhow::Result<Duration> {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    let begun = Instant::now();
    for (documents, made) in packs.drain(..) {
        for (document, rendition) in documents.iter().zip(&made) {
            let found = inspector.inspect(&document.shape, &document.values, rendition);
            ensure!(found.is_empty(), told(found));
        }
    }
    Ok(begun.elapsed())
}
