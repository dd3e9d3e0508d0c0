//! The objects of a run: its dossiers, documents and record, with the values that they share.

use raadspost_content::{ArchiveSettings, ParentObject};
use raadspost_run::{Approval, PackRecord, RunFolder};

use crate::digest::Pass;
use crate::mdto::elements::{Event, Identity, Reference};
use crate::mdto::file::FileObject;
use crate::mdto::object::InformationObject;
use crate::sip::eark::Provenance;
use crate::sip::names::{self, SidecarName};
use crate::sip::package::Package;
use crate::{ArchiveError, formats};

/// The key of the documents that all municipalities have in common.
pub(crate) const COMMON: &str = "#gemeenschappelijk";

/// The values that all packages of one call share.
pub(crate) struct PackageContext<'a> {
    pub(crate) run: &'a RunFolder,
    /// The time of packages and checksums (RFC 3339).
    pub(crate) time: &'a str,
    pub(crate) sidecar: SidecarName,
    /// The approval, if it holds.
    pub(crate) approval: Option<&'a Approval>,
}

impl PackageContext<'_> {
    pub(crate) fn settings(&self) -> &ArchiveSettings {
        &self.run.record().campaign.archive
    }

    /// The sender; no public body, so without an identification.
    pub(crate) fn sender(&self) -> Reference {
        Reference {
            name: self.run.record().campaign.sender.name.clone(),
            identity: None,
        }
    }

    /// The object of the archive above the uppermost one of a package.
    pub(crate) fn parent(&self) -> Option<Reference> {
        let ParentObject { name, key, origin } = self.settings().parent.clone()?;
        let identity = Some(Identity { key, origin });
        Some(Reference { name, identity })
    }

    /// The identification of an object or file of this run.
    ///
    /// Below the campaign's id lie the codes of municipalities, the ids of their documents and the
    /// names of files, which have a dot. Codes and ids have no `#`, which precedes what the run has
    /// besides them. So no two objects of all packages of a campaign have one identification.
    pub(crate) fn identity(&self, key: &str) -> Identity {
        let campaign = &self.run.record().campaign;
        let between = match key {
            "" => "",
            key if key.starts_with('#') => "",
            _ => "/",
        };
        Identity::own(
            format!("{}{between}{key}", campaign.id),
            &campaign.sender.name,
        )
    }

    /// A reference to an object of this run.
    pub(crate) fn own(&self, name: &str, key: &str) -> Reference {
        Reference {
            name: name.to_owned(),
            identity: Some(self.identity(key)),
        }
    }

    /// The dossier of a pack.
    pub(crate) fn dossier(&self, pack: &PackRecord) -> Reference {
        let name = format!("{} – {}", self.run.record().campaign.title, official(pack));
        self.own(&name, &pack.code)
    }

    /// An object of this run with the values that all of them share.
    pub(crate) fn object(
        &self,
        itself: &Reference,
        level: &'static str,
        creator: Reference,
    ) -> InformationObject<'_> {
        let campaign = &self.run.record().campaign;
        InformationObject {
            identity: itself.identity.clone().unwrap_or_else(|| self.identity("")),
            name: itself.name.clone(),
            level,
            settings: &campaign.archive,
            description: None,
            day: campaign.date.clone(),
            place: None,
            language: campaign.language.clone(),
            events: self.events(),
            part_of: None,
            parts: Vec::new(),
            files: Vec::new(),
            more_metadata: Vec::new(),
            related: Vec::new(),
            creator,
            sender: self.sender(),
        }
    }

    /// What happened to everything in the run.
    fn events(&self) -> Vec<Event> {
        let campaign = &self.run.record().campaign;
        let mut events = vec![Event {
            kind: "Creatie",
            time: campaign.date.clone(),
            actor: Some(campaign.sender.name.clone()),
            result: None,
        }];
        events.extend(self.approval.map(|approval| Event {
            kind: "Accordering",
            time: approval.at.clone(),
            actor: Some(approval.by.clone()),
            result: approval.note.clone(),
        }));
        events
    }

    /// Who made a package, and what happened to what is in it.
    pub(crate) fn provenance(&self, creator: Reference) -> Provenance {
        Provenance {
            tool: self.run.record().tool.clone(),
            creator: creator.identity,
            events: self.events(),
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
    pub(crate) fn write_sidecar(
        &self,
        package: &mut Package,
        path: &str,
        key: &str,
        pass: Pass,
        represents: &Reference,
    ) -> Result<(), ArchiveError> {
        let name = path.rsplit('/').next().unwrap_or(path).to_owned();
        let file = FileObject {
            identity: self.identity(key),
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

    /// The object above all dossiers of a package for several municipalities.
    pub(crate) fn series(&self) -> Reference {
        self.own(&self.run.record().campaign.title, "")
    }

    /// The run's record as an object in the package of a municipality; in that of all, `code` is
    /// empty.
    pub(crate) fn record(&self, code: &str) -> Reference {
        let title = &self.run.record().campaign.title;
        self.own(
            &format!("Verantwoording van de verzending: {title}"),
            &record_key(code),
        )
    }
}

/// The key of the run's record in the package of a municipality.
pub(crate) fn record_key(code: &str) -> String {
    format!("{code}#verantwoording")
}

/// The municipality, with its identification in TOOI if the register has it.
pub(crate) fn municipality(pack: &PackRecord) -> Reference {
    let tooi = pack.municipality.tooi.clone();
    Reference {
        name: official(pack).to_owned(),
        identity: tooi.map(|key| Identity {
            key,
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
