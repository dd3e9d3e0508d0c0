//! Writes the brief's pack twice, without Typst's export and with it: `oracle DIR`.

#[path = "../tests/support/mod.rs"]
mod support;

use raadspost_content::Renderer;
use raadspost_pdf::{PdfOptions, PdfRenderer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let shapes = support::pack(support::BRIEF);
    let slots = [
        "Súdwest-Fryslân",
        "Postbus 10000",
        "8600 HA\u{a0}\u{a0}SNEEK",
    ];
    for plain in [false, true] {
        let renderer = PdfRenderer::new(PdfOptions {
            plain,
            ..support::options()
        })?;
        let prepared = renderer
            .prepare(&shapes)
            .map_err(|found| format!("{found:#?}"))?
            .output;
        let values = support::values(&shapes, slots);
        let made = prepared
            .render(&values)
            .map_err(|found| format!("{found:#?}"))?
            .output;
        for (shape, made) in shapes.iter().zip(made) {
            let kind = if plain { "plain" } else { "quick" };
            std::fs::write(
                folder.join(format!("{}.{kind}.pdf", shape.document)),
                made.bytes,
            )?;
        }
    }
    Ok(())
}
