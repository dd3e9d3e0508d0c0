//! temporary measurement
#[path = "../tests/pipeline/fakes.rs"]
#[allow(unreachable_pub, dead_code)]
mod fakes;
use fakes::*;
use raadspost_content::*;
use raadspost_pipeline::*;
use std::time::Instant;
struct Many(Campaign, usize);
impl Recipients for Many {
    fn register(&self) -> String { "x".into() }
    fn packs(&self) -> Result<Box<dyn Iterator<Item = Recipient> + Send + '_>, Diagnostics> {
        Ok(Box::new((0..self.1).map(|n| {
            let one = self.0.clone_with(n);
            let r = one.packs().unwrap().next().unwrap(); r
        })))
    }
}
fn hwm() -> String { std::fs::read_to_string("/proc/self/status").unwrap().lines().filter(|l| l.starts_with("VmHWM")).collect() }
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut bench = Bench::new();
    bench.options.jobs = 2;
    let many = Many(Campaign::three(), n);
    for what in ["first", "second"] {
        let t = Instant::now();
        let r = bench.try_run(&many).unwrap();
        println!("{n} {what} {:?} {:.2}s {}", r.documents, t.elapsed().as_secs_f64(), hwm());
    }
    let t = Instant::now();
    check(&many, &bench.renderers(), &Selection::default(), &Unobserved, &bench.cancel).unwrap();
    println!("check {:.2}s", t.elapsed().as_secs_f64());
    bench.options.selection.only = Some(["C5".to_owned()].into());
    let t = Instant::now();
    bench.try_run(&many).unwrap();
    println!("only {:.2}s", t.elapsed().as_secs_f64());
    let r = bench.try_run(&Many(Campaign::three(), n / 2)).unwrap();
    println!("half: superseded {} {}", r.superseded.len(), hwm());
}
