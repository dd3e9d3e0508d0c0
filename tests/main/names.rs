//! The municipality in the names of files: safe on any file system, and the same name all the way.

use std::fs;

use serde_json::Value;

use crate::printing::{object, print};
use crate::support::{Desk, Ran, documents, run, small, text};

const MORE: &str = "phrases:
  raad: \"Aan de raad van {{ municipality.name }}\"
texts:
  t: { body: Tekst. }
documents:
";

const ROWS: &str = "code,name,running_name,po_box,postcode,town,site
GM1,Utrecht,Utrecht,1,1234 AB,Utrecht,u
GM2,'s-Hertogenbosch,'s-Hertogenbosch,2,2234 AB,Den Bosch,b
GM3,../../Súdwest/Fryslân,Súdwest,3,3234 AB,Sneek,
";

fn desk(documents: &[&str]) -> Desk {
    let documents: String = documents.iter().map(|one| format!("  - {one}\n")).collect();
    Desk::new(&[
        ("campaign.yaml", &(small("Tekst.") + MORE + &documents)),
        ("register.csv", ROWS),
    ])
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).expect("JSON")
}

#[test]
fn the_municipality_may_stand_in_the_name_of_a_file() {
    let desk = desk(&[
        "{ id: brief, file: \"brief-{{ municipality.name | slug }}\", formats: [pdf], letter: raad }",
        "{ id: motie, file: \"{{ municipality.code | slug }}_motie\", formats: [docx, pdf], parts: [{ text: t }] }",
    ]);
    // Counted by what the author wrote, not by municipality.
    let plan = json(&run(&["plan", desk.campaign(), "--json"]).ended(0));
    let files = plan["plan"]["files"].as_object().expect("files");
    let named: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        named,
        [
            "brief-{{ municipality.name | slug }}.pdf",
            "{{ municipality.code | slug }}_motie.docx",
            "{{ municipality.code | slug }}_motie.pdf",
        ]
    );
    desk.build(&[]).ended(0);
    let made = documents(&desk.out());
    let made: Vec<&str> = made.keys().map(String::as_str).collect();
    let expected: Vec<String> = ["GM1-utrecht", "GM2-s-hertogenbosch", "GM3-sudwest-fryslan"]
        .iter()
        .flat_map(|folder| {
            let (code, name) = folder.split_once('-').expect("a code");
            let code = code.to_lowercase();
            [
                format!("{folder}/brief-{name}.pdf"),
                format!("{folder}/{code}_motie.docx"),
                format!("{folder}/{code}_motie.pdf"),
            ]
        })
        .collect();
    assert_eq!(made, expected);
    // The names hold in all that reads the run.
    let out = desk.out();
    run(&["verify", text(&out)]).ended(0);
    run(&["status", text(&out)]).ended(0);
    let again = desk.build(&[]).ended(0);
    assert!(!again.said().contains("superseded"), "{}", again.said());
    let printed = desk.path("druk");
    print(&out, &printed, &[]).ended(0);
    let sums = object(&printed, "reconciliation.json");
    assert_eq!(sums["printed"], 3, "{sums}");
    let packages = desk.path("archief");
    run(&[
        "archive",
        text(&out),
        "--to",
        text(&packages),
        "--date",
        "now",
    ])
    .ended(0);
    run(&["archive", "--check", text(&packages)]).ended(0);
    let zips = desk.path("zip");
    run(&["zip", text(&out), "--to", text(&zips)]).ended(0);
    let file = fs::File::open(zips.join("GM1-utrecht.zip")).expect("a ZIP file");
    let archive = zip::ZipArchive::new(file).expect("a ZIP file");
    let inside: Vec<&str> = archive.file_names().collect();
    assert!(
        inside.iter().any(|name| name.ends_with("gm1_motie.docx")),
        "{inside:?}"
    );
}

#[test]
fn two_documents_of_one_name_are_refused_where_they_meet() {
    let desk = desk(&[
        "{ id: een, file: \"motie-{{ municipality.name | slug }}\", formats: [pdf], parts: [{ text: t }] }",
        "{ id: twee, file: motie-utrecht, formats: [pdf], parts: [{ text: t }] }",
    ]);
    let said = desk.build(&[]).ended(1).said();
    assert!(said.contains("path-collision"), "{said}");
    let made = documents(&desk.out());
    assert!(
        !made.keys().any(|path| path.starts_with("GM1")),
        "{:?}",
        made.keys()
    );
    assert_eq!(made.len(), 4);
}

#[test]
fn a_name_needs_its_value() {
    let desk = desk(&[
        "{ id: een, file: \"motie-{{ municipality.site | slug }}\", formats: [pdf], parts: [{ text: t }] }",
    ]);
    let said = desk.build(&[]).ended(1).said();
    assert!(
        said.contains("missing-value") && said.contains("municipality.site"),
        "{said}"
    );
    assert!(said.contains("register.csv:4"), "{said}");
    assert_eq!(documents(&desk.out()).len(), 2);
}

#[test]
fn a_name_that_could_lead_elsewhere_is_a_mistake() {
    for file in [
        "motie-{{ municipality.name }}",
        "motie-{{ municipality.name | upper }}",
        "a/{{ municipality.name | slug }}",
        "../motie",
        ".motie",
        "-motie",
        "Motie",
        "motie.pdf",
        "{{ sender.name | slug }}",
        "{{ if municipality.site == 'u' }}a{{ end }}",
        "motie {{ municipality.name | slug }}",
        &"m".repeat(61),
    ] {
        let document =
            format!("{{ id: een, file: \"{file}\", formats: [pdf], parts: [{{ text: t }}] }}");
        let desk = desk(&[&document]);
        let said = run(&["check", desk.campaign()]).ended(2).said();
        assert!(
            said.contains("cannot be the name of a file"),
            "{file}: {said}"
        );
    }
    let unknown = "{ id: een, file: \"motie-{{ municipality.naam | slug }}\", formats: [pdf], parts: [{ text: t }] }";
    let said = run(&["check", desk(&[unknown]).campaign()]).ended(2).said();
    assert!(said.contains("municipality.naam"), "{said}");
}
