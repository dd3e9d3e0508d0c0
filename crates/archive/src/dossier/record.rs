//! The run's record as a document of its own, with the lists that prove the run.

use std::path::{Path, PathBuf};

use tempfile::SpooledTempFile;

use crate::ArchiveError;
use crate::dossier::context::{PackageContext, record_key};
use crate::mdto::elements::Reference;
use crate::sip::package::{Package, sized};

/// The files of the run's record.
pub(crate) struct RecordFiles<'a> {
    pub(crate) pdf: &'a [u8],
    pub(crate) json: SpooledTempFile,
    /// Further files, each with the end of its name.
    pub(crate) more: Vec<(&'static str, PathBuf)>,
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
        let extra: Vec<(String, &Path)> = record
            .more
            .iter()
            .map(|(end, path)| (format!("{name}-{end}.txt"), path.as_path()))
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
        for (file, from) in extra {
            let path = format!("{folder}/{file}");
            let pass = package.add_file(&path, from)?;
            self.write_sidecar(package, &path, &key(&file), pass, &itself)?;
        }
        Ok(())
    }
}
