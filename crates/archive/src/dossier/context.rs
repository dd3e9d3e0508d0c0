//! The objects of a run: its dossiers, documents and record, with the values that they share.

use raadspost_content::ArchiveSettings;
use raadspost_run::{Approval, PackRecord, RunFolder};

use crate::digest::Pass;
use crate::mdto::elements::{Event, Identity, Reference};
use crate::mdto::file::FileObject;
use crate::mdto::object::InformationObject;
use crate::sip::names::{self, SidecarName};
use crate::sip::package::Package;
use crate::{ArchiveError, formats};

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

    /// The destination of packages, as the object above their uppermost one.
    pub(crate) fn destination(&self) -> Option<Reference> {
        let name = self.settings().destination.clone()?;
        let identity = None;
        Some(Reference { name, identity })
    }

    /// A reference to an object of this run.
    pub(crate) fn own(&self, name: &str, key: &str) -> Reference {
        let key = format!("{}/{key}", self.run.record().campaign.id);
        Reference {
            name: name.to_owned(),
            identity: Some(Identity::own(key)),
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
            events,
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
            identity: Identity::own(format!("{}/{key}", self.run.record().campaign.id)),
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
        let campaign = &self.run.record().campaign;
        Reference {
            name: campaign.title.clone(),
            identity: Some(Identity::own(&campaign.id)),
        }
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
