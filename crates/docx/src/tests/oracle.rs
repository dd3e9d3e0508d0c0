//! The filled template against the plain way; equal bytes everywhere; and how fast both are.

use super::text::HOSTILE;
use super::*;

#[test]
fn a_filled_template_equals_the_plain_way() {
    let theme = Theme::default();
    for shape in probe::shapes() {
        for words in HOSTILE {
            let values = slots(&[words, "Ede", words][..shape.slots]);
            let compiled = render(&shape, &values).unwrap();
            let direct = plain(&shape, &values, &theme).unwrap();
            for (one, other) in unzip(&compiled).iter().zip(&unzip(&direct)) {
                assert_eq!(one, other);
            }
            assert!(compiled == direct, "bytes differ for {words:?}");
        }
        // A list of factions is data that was checked when it was read.
        let values = probe::values(&shape);
        let direct = plain(&shape, &values, &theme).unwrap();
        assert_eq!(unzip(&render(&shape, &values).unwrap()), unzip(&direct));
    }
}

#[test]
fn bytes_depend_on_nothing_but_the_input() {
    let shapes = probe::shapes();
    let values = shapes.each_ref().map(probe::values);
    let theme = Theme::default();
    let hash =
        |shape: &Shape, values: &Values| Fingerprint::of(&plain(shape, values, &theme).unwrap());
    let first: Vec<Fingerprint> = shapes
        .iter()
        .zip(&values)
        .map(|(shape, values)| hash(shape, values))
        .collect();
    for _ in 0..50 {
        for ((shape, values), first) in shapes.iter().zip(&values).zip(&first) {
            assert_eq!(hash(shape, values), *first);
        }
    }
    let ready = prepared(&shapes);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    for ((shape, values), first) in shapes.iter().zip(&values).zip(&first) {
                        assert_eq!(hash(shape, values), *first);
                    }
                    let renditions = ready.render(&values).unwrap().output;
                    let hashes: Vec<Fingerprint> = renditions
                        .iter()
                        .map(|rendition| Fingerprint::of(&rendition.bytes))
                        .collect();
                    assert_eq!(hashes, first);
                }
            });
        }
    });
}

/// Writes the probes for a look and for outside validators:
/// `RAADSPOST_DOCX_OUT=DIR cargo test --release -p raadspost-docx write_probes -- --ignored`.
#[test]
#[ignore = "writes files for a person to look at"]
#[expect(
    clippy::disallowed_methods,
    reason = "a person says where the files go"
)]
fn write_probes() {
    let folder = std::path::PathBuf::from(std::env::var("RAADSPOST_DOCX_OUT").unwrap());
    for (name, shape) in ["motion", "annex", "letter", "council"]
        .iter()
        .zip(probe::shapes())
    {
        let bytes = render(&shape, &probe::values(&shape)).unwrap();
        std::fs::write(folder.join(format!("{name}.docx")), bytes).unwrap();
    }
    let blocks = HOSTILE
        .iter()
        .map(|words| paragraph(vec![text("|"), text(words), text("|")]))
        .collect();
    let bytes = render(&motion_with(blocks, 1), &slots(&[HOSTILE[0]])).unwrap();
    std::fs::write(folder.join("hostile.docx"), bytes).unwrap();
}

/// Processor time of this thread, which others on the machine do not lengthen.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// Documents per second of processor time on one thread (Linux only):
/// `cargo test --release -p raadspost-docx speed -- --ignored --nocapture --test-threads 1`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "a measurement is printed")]
fn speed() {
    let theme = Theme::default();
    let shape = probe::motion();
    let values = probe::values(&shape);
    let ready = prepared(std::slice::from_ref(&shape));
    let measure = |name: &str, count: u32, run: &dyn Fn() -> usize| {
        let best = (0..5)
            .map(|_| {
                let start = processor_time();
                let bytes: usize = (0..count).map(|_| run()).sum();
                ((processor_time() - start) / count, bytes / count as usize)
            })
            .min()
            .unwrap();
        let rate = 1.0 / best.0.as_secs_f64();
        println!(
            "{name}: {:?} each, {rate:.0} documents/s, {} bytes",
            best.0, best.1
        );
    };
    measure("plain", 500, &|| {
        plain(&shape, &values, &theme).unwrap().len()
    });
    measure("parts", 500, &|| {
        parts(&shape, Slots::Values(&values), (&theme).into())
            .unwrap()
            .parts
            .len()
    });
    let file = include_bytes!("../../../../tests/cases/word/house/briefpapier.dotx");
    let renderer = DocxRenderer::new(DocxOptions {
        references: [("a".to_owned(), crate::Reference::read(file).unwrap())].into(),
        ..DocxOptions::default()
    });
    let dressed = Shape {
        reference: Some("a".into()),
        ..shape.clone()
    };
    let house = renderer.prepare(&[Arc::new(dressed)]).unwrap().output;
    measure("template in a house style", 5000, &|| {
        house.render(std::slice::from_ref(&values)).unwrap().output[0]
            .bytes
            .len()
    });
    measure("template", 5000, &|| {
        ready.render(std::slice::from_ref(&values)).unwrap().output[0]
            .bytes
            .len()
    });
}
