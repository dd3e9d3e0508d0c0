//! What a run says in the words of MDTO: the mailing to one municipality is a dossier, each document
//! an archiefstuk, each file a bestand beside its sidecar.
//!
//! Identifiers are made of campaign, code, document and file name, so that equal runs have equal
//! ones. The municipality receives the dossier and is its archiefvormer; the sender is a party.

use std::collections::BTreeMap;
use std::path::Path;

use raadspost_content::ArchiveSettings;
use raadspost_run::RunFolder;
use raadspost_run::{Approval, DocumentKind, DocumentRecord, PackRecord};
use tempfile::SpooledTempFile;

use crate::digest::Pass;
use crate::formats;
use crate::mdto::object::{
    FileObject, Happening, Identity, InformationObject, Reference, SidecarName,
};
use crate::sip::package::{Package, sized};
use crate::{ArchiveError, dossier::ori, sip::names};

/// The relation of a variant to the motion that shows all alternatives.
const VERSION: &str = "Is een versie van";
/// The relation of one document to another that it holds or names.
const REFERS: &str = "Refereert aan";

/// What all packages of one call share.
pub(crate) struct Frame<'a> {
    pub(crate) run: &'a RunFolder,
    /// When packages and checksums are made (RFC 3339).
    pub(crate) time: &'a str,
    pub(crate) sidecar: SidecarName,
    /// The approval where it holds.
    pub(crate) approval: Option<&'a Approval>,
}

/// Documents that say the same to everyone, stored once in a package for several municipalities.
pub(crate) struct Common {
    /// The folder of their dossier, and the name that their own names begin with.
    pub(crate) folder: String,
    pub(crate) name: String,
    pub(crate) part_of: Reference,
    /// By the digests of its files, each document that is stored.
    pub(crate) stored: BTreeMap<String, Reference>,
}

/// Where an object stands.
struct Spot<'a> {
    folder: String,
    name: String,
    part_of: Reference,
    pack: Option<&'a PackRecord>,
}

impl Frame<'_> {
    fn settings(&self) -> &ArchiveSettings {
        &self.run.record().campaign.archive
    }

    /// The sender; no public body, so without an identification.
    pub(crate) fn sender(&self) -> Reference {
        Reference {
            name: self.run.record().campaign.sender.name.clone(),
            identity: None,
        }
    }

    /// Where packages go, as the object above their uppermost one.
    pub(crate) fn destination(&self) -> Option<Reference> {
        let name = self.settings().destination.clone()?;
        let identity = None;
        Some(Reference { name, identity })
    }

    /// A reference to an object of this run.
    pub(crate) fn own(&self, name: &str, mark: &str) -> Reference {
        let mark = format!("{}/{mark}", self.run.record().campaign.id);
        Reference {
            name: name.to_owned(),
            identity: Some(Identity::own(mark)),
        }
    }

    /// The dossier of a pack.
    pub(crate) fn dossier(&self, pack: &PackRecord) -> Reference {
        let name = format!("{} – {}", self.run.record().campaign.title, official(pack));
        self.own(&name, &pack.code)
    }

    /// An object of this run with what is the same for all of them.
    pub(crate) fn object(
        &self,
        itself: &Reference,
        level: &'static str,
        creator: Reference,
    ) -> InformationObject<'_> {
        let campaign = &self.run.record().campaign;
        let mut happenings = vec![Happening {
            kind: "Creatie",
            time: campaign.date.clone(),
            actor: Some(campaign.sender.name.clone()),
            result: None,
        }];
        happenings.extend(self.approval.map(|approval| Happening {
            kind: "Accordering",
            time: approval.at.clone(),
            actor: Some(approval.by.clone()),
            result: approval.note.clone(),
        }));
        InformationObject {
            identity: itself
                .identity
                .clone()
                .unwrap_or_else(|| Identity::own(&campaign.id)),
            name: itself.name.clone(),
            level,
            settings: &campaign.archive,
            description: None,
            day: campaign.date.clone(),
            place: None,
            language: campaign.language.clone(),
            happenings,
            part_of: None,
            parts: Vec::new(),
            files: Vec::new(),
            more_metadata: Vec::new(),
            related: Vec::new(),
            creator,
            sender: self.sender(),
        }
    }

    /// Writes an object's sidecar into its folder.
    pub(crate) fn write_object(
        &self,
        package: &mut Package,
        folder: &str,
        object: &InformationObject<'_>,
    ) -> Result<(), ArchiveError> {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        let path = format!("{folder}/{name}{}", names::SIDECAR);
        let xml = object.to_xml().map_err(ArchiveError::io("write", &path))?;
        package.add_bytes(&path, &xml)?;
        package.count_object();
        Ok(())
    }

    /// Writes a file's sidecar beside it.
    fn write_sidecar(
        &self,
        package: &mut Package,
        path: &str,
        mark: &str,
        pass: Pass,
        represents: &Reference,
    ) -> Result<(), ArchiveError> {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        let file = FileObject {
            identity: Identity::own(format!("{}/{mark}", self.run.record().campaign.id)),
            name,
            bytes: pass.bytes,
            format: pass.format.unwrap_or(formats::UNKNOWN),
            sha256: pass.sha256,
            time: self.time.to_owned(),
            represents: represents.clone(),
        };
        let sidecar = self.sidecar.of(path);
        let xml = file.to_xml().map_err(ArchiveError::io("write", &sidecar))?;
        package.add_bytes(&sidecar, &xml)?;
        Ok(())
    }

    /// Writes the dossier of a pack, all that is in it, and nothing else.
    pub(crate) fn write_pack(
        &self,
        package: &mut Package,
        folder: &str,
        pack: &PackRecord,
        part_of: Option<Reference>,
        more_parts: &[Reference],
        mut common: Option<&mut Common>,
    ) -> Result<(), ArchiveError> {
        let groups = groups(pack);
        let dossier = self.dossier(pack);
        let mut references = BTreeMap::new();
        let mut shared = Vec::new();
        for (id, documents) in &groups {
            let is_common = documents.iter().all(|document| document.common);
            match common.as_deref_mut().filter(|_| is_common) {
                Some(common) => {
                    let reference = self.store_common(package, common, id, documents)?;
                    shared.push((reference.clone(), REFERS));
                    references.insert(*id, reference);
                }
                None => {
                    let title = documents.first().map_or("", |first| first.title.as_str());
                    let mark = format!("{}/{id}", pack.code);
                    references.insert(*id, self.own(title, &mark));
                }
            }
        }
        let is_shared = |reference: &Reference| shared.iter().any(|(other, _)| other == reference);
        let creator = municipality(pack);
        let mut object = self.object(&dossier, "Dossier", creator.clone());
        object.description = self.settings().description.clone();
        object.place = Some(creator);
        object.part_of = part_of;
        object.parts = groups
            .iter()
            .filter_map(|(id, _)| references.get(id))
            .filter(|reference| !is_shared(reference))
            .chain(more_parts)
            .cloned()
            .collect();
        object.related = shared.clone();
        self.write_object(package, folder, &object)?;

        for (id, documents) in &groups {
            let Some(reference) = references.get(id).filter(|one| !is_shared(one)) else {
                continue;
            };
            let name = format!("{}-{}", names::of_folder(&pack.folder), names::part(id));
            let spot = Spot {
                folder: format!("{folder}/{name}"),
                name: names::of_folder(&pack.folder),
                part_of: dossier.clone(),
                pack: Some(pack),
            };
            let related = related(documents, &groups, &references);
            self.write_document(package, &spot, reference, documents, related)?;
        }
        Ok(())
    }

    /// Stores a document that says the same to everyone, once.
    fn store_common(
        &self,
        package: &mut Package,
        common: &mut Common,
        id: &str,
        documents: &[&DocumentRecord],
    ) -> Result<Reference, ArchiveError> {
        let digests = documents.iter().map(|document| document.sha256.as_str());
        let key = digests.collect::<Vec<_>>().join("+");
        if let Some(reference) = common.stored.get(&key) {
            return Ok(reference.clone());
        }
        if common.stored.is_empty() {
            let mut object = self.object(&common.part_of, "Dossier", self.sender());
            object.part_of = self.series().into();
            self.write_object(package, &common.folder, &object)?;
        }
        let title = documents.first().map_or("", |first| first.title.as_str());
        // By its hash: two wordings of one document are two, and stay apart.
        let mark = format!("gemeenschappelijk/{id}/sha256/{key}");
        let reference = self.own(title, &mark);
        let short = key.get(..12).unwrap_or(&key);
        let name = format!("{}-{}-{short}", common.name, names::part(id));
        let spot = Spot {
            folder: format!("{}/{name}", common.folder),
            name: format!("{}-{short}", common.name),
            part_of: common.part_of.clone(),
            pack: None,
        };
        self.write_document(package, &spot, &reference, documents, Vec::new())?;
        common.stored.insert(key, reference.clone());
        Ok(reference)
    }

    /// The object above all dossiers of a package for several municipalities.
    pub(crate) fn series(&self) -> Reference {
        let campaign = &self.run.record().campaign;
        Reference {
            name: campaign.title.clone(),
            identity: Some(Identity::own(&campaign.id)),
        }
    }

    fn write_document(
        &self,
        package: &mut Package,
        spot: &Spot<'_>,
        itself: &Reference,
        documents: &[&DocumentRecord],
        related: Vec<(Reference, &'static str)>,
    ) -> Result<(), ArchiveError> {
        let creator = spot.pack.map_or_else(|| self.sender(), municipality);
        let code = spot.pack.map_or("gemeenschappelijk", |pack| &pack.code);
        let files: Vec<(String, String, &DocumentRecord)> = documents
            .iter()
            .map(|document| {
                let file = file_name(&spot.name, &document.path);
                let mark = format!("{code}/{file}");
                (file, mark, *document)
            })
            .collect();
        let metadata = spot
            .pack
            .filter(|_| documents.iter().any(|one| one.kind == DocumentKind::Motion))
            .map(|pack| {
                let named: Vec<_> = files
                    .iter()
                    .map(|(file, _, document)| (file.as_str(), *document))
                    .collect();
                let value = ori::motion(self.run.record(), pack, &named);
                let name = spot.folder.rsplit('/').next().unwrap_or(&spot.folder);
                let file = format!("{name}-ori.json");
                (format!("{code}/{file}"), file, value)
            });

        let mut object = self.object(itself, "Archiefstuk", creator);
        if let Some(first) = documents.first() {
            object.language.clone_from(&first.language);
        }
        object.place = spot.pack.map(municipality);
        object.part_of = Some(spot.part_of.clone());
        object.files = files
            .iter()
            .map(|(file, mark, _)| self.own(file, mark))
            .collect();
        object.more_metadata = metadata
            .iter()
            .map(|(mark, file, _)| self.own(file, mark))
            .collect();
        object.related = related;
        self.write_object(package, &spot.folder, &object)?;

        for (file, mark, document) in &files {
            let from = self.run.document(&document.path)?;
            let changed = |what| ArchiveError::Changed {
                path: document.path.clone(),
                what,
            };
            if !from.is_file() {
                return Err(changed("missing"));
            }
            let path = format!("{}/{file}", spot.folder);
            let pass = package.add_file(&path, &from)?;
            if pass.sha256 != document.sha256 {
                return Err(changed("not as it was delivered"));
            }
            self.write_sidecar(package, &path, mark, pass, itself)?;
        }
        if let Some((mark, file, value)) = metadata {
            let path = format!("{}/{file}", spot.folder);
            let pass = package.add_bytes(&path, &pretty(&value))?;
            self.write_sidecar(package, &path, &mark, pass, itself)?;
        }
        Ok(())
    }

    /// Writes the run's record as a document of its own.
    pub(crate) fn write_record(
        &self,
        package: &mut Package,
        folder: &str,
        part_of: Reference,
        record: &mut RecordFiles<'_>,
    ) -> Result<(), ArchiveError> {
        let name = folder.rsplit('/').next().unwrap_or(folder).to_owned();
        let itself = self.record();
        let pdf = format!("{name}.pdf");
        let json = format!("{name}.json");
        let extra: Vec<(String, &Path)> = record
            .more
            .iter()
            .map(|(end, path)| (format!("{name}-{end}.txt"), path.as_path()))
            .collect();
        let mark = |file: &str| format!("verantwoording/{file}");
        let mut object = self.object(&itself, "Archiefstuk", self.sender());
        object.part_of = Some(part_of);
        let listed = [&pdf, &json].into_iter();
        object.files = listed
            .chain(extra.iter().map(|(file, _)| file))
            .map(|file| self.own(file, &mark(file)))
            .collect();
        self.write_object(package, folder, &object)?;

        let path = format!("{folder}/{pdf}");
        let pass = package.add_bytes(&path, record.pdf)?;
        self.write_sidecar(package, &path, &mark(&pdf), pass, &itself)?;
        let path = format!("{folder}/{json}");
        let (size, reader) = sized(&mut record.json).map_err(ArchiveError::io("read", &path))?;
        let pass = package.add(&path, size, reader)?;
        self.write_sidecar(package, &path, &mark(&json), pass, &itself)?;
        for (file, from) in extra {
            let path = format!("{folder}/{file}");
            let pass = package.add_file(&path, from)?;
            self.write_sidecar(package, &path, &mark(&file), pass, &itself)?;
        }
        Ok(())
    }

    /// The run's record as an object.
    pub(crate) fn record(&self) -> Reference {
        let title = &self.run.record().campaign.title;
        self.own(
            &format!("Verantwoording van de verzending: {title}"),
            "verantwoording",
        )
    }
}

/// The files of the run's record.
pub(crate) struct RecordFiles<'a> {
    pub(crate) pdf: &'a [u8],
    pub(crate) json: SpooledTempFile,
    /// Ends of names, and files on disk.
    pub(crate) more: Vec<(&'static str, std::path::PathBuf)>,
}

/// A pack's documents by id, in the campaign's order; one document may have several formats.
fn groups(pack: &PackRecord) -> Vec<(&str, Vec<&DocumentRecord>)> {
    let mut groups: Vec<(&str, Vec<&DocumentRecord>)> = Vec::new();
    for document in &pack.documents {
        match groups.iter_mut().find(|(id, _)| *id == document.document) {
            Some((_, documents)) => documents.push(document),
            None => groups.push((&document.document, vec![document])),
        }
    }
    groups
}

/// What a document has to do with others of its pack.
fn related(
    documents: &[&DocumentRecord],
    groups: &[(&str, Vec<&DocumentRecord>)],
    references: &BTreeMap<&str, Reference>,
) -> Vec<(Reference, &'static str)> {
    let Some(first) = documents.first() else {
        return Vec::new();
    };
    let members = first.members.iter().map(|id| (id.as_str(), REFERS));
    // A variant is a version of the motion that shows all alternatives.
    let whole = first.motion.as_ref().filter(|one| one.variant.is_some());
    let versions = groups.iter().filter_map(|(id, others)| {
        let other = others.first()?.motion.as_ref()?;
        (other.id == whole?.id && other.variant.is_none()).then_some((*id, VERSION))
    });
    members
        .chain(versions)
        .filter_map(|(id, relation)| Some((references.get(id)?.clone(), relation)))
        .collect()
}

/// The municipality, by its identification in TOOI where the register has it.
pub(crate) fn municipality(pack: &PackRecord) -> Reference {
    let tooi = pack.municipality.tooi.clone();
    Reference {
        name: official(pack).to_owned(),
        identity: tooi.map(|mark| Identity {
            mark,
            origin: "TOOI".to_owned(),
        }),
    }
}

fn official(pack: &PackRecord) -> &str {
    pack.municipality
        .official_name
        .as_deref()
        .unwrap_or(&pack.name)
}

/// A file's name in a package: unique there, because the pack's folder is.
fn file_name(folder: &str, path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
    let (stem, end) = (names::part(stem), names::part(end));
    if end.is_empty() {
        format!("{folder}-{stem}")
    } else {
        format!("{folder}-{stem}.{end}")
    }
}

fn pretty(value: &serde_json::Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
