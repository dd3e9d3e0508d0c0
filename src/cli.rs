//! The command line as clap sees it: flags and words only. What they mean is in `settings`.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) mod approve;
pub(crate) mod archive;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod diff;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod man;
pub(crate) mod odt;
pub(crate) mod plan;
pub(crate) mod post;
pub(crate) mod print;
pub(crate) mod register;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod verify;
pub(crate) mod zip;

const EXAMPLES: &str = "\
Examples:
  raadspost
      make everything for everyone in the embedded register, into `out/`
  raadspost --only GM0344,GM0363
      make the packs of Utrecht and Amsterdam only
  raadspost --where 'municipality.population >= 100000' --document brief
      make one document, for the large municipalities
  raadspost init mine && raadspost check mine && raadspost mine
      start a campaign of your own, check it, and make it

Exit status:
  0  all that was asked for is made
  1  some documents were refused or failed; the others are made
  2  nothing could be done: the message says why
  130  interrupted";

const SELECTING: &str = "Selecting";
const MAKING: &str = "Making";

/// From one YAML source and a register of municipalities to a pack of letters, annexes and motions
/// for each council.
///
/// Without a command, `build` is run. What is already there and up to date is not made again.
#[derive(Debug, Parser)]
#[command(name = "raadspost", bin_name = "raadspost", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make the documents that are not there yet or out of date (the default)
    Build(BuildArgs),
    /// Read everything and report every mistake; make nothing
    Check(CheckArgs),
    /// Say what a run would make: counts, sizes, time, postage; make nothing
    Plan(PlanArgs),
    /// Say which documents of a run are out of date, and which word, field or font is the reason
    Status(LookArgs),
    /// Show the words that would change in the documents of a run
    Diff(LookArgs),
    /// Put the packs of a run into ZIP files, one for each municipality or province
    Zip(ZipArgs),
    /// Print the ledger of a run as lines of JSON, one for each document
    Ledger {
        /// The folder that `build` made
        run: PathBuf,
    },
    /// Hash every document of a run again, and look at its approval and signature
    Verify(VerifyArgs),
    /// Approve a run by name, as print and archive can demand it
    Approve(ApproveArgs),
    /// Make transfer packages of a run for an archive, or check packages
    Archive(ArchiveArgs),
    /// Start a folder of your own: campaign, theme and registers
    Init {
        /// The folder; made where it does not exist, and no file in it is overwritten
        dir: PathBuf,
        /// Write our Typst templates too, for a designer to change
        #[arg(long)]
        templates: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Convert the Word files of a run into OpenDocument text, with an installed LibreOffice
    Odt(OdtArgs),
    /// Show what a clerk changed in a Word file: fill-ins with their values, and changed paragraphs
    Compare(CompareArgs),
    /// Make a print run of a finished run: PDFs for a printer, job ticket, manifest
    Print(PrintArgs),
    /// Print the JSON Schema of a campaign, a theme or a printer, for editors
    Schema {
        /// The file that it describes
        #[arg(value_enum, default_value_t = SchemaArg::Campaign)]
        of: SchemaArg,
    },
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages into a folder
    Man {
        /// The folder; made where it does not exist
        dir: PathBuf,
        #[command(flatten)]
        output: OutputArgs,
    },
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Folder for the documents
    #[arg(long, value_name = "DIR", default_value = "out", help_heading = MAKING)]
    pub(crate) out: PathBuf,
    /// Worker threads [default: one for each core]
    #[arg(long, short, value_name = "N", help_heading = MAKING)]
    pub(crate) jobs: Option<usize>,
    /// When files are forced to the disk
    #[arg(long, value_enum, default_value_t = DurabilityArg::Batch, help_heading = MAKING)]
    pub(crate) durability: DurabilityArg,
    /// Folder for proofs of letters with the no-print areas laid over in red: of the packs that
    /// `--only` names, or else of the first one of each layout
    #[arg(long, value_name = "DIR", help_heading = MAKING)]
    pub(crate) overlay: Option<PathBuf>,
    /// Hash every file, even where size, time of change and inode are as delivered
    #[arg(long, help_heading = MAKING)]
    pub(crate) paranoid: bool,
    /// Tell a program how far it has come: lines of JSON on standard error
    #[arg(long)]
    pub(crate) events: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Folder for the documents, whose disk is looked at
    #[arg(long, value_name = "DIR", default_value = "out", help_heading = MAKING)]
    pub(crate) out: PathBuf,
    /// Worker threads that the time is told for [default: one for each core]
    #[arg(long, short, value_name = "N", help_heading = MAKING)]
    pub(crate) jobs: Option<usize>,
    /// How many packs are rendered to learn from
    #[arg(long, value_name = "N", default_value_t = raadspost_pipeline::SAMPLE)]
    pub(crate) sample: usize,
    /// A printer, for sheets and postage: a name of `printers/NAME.yaml`, or a file
    #[arg(long, value_name = "NAME", default_value = "duplex")]
    pub(crate) printer: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ZipArgs {
    /// The folder that `build` made
    pub(crate) run: PathBuf,
    /// Folder for the ZIP files; it must be empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// What goes into one file
    #[arg(long, value_enum, default_value_t = ZipByArg::Municipality)]
    pub(crate) by: ZipByArg,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ZipByArg {
    /// The pack of one municipality
    Municipality,
    /// The packs of one province
    Province,
}

#[derive(Debug, Args)]
pub(crate) struct LookArgs {
    /// The folder that `build` made
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Hash every file, even where size, time of change and inode are as delivered
    #[arg(long)]
    pub(crate) paranoid: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// How many threads lay out the sample [default: the number of cores]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct OdtArgs {
    /// The folder of a finished run
    pub(crate) run: PathBuf,
    /// Folder for the OpenDocument files, outside the run
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Only the municipalities with these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PrintArgs {
    /// The folder of a finished run
    pub(crate) run: PathBuf,
    /// Folder for the print run; a new one
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// A printer: a name of `printers/NAME.yaml`, or a file
    #[arg(long, value_name = "NAME", default_value = "duplex")]
    pub(crate) printer: String,
    /// A folder whose `printers/` goes before the embedded ones
    #[arg(long, value_name = "DIR")]
    pub(crate) content: Option<PathBuf>,
    /// Order of the letters, in place of the printer's
    #[arg(long, value_enum)]
    pub(crate) order: Option<OrderArg>,
    /// These documents instead of what the campaign posts, each in an envelope of its own
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = SELECTING)]
    pub(crate) document: Vec<String>,
    /// Only these pieces, with their numbers and marks: `7,120-125`, or a code such as `GM0344`
    #[arg(long, value_name = "PIECES", value_delimiter = ',', help_heading = SELECTING)]
    pub(crate) pieces: Vec<String>,
    /// Only letters that are new or changed since this print run
    #[arg(long, value_name = "DIR", help_heading = SELECTING)]
    pub(crate) since: Option<PathBuf>,
    /// The file that a bulk-mail service has sent back
    #[arg(long, value_name = "FILE")]
    pub(crate) enriched: Option<PathBuf>,
    /// Refuse a run without an approval that holds
    #[arg(long, conflicts_with = "check")]
    pub(crate) require_approval: bool,
    /// The public key of the approval's signature, a file or the key itself; refuse a run that is
    /// not signed with it
    #[arg(long, value_name = "KEY", requires = "require_approval")]
    pub(crate) public_key: Option<String>,
    /// Print nothing; read the print run in `--out` back and count it again
    #[arg(long, conflicts_with_all = ["order", "document", "pieces", "since", "enriched"])]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The Word file as it came back
    pub(crate) file: PathBuf,
    /// The file as it was made, or the folder of the run that made it [default: the record in the file]
    #[arg(long, value_name = "FILE or RUN")]
    pub(crate) original: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderArg {
    /// As in the register
    Register,
    /// By postcode
    Postcode,
    /// By province, then postcode
    Province,
    /// By weight step, then postcode
    Weight,
    /// By number of sheets, then postcode
    Sheets,
}

/// What is read, and how much of it is meant.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// A campaign (YAML), or a folder with one campaign [default: the embedded one]
    pub(crate) campaign: Option<PathBuf>,
    /// The register of municipalities, CSV or `.csv.gz` [default: the one the campaign names]
    #[arg(long, value_name = "FILE")]
    pub(crate) register: Option<PathBuf>,
    /// Only municipalities for which this condition holds
    #[arg(long = "where", value_name = "EXPR", help_heading = SELECTING)]
    pub(crate) condition: Option<String>,
    /// Only the municipalities with these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', help_heading = SELECTING)]
    pub(crate) only: Vec<String>,
    /// Only the documents with these ids, separated by commas
    #[arg(long, value_name = "IDS", value_delimiter = ',', help_heading = SELECTING)]
    pub(crate) document: Vec<String>,
    /// Make nothing where any row of the register is refused
    #[arg(long, help_heading = SELECTING)]
    pub(crate) strict: bool,
}

/// Which run is held to its manifest.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The folder that `build` made
    pub(crate) run: PathBuf,
    /// The public key of the signature: a file of minisign's, or the key itself
    #[arg(long, value_name = "KEY")]
    pub(crate) public_key: Option<String>,
    /// Make documents again from the inputs that the run has kept, and compare the bytes: `all`,
    /// a share such as `1%`, or a number
    #[arg(long, value_name = "WHICH")]
    pub(crate) rerender: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Who approves what.
#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// The folder that `build` made
    pub(crate) run: PathBuf,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// A note that stands beside the name
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// When (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) date: Option<String>,
    /// A secret key of minisign's that signs the manifest and the approval
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// A file with the key's password on its first line [default: ask]
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What is archived, and how.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["run", "check"]))]
pub(crate) struct ArchiveArgs {
    /// The folder that `build` made
    #[arg(requires = "to")]
    pub(crate) run: Option<PathBuf>,
    /// Folder for the packages; it must be empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
    /// Check a package, or all packages in a folder, instead of making some
    #[arg(long, value_name = "DIR", conflicts_with_all = ["to", "only", "date", "collective", "zip", "tar", "require_approval"])]
    pub(crate) check: Option<PathBuf>,
    /// What a package is
    #[arg(long, value_enum, default_value_t = PackageArg::MdtoSip)]
    pub(crate) format: PackageArg,
    /// Only the municipalities with these codes, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',', help_heading = SELECTING)]
    pub(crate) only: Vec<String>,
    /// One package for all, in which documents that say the same to everyone stand once
    #[arg(long)]
    pub(crate) collective: bool,
    /// Write each package as a ZIP file
    #[arg(long, conflicts_with = "tar")]
    pub(crate) zip: bool,
    /// Write each package as a tar file
    #[arg(long)]
    pub(crate) tar: bool,
    /// How sidecars of files are called
    #[arg(long, value_enum, default_value_t = SidecarArg::Bestand)]
    pub(crate) sidecar: SidecarArg,
    /// When packages and checksums are made (RFC 3339) [default: the campaign's date]
    #[arg(long, value_name = "TIME")]
    pub(crate) date: Option<String>,
    /// Refuse a run without an approval that holds
    #[arg(long)]
    pub(crate) require_approval: bool,
    /// The public key of the approval's signature, a file or the key itself; refuse a run that is
    /// not signed with it
    #[arg(long, value_name = "KEY", requires = "require_approval")]
    pub(crate) public_key: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PackageArg {
    /// The Nationaal Archief's SIP with MDTO 1.0.1 sidecars
    MdtoSip,
    /// The same in a BagIt bag (RFC 8493)
    Bagit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SidecarArg {
    /// `brief.pdf.bestand.MDTO.xml`
    Bestand,
    /// `brief.pdf.MDTO.xml`
    Short,
}

/// How results are told.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct OutputArgs {
    /// Print one JSON object for programs instead of text for people
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DurabilityArg {
    /// After each file: slowest, and a power cut costs nothing
    Each,
    /// After each batch of packs: a power cut costs that batch
    Batch,
    /// Never: fastest, and after a power cut the files must be verified
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaArg {
    /// A campaign
    Campaign,
    /// `theme.yaml`, the look
    Theme,
    /// `printers/*.yaml`, a printer
    Printer,
    /// `envelopes/*.yaml`, an envelope
    Envelope,
}

/// The whole command line, for completions and manual pages.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_finds_no_contradiction() {
        command().debug_assert();
    }

    #[test]
    fn flags_work_with_and_without_the_word_build() {
        let plain = Cli::parse_from(["raadspost", "mine", "--only", "A,B", "--jobs", "3"]);
        assert!(plain.command.is_none());
        let worded =
            Cli::parse_from(["raadspost", "build", "mine", "--only", "A,B", "--jobs", "3"]);
        let Some(Command::Build(worded)) = worded.command else {
            panic!("no build")
        };
        assert_eq!(format!("{worded:?}"), format!("{:?}", plain.build));
        assert_eq!(worded.input.only, ["A", "B"]);
        assert_eq!(worded.input.campaign.as_deref(), Some("mine".as_ref()));
    }
}
