//! Makes small packages from texts.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

const NAMESPACES: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing""#;
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of a package, which tests change.
#[derive(Clone)]
pub(crate) struct Docx(pub(crate) Vec<(String, String)>);

impl Docx {
    /// The example with one text in one part replaced, which must be there.
    pub(crate) fn with(mut self, part: &str, from: &str, to: &str) -> Self {
        let (_, text) = self
            .0
            .iter_mut()
            .find(|(name, _)| name == part)
            .expect("the part is there");
        assert!(text.contains(from), "{from} is not in {part}");
        *text = text.replacen(from, to, 1);
        self
    }

    pub(crate) fn without(mut self, part: &str) -> Self {
        self.0.retain(|(name, _)| name != part);
        self
    }

    pub(crate) fn and(mut self, part: &str, text: &str) -> Self {
        self.0.push((part.into(), text.into()));
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let files: Vec<(&str, &[u8])> = self
            .0
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes()))
            .collect();
        zip(&files)
    }
}

/// A deflated zip file.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
        packer.write_all(content).expect("packs");
        let packed = packer.finish().expect("packs");
        let mut crc = Crc::new();
        crc.update(content);
        let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];
        for number in [
            crc.sum(),
            packed.len() as u32,
            content.len() as u32,
            name.len() as u32,
        ] {
            common.extend(number.to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(packed);
    }
    let (start, size, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn relationships(entries: &[(&str, &str, &str)]) -> String {
    let mut out = String::from(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
    );
    for (id, kind, target) in entries {
        let mode = if target.starts_with("https:") {
            " TargetMode=\"External\""
        } else {
            ""
        };
        out.push_str(&format!(
            "<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"{mode}/>"
        ));
    }
    out + "</Relationships>"
}

/// A motion that keeps every rule.
pub(crate) fn example(municipality: &str) -> Docx {
    let list = |text: &str, num: u32, level: u32| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{num}\"/></w:numPr></w:pPr>{text}</w:p>"
        )
    };
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let sdt = |id: u32, text: &str| {
        format!(
            "<w:sdt><w:sdtPr><w:alias w:val=\"x\"/><w:id w:val=\"{id}\"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{text}</w:sdtContent></w:sdt>"
        )
    };
    let mut body = String::new();
    body += &format!(
        "<w:p w14:paraId=\"00000001\"><w:pPr><w:pStyle w:val=\"Titel\"/></w:pPr>{}</w:p>",
        run("Motie één")
    );
    body += &format!(
        "<w:p w14:paraId=\"00000002\"><w:pPr><w:pStyle w:val=\"Kop1\"/></w:pPr>{}</w:p>",
        run("constaterende&#160;dat")
    );
    body += &format!(
        "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"a\"/>{}{}{}<w:bookmarkEnd w:id=\"1\"/>{}{}{}{}</w:p>",
        run(&format!("De raad van {municipality}, op ")),
        sdt(7, &run("[datum]")),
        "<w:r><w:footnoteReference w:id=\"9\"/></w:r>",
        "<w:del><w:r><w:delText>weg</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>geheim</w:t></w:r>",
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> NOTEREF a \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>",
        format_args!(
            "<w:hyperlink r:id=\"rId9\">{}</w:hyperlink>",
            run(" zie de site")
        ),
        "<w:r><w:br/><w:t>en</w:t><w:tab/><w:t>ver</w:t><w:softHyphen/><w:t>der</w:t><w:footnoteReference w:id=\"4\"/></w:r>",
    );
    body += &list(&run("een;"), 2, 0);
    body += &list(&run("binnen"), 2, 1);
    body += &list(&run("twee."), 2, 0);
    body += &sdt(8, &list(&run("opnieuw"), 3, 0));
    body += &format!(
        "<w:tbl><w:tr><w:tc><w:tcPr/><w:p>{}</w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>",
        run("cel")
    );
    body += "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"a\"/></wp:inline></w:drawing></w:r></w:p>";
    body += "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"2\" name=\"b\"/></wp:inline></w:drawing></w:r></w:p>";
    body += "<w:p><w:pPr><w:sectPr/></w:pPr></w:p><w:sectPr><w:footerReference r:id=\"rId5\"/></w:sectPr>";
    let level = |at: u32, format: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{text}\"/></w:lvl>"
        )
    };
    let note = |id: u32, text: &str| {
        format!(
            "<w:footnote w:id=\"{id}\"><w:p><w:r><w:footnoteRef/></w:r>{}</w:p></w:footnote>",
            run(text)
        )
    };
    let types = [
        "word/document.xml",
        "word/styles.xml",
        "word/numbering.xml",
        "word/footnotes.xml",
        "word/footer1.xml",
        "docProps/core.xml",
    ];
    let overrides: String = types
        .iter()
        .map(|part| format!("<Override PartName=\"/{part}\" ContentType=\"x\"/>"))
        .collect();
    Docx(vec![
        ("[Content_Types].xml".into(), format!("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"x\"/><Default Extension=\"xml\" ContentType=\"x\"/>{overrides}</Types>")),
        ("_rels/.rels".into(), relationships(&[("rId1", "officeDocument", "word/document.xml"), ("rId2", "metadata/core-properties", "docProps/core.xml")])),
        ("docProps/core.xml".into(), "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\"><dc:title>Titel</dc:title><dc:creator>Posiv</dc:creator></cp:coreProperties>".into()),
        ("word/_rels/document.xml.rels".into(), relationships(&[("rId1", "styles", "styles.xml"), ("rId2", "numbering", "numbering.xml"), ("rId3", "footnotes", "footnotes.xml"), ("rId5", "footer", "footer1.xml"), ("rId9", "hyperlink", "https://example.org/")])),
        ("word/document.xml".into(), format!("<?xml version=\"1.0\"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>")),
        ("word/styles.xml".into(), format!("<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val=\"nl-NL\"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:styleId=\"Normaal\"><w:name w:val=\"Normal\"/></w:style><w:style w:styleId=\"Titel\"><w:name w:val=\"Title\"/><w:basedOn w:val=\"Normaal\"/></w:style><w:style w:styleId=\"Kop1\"><w:name w:val=\"heading 1\"/><w:basedOn w:val=\"Normaal\"/></w:style></w:styles>")),
        ("word/numbering.xml".into(), format!("<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId=\"6\">{}{}</w:abstractNum><w:num w:numId=\"2\"><w:abstractNumId w:val=\"6\"/></w:num><w:num w:numId=\"3\"><w:abstractNumId w:val=\"6\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num></w:numbering>", level(0, "lowerLetter", "%1)"), level(1, "bullet", "–"))),
        ("word/footnotes.xml".into(), format!("<w:footnotes {NAMESPACES}><w:footnote w:type=\"separator\" w:id=\"-1\"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>{}{}</w:footnotes>", note(4, " Tweede noot."), note(9, " Eerste noot."))),
        ("word/footer1.xml".into(), format!("<w:ftr {NAMESPACES}><w:p>{}</w:p></w:ftr>", run("voettekst"))),
    ])
}
