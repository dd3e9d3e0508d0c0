//! Fields and links in a header (ECMA-376 17.16): those that show what Word knows, and no other.

use super::Unfit;
use super::story::Story;
use crate::xml::{Element, Node};

/// Fields that show what Word knows already (17.16.5); any other may fetch or run something.
const FIELDS: [&str; 21] = [
    "PAGE",
    "NUMPAGES",
    "SECTION",
    "SECTIONPAGES",
    "PAGEREF",
    "REF",
    "STYLEREF",
    "TITLE",
    "SUBJECT",
    "AUTHOR",
    "COMMENTS",
    "KEYWORDS",
    "DOCPROPERTY",
    "FILENAME",
    "DATE",
    "TIME",
    "SAVEDATE",
    "CREATEDATE",
    "PRINTDATE",
    "QUOTE",
    "IF",
];

impl Story<'_> {
    /// Looks at the instructions of fields; one may be spread over runs, and hold others.
    pub(super) fn fields(&self, root: &Element<'_>) -> Result<(), Unfit> {
        let mut open: Vec<String> = Vec::new();
        self.walk_fields(root, &mut open)?;
        // What is not closed was not meant to be read.
        open.iter()
            .try_for_each(|instruction| self.field(instruction))
    }

    fn walk_fields(&self, element: &Element<'_>, open: &mut Vec<String>) -> Result<(), Unfit> {
        for child in element.elements() {
            match child.name.as_ref() {
                "w:fldSimple" => {
                    self.field(child.get("w:instr").unwrap_or_default())?;
                }
                "w:fldChar" => match child.get("w:fldCharType") {
                    Some("begin") => open.push(String::new()),
                    Some("separate") => {
                        if let Some(instruction) = open.last() {
                            self.field(instruction)?;
                        }
                    }
                    _ => {
                        if let Some(instruction) = open.pop() {
                            self.field(&instruction)?;
                        }
                    }
                },
                "w:instrText" => {
                    for node in &child.children {
                        if let Node::Text(text) = node {
                            match open.last_mut() {
                                Some(instruction) => instruction.push_str(text),
                                None => self.field(text)?,
                            }
                        }
                    }
                }
                _ => {}
            }
            self.walk_fields(child, open)?;
        }
        Ok(())
    }

    fn field(&self, instruction: &str) -> Result<(), Unfit> {
        let mut words = instruction.split_whitespace();
        let word = words.next().unwrap_or_default().to_ascii_uppercase();
        if word.is_empty() || FIELDS.contains(&word.as_str()) {
            return Ok(());
        }
        if word == "HYPERLINK" {
            let address = words.next().unwrap_or_default().trim_matches('"');
            return self.leads_to_the_web(address);
        }
        Err(self.active(format!(
            "the field `{word}`, which may fetch or run something"
        )))
    }

    /// Links may lead to the web and to a mailbox.
    pub(super) fn leads_to_the_web(&self, address: &str) -> Result<(), Unfit> {
        let scheme = address.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" | "mailto" => Ok(()),
            _ => Err(self.active(format!("a link to `{address}`"))),
        }
    }
}
