//! ToUnicode tables, written briefly: a producer repeats a frame of PostScript and the
//! code of each glyph, where the codes follow one another. Every letter has such a table of its
//! own, so this is one byte in forty of a print run.

use std::fmt::Write as _;

/// The part of a `ToUnicode` table (ISO 32000-1 9.10.3) that readers use, with a range for codes
/// that follow one another. None where the table has anything that this does not know.
pub(crate) fn brief(table: &[u8]) -> Option<Vec<u8>> {
    let pairs = pairs(table)?;
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(code, said)| (*code, said.as_str()))
        .collect();
    Some(frame(&pairs).into_bytes())
}

/// The codes of a `ToUnicode` table in ascending order, each with its text, UTF-16 in hexadecimal
/// digits. None where the table has anything that this does not know.
pub(crate) fn pairs(table: &[u8]) -> Option<Vec<(u16, String)>> {
    let text = std::str::from_utf8(table).ok()?;
    let lines = text.lines().filter(|line| !line.starts_with('%'));
    let mut words = lines.flat_map(str::split_whitespace);
    let mut pairs: Vec<(u16, String)> = Vec::new();
    let mut is_two_bytes = false;
    while let Some(word) = words.next() {
        match word {
            "begincodespacerange" => {
                is_two_bytes = words.next() == Some("<0000>") && words.next() == Some("<FFFF>");
            }
            "beginbfchar" => loop {
                match words.next()? {
                    "endbfchar" => break,
                    code => {
                        let code = hexadecimal(code).filter(|digits| digits.len() == 4)?;
                        let said = hexadecimal(words.next()?)?;
                        pairs.push((u16::from_str_radix(code, 16).ok()?, said.to_owned()));
                    }
                }
            },
            // Ranges and what leads to other tables are left as they are.
            "beginbfrange" | "beginnotdefrange" | "beginnotdefchar" | "usecmap" => return None,
            _ => {}
        }
    }
    let ascending = pairs.windows(2).all(|pair| pair[0].0 < pair[1].0);
    (is_two_bytes && !pairs.is_empty() && ascending).then_some(pairs)
}

/// A `ToUnicode` table of codes in ascending order with their texts.
pub(crate) fn frame(pairs: &[(u16, &str)]) -> String {
    let mut out = String::from(
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap/CMapType 2 def\n\
         1 begincodespacerange<0000><FFFF>endcodespacerange\n",
    );
    // A range has one first byte, and a block at most a hundred ranges.
    let follows =
        |one: &(u16, &str), next: &(u16, &str)| one.0 + 1 == next.0 && one.0 >> 8 == next.0 >> 8;
    let ranges: Vec<_> = pairs.chunk_by(follows).collect();
    for block in ranges.chunks(100) {
        // Writing into memory cannot fail.
        let _ = writeln!(out, "{} beginbfrange", block.len());
        for range in block {
            let _ = write!(
                out,
                "<{:04X}><{:04X}>[",
                range[0].0,
                range[range.len() - 1].0
            );
            for (_, said) in *range {
                let _ = write!(out, "<{said}>");
            }
            out.push_str("]\n");
        }
        out.push_str("endbfrange\n");
    }
    out.push_str("endcmap end end");
    out
}

fn hexadecimal(word: &str) -> Option<&str> {
    let digits = word.strip_prefix('<')?.strip_suffix('>')?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (plain && !digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "%!PS-Adobe-3.0 Resource-CMap\n/CIDInit /ProcSet findresource begin\n\
        /Registry (Adobe) def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n\
        4 beginbfchar\n<0001> <0069>\n<0002> <00660066>\n<00FF> <0041>\n<0100> <0042>\nendbfchar\n\
        endcmap\n";

    #[test]
    fn codes_that_follow_one_another_share_a_range() {
        let brief = String::from_utf8(brief(TABLE.as_bytes()).expect("known")).expect("ASCII");
        let ranges = "3 beginbfrange\n<0001><0002>[<0069><00660066>]\n<00FF><00FF>[<0041>]\n\
            <0100><0100>[<0042>]\nendbfrange";
        assert!(brief.contains(ranges), "{brief}");
    }

    #[test]
    fn unknown_tables_stay() {
        for (old, new) in [
            ("<FFFF>", "<FF>"),
            ("beginbfchar", "beginbfrange"),
            ("<0069>", "(i)"),
            ("<0100> <0042>", "<0001> <0042>"),
            ("endbfchar", ""),
        ] {
            assert_eq!(brief(TABLE.replace(old, new).as_bytes()), None, "{old}");
        }
    }
}
