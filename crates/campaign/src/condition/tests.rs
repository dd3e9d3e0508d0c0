//! Robustness: any text as a condition gives a result or a mistake. The meaning of conditions is
//! tested in `tests/cases/campaign/conditions.md`.

use super::*;
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
