//! Watches a run for the progress bar and the summary.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use raadspost_content::{Diagnostic, Diagnostics};
use raadspost_pipeline::{Observer, PackDone, Phase, Totals};

use crate::interrupt::Interrupt;
use crate::printer::{Progress, Step};

/// Watches a run.
pub(crate) struct Watch<'a> {
    progress: &'a Progress,
    interrupt: &'a Interrupt,
    step: Mutex<Step>,
    stopping_told: AtomicBool,
    seen: Mutex<Seen>,
}

/// What a run has shown.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// All diagnostics: those of the quick pass in the order of the register, then failures.
    pub(crate) diagnostics: Diagnostics,
    /// The folder of a complete pack, to look at; the same one on each run.
    pub(crate) example: Option<String>,
    /// How many of the diagnostics are from the quick pass.
    found_before: usize,
    example_code: String,
}

impl<'a> Watch<'a> {
    /// A watch that has seen nothing yet.
    pub(crate) fn new(progress: &'a Progress, interrupt: &'a Interrupt) -> Self {
        Self {
            progress,
            interrupt,
            step: Mutex::default(),
            stopping_told: AtomicBool::new(false),
            seen: Mutex::default(),
        }
    }

    /// What it has seen; failures sorted, because threads find them in any order.
    pub(crate) fn into_seen(self) -> Seen {
        let mut seen = self
            .seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let from = seen.found_before.min(seen.diagnostics.len());
        seen.diagnostics[from..].sort_by_cached_key(|diagnostic| {
            let (file, line, column) = diagnostic.location();
            (
                file.map(str::to_owned),
                line,
                column,
                diagnostic.code,
                diagnostic.message.clone(),
            )
        });
        seen
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
                .say("stopping after the packs in hand; Ctrl-C again ends at once");
        }
    }
}

impl Observer for Watch<'_> {
    fn phase(&self, phase: Phase) {
        match phase {
            Phase::Checking => self.progress.phase("checking every municipality"),
            Phase::Sampling => self.progress.phase("rendering a sample"),
            Phase::Making => self.seen_all_of_quick_pass(),
            Phase::SettingAside => self
                .progress
                .phase("moving aside what is no longer planned"),
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

impl Watch<'_> {
    fn seen_all_of_quick_pass(&self) {
        let mut seen = self.seen();
        seen.found_before = seen.diagnostics.len();
    }
}

#[cfg(test)]
mod tests {
    use raadspost_content::Place;

    use super::*;
    use crate::printer::Printer;
    use crate::settings::Output;

    const SILENT: Output = Output {
        json: true,
        colour_out: false,
        colour_err: false,
        terminal: false,
        events: false,
    };

    fn at(line: u64) -> Diagnostic {
        let place = Place::Row {
            file: "r.csv".into(),
            line,
            code: None,
            column: None,
            shown: None,
        };
        Diagnostic::error("x", "y").at(place)
    }

    #[test]
    fn failures_are_sorted_behind_what_was_found_before() {
        let (progress, interrupt) = (Printer::new(SILENT).progress(), Interrupt::default());
        let watch = Watch::new(&progress, &interrupt);
        [9, 2].iter().for_each(|line| watch.diagnostic(&at(*line)));
        watch.phase(Phase::Making);
        [7, 3, 5]
            .iter()
            .for_each(|line| watch.diagnostic(&at(*line)));
        let lines: Vec<_> = watch
            .into_seen()
            .diagnostics
            .iter()
            .filter_map(|found| found.location().1)
            .collect();
        assert_eq!(lines, [9, 2, 3, 5, 7]);
    }

    #[test]
    fn the_example_is_a_whole_pack_and_the_same_in_any_order() {
        let (progress, interrupt) = (Printer::new(SILENT).progress(), Interrupt::default());
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
