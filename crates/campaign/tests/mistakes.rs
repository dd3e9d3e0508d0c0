//! Every mistake in a campaign is found in one run, each at its location; the cases are in
//! `tests/cases/campaign`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use raadspost_campaign::{Campaign, Register};
use raadspost_content::{Diagnostic, Source};

fn mistakes(yaml: &str, register: &str) -> Vec<Diagnostic> {
    let source = Source::new("campaign.yaml", yaml);
    let loaded = Campaign::load(&source, |settings| {
        Register::open("gemeenten.csv", register.as_bytes(), settings)
            .map(|register| register.columns().clone())
    });
    loaded.err().unwrap_or_default()
}

#[test]
fn fifteen_mistakes_give_fifteen_diagnostics() {
    let case =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/campaign/fifteen-mistakes");
    let read = |name: &str| fs::read_to_string(case.join(name)).expect(name);
    let found = mistakes(&read("campaign.yaml"), &read("gemeenten.csv"));
    let mut listed = String::new();
    for diagnostic in &found {
        let (_, line, column) = diagnostic.location();
        let place = (line.expect("a line"), column.expect("a column"));
        let _ = writeln!(listed, "{}:{} {}", place.0, place.1, diagnostic.code);
        assert!(diagnostic.hint.is_some(), "no hint: {diagnostic}");
    }
    assert_eq!(listed, read("expected.txt"));
    assert_eq!(found.len(), 15, "fifteen of them");
}

/// Any damage to a file gives a campaign or diagnostics with location and hint, never a panic. The
/// damage comes from a fixed pseudo-random sequence.
#[test]
fn a_damaged_campaign_is_answered_with_diagnostics() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let yaml = fs::read_to_string(root.join("posiv.yaml")).expect("the campaign");
    let register = fs::read_to_string(root.join("registers/nl.csv")).expect("the register");
    let letters: Vec<char> = yaml.chars().collect();
    let signs: Vec<char> = "{}[]:-*&!|>#\"'`\\<^\n\t \u{e000}é€".chars().collect();
    let mut state = 1_u64;
    let mut next = |limit: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % limit
    };
    let mut refused = 0;
    for _ in 0..400 {
        let mut damaged = letters.clone();
        for _ in 0..=next(3) {
            let at = next(damaged.len());
            match next(3) {
                0 => damaged[at] = signs[next(signs.len())],
                1 => damaged.insert(at, signs[next(signs.len())]),
                _ => {
                    let end = (at + next(40)).min(damaged.len());
                    damaged.drain(at..end);
                }
            }
        }
        let damaged: String = damaged.into_iter().collect();
        let found = mistakes(&damaged, &register);
        refused += usize::from(!found.is_empty());
        for diagnostic in found {
            assert!(
                diagnostic.location().1.is_some() && diagnostic.hint.is_some(),
                "{diagnostic}"
            );
        }
    }
    assert!(refused > 100, "most damage is a mistake: {refused}");
}

/// An override that matches no row is reported at its code, even if another code has the same
/// prefix.
#[test]
fn an_idle_override_is_told_where_it_is_written() {
    let yaml = "raadspost: 1\nid: x\ntitle: X\nlanguage: nl-NL\ndate: 2023-02-09\n\
        sender: { name: A }\nphrases: { a: A }\noverrides:\n  GM10: { a: B }\n  GM1: { a: C }\n\
        texts: { t: { body: \"{{ phrase.a }}\" } }\n\
        documents:\n  - { id: d, title: D, formats: [pdf], parts: [{ text: t }] }\n";
    let campaign = Campaign::load(&Source::new("campaign.yaml", yaml), |settings| {
        Register::open("gemeenten.csv", "code,name\n".as_bytes(), settings)
            .map(|register| register.columns().clone())
    });
    let campaign = campaign.unwrap_or_else(|found| panic!("{found:?}")).output;
    let line = |code: &str| campaign.idle_override(code, None).location().1;
    assert_eq!((line("GM10"), line("GM1")), (Some(9), Some(10)));
}
