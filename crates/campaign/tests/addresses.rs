//! Addresses of two municipalities in each country whose form is known, at home and from abroad;
//! `tests/cases/addresses/expected.csv` was written by hand from the sources that each form names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use raadspost_campaign::{AddressForm, Campaign, NamedFiles, Register, load_address_form};
use raadspost_content::{Envelope, Pack, Source, cldr};

const CAMPAIGN: &str = "
raadspost: 1
id: proef
title: Proef
language: nl-NL
date: 2026-03-02
sender: { name: Bureau, country: SENDER }
register: { file: r.csv }
phrases: { aan: Aan de raad }
letters:
  brief:
    addressee: aan
    place-and-date: Utrecht
    salutation: Geacht
    body: Tekst.
    closing: Groet
    signatories: [{ name: A }]
documents:
  - { id: brief, formats: [pdf], letter: brief }
post: { brief: [brief] }
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The embedded forms by country.
fn forms() -> BTreeMap<String, AddressForm> {
    let folder = fs::read_dir(root().join("content/addresses")).expect("the forms");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let country = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("a text");
        let form = load_address_form(&country, &Source::new(path.display().to_string(), text));
        let form = form.unwrap_or_else(|mistakes| panic!("{country}: {mistakes:?}"));
        (country, form)
    };
    folder.map(read).collect()
}

const HEAD: &str = "code,name,country,street,house_number,addition,po_box,postcode,town,province";

/// The packs of a register for a sender in a country.
fn packs(sender: &str, register: &str) -> Vec<Pack> {
    let source = Source::new("c.yaml", CAMPAIGN.replace("SENDER", sender));
    let open = |settings: &_| Register::open("r.csv", register.as_bytes(), settings);
    let loaded = Campaign::load(&source, |settings| {
        Ok(Arc::clone(open(settings)?.columns()))
    });
    let loaded = loaded.unwrap_or_else(|found| panic!("{found:?}"));
    let mut files = NamedFiles::default();
    files.addresses = forms();
    let envelope = Arc::new(Envelope::default());
    files.envelopes = BTreeMap::from([(Envelope::DEFAULT.to_owned(), envelope)]);
    assert!(loaded.output.check_countries(&files).is_empty());
    let campaign = loaded.output.with_files(&files).expect("the files");
    let rows = open(campaign.register()).expect("a register");
    let pack = |row: Result<_, _>| match row {
        Ok(row) => campaign.pack(&row),
        Err(row) => campaign.refused_pack(&row),
    };
    rows.map(pack).collect()
}

/// The lines of the postal address of a letter, below the addressee.
fn lines(pack: &Pack) -> Vec<String> {
    let envelope = pack.envelopes.first().expect("an envelope");
    assert_eq!(pack.refused.len(), 0, "{}: {:?}", pack.code, pack.refused);
    let lines = envelope.lines.iter().skip(1);
    lines.map(|line| line.replace('\u{A0}', " ")).collect()
}

#[test]
fn two_municipalities_of_each_country_have_the_lines_of_their_post() {
    let table = fs::read(root().join("tests/cases/addresses/expected.csv")).expect("the table");
    let mut reader = csv::Reader::from_reader(table.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *counts.entry(&row[0]).or_default() += 1;
    }
    let known: BTreeSet<String> = forms().into_keys().collect();
    assert_eq!(
        known,
        counts.keys().map(|country| (*country).to_owned()).collect()
    );
    assert!(counts.values().all(|count| *count == 2) && known.len() >= 40);

    let mut wrong = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let quoted: Vec<String> = row
            .iter()
            .take(8)
            .map(|cell| format!("\"{cell}\""))
            .collect();
        let register = format!("{HEAD}\nM{at},Raad {at},{}\n", quoted.join(","));
        let home = lines(&packs(&row[0], &register)[0]);
        if home.join("|") != row[8] {
            wrong.push(format!(
                "{}: {} is not {}",
                &row[0],
                home.join("|"),
                &row[8]
            ));
        }
        // From abroad the country is the last line, in the language of the sender's country, and
        // the town is in capitals.
        let sender = if &row[0] == "NL" { "BE" } else { "NL" };
        let abroad = lines(&packs(sender, &register)[0]);
        if abroad.last().map(String::as_str) != Some(&row[9]) || abroad.len() != home.len() + 1 {
            wrong.push(format!(
                "{}: {abroad:?} does not end with {}",
                &row[0], &row[9]
            ));
        }
        let town = cldr::capitals(&row[6], if &row[0] == "GR" { "el" } else { "" });
        let has_town = abroad.iter().any(|line| line.contains(&town));
        if !has_town && !matches!(&row[0], "TR" | "CY") {
            wrong.push(format!("{}: {abroad:?} has no {town}", &row[0]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_country_form_or_postcode_refuses_the_letter_with_its_cell() {
    for (cells, code, message) in [
        (
            "Utopia,Weg,1,,,1000,Stad,",
            "unknown-country",
            "`Utopia` is not a country",
        ),
        (
            "KE,Weg,1,,,1000,Stad,",
            "unknown-address-form",
            "in `KE` is not known",
        ),
        (
            "DE,Weg,1,,,1000,Stad,",
            "wrong-postcode",
            "`1000` is not a postcode of DE",
        ),
        (
            "GB,Weg,1,,,SW1E 6Q,Stad,",
            "wrong-postcode",
            "`SW1E 6Q` is not a postcode of GB",
        ),
        (
            "NL,Weg,1,,,3500 SS,Stad,",
            "wrong-postcode",
            "`3500 SS` is not a postcode of NL",
        ),
        ("DE,Weg,1,,,,,", "no-address", "postcode, town has no value"),
        (
            "IE,,,,,,,",
            "no-address",
            "po_box (or street), town has no value",
        ),
    ] {
        let packs = packs("NL", &format!("{HEAD}\nM1,Raad,{cells}\n"));
        let refused = packs[0]
            .refused
            .first()
            .unwrap_or_else(|| panic!("{cells}"));
        let reason = &refused.reasons[0];
        assert_eq!(reason.code, code, "{cells}");
        assert!(
            reason.message.contains(message),
            "{cells}: {}",
            reason.message
        );
    }
}

#[test]
fn a_country_is_found_by_code_or_name() {
    let register = format!(
        "{HEAD}\nM1,A,de,Weg,1,,,10115,Berlin,\nM2,B,Duitsland,Weg,1,,,10115,Berlin,\nM3,C,Germany,Weg,1,,,10115,Berlin,\n"
    );
    for pack in packs("NL", &register) {
        assert_eq!(lines(&pack), ["Weg 1", "10115 BERLIN", "DUITSLAND"]);
    }
}
