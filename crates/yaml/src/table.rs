//! Tables of keys: the permitted content of a file, used by the check, the lowering and the JSON
//! Schema.

/// The permitted values of a key.
#[derive(Debug)]
pub enum Kind {
    /// Plain text on one line.
    Text,
    /// Plain text on one line, or one for each language.
    Words,
    /// Text and fields, not Markdown.
    Pattern,
    /// Markdown of one paragraph, or one for each language.
    Inline,
    /// Markdown of several blocks, or one for each language.
    Markdown,
    /// A condition.
    Condition,
    /// A key or an id: small letters, digits, `-` and `_`.
    Id,
    /// A date, `2023-02-09`.
    Date,
    /// `true` or `false`.
    Flag,
    /// A whole number from 1 to this limit.
    Count(usize),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of values.
    List(&'static Kind),
    /// A mapping whose keys the author chooses.
    Map(&'static Kind),
    /// A mapping with known keys.
    Object(&'static Object),
    /// A text, or something else for advanced use.
    Either(&'static Kind, &'static Kind),
}

/// A mapping with known keys.
#[derive(Debug)]
pub struct Object {
    /// Its name in messages.
    pub name: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
    /// Keys of which exactly one must be present; empty if there is no such rule.
    pub one_of: &'static [&'static str],
}

/// A key.
#[derive(Debug)]
pub struct Key {
    /// The key as authors write it.
    pub name: &'static str,
    /// The permitted values.
    pub kind: Kind,
    /// Whether the key is required in every such mapping.
    pub required: bool,
    /// Its description in messages and the JSON Schema.
    pub doc: &'static str,
}

/// A required key.
pub const fn must(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: true,
        doc,
    }
}

/// An optional key.
pub const fn may(name: &'static str, kind: Kind, doc: &'static str) -> Key {
    Key {
        name,
        kind,
        required: false,
        doc,
    }
}

/// A mapping without a rule that exactly one key must be present.
pub const fn object(name: &'static str, keys: &'static [Key]) -> Object {
    Object {
        name,
        keys,
        one_of: &[],
    }
}

impl Kind {
    /// Whether a text of this kind may be given in several languages.
    pub fn by_language(&self) -> bool {
        match self {
            Self::Words | Self::Inline | Self::Markdown => true,
            Self::Either(first, second) => first.by_language() || second.by_language(),
            Self::List(item) => item.by_language(),
            Self::Text
            | Self::Pattern
            | Self::Condition
            | Self::Id
            | Self::Date
            | Self::Flag
            | Self::Count(_)
            | Self::OneOf(_)
            | Self::Map(_)
            | Self::Object(_) => false,
        }
    }
}

impl Object {
    /// A key by its name.
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        let keys: &'static [Key] = self.keys;
        keys.iter().find(|key| key.name == name)
    }
}
