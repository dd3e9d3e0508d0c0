//! The outline, from the headings (ISO 32000-1, 12.3.3).

use super::assembly::Making;
use super::file::Id;
use super::number::text_string;
use super::scan::{Bookmark, Scan};

impl Making {
    /// The outline; one without entries in a file without headings.
    pub(super) fn outline(&mut self, scans: &[&Scan]) -> Id {
        let mut bookmarks: Vec<(Bookmark, Id)> = Vec::new();
        let mut first = 0;
        for scan in scans {
            for bookmark in &scan.bookmarks {
                let mut bookmark = bookmark.clone();
                bookmark.at.0 += first;
                bookmarks.push((bookmark, self.file.reserve()));
            }
            first += scan.pages.len();
        }
        let root = self.file.reserve();
        let object = match self.outline_level(&bookmarks, root) {
            Some((from, to, count)) => {
                format!("<</Type/Outlines/First {from} 0 R/Last {to} 0 R/Count {count}>>")
            }
            None => "<</Type/Outlines/Count 0>>".to_owned(),
        };
        self.file.put(root, object.into());
        root
    }

    /// The entries of one level and all below them: the first, the last, and how many there are.
    pub(super) fn outline_level(
        &mut self,
        bookmarks: &[(Bookmark, Id)],
        parent: Id,
    ) -> Option<(Id, Id, usize)> {
        let level = bookmarks.iter().map(|(bookmark, _)| bookmark.level).min()?;
        // The first entry counts to the level, whatever its own.
        let mut groups: Vec<&[(Bookmark, Id)]> = Vec::new();
        let mut rest = bookmarks;
        while !rest.is_empty() {
            let next = rest[1..]
                .iter()
                .position(|(bookmark, _)| bookmark.level == level);
            let (group, after) = rest.split_at(next.map_or(rest.len(), |at| at + 1));
            groups.push(group);
            rest = after;
        }
        let ids: Vec<Id> = groups.iter().map(|group| group[0].1).collect();
        let mut count = ids.len();
        for (at, group) in groups.iter().enumerate() {
            let (bookmark, id) = &group[0];
            let mut out = b"<</Title".to_vec();
            text_string(&mut out, &bookmark.title);
            out.extend(format!("/Parent {parent} 0 R").as_bytes());
            if at > 0 {
                out.extend(format!("/Prev {} 0 R", ids[at - 1]).as_bytes());
            }
            if let Some(next) = ids.get(at + 1) {
                out.extend(format!("/Next {next} 0 R").as_bytes());
            }
            if let Some((from, to, below)) = self.outline_level(&group[1..], *id) {
                out.extend(format!("/First {from} 0 R/Last {to} 0 R/Count {below}").as_bytes());
                count += below;
            }
            out.extend(b"/Dest");
            self.destination(&mut out, bookmark.at);
            out.extend(b">>");
            self.file.put(*id, out);
        }
        Some((*ids.first()?, *ids.last()?, count))
    }
}
