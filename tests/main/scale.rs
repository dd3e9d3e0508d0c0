//! Estimates before a run, reasons for outdated documents after it, and rendering again later from
//! the kept inputs.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Desk, command, documents, posiv, ran, register, run};

const ROWS: [&str; 3] = [
    "GM0344,Utrecht,Utrecht,376123,16200,3500 CE,Utrecht",
    "GM0363,Amsterdam,Amsterdam,943000,202,1000 AE,Amsterdam",
    "GM1900,Súdwest-Fryslân,Súdwest-Fryslân,91000,10000,8600 HA,Sneek",
];

/// Runs a command of a desk's campaign with `--json`, and gives status and object.
fn told(arguments: &[&str]) -> (i32, Value) {
    let mut all = arguments.to_vec();
    all.push("--json");
    let ran = run(&all);
    let object = serde_json::from_str(&ran.stdout);
    (
        ran.status,
        object.unwrap_or_else(|error| panic!("{error}: {}", ran.said())),
    )
}

fn out(desk: &Desk) -> String {
    desk.out().to_str().expect("UTF-8").to_owned()
}

#[test]
fn a_plan_says_what_build_then_makes() {
    let desk = Desk::posiv(&ROWS);
    let (status, plan) = told(&["plan", desk.campaign()]);
    assert_eq!(status, 0);
    assert!(!desk.out().exists(), "a plan makes nothing");
    desk.build(&[]).ended(0);
    let report = desk.report();
    assert_eq!(plan["plan"]["documents"], report["documents"]["planned"]);
    assert_eq!(plan["plan"]["renderings"], report["renderings"]);
    // All three packs stand in the sample.
    let estimate = &plan["plan"]["estimate"];
    assert_eq!(estimate["sampled_packs"], 3);
    assert_eq!(estimate["pages"], report["pages"]);
    assert_eq!(estimate["bytes"], report["bytes"]);
    assert!(estimate["seconds"].as_f64().expect("a number") > 0.0);
    // Five pages are three sheets of 4.99 g, with an envelope of 5 g just below 20 g.
    assert_eq!(plan["postage"][0]["letters"], 3);
    assert_eq!(plan["postage"][0]["sheets"], 9);
    assert_eq!(plan["postage"][0]["up_to_grams"], 20.0);
    let text = run(&["plan", desk.campaign()]).ended(0);
    for part in [
        "24 documents of 3 packs",
        "3 × bijlage-1.pdf",
        "up to 20 g: 3 letters, 9 sheets, 20.0 g each; weigh one",
        "a sample of 3 packs rendered in memory",
    ] {
        assert!(text.stdout.contains(part), "{part}: {}", text.said());
    }
}

#[test]
fn a_plan_names_what_is_used_by_none() {
    let desk = Desk::posiv(&ROWS);
    let yaml = posiv().replacen(
        "  - id: motie-solidariteit\n",
        "  - id: motie-solidariteit\n    when: municipality.population >= 900000\n",
        1,
    );
    let yaml = yaml.replacen(
        "  - id: motie-deelname\n",
        "  - id: motie-deelname\n    when: municipality.population >= 9000000\n",
        1,
    );
    desk.write("posiv.yaml", yaml);
    let (_, plan) = told(&["plan", desk.campaign()]);
    let conditions = plan["usage"]["conditions"].as_array().expect("conditions");
    let holds: Vec<_> = conditions
        .iter()
        .map(|one| {
            (
                one["condition"].as_str().expect("text"),
                one["holds"].clone(),
            )
        })
        .collect();
    assert_eq!(
        holds,
        [
            ("municipality.population >= 900000", 1.into()),
            ("municipality.population >= 9000000", 0.into())
        ]
    );
    assert_eq!(plan["usage"]["documents"]["motie-solidariteit"], 1);
    assert_eq!(plan["usage"]["documents"]["motie-deelname"], 0);
    assert_eq!(plan["plan"]["kinds"], 2);
    let text = run(&["plan", desk.campaign()]).ended(0);
    for part in [
        "`municipality.population >= 9000000` (line ",
        "is true for none of 3",
        "`motie-deelname`: not used",
        "`deelname` in variant `onderzoek`: 3 packs",
    ] {
        assert!(text.stdout.contains(part), "{part}: {}", text.said());
    }
}

/// The changes of a document, as JSON.
fn changes(status: &Value, path: &str) -> Value {
    let all = status["documents"].as_array().expect("documents");
    let found = all.iter().find(|one| one["path"] == path);
    found.unwrap_or_else(|| panic!("{path}: {status}"))["changes"].clone()
}

#[test]
fn status_names_the_paragraph_the_field_and_the_theme() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let folder = out(&desk);
    let look = || told(&["status", &folder, desk.campaign()]);
    assert_eq!(look().0, 0);
    desk.write(
        "posiv.yaml",
        format!("# a comment\n{}", posiv()).replace(
            "De Russische agressie onverminderd wordt veroordeeld.",
            "De Russische agressie krachtig wordt veroordeeld.",
        ),
    );
    let rows = [
        ROWS[0],
        "GM0363,Amsterdam,Amsterdam,943001,203,1000 AE,Amsterdam",
        ROWS[2],
    ];
    desk.write("registers/nl.csv", register(&rows));
    let (status, object) = look();
    assert_eq!(status, 1);
    // The first motion stands in annex I, the pack and a Word file; the box in letter and pack.
    assert_eq!(object["counts"]["out-of-date"], 10);
    assert_eq!(object["counts"]["fresh"], 14);
    let block = changes(&object, "GM0344-utrecht/bijlage-1.pdf");
    assert_eq!(block[0]["how"], "changed");
    assert!(
        block[0]["id"]
            .as_str()
            .expect("an id")
            .starts_with("motions.solidariteit.body."),
        "{block}"
    );
    assert_eq!(block.as_array().expect("changes").len(), 1, "{block}");
    let field = changes(&object, "GM0363-amsterdam/brief.pdf");
    assert_eq!(
        field,
        serde_json::json!([{ "what": "field", "name": "po_box", "old": "202", "new": "203" }])
    );
    let text = run(&["status", &folder, desk.campaign()]).ended(1);
    assert!(
        text.stdout.contains("field `po_box`: `202` → `203`"),
        "{}",
        text.said()
    );

    let theme =
        fs::read_to_string(crate::support::root().join("content/theme.yaml")).expect("the theme");
    desk.write("theme.yaml", theme.replace("#1F4E79", "#7A1F1F"));
    let (_, object) = look();
    let look = changes(&object, "GM1900-sudwest-fryslan/brief.pdf");
    assert_eq!(
        (&look[0]["what"], &look[0]["name"]),
        (&"renderer".into(), &"theme".into())
    );
    // What status says is what build makes.
    desk.build(&[]).ended(0);
    assert_eq!(desk.report()["documents"]["made"], 24);
    assert_eq!(told(&["status", &folder, desk.campaign()]).0, 0);
}

#[test]
fn diff_shows_the_words_that_would_change() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let before = documents(&desk.out());
    let folder = out(&desk);
    assert_eq!(
        told(&["diff", &folder, desk.campaign()]).1["changed_words"],
        0
    );
    desk.write(
        "posiv.yaml",
        posiv().replace("Bij voorbaat dank daarvoor.", "Alvast veel dank daarvoor."),
    );
    let arguments = ["diff", &folder, desk.campaign(), "--only", "GM0344"];
    let (status, object) = told(&arguments);
    assert_eq!(status, 1);
    // The letter, and the pack that holds it.
    assert_eq!(object["changed_documents"], 2);
    let letter = &object["documents"].as_array().expect("documents")[0];
    assert_eq!(letter["path"], "GM0344-utrecht/brief.pdf");
    let kinds: Vec<_> = letter["lines"][0]["words"]
        .as_array()
        .expect("words")
        .iter()
        .map(|word| {
            (
                word["kind"].as_str().expect("kind"),
                word["text"].as_str().expect("text"),
            )
        })
        .filter(|(kind, _)| *kind != "kept")
        .collect();
    assert_eq!(
        kinds,
        [("removed", "Bij voorbaat"), ("added", "Alvast veel")]
    );
    let text = run(&arguments).ended(1);
    assert!(
        text.stdout
            .contains("[-Bij voorbaat-] {+Alvast veel+} dank daarvoor."),
        "{}",
        text.said()
    );
    assert_eq!(documents(&desk.out()), before, "nothing is written");
}

#[test]
fn a_run_is_made_again_from_what_it_has_kept() {
    let desk = Desk::posiv(&ROWS);
    desk.build(&[]).ended(0);
    let folder = out(&desk);
    // The author's files go on changing; the run has its own.
    desk.write("posiv.yaml", "nothing: useful\n");
    desk.write("registers/nl.csv", "gone\n");
    let (status, object) = told(&["verify", &folder, "--rerender", "all"]);
    assert_eq!(status, 0, "{object}");
    assert_eq!(
        (
            &object["rerendered"]["chosen"],
            &object["rerendered"]["equal"]
        ),
        (&24.into(), &24.into())
    );
    let (_, object) = told(&["verify", &folder, "--rerender", "10%"]);
    assert_eq!(object["rerendered"]["chosen"], 3);
    run(&["verify", &folder, "--rerender", "0%"]).ended(2);

    // Made by another version with another template: said so, and compared all the same.
    let record = desk.out().join(".raadspost/run.json");
    let text = fs::read_to_string(&record).expect("the record");
    let mut json: Value = serde_json::from_str(&text).expect("JSON");
    json["tool"] = "raadspost 0.0.9".into();
    json["renderers"][0]["fingerprint"] = "00".repeat(32).into();
    json["renderers"][0]["ingredients"]["typst"] = "0.14.0".into();
    fs::write(&record, json.to_string()).expect("written");
    let letter = desk.out().join("GM0344-utrecht/brief.pdf");
    let (status, object) = told(&["verify", &folder, "--rerender", "all"]);
    assert_eq!(status, 0, "{object}");
    assert_eq!(object["rerendered"]["made_with"], "raadspost 0.0.9");
    assert_eq!(
        object["rerendered"]["other_ingredients"],
        serde_json::json!(["pdf typst"])
    );
    let ran = run(&["verify", &folder, "--rerender", "1"]).ended(0);
    assert!(
        ran.stdout.contains("the run was made with raadspost 0.0.9"),
        "{}",
        ran.said()
    );
    assert!(letter.is_file());

    // An input that somebody changed is no input.
    let inputs = desk.out().join(".raadspost/inputs");
    let source = json["inputs"][0]["sha256"].as_str().expect("a digest");
    fs::write(inputs.join(source), "changed").expect("written");
    let ran = run(&["verify", &folder, "--rerender", "1"]).ended(2);
    assert!(
        ran.said()
            .contains("does not match the digest in the run's record"),
        "{}",
        ran.said()
    );
    fs::remove_file(inputs.join(source)).expect("removed");
    let ran = run(&["verify", &folder, "--rerender", "1"]).ended(2);
    assert!(
        ran.said().contains("was not kept by the run"),
        "{}",
        ran.said()
    );
}

#[test]
fn the_ledger_is_exported_as_lines_of_json() {
    let desk = Desk::posiv(&ROWS[..1]);
    desk.build(&[]).ended(0);
    let ran = run(&["ledger", &out(&desk)]).ended(0);
    let manifest = fs::read_to_string(desk.out().join("manifest.sha256")).expect("a manifest");
    let lines: Vec<String> = ran
        .stdout
        .lines()
        .map(|line| {
            let row: Value = serde_json::from_str(line).expect("JSON");
            let text = |name: &str| row[name].as_str().expect("text").to_owned();
            format!("{}  {}\n", text("sha256"), text("path"))
        })
        .collect();
    assert_eq!(lines.concat(), manifest);
    run(&["ledger", desk.campaign()]).ended(2);
}

#[test]
fn events_are_lines_of_json_on_standard_error() {
    let desk = Desk::posiv(&ROWS);
    let ran = desk.build(&["--events", "--json"]).ended(0);
    let events: Vec<Value> = ran
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let names: Vec<_> = events
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(names.first(), Some(&"phase"), "{names:?}");
    let planned = events.iter().find(|event| event["event"] == "planned");
    assert_eq!(planned.expect("planned")["packs"], 3);
    let done: Value = serde_json::from_str(&ran.stdout).expect("one object");
    assert_eq!(done["summary"]["documents"]["made"], 24);
}

#[test]
fn a_wrong_command_line_is_an_object_too() {
    for (arguments, command, says) in [
        (&["--jobs", "0", "--json"][..], "build", "--jobs"),
        (&["print", "/", "--out", "p", "--json"], "print", "folder"),
        (
            &["verify", "x", "--json", "--no-such-flag"],
            "verify",
            "--no-such-flag",
        ),
    ] {
        let ran = run(arguments).ended(2);
        let object: Value = serde_json::from_str(&ran.stdout).expect("one object");
        assert_eq!(object["command"], command);
        assert_eq!(object["exit"], 2);
        let message = object["error"]["message"].as_str().expect("a message");
        assert!(message.contains(says), "{message}");
        assert_eq!(ran.stderr, "");
    }
    let ran = run(&["--jobs", "0"]).ended(2);
    assert!(
        ran.stdout.is_empty() && ran.stderr.contains("--jobs"),
        "{}",
        ran.said()
    );
}

/// Builds a desk's campaign with these settings of the surroundings, and gives the manifest.
fn manifest_in(desk: &Desk, folder: &Path, jobs: &str, settings: &[(&str, &str)]) -> Vec<u8> {
    let out = folder.join("run");
    let mut building = command(&[
        "build",
        desk.campaign(),
        "--jobs",
        jobs,
        "--durability",
        "none",
    ]);
    building
        .arg("--out")
        .arg(&out)
        .envs(settings.iter().copied());
    building.current_dir(folder);
    ran(&mut building).ended(0);
    fs::read(out.join("manifest.sha256")).expect("a manifest")
}

#[test]
fn threads_time_zone_locale_folder_and_user_change_no_byte() {
    let desk = Desk::posiv(&ROWS);
    let (one, other) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let here = [
        ("TZ", "UTC"),
        ("LC_ALL", "C"),
        ("USER", "griffie"),
        ("HOME", "/"),
    ];
    let there = [
        ("TZ", "Pacific/Kiritimati"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "tr_TR.UTF-8"),
        ("USER", "iemand anders"),
        ("HOME", "/nonexistent"),
    ];
    let first = manifest_in(&desk, one.path(), "1", &here);
    assert_eq!(first, manifest_in(&desk, other.path(), "2", &there));
    // Another user of the system, where one may be had.
    let third = tempfile::tempdir().expect("a folder");
    let opened = std::process::Command::new("chmod")
        .arg("777")
        .arg(third.path())
        .status();
    let readable = std::process::Command::new("chmod")
        .args(["-R", "a+rX"])
        .arg(desk.campaign())
        .status();
    let binary = env!("CARGO_BIN_EXE_raadspost");
    let mut su = std::process::Command::new("setpriv");
    su.args([
        "--reuid",
        "65534",
        "--regid",
        "65534",
        "--clear-groups",
        binary,
    ]);
    su.args(["build", desk.campaign(), "--durability", "none", "--out"]);
    su.arg(third.path().join("run"));
    let as_nobody = matches!((opened, readable), (Ok(a), Ok(b)) if a.success() && b.success())
        .then(|| su.output().ok())
        .flatten();
    match as_nobody {
        Some(output) if output.status.success() => {
            let third = fs::read(third.path().join("run/manifest.sha256")).expect("a manifest");
            assert_eq!(first, third);
        }
        _ => crate::support::note("skipped: no run as another user can be started here"),
    }
}

#[test]
fn packs_go_into_zip_files_by_municipality_or_province() {
    let desk = Desk::posiv(&ROWS);
    let header = "code,name,running_name,population,po_box,postcode,town,province\n";
    let rows = [
        ("Utrecht", ROWS[0]),
        ("Noord-Holland", ROWS[1]),
        ("Utrecht", ROWS[2]),
    ];
    let rows: Vec<String> = rows
        .iter()
        .map(|(province, row)| format!("{row},{province}\n"))
        .collect();
    desk.write("registers/nl.csv", format!("{header}{}", rows.concat()));
    desk.build(&[]).ended(0);
    let folder = out(&desk);
    let zipped = |to: &str, by: &str| {
        let to = desk.path(to);
        let to_text = to.to_str().expect("UTF-8").to_owned();
        let (status, object) = told(&["zip", &folder, "--to", &to_text, "--by", by]);
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(&to)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .map(|path| {
                let name = path
                    .file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned();
                (name, fs::read(&path).expect("a file"))
            })
            .collect();
        files.sort();
        (status, object, files)
    };
    let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    let (status, object, files) = zipped("each", "municipality");
    assert_eq!((status, &object["documents"]), (0, &24.into()));
    assert_eq!(
        names(&files),
        [
            "GM0344-utrecht.zip",
            "GM0363-amsterdam.zip",
            "GM1900-sudwest-fryslan.zip"
        ]
    );
    let (_, object, provinces) = zipped("provinces", "province");
    assert_eq!((&object["files"], &object["packs"]), (&2.into(), &3.into()));
    assert_eq!(
        names(&provinces),
        ["province-noord-holland.zip", "province-utrecht.zip"]
    );
    // Another program reads them, and finds the documents as they were delivered.
    let unpacked = desk.path("unpacked");
    let listed = std::process::Command::new("python3")
        .args(["-m", "zipfile", "-e"])
        .arg(desk.path("provinces/province-utrecht.zip"))
        .arg(&unpacked)
        .status();
    if listed.is_ok_and(|status| status.success()) {
        let path = "GM1900-sudwest-fryslan/pack.pdf";
        assert_eq!(
            fs::read(unpacked.join("province-utrecht").join(path)).expect("a file"),
            fs::read(desk.out().join(path)).expect("a file")
        );
    }
    assert_eq!(
        zipped("provinces-again", "province").2,
        provinces,
        "the same bytes each time"
    );
    // A file that somebody changed is not handed on.
    fs::write(desk.out().join("GM1900-sudwest-fryslan/pack.pdf"), "x").expect("written");
    let (status, _, less) = zipped("less", "province");
    assert_eq!(
        (status, names(&less)),
        (1, vec!["province-noord-holland.zip".to_owned()])
    );
    let (_, object) = told(&[
        "zip",
        &folder,
        "--to",
        desk.path("less").to_str().expect("UTF-8"),
    ]);
    assert_eq!(object["exit"], 2, "the folder is not empty");
}
