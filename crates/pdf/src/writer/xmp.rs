//! The metadata packet (ISO 16684-1), with what PDF/A-2a and PDF/UA-1 ask for.

use raadspost_content::xml::{escaped_attribute, escaped_text};

use super::Info;

/// Describes the one property that PDF/A does not know (ISO 19005-2, 6.6.2.3.3).
const EXTENSION: &str = "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
<pdfaSchema:schema>PDF/UA</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>";

const NAMESPACES: [(&str, &str); 8] = [
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ("pdf", "http://ns.adobe.com/pdf/1.3/"),
    ("pdfaid", "http://www.aiim.org/pdfa/ns/id/"),
    ("pdfuaid", "http://www.aiim.org/pdfua/ns/id/"),
    ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
    ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
    ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
];

/// The packet; stored as it is, so that a program that knows no PDF can find it.
pub(crate) fn packet(info: &Info<'_>) -> Vec<u8> {
    let mut out = String::from(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\"",
    );
    for (prefix, uri) in NAMESPACES {
        out.push_str(&format!(" xmlns:{prefix}=\"{uri}\""));
    }
    // Plain properties as attributes, the shorter form (7.5); only the marks of PDF/A and PDF/UA
    // stand in elements, for programs that look for them without reading XML.
    let date = info.xmp_date();
    for (name, value) in [
        ("xmp:CreatorTool", info.creator),
        ("xmp:CreateDate", &date),
        ("xmp:ModifyDate", &date),
        ("pdf:Keywords", info.keyword),
    ] {
        if !value.is_empty() {
            out.push_str(&format!(" {name}=\"{}\"", escaped_attribute(value)));
        }
    }
    out.push('>');
    let title = format!(
        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:title>",
        escaped_text(info.title)
    );
    out.push_str(&title);
    if !info.author.is_empty() {
        let author = escaped_text(info.author);
        out.push_str(&format!(
            "<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>"
        ));
    }
    if !info.description.is_empty() {
        let description = escaped_text(info.description);
        out.push_str(&format!(
            "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{description}</rdf:li></rdf:Alt>\
             </dc:description>"
        ));
    }
    let language = escaped_text(&info.locale.rfc_3066());
    out.push_str(&format!(
        "<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>\
         <pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>\
         <pdfuaid:part>1</pdfuaid:part>{EXTENSION}\
         </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
    ));
    out.into_bytes()
}
