//! A document as an archiefstuk: its object, its files with their sidecars, and the ORI metadata of a
//! motion.

use raadspost_run::{DocumentKind, DocumentRecord, PackRecord};
use serde_json::Value;

use crate::ArchiveError;
use crate::dossier::context::{COMMON, PackageContext, municipality};
use crate::dossier::ori;
use crate::mdto::elements::Reference;
use crate::sip::names;
use crate::sip::package::Package;

/// The place of a document in a package.
pub(crate) struct Location<'a> {
    pub(crate) folder: String,
    /// The beginning of the names of its files.
    pub(crate) name: String,
    pub(crate) part_of: Reference,
    /// Its pack; `None` if all municipalities have it in common.
    pub(crate) pack: Option<&'a PackRecord>,
}

/// A file of a document in a package.
struct NamedFile<'a> {
    name: String,
    key: String,
    document: &'a DocumentRecord,
}

/// The ORI metadata of a motion.
struct Metadata {
    name: String,
    key: String,
    value: Value,
}

impl PackageContext<'_> {
    /// Writes a document, which may have several formats.
    ///
    /// # Errors
    /// A file is missing or was changed since it was delivered; the package cannot be written.
    pub(crate) fn write_document(
        &self,
        package: &mut Package,
        location: &Location<'_>,
        itself: &Reference,
        documents: &[&DocumentRecord],
        related: Vec<(Reference, &'static str)>,
    ) -> Result<(), ArchiveError> {
        let code = match location.pack {
            Some(pack) => &pack.code,
            None => COMMON,
        };
        let files = named(location, code, documents);
        let metadata = self.metadata(location, code, &files);
        let creator = location.pack.map_or_else(|| self.sender(), municipality);
        let mut object = self.object(itself, "Archiefstuk", creator);
        if let Some(first) = documents.first() {
            object.language.clone_from(&first.language);
        }
        object.place = location.pack.map(municipality);
        object.part_of = Some(location.part_of.clone());
        let references = files.iter().map(|file| self.own(&file.name, &file.key));
        object.files = references.collect();
        // A file is a representation of its object, whatever else it is: MDTO asks it of every file.
        let references: Vec<Reference> = metadata
            .iter()
            .map(|one| self.own(&one.name, &one.key))
            .collect();
        object.files.extend(references.iter().cloned());
        object.more_metadata = references;
        object.related = related;
        self.write_object(package, &location.folder, &object)?;
        for file in &files {
            self.write_file(package, location, itself, file)?;
        }
        if let Some(Metadata { name, key, value }) = metadata {
            let path = format!("{}/{name}", location.folder);
            let mut bytes = serde_json::to_vec_pretty(&value).unwrap_or_default();
            bytes.push(b'\n');
            let pass = package.add_bytes(&path, &bytes)?;
            self.write_sidecar(package, &path, &key, pass, itself)?;
        }
        Ok(())
    }

    /// The ORI metadata, if the document is a motion.
    fn metadata(
        &self,
        location: &Location<'_>,
        code: &str,
        files: &[NamedFile<'_>],
    ) -> Option<Metadata> {
        let is_motion = |file: &NamedFile<'_>| file.document.kind == DocumentKind::Motion;
        let pack = location.pack.filter(|_| files.iter().any(is_motion))?;
        let named: Vec<_> = files
            .iter()
            .map(|file| (file.name.as_str(), file.document))
            .collect();
        let value = ori::motion(self.run.record(), pack, &named);
        let folder = &location.folder;
        let name = format!("{}-ori.json", folder.rsplit('/').next().unwrap_or(folder));
        Some(Metadata {
            key: format!("{code}/{name}"),
            name,
            value,
        })
    }

    /// Copies a file and writes its sidecar.
    fn write_file(
        &self,
        package: &mut Package,
        location: &Location<'_>,
        itself: &Reference,
        file: &NamedFile<'_>,
    ) -> Result<(), ArchiveError> {
        let changed = |what| ArchiveError::Changed {
            path: file.document.path.clone(),
            what,
        };
        let from = self.run.document(&file.document.path)?;
        if !from.is_file() {
            return Err(changed("missing"));
        }
        let path = format!("{}/{}", location.folder, file.name);
        let pass = package.add_file(&path, &from)?;
        if pass.sha256 != file.document.sha256 {
            return Err(changed("not as it was delivered"));
        }
        self.write_sidecar(package, &path, &file.key, pass, itself)
    }
}

/// The files of a document by the names that they have in a package: unique there, because the name
/// of the pack's folder is.
fn named<'a>(
    location: &Location<'_>,
    code: &str,
    documents: &[&'a DocumentRecord],
) -> Vec<NamedFile<'a>> {
    let file = |document: &&'a DocumentRecord| {
        let name = file_name(&location.name, &document.path);
        NamedFile {
            key: format!("{code}/{name}"),
            name,
            document,
        }
    };
    documents.iter().map(file).collect()
}

fn file_name(folder: &str, path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
    let (stem, end) = (names::component(stem), names::component(end));
    if end.is_empty() {
        format!("{folder}-{stem}")
    } else {
        format!("{folder}-{stem}.{end}")
    }
}
