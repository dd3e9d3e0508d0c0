//! The dossier of a pack, and the documents that all municipalities have in common.

use std::collections::BTreeMap;

use raadspost_run::{DocumentRecord, PackRecord};

use crate::ArchiveError;
use crate::dossier::context::{COMMON, PackageContext, municipality};
use crate::dossier::document::Location;
use crate::mdto::elements::{Event, Reference};
use crate::sip::names;
use crate::sip::package::Package;

/// The relation of a variant to the motion that shows all alternatives.
const VERSION: &str = "Is een versie van";
/// The relation of one document to another that it holds or names.
const REFERS: &str = "Refereert aan";

/// Documents that are the same for all municipalities, stored once in a package for several.
pub(crate) struct Common {
    /// The folder of their dossier, and the name that their own names begin with.
    pub(crate) folder: String,
    pub(crate) name: String,
    pub(crate) part_of: Reference,
    /// The documents that are stored, by the digests of their files.
    pub(crate) stored: BTreeMap<String, Reference>,
}

impl PackageContext<'_> {
    /// Writes the dossier of a pack with its documents; `sent` is its dispatch.
    #[expect(
        clippy::too_many_arguments,
        reason = "the place of a dossier, and what goes into it"
    )]
    pub(crate) fn write_pack(
        &self,
        package: &mut Package,
        folder: &str,
        pack: &PackRecord,
        part_of: Option<Reference>,
        more_parts: &[Reference],
        sent: Option<&Event>,
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
                    let key = format!("{}/{id}", pack.code);
                    references.insert(*id, self.own(title, &key));
                }
            }
        }
        let is_shared = |reference: &Reference| shared.iter().any(|(other, _)| other == reference);
        let creator = municipality(pack);
        let mut object = self.object(&dossier, "Dossier", creator.clone());
        object.events.extend(sent.cloned());
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
            let name = format!(
                "{}-{}",
                names::of_folder(&pack.folder),
                names::component(id)
            );
            let location = Location {
                folder: format!("{folder}/{name}"),
                name: names::of_folder(&pack.folder),
                part_of: dossier.clone(),
                pack: Some(pack),
            };
            let related = related(documents, &groups, &references);
            self.write_document(package, &location, reference, documents, related)?;
        }
        Ok(())
    }

    /// Stores a document that is the same for all municipalities, once.
    fn store_common(
        &self,
        package: &mut Package,
        common: &mut Common,
        id: &str,
        documents: &[&DocumentRecord],
    ) -> Result<Reference, ArchiveError> {
        let digests = documents.iter().map(|document| document.sha256.as_str());
        let digests = digests.collect::<Vec<_>>().join("+");
        if let Some(reference) = common.stored.get(&digests) {
            return Ok(reference.clone());
        }
        if common.stored.is_empty() {
            let mut object = self.object(&common.part_of, "Dossier", self.sender());
            object.part_of = self.series().into();
            self.write_object(package, &common.folder, &object)?;
        }
        let title = documents.first().map_or("", |first| first.title.as_str());
        // By its hash: two wordings of one document are two, and stay apart.
        let key = format!("{COMMON}/{id}/sha256/{digests}");
        let reference = self.own(title, &key);
        let short = digests.get(..12).unwrap_or(&digests);
        let name = format!("{}-{}-{short}", common.name, names::component(id));
        let location = Location {
            folder: format!("{}/{name}", common.folder),
            name: format!("{}-{short}", common.name),
            part_of: common.part_of.clone(),
            pack: None,
        };
        self.write_document(package, &location, &reference, documents, Vec::new())?;
        common.stored.insert(digests, reference.clone());
        Ok(reference)
    }
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

/// The relations of a document to others of its pack.
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
