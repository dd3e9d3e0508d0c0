//! The Markdown test cases of `tests/cases/campaign`; their format is described in
//! `tests/cases/README.md`. With `CASES=write` the expectations are updated.

#[path = "../../../../tests/manual/page.rs"]
mod page;
mod said;
mod text;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use page::{Fence, merged, sections};
use raadspost_campaign::{
    AddressForm, Campaign, Filter, Municipality, NamedFiles, RefusedRow, Register,
    RegisterSettings, Survey, load_address_form, load_language, read_factions,
};
use raadspost_content::{Diagnostic, Envelope, LanguageFile, Pack, PackDocument, Severity, Source};
use text::{difference, rewritten, unescaped};

/// The inputs of a section, including those of the sections above it.
#[derive(Debug, Clone, Default)]
struct Given {
    campaign: String,
    /// The campaign is on the page in full, so that lines and columns can be checked.
    is_alone: bool,
    register: String,
    factions: String,
}

impl Given {
    fn take(&mut self, fence: &Fence) -> bool {
        let info: Vec<&str> = fence.info.iter().map(String::as_str).collect();
        match info[..] {
            ["yaml", "campaign"] if self.is_alone || self.campaign.is_empty() => {
                (self.campaign, self.is_alone) = (fence.text.clone(), false);
            }
            ["yaml", "campaign"] => self.campaign = merged(&self.campaign, &fence.text),
            ["yaml", "campaign", "alone"] => {
                (self.campaign, self.is_alone) = (fence.text.clone(), true);
            }
            ["csv", "register"] => self.register = unescaped(&fence.text),
            ["csv", "factions"] => self.factions.clone_from(&fence.text),
            _ => return false,
        }
        true
    }

    fn open(&self, settings: &RegisterSettings) -> Result<Register<&[u8]>, Vec<Diagnostic>> {
        Register::open("register.csv", self.register.as_bytes(), settings)
    }

    /// The result of the first pass over the register.
    fn survey(&self, settings: &RegisterSettings) -> Result<Survey, Vec<Diagnostic>> {
        self.open(settings)?.survey(|_, _| {})
    }

    /// The campaign and its diagnostics.
    fn load(&self) -> (Option<Campaign>, String) {
        let source = Source::new("campaign.yaml", self.campaign.as_str());
        let loaded = Campaign::load(&source, |settings| {
            Ok(Arc::clone(self.open(settings)?.columns()))
        });
        let told = |found: &[Diagnostic]| told(found, self.is_alone);
        match loaded {
            Ok(loaded) => {
                let envelopes = loaded.output.envelope_names();
                let envelopes = envelopes.iter().map(|(name, _)| {
                    let name = (*name).to_owned();
                    let envelope = Envelope {
                        name: name.clone(),
                        ..Envelope::default()
                    };
                    (name, Arc::new(envelope))
                });
                let mut files = NamedFiles::default();
                files.envelopes = envelopes.collect();
                if !self.factions.is_empty() {
                    let factions =
                        read_factions("factions.csv", self.factions.as_bytes().into(), None);
                    files.factions = factions.expect("factions");
                }
                files.languages = languages(&loaded.output);
                files.addresses = addresses(&loaded.output);
                let found = loaded.output.check_languages(&files);
                let all = told(&[loaded.warnings, found.clone()].concat());
                if found.iter().any(|one| one.severity == Severity::Error) {
                    return (None, all);
                }
                let campaign = loaded.output.with_files(&files).expect("envelopes");
                (Some(campaign), all)
            }
            Err(found) => (None, told(&found)),
        }
    }

    /// The pack of a municipality. It must not depend on packs made earlier, and a collection must
    /// contain the documents of its own pack.
    fn pack(&self, campaign: &Campaign, code: &str) -> Result<Pack, String> {
        let rows = self.rows(campaign.register());
        let rows: Vec<_> = rows.map_err(|found| told(&found, false))?.collect();
        let pack = |row: &Result<Municipality, RefusedRow>| match row {
            Ok(row) => campaign.pack(row),
            Err(row) => campaign.refused_pack(row),
        };
        let own = rows.iter().find(|row| said::code(row) == code);
        let own = own.ok_or_else(|| format!("no row has the code {code}\n"))?;
        let alone = pack(own);
        // After all others, and after itself.
        let all = rows.iter().chain([own]).map(pack);
        for again in all.filter(|pack| pack.code == code) {
            let told = |pack| said::pack(campaign, pack);
            assert_eq!(told(&alone), told(&again), "{code} beside other rows");
            for (one, other) in alone.documents.iter().zip(&again.documents) {
                let told = |one: &PackDocument| said::document(&one.shape, &one.values);
                assert_eq!(told(one), told(other), "{code} beside other rows");
            }
            for member in again.documents.iter().flat_map(|one| one.shape.members()) {
                let mut own = again.documents.iter().map(|one| &one.shape);
                assert!(
                    own.any(|shape| Arc::ptr_eq(shape, member)),
                    "{code}: {}",
                    member.document
                );
            }
        }
        Ok(alone)
    }

    /// Evaluates conditions for a row: one per line, after a word and a colon; each is followed by
    /// its result.
    fn conditions(&self, code: &str, lines: &str) -> String {
        let settings = RegisterSettings::default();
        let mut rows = self.rows(&settings).expect("a register, without settings");
        let row = rows.find_map(|row| row.ok().filter(|row| row.code() == code));
        let row = row.expect("a row with this code");
        let mut out = String::new();
        for line in lines.lines().filter(|line| !line.starts_with("  ")) {
            let (_, expression) = line.split_once(':').expect("a word, and a colon");
            let expression = expression.strip_prefix(' ').unwrap_or(expression);
            let (word, found) = match Filter::parse(
                &Source::new("--where", unescaped(expression)),
                row.columns(),
            ) {
                Err(found) => ("mistake", found),
                Ok(filter) => match filter.matches(&row) {
                    Ok(true) => ("true", Vec::new()),
                    Ok(false) => ("false", Vec::new()),
                    Err(found) => ("unknown", vec![found]),
                },
            };
            let _ = writeln!(out, "{}", format!("{word}: {expression}").trim_end());
            let told = told(&found, false);
            told.lines().for_each(|line| {
                let _ = writeln!(out, "  {line}");
            });
        }
        out
    }

    fn rows(&self, settings: &RegisterSettings) -> Result<Register<&[u8]>, Vec<Diagnostic>> {
        let survey = self.survey(settings)?;
        self.open(settings)?.with_formats(&survey.columns)
    }

    /// The actual text for a block of expectations; `None` for other blocks.
    fn found(&self, fence: &Fence) -> Option<String> {
        let info: Vec<&str> = fence.info.iter().map(String::as_str).collect();
        let (campaign, found) = self.load();
        let with = |of: &dyn Fn(&Campaign) -> Result<String, String>| match &campaign {
            Some(campaign) => of(campaign).unwrap_or_else(|why| why),
            None => found.clone(),
        };
        Some(match info[..] {
            ["diagnostics"] => found,
            ["register"] => with(&|campaign| {
                let settings = campaign.register();
                let survey = self.survey(settings).map_err(|found| told(&found, false))?;
                let rows = self.rows(settings).map_err(|found| told(&found, false))?;
                Ok(said::register(&survey, rows))
            }),
            ["conditions", code] => self.conditions(code, &fence.text),
            ["posting"] => with(&|campaign| Ok(said::posting(campaign.posting()))),
            ["pack", code] => with(&|campaign| {
                let pack = self.pack(campaign, code)?;
                Ok(said::pack(campaign, &pack))
            }),
            ["text", document, code] => with(&|campaign| {
                let pack = self.pack(campaign, code)?;
                let found = pack.documents.iter().find(|one| one.document == document);
                let found = found.ok_or_else(|| said::pack(campaign, &pack))?;
                Ok(said::document(&found.shape, &found.values))
            }),
            _ => return None,
        })
    }
}

/// The embedded files of the campaign's languages.
fn languages(campaign: &Campaign) -> BTreeMap<String, Arc<LanguageFile>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/languages");
    let files = campaign.language_files().into_iter();
    let read = |tag: String| {
        let name = format!("{tag}.yaml");
        let text = fs::read_to_string(folder.join(&name)).ok()?;
        let file = load_language(&Source::new(name, text)).expect("a language");
        Some((tag, Arc::new(file)))
    };
    files.filter_map(read).collect()
}

/// The embedded forms of addresses that the campaign needs.
fn addresses(campaign: &Campaign) -> BTreeMap<String, AddressForm> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/addresses");
    let entries = fs::read_dir(&folder).expect("the forms");
    let names = entries.map(|entry| entry.expect("an entry").path());
    let names = names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()));
    let names: Vec<String> = names.collect();
    let wanted = campaign.address_forms(names.iter().map(String::as_str));
    let read = |country: &str| {
        let text = fs::read_to_string(folder.join(format!("{country}.yaml"))).expect("a form");
        let form = load_address_form(country, &Source::new(country, text)).expect("a form");
        (country.to_owned(), form)
    };
    wanted.into_iter().map(read).collect()
}

/// Mistakes and warnings, in words.
fn told(found: &[Diagnostic], placed: bool) -> String {
    let found = found.iter();
    found.map(|one| said::diagnostic(one, placed)).collect()
}

fn pages(folder: &Path, out: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("the cases");
    let mut entries: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            pages(&path, out);
        } else if path.extension().is_some_and(|found| found == "md") {
            out.push(path);
        }
    }
}

/// Checks a page: the number of expectations, the differences, and the corrected page.
fn check(text: &str) -> (usize, String, String) {
    let mut above: Vec<(usize, Given)> = Vec::new();
    let mut count = 0;
    let mut differences = String::new();
    let mut blocks = Vec::new();
    for section in sections(text) {
        above.retain(|(level, _)| *level < section.level);
        let mut given = above
            .last()
            .map(|(_, given)| given.clone())
            .unwrap_or_default();
        for fence in &section.fences {
            if given.take(fence) {
                continue;
            }
            let line = fence.lines.start;
            let Some(found) = given.found(fence) else {
                let _ = writeln!(
                    differences,
                    "line {line}: `{}` is not a known kind of block",
                    fence.info.join(" ")
                );
                continue;
            };
            count += 1;
            if found != fence.text {
                let _ = writeln!(
                    differences,
                    "line {line}, {}, {}:",
                    section.title,
                    fence.info.join(" ")
                );
                differences.push_str(&difference(&fence.text, &found));
            }
            blocks.push((fence.lines.clone(), found));
        }
        above.push((section.level, given));
    }
    (count, differences, rewritten(text, &blocks))
}

#[test]
fn every_case_comes_to_what_its_page_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/campaign");
    let mut paths = Vec::new();
    pages(&folder, &mut paths);
    #[expect(
        clippy::disallowed_methods,
        reason = "the variable selects the mode of a test"
    )]
    let writes = std::env::var_os("CASES").is_some_and(|value| value == "write");
    let mut all = String::new();
    let mut count = 0;
    for path in paths {
        let text = fs::read_to_string(&path).expect("a page in UTF-8");
        let (expectations, differences, written) = check(&text);
        assert!(expectations > 0, "{}: no expectation", path.display());
        count += expectations;
        if writes && written != text {
            fs::write(&path, written).expect("written");
        } else if !differences.is_empty() {
            let name = path.strip_prefix(&folder).unwrap_or(&path);
            let _ = writeln!(all, "{}\n{differences}", name.display());
        }
    }
    assert!(
        all.is_empty(),
        "`-` is expected, `+` is actual; `CASES=write` writes the actual text:\n\n{all}"
    );
    assert!(count > 0);
}

/// The runner detects mistakes in a page.
#[test]
fn a_difference_is_told_with_its_line() {
    let page =
        "# Page\n\n```yaml campaign\nraadspost: 1\n```\n\n## Case\n\n```diagnostics\nno\n```\n";
    let (count, differences, written) = check(page);
    assert_eq!(count, 1);
    assert!(
        differences.starts_with("line 9, Case, diagnostics:\n  - no\n  + missing-key"),
        "{differences}"
    );
    assert_eq!(check(&written).1, "");
    let (_, differences, _) = check("# Page\n\n```yaml\na: 1\n```\n");
    assert_eq!(differences, "line 3: `yaml` is not a known kind of block\n");
}

#[test]
fn a_campaign_is_put_over_that_of_the_page() {
    let base = "a: 1\nb:\n  c: { d: 1 }\n  e:\n    f: 1\n    g:\n      - 1\nh: [1]\n";
    let over = "b:\n  e:\n    g: [2]\n    i: |\n      text: x\n  c: !leave-out\nh:\n  - 2\n";
    let whole = "a: 1\nb:\n  e:\n    f: 1\n    g: [2]\n    i: |\n      text: x\nh:\n  - 2\n";
    assert_eq!(merged(base, over), whole);
}
