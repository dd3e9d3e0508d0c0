//! Flags and surroundings become validated settings, once; no flag, variable or terminal is looked
//! at anywhere else.

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::bail;
use clap_complete::Shell;
use raadspost_pipeline::{Sampling, Selection};
use raadspost_print::PrintOrder;
use raadspost_print::{Choice, PrintOptions};

use raadspost_archive::{ArchiveOptions, ContainerKind, PackageFormat, SidecarName};

use crate::cli::{
    ApproveArgs, ArchiveArgs, BuildArgs, Cli, Command, DurabilityArg, InputArgs, LookArgs,
    OrderArg, OutputArgs, PackageArg, PrintArgs, SchemaArg, SidecarArg, ZipArgs,
};

/// More workers than this are a slip of the finger, not a machine.
const MOST_JOBS: usize = 1024;

/// What surrounds the process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Surroundings {
    /// `NO_COLOR` is set and not empty (<https://no-color.org>), or the terminal is `dumb`.
    pub(crate) no_colour: bool,
    /// Standard output is a terminal.
    pub(crate) stdout_terminal: bool,
    /// Standard error is a terminal.
    pub(crate) stderr_terminal: bool,
    /// Cores that the process may use.
    pub(crate) cores: NonZeroUsize,
}

/// How results are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    /// One JSON object on standard output, and nothing else.
    pub(crate) json: bool,
    /// Colour on standard output.
    pub(crate) colour_out: bool,
    /// Colour on standard error.
    pub(crate) colour_err: bool,
    /// Lines of JSON on standard error that tell how far a run has come.
    pub(crate) events: bool,
    /// A progress bar that is redrawn, and a shortened list of diagnostics.
    pub(crate) terminal: bool,
}

/// Everything one call is asked to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// Make documents.
    Build(Build),
    /// Report mistakes, on so many threads.
    Check(Input, NonZeroUsize),
    /// Convert Word files.
    Odt(Odt),
    /// Show what a clerk changed.
    Compare(Compare),
    /// Hold a run to its manifest.
    Verify(Verify),
    /// Say what a run would make.
    Plan(Plan),
    /// Say what is out of date.
    Status(Look),
    /// Show what would change.
    Diff(Look),
    /// Put packs into ZIP files.
    Zip(ZipArgs),
    /// Print the ledger of the run in this folder.
    Ledger(PathBuf),
    /// Approve a run.
    Approve(ApproveArgs),
    /// Make packages of the run in this folder.
    Archive(PathBuf, ArchiveOptions),
    /// Check packages.
    CheckPackages(PathBuf),
    /// Make a print run.
    Print(Print),
    /// Start a folder.
    Init(PathBuf, bool),
    /// Print the JSON Schema.
    Schema(SchemaArg),
    /// Print completions.
    Completions(Shell),
    /// Write manual pages.
    Man(PathBuf),
}

/// What `odt` is asked for.
#[derive(Debug)]
pub(crate) struct Odt {
    /// Folder of the run.
    pub(crate) run: PathBuf,
    /// Folder for the files.
    pub(crate) out: PathBuf,
    /// Codes; empty for all.
    pub(crate) only: BTreeSet<String>,
}

/// What `compare` is asked for.
#[derive(Debug)]
pub(crate) struct Compare {
    /// The file as it came back.
    pub(crate) file: PathBuf,
    /// The file as it was made, or the run's folder.
    pub(crate) original: Option<PathBuf>,
}

/// What `build` is asked for.
#[derive(Debug)]
pub(crate) struct Build {
    /// What is read.
    pub(crate) input: Input,
    /// Folder for the documents.
    pub(crate) out: PathBuf,
    /// Worker threads.
    pub(crate) jobs: NonZeroUsize,
    /// When files are forced to the disk.
    pub(crate) durability: DurabilityArg,
    /// Folder for proofs.
    pub(crate) overlay: Option<PathBuf>,
    /// Whether every file is hashed.
    pub(crate) paranoid: bool,
}

/// What `plan` is asked for.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What is read.
    pub(crate) input: Input,
    /// Folder for the documents.
    pub(crate) out: PathBuf,
    /// Worker threads.
    pub(crate) jobs: NonZeroUsize,
    /// How many packs are rendered to learn from.
    pub(crate) sample: usize,
    /// Name or file of the printer.
    pub(crate) printer: String,
}

/// What `status` and `diff` are asked for.
#[derive(Debug)]
pub(crate) struct Look {
    /// Folder of the run.
    pub(crate) run: PathBuf,
    /// What is read.
    pub(crate) input: Input,
    /// Whether every file is hashed.
    pub(crate) paranoid: bool,
}

/// What `verify` is asked for.
#[derive(Debug)]
pub(crate) struct Verify {
    /// Folder of the run.
    pub(crate) run: PathBuf,
    /// The key to check a signature with.
    pub(crate) public_key: Option<String>,
    /// Which documents are made again.
    pub(crate) rerender: Option<Sampling>,
}

/// What `print` is asked for.
#[derive(Debug)]
pub(crate) struct Print {
    /// The finished run.
    pub(crate) run: PathBuf,
    /// Folder for the print run.
    pub(crate) out: PathBuf,
    /// Name or file of the printer.
    pub(crate) printer: String,
    /// The author's folder with printers.
    pub(crate) content: Option<PathBuf>,
    /// Order, pieces and what came before.
    pub(crate) options: PrintOptions,
    /// Refuse a run without an approval that holds.
    pub(crate) require_approval: bool,
    /// The key with which the approval must be signed.
    pub(crate) public_key: Option<String>,
    /// Only read a print run back.
    pub(crate) check: bool,
}

/// What is read, and how much of it is meant.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// A YAML file or a folder with one; none for the embedded campaign.
    pub(crate) campaign: Option<PathBuf>,
    /// A register in place of the one that the campaign names.
    pub(crate) register: Option<PathBuf>,
    /// A condition on municipalities.
    pub(crate) condition: Option<String>,
    /// Codes of municipalities; all where there are none.
    pub(crate) only: BTreeSet<String>,
    /// Ids of documents; all where there are none.
    pub(crate) documents: BTreeSet<String>,
    /// A refused row stops everything.
    pub(crate) strict: bool,
}

impl Input {
    /// What is made; `--where` is asked of each row, where its fields are known.
    pub(crate) fn selection(&self) -> Selection {
        let some = |names: &BTreeSet<String>| (!names.is_empty()).then(|| names.clone());
        Selection {
            only: some(&self.only),
            documents: some(&self.documents),
        }
    }

    /// Whether less than everything is asked for.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.condition.is_some() || !self.only.is_empty() || !self.documents.is_empty()
    }
}

impl Surroundings {
    /// Looks around.
    #[expect(
        clippy::disallowed_methods,
        reason = "here the environment is read, once"
    )]
    pub(crate) fn look() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            no_colour: set("NO_COLOR") || dumb,
            stdout_terminal: std::io::stdout().is_terminal(),
            stderr_terminal: std::io::stderr().is_terminal(),
            cores: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }
}

impl Output {
    /// How results are told in these surroundings.
    pub(crate) fn new(args: OutputArgs, around: Surroundings) -> Self {
        let json = args.json;
        Self {
            json,
            colour_out: !json && !around.no_colour && around.stdout_terminal,
            colour_err: !json && !around.no_colour && around.stderr_terminal,
            terminal: !json && around.stderr_terminal,
            events: false,
        }
    }
}

impl Cli {
    /// The word for the command.
    pub(crate) fn name(&self) -> &'static str {
        match &self.command {
            None | Some(Command::Build(_)) => "build",
            Some(Command::Check(_)) => "check",
            Some(Command::Verify(_)) => "verify",
            Some(Command::Plan(_)) => "plan",
            Some(Command::Status(_)) => "status",
            Some(Command::Diff(_)) => "diff",
            Some(Command::Zip(_)) => "zip",
            Some(Command::Ledger { .. }) => "ledger",
            Some(Command::Approve(_)) => "approve",
            Some(Command::Archive(_)) => "archive",
            Some(Command::Print(_)) => "print",
            Some(Command::Init { .. }) => "init",
            Some(Command::Odt(_)) => "odt",
            Some(Command::Compare(_)) => "compare",
            Some(Command::Schema { .. }) => "schema",
            Some(Command::Completions { .. }) => "completions",
            Some(Command::Man { .. }) => "man",
        }
    }

    /// Whether a program is told how far a run has come.
    pub(crate) fn events(&self) -> bool {
        match &self.command {
            None => self.build.events,
            Some(Command::Build(args)) => args.events,
            Some(_) => false,
        }
    }

    /// How results are told, whichever command it is.
    pub(crate) fn output(&self) -> OutputArgs {
        match &self.command {
            None => self.build.output,
            Some(Command::Build(args)) => args.output,
            Some(Command::Check(args)) => args.output,
            Some(Command::Odt(args)) => args.output,
            Some(Command::Compare(args)) => args.output,
            Some(Command::Verify(args)) => args.output,
            Some(Command::Plan(args)) => args.output,
            Some(Command::Status(args) | Command::Diff(args)) => args.output,
            Some(Command::Zip(args)) => args.output,
            Some(Command::Ledger { .. }) => OutputArgs::default(),
            Some(Command::Approve(args)) => args.output,
            Some(Command::Archive(args)) => args.output,
            Some(Command::Print(args)) => args.output,
            Some(Command::Init { output, .. } | Command::Man { output, .. }) => *output,
            Some(Command::Schema { .. } | Command::Completions { .. }) => OutputArgs::default(),
        }
    }
}

impl Task {
    /// Settles what is asked for.
    ///
    /// # Errors
    /// A value that cannot be meant: no workers, an empty code or id, an empty condition.
    pub(crate) fn new(cli: Cli, around: Surroundings) -> anyhow::Result<Self> {
        Ok(match cli.command {
            None => Self::Build(build(cli.build, around)?),
            Some(Command::Build(args)) => Self::Build(build(args, around)?),
            Some(Command::Check(args)) => Self::Check(input(args.input)?, jobs(args.jobs, around)?),
            Some(Command::Odt(args)) => Self::Odt(Odt {
                run: args.run,
                out: args.out,
                only: names(args.only, "--only")?,
            }),
            Some(Command::Compare(args)) => Self::Compare(Compare {
                file: args.file,
                original: args.original,
            }),
            Some(Command::Verify(args)) => Self::Verify(Verify {
                run: args.run,
                public_key: args.public_key,
                rerender: args.rerender.as_deref().map(sampling).transpose()?,
            }),
            Some(Command::Plan(args)) => Self::Plan(Plan {
                input: input(args.input)?,
                out: args.out,
                jobs: jobs(args.jobs, around)?,
                sample: args.sample,
                printer: args.printer,
            }),
            Some(Command::Status(args)) => Self::Status(look(args)?),
            Some(Command::Diff(args)) => Self::Diff(look(args)?),
            Some(Command::Zip(args)) => {
                if args.to.as_os_str().is_empty() {
                    bail!("`--to` is empty; name the folder for the ZIP files");
                }
                Self::Zip(args)
            }
            Some(Command::Ledger { run }) => Self::Ledger(run),
            Some(Command::Approve(args)) => {
                if args.by.trim().is_empty() {
                    bail!("`--by` is empty; say who approves");
                }
                Self::Approve(args)
            }
            Some(Command::Archive(args)) => archive(args)?,
            Some(Command::Print(args)) => Self::Print(print(args)?),
            Some(Command::Init { dir, templates, .. }) => Self::Init(dir, templates),
            Some(Command::Schema { of }) => Self::Schema(of),
            Some(Command::Completions { shell }) => Self::Completions(shell),
            Some(Command::Man { dir, .. }) => Self::Man(dir),
        })
    }
}

fn jobs(asked: Option<usize>, around: Surroundings) -> anyhow::Result<NonZeroUsize> {
    match asked {
        None => Ok(around.cores),
        Some(jobs) => match NonZeroUsize::new(jobs) {
            Some(jobs) if jobs.get() <= MOST_JOBS => Ok(jobs),
            _ => bail!("`--jobs {jobs}` is not a number from 1 to {MOST_JOBS}"),
        },
    }
}

fn look(args: LookArgs) -> anyhow::Result<Look> {
    Ok(Look {
        run: args.run,
        input: input(args.input)?,
        paranoid: args.paranoid,
    })
}

/// `all`, a share such as `1%`, or a number.
fn sampling(text: &str) -> anyhow::Result<Sampling> {
    let sampling = match text.strip_suffix('%') {
        _ if text == "all" => Some(Sampling::All),
        Some(share) => share
            .parse()
            .ok()
            .filter(|share| *share > 0.0 && *share <= 100.0)
            .map(Sampling::Percent),
        None => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .map(Sampling::Number),
    };
    match sampling {
        Some(sampling) => Ok(sampling),
        None => bail!("`--rerender {text}` is none of `all`, a share such as `1%`, a number"),
    }
}

fn build(args: BuildArgs, around: Surroundings) -> anyhow::Result<Build> {
    let jobs = jobs(args.jobs, around)?;
    if args.out.as_os_str().is_empty() {
        bail!("`--out` is empty; name the folder for the documents");
    }
    if let Some(overlay) = &args.overlay {
        if overlay.as_os_str().is_empty() {
            bail!("`--overlay` is empty; name the folder for the proofs");
        }
        // The run's folder holds what its manifest says and nothing else.
        if overlay.starts_with(&args.out) {
            bail!("`--overlay` lies in `--out`; name a folder outside of it");
        }
    }
    Ok(Build {
        input: input(args.input)?,
        out: args.out,
        jobs,
        durability: args.durability,
        overlay: args.overlay,
        paranoid: args.paranoid,
    })
}

fn archive(args: ArchiveArgs) -> anyhow::Result<Task> {
    if let Some(folder) = args.check {
        return Ok(Task::CheckPackages(folder));
    }
    // Clap demands both.
    let (Some(run), Some(to)) = (args.run, args.to) else {
        bail!("name the run, and with `--to` the folder for packages");
    };
    let only = names(args.only, "--only")?;
    let options = ArchiveOptions {
        to,
        format: match args.format {
            PackageArg::MdtoSip => PackageFormat::MdtoSip,
            PackageArg::Bagit => PackageFormat::BagIt,
        },
        container: match (args.zip, args.tar) {
            (true, _) => ContainerKind::Zip,
            (false, true) => ContainerKind::Tar,
            (false, false) => ContainerKind::Folder,
        },
        only: (!only.is_empty()).then_some(only),
        collective: args.collective,
        require_approval: args.require_approval,
        public_key: args.public_key,
        date: args.date,
        sidecar: match args.sidecar {
            SidecarArg::Bestand => SidecarName::Bestand,
            SidecarArg::Short => SidecarName::Short,
        },
    };
    Ok(Task::Archive(run, options))
}

fn print(args: PrintArgs) -> anyhow::Result<Print> {
    for (path, flag) in [(&args.run, "RUN"), (&args.out, "--out")] {
        if path.file_name().is_none() {
            bail!("`{flag}` names no folder");
        }
    }
    let order = args.order.map(|order| match order {
        OrderArg::Register => PrintOrder::Register,
        OrderArg::Postcode => PrintOrder::Postcode,
        OrderArg::Province => PrintOrder::Province,
        OrderArg::Weight => PrintOrder::Weight,
        OrderArg::Sheets => PrintOrder::Sheets,
    });
    Ok(Print {
        run: args.run,
        out: args.out,
        printer: args.printer,
        content: args.content,
        options: PrintOptions {
            order,
            documents: documents(&args.document)?,
            pieces: args
                .pieces
                .iter()
                .map(|text| pieces(text))
                .collect::<Result<_, _>>()?,
            since: args.since,
            enriched: args.enriched,
        },
        require_approval: args.require_approval,
        public_key: args.public_key,
        check: args.check,
    })
}

/// The documents of `--document`, in their order, each once.
fn documents(list: &[String]) -> anyhow::Result<Vec<String>> {
    let mut documents = Vec::new();
    for name in list {
        let name = name.trim().to_owned();
        if name.is_empty() {
            bail!("`--document` has an empty name in its list");
        }
        if !documents.contains(&name) {
            documents.push(name);
        }
    }
    Ok(documents)
}

/// `120-125`, `120` for one piece, or the code or id of letters.
fn pieces(text: &str) -> anyhow::Result<Choice> {
    let text = text.trim();
    let is_range = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !text.is_empty() && !is_range {
        return Ok(Choice::Letter(text.to_owned()));
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if 1 <= first && first <= last => Ok(Choice::Range(first, last)),
        _ => bail!("`--pieces {text}` names no pieces; write `120-125`, `120` or a code"),
    }
}

fn input(args: InputArgs) -> anyhow::Result<Input> {
    if args
        .condition
        .as_ref()
        .is_some_and(|condition| condition.trim().is_empty())
    {
        bail!("`--where` is empty; leave it out to mean every municipality");
    }
    Ok(Input {
        campaign: args.campaign,
        register: args.register,
        condition: args.condition,
        only: names(args.only, "--only")?,
        documents: names(args.document, "--document")?,
        strict: args.strict,
    })
}

/// The names in a list of a flag, without the spaces around them.
fn names(list: Vec<String>, flag: &str) -> anyhow::Result<BTreeSet<String>> {
    // An empty variable in a script (`--only "$CODES"`) must not come to mean everyone.
    if list.iter().any(|name| name.trim().is_empty()) {
        bail!("`{flag}` has an empty name in its list");
    }
    Ok(list.iter().map(|name| name.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    const PLAIN: Surroundings = Surroundings {
        no_colour: false,
        stdout_terminal: true,
        stderr_terminal: true,
        cores: NonZeroUsize::MIN,
    };

    fn task(args: &[&str]) -> anyhow::Result<Task> {
        let args = ["raadspost"].iter().chain(args);
        Task::new(Cli::try_parse_from(args)?, PLAIN)
    }

    fn built(args: &[&str]) -> Build {
        match task(args).unwrap() {
            Task::Build(build) => build,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_given_means_everything_into_out() {
        let build = built(&[]);
        assert_eq!(build.out, PathBuf::from("out"));
        assert_eq!(build.jobs, PLAIN.cores);
        assert_eq!(build.durability, DurabilityArg::Batch);
        assert!(build.input.campaign.is_none() && build.input.register.is_none());
        assert!(build.input.only.is_empty() && build.input.documents.is_empty());
        assert!(!build.input.strict);
    }

    #[test]
    fn lists_are_trimmed_and_an_empty_name_is_a_mistake() {
        let build = built(&[
            "--only",
            "GM0344, GM0363",
            "--only",
            "GM0344",
            "--document",
            "a,b",
        ]);
        assert_eq!(
            build.input.only.iter().collect::<Vec<_>>(),
            ["GM0344", "GM0363"]
        );
        assert_eq!(build.input.documents.len(), 2);
        for flag in ["--only", "--document"] {
            let error = task(&[flag, ""]).unwrap_err().to_string();
            assert!(error.contains(flag), "{error}");
            assert!(task(&[flag, "a,,b"]).is_err());
        }
    }

    #[test]
    fn jobs_are_a_sane_number() {
        assert_eq!(built(&["--jobs", "3"]).jobs.get(), 3);
        assert!(task(&["--jobs", "0"]).is_err());
        assert!(task(&["--jobs", "1000000"]).is_err());
        assert!(task(&["--jobs", "many"]).is_err());
    }

    #[test]
    fn colour_needs_a_terminal_and_no_objection() {
        let output = |json, around| Output::new(OutputArgs { json }, around);
        let coloured = output(false, PLAIN);
        assert!(coloured.colour_out && coloured.colour_err && coloured.terminal);
        let refused = output(
            false,
            Surroundings {
                no_colour: true,
                ..PLAIN
            },
        );
        assert!(!refused.colour_out && !refused.colour_err && refused.terminal);
        let piped = output(
            false,
            Surroundings {
                stdout_terminal: false,
                ..PLAIN
            },
        );
        assert!(!piped.colour_out && piped.colour_err);
        let json = output(true, PLAIN);
        assert!(!json.colour_out && !json.colour_err && !json.terminal);
    }

    #[test]
    fn every_command_becomes_its_task() {
        let task = |args: &[&str]| task(args).unwrap();
        assert!(matches!(
            task(&["check", "x.yaml", "--strict"]),
            Task::Check(Input { strict: true, .. }, _)
        ));
        assert!(matches!(task(&["verify", "out"]), Task::Verify(_)));
        assert!(matches!(
            task(&["approve", "out", "--by", "A"]),
            Task::Approve(_)
        ));
        let Task::Archive(run, options) = task(&["archive", "out", "--to", "p", "--zip"]) else {
            panic!("no archive")
        };
        assert_eq!(
            (run, options.to),
            (PathBuf::from("out"), PathBuf::from("p"))
        );
        assert_eq!(options.container, ContainerKind::Zip);
        assert!(matches!(
            task(&["archive", "--check", "p"]),
            Task::CheckPackages(_)
        ));
        let Task::Print(print) = task(&["print", "out", "--out", "p", "--pieces", "3-4"]) else {
            panic!("no print")
        };
        assert_eq!(print.options.pieces, [Choice::Range(3, 4)]);
        let Task::Print(print) = task(&[
            "print",
            "out",
            "--out",
            "p",
            "--pieces",
            "7,19,GM0344",
            "--document",
            "b,a,b",
        ]) else {
            panic!("no print")
        };
        let gm = Choice::Letter("GM0344".to_owned());
        let some = [Choice::Range(7, 7), Choice::Range(19, 19), gm];
        assert_eq!(print.options.pieces, some);
        assert_eq!(print.options.documents, ["b", "a"]);
        assert_eq!(print.printer, "duplex");
        for wrong in ["", "0", "4-3", "1-2-3", "-"] {
            assert!(pieces(wrong).is_err(), "{wrong}");
        }
        assert!(matches!(task(&["init", "mine"]), Task::Init(_, false)));
        assert!(matches!(
            task(&["schema"]),
            Task::Schema(SchemaArg::Campaign)
        ));
        assert!(matches!(
            task(&["completions", "bash"]),
            Task::Completions(Shell::Bash)
        ));
        assert!(matches!(task(&["man", "pages"]), Task::Man(_)));
        for wrong in [
            &["archive", "out"][..],
            &["archive"],
            &["archive", "out", "--check", "p"],
            &["archive", "out", "--to", "p", "--zip", "--tar"],
            &["approve", "out", "--by", " "],
        ] {
            let args = ["raadspost"].iter().chain(wrong);
            let task = Cli::try_parse_from(args).map(|cli| Task::new(cli, PLAIN));
            assert!(!matches!(task, Ok(Ok(_))), "{wrong:?}");
        }
        let cli = Cli::parse_from(["raadspost", "check", "--json"]);
        assert!(cli.output().json);
        assert_eq!(cli.name(), "check");
    }
}
