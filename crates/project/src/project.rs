//! A campaign with its theme, register and selection of municipalities, and the packs made from
//! them, row by row.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use raadspost_campaign::{Campaign, Filter, Municipality, RefusedRow, Survey, Usage};
use raadspost_content::{
    Diagnostic, Diagnostics, Format, Inspector, Pack, Place, Renderer, Severity, Source, Theme,
};
use raadspost_pipeline::{Packs, Recipient, Recipients, RegisterRows, UnfilledRow, UnfilledRows};
use raadspost_run::MunicipalityRecord;

use crate::assets::Assets;
use crate::backends::OwnTemplate;
use crate::backends::{self, inspectors, renderers};
use crate::error::ProjectError;
use crate::files::Files;
use crate::house::House;
use crate::named::{self, Rows};
use crate::source::{CampaignFile, Origin};
use crate::table::TableFile;

mod doubled;

use doubled::{Codes, Doubled};

/// Maximum number of municipalities listed for which the condition cannot be evaluated.
const UNDECIDED_NAMED: usize = 100;

/// Maximum number of faction codes listed that the register does not have.
const STRANGERS_NAMED: usize = 10;

/// Options that replace a campaign's register or select from it.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct OpenOptions {
    /// A register that replaces the one named by the campaign.
    pub register: Option<PathBuf>,
    /// A condition on municipalities; mistakes in it are reported at the name of the source.
    pub condition: Option<Arc<Source>>,
    /// Whether undecidable conditions and unused parts are errors.
    pub strict: bool,
}

/// A campaign, its look, and its municipalities.
pub struct Project {
    /// The campaign.
    pub(crate) campaign: Campaign,
    /// The look of its documents.
    pub(crate) theme: Theme,
    /// Logo and house styles.
    pub(crate) house: House,
    /// Where the campaign comes from.
    pub(crate) origin: Origin,
    /// The files beside it.
    pub(crate) files: Files,
    /// The text of the campaign, for locations.
    pub(crate) source: Arc<Source>,
    /// Warnings of loading.
    pub(crate) warnings: Diagnostics,
    register: TableFile,
    factions: Option<TableFile>,
    filter: Option<Filter>,
    doubled: Doubled,
    survey: Survey,
    /// Rows of municipalities that the campaign is not meant for.
    not_meant: u64,
    pub(crate) renderers: Vec<Box<dyn Renderer>>,
    pub(crate) inspectors: Vec<(Format, Box<dyn Inspector>)>,
}

impl Project {
    /// Opens the only campaign among these files with everything it names. Every file is below
    /// their root.
    ///
    /// # Errors
    /// There is not exactly one campaign, and those of [`Project::load`].
    pub fn open(assets: impl Assets + 'static) -> Result<Self, ProjectError> {
        let file = CampaignFile::of_assets(Arc::new(assets))?;
        Self::load(file, &OpenOptions::default())
    }

    /// Opens the embedded campaign.
    ///
    /// # Errors
    /// Those of [`Project::load`].
    pub fn embedded() -> Result<Self, ProjectError> {
        Self::load(CampaignFile::embedded()?, &OpenOptions::default())
    }

    /// Loads a campaign with everything it names, checks the parts against each other, and reads
    /// the register once.
    ///
    /// # Errors
    /// All mistakes in campaign, theme, condition and the register's columns; a register that
    /// cannot be read to its end.
    pub fn load(file: CampaignFile, options: &OpenOptions) -> Result<Self, ProjectError> {
        let mut mistakes = Vec::new();
        let theme = keep(named::theme(&file.files)?, &mut mistakes);

        let mut opened = None;
        let campaign = Campaign::load(&file.source, |settings| {
            let (register, rows) = named::open_named(options.register.as_deref(), settings, &file)?;
            let columns = Arc::clone(rows.columns());
            opened = Some((register, rows));
            Ok(columns)
        });
        let campaign = keep(campaign, &mut mistakes);
        let house = match &campaign {
            Some(campaign) => keep(House::load(&campaign.output, &file), &mut mistakes),
            None => None,
        };
        let (named_files, table) = match &campaign {
            Some(campaign) => named::files(&campaign.output, &file, &mut mistakes)?,
            None => (None, None),
        };
        let filter = match (&options.condition, &opened) {
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
            Some(house),
            Some(named_files),
            Some((register, rows)),
            [],
        ) = (
            theme,
            campaign,
            house,
            named_files,
            opened,
            mistakes.as_slice(),
        )
        else {
            let theme = look.unwrap_or_default();
            mistakes.extend(backends::mistakes(&theme, &file.files, &file.source)?);
            return Err(mistakes.into());
        };

        let mut codes = Codes::default();
        let mut strangers: BTreeMap<&str, u64> = named_files.factions.codes().collect();
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
            unused.extend(idle_factions(table.name(), &strangers));
        }
        let languages = campaign.output.check_languages(&named_files);
        let mut project = Self {
            theme: campaign.output.look(theme),
            campaign: campaign.output.with_files(&named_files)?,
            warnings: [languages, campaign.warnings, house.warnings.clone()].concat(),
            house,
            origin: file.origin,
            files: file.files,
            source: file.source,
            factions: table,
            register,
            filter,
            doubled: Doubled::default(),
            survey,
            not_meant: 0,
            renderers: Vec::new(),
            inspectors: Vec::new(),
        };
        if codes.may_be_doubled() {
            project.doubled = codes.doubled(project.open_rows()?, project.register.name());
        }
        project.not_meant = project.count_not_meant()?;
        let allowed = project.campaign.allowed_warnings();
        project.warnings.retain(|found| !found.is_allowed(allowed));
        let mut undecided = project.undecided()?;
        unused.extend(project.idle_overrides(&awaited)?);
        undecided.extend(unused);
        undecided.retain(|found| !found.is_allowed(allowed));
        if options.strict && !undecided.is_empty() {
            return Err(undecided.into());
        }
        project.warnings.extend(undecided);
        project.renderers = renderers(
            &project.theme,
            &project.house,
            &project.files,
            &project.source,
        )?;
        project.inspectors = inspectors(&project.campaign);
        Ok(project)
    }

    /// Opens the register at its start, with the formats found in the first pass.
    fn open_rows(&self) -> Result<Rows, Diagnostics> {
        self.open_rows_at(&self.register)
    }

    /// As [`Self::open_rows`], for a copy of the register.
    fn open_rows_at(&self, register: &TableFile) -> Result<Rows, Diagnostics> {
        named::open(register, self.campaign.register())?.with_formats(&self.survey.columns)
    }

    /// The rows of municipalities that the campaign is meant for. A row is one of them if the
    /// condition cannot be evaluated, and is refused then.
    fn meant(
        &self,
        rows: Rows,
    ) -> impl Iterator<Item = Result<Municipality, RefusedRow>> + Send + use<'_> {
        let campaign = &self.campaign;
        rows.filter_map(move |row| match row {
            Ok(municipality) => match campaign.is_meant_for(&municipality) {
                Ok(is_meant) => is_meant.then_some(Ok(municipality)),
                Err(unknown) => Some(Err(municipality.refused(vec![unknown]))),
            },
            Err(row) => {
                let municipality = row.municipality.as_deref();
                let is_meant = municipality
                    .is_none_or(|municipality| campaign.is_meant_for(municipality).unwrap_or(true));
                is_meant.then_some(Err(row))
            }
        })
    }

    /// The number of rows that [`Self::meant`] leaves out, counted apart.
    fn count_not_meant(&self) -> Result<u64, ProjectError> {
        if !self.campaign.chooses_recipients() {
            return Ok(0);
        }
        let mut left_out = 0;
        for row in self.open_rows()? {
            let municipality = match &row {
                Ok(municipality) => Some(municipality),
                Err(row) if row.fatal => return Err(row.diagnostics.clone().into()),
                Err(row) => row.municipality.as_deref(),
            };
            let known = municipality.map(|municipality| self.campaign.is_meant_for(municipality));
            left_out += u64::from(matches!(known, Some(Ok(false))));
        }
        if left_out == self.survey.rows {
            let message = "the campaign is meant for no municipality of the register";
            let mistake = Diagnostic::error("no-recipients", message)
                .at(Place::File(self.source.name().to_owned()))
                .hint("correct the condition in `recipients`");
            return Err(mistake.into());
        }
        Ok(left_out)
    }

    /// Warnings for overrides whose codes are not in the register.
    ///
    /// # Errors
    /// Overrides keyed by a municipality's name, each with the code that was meant.
    fn idle_overrides(&self, awaited: &BTreeSet<String>) -> Result<Diagnostics, ProjectError> {
        let mut named: BTreeMap<&str, String> = BTreeMap::new();
        if awaited.is_empty() {
            return Ok(Vec::new());
        }
        for municipality in self.open_rows()?.flatten() {
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

    /// Warnings for municipalities for which the condition cannot be evaluated.
    fn undecided(&self) -> Result<Diagnostics, ProjectError> {
        let mut undecided = Vec::new();
        let mut unnamed = 0_u64;
        let Some(filter) = &self.filter else {
            return Ok(undecided);
        };
        for row in self.meant(self.open_rows()?) {
            let municipality = match row {
                Ok(municipality) => municipality,
                Err(row) if row.fatal => return Err(row.diagnostics.into()),
                Err(_) => continue,
            };
            if let Err(missing) = filter.matches(&municipality) {
                if undecided.len() < UNDECIDED_NAMED {
                    let message = format!(
                        "not selected, because the condition cannot be evaluated: {}",
                        missing.message
                    );
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
            let message =
                format!("the condition cannot be evaluated for {unnamed} more municipalities");
            undecided.push(
                Diagnostic::warning("missing-value", message)
                    .hint("write `has(..)` for columns that may be empty"),
            );
        }
        Ok(undecided)
    }

    /// The campaign.
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// Where the campaign comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Warnings of opening.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// A renderer for each format.
    pub fn renderers(&self) -> &[Box<dyn Renderer>] {
        &self.renderers
    }

    /// The campaign's own templates, by name.
    ///
    /// # Errors
    /// A template cannot be read.
    pub fn own_templates(&self) -> Result<Vec<OwnTemplate>, ProjectError> {
        let templates = self.files.templates()?.into_iter();
        Ok(templates
            .map(|(name, text)| OwnTemplate::new(name, &text))
            .collect())
    }

    /// The inspectors of finished files, by format.
    pub fn inspectors(&self) -> &[(Format, Box<dyn Inspector>)] {
        &self.inspectors
    }

    /// Number of municipalities of the register that the campaign is not meant for.
    pub fn not_meant(&self) -> u64 {
        self.not_meant
    }

    /// The results of the first pass over the register.
    pub fn survey(&self) -> &Survey {
        &self.survey
    }

    /// The pack of a row, and whether the condition selects it.
    fn recipient(&self, row: Result<Municipality, RefusedRow>) -> Recipient {
        let (selected, municipality) = match &row {
            Ok(municipality) => {
                // An undecided municipality is not selected; the warning of `undecided` lists it.
                let decided = |filter: &Filter| filter.matches(municipality).unwrap_or(false);
                let selected = self.filter.as_ref().is_none_or(decided);
                (selected, record(municipality))
            }
            // Its fields are unknown, so it must not be left out silently.
            Err(_) => (true, MunicipalityRecord::default()),
        };
        let row = self.doubled.refuse(row);
        Recipient {
            pack: match &row {
                Ok(municipality) => self.campaign.pack(municipality),
                Err(row) => self.campaign.refused_pack(row),
            },
            selected,
            row_refused: row.is_err(),
            municipality,
        }
    }

    /// The pack of the municipality with this code; `None` if the register has none.
    ///
    /// # Errors
    /// The register cannot be read.
    pub(crate) fn recipient_of(&self, code: &str) -> Result<Option<Recipient>, Diagnostics> {
        for row in self.meant(self.open_rows()?) {
            let is_it = match &row {
                Ok(municipality) => municipality.code() == code,
                Err(row) if row.fatal => return Err(row.diagnostics.clone()),
                Err(row) => row.code == code,
            };
            if is_it {
                return Ok(Some(self.recipient(row)));
            }
        }
        Ok(None)
    }

    /// The packs of other rows with the same folder.
    ///
    /// # Errors
    /// The register cannot be read.
    pub(crate) fn others_with_folder(
        &self,
        pack: &Pack,
    ) -> Result<impl Iterator<Item = Result<Recipient, Diagnostics>>, Diagnostics> {
        let (line, folder) = (pack.line, pack.folder());
        Ok(self.meant(self.open_rows()?).filter_map(move |row| {
            let other = match &row {
                Ok(municipality) => Pack::folder_of(municipality.code(), municipality.name()),
                Err(row) if row.fatal => return Some(Err(row.diagnostics.clone())),
                // A refused row gives no documents.
                Err(_) => return None,
            };
            let recipient = other
                .eq_ignore_ascii_case(&folder)
                .then(|| self.recipient(row));
            recipient.filter(|other| other.pack.line != line).map(Ok)
        }))
    }

    /// The table of factions, if the campaign names one.
    pub fn factions_table(&self) -> Option<&TableFile> {
        self.factions.as_ref()
    }

    /// The number of municipalities that use each condition, variant and override; those excluded
    /// by the condition or `only` are not counted.
    ///
    /// # Errors
    /// The register cannot be read.
    pub fn usage(&self, only: &BTreeSet<String>) -> Result<Usage, Diagnostics> {
        let mut usage = self.campaign.usage();
        for municipality in self.meant(self.open_rows()?).flatten() {
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
    pub fn register_table(&self) -> &TableFile {
        &self.register
    }
}

impl Recipients for Project {
    fn register(&self) -> String {
        self.register.name().to_owned()
    }

    fn rows(&self) -> RegisterRows {
        RegisterRows {
            rows: self.survey.rows - self.not_meant,
            not_meant: self.not_meant,
            empty: self.survey.empty_rows,
        }
    }

    fn packs(&self) -> Result<Packs<'_>, Diagnostics> {
        let rows = self.meant(self.open_rows()?);
        Ok(Box::new(rows.map(|row| self.recipient(row))))
    }

    fn rows_kept(&self, inputs: &Path) -> Result<UnfilledRows<'_>, Diagnostics> {
        let kept = self.register.kept_in(inputs);
        let rows = self.meant(self.open_rows_at(&kept)?);
        let unfilled = move |row| UnfilledRow::new(move || self.recipient(row));
        Ok(Box::new(rows.map(unfilled)))
    }
}

/// A warning for codes in the table of factions that are not in the register.
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
        "codes of the table of factions are not in the register: {}",
        named.join(", ")
    );
    let place = Place::Row {
        file: table.to_owned(),
        line,
        code: None,
        column: None,
        shown: None,
        sheet: None,
    };
    Some(
        Diagnostic::warning("idle-factions", message)
            .at(place)
            .hint("write the codes as in the register, or write `allow: [idle-factions]`"),
    )
}

/// The municipality's data for the records.
fn record(municipality: &Municipality) -> MunicipalityRecord {
    let cell = |field| municipality.get(field).map(str::to_owned);
    MunicipalityRecord {
        official_name: cell("official_name"),
        tooi: cell("tooi"),
        province: cell("province"),
    }
}

/// The result; its mistakes are added to the others.
fn keep<T>(result: Result<T, Diagnostics>, mistakes: &mut Diagnostics) -> Option<T> {
    result.map_err(|found| mistakes.extend(found)).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::embedded;

    fn load(options: &OpenOptions) -> Result<Project, ProjectError> {
        Project::load(CampaignFile::embedded()?, options)
    }

    fn input(register: &Path, condition: Option<&str>) -> OpenOptions {
        OpenOptions {
            register: Some(register.to_owned()),
            condition: condition.map(|text| Source::new("condition", text)),
            ..OpenOptions::default()
        }
    }

    /// Rows with the given columns of the embedded campaign.
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
        let project = load(&OpenOptions::default()).unwrap();
        assert_eq!(codes(&project.warnings), Vec::<&str>::new());
        assert_eq!(project.packs().unwrap().count(), 342);
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
        let load = |options: &OpenOptions| Project::load(CampaignFile::at(&campaign)?, options);
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
        let project = load(&input(&register(dir.path(), &rows), None)).unwrap();
        let packs: Vec<_> = project
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
        // The plan of a refused pack has the same length as any other.
        assert_eq!(packs[0].refused.len(), packs[1].documents.len());
    }

    #[test]
    fn documents_are_made_from_the_kept_copy_of_the_register() {
        let dir = tempfile::tempdir().unwrap();
        let rows = ["GM1,A,A,A,5,1,1234 AB,T", "GM2,B,B,B,5,1,1234 AB,T"];
        let file = register(dir.path(), &rows);
        let project = load(&input(&file, None)).unwrap();
        let sha256 = project.register_table().sha256().unwrap();
        fs::copy(&file, dir.path().join(sha256.to_string())).unwrap();
        register(dir.path(), &["GM3,C,C,C,5,1,1234 AB,T"]);
        let codes = |packs: Packs<'_>| packs.map(|one| one.pack.code).collect::<Vec<_>>();
        assert_eq!(codes(project.packs().unwrap()), ["GM3"]);
        assert_eq!(
            codes(Box::new(
                project
                    .rows_kept(dir.path())
                    .unwrap()
                    .map(UnfilledRow::fill)
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
        let project = load(&input).unwrap();
        let selected: Vec<_> = project
            .packs()
            .unwrap()
            .map(|recipient| recipient.selected)
            .collect();
        assert_eq!(
            selected,
            [false, true, false, true],
            "a row that cannot be read is not left out"
        );
        assert_eq!(codes(&project.warnings), ["missing-value"]);
        assert_eq!(project.warnings[0].location().1, Some(4));

        input.strict = true;
        let error = load(&input).err().unwrap();
        assert_eq!(error.mistakes().len(), 1);
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
        let load = |options: &OpenOptions| Project::load(CampaignFile::at(dir.path())?, options);
        let found = load(&input).err().unwrap().mistakes().to_vec();
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
        let found = load(&input).err().unwrap().mistakes().to_vec();
        assert!(
            found
                .iter()
                .any(|found| found.location().0 == Some("condition")),
            "{found:?}"
        );
    }

    #[test]
    fn a_register_that_cannot_be_read_stops_everything() {
        let dir = tempfile::tempdir().unwrap();
        let absent = dir.path().join("none.csv");
        let found = load(&input(&absent, None))
            .err()
            .unwrap()
            .mistakes()
            .to_vec();
        assert_eq!(codes(&found), ["unreadable-register"]);

        let file = register(dir.path(), &["GM1,A,A,A,5,1,1234 AB,T"]);
        let mut bytes = fs::read(&file).unwrap();
        bytes.extend(b"GM2,\xc3\xab\xff,B,B,5,1,1234 AB,T\n");
        fs::write(&file, bytes).unwrap();
        let found = load(&input(&file, None)).err().unwrap().mistakes().to_vec();
        assert_eq!(codes(&found), ["not-utf8"]);
    }
}
