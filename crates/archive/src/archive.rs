//! From a run folder to packages: one for each municipality, or one for all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use raadspost_content::Appraisal;
use raadspost_run::{
    Approval, Lines, MailingPack, PackRecord, RunFolder, SignatureState, Signer, names, parse_time,
};
use tempfile::SpooledTempFile;

use crate::ArchiveError;
use crate::dossier::context::{COMMON, PackageContext, municipality};
use crate::dossier::dispatch::{Dispatch, DispatchOptions};
use crate::dossier::pack::Common;
use crate::dossier::record::{self, Proof, RecordFiles, Source};
use crate::mdto::elements::Event;
use crate::record::json::write_json;
use crate::sip::container::{ContainerKind, make_empty};
use crate::sip::names::{SidecarName, component, of_folder};
use crate::sip::package::{Package, PackageFormat};
use crate::sip::pakbon::PackingSlip;
use crate::sip::seal::Seals;

/// The options of packages.
#[derive(Debug, Clone, Default)]
pub struct ArchiveOptions {
    /// The folder for the packages; made if it does not exist.
    pub to: PathBuf,
    /// The structure of a package.
    pub format: PackageFormat,
    /// The form of a package.
    pub container: ContainerKind,
    /// Codes of municipalities; `None` for all.
    pub only: Option<BTreeSet<String>>,
    /// One package for all of them, with documents that are the same for all stored once.
    pub collective: bool,
    /// Whether an approval must hold.
    pub require_approval: bool,
    /// The public key of the approval's signature, a file or its text; it must be signed then.
    pub public_key: Option<String>,
    /// The print run that was posted.
    pub dispatch: Option<DispatchOptions>,
    /// Whether packages of a signed run may be left unsigned.
    pub unsigned: bool,
    /// The moment at which packages and checksums are made (RFC 3339); `None` for that of the
    /// approval.
    pub date: Option<String>,
    /// The names of sidecars of files.
    pub sidecar: SidecarName,
}

/// The packages that were made.
#[derive(Debug, Clone, Default)]
pub struct Archived {
    /// Packages.
    pub packages: u64,
    /// Dossiers in them.
    pub dossiers: u64,
    /// Dossiers whose letters were posted.
    pub posted: u64,
    /// The last package, to look at.
    pub example: Option<PathBuf>,
    /// Packs that are not complete and were left out, each with the reason.
    pub left_out: Vec<(String, String)>,
    /// Packs of which a file is not as it was delivered, each with the reason.
    pub failed: Vec<(String, String)>,
    /// Why the run's approval does not hold; `None` if it does.
    pub unapproved: Option<String>,
    /// The public key with which the packages are signed.
    pub signed_by: Option<String>,
}

/// Makes packages of a run. `record_pdf` is the run's record ([`crate::record_shape`]) as PDF/A.
///
/// An approval whose signature does not hold counts as none.
///
/// # Errors
/// The run does not fit its records or is not approved, it is signed and the packages would not be,
/// the target is not empty, or something cannot be read or written. In a package for all, a changed
/// file of one pack is such an error; in packages for each, it costs that package alone.
pub fn archive(
    run: &RunFolder,
    options: &ArchiveOptions,
    record_pdf: &[u8],
    seals: &Seals<'_>,
) -> Result<Archived, ArchiveError> {
    if options.require_approval {
        run.demand_approval(options.public_key.as_deref())?;
    }
    let state = run.approval()?;
    let (approval, unapproved) = match run.signature(options.public_key.as_deref())? {
        SignatureState::Broken(why) if state.holding().is_some() => {
            let why = why.english;
            (None, Some(format!("its signature does not hold: {why}")))
        }
        _ => (state.holding(), state.why_not().map(|why| why.english)),
    };
    demand_signer(options, approval, seals)?;
    let time = moment(options, approval)?;
    let dispatch = match &options.dispatch {
        Some(dispatch) => Some(Dispatch::read(run, dispatch)?),
        None => None,
    };
    demand_known(run, options)?;
    make_empty(&options.to, run)?;
    let mut json = SpooledTempFile::new_in(1 << 20, &options.to);
    write_json(run, approval, &mut json)?;
    let record = RecordFiles {
        pdf: record_pdf,
        json,
        more: proofs(run, options, approval, seals, dispatch.as_ref())?,
    };
    let archiving = Archiving {
        context: PackageContext {
            run,
            time: &time,
            sidecar: options.sidecar,
            approval,
        },
        options,
        seals,
        dispatch: dispatch.as_ref(),
        done: Archived {
            unapproved,
            signed_by: seals.signer.map(Signer::public),
            ..Archived::default()
        },
    };
    if options.collective {
        archiving.collective(record)
    } else {
        archiving.each(record)
    }
}

/// Refuses to leave the packages of a signed run unsigned unless that is asked for, and to sign them
/// with another key than the approval.
fn demand_signer(
    options: &ArchiveOptions,
    approval: Option<&Approval>,
    seals: &Seals<'_>,
) -> Result<(), ArchiveError> {
    let named = approval.and_then(|approval| approval.signed_by.clone());
    match (named, seals.signer.map(Signer::public)) {
        (Some(named), Some(key)) if named != key => Err(ArchiveError::OtherKey { named, key }),
        (Some(_), None) if !options.unsigned => Err(ArchiveError::Unsigned),
        _ => Ok(()),
    }
}

/// The files of the run that prove it: the approval as it was given, with the run's record that it
/// binds, and the key. A package for all has the list of all documents too, with its signature.
fn proofs(
    run: &RunFolder,
    options: &ArchiveOptions,
    approval: Option<&Approval>,
    seals: &Seals<'_>,
    dispatch: Option<&Dispatch>,
) -> Result<Vec<Proof>, ArchiveError> {
    let mut proofs = Vec::new();
    let file = |end, path| Proof {
        end,
        source: Source::File(path),
    };
    if approval.is_some() {
        proofs.push(file(record::APPROVAL, run.state(names::APPROVAL)));
        proofs.push(file(record::RUN, run.state(names::RUN)));
    }
    if let Some(signer) = seals.signer {
        let source = Source::Bytes(signer.public_file()?.into_bytes());
        let end = record::KEY;
        proofs.push(Proof { end, source });
    }
    if let Some(dispatch) = dispatch {
        let path = dispatch.reconciliation.clone();
        proofs.push(file(record::RECONCILIATION, path));
    }
    if options.collective {
        if let Some(dispatch) = dispatch {
            proofs.push(file(record::DISPATCH, dispatch.manifest.clone()));
        }
        proofs.push(file("manifest.txt", run.manifest()));
        let signature = run.state(names::SIGNATURE);
        if signature.is_file() && approval.is_some() {
            proofs.push(file("handtekening.txt", signature));
        }
    }
    Ok(proofs)
}

/// The moment of packages: one that was asked for, else that of the approval. No package is older
/// than the approval in it.
fn moment(options: &ArchiveOptions, approval: Option<&Approval>) -> Result<String, ArchiveError> {
    let approved = approval.map(|approval| approval.at.clone());
    let date = match (options.date.clone(), approved) {
        (None, None) => return Err(ArchiveError::NoMoment),
        (None, Some(approved)) => approved,
        (Some(date), None) => date,
        (Some(date), Some(approved)) => {
            if parse_time(&date)? < parse_time(&approved)? {
                return Err(ArchiveError::BeforeApproval { date, approved });
            }
            date
        }
    };
    parse_time(&date)?;
    // A dispatch may be known by its day alone.
    let day = |text: &str| text.get(..10).unwrap_or_default().to_owned();
    match &options.dispatch {
        Some(dispatch) if day(&date) < day(&dispatch.posted) => Err(ArchiveError::BeforeDispatch {
            date,
            posted: dispatch.posted.clone(),
        }),
        Some(_) | None => Ok(date),
    }
}

/// Refuses codes that no pack has: one that is mistyped must not give an empty transfer.
fn demand_known(run: &RunFolder, options: &ArchiveOptions) -> Result<(), ArchiveError> {
    let Some(mut unknown) = options.only.clone() else {
        return Ok(());
    };
    for pack in run.packs()? {
        unknown.remove(&pack?.code);
    }
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(ArchiveError::UnknownCodes(unknown.into_iter().collect()))
    }
}

struct Archiving<'a> {
    context: PackageContext<'a>,
    options: &'a ArchiveOptions,
    seals: &'a Seals<'a>,
    dispatch: Option<&'a Dispatch>,
    done: Archived,
}

impl Archiving<'_> {
    /// Whether a pack belongs into a package; one that is not complete is named.
    fn takes(&mut self, pack: &PackRecord) -> bool {
        let only = self.options.only.as_ref();
        if only.is_some_and(|codes| !codes.contains(&pack.code)) {
            return false;
        }
        if let Some(reason) = pack.why_incomplete() {
            self.done.left_out.push((pack.code.clone(), reason));
            return false;
        }
        // A pack without documents is complete, and there is nothing to archive.
        !pack.documents.is_empty()
    }

    fn create(&self, name: &str) -> Result<Package, ArchiveError> {
        let ArchiveOptions {
            to,
            container,
            format,
            ..
        } = self.options;
        Package::create(to, name, *container, *format, self.context.time)
    }

    fn each(mut self, mut record: RecordFiles<'_>) -> Result<Archived, ArchiveError> {
        let mut mailing = self.mailing()?;
        for pack in self.context.run.packs()? {
            let pack = pack?;
            let mailing = mailing.as_mut().and_then(Iterator::next).transpose()?;
            if !self.takes(&pack) {
                continue;
            }
            let name = of_folder(&pack.folder);
            let sent = match self.sent(mailing.as_ref()) {
                Ok(sent) => sent,
                Err(error) => {
                    self.done.failed.push((pack.code, error.to_string()));
                    continue;
                }
            };
            record.more.retain(|proof| proof.end != record::DISPATCH);
            let rows = self.dispatch.and_then(|one| one.rows_of(&pack.code));
            record.more.extend(rows.map(|rows| Proof {
                end: record::DISPATCH,
                source: Source::Bytes(rows),
            }));
            let mut package = self.create(&name)?;
            match self.fill(&mut package, &name, &pack, sent.as_ref(), &mut record) {
                Ok(()) => {
                    let slip = self.slip(&pack.code, &municipality(&pack).name);
                    let mut provenance = self.context.provenance(municipality(&pack));
                    self.done.posted += u64::from(sent.is_some());
                    provenance.events.extend(sent);
                    let made = package.finish(slip, &provenance, self.seals)?;
                    self.done.example = Some(made);
                    self.done.packages += 1;
                    self.done.dossiers += 1;
                }
                Err(error) if error.is_of_one_pack() => {
                    package.abandon()?;
                    self.done.failed.push((pack.code, error.to_string()));
                }
                Err(error) => {
                    package.abandon()?;
                    return Err(error);
                }
            }
        }
        Ok(self.done)
    }

    fn fill(
        &self,
        package: &mut Package,
        name: &str,
        pack: &PackRecord,
        sent: Option<&Event>,
        record: &mut RecordFiles<'_>,
    ) -> Result<(), ArchiveError> {
        let context = &self.context;
        let above = context.parent();
        let parts = [context.record(&pack.code)];
        context.write_pack(package, name, pack, above, &parts, sent, None)?;
        let folder = format!("{name}/verantwoording-{name}");
        context.write_record(package, &folder, context.dossier(pack), &pack.code, record)
    }

    fn collective(mut self, mut record: RecordFiles<'_>) -> Result<Archived, ArchiveError> {
        let name = component(&self.context.run.record().campaign.id);
        let mut package = self.create(&name)?;
        let result = self.fill_collective(&mut package, &name, &mut record);
        if let Err(error) = result {
            package.abandon()?;
            return Err(error);
        }
        let slip = self.slip("alle", &self.context.sender().name);
        let provenance = self.context.provenance(self.context.sender());
        self.done.example = Some(package.finish(slip, &provenance, self.seals)?);
        self.done.packages = 1;
        Ok(self.done)
    }

    fn fill_collective(
        &mut self,
        package: &mut Package,
        name: &str,
        record: &mut RecordFiles<'_>,
    ) -> Result<(), ArchiveError> {
        let series = self.context.series();
        let mut object = self.context.object(&series, "Serie", self.context.sender());
        object.description = object.settings.description.clone();
        object.part_of = self.context.parent();
        object.parts = vec![self.context.record("")];
        self.context.write_object(package, name, &object)?;
        let folder = format!("{name}/verantwoording-{name}");
        self.context
            .write_record(package, &folder, series.clone(), "", record)?;
        let shared = format!("gemeenschappelijk-{name}");
        let title = format!("Gemeenschappelijke stukken: {}", series.name);
        let mut common = Common {
            folder: format!("{name}/{shared}"),
            part_of: self.context.own(&title, COMMON),
            name: shared,
            stored: BTreeMap::new(),
        };
        let mut mailing = self.mailing()?;
        for pack in self.context.run.packs()? {
            let pack = pack?;
            let mailing = mailing.as_mut().and_then(Iterator::next).transpose()?;
            if !self.takes(&pack) {
                continue;
            }
            let sent = self.sent(mailing.as_ref())?;
            self.done.posted += u64::from(sent.is_some());
            let sent = sent.as_ref();
            let folder = format!("{name}/{}", of_folder(&pack.folder));
            let above = Some(series.clone());
            self.context.write_pack(
                package,
                &folder,
                &pack,
                above,
                &[],
                sent,
                Some(&mut common),
            )?;
            self.done.dossiers += 1;
        }
        Ok(())
    }

    /// The dispatch of a pack's letters; `None` if none was posted.
    fn sent(&self, mailing: Option<&MailingPack>) -> Result<Option<Event>, ArchiveError> {
        match self.dispatch.zip(mailing) {
            Some((dispatch, mailing)) => dispatch.event(mailing, &self.context.sender().name),
            None => Ok(None),
        }
    }

    /// The mailing list, if a dispatch is held to it. It has the same packs as the list of packs, in
    /// the same order: opening the run compares them.
    fn mailing(&self) -> Result<Option<Lines<MailingPack>>, ArchiveError> {
        let run = self.context.run;
        Ok(self.dispatch.map(|_| run.mailing()).transpose()?)
    }

    /// The packing slip, without the values that follow from the files.
    fn slip(&self, code: &str, creator: &str) -> PackingSlip {
        let campaign = &self.context.run.record().campaign;
        let sender = &campaign.sender;
        let settings = &campaign.archive;
        let mut remarks = Vec::new();
        if settings.appraisal == Appraisal::Undecided {
            remarks.push("Waardering nader te bepalen.".to_owned());
        }
        match self.context.approval {
            Some(approval) => {
                remarks.push(format!("Akkoord door {} op {}.", approval.by, approval.at))
            }
            None => remarks.push("Zonder akkoord.".to_owned()),
        }
        PackingSlip {
            identification: format!("{}/{code}", campaign.id),
            title: format!("{} – {creator}", campaign.title),
            destination: settings.destination.clone().unwrap_or_default(),
            time: self.context.time.to_owned(),
            creator: creator.to_owned(),
            contact: sender.name.clone(),
            email: sender.email.clone().unwrap_or_default(),
            remarks: remarks.join(" "),
            ..PackingSlip::default()
        }
    }
}
