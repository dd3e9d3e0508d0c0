//! Writes the brief's pack twice, without Typst's export and with it: `both DIR`.

#[path = "../tests/support/mod.rs"]
mod support;

use raadspost_content::Renderer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let shapes = support::pack(support::BRIEF);
    let slots = [
        "Súdwest-Fryslân",
        "Postbus 10000",
        "8600 HA\u{a0}\u{a0}SNEEK",
    ];
    let renderer = support::renderer();
    let prepared = renderer
        .prepare(&shapes)
        .map_err(|found| format!("{found:#?}"))?
        .output;
    let values = support::values(&shapes, slots);
    let ways = [
        ("quick", Some(prepared.render(&values))),
        ("plain", prepared.render_plain(&values)),
    ];
    for (way, made) in ways {
        let made = made
            .ok_or("no such way")?
            .map_err(|found| format!("{found:#?}"))?
            .output;
        for (shape, made) in shapes.iter().zip(made) {
            std::fs::write(
                folder.join(format!("{}.{way}.pdf", shape.document)),
                made.bytes,
            )?;
        }
    }
    Ok(())
}
