//! The programme as a whole, run on real input and judged by what it leaves behind.
//!
//! Each module is a topic. `support` runs the programme; one full run of the embedded campaign is
//! made once and shared.

mod archive;
mod brief;
mod change;
mod codes;
mod equal;
mod finished;
mod hostile;
mod judges;
mod languages;
mod letters;
mod packages;
mod picture;
mod print;
mod proof;
mod second;
mod support;
mod word;
mod workers;
mod world;
