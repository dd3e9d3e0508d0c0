//! Proofs with overlays: no-print areas are red, and nothing else is changed.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use crate::judges::told;
use crate::letters::{campaign, envelope};
use crate::support::Desk;

/// What an office printer leaves white at each edge, in mm.
const OFFICE_PRINTER: f64 = 4.2;

#[test]
fn a_proof_is_made_where_folders_are_spread() {
    let rows: Vec<String> = (0..4097)
        .map(|row| format!("GM{row:05},Plaats {row},Plaats {row},5000,{row},1234 AB,Plaats"))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let desk = Desk::posiv(&rows);
    let proofs = desk.path("proofs");
    let to = proofs.to_str().expect("UTF-8");
    let one = ["--document", "brief", "--only", "GM00344", "--overlay", to];
    desk.build(&one).ended(0);
    let made = desk.out().join("GM/00/GM00344-plaats-344/brief.pdf");
    assert!(made.is_file(), "{}", made.display());
    assert!(proofs.join("GM00344-plaats-344/brief.pdf").is_file());
}

#[test]
fn a_proof_is_red_where_no_ink_may_be_and_nowhere_else() {
    for name in ["nl-dl-right", "uk"] {
        let desk = Desk::new(&[("posiv.yaml", &campaign(name, ""))]);
        let proofs = desk.path("proofs");
        let to = proofs.to_str().expect("UTF-8");
        let one = ["--document", "brief", "--only", "GM0344", "--overlay", to];
        desk.build(&one).ended(0);
        let proof = proofs.join("GM0344-utrecht/brief.pdf");
        let made = desk.out().join("GM0344-utrecht/brief.pdf");
        assert!(proof.is_file() && made.is_file(), "{name}");
        let Some(red) = colours(&proof, &desk.path("proof")) else {
            return;
        };
        let plain = colours(&made, &desk.path("plain")).expect("the same program");
        let envelope = envelope(name);
        let window = &envelope.window;
        let edge = envelope.edge.max(OFFICE_PRINTER);
        let mut met = [0; 2];
        for (at, pixel) in red.pixels.iter().enumerate() {
            let (x, y) = (Colours::mm(at % red.width), Colours::mm(at / red.width));
            let within = |[left, top, right, bottom]: [f64; 4], slack: f64| {
                x > left - slack && x < right + slack && y > top - slack && y < bottom + slack
            };
            let window = [window.left, window.top, window.right(), window.bottom()];
            let kept = |slack: f64| {
                !within([edge, edge, 210.0 - edge, 297.0 - edge], -slack)
                    || envelope.keep_outs.iter().any(|keep_out| {
                        let area = &keep_out.area;
                        within([area.left, area.top, area.right(), area.bottom()], slack)
                    })
            };
            let frame = within(window, 0.6) && !within(window, -0.6);
            // Pixels on a border are of both sides, and those at the edge of the sheet are cut.
            if frame || !within([0.0, 0.0, 210.0, 297.0], -0.6) || kept(0.6) != kept(-0.6) {
                continue;
            }
            let is_kept = kept(0.0);
            met[usize::from(is_kept)] += 1;
            let [r, g, b] = *pixel;
            if is_kept {
                assert!(
                    r > 200 && g < 190 && b < 190,
                    "{name}: {pixel:?} at {x:.1}, {y:.1} mm"
                );
            } else {
                // What is not laid over is as it was delivered.
                assert_eq!(*pixel, plain.pixels[at], "{name}: at {x:.1}, {y:.1} mm");
            }
        }
        assert!(met.iter().all(|count| *count > 10_000), "{name}: {met:?}");
    }
}

/// The pixels of a first page.
struct Colours {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Colours {
    /// The middle of a pixel, in mm from the edge.
    fn mm(at: usize) -> f64 {
        (at as f64 + 0.5) * 25.4 / DPI
    }
}

/// The resolution of [`colours`].
const DPI: f64 = 50.0;

/// The first page of a file in colours; none where poppler is not installed.
fn colours(file: &Path, into: &Path) -> Option<Colours> {
    let [from, to] = [file, into].map(|path| path.to_str().expect("UTF-8"));
    let dpi = DPI.to_string();
    let options = ["-png", "-r", &dpi, "-f", "1", "-l", "1", "-singlefile"];
    told("pdftoppm", &[&options[..], &[from, to]].concat())?;
    let picture = File::open(into.with_extension("png")).expect("a picture");
    let mut reader = png::Decoder::new(BufReader::new(picture))
        .read_info()
        .expect("a picture");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("pixels");
    assert_eq!(info.color_type, png::ColorType::Rgb);
    let pixels = bytes[..info.buffer_size()].as_chunks::<3>().0.to_vec();
    let width = info.width as usize;
    Some(Colours { width, pixels })
}
