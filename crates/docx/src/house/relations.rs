//! Relationships of the reference document (ECMA-376 Part 2, 6.5), and where they lead.

use super::container::Container;
use super::{Unfit, foreign, local};

/// A relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relation {
    pub(crate) id: String,
    /// The whole type.
    pub(crate) kind: String,
    /// A part's name without the leading slash, or an address outside.
    pub(crate) target: String,
    /// Whether it leads outside of the package.
    pub(crate) external: bool,
}

impl Relation {
    /// Whether it leads to a part of this kind, by the end of its type, which the transitional and
    /// the strict variant share.
    pub(crate) fn is(&self, noun: &str) -> bool {
        !self.external && self.noun() == noun
    }

    /// The end of its type.
    pub(crate) fn noun(&self) -> &str {
        self.kind.rsplit('/').next().unwrap_or_default()
    }
}

/// The main document.
pub(crate) fn main_part(container: &Container) -> Result<String, Unfit> {
    let of_package = relations(container, "")?;
    let main = of_package.into_iter().find(|one| one.is("officeDocument"));
    main.map(|one| one.target)
        .ok_or_else(|| Unfit::Missing("word/document.xml".into()))
}

/// The relationships of a part; the package itself has no name.
pub(crate) fn relations(container: &Container, owner: &str) -> Result<Vec<Relation>, Unfit> {
    let (folder, file) = owner.rsplit_once('/').unwrap_or(("", owner));
    let slash = if folder.is_empty() { "" } else { "/" };
    let name = format!("{folder}{slash}_rels/{file}.rels");
    if container.get(&name).is_none() {
        return Ok(Vec::new());
    }
    let root = foreign(container, &name)?;
    let mut found = Vec::new();
    for element in root
        .elements()
        .filter(|one| local(&one.name) == "Relationship")
    {
        let value = |name: &str| element.get(name).unwrap_or_default().to_owned();
        let external = element.get("TargetMode") == Some("External");
        let target = value("Target");
        found.push(Relation {
            id: value("Id"),
            kind: value("Type"),
            target: if external {
                target
            } else {
                resolved(folder, &target)
            },
            external,
        });
    }
    Ok(found)
}

/// A target, from the folder of its owner; what leads above the package stays at its top.
fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn targets_are_relative_to_their_owner() {
        assert_eq!(resolved("word", "media/a.png"), "word/media/a.png");
        assert_eq!(resolved("word", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(resolved("word", "../a/./b.xml"), "a/b.xml");
        assert_eq!(resolved("", "../../../etc/passwd"), "etc/passwd");
    }
}
