//! Shapes and values to PDF (PDF/A-2a and PDF/UA-1 in one), through Typst.
//!
//! The templates are static and read data; a campaign's or a register's words are never evaluated.
//! One door: [`PdfRenderer`], made from [`PdfOptions`].

mod code;
mod data;
mod diagnostics;
mod document;
mod error;
mod export;
mod fonts;
mod hyphenation;
mod pool;
mod renderer;
mod width;
mod world;
mod writer;

pub use error::PdfError;
pub use fonts::FontFile;
pub use renderer::{PdfOptions, PdfRenderer};
pub use world::{TEMPLATES, Template};
