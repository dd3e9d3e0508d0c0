//! A run that differs from its record is refused, with all faults, by every command that uses a
//! run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use raadspost_content::Fingerprint;
use raadspost_run::{ListRecord, RunRecord};
use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::support::{Ran, run};

const CAMPAIGN: &str = r#"raadspost: 1
id: proef
title: Proef
language: nl-NL
date: 2026-03-02
sender: { name: Bureau }
register: { file: register.csv, country: NL }
phrases:
  aan: "Aan {{ municipality.running_name }}"
letters:
  b:
    addressee: aan
    place-and-date: Utrecht, 2 maart 2026
    subject: "Bericht voor {{ municipality.name }}"
    salutation: Geachte leden,
    body: "Dit is de brief van {{ municipality.name }}."
    closing: Met vriendelijke groet,
    signatories: [{ name: A. Bee }]
documents:
  - { id: brief, formats: [pdf], letter: b }
  - { id: pack, title: Pack, formats: [pdf], collects: [brief] }
"#;

const REGISTER: &str = "code,name,running_name,street,house_number,postcode,town\n\
    GM1,Aa,de gemeente Aa,Straat,1,1234AB,Aa\n\
    GM2,Bee,de gemeente Bee,Straat,2,1234AB,Bee\n\
    GM3,Cee,de gemeente Cee,Straat,3,1234AB,Cee\n";

/// A folder with a campaign, its finished run, an older run and its keys.
struct World {
    dir: TempDir,
}

impl World {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }
}

fn write_campaign(dir: &Path, campaign: &str, register: &str) {
    fs::create_dir_all(dir).expect("a folder");
    fs::write(dir.join("proef.yaml"), campaign).expect("a file");
    fs::write(dir.join("register.csv"), register).expect("a file");
}

fn build(mine: &str, out: &str, more: &[&str]) -> Ran {
    run(&[&["build", mine, "--out", out, "--jobs", "1"], more].concat())
}

/// A pair of keys without a password: secret and public file.
fn keys(dir: &Path, name: &str) -> (String, String) {
    let pair = minisign::KeyPair::generate_unencrypted_keypair().expect("keys");
    let (secret, public) = (dir.join(name), dir.join(format!("{name}.pub")));
    fs::write(&secret, pair.sk.to_box(None).expect("a key").to_string()).expect("a file");
    fs::write(&public, pair.pk.to_box().expect("a key").to_string()).expect("a file");
    (secret.display().to_string(), public.display().to_string())
}

fn copy(from: &Path, to: &Path) {
    for entry in WalkDir::new(from) {
        let entry = entry.expect("an entry");
        let place = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).expect("a folder");
        } else {
            fs::copy(entry.path(), place).expect("a file");
        }
    }
}

/// Made once; each test copies of it what it changes.
fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let world = World {
            dir: tempfile::tempdir().expect("a folder"),
        };
        let mine = world.text("mine");
        write_campaign(Path::new(&mine), CAMPAIGN, REGISTER);
        build(&mine, &world.text("run"), &[]).ended(0);
        // The same campaign with other words: lists of the same shape, and of another run.
        let other = world.text("other");
        write_campaign(
            Path::new(&other),
            &CAMPAIGN.replace("Dit is", "Dit was"),
            REGISTER,
        );
        build(&other, &world.text("older"), &[]).ended(0);
        keys(world.dir.path(), "key");
        keys(world.dir.path(), "stranger");
        let (run_folder, key) = (world.text("run"), world.text("key"));
        run(&[
            "approve",
            &run_folder,
            "--by",
            "A. Bee",
            "--date",
            "2026-03-02T12:00:00Z",
            "--key",
            &key,
        ])
        .ended(0);
        run(&[
            "approve",
            &world.text("older"),
            "--by",
            "A. Bee",
            "--date",
            "2026-03-02T12:00:00Z",
        ])
        .ended(0);
        world
    })
}

/// What a tampering hand does to a run folder; the world has what it may take from elsewhere.
type Tamper = fn(&Path, &World);

fn state(run: &Path, name: &str) -> PathBuf {
    run.join(".raadspost").join(name)
}

fn edit(path: &Path, change: impl Fn(&str) -> String) {
    let text = fs::read_to_string(path).expect("a text");
    let changed = change(&text);
    assert_ne!(text, changed, "{}", path.display());
    fs::write(path, changed).expect("a file");
}

fn edit_json(path: &Path, change: impl Fn(&mut Value)) {
    edit(path, |text| {
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        change(&mut value);
        format!("{}\n", serde_json::to_string_pretty(&value).expect("JSON"))
    });
}

fn without_last_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let kept = &lines[..lines.len() - 1];
    kept.iter().map(|line| format!("{line}\n")).collect()
}

fn list_of(text: &str) -> Value {
    serde_json::to_value(ListRecord {
        sha256: Fingerprint::of(text.as_bytes()).to_string(),
        lines: text.lines().count() as u64,
    })
    .expect("JSON")
}

fn take(from: &str, name: &str, run: &Path, world: &World) {
    fs::copy(state(&world.path(from), name), state(run, name)).expect("a file");
}

/// Every way, and words that the refusal has. Those in the second table are seen by an approval.
const WAYS: &[(&str, Tamper, &str)] = &[
    (
        "mailing list shortened at a line end",
        |run, _| edit(&state(run, "mailing.jsonl"), without_last_line),
        "`.raadspost/mailing.jsonl` lacks 1 line: it has 2, and the build wrote 3",
    ),
    (
        "mailing list cut within a line",
        |run, _| {
            edit(&state(run, "mailing.jsonl"), |text| {
                text[..text.len() - 9].to_owned()
            })
        },
        "`.raadspost/mailing.jsonl` lacks 1 line",
    ),
    (
        "mailing list lengthened",
        |run, _| {
            edit(&state(run, "mailing.jsonl"), |text| {
                format!("{text}{}\n", text.lines().next().unwrap_or_default())
            });
        },
        "`.raadspost/mailing.jsonl` has too many: 1 line",
    ),
    (
        "mailing list edited",
        |run, _| {
            edit(&state(run, "mailing.jsonl"), |text| {
                text.replace("Straat 1", "Straat 9")
            })
        },
        "`.raadspost/mailing.jsonl` does not match the digest recorded in `run.json`",
    ),
    (
        "mailing list in another order",
        |run, _| {
            edit(&state(run, "mailing.jsonl"), |text| {
                text.lines().rev().map(|line| format!("{line}\n")).collect()
            });
        },
        "`.raadspost/mailing.jsonl` does not match the digest recorded in `run.json`",
    ),
    (
        "mailing list of another run",
        |run, world| take("older", "mailing.jsonl", run, world),
        "`.raadspost/mailing.jsonl` does not match the digest recorded in `run.json`",
    ),
    (
        "mailing list removed",
        |run, _| fs::remove_file(state(run, "mailing.jsonl")).expect("removed"),
        "`.raadspost/mailing.jsonl` does not exist",
    ),
    (
        "packs shortened at a line end",
        |run, _| edit(&state(run, "packs.jsonl"), without_last_line),
        "`.raadspost/packs.jsonl` lacks 1 line",
    ),
    (
        "packs edited",
        |run, _| {
            edit(&state(run, "packs.jsonl"), |text| {
                text.replace("Bee", "Dee")
            })
        },
        "`.raadspost/packs.jsonl` does not match the digest recorded in `run.json`",
    ),
    (
        "packs removed",
        |run, _| fs::remove_file(state(run, "packs.jsonl")).expect("removed"),
        "`.raadspost/packs.jsonl` does not exist",
    ),
    (
        "manifest shortened",
        |run, _| edit(&run.join("manifest.sha256"), without_last_line),
        "`manifest.sha256` lacks 1 line: it has 5, and the build wrote 6",
    ),
    (
        "manifest edited",
        |run, _| {
            edit(&run.join("manifest.sha256"), |text| {
                text.replace("GM1-aa/", "GM1-zz/")
            })
        },
        "`manifest.sha256` does not match the digest recorded in `run.json`",
    ),
    (
        "manifest removed",
        |run, _| fs::remove_file(run.join("manifest.sha256")).expect("removed"),
        "`manifest.sha256` does not exist",
    ),
    (
        "digest edited in the record",
        |run, _| {
            edit_json(&state(run, "run.json"), |json| {
                json["mailing"]["sha256"] = "0".repeat(64).into();
            });
        },
        "`.raadspost/mailing.jsonl` does not match the digest recorded in `run.json`",
    ),
    (
        "number of lines edited in the record",
        |run, _| {
            edit_json(&state(run, "run.json"), |json| {
                json["packs"]["lines"] = 2.into()
            })
        },
        "`.raadspost/packs.jsonl` has 3 lines, and `run.json` counts 2",
    ),
    (
        "counts edited in the record",
        |run, _| {
            edit_json(&state(run, "run.json"), |json| {
                json["counts"]["rows"] = 4.into()
            })
        },
        "the rows of the register are 4, and the packs are 3",
    ),
    (
        "counts edited so that they add up",
        |run, _| {
            edit_json(&state(run, "run.json"), |json| {
                json["counts"]["complete"] = 2.into();
                json["counts"]["held"] = 1.into();
            });
        },
        "the counts are not the sums of `packs.jsonl`",
    ),
    (
        "list shortened and its digest edited",
        |run, _| {
            let path = state(run, "mailing.jsonl");
            edit(&path, without_last_line);
            let list = list_of(&fs::read_to_string(&path).expect("a text"));
            edit_json(&state(run, "run.json"), |json| {
                json["mailing"] = list.clone()
            });
        },
        "the packs are 3, and the lines of `mailing.jsonl` are 2",
    ),
    (
        "one list in another order and its digest edited",
        |run, _| {
            let path = state(run, "mailing.jsonl");
            edit(&path, |text| {
                text.lines().rev().map(|line| format!("{line}\n")).collect()
            });
            let list = list_of(&fs::read_to_string(&path).expect("a text"));
            edit_json(&state(run, "run.json"), |json| {
                json["mailing"] = list.clone()
            });
        },
        "`mailing.jsonl` and `packs.jsonl` differ at `GM1`",
    ),
    (
        "record removed",
        |run, _| fs::remove_file(state(run, "run.json")).expect("removed"),
        "`.raadspost/run.json` does not exist",
    ),
    (
        "record of another run",
        |run, world| take("older", "run.json", run, world),
        "has 3 faults: ",
    ),
    (
        "record of another version",
        |run, _| edit_json(&state(run, "run.json"), |json| json["version"] = 1.into()),
        "it has version 1",
    ),
    (
        "record that is no JSON",
        |run, _| fs::write(state(run, "run.json"), "{").expect("a file"),
        "is not a record of this version",
    ),
    (
        "record says that it was interrupted",
        |run, _| {
            edit_json(&state(run, "run.json"), |json| {
                json["interrupted"] = true.into()
            })
        },
        "the build was interrupted, so not every pack has a record",
    ),
    (
        "mark of a build under way",
        |run, _| fs::write(state(run, "unfinished.json"), "").expect("a file"),
        "a build has not ended",
    ),
    (
        "campaign edited in the record",
        |run, _| {
            edit_json(&state(run, "run.json"), |json| {
                json["campaign"]["id"] = "x".into()
            })
        },
        "`.raadspost/run.json` is of the campaign `x`, but the folder belongs to `proef`",
    ),
    (
        "campaign of the folder edited",
        |run, _| edit_json(&state(run, "campaign.json"), |json| json["id"] = "x".into()),
        "`.raadspost/run.json` is of the campaign `proef`, but the folder belongs to `x`",
    ),
    (
        "campaign of the folder removed",
        |run, _| fs::remove_file(state(run, "campaign.json")).expect("removed"),
        "`.raadspost/campaign.json`, the record of the folder's campaign, does not exist",
    ),
];

/// Ways that a demanded approval finds.
const APPROVALS: &[(&str, Tamper, &str)] = &[
    (
        "no approval",
        |run, _| fs::remove_file(state(run, "approval.json")).expect("removed"),
        "the run is not approved: there is no approval",
    ),
    (
        "name edited in a signed approval",
        |run, _| {
            edit_json(&state(run, "approval.json"), |json| {
                json["by"] = "C. Dee".into()
            })
        },
        "the approval is not the one that was signed",
    ),
    (
        "approval forged without a key",
        |run, _| {
            edit_json(&state(run, "approval.json"), |json| {
                json.as_object_mut().expect("an object").remove("signed_by");
            });
        },
        "a signature exists, but the approval does not name its key",
    ),
    (
        "approval of another run",
        |run, world| take("older", "approval.json", run, world),
        "the source `proef.yaml` has changed",
    ),
    (
        "approval of a run that was made anew since",
        |run, _| {
            edit_json(&state(run, "run.json"), |json| {
                json["pixels"]["seed"] = 1.into()
            });
        },
        "the run's record has changed",
    ),
    (
        "signature removed",
        |run, _| fs::remove_file(state(run, "manifest.sha256.minisig")).expect("removed"),
        "the approval is signed, but the signature is missing",
    ),
    (
        "signature edited",
        |run, _| {
            edit(&state(run, "manifest.sha256.minisig"), |text| {
                text.replacen("trusted comment: proef", "trusted comment: prooi", 1)
            });
        },
        "its signature is not valid",
    ),
    (
        "signed with the key of a stranger",
        |run, world| {
            let run = run.display().to_string();
            let key = world.text("stranger");
            crate::support::run(&["approve", &run, "--by", "A. Bee", "--key", &key]).ended(0);
        },
        "the approval is signed with another key",
    ),
];

/// A copy of the run, changed.
fn tampered(tamper: Tamper) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    copy(&world().path("run"), &dir.path().join("run"));
    tamper(&dir.path().join("run"), world());
    dir
}

/// Runs each command that makes something of a run, and holds what it says to these words.
#[track_caller]
fn refuses(dir: &TempDir, way: &str, more: &[&str], words: &str) {
    let text = |name: &str| dir.path().join(name).display().to_string();
    let run_folder = text("run");
    let commands: &[(&str, &str)] = if more.is_empty() {
        &[("print", "--out"), ("archive", "--to"), ("zip", "--to")]
    } else {
        &[("print", "--out"), ("archive", "--to")]
    };
    for (command, to) in commands {
        let target = text(command);
        let arguments = [&[*command, &run_folder, *to, &target], more].concat();
        let ran = run(&arguments);
        let said = ran.said().replace('\n', " ");
        assert_eq!(ran.status, 2, "{way}: {command}: {said}");
        assert!(said.contains(words), "{way}: {command}: {said}");
        let made = fs::read_dir(&target).is_ok_and(|mut entries| entries.next().is_some());
        assert!(!made, "{way}: {command} has made something");
    }
}

#[test]
fn a_run_that_is_not_what_its_record_says_is_refused() {
    for (way, tamper, words) in WAYS {
        refuses(&tampered(*tamper), way, &[], words);
    }
    assert!(WAYS.len() + APPROVALS.len() >= 20);
}

#[test]
fn an_approval_is_held_to_the_run_and_its_signature_to_a_key() {
    let key = world().text("key.pub");
    let with_key = ["--require-approval", "--public-key", &key];
    for (way, tamper, words) in APPROVALS {
        refuses(&tampered(*tamper), way, &with_key, words);
    }
    // Without the key all of them are found as well but the stranger's, whose signature is one.
    for (way, tamper, words) in &APPROVALS[..APPROVALS.len() - 1] {
        refuses(&tampered(*tamper), way, &["--require-approval"], words);
    }
    let whole = tampered(|_, _| {});
    let text = |name: &str| whole.path().join(name).display().to_string();
    let run_folder = text("run");
    for (command, to, more) in [
        ("print", "--out", &[][..]),
        ("archive", "--to", &["--unsigned"]),
    ] {
        let arguments = [command, &run_folder, to, &text(command)];
        run(&[&arguments, &with_key[..], more].concat()).ended(0);
    }
}

#[test]
fn a_changed_or_missing_file_costs_its_letter_and_the_approval_of_the_run() {
    for remove in [false, true] {
        let dir = tempfile::tempdir().expect("a folder");
        copy(&world().path("run"), &dir.path().join("run"));
        let text = |name: &str| dir.path().join(name).display().to_string();
        let (run_folder, file) = (text("run"), dir.path().join("run/GM2-bee/pack.pdf"));
        if remove {
            fs::remove_file(&file).expect("removed");
        } else {
            fs::write(&file, "edited").expect("a file");
        }
        for (command, to, more) in [
            ("print", "--out", &[][..]),
            ("archive", "--to", &["--unsigned"]),
            ("zip", "--to", &[]),
        ] {
            let said = run(&[&[command, &run_folder, to, &text(command)], more].concat())
                .ended(1)
                .said();
            assert!(said.contains("GM2"), "{command}: {said}");
        }
        let before = fs::read(state(&dir.path().join("run"), "approval.json")).expect("a file");
        let said = run(&["approve", &run_folder, "--by", "C. Dee"])
            .ended(2)
            .said();
        assert!(said.contains("GM2-bee/pack.pdf"), "{said}");
        let after = fs::read(state(&dir.path().join("run"), "approval.json")).expect("a file");
        assert!(before == after, "a refused approval leaves the earlier one");
    }
}

#[test]
fn an_approval_that_fails_leaves_what_was_there() {
    let dir = tampered(|_, _| {});
    let run_folder = dir.path().join("run");
    let files = ["approval.json", "manifest.sha256.minisig"];
    let read = || files.map(|name| fs::read(state(&run_folder, name)).ok());
    let before = read();
    let folder = run_folder.display().to_string();
    let public = world().text("key.pub");
    for key in ["no-such.key", &public] {
        run(&["approve", &folder, "--by", "C. Dee", "--key", key]).ended(2);
        assert!(read() == before, "{key}");
    }
    run(&["verify", &folder, "--public-key", &public]).ended(0);

    // Without an earlier one, there is none.
    for name in files {
        fs::remove_file(state(&run_folder, name)).expect("removed");
    }
    run(&["approve", &folder, "--by", "C. Dee", "--key", &public]).ended(2);
    assert!(read() == [None, None]);
    let said = run(&["verify", &folder, "--public-key", &public])
        .ended(1)
        .said();
    assert!(said.contains("error[signature-missing]"), "{said}");
    run(&["verify", &folder]).ended(0);
}

#[test]
fn a_run_folder_belongs_to_one_campaign() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = |name: &str| dir.path().join(name).display().to_string();
    let (mine, other, out) = (text("mine"), text("other"), text("out"));
    write_campaign(Path::new(&mine), CAMPAIGN, REGISTER);
    let renamed = CAMPAIGN.replace("id: proef", "id: ander");
    write_campaign(Path::new(&other), &renamed, REGISTER);
    build(&mine, &out, &["--only", "GM1"]).ended(0);

    let said = build(&other, &out, &[]).ended(2).said();
    assert!(
        said.contains("belongs to the campaign `proef` (Proef), but this is `ander`"),
        "{said}"
    );
    assert!(
        said.contains("choose another folder with `--out`"),
        "{said}"
    );
    let said = run(&["status", &out, &other]).ended(2).said();
    assert!(said.contains("belongs to the campaign `proef`"), "{said}");

    // A command on the run takes the campaign that the run was made from.
    build(&mine, &out, &[]).ended(0);
    fs::remove_dir_all(&mine).expect("removed");
    let said = run(&["status", &out]).ended(0);
    assert!(
        said.stdout.contains("all 6 documents are up to date"),
        "{}",
        said.said()
    );
    assert!(
        said.stderr
            .contains("campaign `proef`, Proef (kept by the run in"),
        "{}",
        said.said()
    );
    let json = run(&["status", &out, "--json"]).ended(0).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["campaign"]["id"], "proef");
    let json = run(&["plan", "--out", &out, "--json"]).ended(0).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["campaign"]["title"], "Proef");
    assert_eq!(json["campaign"]["origin"], format!("kept by {out}"));
}

#[test]
fn the_campaign_of_the_current_folder_is_taken_and_named() {
    let dir = tempfile::tempdir().expect("a folder");
    write_campaign(dir.path(), CAMPAIGN, REGISTER);
    fs::write(dir.path().join("compose.yaml"), "services: {}\n").expect("a file");
    let here = |arguments: &[&str]| {
        let mut command = crate::support::command(arguments);
        crate::support::ran(command.current_dir(dir.path()))
    };
    let told = "campaign `proef`, Proef (`proef.yaml`)";
    for arguments in [&["check"][..], &["plan"], &["--jobs", "1"], &["build"]] {
        let ran = here(arguments).ended(0);
        assert!(ran.stderr.contains(told), "{arguments:?}: {}", ran.said());
    }
    let json: Value =
        serde_json::from_str(&here(&["check", "--json"]).ended(0).stdout).expect("JSON");
    assert_eq!(json["campaign"]["origin"], "proef.yaml");
    assert!(dir.path().join("out/GM1-aa/pack.pdf").is_file());

    fs::copy(dir.path().join("proef.yaml"), dir.path().join("twee.yaml")).expect("a file");
    let said = here(&["check"]).ended(2).said();
    assert!(
        said.contains("2 campaigns: `proef.yaml`, `twee.yaml`\n  hint: name one"),
        "{said}"
    );
}

#[test]
fn what_is_out_of_date_is_said_and_not_made_of() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = |name: &str| dir.path().join(name).display().to_string();
    let (mine, out) = (text("mine"), text("out"));
    write_campaign(Path::new(&mine), CAMPAIGN, REGISTER);
    build(&mine, &out, &[]).ended(0);
    write_campaign(
        Path::new(&mine),
        &CAMPAIGN.replace("Dit is", "Dit was"),
        REGISTER,
    );
    build(&mine, &out, &["--only", "GM2"]).ended(0);

    let record = fs::read(state(Path::new(&out), "run.json")).expect("a file");
    let record: RunRecord = serde_json::from_slice(&record).expect("a record");
    let counts = record.counts;
    assert_eq!((counts.rows, counts.complete, counts.incomplete), (3, 1, 2));
    assert_eq!(
        (counts.out_of_date, counts.made, record.manifest.lines),
        (4, 2, 6)
    );

    let said = run(&["print", &out, "--out", &text("print"), "--json"])
        .ended(1)
        .stdout;
    let json: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(json["summary"]["printed"], 1, "{said}");
    assert!(said.contains("is out of date"), "{said}");
    let dated = ["--date", "2026-04-01T12:00:00Z"];
    for (command, to, more) in [("archive", "--to", &dated[..]), ("zip", "--to", &[])] {
        let said = run(&[&[command, &out, to, &text(command)], more].concat())
            .ended(1)
            .said();
        assert!(
            said.contains("`brief.pdf`, `pack.pdf` are out of date"),
            "{command}: {said}"
        );
    }
}

#[test]
fn a_row_that_no_font_can_show_costs_its_own_package_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = |name: &str| dir.path().join(name).display().to_string();
    let (mine, out) = (text("mine"), text("out"));
    write_campaign(
        Path::new(&mine),
        CAMPAIGN,
        &REGISTER.replace(",Bee,", ",Be😀e,"),
    );
    build(&mine, &out, &[]).ended(1);
    let date = "2026-04-01T12:00:00Z";
    let to = text("packages");
    let said = run(&["archive", &out, "--to", &to, "--date", date, "--json"])
        .ended(1)
        .stdout;
    let json: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(json["packages"], 2, "{said}");
}

#[cfg(unix)]
#[test]
fn a_register_that_can_be_read_once_only_is_read_once() {
    use std::process::Stdio;
    let dir = tempfile::tempdir().expect("a folder");
    let text = |name: &str| dir.path().join(name).display().to_string();
    write_campaign(Path::new(&text("mine")), CAMPAIGN, REGISTER);
    let rows = REGISTER.replace("GM3,", "GM9,");
    fs::write(text("other.csv"), rows).expect("a file");
    let mut cat = std::process::Command::new("cat")
        .arg(text("other.csv"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("cat");
    let (mine, out) = (text("mine"), text("out"));
    let arguments = [
        "build",
        &mine,
        "--out",
        &out,
        "--jobs",
        "1",
        "--register",
        "/dev/stdin",
    ];
    let mut command = crate::support::command(&arguments);
    command.stdin(cat.stdout.take().expect("a pipe"));
    crate::support::ran(&mut command).ended(0);
    cat.wait().expect("cat ends");
    assert!(dir.path().join("out/GM9-cee/pack.pdf").is_file());
    run(&["verify", &out, "--rerender", "all"]).ended(0);
}

/// A copy of a Word file with another word in its text.
fn reworded(from: &Path, to: &Path, old: &str, new: &str) {
    use std::io::{Read as _, Write as _};
    let mut package = zip::ZipArchive::new(fs::File::open(from).expect("a file")).expect("a ZIP");
    let mut made = zip::ZipWriter::new(fs::File::create(to).expect("a file"));
    for at in 0..package.len() {
        let mut part = package.by_index(at).expect("a part");
        let name = part.name().to_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("bytes");
        if name == "word/document.xml" {
            let text = String::from_utf8(bytes).expect("UTF-8");
            assert!(text.contains(old));
            bytes = text.replace(old, new).into_bytes();
        }
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        made.start_file(name, options).expect("a part");
        made.write_all(&bytes).expect("written");
    }
    made.finish().expect("a ZIP");
}

#[test]
fn a_file_is_compared_with_what_the_record_names_and_not_with_what_was_moved_aside() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("out");
    let text = out.display().to_string();
    let build = || run(&["build", "--out", &text, "--jobs", "1", "--only", "GM0344"]).ended(0);
    build();
    let motion = out.join("GM0344-utrecht/motie-solidariteit.docx");
    let edited = dir.path().join("motie-solidariteit.docx");
    reworded(&motion, &edited, "agressie", "overval");
    // Edited in place too, so that the next build moves the edited file aside.
    fs::copy(&edited, &motion).expect("a file");
    build();
    let aside = WalkDir::new(out.join(".raadspost/superseded"));
    assert!(
        aside
            .into_iter()
            .flatten()
            .any(|one| one.file_name() == "motie-solidariteit.docx")
    );
    let edited = edited.display().to_string();
    let said = run(&["compare", &edited, "--original", &text, "--json"])
        .ended(0)
        .stdout;
    let json: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(json["against"], "original");
    assert_ne!(json["changed"], serde_json::json!([]), "{said}");
}
