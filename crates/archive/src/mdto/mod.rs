//! MDTO 1.0.1: sidecars of information objects and files, written in the order of its schema
//! (namespace `https://www.nationaalarchief.nl/mdto`, element names in Dutch as in the schema), and
//! their check.

pub(crate) mod check;
pub(crate) mod elements;
pub(crate) mod file;
pub(crate) mod object;
mod schema;
mod values;
