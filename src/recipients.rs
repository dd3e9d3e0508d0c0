//! Whom a campaign is for: campaign, theme and register loaded together, and the packs that come
//! of them, row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use raadspost_campaign::{
    Campaign, Filter, Municipality, RefusedRow, Register, RegisterSettings, Survey, Usage,
    load_envelope, load_theme, read_factions,
};
use raadspost_content::{
    Diagnostic, Diagnostics, Envelope, Factions, Picture, Place, Severity, Source, Theme,
};
use raadspost_pipeline::{Packs, Recipient, Recipients, RegisterRows, UnfilledRow, UnfilledRows};
use raadspost_run::MunicipalityRecord;

use crate::backends;
use crate::discover::{self, CampaignFile, Origin, RegisterFile};
use crate::embedded::{self, Folder};
use crate::house::House;
use crate::outcome::CommandError;

mod doubled;

use doubled::{Codes, Doubled};

/// How many municipalities are named of which `--where` cannot say whether it means them.
const UNDECIDED_NAMED: usize = 100;

/// How many codes of factions are named that the register does not have.
const STRANGERS_NAMED: usize = 10;

/// The rows of a register that is open.
type Rows = Register<Box<dyn Read + Send>>;

/// What takes precedence over a campaign's own register, and narrows it.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// A register in place of the one that the campaign names.
    pub(crate) register: Option<PathBuf>,
    /// A condition on municipalities.
    pub(crate) condition: Option<String>,
    /// Whether a condition that cannot be decided, and what is of no use, is a mistake.
    pub(crate) strict: bool,
}

/// A campaign, its look, and the municipalities it is for.
pub(crate) struct Loaded {
    /// What the campaign says.
    pub(crate) campaign: Campaign,
    /// The look of its documents.
    pub(crate) theme: Theme,
    /// Logo and house styles.
    pub(crate) house: House,
    /// Where the campaign comes from.
    pub(crate) origin: Origin,
    /// The files beside it.
    pub(crate) folder: Folder,
    /// The text of the campaign, for places.
    pub(crate) source: Arc<Source>,
    /// Warnings of loading, none of which stops anything.
    pub(crate) warnings: Diagnostics,
    register: RegisterFile,
    factions: Option<RegisterFile>,
    filter: Option<Filter>,
    doubled: Doubled,
    survey: Survey,
}

impl Loaded {
    /// Loads a campaign with everything it names, checks it against each other, and reads the
    /// register once.
    ///
    /// # Errors
    /// All mistakes in campaign, theme, condition and the register's columns; a register that
    /// cannot be read to its end.
    pub(crate) fn load(file: CampaignFile, wanted: &Wanted) -> Result<Self, CommandError> {
        let mut mistakes = Vec::new();
        let theme = keep(theme(&file.folder)?, &mut mistakes);

        let mut opened = None;
        let campaign = Campaign::load(&file.source, |settings| {
            let (register, rows) = open_named(wanted, settings, &file)?;
            let columns = Arc::clone(rows.columns());
            opened = Some((register, rows));
            Ok(columns)
        });
        let campaign = keep(campaign, &mut mistakes);
        let mut table = None;
        let factions = match campaign.as_ref().map(|campaign| campaign.output.register()) {
            Some(settings) => keep(factions(settings, &file, &mut table), &mut mistakes),
            None => None,
        };
        let house = match &campaign {
            Some(campaign) => keep(House::load(&campaign.output, &file), &mut mistakes),
            None => None,
        };
        let envelopes = match &campaign {
            Some(campaign) => keep(envelopes(&campaign.output, &file.folder)?, &mut mistakes),
            None => None,
        };
        let pictures = match &campaign {
            Some(campaign) => keep(pictures(&campaign.output, &file.folder)?, &mut mistakes),
            None => None,
        };
        let filter = match (&wanted.condition, &opened) {
            (Some(condition), Some((_, rows))) => {
                keep(Filter::parse(condition, rows.columns()), &mut mistakes)
            }
            _ => None,
        };
        let look = match (&theme, &campaign) {
            (Some(theme), Some(campaign)) => Some(campaign.output.look(theme.clone())),
            (theme, _) => theme.clone(),
        };
        let (
            Some(theme),
            Some(campaign),
            Some(factions),
            Some(house),
            Some(envelopes),
            Some(pictures),
            Some((register, rows)),
            [],
        ) = (
            theme,
            campaign,
            factions,
            house,
            envelopes,
            pictures,
            opened,
            mistakes.as_slice(),
        )
        else {
            let theme = look.unwrap_or_default();
            mistakes.extend(backends::mistakes(&theme, &file.folder, &file.source)?);
            return Err(mistakes.into());
        };

        let mut codes = Codes::default();
        let mut strangers: BTreeMap<&str, u64> = factions.codes().collect();
        let mut awaited: BTreeSet<String> = campaign
            .output
            .overridden_codes()
            .map(str::to_owned)
            .collect();
        let survey = rows.survey(|code, _| {
            codes.add(code);
            strangers.remove(code);
            awaited.remove(code);
        })?;
        let mut unused: Diagnostics = Vec::new();
        if let Some(table) = &table {
            unused.extend(idle_factions(&table.name, &strangers));
        }
        let mut loaded = Self {
            theme: campaign.output.look(theme),
            campaign: campaign
                .output
                .with_factions(factions)
                .with_envelopes(envelopes)
                .with_pictures(pictures),
            warnings: [campaign.warnings, house.warnings.clone()].concat(),
            house,
            origin: file.origin,
            folder: file.folder,
            source: file.source,
            factions: table,
            register,
            filter,
            doubled: Doubled::default(),
            survey,
        };
        if codes.may_be_doubled() {
            loaded.doubled = codes.doubled(loaded.open()?, &loaded.register.name);
        }
        let allowed = loaded.campaign.allowed_warnings();
        loaded.warnings.retain(|found| !found.is_allowed(allowed));
        let mut undecided = loaded.undecided()?;
        unused.extend(loaded.idle_overrides(&awaited)?);
        undecided.extend(unused);
        undecided.retain(|found| !found.is_allowed(allowed));
        if wanted.strict && !undecided.is_empty() {
            return Err(undecided.into());
        }
        loaded.warnings.extend(undecided);
        Ok(loaded)
    }

    /// Opens the register at its start, read by the formats that the first pass has found.
    fn open(&self) -> Result<Rows, Diagnostics> {
        self.open_at(&self.register)
    }

    /// The same of a copy of the register.
    fn open_at(&self, register: &RegisterFile) -> Result<Rows, Diagnostics> {
        open(register, self.campaign.register())?.with_formats(&self.survey.columns)
    }

    /// Warnings of overrides of codes that the register does not have.
    ///
    /// # Errors
    /// Overrides by a municipality's name, which names the code that was meant.
    fn idle_overrides(&self, awaited: &BTreeSet<String>) -> Result<Diagnostics, CommandError> {
        let mut named: BTreeMap<&str, String> = BTreeMap::new();
        if awaited.is_empty() {
            return Ok(Vec::new());
        }
        for municipality in self.open()?.flatten() {
            for field in ["name", "running_name", "official_name"] {
                let name = municipality.get(field).unwrap_or("");
                let mut keys = awaited.iter();
                if let Some(key) = keys.find(|key| name.eq_ignore_ascii_case(key)) {
                    let code = || municipality.code().to_owned();
                    named.entry(key).or_insert_with(code);
                }
            }
        }
        let idle = awaited.iter().map(|code| {
            let named = named.get(code.as_str()).map(String::as_str);
            self.campaign.idle_override(code, named)
        });
        let (wrong, idle): (Diagnostics, Diagnostics) =
            idle.partition(|found| found.severity == Severity::Error);
        if wrong.is_empty() {
            Ok(idle)
        } else {
            Err(wrong.into())
        }
    }

    /// Warnings of municipalities of which `--where` cannot say whether it means them.
    fn undecided(&self) -> Result<Diagnostics, CommandError> {
        let mut undecided = Vec::new();
        let mut unnamed = 0_u64;
        let Some(filter) = &self.filter else {
            return Ok(undecided);
        };
        for row in self.open()? {
            let municipality = match row {
                Ok(municipality) => municipality,
                Err(row) if row.fatal => return Err(row.diagnostics.into()),
                Err(_) => continue,
            };
            if let Err(missing) = filter.matches(&municipality) {
                if undecided.len() < UNDECIDED_NAMED {
                    let message = format!("not selected by `--where`: {}", missing.message);
                    let severity = Severity::Warning;
                    undecided.push(Diagnostic {
                        severity,
                        message,
                        ..missing
                    });
                } else {
                    unnamed += 1;
                }
            }
        }
        if unnamed > 0 {
            let message = format!("`--where` cannot be decided for {unnamed} more municipalities");
            undecided.push(
                Diagnostic::warning("missing-value", message)
                    .hint("write `has(..)` where a missing value is expected"),
            );
        }
        Ok(undecided)
    }

    /// What the first pass over the register found.
    pub(crate) fn survey(&self) -> &Survey {
        &self.survey
    }

    /// The pack of a row, and whether the condition means it.
    fn recipient(&self, row: Result<Municipality, RefusedRow>) -> Recipient {
        let is_refused = row.is_err();
        let (pack, selected, record) = match row {
            Ok(municipality) => {
                // An undecided municipality is not meant; the warning of `undecided` names it.
                let decided = |filter: &Filter| filter.matches(&municipality).unwrap_or(false);
                let selected = self.filter.as_ref().is_none_or(decided);
                let pack = self.campaign.pack(&municipality);
                (pack, selected, record(&municipality))
            }
            // Nothing can be said of its fields, and it may not be left out in silence.
            Err(row) => {
                let record = MunicipalityRecord::default();
                (self.campaign.refused_pack(&row), true, record)
            }
        };
        let (pack, is_doubled) = self.doubled.refuse(pack);
        Recipient {
            pack,
            selected,
            row_refused: is_refused || is_doubled,
            municipality: record,
        }
    }

    /// The table of factions, where the campaign names one.
    pub(crate) fn factions_file(&self) -> Option<&RegisterFile> {
        self.factions.as_ref()
    }

    /// How many municipalities use each condition, variant and override of the campaign; those
    /// that `--where` and `--only` leave out do not count.
    ///
    /// # Errors
    /// The register cannot be read.
    pub(crate) fn usage(&self, only: &BTreeSet<String>) -> Result<Usage, Diagnostics> {
        let mut usage = self.campaign.usage();
        for municipality in self.open()?.flatten() {
            let meant = |filter: &Filter| filter.matches(&municipality).unwrap_or(false);
            let named = only.is_empty() || only.contains(municipality.code());
            if named && self.filter.as_ref().is_none_or(meant) {
                let pack = self.campaign.pack(&municipality);
                self.campaign.tally(&mut usage, &municipality, &pack);
            }
        }
        Ok(usage)
    }

    /// The register that is read.
    pub(crate) fn register_file(&self) -> &RegisterFile {
        &self.register
    }
}

impl Recipients for Loaded {
    fn register(&self) -> String {
        self.register.name.clone()
    }

    fn rows(&self) -> RegisterRows {
        RegisterRows {
            rows: self.survey.rows,
            empty: self.survey.empty_rows,
        }
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        let rows = self.open()?;
        Ok(Box::new(rows.map(|row| self.recipient(row))))
    }

    fn rows_kept(&self, inputs: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        let kept = self.register.kept_in(inputs);
        let rows = self.open_at(&kept)?;
        let unfilled = move |row| UnfilledRow::new(move || self.recipient(row));
        Ok(Box::new(rows.map(unfilled)))
    }
}

/// A warning for codes of the table of factions that the register does not have.
fn idle_factions(table: &str, codes: &BTreeMap<&str, u64>) -> Option<Diagnostic> {
    let line = *codes.values().min()?;
    let mut named: Vec<String> = codes
        .keys()
        .take(STRANGERS_NAMED)
        .map(|code| format!("`{code}`"))
        .collect();
    if codes.len() > named.len() {
        named.push(format!("and {} more", codes.len() - named.len()));
    }
    let message = format!(
        "the register does not have every code of the table of factions: {}",
        named.join(", ")
    );
    let place = Place::Row {
        file: table.to_owned(),
        line,
        code: None,
        column: None,
        shown: None,
    };
    Some(
        Diagnostic::warning("idle-factions", message)
            .at(place)
            .hint(
                "write the codes as they stand in the register, or write `allow: [idle-factions]`",
            ),
    )
}

/// What the records say of a municipality.
fn record(municipality: &Municipality) -> MunicipalityRecord {
    let cell = |field| municipality.get(field).map(str::to_owned);
    MunicipalityRecord {
        official_name: cell("official_name"),
        tooi: cell("tooi"),
        province: cell("province"),
    }
}

/// The result, or its mistakes among the others.
fn keep<T>(result: Result<T, Diagnostics>, mistakes: &mut Diagnostics) -> Option<T> {
    result.map_err(|found| mistakes.extend(found)).ok()
}

/// The author's look, or the embedded one.
fn theme(folder: &Folder) -> Result<Result<Theme, Diagnostics>, CommandError> {
    let Some(found) = folder.find(embedded::THEME) else {
        return Ok(Ok(Theme::default()));
    };
    let name = found.name.clone();
    match String::from_utf8(folder.bytes(&found)?.into_owned()) {
        Ok(text) => Ok(load_theme(&Source::new(name, text))),
        Err(_) => Err(Diagnostic::not_utf8(&name, 1).into()),
    }
}

/// The envelopes that the campaign names and the default one, the author's or the embedded ones.
fn envelopes(
    campaign: &Campaign,
    folder: &Folder,
) -> Result<Result<Vec<Arc<Envelope>>, Diagnostics>, CommandError> {
    let mut envelopes = Vec::new();
    let mut mistakes = Vec::new();
    for (name, place) in campaign.envelope_names() {
        // A campaign's name of an envelope is an id, and so a plain file name.
        let Some(found) = folder.find(&format!("{}/{name}.yaml", embedded::ENVELOPES)) else {
            let known = embedded::below("content/envelopes")
                .filter_map(|(path, _)| path.strip_suffix(".yaml"))
                .collect::<Vec<_>>()
                .join(", ");
            let mistake =
                Diagnostic::error("unknown-envelope", format!("there is no envelope `{name}`"))
                    .hint(format!(
                        "take one of {known}, or write `envelopes/{name}.yaml` beside the campaign"
                    ));
            mistakes.push(match place {
                Some(place) => mistake.at(place),
                None => mistake,
            });
            continue;
        };
        let shown = found.name.clone();
        match String::from_utf8(folder.bytes(&found)?.into_owned()) {
            Ok(text) => {
                let envelope = load_envelope(name, &Source::new(shown, text));
                envelopes.extend(keep(envelope, &mut mistakes).map(Arc::new));
            }
            Err(_) => return Err(Diagnostic::not_utf8(&shown, 1).into()),
        }
    }
    Ok(if mistakes.is_empty() {
        Ok(envelopes)
    } else {
        Err(mistakes)
    })
}

/// The pictures that the campaign names.
fn pictures(
    campaign: &Campaign,
    folder: &Folder,
) -> Result<Result<Vec<Arc<Picture>>, Diagnostics>, CommandError> {
    let mut pictures = Vec::new();
    let mut mistakes = Vec::new();
    for (file, alternative, place) in campaign.pictures_named() {
        let Some(found) = folder.find(file) else {
            let message = format!("there is no picture `{file}` beside the campaign");
            mistakes.push(
                Diagnostic::error("picture-not-found", message)
                    .at(place)
                    .hint("give its path from the campaign's folder"),
            );
            continue;
        };
        match Picture::new(file, alternative, folder.bytes(&found)?.into_owned()) {
            Ok(picture) => pictures.push(Arc::new(picture)),
            Err(mistake) => mistakes.push(mistake.at(place)),
        }
    }
    Ok(if mistakes.is_empty() {
        Ok(pictures)
    } else {
        Err(mistakes)
    })
}

/// The register that flag or campaign names, and its rows.
fn open_named(
    wanted: &Wanted,
    settings: &RegisterSettings,
    file: &CampaignFile,
) -> Result<(RegisterFile, Rows), Diagnostics> {
    let named = settings
        .file
        .as_ref()
        .map(|(path, span)| (path.as_str(), *span));
    let register = match (&file.kept.register, &wanted.register) {
        (Some(kept), None) => kept.clone(),
        _ => discover::register(wanted.register.as_deref(), named, file)?,
    };
    let rows = open(&register, settings)?;
    Ok((register, rows))
}

/// The table of factions that the campaign names; an empty one where it names none.
fn factions(
    settings: &RegisterSettings,
    file: &CampaignFile,
    used: &mut Option<RegisterFile>,
) -> Result<Factions, Diagnostics> {
    let Some((path, span)) = &settings.factions else {
        return Ok(Factions::default());
    };
    let table = match &file.kept.factions {
        Some(kept) => kept.clone(),
        None => discover::register(None, Some((path, *span)), file)?,
    };
    let shown = table.clone();
    let table = table
        .in_memory()
        .map_err(|error| vec![unreadable(&shown, &error)])?;
    let reader = table
        .open()
        .map_err(|error| vec![unreadable(&table, &error)])?;
    let read = read_factions(&table.name, reader, settings.delimiter);
    *used = Some(table);
    read
}

fn unreadable(register: &RegisterFile, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(
        "unreadable-register",
        format!("the file cannot be read: {error}"),
    )
    .at(Place::File(register.name.clone()))
    .hint("look at the path and its permissions")
}

fn open(register: &RegisterFile, settings: &RegisterSettings) -> Result<Rows, Diagnostics> {
    let reader = register
        .open()
        .map_err(|error| vec![unreadable(register, &error)])?;
    Register::open(&register.name, reader, settings)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn load(wanted: &Wanted) -> Result<Loaded, CommandError> {
        Loaded::load(discover::campaign(None)?, wanted)
    }

    fn input(register: &Path, condition: Option<&str>) -> Wanted {
        Wanted {
            register: Some(register.to_owned()),
            condition: condition.map(str::to_owned),
            ..Wanted::default()
        }
    }

    /// Rows with the embedded campaign's columns, as far as they are given.
    fn register(dir: &Path, rows: &[&str]) -> std::path::PathBuf {
        let file = dir.join("r.csv");
        let header = "code,name,running_name,official_name,population,po_box,postcode,town";
        fs::write(&file, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        file
    }

    fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
        diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect()
    }

    #[test]
    fn the_embedded_campaign_loads_without_a_warning() {
        let loaded = load(&Wanted::default()).unwrap();
        assert_eq!(codes(&loaded.warnings), Vec::<&str>::new());
        assert_eq!(loaded.packs().unwrap().count(), 342);
    }

    #[test]
    fn factions_of_councils_that_the_register_lacks_are_one_warning_unless_it_is_allowed() {
        let dir = tempfile::tempdir().unwrap();
        let text = embedded::get(&format!("content/{}", embedded::CAMPAIGN)).unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        let with = |more: &str| {
            text.replacen("register:\n", "register:\n  factions: f.csv\n", 1)
                .replacen("\nregister:", &format!("\n{more}register:"), 1)
        };
        let factions: String = (1..=14).map(|at| format!("GM{at};A;3\r\n")).collect();
        let factions = format!("code;faction;seats\r\n{factions}");
        fs::write(dir.path().join("f.csv"), factions).unwrap();
        let rows = ["GM1,A,A,A,5,1,1234 AB,T", "GM2,B,B,B,50,1,1234 AB,T"];
        let mut input = input(&register(dir.path(), &rows), None);
        let campaign = dir.path().join("c.yaml");
        let load = |wanted: &Wanted| Loaded::load(discover::campaign(Some(&campaign))?, wanted);
        fs::write(dir.path().join("c.yaml"), with("")).unwrap();
        let warnings = load(&input).unwrap().warnings;
        assert_eq!(codes(&warnings), ["idle-factions"]);
        assert!(
            warnings[0].message.contains("`GM10`") && warnings[0].message.ends_with("and 2 more"),
            "{}",
            warnings[0].message
        );
        assert_eq!(warnings[0].location().1, Some(4));
        fs::write(dir.path().join("c.yaml"), with("allow: [idle-factions]\n")).unwrap();
        input.strict = true;
        assert!(load(&input).unwrap().warnings.is_empty());
    }

    #[test]
    fn both_rows_of_a_doubled_code_are_refused_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let rows = [
            "GM1,A,A,A,5,1,1234 AB,T",
            "GM2,B,B,B,5,1,1234 AB,T",
            "gm1,C,C,C,5,1,1234 AB,T",
            "GM1,D,D,D,x,1,1234 AB,T",
        ];
        let loaded = load(&input(&register(dir.path(), &rows), None)).unwrap();
        let packs: Vec<_> = loaded
            .packs()
            .unwrap()
            .map(|recipient| recipient.pack)
            .collect();
        let sizes: Vec<_> = packs.iter().map(|pack| pack.documents.is_empty()).collect();
        assert_eq!(sizes, [true, false, true, true]);
        let reasons = &packs[0].refused[0].reasons;
        assert_eq!(codes(reasons), ["doubled-code"]);
        assert!(
            reasons[0].message.ends_with("lines: 2, 4, 5"),
            "{}",
            reasons[0].message
        );
        assert_eq!(reasons[0].location().1, Some(2));
        assert_eq!(
            codes(&packs[3].refused[0].reasons),
            ["doubled-code", "wrong-value"]
        );
        // The plan of a refused pack is as long as that of another.
        assert_eq!(packs[0].refused.len(), packs[1].documents.len());
    }

    #[test]
    fn documents_are_made_from_the_kept_copy_of_the_register() {
        let dir = tempfile::tempdir().unwrap();
        let rows = ["GM1,A,A,A,5,1,1234 AB,T", "GM2,B,B,B,5,1,1234 AB,T"];
        let file = register(dir.path(), &rows);
        let loaded = load(&input(&file, None)).unwrap();
        let sha256 = loaded.register_file().sha256().unwrap();
        fs::copy(&file, dir.path().join(sha256.to_string())).unwrap();
        register(dir.path(), &["GM3,C,C,C,5,1,1234 AB,T"]);
        let codes = |packs: Packs<'_>| packs.map(|one| one.pack.code).collect::<Vec<_>>();
        assert_eq!(codes(loaded.packs().unwrap()), ["GM3"]);
        assert_eq!(
            codes(Box::new(
                loaded.rows_kept(dir.path()).unwrap().map(UnfilledRow::fill)
            )),
            ["GM1", "GM2"]
        );
    }

    #[test]
    fn a_condition_selects_and_names_whom_it_cannot_judge() {
        let dir = tempfile::tempdir().unwrap();
        let rows = [
            "GM1,A,A,A,5,1,1234 AB,T",
            "GM2,B,B,B,50,1,1234 AB,T",
            "GM3,C,C,C,,1,1234 AB,T",
            "GM4,D,D,D,x,1,1234 AB,T",
        ];
        let file = register(dir.path(), &rows);
        let mut input = input(&file, Some("municipality.population >= 10"));
        let loaded = load(&input).unwrap();
        let selected: Vec<_> = loaded
            .packs()
            .unwrap()
            .map(|recipient| recipient.selected)
            .collect();
        assert_eq!(
            selected,
            [false, true, false, true],
            "a row that cannot be read is not left out"
        );
        assert_eq!(codes(&loaded.warnings), ["missing-value"]);
        assert_eq!(loaded.warnings[0].location().1, Some(4));

        input.strict = true;
        let error = load(&input).err().unwrap();
        assert_eq!((error.diagnostics.len(), error.fault.is_none()), (1, true));
    }

    #[test]
    fn mistakes_in_campaign_theme_register_and_condition_come_together() {
        let dir = tempfile::tempdir().unwrap();
        for path in [embedded::CAMPAIGN, embedded::THEME] {
            let text = embedded::get(&format!("content/{path}")).unwrap();
            let text = String::from_utf8(text.to_vec()).unwrap();
            fs::write(dir.path().join(path), format!("{text}\nno_such_key: 1\n")).unwrap();
        }
        let file = dir.path().join("r.csv");
        fs::write(&file, "code,name,name\n").unwrap();
        let input = input(&file, Some("municipality.population >= "));
        let load = |wanted: &Wanted| Loaded::load(discover::campaign(Some(dir.path()))?, wanted);
        let found = load(&input).err().unwrap().diagnostics;
        let files: Vec<_> = found
            .iter()
            .filter_map(|found| found.location().0)
            .collect();
        for part in [embedded::THEME, embedded::CAMPAIGN, "r.csv"] {
            assert!(
                files.iter().any(|file| file.ends_with(part)),
                "{part}: {files:?}"
            );
        }

        fs::write(&file, "code,name\n").unwrap();
        let found = load(&input).err().unwrap().diagnostics;
        assert!(
            found
                .iter()
                .any(|found| found.location().0 == Some("--where")),
            "{found:?}"
        );
    }

    #[test]
    fn a_register_that_cannot_be_read_stops_everything() {
        let dir = tempfile::tempdir().unwrap();
        let absent = dir.path().join("none.csv");
        let found = load(&input(&absent, None)).err().unwrap().diagnostics;
        assert_eq!(codes(&found), ["unreadable-register"]);

        let file = register(dir.path(), &["GM1,A,A,A,5,1,1234 AB,T"]);
        let mut bytes = fs::read(&file).unwrap();
        bytes.extend(b"GM2,\xff,B,B,5,1,1234 AB,T\n");
        fs::write(&file, bytes).unwrap();
        let found = load(&input(&file, None)).err().unwrap().diagnostics;
        assert_eq!(codes(&found), ["not-utf8"]);
    }
}
