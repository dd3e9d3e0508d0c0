//! The document model of the back ends: documents after conditions, variants and phrases are
//! resolved, the values that fill them, and the types that all crates share.
//!
//! It contains no YAML, register, file access, clock or network. The two interfaces between the
//! crates are [`Renderer`] and [`Inspector`].

mod archive;
mod block;
mod characters;
pub mod cldr;
mod date;
mod deflater;
mod diagnostic;
mod envelope;
mod factions;
mod fingerprint;
mod inline;
mod kix;
mod language;
mod limits;
mod logo;
mod number;
mod outline;
mod pack;
mod panics;
mod picture;
mod png;
mod post;
mod postal;
mod recent;
mod renderer;
mod sample;
mod shape;
mod source;
mod suggest;
mod tag;
mod theme;
pub mod xml;

pub use archive::{
    Appraisal, ArchiveSettings, Concept, ParentObject, Restriction, Term, date_after, is_duration,
};
pub use block::{Block, BlockId, BlockKind, Item, ListKind, Particular, VotingRows, WordingRole};
pub use characters::{Excess, excess, is_unprintable, trimmed};
pub use date::{Date, DateFormat};
pub use deflater::{Deflater, zlib};
pub use diagnostic::{Diagnostic, Diagnostics, Place, Severity, SheetCell, Shown, Warned};
pub use envelope::{Area, Envelope, KeepOut};
pub use factions::{FactionLine, Factions};
pub use fingerprint::{Fingerprint, FingerprintBuilder, hex};
pub use inline::{DATA_FIELDS, FillIn, FillInKind, Inline, plain_text};
pub use kix::{KIX_BAR, KIX_PITCH, KixBar, NoKix, kix, kix_bars, kix_width, kix_within};
pub use language::{Conventions, FixedWord, LanguageFile};
pub use limits::DocumentLimits;
pub use logo::Logo;
pub use number::{Decimal, NotNumber, NumberFormat};
pub use outline::Outline;
pub use pack::{Pack, PackDocument, RefusedDocument, slug};
pub use panics::{note_panic, panic_text};
pub use picture::Picture;
pub use png::{Png, PngError};
pub use post::{Enveloped, NotPosted, PackEnvelope, PostEnvelope, Without};
pub use postal::Postal;
pub use recent::Recent;
pub use renderer::{Format, INSPECTION_FAULT, Inspector, Prepared, Renderer, Rendition};
pub use sample::PixelRecord;
pub use shape::{
    Annex, Body, DocumentWords, Enclosure, Enclosures, Footnote, Letter, Motion, MotionKind,
    MotionRecord, Part, QrCode, Reference, Sender, Shape, Signatory, Values,
};
pub use source::{Source, Span};
pub use suggest::{did_you_mean, nearest};
pub use tag::LanguageTag;
pub use theme::{Alignment, Colour, LogoSettings, Margins, Theme};
