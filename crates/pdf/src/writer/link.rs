//! Link annotations (ISO 32000-1, 12.5.6.5) and destinations (12.3.2).

use super::assembly::{Making, rectangle};
use super::number::{literal, number, text_string};
use super::scan::{Link, Scan, Target};

impl Making {
    /// The link annotations. Their keys in the parent tree come after those of the pages.
    pub(super) fn annotations(&mut self, scans: &[&Scan]) {
        let mut key = self.pages.len();
        let (mut first, mut at) = (0, 0);
        for scan in scans {
            for page in &scan.pages {
                for (link, place) in page.links.iter().zip(0..) {
                    let (id, _) = self.annotations[at][place];
                    let object = self.link(link, first, key);
                    self.file.put(id, object);
                    key += 1;
                }
                at += 1;
            }
            first += scan.pages.len();
        }
    }

    pub(super) fn link(&self, link: &Link, first: usize, key: usize) -> Vec<u8> {
        let Link {
            rectangles,
            target,
            words,
        } = link;
        let extreme = |at: usize, most: bool| {
            let sides = rectangles.iter().map(|rectangle| rectangle[at]);
            if most { sides.max() } else { sides.min() }.unwrap_or(0)
        };
        let around = [
            extreme(0, false),
            extreme(1, false),
            extreme(2, true),
            extreme(3, true),
        ];
        let mut out = b"<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect".to_vec();
        rectangle(&mut out, &around);
        if rectangles.len() > 1 {
            let corners = |[left, bottom, right, top]: &[i64; 4]| {
                [*left, *top, *right, *top, *left, *bottom, *right, *bottom]
            };
            out.extend(b"/QuadPoints");
            rectangle(
                &mut out,
                &rectangles.iter().flat_map(corners).collect::<Vec<_>>(),
            );
        }
        out.extend(b"/Contents");
        text_string(&mut out, words);
        match target {
            Target::Url(url) => {
                out.extend(b"/A<</S/URI/URI");
                literal(&mut out, ascii(url).as_bytes());
                out.extend(b">>");
            }
            Target::Page(page, x, y) => {
                out.extend(b"/Dest");
                self.destination(&mut out, (page + first, *x, *y));
            }
        }
        out.extend(format!("/StructParent {key}>>").as_bytes());
        out
    }
    pub(super) fn destination(&self, out: &mut Vec<u8>, (page, x, y): (usize, i64, i64)) {
        let page = self
            .pages
            .get(page)
            .or(self.pages.first())
            .copied()
            .unwrap_or(0);
        out.extend(format!("[{page} 0 R/XYZ ").as_bytes());
        number(out, x);
        out.push(b' ');
        number(out, y);
        out.extend(b" 0]");
    }
}

/// An address in ASCII (RFC 3986): other characters as the bytes of their UTF-8.
fn ascii(url: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_graphic() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    url.bytes().map(byte).collect()
}
