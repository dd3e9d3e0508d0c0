//! Number of shapes that a campaign makes, and number kept.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::{Arc, Weak};

use raadspost_campaign::{Campaign, Register, RegisterSettings};
use raadspost_content::{Pack, Shape, Source};

/// Independent conditions of the annex.
const CONDITIONS: usize = 12;

/// A letter that depends on the first condition only, and an annex that depends on all.
fn campaign() -> (Campaign, String) {
    let names: Vec<String> = (0..CONDITIONS).map(|n| format!("c{n:02}")).collect();
    let mut words = String::new();
    for name in &names {
        write!(
            words,
            " {{{{ if municipality.{name} == \"1\" }}}}{name}{{{{ else }}}}-{{{{ end }}}}"
        )
        .unwrap();
    }
    let first = &names[0];
    let yaml = format!(
        "raadspost: 1
id: proef-2026
title: Proef
language: nl-NL
date: 2026-03-02
sender: {{ name: Bureau }}
register: {{ country: NL }}
letters:
  brief:
    address: none
    place-and-date: Utrecht
    subject: Water
    salutation: Geachte raad,
    body: \"{{{{ if municipality.{first} == \\\"1\\\" }}}}Wel{{{{ else }}}}Niet{{{{ end }}}} hier.\"
    closing: Hoogachtend,
    signatories: [{{ name: A. Jansen }}]
texts:
  bijlage:
    title: Bijlage
    body: '{words}.'
documents:
  - {{ id: brief, formats: [pdf], letter: brief }}
  - {{ id: bijlage, title: Bijlage, formats: [pdf], annex: {{ label: Bijlage, title: Bijlage }}, parts: [{{ text: bijlage }}] }}
post: none
"
    );
    let mut table = format!("code,name,running_name,population,{}\n", names.join(","));
    for row in 0..1 << CONDITIONS {
        write!(table, "GM{row:04},Aa,Aa,100").unwrap();
        for column in 0..CONDITIONS {
            write!(table, ",{}", row >> column & 1).unwrap();
        }
        table.push('\n');
    }
    let source = Source::new("c.yaml", yaml);
    let loaded = Campaign::load(&source, |settings: &RegisterSettings| {
        let register = Register::open("r.csv", table.as_bytes(), settings)?;
        Ok(Arc::clone(register.columns()))
    });
    let campaign = loaded.unwrap_or_else(|found| {
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        panic!("{}", found.join("\n"))
    });
    (campaign.output, table)
}

fn shape(pack: &Pack, document: &str) -> Arc<Shape> {
    let found = pack.documents.iter().find(|one| one.document == document);
    Arc::clone(&found.expect("every council gets it").shape)
}

#[test]
fn a_shape_depends_on_the_conditions_of_its_document_alone_and_few_are_kept() {
    let (campaign, table) = campaign();
    let rows = Register::open("r.csv", table.as_bytes(), campaign.register()).expect("columns");
    let mut letters = HashSet::new();
    let mut texts = HashSet::new();
    let mut annexes: Vec<Weak<Shape>> = Vec::new();
    for row in rows {
        let pack = campaign.pack(&row.unwrap_or_else(|row| panic!("{:?}", row.diagnostics)));
        let letter = shape(&pack, "brief");
        texts.insert(letter.fingerprint());
        letters.insert(Arc::as_ptr(&letter));
        annexes.push(Arc::downgrade(&shape(&pack, "bijlage")));
    }
    // The first was made before the letter's dependencies were known.
    assert!(letters.len() <= 3, "{}", letters.len());
    assert_eq!(texts.len(), 2);
    assert_eq!(annexes.len(), 1 << CONDITIONS);
    let kept = annexes.iter().filter(|one| one.strong_count() > 0).count();
    assert!((1..=1024).contains(&kept), "{kept}");
}
