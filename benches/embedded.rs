//! What both examples read from the repository.

use std::fs;
use std::path::Path;

use raadspost_pdf::FontFile;
use walkdir::WalkDir;

/// The fonts that the programme has built in.
pub(crate) fn fonts(root: &Path) -> anyhow::Result<Vec<FontFile>> {
    let mut fonts = Vec::new();
    for entry in WalkDir::new(root.join("fonts")).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path();
        if path
            .extension()
            .is_some_and(|kind| kind == "otf" || kind == "ttf")
        {
            fonts.push(FontFile {
                name: entry.file_name().to_string_lossy().into_owned(),
                bytes: fs::read(path)?.into(),
            });
        }
    }
    Ok(fonts)
}
