//! Writes the sample pack for one recipient: `pack OUT [NAME [STREET [TOWN]]]`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;

use raadspost_content::Renderer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("say where to write")?;
    let name = arguments.next().unwrap_or_else(|| "Utrecht".into());
    let street = arguments.next().unwrap_or_else(|| "Postbus 16200".into());
    let town = arguments
        .next()
        .unwrap_or_else(|| "3500 CE\u{a0}\u{a0}UTRECHT".into());
    let shapes = support::pack(support::BRIEF);
    let prepared = support::renderer().prepare(&shapes);
    let prepared = prepared.map_err(|found| format!("{found:#?}"))?.output;
    let values = support::values(&shapes, [&name, &street, &town]);
    let made = prepared
        .render(&values)
        .map_err(|found| format!("{found:#?}"))?;
    if !made.warnings.is_empty() {
        return Err(format!("{:#?}", made.warnings).into());
    }
    std::fs::create_dir_all(&out)?;
    for (shape, rendition) in shapes.iter().zip(made.output) {
        std::fs::write(
            Path::new(&out).join(format!("{}.pdf", shape.document)),
            rendition.bytes,
        )?;
    }
    Ok(())
}
