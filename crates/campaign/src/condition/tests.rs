//! Conditions parsed, checked and evaluated together.

use std::sync::Arc;

use super::*;
use crate::{Register, RegisterSettings};
use raadspost_content::Source;
use raadspost_yaml::OffsetMap;

fn text(expression: &str) -> Text {
    let mut map = OffsetMap::default();
    map.push(0, 0);
    let source = Source::new("when", expression);
    Text {
        source,
        text: expression.to_owned(),
        map,
    }
}

fn row(cells: &str) -> Municipality {
    let table = format!("code,name,population,seats,population_date\n{cells}\n");
    let mut rows =
        Register::open("r.csv", table.as_bytes(), &RegisterSettings::default()).expect("a header");
    rows.next().expect("a row").expect("a clean row")
}

fn truth(expression: &str, municipality: &Municipality) -> Truth {
    let mut diagnostics = Vec::new();
    let condition = Condition::parse(&text(expression), &mut diagnostics);
    let condition = condition.unwrap_or_else(|| panic!("{expression}: {diagnostics:?}"));
    condition.check(&Arc::clone(municipality.columns()), &mut diagnostics);
    assert!(diagnostics.is_empty(), "{expression}: {diagnostics:?}");
    condition.evaluate(municipality)
}

#[test]
fn conditions_say_what_they_mean() {
    let row = row("GM1,’s-Hertogenbosch,160000,39,2026-01-01");
    for holds in [
        "municipality.population >= 100000",
        "100000 < municipality.population",
        "municipality.population == 160000.0",
        "municipality.name == \"’s-Hertogenbosch\"",
        "municipality.name != 'Utrecht' && municipality.seats > 37",
        "municipality.code in [\"GM1\", \"GM2\"]",
        "!(municipality.seats in [1, 2])",
        "municipality.name.startsWith(\"’s-\") || false",
        "municipality.name.contains(\"togen\") && municipality.name.endsWith(\"bosch\")",
        "municipality.population_date >= \"2025-12-31\"",
        "has(municipality.population)",
        "-1 < municipality.seats",
    ] {
        assert_eq!(truth(holds, &row), Truth::True, "{holds}");
        assert_eq!(truth(&format!("!({holds})"), &row), Truth::False, "{holds}");
    }
}

#[test]
fn numbers_are_exact_and_dates_are_dates_however_the_register_writes_them() {
    let table = "code;name;population;population_date\nGM1;A;9.007.199.254.740.993,5;31-12-2025\n";
    let register = |text: &'static str| {
        Register::open("r.csv", text.as_bytes(), &RegisterSettings::default()).expect("a header")
    };
    let survey = register(table).survey(|_, _| {}).expect("clear formats");
    let mut rows = register(table)
        .with_formats(&survey.columns)
        .expect("the same");
    let row = rows.next().expect("a row").expect("a clean row");
    for holds in [
        "municipality.population == 9007199254740993.5",
        "municipality.population > 9007199254740993",
        "municipality.population > 9007199254740993.4999",
        "municipality.population > -0.5",
        "municipality.population_date == \"2025-12-31\"",
        "municipality.population_date < \"2026-01-01\"",
        "\"2025-02-01\" < municipality.population_date",
        "municipality.population_date in [\"2025-12-31\"]",
    ] {
        assert_eq!(truth(holds, &row), Truth::True, "{holds}");
    }
}

#[test]
fn a_number_that_may_have_a_thousands_point_is_a_mistake() {
    let parse = |expression: &str| {
        let mut diagnostics = Vec::new();
        let condition = Condition::parse(&text(expression), &mut diagnostics);
        assert_eq!(condition.is_none(), !diagnostics.is_empty());
        diagnostics.pop()
    };
    let found = parse("municipality.population >= 100.000").expect("a mistake");
    assert_eq!(found.code, "unclear-number");
    assert_eq!(found.message, "`100.000` can be read as 100000 or 100.000");
    assert_eq!(
        found.hint.as_deref(),
        Some("write `100000`, or `100.0` for 100")
    );
    assert_eq!(found.location().2, Some(28));
    for clear in ["100.0", "100.0000", "0.125", "1000.125", "-8.5", "100000"] {
        assert!(
            parse(&format!("municipality.population >= {clear}")).is_none(),
            "{clear}"
        );
    }
    let found = parse("municipality.population in [1, 2.500]").expect("a mistake");
    assert_eq!(found.hint.as_deref(), Some("write `2500`, or `2.0` for 2"));
    assert_eq!(
        parse("municipality.population > 1e5").map(|found| found.code),
        Some("unsupported-condition")
    );
}

#[test]
fn a_missing_value_is_neither_true_nor_false() {
    let row = row("GM1,Ergens,,39,");
    let missing = Truth::missing(["population".to_owned()]);
    let both = Truth::missing(["population".to_owned(), "population_date".to_owned()]);
    for (expression, expected) in [
        ("municipality.population >= 1", missing.clone()),
        ("!(municipality.population >= 1)", missing.clone()),
        ("municipality.population != 1", missing.clone()),
        ("municipality.population in [1]", missing.clone()),
        ("!(municipality.population in [1])", missing.clone()),
        (
            "municipality.seats in [1, municipality.population]",
            missing.clone(),
        ),
        (
            "!(municipality.seats in [1, municipality.population])",
            missing.clone(),
        ),
        (
            "municipality.seats in [municipality.population, 39]",
            Truth::True,
        ),
        ("municipality.seats in [1, 2]", Truth::False),
        ("municipality.population in []", missing.clone()),
        (
            "municipality.population > 1 && municipality.population_date > \"2026-01-01\"",
            both.clone(),
        ),
        (
            "municipality.population > 1 || municipality.population_date > \"2026-01-01\"",
            both.clone(),
        ),
        ("has(municipality.population)", Truth::False),
        (
            "municipality.population >= 1 && municipality.seats == 39",
            missing.clone(),
        ),
        // What is decided without it is decided.
        (
            "municipality.population >= 1 && municipality.seats == 1",
            Truth::False,
        ),
        (
            "municipality.seats == 1 && municipality.population >= 1",
            Truth::False,
        ),
        (
            "municipality.population >= 1 || municipality.seats == 39",
            Truth::True,
        ),
        (
            "has(municipality.population) && municipality.population >= 1",
            Truth::False,
        ),
        (
            "!has(municipality.population) || municipality.population >= 1",
            Truth::True,
        ),
    ] {
        assert_eq!(truth(expression, &row), expected, "{expression}");
    }
}

#[test]
fn composed_and_decomposed_letters_are_equal() {
    let row = row("GM1,Su\u{301}dwest,1,1,2026-01-01");
    for holds in [
        "municipality.name == \"S\u{fa}dwest\"",
        "municipality.name in [\"S\u{fa}dwest\"]",
        "municipality.name.startsWith(\"S\u{fa}\")",
        "municipality.name.contains(\"\u{fa}d\")",
        "!(municipality.name != \"S\u{fa}dwest\")",
        "!municipality.name.startsWith(\"Su\") && !municipality.name.endsWith(\"u\u{301}dwest \")",
    ] {
        assert_eq!(truth(holds, &row), Truth::True, "{holds}");
    }
}

#[test]
fn mistakes_are_told_in_plain_words_with_what_to_write() {
    for (written, place, hint) in [
        (
            "municipality.province == Utrecht",
            "Utrecht",
            "`\"Utrecht\"`",
        ),
        (
            "municipality.province == Den Haag",
            "Den Haag",
            "`\"Den Haag\"`",
        ),
        (
            "province == \"Utrecht\"",
            "province",
            "`municipality.province`",
        ),
        (
            "municipality.province in [Utrecht]",
            "Utrecht",
            "`\"Utrecht\"`",
        ),
        (
            "province in [\"Utrecht\"]",
            "province",
            "`municipality.province`",
        ),
        (
            "gemeente.name == \"Utrecht\"",
            "gemeente.name",
            "`municipality.name`",
        ),
        (
            "campaign.id == \"x\"",
            "campaign.id",
            "columns of the register",
        ),
        ("municipality.province = \"Utrecht\"", "=", "`==`"),
        ("municipality.province === \"Utrecht\"", "===", "`==`"),
        ("municipality.seats => 3", "=>", "`>=`"),
        ("municipality.seats =< 3", "=<", "`<=`"),
        ("municipality.seats ≥ 3", "≥", "`>=`"),
        ("municipality.seats <> 3", "<>", "`!=`"),
        (
            "municipality.seats > 3 or municipality.seats < 2",
            "or",
            "`||`",
        ),
        (
            "municipality.seats > 3 and municipality.seats < 9",
            "and",
            "`&&`",
        ),
        (
            "municipality.seats > 3 en municipality.seats < 9",
            "en",
            "`&&`",
        ),
        (
            "municipality.seats > 3 & municipality.seats < 9",
            "&",
            "`&&`",
        ),
        ("not municipality.seats > 3", "not", "`!"),
        ("municipality.name == “Utrecht”", "“", "`\"`"),
        (
            "municipality.name == \"Utrecht",
            "\"Utrecht",
            "`\"Utrecht\"`",
        ),
        ("(municipality.seats > 3", "(", "`)`"),
        ("municipality.seats > 3)", ")", "remove"),
        ("municipality.name in [\"a\"", "[", "`]`"),
        (
            "municipality.population > 1.250.000",
            "1.250.000",
            "`1250000`",
        ),
        ("municipality.population > 100 000", "100 000", "`100000`"),
        ("municipality.population >=", "=", "100000"),
        (
            "municipality.name",
            "municipality.name",
            "has(municipality.name)",
        ),
        ("", "", "write it like"),
    ] {
        let mut diagnostics = Vec::new();
        let text = text(written);
        Condition::parse(&text, &mut diagnostics);
        let [found] = diagnostics.as_slice() else {
            panic!("{written}: {diagnostics:?}")
        };
        assert!(
            found
                .hint
                .as_ref()
                .is_some_and(|found| found.contains(hint)),
            "{found}"
        );
        let Place::Source(_, span) = &found.place else {
            panic!("{found}")
        };
        let (from, to) = (span.start as usize, (span.end as usize).min(written.len()));
        assert_eq!(&written[from..to], place, "{found}");
        for word in [
            "mismatched",
            "expecting",
            "token",
            "<eof>",
            "input",
            "yntax",
        ] {
            assert!(!found.to_string().contains(word), "{found}");
        }
    }
}

#[test]
fn unlike_types_are_told_with_the_cure() {
    let row = row("GM1,Ergens,1,1,2026-01-01");
    for (written, hint) in [
        (
            "municipality.name > 3",
            "`name: { heading: …, type: number }`",
        ),
        (
            "municipality.name > municipality.seats",
            "`name: { heading: …, type: number }`",
        ),
        ("municipality.population > \"100.000\"", "`100000`"),
        ("municipality.population_date > \"1 mei\"", "2026-01-31"),
        ("municipality.inwoners > 3", "the register has: code, name"),
        (
            "municipality.seets > 3",
            "did you mean `municipality.seats`?",
        ),
        ("municipality.inwoners in [1, 2, 3]", "the register has"),
    ] {
        let mut diagnostics = Vec::new();
        let condition = Condition::parse(&text(written), &mut diagnostics).expect("a condition");
        condition.check(&Arc::clone(row.columns()), &mut diagnostics);
        let [found] = diagnostics.as_slice() else {
            panic!("{written}: {diagnostics:?}")
        };
        assert!(
            found
                .hint
                .as_ref()
                .is_some_and(|found| found.contains(hint)),
            "{found}"
        );
    }
}

#[test]
fn whatever_is_written_is_answered_with_a_diagnostic() {
    let deep = "(".repeat(5000) + &")".repeat(5000);
    for expression in [
        "",
        " ",
        "(",
        ")",
        "((((",
        "a",
        "a.b",
        "municipality",
        "municipality.",
        "municipality.name",
        "has(",
        "has(1)",
        "has(municipality)",
        "\"",
        "'a",
        "1 +",
        "1 + 2",
        "{",
        "{\"a\": 1}",
        "[1]",
        "x ? y : z",
        "municipality.name ==",
        "== 3",
        "municipality.population >= 9999999999999999999999",
        "\u{0}",
        "é",
        "ключ == 1",
        "1 in 2",
        "a && ",
        "municipality.name.matches(\"x\")",
        "municipality.name[0]",
        "municipality.list.exists(x, x > 1)",
        "😀 == 😀",
        "b\"a\" == b\"a\"",
        "// comment",
        "municipality.population >= 1 municipality.seats",
        deep.as_str(),
    ] {
        let mut diagnostics = Vec::new();
        let condition = Condition::parse(&text(expression), &mut diagnostics);
        assert!(
            condition.is_none() && !diagnostics.is_empty(),
            "{expression}"
        );
        for diagnostic in diagnostics {
            assert!(diagnostic.hint.is_some(), "{expression}: {diagnostic}");
        }
    }
}
