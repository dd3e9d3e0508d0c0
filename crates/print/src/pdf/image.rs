//! Pictures in grey: with [`Colours::Black`] each of them, else those whose every pixel is grey
//! already, such as a scanned signature. One that stays in RGB would put ink on all four plates.

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{ExtendedColorType, ImageDecoder as _};
use lopdf::{Dictionary, Document, Object, Stream};

use crate::pdf::colour::{Space, luma, space};
use crate::pdf::read::decoded;
use crate::pdf::sink::packed;
use crate::profile::Colours;

/// By how much the parts of a pixel of a JPEG may differ where it shows a grey, of 255.
const NEUTRAL: u8 = 3;

/// The quality with which a picture that was a JPEG becomes one again, of 100.
const QUALITY: u8 = 92;

/// A picture in a print copy.
#[derive(Debug, Clone)]
pub(crate) enum Picture {
    /// It has no colour as it is: a mask, or a grey picture.
    Grey,
    /// It keeps its colours.
    Coloured,
    /// It has this dictionary and these bytes now, in DeviceGray. The dictionary refers to objects of
    /// the original.
    Converted(Stream),
}

/// Looks at a picture of a PDF, and makes it grey where it has to be.
///
/// # Errors
/// The second half of a sentence: why a picture with colours cannot be made grey.
pub(crate) fn picture(
    document: &Document,
    stream: &Stream,
    colours: Colours,
) -> Result<Picture, &'static str> {
    let dict = &stream.dict;
    if matches!(dict.get(b"ImageMask"), Ok(Object::Boolean(true))) {
        return Ok(Picture::Grey);
    }
    let Ok(named) = dict.get(b"ColorSpace") else {
        // A JPEG 2000 names its space itself.
        return coloured(colours, "a picture that does not name its colour space");
    };
    match space(document, named) {
        Space::Grey => Ok(Picture::Grey),
        Space::Rgb => rgb(stream, colours),
        Space::Pattern | Space::Other => match indexed(document, named, colours) {
            Some(Indexed::Grey) => Ok(Picture::Grey),
            Some(Indexed::Converted(space)) => {
                let mut converted = Stream::new(dict.clone(), stream.content.clone());
                converted.allows_compression = false;
                converted.dict.set("ColorSpace", space);
                Ok(Picture::Converted(converted))
            }
            None => coloured(
                colours,
                "a picture in a colour space that is neither grey nor RGB",
            ),
        },
    }
}

/// A picture with colours that are not converted, where that is allowed.
fn coloured(colours: Colours, what: &'static str) -> Result<Picture, &'static str> {
    match colours {
        Colours::Keep => Ok(Picture::Coloured),
        Colours::Black => Err(what),
    }
}

fn rgb(stream: &Stream, colours: Colours) -> Result<Picture, &'static str> {
    let dict = &stream.dict;
    // Both are about the three parts of a pixel.
    if dict.has(b"Decode") || dict.get(b"Mask").and_then(Object::as_array).is_ok() {
        return coloured(colours, "a picture with a colour key or a decode array");
    }
    let is_jpeg = match dict.get(b"Filter") {
        Ok(Object::Name(name)) => name == b"DCTDecode",
        Ok(Object::Array(filters)) => match filters.as_slice() {
            [Object::Name(name)] => name == b"DCTDecode",
            _ => false,
        },
        _ => false,
    };
    let (pixels, tolerance) = if is_jpeg {
        match decoded_jpeg(&stream.content) {
            Some(pixels) => (pixels, NEUTRAL),
            None => return coloured(colours, "a JPEG that is not RGB of 8 bits"),
        }
    } else {
        match plain(stream) {
            Some(pixels) => (pixels, 0),
            None => return coloured(colours, "a picture that is not RGB of 8 or 16 bits"),
        }
    };
    let (width, height) = match size(dict) {
        Some(size) if size.0 * size.1 * 3 == pixels.len() => size,
        _ => return coloured(colours, "a picture whose bytes do not fit its size"),
    };
    let is_neutral = pixels.chunks_exact(3).all(|pixel| {
        let (least, most) = (pixel.iter().min(), pixel.iter().max());
        most.zip(least)
            .is_some_and(|(most, least)| most - least <= tolerance)
    });
    if colours == Colours::Keep && !is_neutral {
        return Ok(Picture::Coloured);
    }
    let grey: Vec<u8> = pixels.chunks_exact(3).map(grey_of).collect();
    let mut dict = dict.clone();
    dict.set("ColorSpace", "DeviceGray");
    dict.set("BitsPerComponent", 8);
    dict.remove(b"DecodeParms");
    let stream = if is_jpeg {
        let mut bytes = Vec::new();
        let (width, height) = (width as u32, height as u32);
        JpegEncoder::new_with_quality(&mut bytes, QUALITY)
            .encode(&grey, width, height, ExtendedColorType::L8)
            .map_err(|_| "a JPEG that cannot be written in grey")?;
        dict.set("Filter", "DCTDecode");
        let mut stream = Stream::new(dict, bytes);
        stream.allows_compression = false;
        stream
    } else {
        packed(dict, &grey)
    };
    Ok(Picture::Converted(stream))
}

/// The grey of a pixel in RGB.
fn grey_of(pixel: &[u8]) -> u8 {
    let part = |at: usize| f32::from(pixel[at]) / 255.0;
    (luma([part(0), part(1), part(2)]) * 255.0).round() as u8
}

/// Width and height in pixels.
fn size(dict: &Dictionary) -> Option<(usize, usize)> {
    let side = |key: &[u8]| {
        let side = dict.get(key).and_then(Object::as_i64).ok()?;
        usize::try_from(side).ok()
    };
    Some((side(b"Width")?, side(b"Height")?))
}

/// The pixels of a JPEG in RGB, three bytes each.
fn decoded_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let decoder = JpegDecoder::new(std::io::Cursor::new(bytes)).ok()?;
    if decoder.original_color_type() != ExtendedColorType::Rgb8 {
        return None;
    }
    let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).ok()?];
    decoder.read_image(&mut pixels).ok()?;
    Some(pixels)
}

/// The pixels of an uncompressed or deflated picture in RGB, three bytes each; of 16 bits the upper 8.
fn plain(stream: &Stream) -> Option<Vec<u8>> {
    let bits = stream
        .dict
        .get(b"BitsPerComponent")
        .and_then(Object::as_i64);
    let bytes = decoded(stream).ok()?;
    match bits {
        Ok(8) => Some(bytes),
        Ok(16) => Some(bytes.chunks_exact(2).map(|part| part[0]).collect()),
        _ => None,
    }
}

/// A table of colours (ISO 32000-1 8.6.6.3).
enum Indexed {
    Grey,
    Converted(Object),
}

/// A table of colours in RGB as one of greys; `None` if it is not one, or keeps its colours.
fn indexed(document: &Document, named: &Object, colours: Colours) -> Option<Indexed> {
    let (_, Object::Array(array)) = document.dereference(named).ok()? else {
        return None;
    };
    let [Object::Name(name), base, highest, table] = array.as_slice() else {
        return None;
    };
    if name != b"Indexed" && name != b"I" {
        return None;
    }
    match space(document, base) {
        Space::Grey => return Some(Indexed::Grey),
        Space::Rgb => {}
        Space::Pattern | Space::Other => return None,
    }
    let table = match document.dereference(table).ok()?.1 {
        Object::String(bytes, _) => bytes.clone(),
        Object::Stream(stream) => decoded(stream).ok()?,
        _ => return None,
    };
    let is_neutral = table
        .chunks_exact(3)
        .all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    if colours == Colours::Keep && !is_neutral {
        return None;
    }
    let greys: Vec<u8> = table.chunks_exact(3).map(grey_of).collect();
    Some(Indexed::Converted(Object::Array(vec![
        "Indexed".into(),
        "DeviceGray".into(),
        highest.clone(),
        Object::String(greys, lopdf::StringFormat::Hexadecimal),
    ])))
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    /// A picture of two pixels.
    fn two(pixels: &[u8], more: &[(&str, Object)]) -> Stream {
        let mut dict = dictionary! {
            "Subtype" => "Image", "Width" => 2, "Height" => 1,
            "ColorSpace" => "DeviceRGB", "BitsPerComponent" => 8,
        };
        for (key, value) in more {
            dict.set(*key, value.clone());
        }
        packed(dict, pixels)
    }

    fn looked_at(stream: &Stream, colours: Colours) -> Result<Picture, &'static str> {
        picture(&Document::new(), stream, colours)
    }

    fn greys(picture: Result<Picture, &'static str>) -> Vec<u8> {
        match picture {
            Ok(Picture::Converted(stream)) => {
                let space = stream.dict.get(b"ColorSpace").and_then(Object::as_name);
                assert_eq!(space.expect("a space"), b"DeviceGray");
                decoded(&stream).expect("bytes")
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_picture_without_colour_becomes_grey_and_another_where_it_must() {
        let scan = two(&[9, 9, 9, 255, 255, 255], &[]);
        assert_eq!(greys(looked_at(&scan, Colours::Keep)), [9, 255]);
        let logo = two(&[255, 0, 0, 0, 255, 0], &[]);
        assert!(matches!(
            looked_at(&logo, Colours::Keep),
            Ok(Picture::Coloured)
        ));
        // 0.3 and 0.59 of 255.
        assert_eq!(greys(looked_at(&logo, Colours::Black)), [77, 150]);
        let deep = two(
            &[255, 9, 0, 9, 0, 9, 0, 0, 0, 0, 0, 0],
            &[("BitsPerComponent", 16.into())],
        );
        assert_eq!(greys(looked_at(&deep, Colours::Black)), [77, 0]);
        let mask = two(&[0], &[("ImageMask", true.into())]);
        assert!(matches!(
            looked_at(&mask, Colours::Black),
            Ok(Picture::Grey)
        ));
    }

    #[test]
    fn what_cannot_be_made_grey_is_refused_by_name() {
        let key = ("Mask", Object::Array(vec![0.into(); 6]));
        for (more, what) in [
            (key, "colour key"),
            (("ColorSpace", "DeviceCMYK".into()), "neither grey nor RGB"),
            (("BitsPerComponent", 4.into()), "8 or 16 bits"),
            (("Width", 3.into()), "do not fit"),
        ] {
            let picture = two(&[255, 0, 0, 0, 255, 0], &[more]);
            let why = looked_at(&picture, Colours::Black).expect_err(what);
            assert!(why.contains(what), "{why}");
            assert!(matches!(
                looked_at(&picture, Colours::Keep),
                Ok(Picture::Coloured)
            ));
        }
    }

    #[test]
    fn a_jpeg_stays_a_jpeg_and_a_table_a_table() {
        let pixels: Vec<u8> = [200, 30, 30].repeat(64);
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 95)
            .encode(&pixels, 8, 8, ExtendedColorType::Rgb8)
            .expect("a JPEG");
        let mut photo = Stream::new(
            dictionary! {
                "Width" => 8, "Height" => 8, "ColorSpace" => "DeviceRGB",
                "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            },
            bytes,
        );
        photo.allows_compression = false;
        let Ok(Picture::Converted(grey)) = looked_at(&photo, Colours::Black) else {
            panic!("not converted");
        };
        let decoder = JpegDecoder::new(std::io::Cursor::new(&grey.content)).expect("a JPEG");
        assert_eq!(decoder.original_color_type(), ExtendedColorType::L8);
        let mut pixels = vec![0; 64];
        decoder.read_image(&mut pixels).expect("pixels");
        assert!(
            pixels.iter().all(|pixel| pixel.abs_diff(81) <= 2),
            "{pixels:?}"
        );

        let table = Object::Array(vec![
            "Indexed".into(),
            "DeviceRGB".into(),
            1.into(),
            Object::string_literal(vec![255_u8, 0, 0, 8, 8, 8]),
        ]);
        let Ok(Picture::Converted(grey)) =
            looked_at(&two(&[0, 1], &[("ColorSpace", table)]), Colours::Black)
        else {
            panic!("not converted");
        };
        let space = grey.dict.get(b"ColorSpace").and_then(Object::as_array);
        let table = space.expect("a space")[3].as_str();
        assert_eq!(table.expect("a table"), [77, 8]);
    }
}
