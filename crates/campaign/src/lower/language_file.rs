//! Lowering of `languages/*.yaml`.

use std::sync::Arc;

use raadspost_content::cldr::is_date_pattern;
use raadspost_content::{Diagnostics, FixedWord, LanguageFile, Source};
use raadspost_yaml::{Kind, Map, Node, Text};

use crate::keys::language::LANGUAGE;

/// Reads a language file and collects all mistakes.
pub fn load(source: &Arc<Source>) -> Result<LanguageFile, Diagnostics> {
    static ROOT: Kind = Kind::Object(&LANGUAGE);
    let mut diagnostics = Vec::new();
    let Some(root) = raadspost_yaml::parse(source, &mut diagnostics) else {
        return Err(diagnostics);
    };
    raadspost_yaml::check(source, &root, &ROOT, &mut diagnostics);
    let file = Map::of(&root, &LANGUAGE).map(|map| read(&map, &mut diagnostics));
    match file {
        Some(file) if diagnostics.is_empty() => Ok(file),
        _ => Err(diagnostics),
    }
}

fn read(map: &Map<'_>, diagnostics: &mut Diagnostics) -> LanguageFile {
    let _ = map.get("raadspost-language");
    let date = map.text("date");
    if let Some(text) = date.filter(|text| !is_date_pattern(&text.text)) {
        diagnostics.push(
            text.mistake(
                "wrong-value",
                format!("`{}` is not the pattern of a date", text.text),
            )
            .hint("write day, month and year once each, and words in apostrophes: `d 'de' MMMM y`"),
        );
    }
    let listed: Vec<&Text> = map.list("months").iter().filter_map(Node::scalar).collect();
    let names: Vec<String> = listed.iter().map(|month| month.text.clone()).collect();
    let count = names.len();
    let months: Option<[String; 12]> = names.try_into().ok();
    if let (None, Some(first)) = (&months, listed.first()) {
        diagnostics.push(
            first
                .mistake("wrong-value", format!("`months` has {count} names"))
                .hint("list the twelve months, January first"),
        );
    }
    LanguageFile {
        words: FixedWord::ALL.map(|word| map.string(word.key())),
        date: date.map(|text| text.text.clone()),
        months,
        first_day: map.string("first-day"),
        group: map.string("group"),
        decimal: map.string("decimal"),
    }
}

#[cfg(test)]
mod tests {
    use super::load;
    use raadspost_content::{FixedWord, Source};

    fn read(text: &str) -> Result<raadspost_content::LanguageFile, Vec<String>> {
        let source = Source::new("own.yaml", format!("raadspost-language: 1\n{text}\n"));
        let mistakes = load(&source).map_err(|found| found.into_iter().map(|it| it.message));
        mistakes.map_err(Iterator::collect)
    }

    #[test]
    fn a_file_has_what_it_states_and_nothing_else() {
        let file = read("page: Blad\ndate: d MMMM y").expect("a file");
        let known = file.words.iter().flatten().collect::<Vec<_>>();
        assert_eq!(known, ["Blad"]);
        assert_eq!(
            file.words[FixedWord::Page as usize].as_deref(),
            Some("Blad")
        );
        assert_eq!(file.date.as_deref(), Some("d MMMM y"));
        assert_eq!(file.months, None);
    }

    #[test]
    fn a_wrong_pattern_or_number_of_months_is_a_mistake() {
        for (text, wanted) in [
            ("date: d MMMM", "`d MMMM` is not the pattern of a date"),
            ("months: [a, b]", "`months` has 2 names"),
            ("pagina: x", "`pagina` is not known"),
        ] {
            let found = read(text).expect_err(text);
            assert!(found[0].contains(wanted), "{found:?}");
        }
    }
}
