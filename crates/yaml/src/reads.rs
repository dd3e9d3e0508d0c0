//! Records which keys a lowering reads, so that a test can compare them with its table.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::table::{Kind, Object};

/// Keys, each with the name of its object.
pub type Keys = BTreeSet<(&'static str, &'static str)>;

thread_local! {
    static READS: RefCell<Option<Keys>> = const { RefCell::new(None) };
}

/// The keys that are read on this thread while a function runs.
///
/// # Panics
/// The function reads a key that is not in the table, or reads as one text a key that may have one
/// text for each language.
pub fn record(read: impl FnOnce()) -> Keys {
    READS.set(Some(Keys::new()));
    read();
    READS.take().unwrap_or_default()
}

/// All keys of a table and of the tables below it.
pub fn known(object: &'static Object) -> Keys {
    fn below(kind: &'static Kind, out: &mut Keys) {
        match kind {
            Kind::Object(object) => table(object, out),
            Kind::List(inner) | Kind::Map(inner) => below(inner, out),
            Kind::Either(first, second) => {
                below(first, out);
                below(second, out);
            }
            Kind::Text
            | Kind::Words
            | Kind::Pattern
            | Kind::Inline
            | Kind::Markdown
            | Kind::Condition
            | Kind::Id
            | Kind::Date
            | Kind::Flag
            | Kind::Count(_)
            | Kind::OneOf(_) => {}
        }
    }
    fn table(object: &'static Object, out: &mut Keys) {
        for key in object.keys {
            out.insert((object.name, key.name));
            below(&key.kind, out);
        }
    }
    let mut out = Keys::new();
    table(object, &mut out);
    out
}

pub(crate) fn note(object: &'static Object, name: &'static str) {
    READS.with_borrow_mut(|reads| {
        if let Some(reads) = reads {
            assert!(
                object.key(name).is_some(),
                "the lowering reads `{name}`, which {} does not have",
                object.name
            );
            reads.insert((object.name, name));
        }
    });
}

/// Panics if a key that may have a text for each language is read as one text.
pub(crate) fn one_language(object: &'static Object, name: &'static str) {
    READS.with_borrow(|reads| {
        assert!(
            reads.is_none() || !object.key(name).is_some_and(|key| key.kind.by_language()),
            "`{name}` of {} may be a text for each language",
            object.name
        );
    });
}
