//! The run's record as a document of its own, with the lists that prove the run.

use std::path::PathBuf;

use tempfile::SpooledTempFile;

use crate::ArchiveError;
use crate::dossier::context::{PackageContext, record_key};
use crate::mdto::elements::Reference;
use crate::sip::package::Package;
use crate::sip::spool::sized;

/// The files of the run's record.
pub(crate) struct RecordFiles<'a> {
    pub(crate) pdf: &'a [u8],
    pub(crate) json: SpooledTempFile,
    /// Further files.
    pub(crate) more: Vec<Proof>,
}

/// The end of the name of the approval, as it lies in the run folder.
pub(crate) const APPROVAL: &str = "akkoord.json";
/// The end of the name of the public key with which the package is signed.
pub(crate) const KEY: &str = "sleutel.txt";
/// The end of the name of the run's record, as it lies in the run folder.
pub(crate) const RUN: &str = "run.json";

/// The end of the name of the rows of a print run's manifest.
pub(crate) const DISPATCH: &str = "verzending.csv";
/// The end of the name of a print run's reconciliation.
pub(crate) const RECONCILIATION: &str = "afstemming.json";

/// A file that proves the run, with the end of its name.
pub(crate) struct Proof {
    pub(crate) end: &'static str,
    pub(crate) source: Source,
}

/// Where a file comes from.
pub(crate) enum Source {
    /// A file on disk.
    File(PathBuf),
    /// Bytes in memory.
    Bytes(Vec<u8>),
}

impl PackageContext<'_> {
    /// Writes the run's record as a document of its own.
    pub(crate) fn write_record(
        &self,
        package: &mut Package,
        folder: &str,
        part_of: Reference,
        code: &str,
        record: &mut RecordFiles<'_>,
    ) -> Result<(), ArchiveError> {
        let name = folder.rsplit('/').next().unwrap_or(folder).to_owned();
        let itself = self.record(code);
        let pdf = format!("{name}.pdf");
        let json = format!("{name}.json");
        let extra: Vec<(String, &Proof)> = record
            .more
            .iter()
            .map(|proof| (format!("{name}-{}", proof.end), proof))
            .collect();
        let key = |file: &str| format!("{}/{file}", record_key(code));
        let mut object = self.object(&itself, "Archiefstuk", self.sender());
        object.part_of = Some(part_of);
        let listed = [&pdf, &json].into_iter();
        object.files = listed
            .chain(extra.iter().map(|(file, _)| file))
            .map(|file| self.own(file, &key(file)))
            .collect();
        self.write_object(package, folder, &object)?;

        let path = format!("{folder}/{pdf}");
        let pass = package.add_bytes(&path, record.pdf)?;
        self.write_sidecar(package, &path, &key(&pdf), pass, &itself)?;
        let path = format!("{folder}/{json}");
        let (size, reader) = sized(&mut record.json).map_err(ArchiveError::io("read", &path))?;
        let pass = package.add(&path, size, reader)?;
        self.write_sidecar(package, &path, &key(&json), pass, &itself)?;
        for (file, proof) in extra {
            let path = format!("{folder}/{file}");
            let pass = match &proof.source {
                Source::File(from) => package.add_file(&path, from)?,
                Source::Bytes(bytes) => package.add_bytes(&path, bytes)?,
            };
            if proof.end == APPROVAL {
                package.approved(pass.sha256.clone());
            }
            self.write_sidecar(package, &path, &key(&file), pass, &itself)?;
        }
        Ok(())
    }
}
