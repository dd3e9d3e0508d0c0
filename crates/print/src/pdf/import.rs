//! Copies an object of a PDF into a file that fills, with all objects that it refers to, except tags,
//! metadata and pages.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;

use crate::profile::Colours;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, Writer};
use raadspost_content::Fingerprint;

use crate::PrintError;
use crate::pdf::colour::{self, Drawn, Space};
use crate::pdf::face::{Faces, Subset};
use crate::pdf::gradient;
use crate::pdf::image::{Picture, picture};
use crate::pdf::pool::Pool;
use crate::pdf::read::{DEPTH, decoded, is_named};
use crate::pdf::sink::packed;
use crate::pdf::tounicode;

/// Resources whose things are drawn by name, and may have colours.
const DRAWN: [&[u8]; 3] = [b"XObject", b"Pattern", b"Shading"];

/// A PDF from which pages are taken.
pub(crate) struct Source<'a> {
    pub(crate) document: &'a Document,
    pub(crate) path: &'a Path,
    /// The objects of the file that its objects became.
    done: HashMap<ObjectId, Object>,
    /// Its fonts; `None` for an object that is not, or cannot be, a part of another font.
    subsets: HashMap<ObjectId, Option<Rc<Subset>>>,
    /// Digests of its objects.
    digests: HashMap<ObjectId, [u8; 32]>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(document: &'a Document, path: &'a Path) -> Self {
        Self {
            document,
            path,
            done: HashMap::new(),
            subsets: HashMap::new(),
            digests: HashMap::new(),
        }
    }

    /// A font of it as a part of another font.
    fn subset(&mut self, id: ObjectId, font: &Dictionary) -> Option<Rc<Subset>> {
        let document = self.document;
        let read = || Subset::read(document, font).map(Rc::new);
        self.subsets.entry(id).or_insert_with(read).clone()
    }

    /// The digest of an object with all that it refers to, which objects of other PDFs share if they
    /// are drawn alike: those of a font say its face. `None` if they run in circles.
    pub(crate) fn digest(&mut self, object: &Object) -> Option<[u8; 32]> {
        self.digest_at(object, 0)
    }

    fn digest_at(&mut self, object: &Object, depth: usize) -> Option<[u8; 32]> {
        (depth <= DEPTH).then_some(())?;
        let mut builder = Fingerprint::builder("object");
        match object {
            Object::Reference(id) => {
                if let Some(known) = self.digests.get(id) {
                    return Some(*known);
                }
                let document = self.document;
                let digest = match document.get_object(*id) {
                    Ok(found @ Object::Dictionary(font)) => match self.subset(*id, font) {
                        Some(subset) => subset.family(),
                        None => self.digest_at(found, depth + 1)?,
                    },
                    Ok(found) => self.digest_at(found, depth + 1)?,
                    Err(_) => self.digest_at(&Object::Null, depth + 1)?,
                };
                self.digests.insert(*id, digest);
                return Some(digest);
            }
            Object::Array(array) => {
                builder.field(b"array");
                for item in array {
                    builder.field(&self.digest_at(item, depth + 1)?);
                }
            }
            Object::Dictionary(dictionary) => {
                builder.field(b"dictionary");
                for (key, value) in followed(dictionary) {
                    builder.field(key);
                    builder.field(&self.digest_at(value, depth + 1)?);
                }
            }
            Object::Stream(stream) => {
                builder.field(b"stream").field(&stream.content);
                for (key, value) in followed(&stream.dict) {
                    builder.field(key);
                    builder.field(&self.digest_at(value, depth + 1)?);
                }
            }
            plain => {
                let mut bytes = Vec::new();
                // Writing into memory cannot fail.
                let _ = Writer::write_object(&mut bytes, plain);
                builder.field(b"plain").field(&bytes);
            }
        }
        Some(builder.finish().0)
    }

    pub(crate) fn unfit(&self, message: impl Into<String>) -> PrintError {
        PrintError::Unfit {
            path: self.path.to_owned(),
            message: message.into(),
        }
    }

    /// The profile that says what DeviceRGB is in it: that of its own output intent.
    fn rgb_profile(&self) -> Option<&'a Object> {
        let document = self.document;
        let intents = document.catalog().ok()?.get(b"OutputIntents").ok()?;
        let (_, intents) = document.dereference(intents).ok()?;
        intents.as_array().ok()?.iter().find_map(|intent| {
            let (_, intent) = document.dereference(intent).ok()?;
            let profile = intent.as_dict().ok()?.get(b"DestOutputProfile").ok()?;
            let (_, stream) = document.dereference(profile).ok()?;
            let parts = stream
                .as_stream()
                .ok()?
                .dict
                .get(b"N")
                .and_then(Object::as_i64);
            matches!(parts, Ok(3)).then_some(profile)
        })
    }
}

/// The demands of a file on colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColourRules {
    /// Whether they stay.
    pub(crate) colours: Colours,
    /// The parts of its output intent's profile, which PDF/X-4 has: 1 for grey, 4 for CMYK.
    pub(crate) intent: Option<u8>,
}

/// Pictures that were looked at, by the digest of the original: many letters have a logo in common.
#[derive(Default)]
pub(crate) struct Pictures {
    known: HashMap<[u8; 32], Picture>,
}

/// Copies objects of one PDF into a pool.
pub(crate) struct Importer<'a, 'b> {
    pub(crate) pool: &'a mut Pool,
    pub(crate) source: &'a mut Source<'b>,
    pub(crate) rules: ColourRules,
    pub(crate) pictures: &'a mut Pictures,
    pub(crate) faces: &'a mut Faces,
}

impl Importer<'_, '_> {
    /// Copies an object, with all that it refers to.
    ///
    /// # Errors
    /// [`PrintError::Unfit`]; [`PrintError::Pdf`].
    pub(crate) fn import(&mut self, object: &Object) -> Result<Object, PrintError> {
        self.object(object, 0)
    }

    fn object(&mut self, object: &Object, depth: usize) -> Result<Object, PrintError> {
        let document = self.source.document;
        if depth > DEPTH {
            return Err(self.source.unfit("has objects that run in circles"));
        }
        Ok(match object {
            Object::Reference(id) => {
                if let Some(done) = self.source.done.get(id) {
                    return Ok(done.clone());
                }
                let found = document.get_object(*id).ok();
                let Some(found) = found else {
                    return Ok(Object::Null);
                };
                if let Object::Dictionary(font) = found
                    && let Some(subset) = self.source.subset(*id, font)
                    && let Some(font) = self.faces.join(&subset, &mut self.pool.sink)
                {
                    self.source.done.insert(*id, Object::Reference(font));
                    return Ok(Object::Reference(font));
                }
                let (copied, is_coloured) = match found {
                    Object::Stream(stream) => {
                        let (stream, is_coloured) = self.stream(stream, depth)?;
                        (Object::Stream(stream), is_coloured)
                    }
                    found => {
                        let copied = self.object(found, depth + 1)?;
                        let is_coloured = self.has_colour(&copied);
                        (copied, is_coloured)
                    }
                };
                let copied = match copied {
                    // Small objects are written where they are used.
                    Object::Null
                    | Object::Boolean(_)
                    | Object::Integer(_)
                    | Object::Real(_)
                    | Object::Name(_)
                    | Object::Reference(_) => copied,
                    copied => {
                        let id = self.pool.intern(copied);
                        if is_coloured {
                            self.pool.note_colour(id);
                        }
                        Object::Reference(id)
                    }
                };
                self.source.done.insert(*id, copied.clone());
                copied
            }
            Object::Array(array) => {
                let is_space = matches!(array.first(), Some(Object::Name(name)) if name == b"ICCBased" || name == b"CalGray");
                if is_space && colour::space(document, object) == Space::Grey {
                    return Ok(Object::Name(b"DeviceGray".to_vec()));
                }
                let items = array.iter().map(|item| self.object(item, depth + 1));
                Object::Array(items.collect::<Result<_, _>>()?)
            }
            Object::Dictionary(dictionary) if dictionary.has(b"ShadingType") => {
                let shading = self.shading(dictionary)?;
                Object::Dictionary(self.dictionary(&shading, depth)?)
            }
            Object::Dictionary(dictionary) => {
                let is_type3 = is_named(dictionary, b"Subtype", b"Type3");
                if is_type3 && self.rules.colours == Colours::Black {
                    let message = "has a font whose glyphs are drawings, which may have colours";
                    return Err(self.source.unfit(message));
                }
                Object::Dictionary(self.dictionary(dictionary, depth)?)
            }
            Object::Stream(stream) => Object::Stream(self.stream(stream, depth)?.0),
            Object::Name(name) if name == b"DeviceCMYK" && self.rules.intent == Some(1) => {
                return Err(self.source.unfit(CMYK));
            }
            other => other.clone(),
        })
    }

    /// A gradient's dictionary, in grey where every colour has to be.
    fn shading(&self, shading: &Dictionary) -> Result<Dictionary, PrintError> {
        let document = self.source.document;
        let space = shading.get(b"ColorSpace");
        let is_grey = space.is_ok_and(|space| colour::space(document, space) == Space::Grey);
        if is_grey || self.rules.colours == Colours::Keep {
            return Ok(shading.clone());
        }
        gradient::in_grey(document, shading)
            .ok_or_else(|| self.source.unfit("has a gradient that cannot be made grey"))
    }

    /// Copies a stream; and whether it is drawn in colours.
    fn stream(&mut self, stream: &Stream, depth: usize) -> Result<(Stream, bool), PrintError> {
        let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name);
        match subtype {
            Ok(b"PS") => return Err(self.source.unfit("has a drawing in PostScript")),
            Ok(b"Image") => return self.picture(stream, depth),
            _ => {}
        }
        if has_operators(&stream.dict) {
            return self.drawing(stream, depth);
        }
        let is_mesh = stream.dict.has(b"ShadingType");
        if is_mesh {
            self.shading(&stream.dict)?;
        }
        let dict = self.dictionary(&stream.dict, depth)?;
        if let Some(table) = brief_table(stream) {
            return Ok((packed(Dictionary::new(), &table), false));
        }
        let mut copied = Stream::new(dict, stream.content.clone());
        copied.allows_compression = false;
        let is_coloured = is_mesh && !is_grey_shading(&copied.dict);
        Ok((copied, is_coloured))
    }

    /// Copies a picture, in grey where it has to be; and whether it has colours.
    fn picture(&mut self, stream: &Stream, depth: usize) -> Result<(Stream, bool), PrintError> {
        let document = self.source.document;
        let key = picture_key(document, stream);
        let known = key.and_then(|key| self.pictures.known.get(&key).cloned());
        let looked = match known {
            Some(known) => known,
            None => {
                let looked = picture(document, stream, self.rules.colours).map_err(|what| {
                    self.source
                        .unfit(format!("has {what}, which cannot be made grey"))
                })?;
                if let Some(key) = key {
                    self.pictures.known.insert(key, looked.clone());
                }
                looked
            }
        };
        let converted = match looked {
            Picture::Grey => return Ok((self.as_it_is(stream, depth)?, false)),
            Picture::Coloured => return Ok((self.as_it_is(stream, depth)?, true)),
            Picture::Converted(converted) => converted,
        };
        // The references of the dictionary are to objects of this PDF.
        let mut dict = stream.dict.clone();
        for key in CONVERTED {
            match converted.dict.get(key.as_bytes()) {
                Ok(value) => dict.set(key, value.clone()),
                Err(_) => drop(dict.remove(key.as_bytes())),
            }
        }
        let mut copied = Stream::new(self.dictionary(&dict, depth)?, converted.content);
        copied.allows_compression = false;
        Ok((copied, false))
    }

    fn as_it_is(&mut self, stream: &Stream, depth: usize) -> Result<Stream, PrintError> {
        let mut copied = Stream::new(
            self.dictionary(&stream.dict, depth)?,
            stream.content.clone(),
        );
        copied.allows_compression = false;
        Ok(copied)
    }

    /// Copies a form or a tiling pattern; and whether it is drawn in colours.
    fn drawing(&mut self, stream: &Stream, depth: usize) -> Result<(Stream, bool), PrintError> {
        let document = self.source.document;
        let resources = stream.dict.get(b"Resources").ok();
        let resources = resources.and_then(|object| document.dereference(object).ok());
        let resources = match resources {
            Some((_, Object::Dictionary(resources))) => Some(resources),
            _ => None,
        };
        let spaces = resources.map(|resources| colour::spaces(document, resources));
        let bytes = decoded(stream).map_err(PrintError::pdf(self.source.path))?;
        let rules = self.rules;
        let rewritten = colour::rewrite(
            &bytes,
            &spaces.unwrap_or_default(),
            rules.colours,
            Drawn::Form,
        )
        .map_err(|error| {
            let message = format!("has a drawing {}", error.why());
            self.source.unfit(message)
        })?;
        if rewritten.has_cmyk && rules.intent == Some(1) {
            return Err(self.source.unfit(CMYK));
        }
        let mut own = stream.dict.clone();
        if let (Colours::Black, Ok(group)) = (rules.colours, stream.dict.get(b"Group")) {
            let group = document.dereference(group).ok().map(|(_, group)| group);
            if let Some(Object::Dictionary(group)) = group {
                let mut group = group.clone();
                group.remove(b"CS");
                group.set("CS", "DeviceGray");
                own.set("Group", group);
            }
        }
        let mut dict = self.dictionary(&own, depth)?;
        let is_coloured = rewritten.has_colour
            || match resources {
                Some(resources) => self.draws_colour(resources, &rewritten.drawn)?,
                None => false,
            };
        if is_coloured && let Some(space) = self.default_rgb()? {
            let resources = match resources {
                Some(resources) => self.dictionary(&with_own_spaces(document, resources), depth)?,
                None => Dictionary::new(),
            };
            dict.set("Resources", with_default_rgb(resources, space));
        }
        self.demand_grey(is_coloured)?;
        Ok((packed(dict, &rewritten.bytes), is_coloured))
    }

    /// Refuses what has colours where nothing may.
    pub(crate) fn demand_grey(&self, is_coloured: bool) -> Result<(), PrintError> {
        if is_coloured && self.rules.colours == Colours::Black {
            return Err(self.source.unfit("has colours that cannot be made grey"));
        }
        Ok(())
    }

    /// Whether any of the things that are drawn by these names has colours.
    pub(crate) fn draws_colour(
        &mut self,
        resources: &Dictionary,
        names: &BTreeSet<Vec<u8>>,
    ) -> Result<bool, PrintError> {
        let document = self.source.document;
        for key in DRAWN {
            let things = resources.get(key).ok();
            let things = things.and_then(|object| document.dereference(object).ok());
            let Some((_, Object::Dictionary(things))) = things else {
                continue;
            };
            for name in names {
                if let Ok(thing) = things.get(name) {
                    let copied = self.object(thing, 0)?;
                    if self.has_colour(&copied) {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Whether a copied object is not all grey.
    fn has_colour(&self, copied: &Object) -> bool {
        match copied {
            Object::Reference(id) => self.pool.has_colour(*id),
            Object::Dictionary(dictionary) if dictionary.has(b"ShadingType") => {
                !is_grey_shading(dictionary)
            }
            Object::Dictionary(dictionary) => match dictionary.get(b"Shading") {
                Ok(shading) if dictionary.has(b"PatternType") => self.has_colour(shading),
                _ => false,
            },
            _ => false,
        }
    }

    /// The colour space of DeviceRGB in a PDF/X-4, where the output intent is another one.
    ///
    /// # Errors
    /// The PDF has colours and does not say what they are.
    pub(crate) fn default_rgb(&mut self) -> Result<Option<Object>, PrintError> {
        if self.rules.intent.is_none() {
            return Ok(None);
        }
        let Some(profile) = self.source.rgb_profile() else {
            let message = "has colours and no output intent in RGB, which PDF/X-4 needs";
            return Err(self.source.unfit(message));
        };
        let profile = self.object(profile, 0)?;
        Ok(Some(Object::Array(vec!["ICCBased".into(), profile])))
    }

    fn dictionary(
        &mut self,
        dictionary: &Dictionary,
        depth: usize,
    ) -> Result<Dictionary, PrintError> {
        let mut copied = Dictionary::new();
        for (key, value) in followed(dictionary) {
            copied.set(key, self.object(value, depth + 1)?);
        }
        Ok(copied)
    }
}

/// The entries of a dictionary that are copied, by key: a producer may write keys in any order, and
/// equal things have to have equal bytes.
fn followed(dictionary: &Dictionary) -> Vec<(&[u8], &Object)> {
    let entries = dictionary
        .iter()
        .map(|(key, value)| (key.as_slice(), value));
    // Keys that lead back to the structure tree, the metadata or the pages are left out, and so is
    // the list of glyphs that only PDF/A-1 asks for.
    let mut entries: Vec<_> = entries
        .filter(|(key, _)| {
            !matches!(
                *key,
                b"Parent"
                    | b"StructParent"
                    | b"StructParents"
                    | b"Metadata"
                    | b"Length"
                    | b"CIDSet"
            )
        })
        .collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

/// The second half of a sentence about a PDF with CMYK in a job for a grey printing condition.
pub(crate) const CMYK: &str = "has colours in CMYK, which the grey output profile does not know";

/// Keys of a picture that differ once it is grey.
const CONVERTED: [&str; 4] = ["ColorSpace", "BitsPerComponent", "Filter", "DecodeParms"];

/// The digest of all that decides whether a picture becomes grey; `None` where that is in other objects.
fn picture_key(document: &Document, stream: &Stream) -> Option<[u8; 32]> {
    let space = match stream.dict.get(b"ColorSpace") {
        Ok(named) => colour::space(document, named),
        Err(_) => return None,
    };
    if !matches!(space, Space::Grey | Space::Rgb) {
        return None;
    }
    let mut builder = Fingerprint::builder("picture");
    builder.field(&[space as u8]).field(&stream.content);
    for key in [
        "Width",
        "Height",
        "BitsPerComponent",
        "Filter",
        "DecodeParms",
        "Decode",
        "ImageMask",
        "Mask",
    ] {
        let mut bytes = Vec::new();
        if let Ok(value) = stream.dict.get(key.as_bytes()) {
            if value.as_reference().is_ok() && key != "Mask" {
                return None;
            }
            // Writing into memory cannot fail. A mask by reference is a stencil, and no colour key.
            if value.as_reference().is_err() {
                let _ = Writer::write_object(&mut bytes, value);
            }
        }
        builder.field(&bytes);
    }
    Some(builder.finish().0)
}

/// Whether a gradient is in DeviceGray.
fn is_grey_shading(shading: &Dictionary) -> bool {
    is_named(shading, b"ColorSpace", b"DeviceGray")
}

/// Resources with the dictionary of their colour spaces inside.
fn with_own_spaces(document: &Document, resources: &Dictionary) -> Dictionary {
    let mut own = resources.clone();
    if let Ok(spaces) = resources.get(b"ColorSpace")
        && let Ok((_, spaces)) = document.dereference(spaces)
    {
        own.set("ColorSpace", spaces.clone());
    }
    own
}

/// Resources in which DeviceRGB has a profile (ISO 32000-1 8.6.5.6); the dictionary of their colour
/// spaces is inside them.
pub(crate) fn with_default_rgb(mut resources: Dictionary, space: Object) -> Dictionary {
    let mut spaces = match resources.get(b"ColorSpace") {
        Ok(Object::Dictionary(spaces)) => spaces.clone(),
        _ => Dictionary::new(),
    };
    spaces.set("DefaultRGB", space);
    resources.set("ColorSpace", spaces);
    resources
}

/// Whether a stream is drawn by operators: a form or a tiling pattern.
fn has_operators(dictionary: &Dictionary) -> bool {
    let subtype = dictionary.get(b"Subtype").and_then(Object::as_name);
    let pattern = dictionary.get(b"PatternType").and_then(Object::as_i64);
    matches!(subtype, Ok(b"Form")) || matches!(pattern, Ok(1))
}

/// A `ToUnicode` table with ranges; `None` if the stream is not one, or has anything else in it.
fn brief_table(stream: &Stream) -> Option<Vec<u8>> {
    let kind = stream.dict.get(b"Type").and_then(Object::as_name);
    matches!(kind, Ok(b"CMap")).then_some(())?;
    tounicode::brief(&decoded(stream).ok()?)
}
