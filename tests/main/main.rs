//! Tests of the whole program, run on real input and checked by its output.
//!
//! Each module is a topic. `support` runs the programme; one full run of the embedded campaign is
//! made once and shared.

mod archive;
mod brief;
mod change;
mod cldr;
mod codes;
mod combinations;
mod delta;
mod equal;
mod faults;
mod features;
mod finished;
mod hostile;
mod house;
mod job;
mod judges;
mod kills;
mod languages;
mod layout;
mod letters;
mod library;
mod look;
mod matrix;
mod mutations;
mod names;
mod office;
mod oracle;
mod overlay;
mod packages;
mod pages;
mod parts;
mod picture;
mod plain;
mod post;
mod preflight;
mod print;
mod printing;
mod promises;
mod proof;
mod refusals;
mod registers;
mod scale;
mod seals;
mod sheets;
mod second;
mod stamps;
mod structure;
mod support;
mod tags;
mod tamper;
mod tidy;
mod word;
mod workers;
mod world;
