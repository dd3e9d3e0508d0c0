//! The embedded registers: every required value is present.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use raadspost_campaign::{Municipality, Register, RegisterSettings};

fn table(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../content/registers")
        .join(name);
    fs::read_to_string(path).expect("the repository holds its registers")
}

fn municipalities() -> Vec<Municipality> {
    let settings = RegisterSettings {
        country: Some("NL".into()),
        ..Default::default()
    };
    let text = table("nl.csv");
    let register = Register::open("nl.csv", text.as_bytes(), &settings).expect("a header");
    register
        .map(|row| row.unwrap_or_else(|row| panic!("{:?}", row.diagnostics)))
        .collect()
}

#[test]
fn the_register_has_every_municipality_with_its_address() {
    let all = municipalities();
    assert_eq!(all.len(), 342);
    let count = |holds: &dyn Fn(&Municipality) -> bool| all.iter().filter(|row| holds(row)).count();
    assert_eq!(count(&|row| row.get("po_box").is_some()), 332);
    assert_eq!(
        count(&|row| row.get("street").is_some() && row.get("house_number").is_some()),
        10
    );
    assert_eq!(
        count(&|row| row.get("postcode").is_some() && row.get("town").is_some()),
        342
    );
    let population = |row: &Municipality| {
        row.get("population")
            .and_then(|cell| cell.parse::<u32>().ok())
    };
    assert_eq!(count(&|row| population(row) >= Some(100_000)), 32);
    assert!(
        all.iter()
            .all(|row| population(row).is_some() && row.get("population_date").is_some())
    );
    let names: Vec<_> = all
        .iter()
        .filter_map(|row| row.get("running_name"))
        .collect();
    assert!(names.contains(&"’s-Hertogenbosch") && names.contains(&"Súdwest-Fryslân"));
    assert!(
        names.iter().all(|name| !name.contains(['\'', '('])),
        "as they read in a sentence"
    );
}

#[test]
fn the_factions_of_a_council_add_up_to_its_seats() {
    let text = table("nl-fracties.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("code,faction,seats"));
    let mut seats: BTreeMap<&str, u32> = BTreeMap::new();
    for line in lines {
        let (code, rest) = line.split_once(',').expect("a code");
        let (_, count) = rest.rsplit_once(',').expect("seats");
        *seats.entry(code).or_default() += count.parse::<u32>().expect("a number");
    }
    assert_eq!(seats.len(), 340);
    for row in municipalities() {
        if let Some(sum) = seats.get(row.code()) {
            assert_eq!(
                row.get("seats"),
                Some(sum.to_string().as_str()),
                "{}",
                row.name()
            );
        }
    }
}
