//! Filters of streams (ISO 32000-1, 7.4), as far as text, fonts and tables of a PDF/A need them.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};

use super::STREAM_LIMIT;
use super::budget::Budget;
use super::object::{Dictionary, Object};
use crate::error::ReadError;

fn broken(reason: &str) -> ReadError {
    ReadError::Pdf(reason.to_owned())
}

/// Undoes the filters of a stream at the cost of the budget; `resolve` follows references.
pub(crate) fn decode<'a>(
    dict: &Dictionary<'a>,
    content: &[u8],
    budget: &Budget,
    resolve: impl Fn(&Object<'a>) -> Option<Object<'a>>,
) -> Result<Vec<u8>, ReadError> {
    // A single filter or dictionary is a list of one.
    let list = |key: &[u8]| -> Vec<Object<'a>> {
        match dict.get(key).and_then(&resolve) {
            Some(Object::Array(items)) => {
                let items = items.iter();
                items
                    .map(|item| resolve(item).unwrap_or(Object::Null))
                    .collect()
            }
            Some(Object::Null) | None => Vec::new(),
            Some(one) => vec![one],
        }
    };
    let (filters, parameters) = (list(b"Filter"), list(b"DecodeParms"));
    let mut bytes: Option<Vec<u8>> = None;
    for (at, filter) in filters.iter().enumerate() {
        let input = bytes.as_deref().unwrap_or(content);
        let output = match filter.as_name() {
            Some(b"FlateDecode") => {
                budget.check()?;
                let left = budget.bytes_left();
                let Some(plain) = inflate(input, left.min(STREAM_LIMIT))? else {
                    // Once the file has no bytes left, no stream of it is tried again.
                    return match left < STREAM_LIMIT {
                        true => Err(budget.refused("its streams inflate to more than is accepted")),
                        false => Err(broken("a stream inflates to more than is accepted")),
                    };
                };
                budget.bytes(plain.len())?;
                match parameters.get(at).and_then(Object::as_dict) {
                    Some(parameters) => unpredict(plain, parameters)?,
                    None => plain,
                }
            }
            Some(other) => {
                let name = String::from_utf8_lossy(other);
                return Err(broken(&format!("a stream has the filter `{name}`")));
            }
            None => return Err(broken("a filter has no name")),
        };
        bytes = Some(output);
    }
    match bytes {
        Some(bytes) => Ok(bytes),
        None => {
            budget.bytes(content.len())?;
            Ok(content.to_vec())
        }
    }
}

thread_local! {
    /// One for each thread: a new one allocates its window, and a file has a score of small streams.
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

/// Inflates a whole zlib stream; bytes behind it are ignored. `None` where it has more bytes than the
/// limit.
fn inflate(input: &[u8], limit: usize) -> Result<Option<Vec<u8>>, ReadError> {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(true);
        inflate_with(inflater, input, limit)
    })
}

fn inflate_with(
    inflater: &mut Decompress,
    input: &[u8],
    limit: usize,
) -> Result<Option<Vec<u8>>, ReadError> {
    let mut out = Vec::with_capacity(input.len().saturating_mul(4).clamp(256, STREAM_LIMIT));
    loop {
        let read = usize::try_from(inflater.total_in()).unwrap_or(input.len());
        let before = out.len();
        let status = inflater.decompress_vec(&input[read..], &mut out, FlushDecompress::Finish);
        match status {
            Ok(Status::StreamEnd) => return Ok(Some(out)),
            Ok(Status::Ok | Status::BufError) if out.len() == out.capacity() => {
                if out.len() >= limit {
                    return Ok(None);
                }
                out.reserve(out.len());
            }
            Ok(_) if out.len() > before => {}
            Ok(_) | Err(_) => return Err(broken("a stream cannot be inflated")),
        }
    }
}

/// Undoes a predictor (7.4.4.4): those of PNG on bytes.
fn unpredict(bytes: Vec<u8>, parameters: &Dictionary<'_>) -> Result<Vec<u8>, ReadError> {
    let number = |key: &[u8], usual: i64| match parameters.get(key) {
        Some(value) => value.as_i64().and_then(|value| usize::try_from(value).ok()),
        None => usize::try_from(usual).ok(),
    };
    let wrong = || broken("a stream has parameters that are not understood");
    let predictor = number(b"Predictor", 1).ok_or_else(wrong)?;
    if predictor == 1 {
        return Ok(bytes);
    }
    let (colors, depth) = (number(b"Colors", 1), number(b"BitsPerComponent", 8));
    let (Some(colors), Some(depth), Some(columns)) = (colors, depth, number(b"Columns", 1)) else {
        return Err(wrong());
    };
    if predictor < 10
        || depth != 8
        || !(1..=32).contains(&colors)
        || !(1..=1 << 20).contains(&columns)
    {
        return Err(wrong());
    }
    let (pixel, row) = (colors, colors * columns);
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in bytes.chunks(row + 1) {
        let [kind, line @ ..] = line else { break };
        let start = out.len();
        // Bytes before the first row and left of the first pixel count as 0.
        let above = |out: &[u8], at: usize| {
            let index = (start + at).checked_sub(row);
            index.map_or(0, |index| out[index])
        };
        for (at, byte) in line.iter().enumerate() {
            let before = at.checked_sub(pixel);
            let left = || before.map_or(0, |before| out[start + before]);
            let predicted = match kind {
                0 => 0,
                1 => left(),
                2 => above(&out, at),
                3 => ((u16::from(left()) + u16::from(above(&out, at))) / 2) as u8,
                4 => {
                    let corner = before.map_or(0, |before| above(&out, before));
                    paeth(left(), above(&out, at), corner)
                }
                _ => return Err(wrong()),
            };
            out.push(byte.wrapping_add(predicted));
        }
    }
    Ok(out)
}

/// The PNG specification, 9.4: whichever of the three is nearest to left plus above less corner.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let estimate = a + b - c;
    let [to_left, to_up, to_corner] = [a, b, c].map(|value| (estimate - value).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use bumpalo::Bump;

    use super::{Budget, STREAM_LIMIT, decode, inflate};
    use crate::pdf::syntax::object::Object;
    use crate::pdf::syntax::parser::Parser;

    fn deflated(bytes: &[u8]) -> Vec<u8> {
        let mut writer =
            flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn plain(dictionary: &str, content: &[u8]) -> Option<Vec<u8>> {
        let arena = Bump::new();
        let dict = Parser::new(dictionary.as_bytes(), &arena)
            .object(0)
            .unwrap();
        decode(
            dict.as_dict().unwrap(),
            content,
            &Budget::default(),
            |object| Some(*object),
        )
        .ok()
    }

    #[test]
    fn inflates_whole_streams_only() {
        let long = b"Gemeente ".repeat(50_000);
        let packed = deflated(&long);
        assert_eq!(inflate(&packed, STREAM_LIMIT).unwrap().unwrap(), long);
        assert_eq!(inflate(&packed, 1000).unwrap(), None);
        assert!(inflate(&packed[..packed.len() - 5], STREAM_LIMIT).is_err());
        assert!(inflate(b"no zlib", STREAM_LIMIT).is_err());
        assert!(inflate(b"", STREAM_LIMIT).is_err());
    }

    #[test]
    fn undoes_the_predictors_of_png() {
        let rows = [0, 1, 2, 3, 1, 1, 1, 1, 2, 5, 5, 5, 3, 9, 9, 9, 4, 7, 7, 7];
        let parameters = "<</Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 3>>>>";
        let wanted = [1, 2, 3, 1, 2, 3, 6, 7, 8, 12, 18, 22, 19, 26, 33];
        assert_eq!(plain(parameters, &deflated(&rows)).unwrap(), wanted);
        let unknown = "<</Filter/FlateDecode/DecodeParms<</Predictor 2/Columns 3>>>>";
        assert_eq!(plain(unknown, &deflated(&rows)), None);
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        assert_eq!(plain("<<>>", b"abc").unwrap(), b"abc");
        assert_eq!(
            plain("<</Filter[/FlateDecode]>>", &deflated(b"abc")).unwrap(),
            b"abc"
        );
        assert_eq!(plain("<</Filter/LZWDecode>>", b"abc"), None);
        assert_eq!(plain("<</Filter 1>>", b"abc"), None);
        assert!(Object::Null.as_name().is_none());
    }
}
