//! An inspector that has judged sound files before finds in a broken one what a new one finds: no
//! change of a part slips through what is remembered.

use raadspost_content::{Format, Inspector as _, Rendition};
use raadspost_inspect::{DocxInspector, lint_docx, read_docx};

use crate::broken::Numbers;
use crate::inspector::{values, word_shape};
use crate::lint::defects;
use crate::make_docx::{Docx, example};

fn verdict(inspector: &DocxInspector, municipality: &str, bytes: Vec<u8>) -> Vec<String> {
    let rendition = Rendition {
        format: Format::Docx,
        bytes,
        pages: None,
    };
    let found = inspector.inspect(&word_shape(), &values(municipality), &rendition);
    found.iter().map(|finding| format!("{finding:?}")).collect()
}

/// An inspector that knows the files of two municipalities.
fn experienced() -> DocxInspector {
    let inspector = DocxInspector::default();
    for municipality in ["Utrecht", "Zwolle", "Utrecht"] {
        let sound = example(municipality).bytes();
        assert_eq!(verdict(&inspector, municipality, sound), [""; 0]);
    }
    inspector
}

/// What both find, which is the same, before and after the sound file was judged once more.
fn judged(inspector: &DocxInspector, bytes: &[u8]) -> Vec<String> {
    let new = verdict(&DocxInspector::default(), "Utrecht", bytes.to_vec());
    for _ in 0..2 {
        assert_eq!(verdict(inspector, "Utrecht", bytes.to_vec()), new);
        let sound = example("Utrecht").bytes();
        assert_eq!(verdict(inspector, "Utrecht", sound), [""; 0]);
    }
    new
}

#[test]
fn each_seeded_defect_is_found_behind_sound_files() {
    let inspector = experienced();
    for (part, from, to, code, _) in defects() {
        let broken = example("Utrecht").with(part, from, to).bytes();
        let found = judged(&inspector, &broken);
        assert!(
            found.iter().any(|finding| finding.contains(code)),
            "{from} -> {to}: {found:?}"
        );
        // What stands before the properties is what the lint says by itself.
        let lint = lint_docx(&broken).unwrap();
        let lint: Vec<String> = lint.iter().map(|finding| format!("{finding:?}")).collect();
        assert_eq!(found[..lint.len()], lint);
    }
    // Another municipality's file, all of whose parts are known.
    let other = judged(&inspector, &example("Zwolle").bytes());
    assert!(
        other.len() == 1 && other[0].contains("docx-text-differs"),
        "{other:?}"
    );
}

#[test]
fn parts_that_are_cut_gone_or_swapped_are_found_behind_sound_files() {
    let inspector = experienced();
    let Docx(parts) = example("Utrecht");
    let Docx(others) = example("Zwolle");
    for at in 0..parts.len() {
        let name = &parts[at].0;
        let mut cut = parts.clone();
        let length = cut[at].1.len() / 2;
        cut[at].1.truncate(length);
        let found = judged(&inspector, &Docx(cut).bytes());
        assert!(found[0].contains("docx-malformed"), "{name}: {found:?}");

        let found = judged(&inspector, &example("Utrecht").without(name).bytes());
        assert!(!found.is_empty(), "without {name}");

        for (other, foreign) in others.iter().take(parts.len()).enumerate() {
            let mut swapped = parts.clone();
            swapped[at].1.clone_from(&foreign.1);
            let found = judged(&inspector, &Docx(swapped).bytes());
            // What a footer says is nobody's rule here.
            let may_pass = foreign.1 == parts[at].1 || name == "word/footer1.xml";
            assert!(
                may_pass || !found.is_empty(),
                "{name} with the text of {other}"
            );
        }
    }
}

#[test]
fn no_changed_byte_slips_through() {
    let inspector = experienced();
    let whole = example("Utrecht").bytes();
    let mut numbers = Numbers(4);
    let (mut refused, mut sound) = (0, 0);
    for _ in 0..800 {
        let mut bytes = whole.clone();
        let at = numbers.below(bytes.len());
        bytes[at] ^= 1 << numbers.below(8);
        if judged(&inspector, &bytes).is_empty() {
            // Only what no reader needs may differ: it says the same.
            let (one, other) = (read_docx(&bytes).unwrap(), read_docx(&whole).unwrap());
            assert_eq!(one.lines, other.lines);
            sound += 1;
        } else {
            refused += 1;
        }
    }
    assert!(refused > 500, "{refused} refused, {sound} sound");
}
