//! `template check`: a designer's templates against the campaign. Lays out the sample of `check`,
//! compares each file with Typst's export, and names what leaves the fast way.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use raadspost_content::Format;
use raadspost_pipeline::{Checked, Compared};
use raadspost_project::{OwnTemplate, TemplateKind};
use serde_json::json;

use crate::cli::Run;
use crate::cli::check::{How, Sampled, exit, sample};
use crate::cli::input::{Input, identity};
use crate::cli::tally::{self, Line, labelled};
use crate::cli::values::{self, OutputArgs};
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};
use crate::units::{count, counted};

/// Check the templates of a designer
#[derive(Debug, Args)]
pub(super) struct Template {
    #[command(subcommand)]
    command: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Check(Check),
}

/// Lay out a sample with the campaign's templates, compare each PDF file with Typst's export, and
/// name what in them makes files larger and slower
#[derive(Debug, Args)]
struct Check {
    #[command(flatten)]
    input: Input,
    /// Threads for the layout of the sample [default: one per core]
    #[arg(long, value_name = "N", value_parser = values::jobs())]
    jobs: Option<usize>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Run for Template {
    fn json(&self) -> bool {
        let Action::Check(check) = &self.command;
        check.output.json
    }

    fn run(&self, shell: &Shell, environment: Environment) -> Result<Exit, CommandError> {
        let Action::Check(check) = &self.command;
        let how = How {
            format: Some(Format::Pdf),
            compared: Compared::All,
        };
        let sampled = sample(&check.input, check.jobs, how, shell, environment)?;
        let templates = sampled.project.own_templates()?;
        let renderers = sampled.project.renderers();
        let mut fallbacks = BTreeMap::new();
        for renderer in renderers {
            fallbacks.extend(renderer.fallbacks());
        }
        let exit = exit(sampled.interrupted, &sampled.checked, &sampled.diagnostics);
        shell.shortened(
            &sampled.diagnostics,
            "all are shown with `--json`, or if standard error is a file",
        );
        if shell.json() {
            print_json(shell, &sampled, &templates, &fallbacks, exit);
        } else if exit == Exit::Interrupted {
            shell.styled(Style::Odd, "interrupted before the sample was laid out");
        } else {
            shell.line(&labelled("templates", &in_words(&templates)));
            let (style, line) = headline(&sampled.checked);
            shell.styled(style.unwrap_or(Style::Strong), &line);
            for (label, text) in ways(&sampled.checked, &fallbacks) {
                shell.line(&labelled(label, &text));
            }
        }
        Ok(exit)
    }
}

fn print_json(
    shell: &Shell,
    sampled: &Sampled,
    templates: &[OwnTemplate],
    fallbacks: &BTreeMap<String, u64>,
    exit: Exit,
) {
    let checked = &sampled.checked;
    let templates = templates.iter().map(|template| {
        json!({
            "file": template.name,
            "kind": match template.kind {
                TemplateKind::Replaces => "replaces",
                TemplateKind::Same => "same",
                TemplateKind::New => "new",
            },
        })
    });
    shell.object(&json!({
        "command": "template check",
        "exit": exit.status(),
        "campaign": identity(&sampled.project),
        "diagnostics": tally::reasons(&sampled.diagnostics),
        "templates": templates.collect::<Vec<_>>(),
        "summary": {
            "packs": checked.laid_out_packs,
            "files": checked.laid_out_documents,
            "failed": checked.failed,
            "fallbacks": fallbacks,
        },
    }));
}

/// The campaign's templates.
fn in_words(templates: &[OwnTemplate]) -> String {
    if templates.is_empty() {
        return "all are built in".to_owned();
    }
    let of_kind = |kind, text: &str| {
        let of_kind = templates.iter().filter(|template| template.kind == kind);
        let names: Vec<String> = of_kind
            .map(|template| format!("`{}`", template.name))
            .collect();
        (!names.is_empty()).then(|| format!("{}: {text}", names.join(", ")))
    };
    let kinds = [
        of_kind(TemplateKind::Replaces, "of the campaign"),
        of_kind(
            TemplateKind::New,
            "of the campaign, beside the built-in ones",
        ),
        of_kind(
            TemplateKind::Same,
            "equal to the built-in one; delete it to receive later versions",
        ),
    ];
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    kinds.join("; ")
}

/// How many files are sound.
fn headline(checked: &Checked) -> Line {
    let files = counted(checked.laid_out_documents, "PDF file");
    let packs = counted(checked.laid_out_packs, "pack");
    if checked.failed > 0 {
        let failed = count(checked.failed);
        let line = format!("{failed} of {files} of a sample of {packs} cannot be made");
        return (Some(Style::Odd), line);
    }
    let line = format!(
        "all {files} of a sample of {packs} can be made, and look like Typst's export of them"
    );
    (Some(Style::Good), line)
}

/// How many files were made in which way.
fn ways(
    checked: &Checked,
    fallbacks: &BTreeMap<String, u64>,
) -> impl Iterator<Item = (&'static str, String)> {
    let slow: u64 = fallbacks.values().sum();
    let made = checked.laid_out_documents;
    let fast = match slow {
        0 => "every file".to_owned(),
        _ => format!(
            "{} of {}",
            count(made.saturating_sub(slow)),
            counted(made, "file")
        ),
    };
    let slow = fallbacks.iter();
    let slow = slow.map(|(reason, number)| ("slow way", tally::slower(reason, *number)));
    std::iter::once(("fast way", fast)).chain(slow)
}
