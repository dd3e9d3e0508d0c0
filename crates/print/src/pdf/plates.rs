//! Content that pages of a job have in common: which segments of pages always stand together, learnt
//! from some of the letters. Each such group is drawn from a form (ISO 32000-1 8.10), which a file has
//! once and a printer's controller keeps.

use std::collections::HashMap;

use crate::pdf::segment::{Segment, State};

/// Content of less bytes is no form: it would take as much to name it.
const WORTH: usize = 200;

/// The key of a segment: equal for segments that draw the same in the same state.
pub(crate) type Key = [u8; 32];

/// A part of a page: a form, or segments of its own, as indices of the page's segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// The segments of a form, with its number in the job.
    Form(u32, std::ops::Range<usize>),
    /// A segment that the page has for itself.
    Own(usize),
}

/// The forms of a job.
#[derive(Debug, Default)]
pub(crate) struct Plates {
    /// The form of a segment, and its place there.
    places: HashMap<Key, (u32, usize)>,
    /// The number of segments of each form.
    lengths: Vec<usize>,
}

/// The segment next to another on all pages so far; `Some(None)` is the edge of the page, and `None` means
/// that it differs.
type Neighbour = Option<Option<Key>>;

struct Seen {
    key: Key,
    bytes: usize,
    letter: usize,
    in_several: bool,
    before: Neighbour,
    after: Neighbour,
}

/// Learns from pages which segments stand together.
#[derive(Default)]
pub(crate) struct Learner {
    known: HashMap<Key, usize>,
    seen: Vec<Seen>,
}

impl Learner {
    /// Notes a page of a letter: the keys of its segments in order, and their bytes.
    pub(crate) fn page(&mut self, letter: usize, segments: &[(Key, usize)]) {
        let key = |at: Option<usize>| at.and_then(|at| segments.get(at)).map(|one| one.0);
        for (at, (own, bytes)) in segments.iter().enumerate() {
            let before = key(at.checked_sub(1));
            let after = key(Some(at + 1));
            if let Some(known) = self.known.get(own) {
                let seen = &mut self.seen[*known];
                seen.in_several |= seen.letter != letter;
                seen.before = seen.before.filter(|one| *one == before);
                seen.after = seen.after.filter(|one| *one == after);
            } else {
                self.known.insert(*own, self.seen.len());
                self.seen.push(Seen {
                    key: *own,
                    bytes: *bytes,
                    letter,
                    in_several: false,
                    before: Some(before),
                    after: Some(after),
                });
            }
        }
    }

    /// The segment that always follows one, and follows no other.
    fn next(&self, at: usize) -> Option<usize> {
        let after = self.known[&self.seen[at].after??];
        (self.seen[after].before == Some(Some(self.seen[at].key))).then_some(after)
    }

    /// The forms of what several letters have, in the order in which they were met.
    pub(crate) fn plates(self) -> Plates {
        let mut plates = Plates::default();
        let mut is_after = vec![false; self.seen.len()];
        for at in 0..self.seen.len() {
            if let Some(next) = self.next(at) {
                is_after[next] = true;
            }
        }
        for (at, seen) in self.seen.iter().enumerate() {
            if is_after[at] || !seen.in_several {
                continue;
            }
            let chain: Vec<usize> = std::iter::successors(Some(at), |at| self.next(*at)).collect();
            if chain.iter().map(|at| self.seen[*at].bytes).sum::<usize>() < WORTH {
                continue;
            }
            let number = u32::try_from(plates.lengths.len()).unwrap_or(u32::MAX);
            for (place, at) in chain.iter().enumerate() {
                plates.places.insert(self.seen[*at].key, (number, place));
            }
            plates.lengths.push(chain.len());
        }
        plates
    }
}

impl Plates {
    /// Whether there is no form, so that keys are not needed.
    pub(crate) fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// The parts of a page with these segments. A form is used only if all of it stands together.
    pub(crate) fn parts(&self, keys: &[Key]) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut at = 0;
        while at < keys.len() {
            let whole = self.places.get(&keys[at]).filter(|(_, place)| *place == 0);
            let whole = whole.and_then(|(number, _)| {
                let end = at + self.lengths[*number as usize];
                let own = keys.get(at..end)?.iter().enumerate();
                let mut own =
                    own.map(|(place, key)| self.places.get(key) == Some(&(*number, place)));
                own.all(|is_own| is_own).then_some((*number, end))
            });
            match whole {
                Some((number, end)) => {
                    parts.push(Part::Form(number, at..end));
                    at = end;
                }
                None => {
                    parts.push(Part::Own(at));
                    at += 1;
                }
            }
        }
        parts
    }
}

/// The name of a form in the resources of pages and in the manifest's digests.
pub(crate) fn form_name(number: u32) -> String {
    format!("{FORM}{number}")
}

/// The beginning of the names of forms.
pub(crate) const FORM: &str = "RaadspostForm";

/// The content of a form: its segments, in the state in which they begin.
pub(crate) fn form_content(segments: &[Segment<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(first) = segments.first() {
        first.begins.write_from(&State::INITIAL, &mut out);
    }
    for segment in segments {
        out.extend_from_slice(segment.content);
        out.push(b'\n');
    }
    out
}

/// The content of a page that draws its forms by name. A form leaves the state as it was (8.10.1), so
/// what it set is set again for the page's own segments.
pub(crate) fn page_content(segments: &[Segment<'_>], parts: &[Part]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut state = State::INITIAL;
    for part in parts {
        match part {
            Part::Form(number, _) => {
                out.extend_from_slice(format!("/{} Do\n", form_name(*number)).as_bytes());
            }
            Part::Own(at) => {
                let segment = &segments[*at];
                segment.begins.write_from(&state, &mut out);
                out.extend_from_slice(segment.content);
                out.push(b'\n');
                state = segment.ends;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::segment::segments;

    fn key(letter: char) -> Key {
        [letter as u8; 32]
    }

    /// The forms of letters of one page each, a character for each segment.
    fn learnt(letters: &[&str]) -> Plates {
        let mut learner = Learner::default();
        for (at, letter) in letters.iter().enumerate() {
            let page: Vec<_> = letter.chars().map(|one| (key(one), WORTH)).collect();
            learner.page(at, &page);
        }
        learner.plates()
    }

    /// The parts of a page: forms in brackets.
    fn parts(plates: &Plates, page: &str) -> String {
        let keys: Vec<Key> = page.chars().map(key).collect();
        let parts = plates.parts(&keys).into_iter().map(|part| match part {
            Part::Form(_, range) => format!("[{}]", &page[range]),
            Part::Own(at) => page[at..=at].to_owned(),
        });
        parts.collect()
    }

    #[test]
    fn what_always_stands_together_is_one_form() {
        let plates = learnt(&["abXcd", "abYcd", "abZcd"]);
        assert_eq!(parts(&plates, "abQcd"), "[ab]Q[cd]");
        // A part of a form is the page's own, and so is a form that is torn.
        assert_eq!(parts(&plates, "aQcd"), "aQ[cd]");
        assert_eq!(parts(&plates, "aQbcd"), "aQb[cd]");
    }

    #[test]
    fn a_paragraph_that_some_letters_have_is_a_form_by_itself() {
        let plates = learnt(&["abcd", "abpcd", "abpcd"]);
        assert_eq!(parts(&plates, "abcd"), "[ab][cd]");
        assert_eq!(parts(&plates, "abpcd"), "[ab][p][cd]");
    }

    #[test]
    fn what_one_letter_has_is_no_form() {
        assert!(learnt(&["ab"]).is_empty());
        // Twice on a page is not in two letters.
        assert!(learnt(&["aa", "b"]).is_empty());
        assert_eq!(parts(&learnt(&["aXa", "aYa"]), "aQa"), "[a]Q[a]");
    }

    #[test]
    fn a_page_of_forms_sets_the_state_of_its_own_segments() {
        let content = b"0.5 g/F1 9 Tf BT(a)Tj ET 1 0 0 rg BT(b)Tj ET BT(c)Tj ET";
        let segments = segments(content).expect("segments");
        let parts = [Part::Own(0), Part::Form(7, 1..2), Part::Own(2)];
        let page = String::from_utf8(page_content(&segments, &parts)).expect("UTF-8");
        assert_eq!(
            page,
            "0.5 g/F1 9 Tf BT(a)Tj ET\n/RaadspostForm7 Do\n1 0 0 rg\nBT(c)Tj ET\n"
        );
        let form = String::from_utf8(form_content(&segments[1..2])).expect("UTF-8");
        assert_eq!(form, "0.5 g\n/F1 9 Tf\n1 0 0 rg BT(b)Tj ET\n");
    }
}
