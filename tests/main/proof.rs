//! Proof of a run: the manifest, a person's approval, a signature.

use std::fs;
use std::path::Path;
use std::process::Command;

use minisign::KeyPair;
use serde_json::Value;

use crate::archive::{archive, built, faults, in_dutch};
use crate::judges::installed;
use crate::support::{Desk, Ran, case, command, ran, run};

fn verify(out: &Path, more: &[&str]) -> (i32, Value) {
    let mut arguments = vec!["verify", out.to_str().expect("UTF-8"), "--json"];
    arguments.extend(more);
    let ran = run(&arguments);
    let object = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.said()));
    let arguments: Vec<&str> = arguments
        .into_iter()
        .filter(|one| *one != "--json")
        .collect();
    in_dutch(&arguments, &faults(&object));
    (ran.status, object)
}

fn approve(desk: &Desk, more: &[&str]) -> Ran {
    let out = desk.out();
    let mut arguments = vec![
        "approve",
        out.to_str().expect("UTF-8"),
        "--by",
        "A. de Vries",
    ];
    arguments.extend(more);
    run(&arguments)
}

#[test]
fn verify_names_what_changed_what_is_missing_and_what_is_foreign() {
    let desk = built();
    let (status, object) = verify(&desk.out(), &[]);
    assert_eq!((status, &object["documents"]), (0, &Value::from(16)));
    let out = desk.out();
    let changed = out.join("GM0344-utrecht/brief.pdf");
    let mut bytes = fs::read(&changed).unwrap();
    bytes[2000] ^= 0x40;
    fs::write(&changed, bytes).unwrap();
    fs::remove_file(out.join("GM0344-utrecht/motie.docx")).unwrap();
    fs::write(out.join("GM0796-s-hertogenbosch/extra.pdf"), "x").unwrap();
    let (status, object) = verify(&out, &[]);
    let found: Vec<_> = faults(&object)
        .into_iter()
        .map(|(code, file, _)| (code, file))
        .collect();
    let expected = [
        ("file-changed", "GM0344-utrecht/brief.pdf"),
        ("file-missing", "GM0344-utrecht/motie.docx"),
        ("file-foreign", "GM0796-s-hertogenbosch/extra.pdf"),
    ];
    assert_eq!(
        found,
        expected.map(|(code, file)| (code.to_owned(), file.to_owned()))
    );
    assert_eq!(status, 1);

    // A manifest that fits the changed file is not the run's manifest.
    let manifest = out.join("manifest.sha256");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(
        &manifest,
        text.replace("GM0344-utrecht/brief.pdf", "GM0344-utrecht/bijlage.pdf"),
    )
    .unwrap();
    let (_, object) = verify(&out, &[]);
    assert!(
        faults(&object)
            .iter()
            .any(|(code, ..)| code == "manifest-changed"),
        "{object}"
    );
    let folder = tempfile::tempdir().unwrap();
    let ran = run(&["verify", folder.path().to_str().unwrap()]).ended(2);
    assert!(ran.stderr.contains("contains no run"), "{}", ran.said());
}

#[test]
fn an_approval_holds_until_the_source_changes() {
    let desk = built();
    let demanded = |name: &str| archive(&desk.out(), &desk.path(name), &["--require-approval"]);
    let ran = demanded("a").ended(2);
    let (from, to) = (desk.out(), desk.path("print"));
    let printed = [
        "print",
        from.to_str().unwrap(),
        "--out",
        to.to_str().unwrap(),
        "--require-approval",
    ];
    let refused = run(&printed).ended(2);
    assert!(
        refused.stderr.contains("there is no approval") && !to.exists(),
        "{}",
        refused.said()
    );
    assert!(
        ran.stderr.contains("there is no approval"),
        "{}",
        ran.said()
    );
    approve(
        &desk,
        &[
            "--note",
            "gezien in de vergadering",
            "--date",
            "2026-03-03T10:00:00+01:00",
        ],
    )
    .ended(0);
    demanded("b").ended(1);
    assert!(run(&printed).status < 2 && to.join("manifest.csv").exists());
    let sidecar = desk.path("b/GM0344-utrecht/GM0344-utrecht/GM0344-utrecht.MDTO.xml");
    let text = fs::read_to_string(sidecar).unwrap();
    for part in [
        "Accordering",
        "A. de Vries",
        "2026-03-03T10:00:00+01:00",
        "gezien in de vergadering",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // A run that finds everything fresh changes nothing.
    desk.build(&[]).ended(1);
    demanded("c").ended(1);
    // A comment changes no document, and yet is another source than the one that was approved.
    let source = case("archive/campaign.yaml");
    desk.write("campaign.yaml", format!("{source}# Nog iets.\n"));
    desk.build(&[]).ended(1);
    let ran = demanded("d").ended(2);
    assert!(
        ran.stderr
            .contains("the source `campaign.yaml` has changed")
            && ran.stderr.contains("A. de Vries"),
        "{}",
        ran.said()
    );
    desk.write(
        "campaign.yaml",
        source.replace("Het water stijgt", "Het water daalt"),
    );
    desk.build(&[]).ended(1);
    let ran = demanded("e").ended(2);
    assert!(
        ran.stderr.contains("documents have changed"),
        "{}",
        ran.said()
    );
    let (status, object) = verify(&desk.out(), &[]);
    assert!(
        status == 1 && faults(&object)[0].0 == "approval-outdated",
        "{object}"
    );
    // Without the demand, packages say that there is no approval.
    let ran = archive(&desk.out(), &desk.path("f"), &[]).ended(1);
    assert!(ran.stdout.contains("without approval"), "{}", ran.said());
    approve(&desk, &["--date", "vandaag"]).ended(2);
    run(&["approve", desk.out().to_str().unwrap(), "--by", " "]).ended(2);
}

#[test]
fn an_approval_has_only_characters_that_tickets_and_archives_can_hold() {
    let desk = built();
    let file = desk.out().join(".raadspost/approval.json");
    for (more, what) in [
        (["--note", "a\u{7}b"], "the note has the character U+0007"),
        (
            ["--note", "a\u{FFFE}b"],
            "the note has the character U+FFFE",
        ),
        (["--by", "A.\u{202E}B"], "the name has the character U+202E"),
    ] {
        let out = desk.out();
        let mut arguments = vec!["approve", out.to_str().unwrap()];
        if more[0] == "--note" {
            arguments.extend(["--by", "A. de Vries"]);
        }
        arguments.extend(more);
        let ran = run(&arguments).ended(2);
        assert!(ran.stderr.contains(what), "{}", ran.said());
        assert!(!file.exists());
    }
    approve(&desk, &["--note", "Akkoord,\nzie het verslag"]).ended(0);
    assert!(file.exists());
}

#[test]
fn a_signature_is_of_manifest_and_approval_and_of_one_key() {
    let desk = built();
    let pair = KeyPair::generate_unencrypted_keypair().unwrap();
    let other = KeyPair::generate_unencrypted_keypair().unwrap();
    desk.write("mine.key", pair.sk.to_box(None).unwrap().to_string());
    desk.write("mine.pub", pair.pk.to_box().unwrap().to_string());
    let public = desk.path("mine.pub");
    let public = public.to_str().unwrap();
    let with_key = ["--public-key", public];
    approve(&desk, &["--key", desk.path("mine.key").to_str().unwrap()]).ended(0);
    let (status, object) = verify(&desk.out(), &with_key);
    assert_eq!(status, 0, "{object}");
    assert!(
        object["signature"]
            .as_str()
            .unwrap()
            .starts_with("signed: waterschap-2026"),
        "{object}"
    );
    assert!(
        object["approval"].as_str().unwrap().contains("A. de Vries"),
        "{object}"
    );
    let (_, object) = verify(&desk.out(), &[]);
    assert!(
        object["signature"]
            .as_str()
            .unwrap()
            .contains("with the key in the approval; give the key"),
        "{object}"
    );
    let (status, object) = verify(&desk.out(), &["--public-key", &other.pk.to_base64()]);
    assert_eq!(
        (status, faults(&object)[0].0.as_str()),
        (1, "signature-broken")
    );

    // The tool that the format comes from accepts it too.
    let signature = desk.out().join(".raadspost/manifest.sha256.minisig");
    let manifest = desk.out().join("manifest.sha256");
    let mut tool = Command::new("minisign");
    tool.arg("-V")
        .arg("-p")
        .arg(public)
        .arg("-x")
        .arg(&signature)
        .arg("-m")
        .arg(&manifest);
    match tool.output() {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(_) => drop(installed("minisign", false)),
    }

    // Another name in the approval is found, and so is another manifest.
    let approval = desk.out().join(".raadspost/approval.json");
    let sound = fs::read_to_string(&approval).unwrap();
    fs::write(&approval, sound.replace("A. de Vries", "B. Jansen")).unwrap();
    let (status, object) = verify(&desk.out(), &with_key);
    assert_eq!(
        (status, faults(&object)[0].0.as_str()),
        (1, "signature-broken")
    );
    fs::write(&approval, sound).unwrap();
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("{text}\n")).unwrap();
    let (_, object) = verify(&desk.out(), &with_key);
    assert!(
        faults(&object)
            .iter()
            .any(|(code, ..)| code == "signature-broken"),
        "{object}"
    );
}

#[test]
fn verify_speaks_the_language_of_the_reader_or_of_the_run() {
    let desk = built();
    let out = desk.out();
    let out = out.to_str().unwrap();
    let said = |locale: &str, more: &[&str]| {
        let mut command = command(&[&["verify", out], more].concat());
        let ran = ran(command.env("LC_ALL", locale)).ended(0);
        ran.stdout
    };
    let (english, dutch) = ("documents are unchanged", "zijn zoals ze zijn gemaakt");
    // The campaign is Dutch.
    assert!(said("C.UTF-8", &[]).contains(dutch));
    assert!(said("nl_NL.UTF-8", &[]).contains(dutch));
    assert!(said("en_GB.UTF-8", &[]).contains(english));
    assert!(said("en_GB.UTF-8", &["--language", "nl"]).contains(dutch));
    assert!(said("nl_NL.UTF-8", &["--language", "en"]).contains(english));
    assert!(said("nl_NL.UTF-8", &["--json"]).contains("not approved"));
}

/// A pipe in place of a record keeps no command waiting.
#[cfg(unix)]
#[test]
fn what_is_not_a_regular_file_is_refused_at_once() {
    let desk = built();
    for name in [
        "manifest.sha256",
        ".raadspost/run.json",
        ".raadspost/packs.jsonl",
        ".raadspost/mailing.jsonl",
        ".raadspost/campaign.json",
        ".raadspost/approval.json",
        ".raadspost/unfinished.json",
    ] {
        let place = desk.out().join(name);
        let was = fs::read(&place).ok();
        let _ = fs::remove_file(&place);
        let made = Command::new("mkfifo").arg(&place).status();
        assert!(made.unwrap().success());
        let mut child = command(&["verify", desk.out().to_str().unwrap()])
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let begun = 300;
        let ended = (0..begun).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            child.try_wait().unwrap()
        });
        if ended.is_none() {
            child.kill().unwrap();
        }
        let said = child.wait_with_output().unwrap().stderr;
        let said = String::from_utf8_lossy(&said).into_owned();
        let status = ended.and_then(|status| status.code());
        assert_eq!(status, Some(2), "{name}: {said}");
        assert!(said.contains("not a regular file"), "{name}: {said}");
        fs::remove_file(&place).unwrap();
        if let Some(was) = was {
            fs::write(&place, was).unwrap();
        }
    }
}
