//! The metadata stream of a PDF/X-4 (ISO 15930-7 6.8): XMP with the names of the standard, of the file
//! and of its version.

use std::fmt::Write as _;

use lopdf::{Object, Stream, dictionary};
use raadspost_content::xml::escaped_text;

use crate::pdf::head::Head;

/// The metadata stream, not compressed, so that tools that do not read PDF find it.
pub(crate) fn stream(head: &Head<'_>) -> Object {
    let dict = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let mut stream = Stream::new(dict, packet(head).into_bytes());
    stream.allows_compression = false;
    Object::Stream(stream)
}

/// A UUID in the form of RFC 9562, from sixteen bytes that are not random: version 8.
fn uuid(bytes: &[u8; 16]) -> String {
    let mut bytes = *bytes;
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn packet(head: &Head<'_>) -> String {
    let date = format!("{}T00:00:00Z", head.date);
    let (id, title) = (uuid(&head.id), escaped_text(head.title));
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\"\
         \n xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\
         \n xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\
         \n xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\"\
         \n xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\
         \n xmlns:pdfxid=\"http://www.npes.org/pdfx/ns/id/\">\n\
         <dc:format>application/pdf</dc:format>\n\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\n\
         <xmp:CreateDate>{date}</xmp:CreateDate>\n\
         <xmp:ModifyDate>{date}</xmp:ModifyDate>\n\
         <xmp:MetadataDate>{date}</xmp:MetadataDate>\n\
         <xmp:CreatorTool>Raadspost</xmp:CreatorTool>\n\
         <xmpMM:DocumentID>uuid:{id}</xmpMM:DocumentID>\n\
         <xmpMM:VersionID>1</xmpMM:VersionID>\n\
         <xmpMM:RenditionClass>default</xmpMM:RenditionClass>\n\
         <pdf:Producer>Raadspost</pdf:Producer>\n\
         <pdf:Trapped>False</pdf:Trapped>\n\
         <pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>\n\
         </rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_text_and_an_id_a_uuid() {
        let head = Head {
            id: [0xFF; 16],
            title: "a <b> & \u{1}c",
            date: "2026-03-02",
            intent: None,
            has_parts: false,
            part: None,
            has_marks: false,
        };
        let packet = packet(&head);
        assert!(packet.contains(">a &lt;b&gt; &amp; c<"), "{packet}");
        assert!(packet.contains("uuid:ffffffff-ffff-8fff-bfff-ffffffffffff"));
        assert!(packet.contains("<xmp:ModifyDate>2026-03-02T00:00:00Z<"));
    }
}
