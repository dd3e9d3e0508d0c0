//! How far a run has come: a bar with rate, remaining time and counts on a terminal, a line every
//! few seconds without one, and lines of JSON for programs that ask for events.

use std::fmt;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::{Value, json};

use super::{shown, write};
use crate::memory;
use crate::settings::Output;
use crate::units::{bytes, count, time};

/// How often a bar is redrawn, so that drawing costs nothing beside making.
const REDRAWS_PER_SECOND: u8 = 10;

/// How often a line is told where there is no terminal. A run of seconds needs none.
const QUIET: Duration = Duration::from_secs(5);

/// How often a program is told.
const EVENTS: Duration = Duration::from_secs(1);

/// How far a run has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// Packs that are done.
    pub(crate) done: u64,
    /// Packs in all.
    pub(crate) total: u64,
    /// Documents made.
    pub(crate) made: u64,
    /// Documents found up to date.
    pub(crate) fresh: u64,
    /// Documents refused.
    pub(crate) refused: u64,
    /// Documents failed.
    pub(crate) failed: u64,
}

/// Shows how far a run has come; shared by all threads.
#[derive(Debug)]
pub(crate) struct Progress {
    kind: Kind,
    events: Option<Mutex<Told>>,
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

/// What has been told of a run.
#[derive(Debug)]
struct Told {
    started: Instant,
    at: Instant,
    every: Duration,
}

impl Told {
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn new(every: Duration) -> Self {
        let now = Instant::now();
        Self {
            started: now,
            at: now,
            every,
        }
    }

    /// Whether another line is due, which is then taken as told; with the time since the start.
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn is_due(&mut self) -> Option<Duration> {
        let now = Instant::now();
        (now.duration_since(self.at) >= self.every).then(|| {
            self.at = now;
            now.duration_since(self.started)
        })
    }
}

/// Packs a second, and the time that is left at that rate.
fn pace(step: &Step, passed: Duration) -> (f64, Duration) {
    let rate = step.done as f64 / passed.as_secs_f64().max(0.001);
    let left = step.total.saturating_sub(step.done) as f64 / rate.max(0.001);
    (rate, Duration::from_secs_f64(left.clamp(0.0, 1e9)))
}

/// Counts by outcome, and memory.
fn outcomes(step: &Step) -> String {
    let parts = [
        (step.made, "made"),
        (step.fresh, "up to date"),
        (step.refused, "refused"),
        (step.failed, "failed"),
    ];
    let mut parts: Vec<String> = parts
        .iter()
        .filter(|(number, what)| *number > 0 || *what == "made")
        .map(|(number, what)| format!("{} {what}", count(*number)))
        .collect();
    parts.extend(memory::resident().map(bytes));
    parts.join(", ")
}

/// One line of a log.
fn line(step: &Step, passed: Duration) -> String {
    let (rate, left) = pace(step, passed);
    format!(
        "{} of {} packs, {rate:.1} a second, {} left: {}\n",
        count(step.done),
        count(step.total),
        time(left),
        outcomes(step)
    )
}

/// One event for programs.
fn event(step: &Step, passed: Duration) -> Value {
    let (rate, left) = pace(step, passed);
    json!({
        "event": "progress",
        "seconds": passed.as_secs_f64(),
        "done": step.done,
        "total": step.total,
        "packs_per_second": rate,
        "seconds_left": left.as_secs_f64(),
        "made": step.made,
        "fresh": step.fresh,
        "refused": step.refused,
        "failed": step.failed,
        "memory": memory::resident(),
        "processor_seconds": memory::processor_seconds(),
    })
}

impl Progress {
    pub(super) fn new(output: Output) -> Self {
        let kind = if output.json || output.events {
            Kind::Silent
        } else if output.terminal {
            let target = ProgressDrawTarget::stderr_with_hz(REDRAWS_PER_SECOND);
            Kind::Bar(ProgressBar::with_draw_target(None, target))
        } else {
            Kind::Lines(Mutex::new(Told::new(QUIET)))
        };
        let events = output.events.then(|| Mutex::new(Told::new(EVENTS)));
        Self { kind, events }
    }

    /// Says what is being done before the number of packs is known.
    pub(crate) fn phase(&self, what: &'static str) {
        self.tell(&json!({ "event": "phase", "phase": what }));
        if let Kind::Bar(bar) = &self.kind {
            bar.set_style(style("{spinner} {msg}"));
            bar.set_message(what);
            bar.enable_steady_tick(Duration::from_millis(100));
        }
    }

    /// Starts to count the packs.
    pub(crate) fn start(&self, total: u64) {
        let processor = memory::processor_seconds();
        self.tell(&json!({ "event": "planned", "packs": total, "processor_seconds": processor }));
        if let Some(told) = &self.events {
            *lock(told) = Told::new(EVENTS);
        }
        match &self.kind {
            Kind::Bar(bar) => {
                bar.set_length(total);
                bar.reset();
                bar.set_style(
                    style("{bar:30} {pos}/{len} packs  {rate}  {remaining} left  {msg}")
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
                bar.set_message("");
            }
            Kind::Lines(told) => *lock(told) = Told::new(QUIET),
            Kind::Silent => {}
        }
    }

    /// The run has come so far.
    pub(crate) fn at(&self, step: &Step) {
        if let Some(passed) = self.events.as_ref().and_then(|told| lock(told).is_due()) {
            self.tell(&event(step, passed));
        }
        match &self.kind {
            Kind::Bar(bar) => {
                bar.set_position(step.done);
                // Reading the memory costs a system call; the bar is redrawn ten times a second.
                if step.done.is_multiple_of(16) {
                    bar.set_message(outcomes(step));
                }
            }
            Kind::Lines(told) => {
                if let Some(passed) = lock(told).is_due() {
                    write(&mut io::stderr().lock(), &line(step, passed));
                }
            }
            Kind::Silent => {}
        }
    }

    /// Says something while the bar is shown.
    pub(crate) fn say(&self, what: &str) {
        self.tell(&json!({ "event": "note", "note": what }));
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

    fn tell(&self, event: &Value) {
        if self.events.is_some() {
            // Numbers and words of our own alone, on one line.
            write(&mut io::stderr().lock(), &format!("{event}\n"));
        }
    }
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Step = Step {
        done: 1500,
        total: 6000,
        made: 11_990,
        fresh: 0,
        refused: 8,
        failed: 2,
    };

    #[test]
    fn a_line_says_rate_and_what_is_left() {
        let text = line(&STEP, Duration::from_secs(20));
        let begins =
            "1,500 of 6,000 packs, 75.0 a second, 1 min 0 s left: 11,990 made, 8 refused, 2 failed";
        assert!(text.starts_with(begins), "{text}");
        let none = line(&Step { done: 0, ..STEP }, Duration::ZERO);
        assert!(none.starts_with("0 of 6,000"), "{none}");
    }

    #[test]
    fn an_event_has_numbers() {
        let event = event(&STEP, Duration::from_secs(20));
        assert_eq!(event["packs_per_second"], 75.0);
        assert_eq!(event["seconds_left"], 60.0);
        assert_eq!(event["failed"], 2);
    }

    #[test]
    fn the_templates_are_understood() {
        for template in [
            "{spinner} {msg}",
            "{bar:30} {pos}/{len} packs  {rate}  {remaining} left  {msg}",
        ] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn a_line_is_due_after_a_while() {
        let mut told = Told::new(QUIET);
        assert_eq!(told.is_due(), None, "too soon");
        let Some(earlier) = Instant::now().checked_sub(QUIET) else {
            return;
        };
        told.at = earlier;
        assert!(told.is_due().is_some());
        assert_eq!(told.is_due(), None, "too soon after the last");
    }
}
