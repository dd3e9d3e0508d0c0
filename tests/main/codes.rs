//! Machine-readable codes of a letter: KIX compared with zint and with its own pixels, QR codes
//! read back.

use std::path::Path;

use raadspost_content::{Postal, kix, kix_bars};

use crate::judges::told;
use crate::letters::{EXTREMES, campaign, letters};
use crate::support::{Desk, figures, root};

/// The bars as drawn by zint: ascenders, trackers and descenders, two columns per bar.
fn zint(code: &str) -> Option<Vec<(bool, bool)>> {
    let dump = told("zint", &["-b", "90", "-d", code, "--dump"])?;
    let rows: Vec<Vec<bool>> = dump
        .lines()
        .map(|row| {
            let digits = row.chars().filter_map(|c| c.to_digit(16));
            digits
                .flat_map(|digit| (0..4).rev().map(move |bit| digit >> bit & 1 == 1))
                .collect()
        })
        .collect();
    let bars = code.len() * 4;
    Some(
        (0..bars)
            .map(|bar| (rows[0][bar * 2], rows[2][bar * 2]))
            .collect(),
    )
}

#[test]
fn the_bars_of_every_municipality_are_those_of_zint() {
    let table =
        std::fs::read_to_string(root().join("content/registers/nl.csv")).expect("a register");
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at = |name: &str| header.iter().rev().position(|it| *it == name).expect(name);
    let mut compared = 0;
    for line in lines {
        // From the end: a name may contain a comma, the columns after it cannot.
        let cells: Vec<&str> = line.rsplit(',').collect();
        let cell = |name: &str| cells[at(name)].to_owned();
        let postal = Postal {
            po_box: cell("po_box"),
            house_number: cell("house_number"),
            addition: cell("addition"),
            postcode: cell("postcode"),
            ..Postal::default()
        };
        let code = kix(&postal).unwrap_or_else(|why| panic!("{line}: {why:?}"));
        let Some(bars) = zint(&code) else { return };
        assert_eq!(kix_bars(&code).as_deref(), Some(bars.as_slice()), "{code}");
        compared += 1;
    }
    assert_eq!(compared, 342);
}

/// The grey pixels of the first or second page at 300 dpi: width and rows.
fn pixels(file: &Path, page: &str, folder: &Path) -> Option<(usize, Vec<u8>)> {
    let to = folder.join("page");
    let [file, to] = [file, to.as_path()].map(|path| path.to_str().expect("UTF-8"));
    told(
        "pdftoppm",
        &[
            "-gray",
            "-r",
            "300",
            "-f",
            page,
            "-l",
            page,
            "-singlefile",
            file,
            to,
        ],
    )?;
    let bytes = std::fs::read(format!("{to}.pgm")).expect("a picture");
    let mut parts = bytes.splitn(4, |byte| byte.is_ascii_whitespace());
    let mut next = || parts.next().expect("a head");
    let (_, width, _) = (next(), next(), next());
    let width = std::str::from_utf8(width)
        .expect("digits")
        .parse()
        .expect("a number");
    let rest = next();
    // The largest grey, a line of its own.
    let start = rest.iter().position(|byte| *byte == b'\n').expect("an end") + 1;
    Some((width, rest[start..].to_vec()))
}

#[test]
fn the_printed_bars_are_those_of_the_address() {
    let desk = Desk::new(&[("posiv.yaml", &campaign("nl-c5", "    kix: true\n"))]);
    desk.build(&["--document", "brief", "--only", "GM0344,GM0820"])
        .ended(0);
    for (file, code) in letters(&desk).iter().zip(["3500CE16200", "5670GA10000"]) {
        let Some((width, grey)) = pixels(file, "1", &desk.out()) else {
            return;
        };
        let dot = |mm: f64| (mm / 25.4 * 300.0).round() as usize;
        let dark = |x: f64, y: usize| grey[y * width + dot(x)] < 100;
        // The bars begin at the left edge of the column, below the last line of the address.
        let x = |bar: usize| 35.0 + bar as f64 * 25.4 / 22.0 + 0.25;
        let column: Vec<usize> = (dot(54.0)..dot(90.0)).collect();
        let bars = kix_bars(code).expect("bars");
        // The trackers are the 1.27 mm in which every bar has ink.
        let all = |y: &usize| (0..bars.len()).all(|bar| dark(x(bar), *y));
        let middle: Vec<usize> = column.into_iter().filter(all).collect();
        let height = middle.len() as f64 / 300.0 * 25.4;
        assert!(
            (1.1..1.45).contains(&height),
            "{code}: trackers of {height} mm"
        );
        let centre = middle[middle.len() / 2];
        let read: Vec<(bool, bool)> = (0..bars.len())
            .map(|bar| {
                (
                    dark(x(bar), centre - dot(1.5)),
                    dark(x(bar), centre + dot(1.5)),
                )
            })
            .collect();
        assert_eq!(read, bars, "{code}");
    }
}

#[test]
fn a_qr_code_is_read_back_from_pixels() {
    let qr = "    qr: { url: \"https://b.example/{{ municipality.name }}/{{ municipality.name | slug }}.docx\", caption: De motie }\n";
    let desk = Desk::new(&[("posiv.yaml", &campaign("nl-dl-left", qr))]);
    desk.build(&["--document", "brief", "--only", EXTREMES])
        .ended(0);
    let files = letters(&desk);
    assert_eq!(files.len(), 8);
    let mut read = Vec::new();
    for file in &files {
        let to = desk.path("page");
        let to = to.to_str().expect("UTF-8");
        let file = file.to_str().expect("UTF-8");
        let drawn = told(
            "pdftoppm",
            &[
                "-png",
                "-r",
                "150",
                "-f",
                "2",
                "-l",
                "2",
                "-singlefile",
                file,
                to,
            ],
        );
        let Some(said) =
            drawn.and_then(|_| told("zbarimg", &["-q", "--raw", &format!("{to}.png")]))
        else {
            return;
        };
        read.push(said.trim().to_owned());
    }
    assert!(
        read.contains(
            &"https://b.example/S%C3%BAdwest-Frysl%C3%A2n/sudwest-fryslan.docx".to_owned()
        ),
        "{read:?}"
    );
    read.dedup();
    assert_eq!(read.len(), 8, "{read:?}");
    // A figure with alternative text, and a link that a screen reader follows.
    let bytes = std::fs::read(&files[0]).expect("a file");
    let said = figures(&bytes).concat();
    assert!(said.contains("QR-code naar https://b.example/"), "{said}");
}
