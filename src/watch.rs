//! Collects the events of a run for the progress bar and the summary.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use raadspost_content::{Diagnostic, Diagnostics};
use raadspost_pipeline::{Failure, Observer, PackDone, Phase, Totals};
use raadspost_project::Failures;

use crate::interrupt::Interrupt;
use crate::terminal::{Progress, Step};

/// Watches a run.
pub(crate) struct Watch<'a> {
    progress: &'a Progress,
    interrupt: &'a Interrupt,
    step: Mutex<Step>,
    stopping_told: AtomicBool,
    seen: Mutex<Seen>,
}

/// The collected events of a run.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The diagnostics of the quick pass, in register order.
    pub(crate) diagnostics: Diagnostics,
    /// Documents that cannot be made, grouped by cause.
    pub(crate) failures: Failures,
    /// The folder of a complete pack, to look at; the same on each run.
    pub(crate) example: Option<String>,
    example_code: String,
}

impl<'a> Watch<'a> {
    /// A watch without events.
    pub(crate) fn new(progress: &'a Progress, interrupt: &'a Interrupt) -> Self {
        Self {
            progress,
            interrupt,
            step: Mutex::default(),
            stopping_told: AtomicBool::new(false),
            seen: Mutex::default(),
        }
    }

    /// The collected events.
    pub(crate) fn into_seen(self) -> Seen {
        self.seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self) -> MutexGuard<'_, Step> {
        self.step.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell_stopping(&self) {
        if self.interrupt.asked() && !self.stopping_told.swap(true, Ordering::Relaxed) {
            self.progress
                .say("stopping after the packs in progress; Ctrl-C again ends at once");
        }
    }
}

impl Observer for Watch<'_> {
    fn phase(&self, phase: Phase) {
        match phase {
            Phase::Checking => self.progress.phase("checking every municipality"),
            Phase::Sampling => self.progress.phase("rendering a sample"),
            Phase::Making => {}
            Phase::SettingAside => self
                .progress
                .phase("moving files that are no longer planned"),
            Phase::Closing => self.progress.phase("writing manifest and report"),
        }
    }

    fn planned(&self, totals: &Totals) {
        self.step().total = totals.selected_packs;
        self.progress.start(totals.selected_packs);
    }

    fn diagnostic(&self, diagnostic: &Diagnostic) {
        self.seen().diagnostics.push(diagnostic.clone());
    }

    fn failed(&self, failure: &Failure<'_>) {
        self.seen().failures.add(failure);
    }

    fn checked(&self, _packs: u64) {
        self.tell_stopping();
    }

    fn pack_done(&self, pack: &PackDone<'_>) {
        self.tell_stopping();
        let step = {
            let mut step = self.step();
            step.done += 1;
            step.made += pack.made;
            step.fresh += pack.fresh;
            step.refused += pack.refused;
            step.failed += pack.failed;
            *step
        };
        self.progress.at(&step);
        if pack.refused == 0 && pack.failed == 0 && pack.made + pack.fresh > 0 {
            let mut seen = self.seen();
            if seen.example.is_none() || pack.code < seen.example_code.as_str() {
                seen.example_code = pack.code.to_owned();
                seen.example = Some(pack.folder.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Output;
    use crate::terminal::Shell;

    const SILENT: Output = Output {
        json: true,
        colour_out: false,
        colour_err: false,
        terminal: false,
        events: false,
    };

    #[test]
    fn the_example_is_a_whole_pack_and_the_same_in_any_order() {
        let (progress, interrupt) = (Shell::new(SILENT).progress(), Interrupt::default());
        for order in [["A", "B", "C"], ["C", "B", "A"]] {
            let watch = Watch::new(&progress, &interrupt);
            for code in order {
                let failed = u64::from(code == "A");
                watch.pack_done(&PackDone {
                    code,
                    name: "Ö",
                    folder: &format!("{code}-o"),
                    made: 1,
                    fresh: 0,
                    refused: 0,
                    failed,
                });
            }
            assert_eq!(watch.into_seen().example.as_deref(), Some("B-o"));
        }
    }
}
