//! Makes `pack.pdf` of every municipality of the embedded campaign on some threads, through the
//! pipeline and without any inspection, so that what inspection costs a run can be told:
//! `packs FOLDER THREADS [CAMPAIGN]`. The clock starts behind the first 20 packs, as that of the peer does.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use raadspost_content::{Diagnostics, Renderer};
use raadspost_pdf::{PdfOptions, PdfRenderer};
use raadspost_pipeline::{
    Durability, Observer, PackDone, Packs, Recipients, RegisterRows, RunOptions, Selection,
    UnfilledRow, UnfilledRows, run,
};

#[path = "embedded.rs"]
mod embedded;
use embedded::Everyone;
#[path = "../src/memory.rs"]
#[expect(
    dead_code,
    reason = "the programme tells of memory, the benchmark does not"
)]
mod memory;

// As the programme has it: memory is half of what both cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

impl Recipients for Everyone {
    fn register(&self) -> String {
        "register.csv".to_owned()
    }

    fn rows(&self) -> RegisterRows {
        let rows = self.table().map_or(0, |rows| rows.count() as u64);
        RegisterRows {
            rows,
            not_meant: 0,
            empty: 0,
        }
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        Ok(Box::new(self.table()?.map(|row| match row {
            Ok(municipality) => self.campaign.pack(&municipality).into(),
            Err(row) => self.campaign.refused_pack(&row).into(),
        })))
    }

    fn rows_kept(&self, _: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        Ok(Box::new(self.packs()?.map(UnfilledRow::from)))
    }
}

#[expect(clippy::print_stdout, reason = "the harness reads what was made")]
fn main() -> anyhow::Result<()> {
    memory::small_pages();
    let mut arguments = std::env::args_os().skip(1);
    let out = arguments.next().context("name a folder")?;
    let threads = arguments.next().context("say how many threads")?;
    let threads = threads.to_str().context("a number of threads")?.parse()?;
    let everyone = Everyone::load(arguments.next().map(Into::into))?;
    // Word files are planned too, and not selected; so their renderer has to be there.
    let renderers: Vec<Box<dyn Renderer>> = vec![
        Box::new(PdfRenderer::new(PdfOptions {
            fonts: embedded::fonts()?,
            ..PdfOptions::default()
        })?),
        Box::new(raadspost_docx::DocxRenderer::new(
            raadspost_docx::DocxOptions::default(),
        )),
    ];
    let options = RunOptions {
        jobs: threads,
        durability: Durability::None,
        selection: Selection {
            only: None,
            documents: Some(BTreeSet::from(["pack".to_owned()])),
        },
        ..RunOptions::new(out)
    };
    let never = AtomicBool::new(false);
    let clock = Clock::default();
    let report = run(&everyone, &renderers, &[], &options, &clock, &never)?;
    let made = report.documents.made;
    ensure!(report.is_clean() && made > WARM, "{:?}", report.documents);
    let (seconds, processor) = clock.passed().context("no pack was made")?;
    let packs = made - WARM;
    let pages = report.pages * packs / made;
    println!(
        "{{\"packs\": {packs}, \"pages\": {pages}, \"seconds\": {seconds}, \"cpu_seconds\": {processor}}}"
    );
    Ok(())
}

/// So many packs are made before the clock starts.
const WARM: u64 = 20;

/// Starts behind the first packs.
#[derive(Default)]
struct Clock {
    done: AtomicU64,
    started: OnceLock<(Instant, f64)>,
}

impl Clock {
    /// Seconds and processor seconds since.
    fn passed(&self) -> Option<(f64, f64)> {
        let (at, processor) = self.started.get()?;
        Some((at.elapsed().as_secs_f64(), processor_seconds() - processor))
    }
}

impl Observer for Clock {
    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
    fn pack_done(&self, _: &PackDone<'_>) {
        if self.done.fetch_add(1, Ordering::Relaxed) + 1 == WARM {
            let _ = self.started.set((Instant::now(), processor_seconds()));
        }
    }
}

/// Processor seconds of all threads; 0 where the system does not tell.
fn processor_seconds() -> f64 {
    memory::processor_seconds().unwrap_or_default()
}
