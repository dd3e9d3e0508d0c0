//! A second, very different campaign: no code depends on the first.

use std::fs;

use crate::support::{Desk, case, documents, pdf};

#[test]
fn another_language_with_other_documents_and_columns_builds() {
    let desk = Desk::new(&[
        ("campaign.yaml", &case("build/radweg/campaign.yaml")),
        ("gemeinden.csv", &case("build/radweg/gemeinden.csv")),
    ]);
    desk.build(&[]).ended(0);
    let paths: Vec<_> = documents(&desk.out()).into_keys().collect();
    assert_eq!(
        paths,
        [
            "DE-05515000-munster/anlage-netz.pdf",
            "DE-05515000-munster/schreiben.pdf",
            "DE-05515000-munster/sendung.pdf",
            "DE-05566012-emsdetten/anlage-netz.pdf",
            "DE-05566012-emsdetten/schreiben.pdf",
            "DE-05566012-emsdetten/sendung.pdf",
            "DE-05566096-wettringen/schreiben.pdf",
            "DE-05566096-wettringen/sendung.pdf",
        ]
    );
    let text = |path: &str| {
        let pdf = pdf(&desk.out().join(path));
        assert_eq!(pdf.metadata.language.as_deref(), Some("de-DE"));
        pdf.lines
            .iter()
            .map(|line| line.text.replace('\u{A0}', " "))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let large = text("DE-05515000-munster/schreiben.pdf");
    for part in [
        "Münster, 1. Mai 2026",
        "322.904",
        "vorbildlich",
        "laden wir Sie zu einem Gespräch ein",
        "Anlage 1:",
    ] {
        assert!(large.contains(part), "{part}: {large}");
    }
    let small = text("DE-05566096-wettringen/schreiben.pdf");
    assert!(
        small.contains("Ihr Netz von 12 km")
            && !small.contains("Gespräch")
            && !small.contains("Anlage"),
        "{small}"
    );
    let middle = text("DE-05566012-emsdetten/sendung.pdf");
    assert!(
        middle.contains("Ihr Netz darf wachsen.") && middle.contains("mit dem Bahnhof"),
        "{middle}"
    );
}

#[test]
fn the_author_s_own_theme_changes_the_look_and_makes_everything_again() {
    let desk = Desk::new(&[
        ("campaign.yaml", &case("build/radweg/campaign.yaml")),
        ("gemeinden.csv", &case("build/radweg/gemeinden.csv")),
    ]);
    desk.build(&[]).ended(0);
    let before = documents(&desk.out());
    let theme =
        fs::read_to_string(crate::support::root().join("content/theme.yaml")).expect("the theme");
    desk.write("theme.yaml", theme.replace("#1F4E79", "#7A1F1F"));
    desk.build(&[]).ended(0);
    assert_eq!(desk.report()["documents"]["made"], before.len());
    let after = documents(&desk.out());
    assert!(before.iter().all(|(path, bytes)| after[path] != *bytes));
}
