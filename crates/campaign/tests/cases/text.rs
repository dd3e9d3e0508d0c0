//! Texts of a page: written anew, without escapes, and compared.

use std::ops::Range;

/// A page with other texts in some of its blocks, which are in the order of the page.
pub(crate) fn rewritten(page: &str, blocks: &[(Range<usize>, String)]) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let mut out = String::new();
    let mut from = 0;
    for (range, text) in blocks {
        for line in &lines[from..range.start] {
            out.push_str(line);
            out.push('\n');
        }
        out.push_str(text);
        from = range.end;
    }
    for line in &lines[from..] {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A text with the characters that stand in it as `\u{301}`.
pub(crate) fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("`}` behind a number");
        let code = u32::from_str_radix(code, 16).expect("a number in hexadecimal");
        out.push(char::from_u32(code).expect("a character"));
        out.push_str(rest);
    }
    out
}

/// Two texts line by line: what is only in the first with `-`, what is only in the second with `+`.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    // The longest common subsequence of what is left from each place on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = match old[i] == new[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = String::new();
    while i < old.len() || j < new.len() {
        let (sign, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', old[i - 1])
        } else if j == new.len() || i < old.len() && common[i + 1][j] >= common[i][j + 1] {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        out.push_str(&format!("  {sign} {line}\n"));
    }
    out
}
