//! The package (ECMA-376 part 2): parts, their content types and their relationships.

use std::sync::Arc;

use raadspost_content::{Fingerprint, Recent};

use super::part::{Facts, Part};
use super::relationships::{Relationship, relationships_name, resolve};
use super::zip::{self, Inflater, Packed};
use crate::error::ReadError;

/// How many bytes of facts one half of the memory keeps: those of a hundred files and more.
const HALF: usize = 4 << 20;

/// The end of the main document's relationship type, the same in transitional and strict files.
const OFFICE_DOCUMENT: &str = "/officeDocument";

/// The parts that a run remembers; shared by its threads. Most parts are the same bytes in the
/// files of all municipalities: they are inflated, parsed and judged once.
pub(crate) struct Memory(Recent<Fingerprint, Part>);

impl Default for Memory {
    fn default() -> Self {
        Self(Recent::new(HALF, |_, part: &Part| part.weight()))
    }
}

/// The parts of a document, in file order.
pub(crate) struct Package<'a> {
    parts: Vec<(Packed<'a>, Arc<Part>)>,
}

impl<'a> Package<'a> {
    /// Opens a package.
    ///
    /// # Errors
    /// When the container is broken or too large.
    pub(crate) fn open(bytes: &'a [u8], memory: &Memory) -> Result<Self, ReadError> {
        let mut inflater = Inflater::new();
        let mut parts = zip::read(bytes, |packed| {
            let read = || {
                let bytes = packed.unpack(&mut inflater)?;
                Ok::<_, ReadError>(Part::read(packed.name, &bytes))
            };
            let part = memory.0.try_recall(&packed.key(), read)?;
            Ok((packed, part))
        })?;
        parts.retain(|(packed, _)| !packed.name.ends_with('/'));
        Ok(Self { parts })
    }

    /// All parts, and the content type stream, in file order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().map(|(_, part)| part.as_ref())
    }

    /// The XML parts that are well-formed.
    pub(crate) fn whole(&self) -> impl Iterator<Item = (&Part, &Facts)> {
        self.parts()
            .filter_map(|part| Some((part, part.xml.as_ref()?.as_ref().ok()?)))
    }

    /// An XML part by its name, whatever the case.
    pub(crate) fn get(&self, name: &str) -> Result<Option<&Facts>, ReadError> {
        let mut parts = self.parts();
        let named = |part: &Part| part.name.eq_ignore_ascii_case(name);
        match parts.find_map(|part| Some((part, part.xml.as_ref().filter(|_| named(part))?))) {
            None => Ok(None),
            Some((_, Ok(facts))) => Ok(Some(facts)),
            Some((part, Err(reason))) => Err(ReadError::Xml {
                part: part.name.clone(),
                reason: reason.clone(),
            }),
        }
    }

    /// The bytes of a well-formed XML part.
    pub(crate) fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        if self.get(name)?.is_none() {
            return Ok(None);
        }
        let named = |(packed, part): &&(Packed<'_>, Arc<Part>)| {
            part.xml.is_some() && packed.name.eq_ignore_ascii_case(name)
        };
        let found = self.parts.iter().find(named);
        found
            .map(|(packed, _)| packed.unpack(&mut Inflater::new()))
            .transpose()
    }

    /// The names of the parts to which a part has relationships of a type, by the end of the type.
    pub(crate) fn related(&self, source: &str, kind: &str) -> Result<Vec<String>, ReadError> {
        let Some(facts) = self.get(&relationships_name(source))? else {
            return Ok(Vec::new());
        };
        let of_kind = |r: &&Relationship| !r.external && r.kind.ends_with(kind);
        let related = facts.relationships.iter().filter(of_kind);
        Ok(related.map(|r| resolve(source, &r.target)).collect())
    }

    /// The first of them.
    pub(crate) fn first_related(
        &self,
        source: &str,
        kind: &str,
    ) -> Result<Option<&Facts>, ReadError> {
        match self.related(source, kind)?.first() {
            Some(name) => self.get(name),
            None => Ok(None),
        }
    }

    /// The name of the main document part.
    pub(crate) fn main(&self) -> Result<String, ReadError> {
        let mut names = self.related("", OFFICE_DOCUMENT)?;
        if names.is_empty() {
            return Err(ReadError::MissingPart("main document".into()));
        }
        Ok(names.swap_remove(0))
    }
}
