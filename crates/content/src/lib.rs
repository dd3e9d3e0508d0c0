//! The content model: what a campaign says, whom it is for, and what each document holds once
//! conditions, variants and phrases are settled and fields are filled.
//!
//! No files, no clock, no network: texts and tables are handed in, plain data comes out.
//! Two seams stand here, because every other crate meets at them: [`Renderer`] and [`Inspector`].

mod archive;
mod block;
mod campaign;
mod characters;
mod condition_mistakes;
mod date;
mod deflater;
mod diagnostic;
mod draft;
mod envelope;
mod expression;
mod factions;
mod fingerprint;
mod inline;
mod kix;
mod language;
mod load;
mod logo;
mod number;
mod outline;
mod pack;
mod panics;
mod picture;
mod places;
mod png;
mod post;
mod postal;
mod print;
mod recent;
mod recognise;
mod register;
mod renderer;
mod sample;
mod settle;
mod shape;
mod source;
mod suggest;
mod table;
mod tag;
mod theme;
mod typography;
mod usage;
mod validate;
mod visit;

pub use archive::{Appraisal, ArchiveSettings, Concept, Restriction, Term};
pub use block::{Block, BlockId, BlockKind, Item, ListKind, Particular, VotingRows, WordingRole};
pub use campaign::{Campaign, DocumentLimits, DocumentSpec, Filter, schema, theme_schema};
pub use characters::is_unprintable;
pub use date::{Date, DateFormat};
pub use deflater::{Deflater, zlib};
pub use diagnostic::{Diagnostic, Diagnostics, Place, Severity, Shown, Warned};
pub use envelope::{Area, Envelope, KeepOut, envelope_schema};
pub use factions::{FactionLine, Factions};
pub use fingerprint::{Fingerprint, FingerprintBuilder};
pub use inline::{FillIn, FillInKind, Inline, plain_text};
pub use kix::{KIX_BAR, KIX_PITCH, KixBar, NoKix, kix, kix_bars, kix_width};
pub use language::Conventions;
pub use logo::Logo;
pub use number::{Decimal, NotNumber, NumberFormat};
pub use outline::Outline;
pub use pack::{Pack, PackDocument, RefusedDocument};
pub use panics::{note_panic, panic_text};
pub use picture::Picture;
pub use places::{Step, place_of, places_of_character};
pub use png::{Png, PngError};
pub use post::{Enveloped, NotPosted, PackEnvelope, PostEnvelope, Posting, PostingRule, Without};
pub use postal::Postal;
pub use print::{
    BulkMail, Colours, EXPORT_FIELDS, Envelopes, IMPORT_FIELDS, Labels, Limits, MarkKind, Marks,
    Paper, Plex, PrintOrder, Printer, SmallPrint, Split, Staple, StapleSets, printer_schema,
};
pub use recent::Recent;
pub use register::{
    ColumnFormat, ColumnSettings, ColumnType, Columns, Municipality, RefusedRow, Register,
    RegisterSettings, STANDARD_COLUMNS, StandardColumn, Survey,
};
pub use renderer::{Format, INSPECTION_FAULT, Inspector, Prepared, Renderer, Rendition};
pub use sample::PixelRecord;
pub use shape::{
    Annex, Body, Enclosure, Enclosures, Footnote, Letter, Motion, MotionKind, MotionRecord, Part,
    QrCode, Reference, Sender, Shape, Signatory, Values,
};
pub use source::{Source, Span};
pub use table::DelimiterFrom;
pub use theme::{Colour, LogoSettings, Margins, Theme};
pub use usage::{ConditionUse, Usage, VariantUse};
