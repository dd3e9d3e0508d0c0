//! E-ARK: a SIP after CSIP and E-ARK SIP 2.2 (DILCIS Board). Its one representation holds the SIP in
//! sidecar structure with its packing slip; round it lie METS, which lists all files, PREMIS, which
//! says what happened to them, and the sidecar of the uppermost object as descriptive metadata.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use tempfile::SpooledTempFile;

use crate::digest::Pass;
use crate::formats::{TEXT, UNKNOWN, XML};
use crate::mdto::elements::{Event, Identity};
use crate::sip::container::Container;
use crate::sip::names;
use crate::sip::pakbon::PackingSlip;
use crate::sip::spool::sized;
use crate::xml::escaped;

/// The folder of the payload (CSIP, 4.1).
pub(crate) const PAYLOAD: &str = "representations/rep1/data/";
/// METS of the package.
pub(crate) const METS: &str = "METS.xml";
/// METS of the representation.
pub(crate) const REPRESENTATION: &str = "representations/rep1/METS.xml";
/// The folder of the representation.
const FOLDER: &str = "representations/rep1/";
/// What happened to the package.
const PREMIS: &str = "metadata/preservation/premis.xml";
/// The folder of descriptive metadata.
const DESCRIPTIVE: &str = "metadata/descriptive/";

const PROFILE: &str = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml";
const NAMESPACES: &str = "xmlns=\"http://www.loc.gov/METS/\" \
    xmlns:csip=\"https://DILCIS.eu/XML/METS/CSIPExtensionMETS\" \
    xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
    xsi:schemaLocation=\"http://www.loc.gov/METS/ http://www.loc.gov/standards/mets/mets.xsd \
    http://www.w3.org/1999/xlink http://www.loc.gov/standards/mets/xlink.xsd \
    https://DILCIS.eu/XML/METS/CSIPExtensionMETS \
    https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd\"";
const CONTENT: &str = "csip:CONTENTINFORMATIONTYPE=\"OTHER\" \
    csip:OTHERCONTENTINFORMATIONTYPE=\"MDTO 1.0.1 in sidecars\"";

/// Who made a package and what happened to what is in it, for METS and PREMIS.
#[derive(Debug, Clone)]
pub(crate) struct Provenance {
    /// The tool and its version, `raadspost 0.1.0`.
    pub(crate) tool: String,
    /// The identification of the archiefvormer, if the register has it.
    pub(crate) creator: Option<Identity>,
    pub(crate) events: Vec<Event>,
}

/// A package that is being written.
pub(crate) struct Eark {
    /// The moment of the package (RFC 3339).
    time: String,
    /// Elements `file` of the representation's METS.
    files: SpooledTempFile,
    /// Elements `object` of PREMIS.
    objects: SpooledTempFile,
    /// Files so far.
    number: u64,
    /// The sidecar of the uppermost object, with its name.
    descriptive: (String, Vec<u8>),
}

impl Eark {
    /// A package without files.
    pub(crate) fn new(files: SpooledTempFile, objects: SpooledTempFile, time: &str) -> Self {
        Self {
            time: time.to_owned(),
            files,
            objects,
            number: 0,
            descriptive: Default::default(),
        }
    }

    /// Keeps the sidecar of the uppermost object.
    pub(crate) fn describe(&mut self, name: String, sidecar: &[u8]) {
        self.descriptive = (name, sidecar.to_vec());
    }

    /// Lists a file of the payload; its path has the folder of the payload.
    pub(crate) fn list(&mut self, path: &str, pass: &Pass) -> io::Result<()> {
        self.number += 1;
        let path = path.strip_prefix(FOLDER).unwrap_or(path);
        let id = format!("file-{}", self.number);
        let file = file_element(&id, path, pass, &self.time)?;
        self.files.write_all(file.as_bytes())?;
        if names::is_sidecar(path) {
            return Ok(());
        }
        let format = match pass.format {
            // The packing slip.
            Some(TEXT) if path.ends_with(".xml") => XML,
            format => format.unwrap_or(UNKNOWN),
        };
        write!(
            self.objects,
            "<object xsi:type=\"file\">\n{}<objectCharacteristics>\n\
             <fixity>\n<messageDigestAlgorithm>SHA-256</messageDigestAlgorithm>\n\
             <messageDigest>{}</messageDigest>\n</fixity>\n<size>{}</size>\n<format>\n\
             <formatDesignation><formatName>{}</formatName></formatDesignation>\n\
             <formatRegistry><formatRegistryName>PRONOM</formatRegistryName>\
             <formatRegistryKey>{}</formatRegistryKey></formatRegistry>\n</format>\n\
             </objectCharacteristics>\n</object>\n",
            identifier("object", path)?,
            pass.sha256,
            pass.bytes,
            escaped(format.label)?,
            escaped(format.puid)?,
        )
    }

    /// Writes METS and PREMIS.
    pub(crate) fn close(
        mut self,
        container: &mut Container<'_>,
        slip: &PackingSlip,
        provenance: &Provenance,
    ) -> io::Result<()> {
        let Self {
            time,
            files,
            objects,
            descriptive: (name, sidecar),
            ..
        } = &mut self;
        let descriptive = format!("{DESCRIPTIVE}{name}");
        let size = sidecar.len() as u64;
        let described = container.add(&descriptive, size, &mut sidecar.as_slice(), false)?;

        // The lists are streams, whatever their length: they are put between head and foot.
        let (head, foot) = premis(slip, provenance, time)?;
        let preserved = streamed(container, PREMIS, &head, objects, &foot)?;

        let mut head = mets(slip, provenance, time, "rep1")?;
        let _ = write!(
            head,
            "<fileSec ID=\"file-section\">\n<fileGrp ID=\"data\" USE=\"Data\">\n"
        );
        let foot = "</fileGrp>\n</fileSec>\n\
            <structMap ID=\"structure\" TYPE=\"PHYSICAL\" LABEL=\"CSIP\">\n\
            <div ID=\"representation\" LABEL=\"rep1\">\n\
            <div ID=\"representation-data\" LABEL=\"Data\"><fptr FILEID=\"data\"/></div>\n\
            </div>\n</structMap>\n</mets>\n";
        let represented = streamed(container, REPRESENTATION, &head, files, foot)?;

        let mut root = mets(slip, provenance, time, &slip.name)?;
        let _ = write!(
            root,
            "<dmdSec ID=\"descriptive\" CREATED=\"{time}\" STATUS=\"CURRENT\">\n{}</dmdSec>\n\
             <amdSec ID=\"administrative\">\n\
             <digiprovMD ID=\"provenance\" CREATED=\"{time}\" STATUS=\"CURRENT\">\n{}</digiprovMD>\n\
             </amdSec>\n\
             <fileSec ID=\"file-section\">\n\
             <fileGrp ID=\"representation\" USE=\"Representations/rep1\" {CONTENT}>\n{}</fileGrp>\n\
             </fileSec>\n\
             <structMap ID=\"structure\" TYPE=\"PHYSICAL\" LABEL=\"CSIP\">\n\
             <div ID=\"package\" LABEL=\"{}\">\n\
             <div ID=\"package-metadata\" LABEL=\"Metadata\" ADMID=\"provenance\" DMDID=\"descriptive\"/>\n\
             <div ID=\"package-representation\" LABEL=\"Representations/rep1\">\
             <mptr LOCTYPE=\"URL\" xlink:type=\"simple\" xlink:href=\"{REPRESENTATION}\" xlink:title=\"representation\"/>\
             </div>\n</div>\n</structMap>\n</mets>\n",
            reference(
                &descriptive,
                "MDTYPE=\"OTHER\" OTHERMDTYPE=\"MDTO\"",
                &described,
                time
            )?,
            reference(
                PREMIS,
                "MDTYPE=\"PREMIS\" MDTYPEVERSION=\"3.0\"",
                &preserved,
                time
            )?,
            file_element("representation-mets", REPRESENTATION, &represented, time)?,
            escaped(&slip.name)?,
        );
        let size = root.len() as u64;
        container.add(METS, size, &mut root.as_bytes(), false)?;
        Ok(())
    }
}

/// Adds a file that is a list between head and foot.
fn streamed(
    container: &mut Container<'_>,
    path: &str,
    head: &str,
    list: &mut SpooledTempFile,
    foot: &str,
) -> io::Result<Pass> {
    let (size, list) = sized(list)?;
    let size = size + (head.len() + foot.len()) as u64;
    let mut reader = io::Read::chain(io::Read::chain(head.as_bytes(), list), foot.as_bytes());
    container.add(path, size, &mut reader, false)
}

/// The head of a METS file up to its agents (CSIP1 to CSIP16, SIP3 to SIP17).
fn mets(slip: &PackingSlip, provenance: &Provenance, time: &str, id: &str) -> io::Result<String> {
    let (tool, version) = provenance
        .tool
        .split_once(' ')
        .unwrap_or((&provenance.tool, "?"));
    let creator = match &provenance.creator {
        Some(Identity { key, origin }) => format!(
            "<note csip:NOTETYPE=\"IDENTIFICATIONCODE\">{}: {}</note>",
            escaped(origin)?,
            escaped(key)?
        ),
        None => String::new(),
    };
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <mets {NAMESPACES} OBJID=\"{}\" LABEL=\"{}\" TYPE=\"Mixed\" PROFILE=\"{PROFILE}\" {CONTENT}>\n\
         <metsHdr CREATEDATE=\"{time}\" RECORDSTATUS=\"NEW\" csip:OAISPACKAGETYPE=\"SIP\">\n\
         <agent ROLE=\"CREATOR\" TYPE=\"OTHER\" OTHERTYPE=\"SOFTWARE\"><name>{}</name>\
         <note csip:NOTETYPE=\"SOFTWARE VERSION\">{}</note></agent>\n\
         <agent ROLE=\"ARCHIVIST\" TYPE=\"ORGANIZATION\"><name>{}</name>{creator}</agent>\n\
         <agent ROLE=\"CREATOR\" TYPE=\"ORGANIZATION\"><name>{}</name></agent>\n\
         </metsHdr>\n",
        escaped(id)?,
        escaped(&slip.title)?,
        escaped(tool)?,
        escaped(version)?,
        escaped(&slip.creator)?,
        escaped(&slip.contact)?,
    ))
}

/// The attributes by which METS binds a file (CSIP: size, creation, checksum).
fn bound(path: &str, pass: &Pass, time: &str) -> String {
    let mime = if path.ends_with(".xml") {
        "text/xml"
    } else {
        pass.format.unwrap_or(UNKNOWN).mime()
    };
    format!(
        "MIMETYPE=\"{mime}\" SIZE=\"{}\" CREATED=\"{time}\" CHECKSUM=\"{}\" CHECKSUMTYPE=\"SHA-256\"",
        pass.bytes, pass.sha256
    )
}

fn file_element(id: &str, path: &str, pass: &Pass, time: &str) -> io::Result<String> {
    Ok(format!(
        "<file ID=\"{id}\" {}><FLocat LOCTYPE=\"URL\" xlink:type=\"simple\" xlink:href=\"{}\"/></file>\n",
        bound(path, pass, time),
        escaped(path)?
    ))
}

fn reference(path: &str, kind: &str, pass: &Pass, time: &str) -> io::Result<String> {
    Ok(format!(
        "<mdRef LOCTYPE=\"URL\" {kind} xlink:type=\"simple\" xlink:href=\"{}\" {}/>\n",
        escaped(path)?,
        bound(path, pass, time)
    ))
}

/// Head and foot of PREMIS 3.0: the package as an object, and what happened to it by whom.
fn premis(slip: &PackingSlip, provenance: &Provenance, time: &str) -> io::Result<(String, String)> {
    let mut head = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <premis xmlns=\"http://www.loc.gov/premis/v3\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"3.0\">\n\
         <object xsi:type=\"intellectualEntity\">\n{}</object>\n",
        identifier("object", &slip.identification)?
    );
    head.push('\n');
    let mut foot = String::new();
    let mut agents: Vec<(&str, &str)> = Vec::new();
    let made = provenance.events.iter().map(|event| {
        let kind = match event.kind {
            "Creatie" => "creation",
            "Accordering" => "approval",
            "Verzending" => "dissemination",
            other => other,
        };
        let agent = event.actor.as_deref().map(|name| (name, "organization"));
        (kind, event.time.as_str(), event.result.as_deref(), agent)
    });
    let digested = (
        "message digest calculation",
        time,
        Some("SHA-256"),
        Some((provenance.tool.as_str(), "software")),
    );
    for (number, (kind, time, result, agent)) in made.chain([digested]).enumerate() {
        let _ = write!(
            foot,
            "<event>\n{}<eventType>{kind}</eventType>\n<eventDateTime>{}</eventDateTime>\n",
            identifier(
                "event",
                &format!("{}#event-{}", slip.identification, number + 1)
            )?,
            escaped(time)?
        );
        if let Some(result) = result {
            let _ = writeln!(
                foot,
                "<eventDetailInformation><eventDetail>{}</eventDetail></eventDetailInformation>",
                escaped(result)?
            );
        }
        if let Some((name, role)) = agent {
            foot.push_str(&identifier("linkingAgent", name)?);
            if !agents.iter().any(|(known, _)| *known == name) {
                // A name that approves is a person's.
                let role = if kind == "approval" { "person" } else { role };
                agents.push((name, role));
            }
        }
        foot.push_str(&identifier("linkingObject", &slip.identification)?);
        foot.push_str("</event>\n");
    }
    for (name, role) in agents {
        let _ = write!(
            foot,
            "<agent>\n{}<agentName>{}</agentName>\n<agentType>{role}</agentType>\n</agent>\n",
            identifier("agent", name)?,
            escaped(name)?
        );
    }
    foot.push_str("</premis>\n");
    Ok((head, foot))
}

/// An identifier of PREMIS.
fn identifier(what: &str, value: &str) -> io::Result<String> {
    Ok(format!(
        "<{what}Identifier><{what}IdentifierType>local</{what}IdentifierType>\
         <{what}IdentifierValue>{}</{what}IdentifierValue></{what}Identifier>\n",
        escaped(value)?
    ))
}
