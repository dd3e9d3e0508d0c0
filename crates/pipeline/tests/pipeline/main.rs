//! Whole runs with fake renderers, inspectors and sinks; no Typst is compiled for these tests.
#![allow(unreachable_pub, reason = "a test binary has no public items")]

mod check;
mod crash;
mod delivery;
mod fakes;
mod faults;
mod folder;
mod forecast;
mod freshness;
mod held;
mod scale;
mod selection;
mod space;
mod status;
