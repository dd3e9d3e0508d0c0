//! The authoring language and its compiler: turns a campaign, its register and its tables into
//! packs of resolved documents with their values.
//!
//! No files, no clock, no network: texts and tables are arguments, plain data is the result. Back
//! ends see only the result, which is [`raadspost_content`].

mod address;
mod ast;
mod campaign;
mod check;
mod condition;
mod keys;
mod language;
mod look;
mod lower;
mod parse;
mod post;
mod register;
mod resolve;
mod typography;
mod usage;

pub use address::AddressForm;
pub use campaign::{Campaign, DocumentSpec, Filter, NamedFiles};
pub use keys::{address_schema, campaign_schema, envelope_schema, language_schema, theme_schema};
pub use lower::address::load as load_address_form;
pub use lower::envelope::load as load_envelope;
pub use lower::language_file::load as load_language;
pub use lower::theme::load as load_theme;
pub use post::{Posting, PostingRule};
pub use register::factions::{FACTION_COLUMNS, read_factions};
pub use register::{
    ColumnFormat, ColumnSettings, ColumnType, Columns, Municipality, Proposal, RefusedRow,
    Register, RegisterSettings, STANDARD_COLUMNS, StandardColumn, Survey,
};
pub use usage::{ConditionUse, Usage, VariantUse};
