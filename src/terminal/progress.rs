//! Progress of a run: on a terminal a bar with rate, remaining time and counts, otherwise a line
//! every few seconds, and JSON lines for programs that ask for events.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::{shown, write};
use crate::memory;
use crate::settings::Output;
use crate::units::{bytes, count, time};

/// Interval between redraws of a bar, long enough to cost nothing.
const REDRAWS_PER_SECOND: u8 = 10;

/// Interval between updates of its text; reading the memory costs a system call.
const REDRAWS: Duration = Duration::from_millis(100);

/// Interval between lines without a terminal. A run of seconds needs none.
const QUIET: Duration = Duration::from_secs(5);

/// Interval between events for a program.
const EVENTS: Duration = Duration::from_secs(1);

/// Progress of a run.
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

/// Shows the progress of a run; shared by all threads.
#[derive(Debug)]
pub(crate) struct Progress {
    kind: Kind,
    events: Option<Mutex<Throttle>>,
}

#[derive(Debug)]
enum Kind {
    /// Redrawn in place.
    Bar(ProgressBar, Mutex<Throttle>),
    /// A line now and then.
    Lines(Mutex<Throttle>),
    /// A program reads along.
    Silent,
}

/// Throttles output to an interval, and measures the pace.
#[derive(Debug)]
struct Throttle {
    started: Instant,
    at: Instant,
    every: Duration,
    pace: Pace,
}

impl Throttle {
    #[expect(clippy::disallowed_methods, reason = "the clock throttles log lines")]
    fn new(every: Duration) -> Self {
        let now = Instant::now();
        Self {
            started: now,
            at: now,
            every,
            pace: Pace::default(),
        }
    }

    /// The time since the start if a line is due, which then counts as shown.
    #[expect(clippy::disallowed_methods, reason = "the clock throttles log lines")]
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

/// Rate at which packs are made. Packs of an earlier run pass in no time, so the rate is measured
/// from the first pack that this run makes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Pace {
    /// Packs done before, and the time since the start.
    before: Option<(u64, Duration)>,
}

impl Pace {
    /// Updates the position.
    fn note(&mut self, step: &Step, passed: Duration) {
        if self.before.is_none() && step.made + step.failed > 0 {
            self.before = Some(match step.fresh {
                0 => (0, Duration::ZERO),
                _ => (step.done, passed),
            });
        }
    }

    /// Packs per second, and the remaining time; `None` until there is a measurement.
    fn at(&self, step: &Step, passed: Duration) -> Option<(f64, Duration)> {
        let (before, since) = self.before?;
        let done = step.done.checked_sub(before).filter(|done| *done > 0)?;
        let rate = done as f64 / passed.saturating_sub(since).as_secs_f64().max(0.001);
        let left = step.total.saturating_sub(step.done) as f64 / rate.max(0.001);
        Some((rate, Duration::from_secs_f64(left.clamp(0.0, 1e9))))
    }
}

/// Rate and remaining time, as text.
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
            let throttle = Mutex::new(Throttle::new(REDRAWS));
            Kind::Bar(ProgressBar::with_draw_target(None, target), throttle)
        } else {
            Kind::Lines(Mutex::new(Throttle::new(QUIET)))
        };
        let events = output.events.then(|| Mutex::new(Throttle::new(EVENTS)));
        Self { kind, events }
    }

    /// Shows the current phase before the number of packs is known.
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
        if let Some(throttle) = &self.events {
            *lock(throttle) = Throttle::new(EVENTS);
        }
        match &self.kind {
            Kind::Bar(bar, throttle) => {
                *lock(throttle) = Throttle::new(REDRAWS);
                bar.set_length(total);
                bar.reset();
                bar.set_style(style("{bar:30} {pos}/{len} packs  {msg}"));
                bar.set_message("");
            }
            Kind::Lines(throttle) => *lock(throttle) = Throttle::new(QUIET),
            Kind::Silent => {}
        }
    }

    /// Updates the position.
    pub(crate) fn at(&self, step: &Step) {
        if let Some(throttle) = &self.events {
            let mut throttle = lock(throttle);
            if let Some(passed) = throttle.is_due(step) {
                self.tell(&event(step, passed, throttle.pace.at(step, passed)));
            }
        }
        match &self.kind {
            Kind::Bar(bar, throttle) => {
                bar.set_position(step.done);
                let mut throttle = lock(throttle);
                if let Some(passed) = throttle.is_due(step) {
                    let pace = pace_text(throttle.pace.at(step, passed));
                    bar.set_message(format!("{pace}  {}", outcomes(step)));
                }
            }
            Kind::Lines(throttle) => {
                let mut throttle = lock(throttle);
                if let Some(passed) = throttle.is_due(step) {
                    let line = line(step, throttle.pace.at(step, passed));
                    write(&mut io::stderr().lock(), &line);
                }
            }
            Kind::Silent => {}
        }
    }

    /// Prints a line while the bar is shown.
    pub(crate) fn say(&self, what: &str) {
        self.tell(&json!({ "event": "note", "note": what }));
        match &self.kind {
            Kind::Bar(bar, _) => bar.println(shown(what)),
            Kind::Lines(_) => write(&mut io::stderr().lock(), &format!("{}\n", shown(what))),
            Kind::Silent => {}
        }
    }

    /// Removes the bar, so that the summary starts on a new line.
    pub(crate) fn clear(&self) {
        if let Kind::Bar(bar, _) = &self.kind {
            bar.finish_and_clear();
        }
    }

    fn tell(&self, event: &Value) {
        if self.events.is_some() {
            // Only our own numbers and words, on one line.
            write(&mut io::stderr().lock(), &format!("{event}\n"));
        }
    }
}

fn lock(throttle: &Mutex<Throttle>) -> MutexGuard<'_, Throttle> {
    throttle.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

/// The style for a template of this file.
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

    /// The pace at the last of these positions.
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
        // Ten seconds later 1,000 more are made: 100 per second, although 5,000 per second passed
        // by.
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
    #[expect(clippy::disallowed_methods, reason = "the clock throttles log lines")]
    fn a_line_is_due_after_a_while() {
        let mut throttle = Throttle::new(QUIET);
        assert_eq!(throttle.is_due(&STEP), None, "too soon");
        let Some(earlier) = Instant::now().checked_sub(QUIET) else {
            return;
        };
        throttle.at = earlier;
        assert!(throttle.is_due(&STEP).is_some());
        assert_eq!(throttle.is_due(&STEP), None, "too soon after the last");
    }
}
