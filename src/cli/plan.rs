//! `plan`: estimates what a run would make, its size, time and postage.

mod postage;
mod summary;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use raadspost_pipeline::{ForecastOptions, forecast, free_space};
use raadspost_project::{CampaignFile, Origin};
use raadspost_run::RunFolder;
use raadspost_run::names::STATE;
use serde_json::json;

use self::postage::{longest, postage};
use self::summary::{tell, tell_usage};
use crate::cli::input::{Input, identity};
use crate::cli::tally::{labelled, reasons};
use crate::cli::values::{self, OutputArgs};
use crate::cli::{MAKING, Run, print, register};
use crate::interrupt::Interrupt;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::watch::Watch;

/// Weight of an envelope, in g, if the printer states none: a DL envelope weighs four to five.
const ENVELOPE: f64 = 5.0;

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
        let mut paper = print::load(&self.printer, file.files(), "en")?;
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
            let exit = Exit::Interrupted;
            if shell.json() {
                shell.object(&json!({
                    "command": "plan",
                    "exit": exit.status(),
                    "campaign": identity(&project),
                    "diagnostics": reasons(&diagnostics),
                }));
            } else {
                shell.styled(Style::Odd, "interrupted before everything was counted");
            }
            return Ok(exit);
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
                "register": register::data(&project),
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
        for (label, text) in register::lines(&project) {
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
