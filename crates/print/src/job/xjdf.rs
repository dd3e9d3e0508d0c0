//! `ticket.xjdf`: the job ticket for machines, in XJDF 2 (CIP4). It names the files, and for the sets of
//! the document parts in them the paper and the staple.

use raadspost_content::xml::Element;
use raadspost_run::{Approval, CampaignRecord};

use crate::draw::ticket::TicketFacts;
use crate::job::production::Production;
use crate::out::reconciliation::Reconciliation;
use crate::profile::{Colours, Fold, Paper, Plex, PrintProfile};
use crate::sizes::A4_PT;

const NAMESPACE: &str = "http://www.CIP4.org/JDFSchema_2_0";

/// The path of the production of a set in the document part metadata.
const PRODUCTION: &str = "/Raadspost_Set/Production";

/// The ticket as XML.
pub(crate) fn ticket(facts: &TicketFacts<'_>) -> String {
    let TicketFacts {
        profile,
        sums,
        campaign,
        posting_date,
        approval,
        // Files of the campaign, which no press has.
        envelope_files: _,
        first_mark: _,
        is_grey,
    } = facts;
    let mut types = vec!["Interpreting", "Rendering", "DigitalPrinting"];
    types.extend(profile.staple.map(|_| "Stitching"));
    types.extend(profile.fold.map(|_| "Folding"));
    let time = match approval {
        Some(approval) => approval.at.clone(),
        None => format!("{}T00:00:00Z", campaign.date),
    };
    let header = Element::new("Header")
        .with("AgentName", "Raadspost")
        .with("AgentVersion", env!("CARGO_PKG_VERSION"))
        .with("DeviceID", "Raadspost")
        .with("Time", time);
    let audits = Element::new("AuditPool").and(Element::new("AuditCreated").and(header));
    let mut root = Element::new("XJDF")
        .with("xmlns", NAMESPACE)
        .with("DescriptiveName", &campaign.title)
        .with("JobID", &sums.job)
        .with("Types", types.join(" "))
        .and(audits);
    if let Some(notes) = &profile.notes {
        let language = &campaign.language;
        let comment = Element::new("Comment").with("Language", language);
        root = root.and(comment.saying(notes));
    }
    root.and(identifier("Campaign", &campaign.id))
        .and(Element::new("ProductList").and(product(profile, sums)))
        .and(customer(campaign))
        .and(contact(campaign))
        .and(
            input("NodeInfo", None).and(resource(
                Element::new("NodeInfo")
                    .with("LastEnd", format!("{posting_date}T23:59:59Z"))
                    .with("NaturalLang", &campaign.language)
                    .with("Status", "Waiting"),
            )),
        )
        .and_all(approval.map(approved))
        .and(run_list(sums))
        .and(media(profile, sums))
        .and(colorants(profile, *is_grey))
        .and(printing(profile))
        .and_all(stitching(profile))
        .and_all(folding(profile, types.len() - 1))
        .and(
            set("Component")
                .with("Usage", "Output")
                .and(component(sums.printed)),
        )
        .document()
}

fn set(name: &str) -> Element {
    Element::new("ResourceSet").with("Name", name)
}

/// A set that goes into the processes with these indices.
fn input(name: &str, processes: Option<&str>) -> Element {
    let mut element = Element::new("ResourceSet");
    if let Some(processes) = processes {
        element = element.with("CombinedProcessIndex", processes);
    }
    element.with("Name", name).with("Usage", "Input")
}

fn resource(specific: Element) -> Element {
    Element::new("Resource").and(specific)
}

fn identifier(usage: &str, value: &str) -> Element {
    Element::new("GeneralID")
        .with("IDUsage", usage)
        .with("IDValue", value)
}

fn part(production: &str) -> Element {
    Element::new("Part").with("Option", production)
}

fn product(profile: &PrintProfile, sums: &Reconciliation) -> Element {
    let (width, height) = A4_PT;
    let sides = match profile.plex {
        Plex::Simplex => "OneSided",
        Plex::Duplex => "TwoSidedHeadToHead",
    };
    let inks = match profile.colours {
        Colours::Keep => "Cyan Magenta Yellow Black",
        Colours::Black => "Black",
    };
    let intent = |name: &str, own: Element| Element::new("Intent").with("Name", name).and(own);
    let surface = |side: &str| {
        Element::new("SurfaceColor")
            .with("ColorsUsed", inks)
            .with("Surface", side)
    };
    let mut colours = Element::new("ColorIntent").and(surface("Front"));
    if profile.plex == Plex::Duplex {
        colours = colours.and(surface("Back"));
    }
    let layout = Element::new("LayoutIntent")
        .with("Dimensions", format!("{width} {height}"))
        .with("FinishedDimensions", format!("{width} {height} 0"))
        .with("Sides", sides);
    let media = Element::new("MediaIntent")
        .with("MediaType", "Paper")
        .with("Weight", profile.paper.grams);
    Element::new("Product")
        .with("Amount", sums.printed)
        .with("ID", "Letters")
        .with("IsRoot", "true")
        .with("ProductType", "Letter")
        .and(intent("LayoutIntent", layout))
        .and(intent("MediaIntent", media))
        .and(intent("ColorIntent", colours))
}

fn customer(campaign: &CampaignRecord) -> Element {
    let customer = Element::new("CustomerInfo")
        .with("CustomerJobName", &campaign.title)
        .with("CustomerProjectID", &campaign.id);
    input("CustomerInfo", None).and(resource(customer))
}

fn contact(campaign: &CampaignRecord) -> Element {
    let sender = &campaign.sender;
    let mut contact = Element::new("Contact");
    if let Some(email) = &sender.email {
        let channel = Element::new("ComChannel")
            .with("ChannelType", "Email")
            .with("Locator", format!("mailto:{email}"));
        contact = contact.and(channel);
    }
    let company = Element::new("Company").with("OrganizationName", &sender.name);
    let part = Element::new("Part").with("ContactType", "Customer");
    let resource = Element::new("Resource").and(part).and(contact.and(company));
    input("Contact", None).and(resource)
}

fn approved(approval: &Approval) -> Element {
    let mut details = Element::new("ApprovalDetails")
        .with("ApprovalState", "Approved")
        .with(
            "ApprovalStateDetails",
            format!("{}, {}", approval.by, approval.at),
        );
    if let Some(note) = &approval.note {
        details = details.and(Element::new("Comment").saying(note));
    }
    input("ApprovalDetails", None).and(resource(details))
}

fn run_list(sums: &Reconciliation) -> Element {
    let file = |(at, file): (usize, &crate::out::reconciliation::PrintFile)| {
        let spec = Element::new("FileSpec")
            .with("FileSize", file.bytes)
            .with("MimeType", "application/pdf")
            .with("URL", &file.file);
        let found = Element::new("Expr")
            .with("Name", "production")
            .with("Path", PRODUCTION);
        let map = Element::new("MetadataMap")
            .with("Name", "Option")
            .with("ValueFormat", "%s")
            .with("ValueTemplate", "production")
            .and(found);
        let run = Element::new("RunList")
            .with("NPage", file.pages)
            .with("Pages", format!("0 {}", file.pages.saturating_sub(1)))
            .and(spec)
            .and(map);
        Element::new("Resource")
            .and(identifier("SHA-256", &file.sha256))
            .and(Element::new("Part").with("Run", format!("Run-{}", at + 1)))
            .and(run)
    };
    let files = sums.files.iter().enumerate().map(file);
    input("RunList", Some("0")).and_all(files)
}

fn media(profile: &PrintProfile, sums: &Reconciliation) -> Element {
    let (width, height) = A4_PT;
    let per_sheet = profile.plex.sides();
    let slips = sums.slip_pages / per_sheet;
    let annexes = profile.annexes.as_ref().map(|_| sums.annex_sheets);
    let own = sums.sheets - annexes.unwrap_or(0) + slips;
    let paper = |id: &str, paper: &Paper, sheets: u32, is_annex: bool| {
        let amount = Element::new("PartAmount").with("Amount", sheets);
        let mut resource = Element::new("Resource")
            .with("DescriptiveName", &paper.name)
            .with("ID", id)
            .and(Element::new("AmountPool").and(amount));
        if let Some(tray) = &paper.tray {
            resource = resource.and(identifier("Tray", tray));
        }
        for is_stapled in [false, true] {
            let production = Production {
                is_annex,
                is_stapled,
            };
            resource = resource.and(part(production.name()));
        }
        if !is_annex {
            resource = resource.and(part("slip"));
        }
        let media = Element::new("Media")
            .with("Dimension", format!("{width} {height}"))
            .with("MediaType", "Paper")
            .with("MediaUnit", "Sheet")
            .with("Weight", paper.grams);
        resource.and(media)
    };
    let annexes = profile.annexes.as_ref().zip(annexes);
    input("Media", Some("2"))
        .and(paper("Paper", &profile.paper, own, false))
        .and_all(annexes.map(|(annexes, sheets)| paper("AnnexPaper", annexes, sheets, true)))
}

fn colorants(profile: &PrintProfile, is_grey: bool) -> Element {
    let model = match profile.colours {
        Colours::Keep if !is_grey => "DeviceCMYK",
        Colours::Keep | Colours::Black => "DeviceGray",
    };
    let control = Element::new("ColorantControl").with("ProcessColorModel", model);
    input("ColorantControl", Some("1 2")).and(resource(control))
}

fn printing(profile: &PrintProfile) -> Element {
    let sides = match profile.plex {
        Plex::Simplex => "OneSidedFront",
        Plex::Duplex => "TwoSided",
    };
    let params = Element::new("DigitalPrintingParams")
        .with("Collate", "Sheet")
        .with("Sides", sides);
    input("DigitalPrintingParams", Some("2")).and(resource(params))
}

fn stitching(profile: &PrintProfile) -> Option<Element> {
    profile.staple?;
    let mut resource = Element::new("Resource");
    for is_annex in [false, true] {
        let production = Production {
            is_annex,
            is_stapled: true,
        };
        if !is_annex || profile.annexes.is_some() {
            resource = resource.and(part(production.name()));
        }
    }
    let params = Element::new("StitchingParams")
        .with("NumberOfStitches", 1)
        .with("StitchType", "Corner");
    Some(input("StitchingParams", Some("3")).and(resource.and(params)))
}

fn folding(profile: &PrintProfile, process: usize) -> Option<Element> {
    let details = match profile.fold? {
        Fold::Half => "HalfFold",
        Fold::Letter => "LetterFold",
        Fold::Z => "ZFold",
    };
    let params = Element::new("FoldingParams").with("FoldingDetails", details);
    Some(input("FoldingParams", Some(&process.to_string())).and(resource(params)))
}

fn component(letters: u32) -> Element {
    let amount = Element::new("PartAmount").with("Amount", letters);
    Element::new("Resource")
        .and(Element::new("AmountPool").and(amount))
        .and(Element::new("Component").with("ProductType", "Letter"))
}
