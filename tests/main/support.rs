//! Runs the program and reads its output.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use raadspost_content::Fingerprint;
use raadspost_inspect::{Line, PdfText, read_docx, read_pdf};
use raadspost_run::{ListRecord, PackRecord, RecordCounts, RunRecord};
use serde_json::Value;
use walkdir::WalkDir;

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of `tests/cases`, as text.
pub(crate) fn case(path: &str) -> String {
    let path = root().join("tests/cases").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The embedded campaign.
pub(crate) fn posiv() -> String {
    fs::read_to_string(root().join("content/posiv.yaml")).expect("content/posiv.yaml")
}

/// A file of the reference data beside the repository; none, with a message, where it is absent.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    note(&format!("skipped: {} is not here", path.display()));
    None
}

/// Whether this is tests/long, the same code with larger numbers.
#[expect(
    clippy::disallowed_methods,
    reason = "tests/long sets it, and nothing that is made depends on it"
)]
pub(crate) fn is_long() -> bool {
    std::env::var_os("RAADSPOST_LONG").is_some()
}

#[expect(
    clippy::print_stderr,
    reason = "a skipped test says so where a person looks"
)]
pub(crate) fn note(message: &str) {
    eprintln!("{message}");
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The beginning of a small campaign up to its letters, of which `raad` has this body; the phrase
/// `raad` and the documents come behind it.
pub(crate) fn small(body: &str) -> String {
    format!(
        "raadspost: 1
id: proef
title: Proef
language: nl-NL
date: 2026-03-02
sender: {{ name: Bureau }}
register: {{ file: register.csv, country: NL }}
letters:
  raad:
    addressee: raad
    place-and-date: Utrecht
    subject: Water
    salutation: Geachte raad,
    body: {body}
    closing: Groet,
    signatories: [{{ name: Jan }}]
"
    )
}

/// What a run said, and how it ended.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Both streams, for messages and searches.
    pub(crate) fn said(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Panics with what was said unless the exit status is this.
    #[track_caller]
    pub(crate) fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}", self.said());
        self
    }
}

/// Writes the lists of a run folder that a test has made up, and the record of `from` that binds
/// them, as a build would: `packs` and `mailing` have a line for each row.
pub(crate) fn bind(from: &Path, to: &Path, packs: &str, mailing: &str, manifest: &str) {
    let state = |of: &Path, name: &str| of.join(".raadspost").join(name);
    let list = |text: &str| ListRecord {
        sha256: Fingerprint::of(text.as_bytes()).to_string(),
        lines: text.lines().count() as u64,
    };
    let bytes = fs::read(state(from, "run.json")).expect("a record");
    let mut run: RunRecord = serde_json::from_slice(&bytes).expect("a record");
    run.counts = RecordCounts::default();
    for line in packs.lines() {
        let pack: PackRecord = serde_json::from_str(line).expect("a pack");
        run.counts.add_pack(&pack);
    }
    run.counts.rows = run.counts.packs;
    (run.packs, run.mailing, run.manifest) = (list(packs), list(mailing), list(manifest));
    fs::create_dir_all(to.join(".raadspost")).expect("a folder");
    fs::write(to.join("manifest.sha256"), manifest).expect("a file");
    fs::write(state(to, "packs.jsonl"), packs).expect("a file");
    fs::write(state(to, "mailing.jsonl"), mailing).expect("a file");
    let record = serde_json::to_vec_pretty(&run).expect("JSON");
    fs::write(state(to, "run.json"), record).expect("a file");
    fs::copy(state(from, "campaign.json"), state(to, "campaign.json")).expect("a file");
}

/// The programme with these arguments, not yet started.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_raadspost"));
    command
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("LC_ALL", "en_GB.UTF-8");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Ran {
    ran(&mut command(arguments))
}

/// Runs a command to its end.
pub(crate) fn ran(command: &mut Command) -> Ran {
    let output: Output = command.output().expect("the programme starts");
    Ran {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs a command and returns the exit status and the peak of resident memory in MB, 0 where the
/// system does not tell it. What it says to standard error goes where the command sends it.
pub(crate) fn weigh(command: &mut Command) -> (i32, u64) {
    let mut child = command
        .stdout(Stdio::null())
        .spawn()
        .expect("the programme starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        // The high-water mark only grows, so the last look is the one that counts.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) * 1024 / 1_000_000);
        if let Some(status) = child.try_wait().expect("a child") {
            return (status.code().unwrap_or(-1), peak);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A campaign in a folder of its own, and where its documents go.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// A folder with these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let desk = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        for (name, text) in files {
            desk.write(name, text);
        }
        desk
    }

    /// The embedded campaign with a register of these rows.
    pub(crate) fn posiv(rows: &[&str]) -> Self {
        Self::new(&[
            ("posiv.yaml", &posiv()),
            ("registers/nl.csv", &register(rows)),
        ])
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.path("out")
    }

    /// Builds the campaign, with more arguments.
    pub(crate) fn build(&self, more: &[&str]) -> Ran {
        ran(self.building().args(more))
    }

    /// The programme that builds the campaign, not yet started.
    fn building(&self) -> Command {
        let mut command = command(&["build", self.campaign(), "--durability", "none", "--out"]);
        command.arg(self.out());
        command
    }

    /// Builds the campaign and returns the exit status and the peak of resident memory in MB, 0
    /// where the system does not tell it.
    pub(crate) fn build_and_weigh(&self) -> (i32, u64) {
        weigh(self.building().stderr(Stdio::null()))
    }

    pub(crate) fn campaign(&self) -> &str {
        self.folder.path().to_str().expect("UTF-8")
    }

    pub(crate) fn report(&self) -> Value {
        report(&self.out())
    }
}

/// Rows with the columns that the embedded campaign needs.
pub(crate) fn register(rows: &[&str]) -> String {
    format!(
        "code,name,running_name,population,po_box,postcode,town\n{}\n",
        rows.join("\n")
    )
}

pub(crate) fn report(out: &Path) -> Value {
    let text = fs::read_to_string(out.join("report.json")).expect("report.json");
    serde_json::from_str(&text).expect("JSON")
}

/// The documents below a folder with their bytes, by relative path; none where there is no folder.
pub(crate) fn documents(out: &Path) -> BTreeMap<String, Vec<u8>> {
    if !out.exists() {
        return BTreeMap::new();
    }
    let files = WalkDir::new(out)
        .into_iter()
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.file_type().is_file());
    files
        .filter_map(|entry| {
            let path = entry
                .path()
                .strip_prefix(out)
                .expect("below out")
                .to_str()
                .expect("UTF-8")
                .to_owned();
            let document = path.contains('/') && !path.starts_with(".raadspost");
            document.then(|| (path, fs::read(entry.path()).expect("a file")))
        })
        .collect()
}

pub(crate) fn pdf(path: &Path) -> PdfText {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read_pdf(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a screen reader says of the figures of a PDF.
pub(crate) fn figures(bytes: &[u8]) -> Vec<String> {
    let document = lopdf::Document::load_mem(bytes).expect("a PDF");
    let dictionaries = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok());
    let figures = dictionaries
        .filter(|it| it.get(b"S").and_then(|kind| kind.as_name()).ok() == Some(b"Figure"));
    let said =
        figures.filter_map(|figure| lopdf::decode_text_string(figure.get(b"Alt").ok()?).ok());
    said.collect()
}

pub(crate) fn docx_lines(path: &Path) -> Vec<Line> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read_docx(&bytes)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .lines
}

/// The documents of all 342 municipalities, made once for all tests.
pub(crate) fn everyone() -> &'static Path {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        run(&["--out", out.to_str().expect("UTF-8")]).ended(0);
        folder
    })
    .path()
}

/// The same, its documents.
pub(crate) fn everyone_out() -> PathBuf {
    everyone().join("out")
}
