//! How far a run has come: a bar with rate and remaining time on a terminal, a line now and then
//! without one.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::{shown, write};
use crate::settings::Output;

/// How often a bar is redrawn, so that drawing costs nothing beside making.
const REDRAWS_PER_SECOND: u8 = 10;

/// Without a terminal, a line is told for each tenth, but no sooner than this after the last one:
/// a log of a run of seconds needs none.
const QUIET: Duration = Duration::from_secs(2);

/// Shows how far a run has come; shared by all threads.
#[derive(Debug)]
pub(crate) struct Progress {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Redrawn in place.
    Bar(ProgressBar),
    /// A line now and then.
    Lines(Mutex<Told>),
    /// A program reads along.
    Silent,
}

/// What a log has been told of a run.
#[derive(Debug)]
struct Told {
    tenths: u64,
    at: Instant,
}

impl Told {
    /// Whether another line is due, which is then taken as told.
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn is_due(&mut self, done: u64, total: u64) -> bool {
        let tenths = tenths(done, total);
        let due = self.tenths < tenths && self.at.elapsed() >= QUIET;
        if due {
            *self = Self {
                tenths,
                at: Instant::now(),
            };
        }
        due
    }
}

impl Progress {
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    pub(super) fn new(output: Output) -> Self {
        let kind = if output.json {
            Kind::Silent
        } else if output.terminal {
            let target = ProgressDrawTarget::stderr_with_hz(REDRAWS_PER_SECOND);
            Kind::Bar(ProgressBar::with_draw_target(None, target))
        } else {
            Kind::Lines(Mutex::new(Told {
                tenths: 0,
                at: Instant::now(),
            }))
        };
        Self { kind }
    }

    /// Says what is being done before the number of packs is known.
    pub(crate) fn phase(&self, what: &'static str) {
        if let Kind::Bar(bar) = &self.kind {
            bar.set_style(style("{spinner} {msg}"));
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(100));
        }
    }

    /// Starts to count the packs.
    pub(crate) fn start(&self, total: u64) {
        if let Kind::Bar(bar) = &self.kind {
            bar.set_length(total);
            bar.reset();
            bar.set_style(
                style("{bar:30} {pos}/{len} packs  {rate}  {remaining} left")
                    .with_key("rate", |state: &ProgressState, out: &mut dyn fmt::Write| {
                        let _ = write!(out, "{:.0}/s", state.per_sec());
                    })
                    .with_key(
                        "remaining",
                        |state: &ProgressState, out: &mut dyn fmt::Write| {
                            let _ = write!(out, "{:#}", HumanDuration(state.eta()));
                        },
                    ),
            );
        }
    }

    /// This many of the packs are done.
    pub(crate) fn at(&self, done: u64, total: u64) {
        match &self.kind {
            Kind::Bar(bar) => bar.set_position(done),
            Kind::Lines(told) => {
                let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                if told.is_due(done, total) {
                    write(
                        &mut io::stderr().lock(),
                        &format!("{done} of {total} packs\n"),
                    );
                }
            }
            Kind::Silent => {}
        }
    }

    /// Says something while the bar is shown.
    pub(crate) fn say(&self, what: &str) {
        match &self.kind {
            Kind::Bar(bar) => bar.println(shown(what)),
            Kind::Lines(_) => write(&mut io::stderr().lock(), &format!("{}\n", shown(what))),
            Kind::Silent => {}
        }
    }

    /// Takes the bar away, so that the summary starts on a line of its own.
    pub(crate) fn clear(&self) {
        if let Kind::Bar(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// The style of a template of this file.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}

/// How many whole tenths are done.
fn tenths(done: u64, total: u64) -> u64 {
    (done * 10).checked_div(total).unwrap_or(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenths_are_whole() {
        assert_eq!(tenths(0, 342), 0);
        assert_eq!(tenths(34, 342), 0);
        assert_eq!(tenths(35, 342), 1);
        assert_eq!(tenths(342, 342), 10);
        assert_eq!(tenths(0, 0), 10);
    }

    #[test]
    fn the_templates_are_understood() {
        for template in [
            "{spinner} {msg}",
            "{bar:30} {pos}/{len} packs  {rate}  {remaining} left",
        ] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn a_line_is_due_for_a_tenth_and_after_a_while() {
        let now = Instant::now();
        let mut told = Told { tenths: 0, at: now };
        assert!(!told.is_due(300, 342), "too soon");
        let Some(earlier) = now.checked_sub(QUIET) else {
            return;
        };
        let mut told = Told {
            tenths: 0,
            at: earlier,
        };
        assert!(!told.is_due(20, 342), "no tenth");
        assert!(told.is_due(300, 342));
        assert!(!told.is_due(342, 342), "too soon after the last");
    }
}
