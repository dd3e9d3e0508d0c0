//! Posting: the letters of a print run, their envelopes, and the report on all other documents.

use std::collections::BTreeMap;
use std::fs::{self, File};

use lopdf::Document;
use serde_json::{Value, json};

use crate::printing::{self, object, rows};
use crate::support::{Desk, Ran, run, small, text};

/// A campaign of two letters, an annex for the larger ones, a copy and a motion.
fn campaign() -> String {
    small("\"Woord {{ municipality.word }}.\"") + MORE
}

const MORE: &str = "  college:
    addressee: college
    place-and-date: Utrecht
    subject: Water
    salutation: Geacht college,
    body: Tekst.
    closing: Groet,
    signatories: [{ name: Jan }]
phrases:
  raad: \"Aan de raad van {{ municipality.name }}\"
  college: \"Aan het college van {{ municipality.name }}\"
texts:
  t: { body: Tekst. }
documents:
  - { id: bijlage, formats: [pdf], when: municipality.population > 150, parts: [{ text: t }] }
  - { id: raad, formats: [pdf], letter: raad }
  - { id: college, formats: [pdf], letter: college, when: municipality.population > 250 }
  - { id: kopie, formats: [pdf], letter: raad, publication-copy: true }
  - { id: motie, formats: [docx], parts: [{ text: t }] }
  - { id: pack, title: P, formats: [pdf], collects: [raad, bijlage] }
";

const ROWS: [&str; 3] = [
    "GM1,Aa,Aa,100,1,1234 AB,Aa,een",
    "GM2,Bb,Bb,200,2,2234 AB,Bb,twee",
    "GM3,Cc,Cc,300,3,3234 AB,Cc,drie",
];

fn register(rows: &[&str]) -> String {
    format!(
        "code,name,running_name,population,po_box,postcode,town,word\n{}\n",
        rows.join("\n")
    )
}

/// The campaign with what it says of its post, and these rows.
fn desk(post: &str, rows: &[&str]) -> Desk {
    Desk::new(&[
        ("campaign.yaml", &format!("{}{post}\n", campaign())),
        ("register.csv", &register(rows)),
    ])
}

fn print(desk: &Desk, name: &str, more: &[&str]) -> Ran {
    printing::print(&desk.out(), &desk.path(name), more)
}

fn sums(desk: &Desk, name: &str) -> Value {
    object(&desk.path(name), "reconciliation.json")
}

fn manifest(desk: &Desk, name: &str) -> Vec<BTreeMap<String, String>> {
    printing::manifest(&desk.path(name))
}

fn ids(desk: &Desk, name: &str) -> Vec<String> {
    let rows = manifest(desk, name).into_iter();
    rows.map(|mut row| row.remove("letter_id").expect("an id"))
        .collect()
}

/// The counts of letters: printed, refused, for none, not made, unchanged, in other pieces.
fn counts(sums: &Value) -> [u64; 6] {
    let names = [
        "printed",
        "refused",
        "without",
        "not_made",
        "unchanged",
        "other_pieces",
    ];
    let counts = names.map(|name| sums[name].as_u64().expect(name));
    assert_eq!(
        counts.iter().sum::<u64>(),
        sums["expected"].as_u64().expect("a sum")
    );
    counts
}

const BOTH: &str = "post: { raad: [raad, bijlage], b-en-w: [college, bijlage] }";

#[test]
fn each_envelope_is_a_letter_of_its_own() {
    let desk = desk(BOTH, &ROWS);
    desk.build(&[]).ended(0);
    // Labels and envelopes, with documents apart; and a house with marks.
    for printer in ["office", "inserter"] {
        print(&desk, printer, &["--printer", printer]).ended(0);
        let all = [
            ("GM1.raad", "1"),
            ("GM2.raad", "2"),
            ("GM3.raad", "2"),
            ("GM3.b-en-w", "2"),
        ];
        let mut found = ids(&desk, printer);
        found.sort();
        let mut wanted = all.map(|(id, _)| id.to_owned());
        wanted.sort();
        assert_eq!(found, wanted);
        for row in manifest(&desk, printer) {
            let first: u32 = row["first_page"].parse().expect("a page");
            assert!(printer == "office" || first % 2 == 1, "{row:?}");
            if printer == "office" {
                let sheets = all.iter().find(|(id, _)| *id == row["letter_id"]);
                assert_eq!(Some(row["sheets"].as_str()), sheets.map(|one| one.1));
            }
        }
        let sums = sums(&desk, printer);
        assert_eq!(sums["register_rows"], 3);
        assert_eq!(sums["envelopes"], json!(["raad", "b-en-w"]));
        assert_eq!(counts(&sums), [4, 0, 2, 0, 0, 0]);
        let not = &sums["not_printed"];
        assert_eq!(
            not["without"],
            json!([{ "envelope": "b-en-w", "reason": "does not get `college`", "number": 2, "codes": ["GM1", "GM2"] }])
        );
        let documents = not["documents"].as_array().expect("documents");
        let documents: Vec<_> = documents
            .iter()
            .map(|one| {
                let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
                let number = one["number"].as_u64().expect("a number");
                (word("document"), word("format"), number, word("reason"))
            })
            .collect();
        let one = |id: &str, format: &str, reason: &str| {
            (id.to_owned(), format.to_owned(), 3, reason.to_owned())
        };
        assert_eq!(
            documents,
            [
                one("kopie", "pdf", "publication copy"),
                one("motie", "docx", "Word file"),
                one("pack", "pdf", "not in `post`"),
            ]
        );
    }
    let envelopes = Document::load(desk.path("office/envelopes.pdf")).expect("a PDF");
    assert_eq!(envelopes.get_pages().len(), 4);
    // A reference for each letter, and the first address line of its own.
    let addresses = rows(&desk.path("inserter/addresses.csv"));
    let college = addresses
        .iter()
        .find(|row| row["Referentie"] == "GM3.b-en-w");
    assert_eq!(
        college.expect("a row")["Adresregel 1"],
        "Aan het college van Cc"
    );
    let raad = addresses.iter().find(|row| row["Referentie"] == "GM3.raad");
    assert_eq!(raad.expect("a row")["Adresregel 1"], "Aan de raad van Cc");
}

#[test]
fn what_is_posted_is_said_before_it_is_made() {
    let desk = desk(BOTH, &ROWS);
    let lines = [
        "posted      raad: raad, bijlage (2) to 3 municipalities",
        "posted      b-en-w: college, bijlage to 1 municipality, 2 get no `college`",
        "not posted  kopie.pdf: publication copy",
        "not posted  motie.docx: Word file",
        "not posted  pack.pdf: not in `post`",
    ];
    let (out, campaign) = (desk.out(), desk.campaign().to_owned());
    for arguments in [
        vec!["check", &campaign],
        vec!["plan", &campaign, "--out", text(&out)],
        vec!["build", &campaign, "--out", text(&out)],
    ] {
        let ran = run(&arguments).ended(0);
        for line in lines {
            assert!(
                ran.stdout.contains(line),
                "{arguments:?}: {line}\n{}",
                ran.said()
            );
        }
    }
    let checked = run(&["check", &campaign, "--json"]).ended(0);
    let checked: Value = serde_json::from_str(&checked.stdout).expect("JSON");
    let envelope = &checked["summary"]["post"]["envelopes"][1];
    assert_eq!(envelope["municipalities"], 1);
    assert_eq!(envelope["without"]["college"], 2);
    let planned = run(&["plan", &campaign, "--json"]).ended(0);
    let planned: Value = serde_json::from_str(&planned.stdout).expect("JSON");
    assert_eq!(planned["plan"]["post"], checked["summary"]["post"]);
    let letters = planned["postage"].as_array().expect("steps");
    let letters = letters
        .iter()
        .map(|step| step["letters"].as_u64().expect("letters"));
    assert_eq!(letters.sum::<u64>(), 4);
}

/// A pack that a rule refuses, and one whose letter cannot be laid out, are both held and not posted;
/// nothing of them is listed as not posted for another reason.
#[test]
fn a_pack_whose_layout_fails_is_not_counted_as_posted() {
    let wide = "m".repeat(120);
    let rows = [
        ROWS[0].to_owned(),
        format!("GM2,{wide},Bb,200,2,2234 AB,Bb,twee"),
        "GM3,Cc,Cc,300,3,3234 AB,Cc,".to_owned(),
        "GM4,Dd,Dd,400,4,4234 AB,Dd,vier".to_owned(),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let desk = desk(BOTH, &rows);
    let before = run(&["plan", desk.campaign()]).said();
    assert!(
        before.contains("raad: raad, bijlage (2) to 3 municipalities, 1 held"),
        "{before}"
    );
    let ran = desk.build(&["--jobs", "1"]).ended(1);
    for line in [
        "posted      raad: raad, bijlage (1) to 2 municipalities, 2 held",
        "posted      b-en-w: college, bijlage to 1 municipality, 1 held, 2 get no `college`",
        "not posted  motie.docx: Word file",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.said());
    }
    let post = desk.report()["post"].clone();
    let reasons = post["not_posted"].as_array().expect("reasons").iter();
    let numbers: Vec<_> = reasons.map(|one| one["number"].as_u64()).collect();
    assert_eq!(numbers, [Some(2); 3], "{post}");
    // The same from three threads, where everything that could be made is.
    desk.build(&["--jobs", "3"]).ended(1);
    assert_eq!(desk.report()["post"], post);
    // What is posted is what is printed.
    let ran = print(&desk, "druk", &[]);
    assert_eq!(sums(&desk, "druk")["printed"], 3, "{}", ran.said());
}

#[test]
fn a_campaign_that_does_not_say_what_is_posted_prints_nothing() {
    let desk = desk("", &ROWS);
    let campaign = desk.campaign().to_owned();
    let ran = run(&["check", &campaign]).ended(0);
    assert!(ran.said().contains("post-unstated"), "{}", ran.said());
    assert!(ran.stdout.contains("posted      nothing"), "{}", ran.stdout);
    desk.build(&[]).ended(0);
    let ran = print(&desk, "print", &[]).ended(2);
    assert!(ran.stderr.contains("posts no document"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`post:`"), "{}", ran.stderr);
    assert!(!desk.path("print").exists());
    // A letter that is named is printed, and says what it is not.
    print(&desk, "college", &["--document", "college"]).ended(0);
    assert_eq!(ids(&desk, "college"), ["GM3.college"]);
    let found = sums(&desk, "college");
    assert_eq!(counts(&found), [1, 0, 2, 0, 0, 0]);
    assert!(
        found["not_printed"]
            .to_string()
            .contains("not named by `--document`"),
        "{found}"
    );
    print(&desk, "two", &["--document", "raad,pack"]).ended(0);
    assert_eq!(counts(&sums(&desk, "two"))[0], 6);
    for (name, why) in [
        ("kopie", "publication copy"),
        ("bijlage", "does not begin with a letter"),
        (
            "motie",
            "has no letter `motie`; it has: college, pack, raad",
        ),
        ("breif", "has no letter `breif`"),
    ] {
        let ran = print(&desk, name, &["--document", name]).ended(2);
        assert!(ran.stderr.contains(why), "{name}: {}", ran.stderr);
        assert!(!desk.path(name).exists());
    }
}

#[test]
fn a_bare_annex_is_never_posted() {
    let documents = "documents:
  - { id: bijlage, formats: [pdf], parts: [{ text: t }] }
  - { id: raad, formats: [pdf], letter: raad, when: municipality.population > 150 }
";
    let campaign = campaign();
    let (head, _) = campaign.split_once("documents:\n").expect("documents");
    let pack = "  - { id: pack, title: P, formats: [pdf], collects: [raad, bijlage] }\n";
    // With a collection and without one, the annex first in the file.
    for (name, more, id) in [("with", pack, "pack"), ("without", "", "raad")] {
        let desk = Desk::new(&[
            ("campaign.yaml", &format!("{head}{documents}{more}")),
            ("register.csv", &register(&ROWS)),
        ]);
        desk.build(&[]).ended(0);
        print(&desk, name, &[]).ended(0);
        assert_eq!(ids(&desk, name), [format!("GM2.{id}"), format!("GM3.{id}")]);
        let found = sums(&desk, name);
        assert_eq!(counts(&found), [2, 0, 1, 0, 0, 0]);
        assert_eq!(
            found["not_printed"]["without"][0]["reason"],
            "does not get `raad`"
        );
    }
}

#[test]
fn letters_that_were_never_asked_for_are_not_refused() {
    let desk = desk("post: { raad: [raad] }", &ROWS);
    desk.build(&["--where", "municipality.population > 150"])
        .ended(0);
    let ran = print(&desk, "part", &[]).ended(0);
    assert!(
        ran.stdout
            .contains("was not selected when the run was built"),
        "{}",
        ran.stdout
    );
    assert_eq!(ids(&desk, "part"), ["GM2.raad", "GM3.raad"]);
    let found = sums(&desk, "part");
    assert_eq!(counts(&found), [2, 0, 0, 1, 0, 0]);
    assert_eq!(found["not_printed"]["not_made"][0]["codes"], json!(["GM1"]));
    // Where nothing is left, the reason is the true one.
    let desk = self::desk("post: { raad: [raad] }", &ROWS);
    desk.build(&["--document", "college"]).ended(0);
    let ran = print(&desk, "none", &[]).ended(2);
    assert!(
        ran.stderr.contains("3 × was not selected"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_letter_whose_file_was_removed_is_refused() {
    let desk = desk("post: { raad: [raad] }", &ROWS);
    desk.build(&[]).ended(0);
    fs::remove_file(desk.out().join("GM1-aa/raad.pdf")).expect("removed");
    // The loss is not forgotten by the next run either.
    for (name, only) in [("one", "GM2"), ("two", "GM3")] {
        desk.build(&["--only", only]).ended(0);
        let ran = print(&desk, name, &[]).ended(1);
        assert!(
            ran.said().contains("its file was removed"),
            "{}",
            ran.said()
        );
        assert_eq!(ids(&desk, name), ["GM2.raad", "GM3.raad"]);
        let found = sums(&desk, name);
        assert_eq!(counts(&found), [2, 1, 0, 0, 0, 0]);
        let refused = &found["not_printed"]["refused"][0];
        assert_eq!(
            (&refused["code"], &refused["letter_id"]),
            (&json!("GM1"), &json!("GM1.raad"))
        );
    }
    desk.build(&[]).ended(0);
    print(&desk, "all", &[]).ended(0);
    assert_eq!(ids(&desk, "all"), ["GM1.raad", "GM2.raad", "GM3.raad"]);
}

#[test]
fn a_letter_that_is_out_of_date_is_refused() {
    let desk = desk("post: { raad: [raad], b-en-w: [college] }", &ROWS);
    desk.build(&[]).ended(0);
    print(&desk, "first", &[]).ended(0);
    // Another address for one, another word for all.
    let rows = [
        "GM1,Aa,Aa,100,9,1239 AB,Aa,een!",
        "GM2,Bb,Bb,200,2,2234 AB,Bb,twee!",
        "GM3,Cc,Cc,300,3,3234 AB,Cc,drie!",
    ];
    desk.write("register.csv", register(&rows));
    desk.build(&["--only", "GM2"]);
    let ran = print(&desk, "second", &["--printer", "office"]).ended(1);
    assert!(
        ran.stdout.contains("GM1.raad Aa: `raad` is out of date"),
        "{}",
        ran.stdout
    );
    let mut found = ids(&desk, "second");
    found.sort();
    // The college's letter has no word of the register, and its address is as it was.
    assert_eq!(found, ["GM2.raad", "GM3.b-en-w"]);
    assert_eq!(counts(&sums(&desk, "second")), [2, 2, 2, 0, 0, 0]);
}

#[test]
fn a_delta_without_a_change_is_a_print_run_without_a_letter() {
    let desk = desk(BOTH, &ROWS);
    desk.build(&[]).ended(0);
    print(&desk, "first", &["--printer", "inserter"]).ended(0);
    let first = desk.path("first");
    for printer in ["inserter", "office"] {
        let name = format!("again-{printer}");
        let arguments = ["--printer", printer, "--since", text(&first)];
        let ran = print(&desk, &name, &arguments);
        if printer == "inserter" {
            let ran = ran.ended(0);
            assert!(
                ran.stdout.contains("nothing has changed since"),
                "{}",
                ran.stdout
            );
            assert_eq!(counts(&sums(&desk, &name)), [0, 0, 2, 0, 4, 0]);
            let check = ["--check"];
            print(&desk, &name, &check).ended(0);
        } else {
            // Documents apart have another digest: all are new.
            ran.ended(0);
        }
    }
    // A delta goes on from one that had nothing.
    let again = desk.path("again-inserter");
    print(
        &desk,
        "third",
        &["--printer", "inserter", "--since", text(&again)],
    )
    .ended(0);
    assert_eq!(counts(&sums(&desk, "third")), [0, 0, 2, 0, 4, 0]);
}

#[test]
fn pieces_are_named_by_number_code_and_id() {
    let desk = desk(BOTH, &ROWS);
    desk.build(&[]).ended(0);
    print(&desk, "all", &[]).ended(0);
    assert_eq!(
        ids(&desk, "all"),
        ["GM1.raad", "GM2.raad", "GM3.raad", "GM3.b-en-w"]
    );
    for (name, pieces, wanted) in [
        ("numbers", "1,4", vec!["GM1.raad", "GM3.b-en-w"]),
        ("code", "GM3", vec!["GM3.raad", "GM3.b-en-w"]),
        ("id", "2,GM3.raad", vec!["GM2.raad", "GM3.raad"]),
    ] {
        print(&desk, name, &["--pieces", pieces]).ended(0);
        assert_eq!(ids(&desk, name), wanted, "{pieces}");
        let all = manifest(&desk, "all");
        for row in manifest(&desk, name) {
            let same = all.iter().find(|one| one["letter_id"] == row["letter_id"]);
            assert_eq!(same.expect("a row")["sequence"], row["sequence"]);
        }
    }
    let ran = print(&desk, "none", &["--pieces", "GM9"]).ended(2);
    assert!(ran.stderr.contains("no piece `GM9`"), "{}", ran.stderr);
}

#[test]
fn a_service_s_order_does_not_shatter_the_files() {
    // Letters of one and of two sheets by turns.
    let rows: Vec<String> = (1..=6)
        .map(|at| {
            format!(
                "GM{at},N{at},N{at},{},{at},{at}234 AB,T,w",
                if at % 2 == 0 { 200 } else { 100 }
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let desk = desk("post: { raad: [raad, bijlage] }", &rows);
    desk.build(&[]).ended(0);
    desk.write(
        "house.yaml",
        fs::read_to_string(crate::support::root().join("content/printers/inserter.yaml"))
            .expect("a printer")
            .replace("split: [weight]", "split: [sheets]")
            .replace("plex: duplex", "plex: simplex"),
    );
    let mut back =
        String::from("Referentie;Postcode;Volgorde;2D-code;Codeerregel;Printregel;Briefcode;KIX\n");
    for at in 1..=6 {
        back.push_str(&format!(
            "GM{at}.raad;{at}234AB;{};X;c;p;b;{at}234AB{at}\n",
            7 - at
        ));
    }
    desk.write("back.csv", back);
    let (house, file) = (desk.path("house.yaml"), desk.path("back.csv"));
    let arguments = ["--printer", text(&house), "--enriched", text(&file)];
    print(&desk, "print", &arguments).ended(0);
    assert_eq!(
        ids(&desk, "print"),
        [
            "GM5.raad", "GM3.raad", "GM1.raad", "GM6.raad", "GM4.raad", "GM2.raad"
        ]
    );
    let files = sums(&desk, "print")["files"]
        .as_array()
        .expect("files")
        .len();
    assert_eq!(files, 2);
}

#[test]
fn two_print_runs_in_one_place_exclude_each_other() {
    let desk = desk("post: { raad: [raad] }", &ROWS);
    desk.build(&[]).ended(0);
    let lock = desk.path(".print.lock");
    let held = File::create(&lock).expect("a file");
    held.lock().expect("locked");
    let staged = desk.path(".print.unfinished/half.pdf");
    desk.write(".print.unfinished/half.pdf", "of the other");
    let ran = print(&desk, "print", &[]).ended(2);
    assert!(
        ran.stderr.contains("another process prints into"),
        "{}",
        ran.stderr
    );
    assert!(staged.exists());
    held.unlock().expect("unlocked");
    drop(held);
    // What a print run that was killed has left is removed, and nothing stays.
    print(&desk, "print", &[]).ended(0);
    assert!(!staged.exists() && !lock.exists());
    assert_eq!(counts(&sums(&desk, "print")), [3, 0, 0, 0, 0, 0]);
}

/// A letter that may do without a postal address is made without one, and not posted.
#[test]
fn a_letter_without_postal_address_is_counted_and_not_printed() {
    let campaign = campaign().replacen(
        "    addressee: raad\n",
        "    addressee: raad\n    address: optional\n",
        1,
    );
    let rows = [ROWS[0], "GM2,Bb,Bb,200,,,,twee", ROWS[2]];
    let desk = Desk::new(&[
        (
            "campaign.yaml",
            &format!("{campaign}post: {{ raad: [raad, bijlage] }}\n"),
        ),
        ("register.csv", &register(&rows)),
    ]);
    let told = "posted      raad: raad, bijlage (1) to 2 municipalities, 1 has no postal address";
    for ran in [
        run(&["check", desk.campaign()]).ended(0),
        desk.build(&[]).ended(0),
    ] {
        assert!(ran.stdout.contains(told), "{}", ran.said());
        let unposted = "not posted  bijlage.pdf, raad.pdf: no postal address";
        assert!(ran.stdout.contains(unposted), "{}", ran.said());
    }
    for (name, more, id) in [
        ("print", &[][..], "raad"),
        ("chosen", &["--document", "pack"], "pack"),
    ] {
        print(&desk, name, more).ended(0);
        assert_eq!(ids(&desk, name), [format!("GM1.{id}"), format!("GM3.{id}")]);
        let found = sums(&desk, name);
        assert_eq!(counts(&found), [2, 0, 1, 0, 0, 0]);
        assert_eq!(
            found["not_printed"]["without"],
            json!([{ "envelope": id, "reason": "has no postal address", "number": 1, "codes": ["GM2"] }])
        );
    }
}
