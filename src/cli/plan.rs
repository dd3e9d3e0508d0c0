//! `plan`: estimates what a run would make, its size, time and postage.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use raadspost_campaign::Usage;
use raadspost_pipeline::{Estimate, Forecast, ForecastOptions, forecast, free_space};
use raadspost_print::{Plex, PrintProfile, Weight, weigh};
use raadspost_project::{CampaignFile, Origin};
use raadspost_run::RunFolder;
use raadspost_run::names::STATE;
use serde::Serialize;
use serde_json::json;

use crate::cli::input::{Input, identity};
use crate::cli::post::posted;
use crate::cli::tally::{labelled, reasons};
use crate::cli::values::{self, OutputArgs};
use crate::cli::{MAKING, Run, print, register};
use crate::interrupt::Interrupt;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::units::{bytes, count, counted, time};
use crate::watch::Watch;

/// Upper ends of the weight steps of letters in the Netherlands, in g, if the printer states none.
const STEPS: [f64; 5] = [20.0, 50.0, 100.0, 350.0, 2000.0];

/// A letter this close to the end of its step, in g, is pointed out: the weights of paper and
/// envelopes are not exact.
const EDGE: f64 = 0.5;

/// Weight of an envelope, in g, if the printer states none: a DL envelope weighs four to five.
const ENVELOPE: f64 = 5.0;

/// Maximum number of names listed of a kind.
const NAMED: usize = 12;

/// Letters of one weight step.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Postage {
    /// Upper end of the step, in g; `None` for letters heavier than all steps.
    up_to_grams: Option<f64>,
    letters: u64,
    sheets: u64,
    lightest_grams: f64,
    heaviest_grams: f64,
}

/// A letter with the longest values of its kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Longest {
    pages: u32,
    sheets: u32,
    grams: f64,
}

/// Estimate a run: counts, sizes, time, postage; make nothing
#[derive(Debug, Args)]
pub(super) struct Plan {
    #[command(flatten)]
    input: Input,
    /// Output folder; free space is checked on its disk
    #[arg(long, value_name = "DIR", default_value = "out", help_heading = MAKING)]
    out: PathBuf,
    /// Number of threads to assume in the time estimate [default: one per core]
    #[arg(long, short, value_name = "N", value_parser = values::jobs(), help_heading = MAKING)]
    jobs: Option<usize>,
    /// Number of packs to render as a sample
    #[arg(long, value_name = "N", default_value_t = raadspost_pipeline::SAMPLE)]
    sample: usize,
    /// A printer, for sheets and postage: a name in `printers/NAME.yaml`, or a file
    #[arg(long, value_name = "NAME", default_value = "duplex")]
    printer: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Plan {
    /// The given campaign, otherwise the one in the current folder, otherwise that of the run to be
    /// updated, otherwise the embedded one.
    fn campaign(&self) -> Result<CampaignFile, CommandError> {
        let file = self.input.find()?;
        if *file.origin() == Origin::BuiltIn && self.out.join(STATE).is_dir() {
            let (run, _) = RunFolder::look(&self.out)?;
            return Ok(CampaignFile::of_run(&run)?);
        }
        Ok(file)
    }
}

impl Run for Plan {
    fn json(&self) -> bool {
        self.output.json
    }

    fn run(&self, shell: &Shell, environment: Environment) -> Result<Exit, CommandError> {
        let interrupt = &Interrupt::catch()?;
        let jobs = values::threads(self.jobs, environment);
        let file = self.campaign()?;
        let mut paper = print::load(&self.printer, file.files())?;
        let assumed = paper.envelope_grams == 0.0;
        if assumed {
            paper.envelope_grams = ENVELOPE;
        }
        let progress = shell.progress();
        let project = self.input.load(file, shell, &progress)?;
        let (renderers, inspectors) = (project.renderers(), project.inspectors());
        let watch = Watch::new(&progress, interrupt);
        let options = ForecastOptions {
            selection: self.input.selection(),
            jobs,
            sample: self.sample,
            allowed_warnings: project.campaign().allowed_warnings().clone(),
        };
        let made = forecast(
            &project,
            renderers,
            inspectors,
            &options,
            &watch,
            interrupt.flag(),
        );
        let mut diagnostics = project.warnings().to_vec();
        diagnostics.extend(watch.into_seen().diagnostics);
        progress.clear();
        let forecast = match made {
            Ok(forecast) => forecast,
            Err(error) => return Err(CommandError::run(error, diagnostics)),
        };
        if interrupt.asked() {
            shell.styled(Style::Odd, "interrupted before everything was counted");
            return Ok(Exit::Interrupted);
        }
        let only: BTreeSet<String> = self.input.only.iter().cloned().collect();
        let usage = project.usage(&only)?;
        let free = free_space(&self.out);
        let estimate = forecast.estimate.as_ref();
        let postage = estimate.map(|estimate| postage(estimate, &paper));
        let exit = Exit::made_if(forecast.refused == 0);
        shell.shortened(&diagnostics, "`--json` lists all");
        if shell.json() {
            shell.object(&json!({
                "command": "plan",
                "exit": exit.status(),
                "campaign": identity(&project),
                "diagnostics": reasons(&diagnostics),
                "plan": forecast,
                "register": register::data(project.register_table().name(), project.survey()),
                "printer": paper.title,
                "envelope_grams": paper.envelope_grams,
                "envelope_assumed": assumed,
                "postage": postage,
                "longest_letters": estimate.map(|estimate| longest(estimate, &paper)),
                "usage": usage,
                "free_bytes": free,
                "jobs": jobs,
            }));
            return Ok(exit);
        }
        tell(&forecast, jobs, &paper, free, shell);
        for (label, text) in register::lines(project.register_table().name(), project.survey()) {
            shell.line(&labelled(label, &text));
        }
        if assumed && forecast.estimate.is_some() {
            let text = "the printer states no envelope, so 5 g is assumed";
            shell.line(&labelled("envelope", text));
        }
        tell_usage(&usage, &forecast, shell);
        Ok(exit)
    }
}

fn tell(forecast: &Forecast, jobs: usize, paper: &PrintProfile, free: Option<u64>, shell: &Shell) {
    let line = |label: &str, text: &str| shell.line(&labelled(label, text));
    shell.styled(
        Style::Strong,
        &format!(
            "{} of {}, {}",
            counted(forecast.documents, "document"),
            counted(forecast.selected_packs, "pack"),
            counted(forecast.renderings, "distinct rendering"),
        ),
    );
    let mut alike: BTreeMap<(u64, u64), Vec<&str>> = BTreeMap::new();
    for (file, counts) in &forecast.files {
        let key = (counts.planned, counts.refused);
        alike.entry(key).or_default().push(file);
    }
    for ((planned, refused), files) in alike.iter().rev() {
        let refused = match refused {
            0 => String::new(),
            refused => format!(", {} refused", count(*refused)),
        };
        let names = few(files);
        line("files", &format!("{} × {names}{refused}", count(*planned)));
    }
    if forecast.refused > 0 {
        line("refused", &counted(forecast.refused, "document"));
    }
    for (label, text) in posted(&forecast.post) {
        line(label, &text);
    }
    let Some(estimate) = &forecast.estimate else {
        return;
    };
    let scarce = free.is_some_and(|free| free < estimate.disk_bytes);
    let free = free.map_or(String::new(), |free| format!(", {} free", bytes(free)));
    line(
        "size",
        &format!(
            "about {}, {}; {} on the disk{free}",
            counted(estimate.pages, "page"),
            bytes(estimate.bytes),
            bytes(estimate.disk_bytes)
        ),
    );
    if scarce {
        let text =
            "it does not fit on the disk: `build` would refuse unless most documents exist already";
        shell.styled(Style::Bad, &format!("  {:<11} {text}", "space"));
    }
    let seconds = std::time::Duration::from_secs_f64(estimate.seconds);
    line(
        "time",
        &format!(
            "about {} on {}",
            time(seconds),
            counted(jobs as u64, "thread")
        ),
    );
    let sides = match paper.plex {
        Plex::Simplex => "one side",
        Plex::Duplex => "both sides",
    };
    for step in postage(estimate, paper) {
        let (style, text) = step_text(&step);
        let text = format!("  {:<11} {text}", "postage");
        match style {
            Some(style) => shell.styled(style, &text),
            None => shell.line(&text),
        }
    }
    for letter in longest(estimate, paper) {
        let text = format!(
            "  {:<11} the longest values give {}, {} and {:.1} g",
            "postage",
            counted(u64::from(letter.pages), "page"),
            counted(u64::from(letter.sheets), "sheet"),
            letter.grams
        );
        shell.styled(Style::Odd, &text);
    }
    let sheet = format!("{} ({} g/m²), {sides}", paper.paper.name, paper.paper.grams);
    line("paper", &sheet);
    if estimate.failed > 0 {
        let failed = counted(estimate.failed, "document");
        let text = format!(
            "  {:<11} {failed} of the sample cannot be made; `raadspost build --only` reports why",
            "failed"
        );
        shell.styled(Style::Bad, &text);
    }
    line("from", &estimate.basis);
}

fn step_text(step: &Postage) -> (Option<Style>, String) {
    let which = match step.up_to_grams {
        Some(end) => format!("up to {end} g"),
        None => "heavier than all steps".to_owned(),
    };
    let near = step
        .up_to_grams
        .filter(|end| end - step.heaviest_grams < EDGE);
    let grams = if (step.heaviest_grams - step.lightest_grams).abs() < 0.05 {
        format!("{:.1} g each", step.heaviest_grams)
    } else {
        format!("{:.1} to {:.1} g", step.lightest_grams, step.heaviest_grams)
    };
    let text = format!(
        "{which}: {}, {}, {grams}{}",
        counted(step.letters, "letter"),
        counted(step.sheets, "sheet"),
        if near.is_some() {
            "; weigh one, it is close to the limit"
        } else {
            ""
        }
    );
    let odd = near.is_some() || step.up_to_grams.is_none();
    (odd.then_some(Style::Odd), text)
}

fn tell_usage(usage: &Usage, forecast: &Forecast, shell: &Shell) {
    let all = forecast.selected_packs;
    for one in &usage.conditions {
        let lines: Vec<String> = one.lines.iter().map(usize::to_string).collect();
        let undecided = match one.undecided {
            0 => String::new(),
            undecided => format!(", unknown for {}", count(undecided)),
        };
        let text = format!(
            "  {:<11} `{}` (line {}) is true for {} of {}{undecided}",
            "condition",
            one.condition,
            lines.join(", "),
            if one.holds == 0 {
                "none".to_owned()
            } else {
                count(one.holds)
            },
            count(all),
        );
        styled_where(one.holds == 0, &text, shell);
    }
    for one in &usage.variants {
        let variant = one.variant.as_deref();
        let which = match variant {
            Some(variant) => format!("`{}` in variant `{variant}`", one.motion),
            None => format!("`{}` with all variants", one.motion),
        };
        let text = format!("  {:<11} {which}: {}", "variant", users(one.packs));
        styled_where(one.packs == 0, &text, shell);
    }
    for (code, uses) in usage.overrides.iter().filter(|(_, uses)| **uses == 0) {
        let text = format!("  {:<11} `{code}`: {}", "override", users(*uses));
        styled_where(true, &text, shell);
    }
    for (id, uses) in usage.documents.iter().filter(|(_, uses)| **uses == 0) {
        let text = format!("  {:<11} `{id}`: {}", "document", users(*uses));
        styled_where(true, &text, shell);
    }
}

fn users(packs: u64) -> String {
    match packs {
        0 => "not used".to_owned(),
        packs => counted(packs, "pack"),
    }
}

fn styled_where(odd: bool, text: &str, shell: &Shell) {
    if odd {
        shell.styled(Style::Odd, text);
    } else {
        shell.line(text);
    }
}

fn few(names: &[&str]) -> String {
    let shown = names
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Pages of the files of a letter on the paper of this printer.
fn pages<'a>(letter: &'a raadspost_pipeline::LetterPages, paper: &PrintProfile) -> &'a [u32] {
    if paper.annexes.is_some() {
        &letter.apart
    } else {
        &letter.together
    }
}

fn postage(estimate: &Estimate, paper: &PrintProfile) -> Vec<Postage> {
    let steps = if paper.weight_steps.is_empty() {
        STEPS.as_slice()
    } else {
        paper.weight_steps.as_slice()
    };
    let mut all: BTreeMap<usize, Postage> = BTreeMap::new();
    for letter in &estimate.letters {
        let Weight { sheets, grams } = weigh(paper, pages(&letter.pages, paper));
        let at = steps.partition_point(|end| *end < grams);
        let step = all.entry(at).or_insert(Postage {
            up_to_grams: steps.get(at).copied(),
            letters: 0,
            sheets: 0,
            lightest_grams: grams,
            heaviest_grams: grams,
        });
        step.letters += letter.packs;
        step.sheets += letter.packs * u64::from(sheets);
        step.lightest_grams = step.lightest_grams.min(grams);
        step.heaviest_grams = step.heaviest_grams.max(grams);
    }
    all.into_values().collect()
}

/// The letters with the longest values, if they exceed those of the sample.
fn longest(estimate: &Estimate, paper: &PrintProfile) -> Vec<Longest> {
    let of = |letter| {
        let pages: &[u32] = pages(letter, paper);
        let Weight { sheets, grams } = weigh(paper, pages);
        Longest {
            pages: pages.iter().sum(),
            sheets,
            grams,
        }
    };
    estimate.longest.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use raadspost_content::Source;
    use raadspost_pipeline::{LetterCount, LetterPages};

    use raadspost_project::embedded;

    use super::*;

    fn printer(name: &str) -> PrintProfile {
        let text = embedded::get(&format!("content/printers/{name}.yaml")).unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        PrintProfile::load(&Source::new(name, text)).unwrap()
    }

    fn estimate(letters: &[(u32, u64)]) -> Estimate {
        let pages = |pages| LetterPages {
            together: vec![pages],
            apart: vec![1, pages - 1],
        };
        Estimate {
            basis: String::new(),
            sampled_packs: 1,
            failed: 0,
            pages: 0,
            bytes: 0,
            disk_bytes: 0,
            cpu_seconds: 0.0,
            seconds: 0.0,
            letters: letters
                .iter()
                .map(|(count, packs)| LetterCount {
                    pages: pages(*count),
                    packs: *packs,
                })
                .collect(),
            longest: vec![pages(9)],
        }
    }

    #[test]
    fn letters_fall_into_the_steps_of_the_post() {
        let steps = postage(
            &estimate(&[(5, 300), (7, 40), (8, 2)]),
            &printer("inserter"),
        );
        // 3 sheets of 4.99 g and an envelope of 6.5 g exceed 20 g.
        let told: Vec<_> = steps
            .iter()
            .map(|step| (step.up_to_grams, step.letters, step.sheets))
            .collect();
        assert_eq!(told, [(Some(50.0), 342, 300 * 3 + 42 * 4)]);
        let (style, text) = step_text(&steps[0]);
        assert_eq!(style, None);
        assert_eq!(
            text,
            "up to 50 g: 342 letters, 1,068 sheets, 21.5 to 26.5 g"
        );
        assert_eq!(longest(&estimate(&[]), &printer("inserter"))[0].pages, 9);
    }

    #[test]
    fn a_letter_at_the_edge_of_a_step_is_told() {
        let step = Postage {
            up_to_grams: Some(20.0),
            letters: 1,
            sheets: 3,
            lightest_grams: 19.9,
            heaviest_grams: 19.9,
        };
        let (style, text) = step_text(&step);
        assert_eq!(style, Some(Style::Odd));
        assert!(text.ends_with("close to the limit"), "{text}");
    }

    #[test]
    fn where_annexes_go_on_other_paper_they_begin_on_a_sheet() {
        let steps = postage(&estimate(&[(4, 1)]), &printer("office"));
        // One page of letter and three of annexes: 1 + 2 sheets, or more if printed on one side.
        assert!(steps[0].sheets >= 3, "{steps:?}");
    }
}
