//! Transfer packages: what stands in them, that equal runs give equal ones, and how large runs go.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use raadspost_content::Fingerprint;
use serde_json::Value;
use walkdir::WalkDir;

use crate::judges::{installed, judge, listed};
use crate::support::{
    Desk, Ran, bind, case, command, everyone_out, note, pdf, root, run, shared, text,
};

/// The case's campaign, built; one of its three packs is held.
pub(crate) fn built() -> Desk {
    let desk = Desk::new(&[
        ("campaign.yaml", &case("archive/campaign.yaml")),
        ("register.csv", &case("archive/register.csv")),
    ]);
    desk.build(&[]).ended(1);
    desk
}

/// The moment of packages of runs that nobody approved.
const MOMENT: &str = "2026-04-01T12:00:00Z";

/// Makes packages of a run folder, at [`MOMENT`] unless another one is asked for or an approval
/// demanded.
pub(crate) fn archive(out: &Path, to: &Path, more: &[&str]) -> Ran {
    let (out, to) = (out.to_str().expect("UTF-8"), to.to_str().expect("UTF-8"));
    let mut arguments = vec!["archive", out, "--to", to];
    if !more.contains(&"--date") && !more.contains(&"--require-approval") {
        arguments.extend(["--date", MOMENT]);
    }
    arguments.extend(more);
    run(&arguments)
}

/// What the check of packages says: exit status, and codes with places and messages.
pub(crate) fn check(at: &Path) -> (i32, Vec<(String, String, String)>) {
    let ran = run(&["archive", "--check", at.to_str().expect("UTF-8"), "--json"]);
    let object: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.said()));
    let found = faults(&object);
    in_dutch(&["archive", "--check", at.to_str().expect("UTF-8")], &found);
    (ran.status, found)
}

/// Asks the same in Dutch: the same deviations, each in other words.
pub(crate) fn in_dutch(arguments: &[&str], found: &[(String, String, String)]) {
    if found.is_empty() {
        return;
    }
    let ran = run(&[arguments, &["--json", "--language", "nl"]].concat());
    let object: Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.said()));
    let dutch = faults(&object);
    assert_eq!(dutch.len(), found.len(), "{dutch:?}");
    for ((code, file, english), (other, place, dutch)) in found.iter().zip(&dutch) {
        assert_eq!((code, file), (other, place));
        assert_ne!(english, dutch, "not in Dutch");
    }
}

/// Code, file and message of each diagnostic.
pub(crate) fn faults(object: &Value) -> Vec<(String, String, String)> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let diagnostics = object["diagnostics"].as_array().expect("diagnostics");
    diagnostics
        .iter()
        .map(|one| (text(one, "code"), text(one, "file"), text(one, "message")))
        .collect()
}

/// All files below a folder, by relative path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("an entry"));
    entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("below it");
            let path = path.to_str().expect("UTF-8").to_owned();
            (path, fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

fn sidecars(folder: &Path) -> Vec<PathBuf> {
    let all = files(folder)
        .into_keys()
        .filter(|path| path.ends_with(".MDTO.xml"));
    all.map(|path| folder.join(path)).collect()
}

/// Judges sidecars by the official schema; none where it is not here.
fn schema_accepts(sidecars: &[PathBuf]) -> Option<bool> {
    let schema = shared("data/mdto/MDTO-XML1.0.1.xsd")?;
    let mut accepted = true;
    for some in sidecars.chunks(500) {
        let Ok(output) = Command::new("xmllint")
            .args(["--noout", "--schema"])
            .arg(&schema)
            .args(some)
            .output()
        else {
            installed("xmllint", false);
            return None;
        };
        accepted &= output.status.success();
    }
    Some(accepted)
}

#[test]
fn a_dossier_says_what_the_page_for_archivists_shows() {
    let desk = built();
    let to = desk.path("packages");
    let ran = archive(&desk.out(), &to, &["--only", "GM0344"]).ended(0);
    assert!(
        ran.stdout.contains("1 packages with 1 dossiers"),
        "{}",
        ran.said()
    );
    let made = files(&to.join("GM0344-utrecht"));
    let page = fs::read_to_string(root().join("docs/archive.md")).expect("the page");
    for path in [
        "GM0344-utrecht/GM0344-utrecht.MDTO.xml",
        "GM0344-utrecht/GM0344-utrecht-brief/GM0344-utrecht-brief.pdf.bestand.MDTO.xml",
        "GM0344-utrecht/GM0344-utrecht-motie/GM0344-utrecht-motie-ori.json",
    ] {
        let text = String::from_utf8(made[path].clone()).expect("UTF-8");
        // Sizes and digests of files change with fonts and templates, which the page does not show.
        let stable = |line: &&str| {
            !["omvang", "checksumWaarde", "waarde", "sha256"]
                .iter()
                .any(|word| line.contains(word))
        };
        for line in text.lines().filter(stable) {
            assert!(
                page.contains(line.trim()),
                "docs/archive.md misses `{line}` of {path}"
            );
        }
    }
    let paths: Vec<&String> = made.keys().collect();
    for path in &paths {
        assert!(
            path.ends_with("MDTO.xml") || page.contains(path.rsplit('/').next().unwrap()),
            "{path}"
        );
    }
    // A package for one municipality has the annex, whoever else gets it.
    assert!(made.contains_key("GM0344-utrecht/GM0344-utrecht-bijlage/GM0344-utrecht-bijlage.pdf"));
    // A variant is told to be a version of the whole motion, and two formats represent one object.
    let variant =
        "GM0344-utrecht/GM0344-utrecht-motie-besluit/GM0344-utrecht-motie-besluit.MDTO.xml";
    let text = String::from_utf8_lossy(&made[variant]);
    assert!(
        text.contains("Is een versie van") && text.contains("waterschap-2026/GM0344/motie<"),
        "{text}"
    );
    let motion = "GM0344-utrecht/GM0344-utrecht-motie/GM0344-utrecht-motie.MDTO.xml";
    let text = String::from_utf8_lossy(&made[motion]);
    // Two formats, and the metadata for publication.
    assert_eq!(text.matches("<heeftRepresentatie>").count(), 3, "{text}");
    assert_eq!(check(&to), (0, Vec::new()));
}

/// Names in a folder: of packages, and of what lies unfinished.
fn named(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.partition(|path| {
        let name = path.file_name().expect("a name");
        !name.to_string_lossy().starts_with('.')
    })
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test gives up after a minute"
)]
fn an_archive_that_is_killed_leaves_whole_packages_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    for (count, more) in [
        (1, &["--format", "mdto-sip"][..]),
        (12, &["--format", "e-ark"]),
        (30, &["--format", "bagit", "--tar"]),
    ] {
        let to = folder.path().join(count.to_string());
        let out = everyone_out();
        let mut arguments = vec!["archive", text(&out), "--to", text(&to), "--date", MOMENT];
        arguments.extend(more);
        let mut child = command(&arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let started = Instant::now();
        while named(&to).0.len() < count {
            assert!(started.elapsed() < Duration::from_secs(60), "never began");
            sleep(Duration::from_millis(1));
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        let (packages, rest) = named(&to);
        assert!((count..342).contains(&packages.len()), "{packages:?}");
        for path in rest {
            assert!(
                path.extension().is_some_and(|end| end == "part"),
                "{path:?}"
            );
            if path.is_dir() {
                fs::remove_dir_all(path).expect("removed");
            } else {
                fs::remove_file(path).expect("removed");
            }
        }
        assert_eq!(check(&to), (0, Vec::new()));
    }
}

#[test]
fn a_held_pack_is_left_out_and_named() {
    let desk = built();
    let to = desk.path("packages");
    let ran = archive(&desk.out(), &to, &[]).ended(1);
    assert!(
        ran.stderr.contains("GM0363") && ran.stderr.contains("postcode"),
        "{}",
        ran.said()
    );
    let names: Vec<_> = fs::read_dir(&to)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2);
    // The run's record names it too, in both forms.
    let record = to.join(
        "GM0796-s-hertogenbosch/GM0796-s-hertogenbosch/verantwoording-GM0796-s-hertogenbosch",
    );
    let stem = record.join("verantwoording-GM0796-s-hertogenbosch");
    let json: Value =
        serde_json::from_slice(&fs::read(stem.with_extension("json")).unwrap()).unwrap();
    assert_eq!(json["incomplete"][0]["code"], "GM0363");
    assert_eq!(json["run"]["counts"]["refused"], 2);
    let text = pdf(&stem.with_extension("pdf"));
    let said = text
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    for part in [
        "Geweigerd: 2",
        "GM0363 Amsterdam",
        "postcode",
        "campaign.yaml",
        "er is geen volledig postadres",
        "Dagtekening: 2\u{a0}maart 2026",
        "Enveloppe envelopes/nl-dl-left.yaml",
        "Er is geen akkoord",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    judge("pdf.py", &listed([stem.with_extension("pdf")]));
    // A code that nobody has must not come to mean nobody.
    let ran = archive(&desk.out(), &desk.path("other"), &["--only", "GM9999"]).ended(2);
    assert!(ran.stderr.contains("GM9999"), "{}", ran.said());
    // Nothing is written where something lies.
    archive(&desk.out(), &to, &[]).ended(2);
}

#[test]
fn one_package_for_all_has_a_common_annex_once() {
    let desk = built();
    let to = desk.path("packages");
    archive(&desk.out(), &to, &["--collective"]).ended(1);
    let made = files(&to);
    let annexes: Vec<&String> = made
        .keys()
        .filter(|path| path.contains("bijlage") && path.ends_with(".pdf"))
        .collect();
    assert_eq!(annexes.len(), 1, "{annexes:?}");
    let digest = Fingerprint::of(&made[annexes[0]]).to_string();
    for folder in ["GM0344-utrecht", "GM0796-s-hertogenbosch"] {
        let path = format!("waterschap-2026/waterschap-2026/{folder}/{folder}.MDTO.xml");
        let text = String::from_utf8_lossy(&made[&path]).into_owned();
        assert!(
            text.contains(&digest),
            "{folder} does not name the annex by its hash"
        );
    }
    assert_eq!(check(&to), (0, Vec::new()));
    let sidecars = sidecars(&to);
    identified_once_and_related_both_ways(&sidecars);
    if let Some(accepted) = schema_accepts(&sidecars) {
        assert!(accepted, "the schema refuses a sidecar");
    }
}

/// The texts between two marks.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    let rests = text.split(open).skip(1);
    rests
        .map(|rest| rest.split(close).next().expect("a part"))
        .collect()
}

/// Each object and file of all packages has an identification of its own, whose source names the
/// sender; and where one of them names another as its part or its file, that one names it as its
/// whole or its object.
fn identified_once_and_related_both_ways(sidecars: &[PathBuf]) {
    let mut own = BTreeMap::new();
    let mut texts = Vec::new();
    for path in sidecars {
        let text = fs::read_to_string(path).expect("a sidecar");
        let (open, close) = ("<identificatieKenmerk>", "</identificatieKenmerk>");
        let key = between(&text, open, close)[0].to_owned();
        assert!(text.contains("<identificatieBron>Raadspost ("), "{text}");
        let before = own.insert(key.clone(), path);
        assert!(before.is_none(), "{key}: {before:?} and {path:?}");
        texts.push((key, text));
    }
    let mut related: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (key, text) in &texts {
        for relation in [
            "isOnderdeelVan",
            "bevatOnderdeel",
            "isRepresentatieVan",
            "heeftRepresentatie",
        ] {
            let (open, close) = (format!("<{relation}>"), format!("</{relation}>"));
            for reference in between(text, &open, &close) {
                let (open, close) = ("<identificatieKenmerk>", "</identificatieKenmerk>");
                let other = between(reference, open, close)[0].to_owned();
                let pair = (key.clone(), other);
                related.entry(relation).or_default().push(pair);
            }
        }
    }
    let sorted = |relation: &str, turned: bool| {
        let pairs = related.get(relation).cloned().unwrap_or_default();
        let turn = |(one, other)| if turned { (other, one) } else { (one, other) };
        pairs
            .into_iter()
            .map(turn)
            .collect::<std::collections::BTreeSet<_>>()
    };
    let files = sorted("heeftRepresentatie", false);
    assert!(!files.is_empty());
    assert_eq!(files, sorted("isRepresentatieVan", true));
    let parts = sorted("bevatOnderdeel", false);
    let wholes = sorted("isOnderdeelVan", true);
    assert!(!parts.is_empty() && parts.is_subset(&wholes));
    // A series and the dossier of common documents grow while the package is written, and do not
    // name their parts; the object above all is not in a package.
    let one_way = |whole: &str| {
        !own.contains_key(whole) || !whole.contains('/') || whole.ends_with("#gemeenschappelijk")
    };
    for (whole, part) in wholes.difference(&parts) {
        assert!(one_way(whole), "{whole} does not name {part}");
    }
}

#[test]
fn packages_have_the_moment_of_the_approval_or_one_that_is_asked_for() {
    let desk = built();
    let out = desk.out();
    let to = |name: &str| desk.path(name).to_str().expect("UTF-8").to_owned();
    let bare = |name: &str| run(&["archive", out.to_str().expect("UTF-8"), "--to", &to(name)]);
    let ran = bare("a").ended(2);
    assert!(ran.stderr.contains("--date now"), "{}", ran.said());
    assert!(!desk.path("a").exists());
    let approved = "2026-03-03T10:00:00+01:00";
    run(&[
        "approve",
        out.to_str().expect("UTF-8"),
        "--by",
        "A. de Vries",
        "--date",
        approved,
    ])
    .ended(0);
    bare("b").ended(1);
    let time = |name: &str| {
        let slip = desk.path(name).join("GM0344-utrecht/pakbon.xml");
        let text = fs::read_to_string(slip).expect("a slip");
        between(&text, "<tijdstip>", "</tijdstip>")[0].to_owned()
    };
    assert_eq!(time("b"), approved);
    let before = ["--date", "2026-03-03T08:59:59Z"];
    let ran = archive(&out, &desk.path("c"), &before).ended(2);
    assert!(
        ran.stderr.contains("before that of the approval"),
        "{}",
        ran.said()
    );
    archive(&out, &desk.path("d"), &["--date", "2026-03-03T09:00:00Z"]).ended(1);
    assert_eq!(time("d"), "2026-03-03T09:00:00Z");
    archive(&out, &desk.path("e"), &["--date", "now"]).ended(1);
    assert!(time("e").as_str() > "2026-03-03T09:00:00Z");
}

#[test]
fn what_is_tabled_has_its_own_kind_for_publication() {
    for (kind, object, motion) in [
        ("motion", "motie", Some("vreemd")),
        ("off-agenda-motion", "motie", Some("vreemd")),
        ("amendment", "amendement", None),
        ("initiative", "initiatiefvoorstel", None),
    ] {
        let yaml = case("archive/campaign.yaml").replace(
            "    title: Motie ruimte voor water\n",
            &format!("    kind: {kind}\n    title: Motie ruimte voor water\n"),
        );
        let desk = Desk::new(&[
            ("campaign.yaml", &yaml),
            ("register.csv", &case("archive/register.csv")),
        ]);
        desk.build(&["--only", "GM0344", "--document", "motie"])
            .ended(0);
        desk.build(&["--only", "GM0344"]).ended(0);
        let to = desk.path("packages");
        archive(&desk.out(), &to, &["--only", "GM0344"]).ended(0);
        let folder = to.join("GM0344-utrecht/GM0344-utrecht/GM0344-utrecht-motie");
        let bytes = fs::read(folder.join("GM0344-utrecht-motie-ori.json")).expect("metadata");
        let json: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!(json["informatieobjecttype"], object);
        assert_eq!(json.get("motietype").and_then(Value::as_str), motion);
        // The Word file beside it says the same.
        let file = fs::File::open(folder.join("GM0344-utrecht-motie.docx")).expect("a file");
        let mut word = zip::ZipArchive::new(file).expect("a Word file");
        let mut record = String::new();
        for at in 0..word.len() {
            let mut part = word.by_index(at).expect("a part");
            if part.name().starts_with("customXml/item") {
                std::io::Read::read_to_string(&mut part, &mut record).expect("UTF-8");
            }
        }
        let word = format!("<informatieobjecttype>{object}</informatieobjecttype>");
        assert!(record.contains(&word), "{kind}: {record}");
    }
}

#[test]
fn equal_runs_give_equal_packages() {
    let first = built();
    let second = built();
    // Made again in another order of work, and half of it by an earlier run.
    second.write(
        "campaign.yaml",
        case("archive/campaign.yaml").replace("Het water stijgt", "Het water daalt"),
    );
    second.build(&["--jobs", "2"]).ended(1);
    second.write("campaign.yaml", case("archive/campaign.yaml"));
    second.build(&["--jobs", "1"]).ended(1);
    let date = ["--date", "2026-04-01T12:00:00Z"];
    for kind in [
        &[][..],
        &["--zip"],
        &["--tar"],
        &["--format", "bagit", "--tar"],
    ] {
        for scope in [&[][..], &["--collective"]] {
            let options: Vec<&str> = kind.iter().chain(scope).chain(&date).copied().collect();
            let made = [&first, &second].map(|desk| {
                let to = desk.path(&options.join("_"));
                archive(&desk.out(), &to, &options).ended(1);
                assert_eq!(check(&to), (0, Vec::new()), "{options:?}");
                files(&to)
            });
            assert!(
                made[0].len() == made[1].len() && made[0] == made[1],
                "{options:?}"
            );
        }
    }
    // Another date is another package.
    let [a, b] = ["2026-04-01T12:00:00Z", "2026-04-02T12:00:00Z"].map(|date| {
        let to = first.path(&format!("at_{}", &date[..10]));
        archive(&first.out(), &to, &["--date", date]).ended(1);
        files(&to)
    });
    assert_ne!(a, b);
    archive(&first.out(), &first.path("bad"), &["--date", "gisteren"]).ended(2);
}

#[test]
fn all_342_dossiers_are_made_in_one_run_and_accepted() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("packages");
    archive(&everyone_out(), &to, &["--sidecar", "short"]).ended(0);
    assert_eq!(fs::read_dir(&to).unwrap().count(), 342);
    assert_eq!(check(&to), (0, Vec::new()));
    let sidecars = sidecars(&to);
    assert_eq!(sidecars.len(), 342 * 24);
    identified_once_and_related_both_ways(&sidecars);
    if let Some(accepted) = schema_accepts(&sidecars) {
        assert!(accepted, "the schema refuses a sidecar");
    }
    // Nothing is embedded in a file: PDF/A-3 is advised against.
    let pdfs = files(&to.join("GM0344-utrecht"));
    let embedded = |bytes: &[u8]| bytes.windows(13).any(|part| part == b"/EmbeddedFile");
    assert!(
        pdfs.iter()
            .all(|(path, bytes)| !path.ends_with(".pdf") || !embedded(bytes))
    );
}

#[test]
fn bags_are_accepted_by_another_s_validator() {
    let desk = built();
    let to = desk.path("bags");
    archive(&desk.out(), &to, &["--format", "bagit", "--tar"]).ended(1);
    archive(
        &everyone_out(),
        &desk.path("all"),
        &["--format", "bagit", "--tar", "--collective"],
    )
    .ended(0);
    let mut bags: Vec<PathBuf> = files(&to).into_keys().map(|path| to.join(path)).collect();
    let first = bags[0].clone();
    bags.push(desk.path("all/posiv-2023.tar"));
    judge("bags.py", &listed(bags));
    judge(
        "bags.py",
        &[
            "--selftest".to_owned(),
            first.to_str().expect("UTF-8").to_owned(),
        ],
    );
}

#[test]
fn e_ark_packages_are_accepted_by_another_s_validator() {
    let desk = built();
    let to = desk.path("eark");
    archive(&desk.out(), &to, &["--format", "e-ark", "--tar"]).ended(1);
    assert_eq!(check(&to), (0, Vec::new()));
    let packages: Vec<PathBuf> = files(&to).into_keys().map(|path| to.join(path)).collect();
    let (signed, ..) = crate::seals::signed();
    let key = signed.path("mine.key");
    let sealed = signed.path("sealed");
    let options = ["--format", "e-ark", "--tar", "--collective", "--key"];
    let options = [&options[..], &[key.to_str().expect("UTF-8")]].concat();
    archive(&signed.out(), &sealed, &options).ended(1);
    assert_eq!(check(&sealed), (0, Vec::new()));
    let mut all = packages.clone();
    all.push(sealed.join("waterschap-2026.tar"));
    judge("eark.py", &listed(all));
    let utrecht = packages
        .into_iter()
        .find(|path| path.ends_with("GM0344-utrecht.tar"));
    let utrecht = listed(utrecht);
    judge(
        "eark.py",
        &[&["--selftest".to_owned()], utrecht.as_slice()].concat(),
    );
}

#[test]
fn our_own_check_and_the_schema_refuse_the_same_sidecars() {
    let desk = built();
    let to = desk.path("packages");
    archive(&desk.out(), &to, &["--only", "GM0344"]).ended(0);
    let package = to.join("GM0344-utrecht");
    let dossier = package.join("GM0344-utrecht/GM0344-utrecht.MDTO.xml");
    let file = package
        .join("GM0344-utrecht/GM0344-utrecht-brief/GM0344-utrecht-brief.pdf.bestand.MDTO.xml");
    let damages: [(&Path, &str, &str); 14] = [
        (&dossier, "<naam>", "<naam></naam><naam>"),
        (&dossier, "<trefwoord>water</trefwoord>", ""),
        (
            &dossier,
            "<taal>nl-NL</taal>",
            "<taal>Nederlands en Fries</taal>",
        ),
        (
            &dossier,
            "<dekkingInTijdBegindatum>2026-03-02",
            "<dekkingInTijdBegindatum>2 maart",
        ),
        (&dossier, "P10Y", "tien jaar"),
        (
            &dossier,
            "</activiteit>",
            "</activiteit><onbekend>x</onbekend>",
        ),
        (&dossier, "beperkingGebruik>", "beperkingVanGebruik>"),
        (
            &dossier,
            "https://www.nationaalarchief.nl/mdto\" xmlns:xsi",
            "https://example.org\" xmlns:xsi",
        ),
        (&dossier, "</MDTO>", ""),
        (&file, "<omvang>", "<omvang>x"),
        (
            &file,
            "<bestandsformaat>",
            "<omvang>1</omvang><bestandsformaat>",
        ),
        (&file, "isRepresentatieVan>", "isRepresentatie>"),
        (
            &file,
            "<checksumDatum>2026-04-01T12:00:00Z",
            "<checksumDatum>2026-04-01",
        ),
        (&file, "identificatieBron>", "bron>"),
    ];
    for (path, old, new) in damages {
        let sound = fs::read_to_string(path).unwrap();
        assert!(sound.contains(old), "{old}");
        fs::write(path, sound.replace(old, new)).unwrap();
        // The second damage leaves a sidecar that is right, but is not the one that was made.
        let harmless = new.is_empty() && old.contains("trefwoord");
        let (status, faults) = check(&package);
        let invalid = faults.iter().any(|(code, ..)| code == "sidecar-invalid");
        assert_eq!((status, invalid), (1, !harmless), "{old}: {faults:?}");
        if let Some(accepted) = schema_accepts(&[path.to_owned()]) {
            // An empty name is one to the schema, and none to us.
            let empty = new.contains("<naam></naam>") && !accepted;
            assert!(
                accepted == harmless || empty,
                "{old}: the schema says otherwise"
            );
        }
        fs::write(path, sound).unwrap();
    }
    // What the schema does not say: MDTO's closed lists.
    for (path, old, new) in [
        (&dossier, "Tijdelijk te bewaren", "Misschien te bewaren"),
        (&file, "SHA-256", "MD5"),
    ] {
        let sound = fs::read_to_string(path).unwrap();
        fs::write(path, sound.replace(old, new)).unwrap();
        let (_, faults) = check(&package);
        assert!(
            faults.iter().any(|(code, ..)| code == "sidecar-invalid"),
            "{faults:?}"
        );
        fs::write(path, sound).unwrap();
    }
    assert_eq!(check(&package), (0, Vec::new()));
}

/// A run folder of `packs` packs that all have the Word files of one.
#[cfg(target_os = "linux")]
fn large(from: &Path, to: &Path, packs: usize) {
    fs::create_dir_all(to.join(".raadspost")).unwrap();
    let records = fs::read_to_string(from.join(".raadspost/packs.jsonl")).unwrap();
    let first: Value = serde_json::from_str(records.lines().next().unwrap()).unwrap();
    let folder = first["folder"].as_str().unwrap().to_owned();
    let (mut lines, mut mailing, mut manifest) = (String::new(), String::new(), String::new());
    for number in 0..packs {
        let name = format!("X{number:06}-{folder}");
        let mut pack = first.clone();
        pack["code"] = format!("X{number:06}").into();
        pack["folder"] = name.clone().into();
        fs::create_dir(to.join(&name)).unwrap();
        let documents = pack["documents"].as_array_mut().unwrap();
        documents.retain(|document| document["format"] == "docx");
        for document in documents {
            let path = document["path"].as_str().unwrap().to_owned();
            let place = path.replacen(&folder, &name, 1);
            std::os::unix::fs::symlink(from.join(&path), to.join(&place)).unwrap();
            manifest += &format!("{}  {place}\n", document["sha256"].as_str().unwrap());
            document["path"] = place.into();
        }
        lines += &format!("{pack}\n");
        let head = serde_json::json!({
            "code": pack["code"], "line": pack["line"], "held": pack["held"],
        });
        mailing += &format!("{head}\n");
    }
    bind(from, to, &lines, &mailing, &manifest);
}

/// The most memory that a command ever held, in KiB, by what Linux says of it while it runs.
#[cfg(target_os = "linux")]
fn peak(arguments: &[&str]) -> u64 {
    let mut child = command(arguments)
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it can be asked").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(number.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(child.wait().expect("it ended").success());
    peak
}

#[test]
#[cfg(target_os = "linux")]
#[expect(
    clippy::disallowed_methods,
    reason = "tests/long asks for larger numbers"
)]
fn memory_does_not_grow_with_the_number_of_packs() {
    let many = if std::env::var_os("RAADSPOST_LONG").is_some() {
        100_000
    } else {
        2_000
    };
    let desk = built();
    let peaks = [200, many].map(|packs| {
        let out = desk.path(&format!("run-{packs}"));
        large(&desk.out(), &out, packs);
        let to = desk.path(&format!("packages-{packs}"));
        let (out, to) = (out.to_str().unwrap(), to.to_str().unwrap());
        peak(&[
            "archive",
            out,
            "--to",
            to,
            "--collective",
            "--tar",
            "--format",
            "bagit",
            "--date",
            MOMENT,
        ])
    });
    note(&format!(
        "peak memory in KiB for 200 and {many} packs: {peaks:?}"
    ));
    assert!(
        peaks[0] > 0 && peaks[1] < peaks[0] + 8 * 1024,
        "{peaks:?} KiB"
    );
}
