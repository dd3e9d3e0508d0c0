//! Files with wrong bytes in them are read or refused, and never stop the run: no panic, no end
//! that does not come.

use raadspost_inspect::{ReadError, lint_docx, read_docx, read_pdf, struct_outline};

use crate::make_docx::{self, Docx};
use crate::pdf;

/// Numbers that look random and are the same in every run (Knuth's MMIX constants).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn pdfs_with_wrong_bytes() {
    let whole = pdf::example("Utrecht").bytes();
    let mut numbers = Numbers(1);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..1500 {
        let mut bytes = whole.clone();
        for _ in 0..=numbers.below(4) {
            let at = numbers.below(bytes.len());
            bytes[at] = b"0 19<>[]()/R\xFF"[numbers.below(12)];
        }
        match read_pdf(&bytes) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
        let _ = struct_outline(&bytes);
    }
    assert!(
        read > 100 && refused > 100,
        "{read} read, {refused} refused"
    );
}

#[test]
fn packages_with_wrong_xml() {
    let mut numbers = Numbers(2);
    let (mut clean, mut found) = (0, 0);
    for _ in 0..1500 {
        let Docx(mut parts) = make_docx::example("Utrecht");
        let at = numbers.below(parts.len());
        let mut bytes = parts[at].1.clone().into_bytes();
        let at_byte = numbers.below(bytes.len());
        bytes[at_byte] = b"<>/\"=&;x109:"[numbers.below(12)];
        parts[at].1 = String::from_utf8_lossy(&bytes).into_owned();
        let bytes = Docx(parts).bytes();
        let findings = lint_docx(&bytes).map_or(1, |findings| findings.len());
        if findings == 0 {
            clean += 1
        } else {
            found += 1
        }
        let _ = read_docx(&bytes);
    }
    assert!(
        clean > 100 && found > 100,
        "{clean} clean, {found} with findings"
    );
}

#[test]
fn packages_with_wrong_bytes() {
    let whole = make_docx::example("Utrecht").bytes();
    let mut numbers = Numbers(3);
    let mut refused = 0;
    for _ in 0..1500 {
        let mut bytes = whole.clone();
        let at = numbers.below(bytes.len());
        bytes[at] ^= 1 << numbers.below(8);
        if matches!(
            read_docx(&bytes),
            Err(ReadError::Zip(_) | ReadError::TooLarge { .. })
        ) {
            refused += 1;
        }
    }
    // What is left are bytes that no reader needs, such as times.
    assert!(refused > 1000, "{refused} refused");
}
