//! Files that are made to take memory or time: each is read or refused soon, whatever is asked of it.

use std::io::Write as _;
use std::time::{Duration, Instant};

use raadspost_inspect::{read_pdf, struct_outline};

/// What reading one of these files may take; sound ones take some milliseconds.
const LONGEST: Duration = Duration::from_secs(20);

/// A file of objects by number from 1, of which the first is the catalogue.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", out.len());
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let size = objects.len() + 1;
    out.extend(format!("xref\n0 {size}\n{table}trailer <</Size {size}/Root 1 0 R>>\n").bytes());
    out.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
    out
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("compresses");
    let bytes = encoder.finish().expect("compresses");
    let length = bytes.len();
    let mut out = format!("<</Filter/FlateDecode/Length {length}{entries}>> stream\n").into_bytes();
    out.extend(bytes);
    out.extend(b"\nendstream");
    out
}

/// A file with one page of this content and these resources; further objects from 5 on.
fn page(contents: &str, resources: &str, content: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot<</K[]>>>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents {contents}/Resources<<{resources}>>>>").into(),
        stream("", content),
    ];
    objects.extend(more.iter().cloned());
    file(&objects)
}

/// Reads a file; the reason for which it is refused, if it is.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a hostile file takes is what is judged"
)]
fn read(what: &str, bytes: &[u8]) -> Option<String> {
    let start = Instant::now();
    let refused = read_pdf(bytes).err().map(|error| error.to_string());
    let _ = struct_outline(bytes);
    let took = start.elapsed();
    assert!(took < LONGEST, "{what}: {took:?}");
    refused
}

#[track_caller]
fn refused(what: &str, bytes: &[u8], reason: &str) {
    let found = read(what, bytes).unwrap_or_else(|| panic!("{what} is read"));
    assert!(found.contains(reason), "{what}: {found}");
}

#[test]
fn a_plain_file_is_read() {
    let bytes = page("4 0 R", "", b"q Q", &[]);
    assert_eq!(read("a plain file", &bytes), None);
}

/// An object stream whose entries all lead to one large array.
#[test]
fn objects_that_share_their_bytes() {
    const COUNT: usize = 20_000;
    let array = format!("[{}]", "0 ".repeat(100_000));
    let index: String = (0..COUNT).map(|at| format!("{} 0 ", at + 10)).collect();
    let packed = stream(
        &format!("/Type/ObjStm/N {COUNT}/First {}", index.len()),
        (index + &array).as_bytes(),
    );
    let mut out = b"%PDF-1.7\n".to_vec();
    let at = out.len();
    out.extend(b"1 0 obj\n");
    out.extend(packed);
    out.extend(b"\nendobj\n");
    let start = out.len();
    let mut rows = Vec::new();
    let mut row = |kind: u8, one: u32, two: u16| {
        rows.push(kind);
        rows.extend(one.to_be_bytes());
        rows.extend(two.to_be_bytes());
    };
    row(0, 0, 0);
    row(1, at as u32, 0);
    row(1, start as u32, 0);
    (3..10).for_each(|_| row(0, 0, 0));
    (0..COUNT).for_each(|at| row(2, 1, at as u16));
    let entries = format!("/Type/XRef/Size {}/W[1 4 2]/Root 10 0 R", 10 + COUNT);
    out.extend(b"2 0 obj\n");
    out.extend(stream(&entries, &rows));
    out.extend(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").bytes());
    refused("objects that share bytes", &out, "not at their offsets");
}

#[test]
fn a_dictionary_of_a_million_keys() {
    let mut large = b"<<".to_vec();
    for at in 0..1_000_000 {
        large.extend(format!("/K{at} 0").bytes());
    }
    large.extend(b">>");
    let bytes = page("4 0 R", "", b"q Q", &[large.clone()]);
    assert_eq!(read("a large dictionary", &bytes), None);
    // And the last key is still found to be there twice.
    large.truncate(large.len() - 2);
    large.extend(b"/K999999 1>>");
    let bytes = page("4 0 R", "", b"q Q", &[large]);
    refused("a key twice", &bytes, "a key twice");
}

#[test]
fn a_large_stream_that_is_named_a_thousand_times() {
    let contents = format!("[{}]", "4 0 R ".repeat(1000));
    let bytes = page(&contents, "", &vec![b' '; 60 << 20], &[]);
    refused("one stream a thousand times", &bytes, "inflate to more");
}

/// Streams whose length is another object: a large array, which is not read for each of them.
#[test]
fn lengths_that_are_large_objects() {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[]/Count 0>>".to_vec(),
        format!("[{}]", "0 ".repeat(1_000_000)).into_bytes(),
    ];
    objects.extend((0..2000).map(|_| b"<</Length 3 0 R>> stream\n\nendstream".to_vec()));
    refused("lengths that are arrays", &file(&objects), "no length");
}

#[test]
fn graphics_states_that_are_saved_and_never_restored() {
    let bytes = page("4 0 R", "", &b"q ".repeat(5_000_000), &[]);
    refused("a million saved states", &bytes, "nested deeper than 28");
}

#[test]
fn forms_that_are_painted_a_hundred_thousand_times() {
    let form = stream("/Type/XObject/Subtype/Form", &vec![b' '; 4 << 20]);
    let bytes = page(
        "4 0 R",
        "/XObject<</X 5 0 R>>",
        &b"/X Do ".repeat(100_000),
        &[form],
    );
    refused("large forms", &bytes, "inflate to more");
    // Forms in forms in forms: each level paints the next one a hundred times.
    let level = |next: usize| {
        let entries = format!("/Type/XObject/Subtype/Form/Resources<</XObject<</X {next} 0 R>>>>");
        stream(&entries, &b"/X Do ".repeat(100))
    };
    let mut forms: Vec<Vec<u8>> = (0..10).map(|at| level(6 + at)).collect();
    forms.push(stream("/Type/XObject/Subtype/Form", b"0 0 9 9 re f"));
    let bytes = page("4 0 R", "/XObject<</X 5 0 R>>", b"/X Do", &forms);
    read("forms in forms", &bytes);
}

/// A font that states the width of every code again and again, and a map of as many ranges as codes.
#[test]
fn fonts_whose_tables_are_read_without_end() {
    let widths = "0 65535 500 ".repeat(20_000);
    let mut map = String::from("1 begincodespacerange <0000> <FFFF> endcodespacerange\n");
    for at in 0..60_000 {
        map += &format!("1 beginbfrange <{at:04X}> <{at:04X}> <0041> endbfrange\n");
    }
    let font =
        b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>";
    let descendant = format!("<</Type/Font/Subtype/CIDFontType2/W[{widths}]>>");
    let shown = b"BT /F 9 Tf (abcdefghijklmnopqrstuvwxyzABCDEF) Tj ET ".repeat(50_000);
    let more = [
        font.to_vec(),
        stream("", map.as_bytes()),
        descendant.into_bytes(),
    ];
    let bytes = page("4 0 R", "/Font<</F 5 0 R>>", &shown, &more);
    refused("a font of endless widths", &bytes, "more steps");
    let more = [
        font.to_vec(),
        stream("", map.as_bytes()),
        b"<</Type/Font/W[]>>".to_vec(),
    ];
    let bytes = page("4 0 R", "/Font<</F 5 0 R>>", &shown, &more);
    read("a map of many ranges", &bytes);
}

#[test]
fn offsets_beyond_all_numbers() {
    let mut bytes = page("4 0 R", "", b"q Q", &[]);
    let table = bytes
        .windows(9)
        .position(|it| it == b"xref\n0 5\n")
        .expect("a table");
    bytes.splice(table + 5..table + 8, format!("{} 2", u64::MAX).bytes());
    refused("a section that begins at the last number", &bytes, "number");
}

/// Words over words, each with each, and boxes over all of them.
#[test]
fn a_page_of_overlaps() {
    let font = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[6 0 R]>>".to_vec();
    let more = [font, b"<</Type/Font/W[]/DW 1000>>".to_vec()];
    let shown = b"BT /F 9 Tf 50 50 Td (abcd) Tj ET 0 0 200 200 re f ".repeat(50_000);
    let bytes = page("4 0 R", "/Font<</F 5 0 R>>", &shown, &more);
    read("words over words", &bytes);
}

/// Elements in elements: lines are read to a depth, and the check says that there is more.
#[test]
fn elements_without_end() {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot 4 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R>>".to_vec(),
        b"<</Type/StructTreeRoot/K 5 0 R>>".to_vec(),
    ];
    objects.extend(
        (5..50_000).map(|at| format!("<</S/Div/P {} 0 R/K {} 0 R>>", at - 1, at + 1).into_bytes()),
    );
    objects.push(b"<</S/Div/P 49999 0 R/K 5 0 R>>".to_vec());
    assert_eq!(read("elements in elements", &file(&objects)), None);
}
