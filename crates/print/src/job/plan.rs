//! The plan of a job: its letters, their order and numbers, and the letters that are not printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

use lopdf::dictionary;
use raadspost_content::Fingerprint;

use crate::profile::{PrintOrder, PrintProfile};
use raadspost_run::{Approval, RunFolder};

use crate::PrintError;
use crate::draw::fonts::Fonts;
use crate::draw::words::Words;
use crate::job::options::{Choice, PrintOptions, suffix};
use crate::job::sharing::{learn, sample};
use crate::letters::order::{self, Piece};
use crate::letters::run::Run;
use crate::letters::unprinted::{NotPrinted, Refused};
use crate::mail::enriched::{self, Import};
use crate::out::manifest::EarlierRun;
use crate::out::read_back;
use crate::out::reconciliation::{Reconciliation, WeightSum, count};
use crate::out::spreadsheet::cell;
use crate::pdf::head::{Head, file_id};
use crate::pdf::import::ColourRules;
use crate::pdf::intent::{OutputIntent, OutputProfile, text};
use crate::pdf::plates::Plates;

/// Reasons given in an error, at most.
const REASONS: usize = 5;

/// A piece, and its number in the job.
pub(crate) struct Numbered {
    pub(crate) piece: Piece,
    pub(crate) sequence: u32,
}

/// A job: its pieces in order, and the letters that are not printed.
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) run: Run,
    pub(crate) words: &'static Words,
    pub(crate) enriched: Option<Import>,
    /// The end of the files' names.
    pub(crate) suffix: String,
    pub(crate) pieces: Vec<Numbered>,
    /// The content that its letters have in common.
    pub(crate) plates: Rc<Plates>,
    /// The print run that this one continues, and its letters that are the same.
    pub(crate) earlier: EarlierRun,
    pub(crate) unchanged: Vec<String>,
    /// The characters of labels, envelopes and tickets, for which fonts need glyphs.
    pub(crate) characters: BTreeSet<char>,
    pub(crate) sums: Reconciliation,
    /// The printing condition of its files; `None` for plain PDFs.
    pub(crate) intent: Option<OutputIntent>,
    /// The title of its files.
    title: String,
    /// The day on which the letters are posted, `2026-03-02`.
    pub(crate) posting_date: String,
    /// The approval of the run, where it holds.
    pub(crate) approval: Option<Approval>,
}

impl Job {
    /// Decides which letters are printed, their order and their numbers.
    pub(crate) fn plan(
        run: RunFolder,
        profile: &PrintProfile,
        options: &PrintOptions,
        fonts: &Fonts,
    ) -> Result<Self, PrintError> {
        let earlier = match &options.since {
            Some(since) => EarlierRun::read(since)?,
            None => EarlierRun::default(),
        };
        let mut pieces = Vec::new();
        let mut unchanged = Vec::new();
        let mut characters = ticket_characters(profile, &run);
        let draws_addresses = profile.labels.is_some() || profile.envelopes.is_some();
        let chosen = &options.documents;
        let mut run = Run::read(
            run,
            profile.parts_documents(),
            chosen,
            |letter, location| {
                if earlier.letters.get(&cell(&letter.id)) == Some(&letter.sha256()) {
                    unchanged.push(cell(&letter.id));
                    return;
                }
                if draws_addresses {
                    characters.extend(letter.lines.iter().flat_map(|line| line.chars()));
                }
                pieces.push(Piece::new(&letter, location, profile));
            },
        )?;
        let not_printed = std::mem::take(&mut run.not_printed);
        let mut sums = Reconciliation {
            version: 3,
            register_rows: run.rows(),
            envelopes: run.envelopes.clone(),
            expected: run.rows() * count(run.envelopes.len()),
            unchanged: count(unchanged.len()),
            without: NotPrinted::number(&not_printed.without),
            not_made: NotPrinted::number(&not_printed.not_made),
            not_printed,
            ..Reconciliation::default()
        };

        let order = options.order.unwrap_or(profile.order);
        order::sort(&mut pieces, order, profile);
        let enriched = match &options.enriched {
            Some(file) => Some(enrich(file, profile, &run, &mut pieces, &mut sums, fonts)?),
            None => None,
        };

        let intent = output_intent(profile, options)?;
        let name = job_name(
            &run.digest,
            profile,
            order,
            options,
            earlier.digest,
            enriched.as_ref(),
        );
        if let Some(of) = &options.of {
            same_job(of, &name)?;
        }
        let total = count(pieces.len());
        let rules = ColourRules {
            colours: profile.colours,
            intent: intent.as_ref().map(|intent| intent.profile.parts),
        };
        let plates = learn(
            &run,
            &sample(pieces.iter().map(|piece| piece.location)),
            rules,
        );
        let numbered = pieces.into_iter().zip(1..);
        let mut pieces: Vec<Numbered> = numbered
            .map(|(piece, sequence)| Numbered { piece, sequence })
            .collect();
        for choice in &options.pieces {
            let is_there = match choice {
                Choice::Range(first, last) => 1 <= *first && first <= last && *last <= total,
                Choice::Letter(_) => pieces
                    .iter()
                    .any(|one| choice.takes(one.sequence, &one.piece)),
            };
            if !is_there {
                return Err(PrintError::NoSuchPieces {
                    choice: choice.to_string(),
                    pieces: total,
                });
            }
        }
        if !options.pieces.is_empty() {
            let is_chosen = |one: &Numbered| {
                let mut choices = options.pieces.iter();
                choices.any(|choice| choice.takes(one.sequence, &one.piece))
            };
            pieces.retain(is_chosen);
        }
        sums.not_printed.refused.sort_by_key(|row| row.line);
        sums.refused = count(sums.not_printed.refused.len());
        // Nothing to print is no error if nothing has changed.
        if pieces.is_empty() && unchanged.is_empty() {
            return Err(PrintError::Nothing(reasons(&sums)));
        }
        sums.other_pieces = total - count(pieces.len());
        sums.annex_sheets = pieces.iter().map(|one| one.piece.annex_sheets).sum();
        sums.weights = weights(&pieces, profile);
        sums.sequences = ranges(pieces.iter().map(|piece| piece.sequence));
        let suffix = suffix(&options.pieces);
        sums.job.clone_from(&name);
        Ok(Self {
            title: format!("{} ({name})", run.folder.record().campaign.title),
            posting_date: match &options.posting_date {
                Some(date) => date.clone(),
                None => run.folder.record().campaign.date.clone(),
            },
            approval: run.folder.approval()?.holding().cloned(),
            intent,
            name,
            words: Words::of(run.language()),
            run,
            enriched,
            suffix,
            pieces,
            plates: Rc::new(plates),
            earlier,
            unchanged,
            characters,
            sums,
        })
    }

    /// The envelopes that the letters were made for, as the campaign names them.
    pub(crate) fn envelope_files(&self) -> Vec<&str> {
        let inputs = self.run.folder.record().inputs.iter();
        let envelopes = inputs.filter(|input| input.role == "envelope");
        let names = envelopes.map(|input| input.name.rsplit('/').next().unwrap_or_default());
        names
            .map(|name| name.strip_suffix(".yaml").unwrap_or(name))
            .collect()
    }

    /// Whether its printing condition is in grey.
    pub(crate) fn is_grey(&self) -> bool {
        let intent = self.intent.as_ref();
        intent.is_some_and(|intent| intent.profile.parts == 1)
    }

    /// The head of one of its files.
    pub(crate) fn head(&self, file: &str, has_marks: bool) -> Head<'_> {
        let campaign = &self.run.folder.record().campaign;
        let facts = dictionary! { "Job" => text(&self.name), "Campaign" => text(&campaign.id) };
        Head {
            id: file_id(&self.name, file),
            title: &self.title,
            date: &campaign.date,
            intent: self.intent.as_ref(),
            has_parts: true,
            part: Some(dictionary! { "Raadspost_Job" => facts }),
            has_marks,
        }
    }
}

/// Checks that pieces are those of a print run: the job's name holds all that decides which letter has
/// which number.
///
/// # Errors
/// [`PrintError::OtherJob`]; the print run cannot be read.
fn same_job(of: &Path, name: &str) -> Result<(), PrintError> {
    let was = read_back::job(of)?;
    if was == name {
        return Ok(());
    }
    Err(PrintError::OtherJob {
        of: of.to_owned(),
        was,
        is: name.to_owned(),
    })
}

/// The output intent of a printer, with the profile that was handed in.
///
/// # Errors
/// The profile does not exist, or is not one of a printing condition.
fn output_intent(
    profile: &PrintProfile,
    options: &PrintOptions,
) -> Result<Option<OutputIntent>, PrintError> {
    let Some(wanted) = &profile.output_intent else {
        return Ok(None);
    };
    let bytes = options
        .output_profile
        .as_ref()
        .ok_or_else(|| PrintError::NoProfile {
            printer: profile.title.clone(),
            profile: wanted.profile.clone(),
        })?;
    let read = OutputProfile::read(bytes).map_err(PrintError::BadProfile)?;
    Ok(Some(OutputIntent {
        profile: read,
        condition: wanted.condition.clone(),
        registry: wanted.registry.clone(),
        info: wanted
            .info
            .clone()
            .unwrap_or_else(|| wanted.condition.clone()),
    }))
}

/// The characters of job tickets and slip sheets beside those of marks.
fn ticket_characters(profile: &PrintProfile, run: &RunFolder) -> BTreeSet<char> {
    let words = Words::characters().chain(['²', '×', '…']);
    let campaign = &run.record().campaign;
    let inputs = run
        .record()
        .inputs
        .iter()
        .flat_map(|input| input.name.chars());
    let approval = run
        .approval()
        .ok()
        .and_then(|state| state.holding().cloned());
    let approval = approval.map(|approval| format!("{}{}", approval.by, approval.at));
    words
        .chain(json(profile).chars())
        .chain(json(campaign).chars())
        .chain(inputs)
        .chain(approval.unwrap_or_default().chars())
        .collect()
}

/// Matches an enriched file with the pieces, sorts them in its order, and refuses those without a
/// row.
fn enrich(
    file: &Path,
    profile: &PrintProfile,
    run: &Run,
    pieces: &mut Vec<Piece>,
    sums: &mut Reconciliation,
    fonts: &Fonts,
) -> Result<Import, PrintError> {
    let bulk = profile
        .bulk_mail
        .as_ref()
        .ok_or_else(|| PrintError::NoSuchPart {
            printer: profile.title.clone(),
            part: "bulk-mail",
        })?;
    let mut import = enriched::import(file, bulk, pieces, fonts)?;
    let (kept, lost): (Vec<Piece>, Vec<Piece>) = pieces
        .drain(..)
        .partition(|piece| import.rows.contains_key(&piece.id));
    *pieces = kept;
    order::sort_by_service(pieces, profile, |piece| import.rows[&piece.id].order);
    for piece in lost {
        let letter = run.letter(piece.location)?;
        sums.not_printed.refused.push(Refused {
            code: letter.code,
            name: letter.name,
            line: letter.line,
            letter_id: letter.id,
            reason: "no row of the enriched file matches it".to_owned(),
        });
    }
    sums.unmatched = std::mem::take(&mut import.unmatched);
    Ok(import)
}

/// The letters by weight step, the heaviest last.
fn weights(pieces: &[Numbered], profile: &PrintProfile) -> Vec<WeightSum> {
    let mut sums: BTreeMap<usize, (u32, f64)> = BTreeMap::new();
    for Numbered { piece, .. } in pieces {
        let (letters, grams) = sums.entry(piece.step).or_default();
        *letters += 1;
        *grams += piece.grams;
    }
    let sums = sums.into_iter();
    sums.map(|(step, (letters, grams))| WeightSum {
        to: profile.weight_steps.get(step).copied(),
        letters,
        grams: (grams * 10.0).round() / 10.0,
    })
    .collect()
}

/// Numbers in rising order as ranges.
fn ranges(numbers: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges
}

/// The reasons for which no letter is left, the most frequent first.
fn reasons(sums: &Reconciliation) -> String {
    let not = &sums.not_printed;
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for one in &not.refused {
        *counts.entry(&one.reason).or_default() += 1;
    }
    for one in not.without.iter().chain(&not.not_made) {
        *counts.entry(&one.reason).or_default() += one.number;
    }
    let mut counts: Vec<(&str, u32)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let shown = counts.iter().take(REASONS);
    let shown: Vec<String> = shown
        .map(|(reason, number)| format!("{number} × {reason}"))
        .collect();
    shown.join("; ")
}

/// The job's name: eight digits of the digest of everything that decides it but the pieces, so
/// that a reprint bears the same marks.
fn job_name(
    run: &Fingerprint,
    profile: &PrintProfile,
    order: PrintOrder,
    options: &PrintOptions,
    earlier: Option<Fingerprint>,
    enriched: Option<&Import>,
) -> String {
    let mut builder = Fingerprint::builder("print job 4");
    builder.field(&run.0);
    builder.field(json(&options.documents).as_bytes());
    builder.field(json(profile).as_bytes());
    builder.field(json(&order).as_bytes());
    builder.field(&earlier.map_or([0; 32], |earlier| earlier.0));
    builder.field(&enriched.map_or([0; 32], |import| import.digest.0));
    builder.field(options.output_profile.as_deref().unwrap_or_default());
    let mut name = builder.finish().to_string();
    name.truncate(8);
    name
}

/// Plain data as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
