//! Damage to packages over the years: each kind is detected and reported.

use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::{archive, built, check, files};
use crate::support::{Desk, run};

/// A sound package in a folder, and the path of its SIP.
fn package(desk: &Desk, name: &str, more: &[&str]) -> (PathBuf, PathBuf) {
    let to = desk.path(name);
    let mut options = vec!["--only", "GM0344"];
    options.extend(more);
    archive(&desk.out(), &to, &options).ended(0);
    let package = to.join("GM0344-utrecht");
    assert_eq!(check(&package), (0, Vec::new()));
    let sip = if more.contains(&"bagit") {
        package.join("data")
    } else {
        package.clone()
    };
    (package, sip)
}

/// The codes and places of what is said, with status 1.
fn said(package: &Path) -> Vec<(String, String)> {
    let (status, faults) = check(package);
    assert_eq!(status, 1, "{faults:?}");
    faults
        .into_iter()
        .map(|(code, file, _)| (code, file))
        .collect()
}

fn names(said: &[(String, String)], code: &str, path: &str) -> bool {
    said.iter()
        .any(|(found, file)| found == code && file.ends_with(path))
}

const PDF: &str = "GM0344-utrecht/GM0344-utrecht-brief/GM0344-utrecht-brief.pdf";

#[test]
fn each_damage_is_found_and_named() {
    let desk = built();
    for (name, more) in [("sip", &[][..]), ("bag", &["--format", "bagit"])] {
        let (package, sip) = package(&desk, name, more);
        let file = sip.join(PDF);
        let sound = fs::read(&file).unwrap();

        // One bit.
        let mut bytes = sound.clone();
        bytes[sound.len() / 2] ^= 1;
        fs::write(&file, &bytes).unwrap();
        let found = said(&package);
        assert!(names(&found, "file-changed", PDF), "{found:?}");
        assert!(
            names(
                &found,
                "sidecar-differs",
                &format!("{PDF}.bestand.MDTO.xml")
            ),
            "{found:?}"
        );
        assert_eq!(
            names(&found, "bag-changed", PDF),
            name == "bag",
            "{found:?}"
        );
        assert!(
            found.iter().all(|(_, path)| path.contains("utrecht-brief")),
            "{found:?}"
        );

        // A file that is no longer there.
        fs::remove_file(&file).unwrap();
        let found = said(&package);
        assert!(names(&found, "file-missing", PDF), "{found:?}");
        fs::write(&file, &sound).unwrap();

        // A foreign file.
        let foreign = sip.join("GM0344-utrecht/nieuw.txt");
        fs::write(&foreign, "x").unwrap();
        assert_eq!(said(&package).len(), 1);
        assert!(names(
            &said(&package),
            "file-foreign",
            "GM0344-utrecht/nieuw.txt"
        ));
        fs::remove_file(&foreign).unwrap();

        // A sidecar that is valid, and says something else.
        let sidecar = sip.join("GM0344-utrecht/GM0344-utrecht.MDTO.xml");
        let text = fs::read_to_string(&sidecar).unwrap();
        fs::write(
            &sidecar,
            text.replace("Tijdelijk te bewaren", "Nader te bepalen")
                .replace(">V<", ">N<"),
        )
        .unwrap();
        let found = said(&package);
        assert!(
            names(&found, "file-changed", "GM0344-utrecht.MDTO.xml"),
            "{found:?}"
        );
        assert!(
            !found.iter().any(|(code, _)| code == "sidecar-invalid"),
            "{found:?}"
        );
        fs::write(&sidecar, &text).unwrap();

        // A folder with another name is told once, with the old one.
        let folder = sip.join("GM0344-utrecht/GM0344-utrecht-brief");
        let renamed = sip.join("GM0344-utrecht/brieven");
        fs::rename(&folder, &renamed).unwrap();
        let (_, faults) = check(&package);
        let told: Vec<_> = faults
            .iter()
            .filter(|(code, ..)| code == "path-renamed")
            .collect();
        assert_eq!(told.len(), 1, "{faults:?}");
        assert!(
            told[0].1.ends_with("GM0344-utrecht/brieven")
                && told[0].2.contains("GM0344-utrecht-brief"),
            "{told:?}"
        );
        assert!(
            !faults
                .iter()
                .any(|(code, ..)| code == "file-missing" || code == "file-foreign"),
            "{faults:?}"
        );
        fs::rename(&renamed, &folder).unwrap();

        // The package itself with another name.
        let moved = desk.path(&format!("{name}-moved"));
        fs::rename(&package, &moved).unwrap();
        let (_, faults) = check(&moved);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].0 == "package-renamed" && faults[0].2.contains("GM0344-utrecht"),
            "{faults:?}"
        );
        fs::rename(&moved, &package).unwrap();

        // The packing slip.
        let pakbon = sip.join("pakbon.xml");
        let text = fs::read_to_string(&pakbon).unwrap();
        let at = text.find("sha256=\"").unwrap() + 8;
        let other = if text.as_bytes()[at] == b'0' {
            "1"
        } else {
            "0"
        };
        let mut changed = text.clone();
        changed.replace_range(at..=at, other);
        fs::write(&pakbon, changed).unwrap();
        let found = said(&package);
        assert!(names(&found, "pakbon-changed", "pakbon.xml"), "{found:?}");
        fs::remove_file(&pakbon).unwrap();
        let found = said(&desk.path(name));
        assert!(
            !found.is_empty(),
            "a package without packing slip is not sound"
        );
        fs::write(&pakbon, &text).unwrap();
        assert_eq!(check(&package), (0, Vec::new()));
    }
}

#[test]
fn a_tag_file_of_a_bag_is_held_to_its_manifest() {
    let desk = built();
    let (package, _) = package(&desk, "bag", &["--format", "bagit"]);
    let info = package.join("bag-info.txt");
    let text = fs::read_to_string(&info).unwrap();
    assert!(
        text.contains("Payload-Oxum: ") && text.contains("Source-Organization: Utrecht"),
        "{text}"
    );
    fs::write(&info, text.replace("Utrecht", "Amersfoort")).unwrap();
    assert!(names(&said(&package), "bag-changed", "bag-info.txt"));
    fs::remove_file(&info).unwrap();
    assert!(names(&said(&package), "bag-changed", "bag-info.txt"));
}

#[test]
fn a_pdf_that_is_no_pdf_a_is_named_though_all_checksums_fit() {
    let desk = built();
    // A run whose letter was replaced by a plain PDF, with records and manifest to match.
    let path = desk.out().join("GM0344-utrecht/brief.pdf");
    let old = raadspost_content::Fingerprint::of(&fs::read(&path).unwrap()).to_string();
    let plain = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nnothing\n%%EOF\n";
    fs::write(&path, plain).unwrap();
    let new = raadspost_content::Fingerprint::of(plain).to_string();
    let mut digests = Vec::new();
    for name in ["manifest.sha256", ".raadspost/packs.jsonl"] {
        let file = desk.out().join(name);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(&old));
        let changed = text.replace(&old, &new);
        digests.push(
            [&text, &changed]
                .map(|text| raadspost_content::Fingerprint::of(text.as_bytes()).to_string()),
        );
        fs::write(&file, changed).unwrap();
    }
    let file = desk.out().join(".raadspost/run.json");
    let mut text = fs::read_to_string(&file).unwrap();
    for [old, new] in digests {
        text = text.replace(&old, &new);
    }
    fs::write(&file, text).unwrap();
    let to = desk.path("packages");
    archive(&desk.out(), &to, &["--only", "GM0344"]).ended(0);
    let found = said(&to);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(names(&found, "not-archival", PDF), "{found:?}");
}

#[test]
fn a_damaged_container_is_found() {
    let desk = built();
    for kind in ["--zip", "--tar"] {
        let to = desk.path(kind);
        archive(&desk.out(), &to, &["--only", "GM0344", kind]).ended(0);
        let file = to.join(files(&to).keys().next().unwrap());
        let sound = fs::read(&file).unwrap();
        let at = sound.windows(5).position(|part| part == b"%PDF-").unwrap() + 100;
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        fs::write(&file, &bytes).unwrap();
        let found = said(&to);
        assert!(
            found
                .iter()
                .any(|(code, path)| code == "file-changed" && path.ends_with(".pdf")),
            "{kind}: {found:?}"
        );
        fs::write(&file, &sound[..sound.len() / 3]).unwrap();
        assert!(!said(&to).is_empty(), "{kind}: half a package is not sound");
    }
}

#[test]
fn a_run_that_changed_after_delivery_gives_no_package() {
    let desk = built();
    let path = desk.out().join("GM0344-utrecht/brief.pdf");
    let sound = fs::read(&path).unwrap();
    let mut bytes = sound.clone();
    bytes[1000] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let to = desk.path("packages");
    let ran = archive(&desk.out(), &to, &[]).ended(1);
    assert!(
        ran.stderr.contains("GM0344-utrecht/brief.pdf"),
        "{}",
        ran.said()
    );
    let names: Vec<_> = fs::read_dir(&to)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["GM0796-s-hertogenbosch"], "the other one is made");
    archive(&desk.out(), &desk.path("all"), &["--collective"]).ended(2);
    fs::remove_file(&path).unwrap();
    let ran = archive(&desk.out(), &desk.path("again"), &[]).ended(1);
    assert!(ran.stderr.contains("missing"), "{}", ran.said());
}

#[test]
fn an_e_ark_package_is_held_to_its_mets() {
    let desk = built();
    let to = desk.path("eark");
    let options = ["--only", "GM0344", "--format", "e-ark"];
    archive(&desk.out(), &to, &options).ended(0);
    let package = to.join("GM0344-utrecht");
    let data = "representations/rep1/data/";
    let letter = format!("{data}{PDF}");
    let codes = |path: &str, old: &str, new: &str| {
        let place = package.join(path);
        let text = fs::read_to_string(&place).unwrap();
        assert!(text.contains(old), "{old}: {text}");
        fs::write(&place, text.replacen(old, new, 1)).unwrap();
        let found = said(&package);
        fs::write(&place, text).unwrap();
        let codes: Vec<String> = found.into_iter().map(|(code, _)| code).collect();
        codes
    };
    let rep = "representations/rep1/METS.xml";
    let text = fs::read_to_string(package.join(rep)).unwrap();
    let digest = raadspost_content::Fingerprint::of(&fs::read(package.join(&letter)).unwrap());
    let other = "0".repeat(64);
    assert!(text.contains(&digest.to_string()));
    // The checksum of a letter, which METS of the package notices in METS of the representation.
    let found = codes(rep, &digest.to_string(), &other);
    assert_eq!(found, ["mets-changed", "mets-changed"]);
    assert_eq!(
        codes("METS.xml", "CHECKSUM=\"", "CHECKSUM=\"0"),
        ["mets-changed"]
    );
    assert_eq!(
        codes("METS.xml", "OBJID=\"GM0344", "OBJID=\"GM0345"),
        ["mets-changed"]
    );
    assert_eq!(codes("METS.xml", "=\"SIP\"", "=\"AIP\""), ["mets-changed"]);
    let premis = "metadata/preservation/premis.xml";
    assert_eq!(codes(premis, "creation", "ingestion"), ["mets-changed"]);
    let mdto = "metadata/descriptive/GM0344-utrecht.MDTO.xml";
    assert_eq!(codes(mdto, "Utrecht", "Amersfoort"), ["mets-changed"]);
    assert!(codes("METS.xml", "</mets>", "").contains(&"mets-changed".to_owned()));
    // A path that leads out of the package.
    let found = codes("METS.xml", "href=\"metadata/", "href=\"../metadata/");
    assert!(found.contains(&"mets-changed".to_owned()), "{found:?}");
    // A stranger.
    let foreign = package.join("metadata/other.xml");
    fs::write(&foreign, "x").unwrap();
    assert!(names(&said(&package), "file-foreign", "metadata/other.xml"));
    fs::remove_file(foreign).unwrap();
    // One bit of a letter.
    let place = package.join(&letter);
    let mut bytes = fs::read(&place).unwrap();
    bytes[1000] ^= 1;
    fs::write(&place, &bytes).unwrap();
    let found = said(&package);
    assert!(
        names(&found, "mets-changed", PDF) && names(&found, "file-changed", PDF),
        "{found:?}"
    );
    // PREMIS says what happened, and of which format each file is.
    let text = fs::read_to_string(package.join(premis)).unwrap();
    for part in [
        "<eventType>creation<",
        "message digest calculation",
        ">fmt/476<",
        "PRONOM",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_dispatch_is_in_the_packages_of_the_letters_that_were_posted() {
    let desk = built();
    let (out, print) = (desk.out(), desk.path("print"));
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    run(&["print", &text(&out), "--out", &text(&print)]).ended(1);
    let posted = |name: &str, from: &Path, more: &[&str]| {
        let options = ["--print", &text(from), "--posted", "2026-03-20"];
        archive(&out, &desk.path(name), &[&options, more].concat())
    };
    let ran = posted("a", &print, &[]).ended(1);
    assert!(
        ran.stdout
            .contains("2 of 2 dossiers were posted on 2026-03-20"),
        "{}",
        ran.said()
    );
    assert_eq!(check(&desk.path("a")), (0, Vec::new()));
    let package = desk.path("a/GM0344-utrecht/GM0344-utrecht");
    let dossier = fs::read_to_string(package.join("GM0344-utrecht.MDTO.xml")).unwrap();
    for part in ["Verzending", "<eventTijd>2026-03-20<", "GM0344.", "vellen"] {
        assert!(dossier.contains(part), "{part}: {dossier}");
    }
    let record = package.join("verantwoording-GM0344-utrecht/verantwoording-GM0344-utrecht");
    let record = text(&record);
    let rows = fs::read_to_string(format!("{record}-verzending.csv")).unwrap();
    assert_eq!(rows.lines().count(), 2, "{rows}");
    assert!(
        rows.contains("GM0344") && !rows.contains("GM0796"),
        "{rows}"
    );
    let sums = fs::read(format!("{record}-afstemming.json")).unwrap();
    assert!(sums == fs::read(print.join("reconciliation.json")).unwrap());
    let ran = posted("b", &print, &["--collective", "--format", "e-ark"]).ended(1);
    assert!(ran.stdout.contains("2 of 2 dossiers"), "{}", ran.said());
    assert_eq!(check(&desk.path("b")), (0, Vec::new()));

    // Packages that are older than the dispatch, a day that is none, a folder that is no print run.
    let ran = posted("c", &print, &["--date", "2026-03-19T23:00:00Z"]).ended(2);
    assert!(
        ran.stderr.contains("before that of the dispatch"),
        "{}",
        ran.said()
    );
    posted("d", &out, &[]).ended(2);
    let day = ["--print", &text(&print), "--posted", "gisteren"];
    archive(&out, &desk.path("e"), &day).ended(2);
    archive(&out, &desk.path("f"), &["--print", &text(&print)]).ended(2);

    // A manifest with a row less, with another code, and with another letter.
    let place = print.join("manifest.csv");
    let sound = fs::read_to_string(&place).unwrap();
    let less: Vec<&str> = sound.lines().take(2).collect();
    fs::write(&place, less.join("\n") + "\n").unwrap();
    let ran = posted("g", &print, &[]).ended(2);
    assert!(ran.stderr.contains("has 1 letters"), "{}", ran.said());
    fs::write(&place, sound.replace(",GM0344,", ",GM0345,")).unwrap();
    let ran = posted("h", &print, &[]).ended(2);
    assert!(ran.stderr.contains("no such pack"), "{}", ran.said());
    fs::write(&place, &sound).unwrap();
    let row = sound
        .lines()
        .find(|line| line.contains(",GM0344,"))
        .unwrap();
    let digest = row.split(',').find(|cell| cell.len() == 64).unwrap();
    fs::write(&place, sound.replace(digest, &"0".repeat(64))).unwrap();
    let ran = posted("i", &print, &[]).ended(1);
    assert!(
        ran.stderr
            .contains("does not have the documents of the run"),
        "{}",
        ran.said()
    );
    assert!(!desk.path("i/GM0344-utrecht").exists());
}

#[cfg(unix)]
#[test]
fn a_device_or_a_pipe_in_a_package_is_named() {
    let desk = built();
    let (package, _) = package(&desk, "packages", &[]);
    let place = package.join(PDF);
    fs::remove_file(&place).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &place).unwrap();
    let found = said(&package);
    assert!(names(&found, "file-foreign", PDF), "{found:?}");
    fs::remove_file(&place).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&place).status();
    assert!(made.unwrap().success());
    let found = said(&package);
    assert!(names(&found, "file-foreign", PDF), "{found:?}");
}

#[test]
fn nothing_is_written_into_a_run_folder() {
    let desk = built();
    let out = desk.out();
    let before = files(&out);
    for to in [out.join("packages"), out.join("a/b"), out.clone()] {
        let ran = archive(&out, &to, &[]).ended(2);
        assert!(
            ran.stderr.contains("inside the run folder"),
            "{}",
            ran.said()
        );
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        run(&["zip", &text(&out), "--to", &text(&to)]).ended(2);
    }
    assert!(files(&out) == before);
}
