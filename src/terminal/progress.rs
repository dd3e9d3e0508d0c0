//! How far a run has come: a bar with rate, remaining time and counts on a terminal, a line every
//! few seconds without one, and lines of JSON for programs that ask for events.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{shown, write};
use crate::memory;
use crate::settings::Output;
use crate::units::{bytes, count, time};

/// How often a bar is redrawn, so that drawing costs nothing beside making.
const REDRAWS_PER_SECOND: u8 = 10;

/// How often its text is made anew; reading the memory costs a system call.
const REDRAWS: Duration = Duration::from_millis(100);

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
    Bar(ProgressBar, Mutex<Told>),
    /// A line now and then.
    Lines(Mutex<Told>),
    /// A program reads along.
    Silent,
}

/// When a run is shown the next time, and its pace.
#[derive(Debug)]
struct Told {
    started: Instant,
    at: Instant,
    every: Duration,
    pace: Pace,
}

impl Told {
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn new(every: Duration) -> Self {
        let now = Instant::now();
        Self {
            started: now,
            at: now,
            every,
            pace: Pace::default(),
        }
    }

    /// The time since the start if another line is due, which then counts as shown.
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn is_due(&mut self, step: &Step) -> Option<Duration> {
        let now = Instant::now();
        let passed = now.duration_since(self.started);
        self.pace.note(step, passed);
        (now.duration_since(self.at) >= self.every).then(|| {
            self.at = now;
            passed
        })
    }
}

/// How fast packs are made. What an earlier run has made goes by in no time, so the pace is taken
/// from the first pack on that this run makes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Pace {
    /// Packs that were done before, and the time since the start.
    before: Option<(u64, Duration)>,
}

impl Pace {
    /// The run has come so far.
    fn note(&mut self, step: &Step, passed: Duration) {
        if self.before.is_none() && step.made + step.failed > 0 {
            self.before = Some(match step.fresh {
                0 => (0, Duration::ZERO),
                _ => (step.done, passed),
            });
        }
    }

    /// Packs for each second, and the time that is left; `None` before anything shows it.
    fn at(&self, step: &Step, passed: Duration) -> Option<(f64, Duration)> {
        let (before, since) = self.before?;
        let done = step.done.checked_sub(before).filter(|done| *done > 0)?;
        let rate = done as f64 / passed.saturating_sub(since).as_secs_f64().max(0.001);
        let left = step.total.saturating_sub(step.done) as f64 / rate.max(0.001);
        Some((rate, Duration::from_secs_f64(left.clamp(0.0, 1e9))))
    }
}

/// Pace and time that is left, as text.
fn pace_text(pace: Option<(f64, Duration)>) -> String {
    match pace {
        Some((rate, left)) => format!("{rate:.1} a second, {} left", time(left)),
        None => "nothing made yet".to_owned(),
    }
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
fn line(step: &Step, pace: Option<(f64, Duration)>) -> String {
    format!(
        "{} of {} packs, {}: {}\n",
        count(step.done),
        count(step.total),
        pace_text(pace),
        outcomes(step)
    )
}

/// One event for programs.
fn event(step: &Step, passed: Duration, pace: Option<(f64, Duration)>) -> Value {
    let (rate, left) = pace.unzip();
    json!({
        "event": "progress",
        "seconds": passed.as_secs_f64(),
        "done": step.done,
        "total": step.total,
        "packs_per_second": rate,
        "seconds_left": left.map(|left| left.as_secs_f64()),
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
            let told = Mutex::new(Told::new(REDRAWS));
            Kind::Bar(ProgressBar::with_draw_target(None, target), told)
        } else {
            Kind::Lines(Mutex::new(Told::new(QUIET)))
        };
        let events = output.events.then(|| Mutex::new(Told::new(EVENTS)));
        Self { kind, events }
    }

    /// Says what is being done before the number of packs is known.
    pub(crate) fn phase(&self, what: &'static str) {
        self.tell(&json!({ "event": "phase", "phase": what }));
        if let Kind::Bar(bar, _) = &self.kind {
            bar.set_style(style("{spinner} {msg}"));
            bar.set_message(what);
            bar.enable_steady_tick(REDRAWS);
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
            Kind::Bar(bar, told) => {
                *lock(told) = Told::new(REDRAWS);
                bar.set_length(total);
                bar.reset();
                bar.set_style(style("{bar:30} {pos}/{len} packs  {msg}"));
                bar.set_message("");
            }
            Kind::Lines(told) => *lock(told) = Told::new(QUIET),
            Kind::Silent => {}
        }
    }

    /// The run has come so far.
    pub(crate) fn at(&self, step: &Step) {
        if let Some(told) = &self.events {
            let mut told = lock(told);
            if let Some(passed) = told.is_due(step) {
                self.tell(&event(step, passed, told.pace.at(step, passed)));
            }
        }
        match &self.kind {
            Kind::Bar(bar, told) => {
                bar.set_position(step.done);
                let mut told = lock(told);
                if let Some(passed) = told.is_due(step) {
                    let pace = pace_text(told.pace.at(step, passed));
                    bar.set_message(format!("{pace}  {}", outcomes(step)));
                }
            }
            Kind::Lines(told) => {
                let mut told = lock(told);
                if let Some(passed) = told.is_due(step) {
                    let line = line(step, told.pace.at(step, passed));
                    write(&mut io::stderr().lock(), &line);
                }
            }
            Kind::Silent => {}
        }
    }

    /// Says something while the bar is shown.
    pub(crate) fn say(&self, what: &str) {
        self.tell(&json!({ "event": "note", "note": what }));
        match &self.kind {
            Kind::Bar(bar, _) => bar.println(shown(what)),
            Kind::Lines(_) => write(&mut io::stderr().lock(), &format!("{}\n", shown(what))),
            Kind::Silent => {}
        }
    }

    /// Takes the bar away, so that the summary starts on a line of its own.
    pub(crate) fn clear(&self) {
        if let Kind::Bar(bar, _) = &self.kind {
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

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The pace of a run that was noted at these steps, at the last of them.
    fn pace(steps: &[(Step, Duration)]) -> Option<(f64, Duration)> {
        let mut pace = Pace::default();
        for (step, passed) in steps {
            pace.note(step, *passed);
        }
        let (step, passed) = steps.last()?;
        pace.at(step, *passed)
    }

    #[test]
    fn a_line_says_rate_and_what_is_left() {
        let text = line(&STEP, pace(&[(STEP, seconds(20))]));
        let begins =
            "1,500 of 6,000 packs, 75.0 a second, 1 min 0 s left: 11,990 made, 8 refused, 2 failed";
        assert!(text.starts_with(begins), "{text}");
        let none = Step {
            total: 6000,
            ..Step::default()
        };
        let text = line(&none, pace(&[(none, Duration::ZERO)]));
        assert!(
            text.starts_with("0 of 6,000 packs, nothing made yet: "),
            "{text}"
        );
    }

    #[test]
    fn an_event_has_numbers() {
        let passed = seconds(20);
        let event = event(&STEP, passed, pace(&[(STEP, passed)]));
        assert_eq!(event["packs_per_second"], 75.0);
        assert_eq!(event["seconds_left"], 60.0);
        assert_eq!(event["failed"], 2);
    }

    #[test]
    fn the_time_left_counts_only_what_this_run_makes() {
        let fresh = Step {
            done: 50_000,
            total: 100_000,
            fresh: 400_000,
            ..Step::default()
        };
        let with = |done, made| Step {
            done,
            made,
            ..fresh
        };
        assert_eq!(pace(&[(fresh, seconds(5))]), None, "nothing is promised");
        let first = (with(50_016, 128), seconds(6));
        assert_eq!(
            pace(&[(fresh, seconds(5)), first]),
            None,
            "nor at the first batch"
        );
        // Ten seconds later 1,000 more are made: 100 a second, though 5,000 a second went by.
        let (rate, left) = pace(&[
            (fresh, seconds(5)),
            first,
            (with(51_016, 8_128), seconds(16)),
        ])
        .unwrap();
        assert_eq!(rate, 100.0);
        assert_eq!(left, Duration::from_secs_f64(489.84));
    }

    #[test]
    fn a_few_changed_packs_among_many_are_as_fast_as_they_are() {
        let step = |done, made| Step {
            done,
            total: 100_000,
            made,
            fresh: done * 8 - made,
            ..Step::default()
        };
        let steps = [(step(100, 1), seconds(1)), (step(50_100, 501), seconds(11))];
        let (rate, left) = pace(&steps).unwrap();
        assert_eq!(rate, 5_000.0);
        assert_eq!(left, Duration::from_secs_f64(9.98));
    }

    #[test]
    fn the_templates_are_understood() {
        for template in ["{spinner} {msg}", "{bar:30} {pos}/{len} packs  {msg}"] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a log gets a line now and then")]
    fn a_line_is_due_after_a_while() {
        let mut told = Told::new(QUIET);
        assert_eq!(told.is_due(&STEP), None, "too soon");
        let Some(earlier) = Instant::now().checked_sub(QUIET) else {
            return;
        };
        told.at = earlier;
        assert!(told.is_due(&STEP).is_some());
        assert_eq!(told.is_due(&STEP), None, "too soon after the last");
    }
}
