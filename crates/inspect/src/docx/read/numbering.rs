//! List labels, computed as Word computes them (ECMA-376 part 1, 17.9).

use std::collections::{HashMap, HashSet};

use crate::xml::{Node, Tree};

/// One level of a list.
#[derive(Debug, Clone)]
struct Level {
    start: i64,
    format: String,
    text: String,
    /// The level whose use restarts this one, counted from 1; 0 for never (17.9.11).
    restart: Option<usize>,
    /// Whether all numbers in the label are decimal (17.9.4).
    legal: bool,
}

impl Default for Level {
    /// 17.9.6 and 17.9.17: the default of a level.
    fn default() -> Self {
        Self {
            start: 0,
            format: "decimal".into(),
            text: String::new(),
            restart: None,
            legal: false,
        }
    }
}

/// How many levels a list has (17.9.3).
const LEVELS: usize = 9;

#[derive(Debug, Default)]
struct Num {
    abstract_id: String,
    starts: HashMap<usize, i64>,
    levels: HashMap<usize, Level>,
}

/// The lists that a numbering part defines.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    lists: HashMap<String, HashMap<usize, Level>>,
    nums: HashMap<String, Num>,
    /// The default of a level without definition.
    unsaid: Level,
}

/// The counters of a document's lists.
#[derive(Debug)]
pub(crate) struct Numbering<'l> {
    lists: &'l Lists,
    used: HashSet<&'l str>,
    /// The numbers of each list; nums of one list count on together.
    counters: HashMap<&'l str, [Option<i64>; LEVELS]>,
}

fn level(node: Node<'_, '_>) -> Level {
    let default = Level::default();
    let on = |name: &str| {
        node.child(name)
            .is_some_and(|child| !matches!(child.attribute("w:val"), Some("0" | "false" | "off")))
    };
    Level {
        start: node
            .child_value("w:start")
            .and_then(|start| start.parse().ok())
            .unwrap_or(default.start),
        format: node
            .child_value("w:numFmt")
            .map_or(default.format, str::to_owned),
        text: node.child_value("w:lvlText").unwrap_or_default().to_owned(),
        restart: node
            .child_value("w:lvlRestart")
            .and_then(|restart| restart.parse().ok()),
        legal: on("w:isLgl"),
    }
}

fn index(node: Node<'_, '_>) -> Option<usize> {
    node.attribute("w:ilvl")?
        .parse()
        .ok()
        .filter(|level| *level < LEVELS)
}

impl Lists {
    /// Reads the numbering part.
    pub(crate) fn read(tree: &Tree<'_>) -> Self {
        let mut numbering = Self::default();
        for node in tree.root().children() {
            match node.name() {
                "w:abstractNum" => {
                    let levels = node.children().filter(|child| child.name() == "w:lvl");
                    let levels = levels
                        .filter_map(|child| Some((index(child)?, level(child))))
                        .collect();
                    let id = node.attribute("w:abstractNumId").unwrap_or_default();
                    numbering.lists.insert(id.to_owned(), levels);
                }
                "w:num" => {
                    let mut num = Num {
                        abstract_id: node
                            .child_value("w:abstractNumId")
                            .unwrap_or_default()
                            .to_owned(),
                        ..Num::default()
                    };
                    for over in node
                        .children()
                        .filter(|child| child.name() == "w:lvlOverride")
                    {
                        let Some(at) = index(over) else { continue };
                        if let Some(start) = over
                            .child_value("w:startOverride")
                            .and_then(|s| s.parse().ok())
                        {
                            num.starts.insert(at, start);
                        }
                        if let Some(own) = over.child("w:lvl") {
                            num.levels.insert(at, level(own));
                        }
                    }
                    numbering.nums.insert(
                        node.attribute("w:numId").unwrap_or_default().to_owned(),
                        num,
                    );
                }
                _ => {}
            }
        }
        numbering
    }
}

impl<'l> Numbering<'l> {
    /// Nothing is counted yet.
    pub(crate) fn new(lists: &'l Lists) -> Self {
        Self {
            lists,
            used: HashSet::new(),
            counters: HashMap::new(),
        }
    }

    /// Counts one paragraph and gives its label; `None` where the list is not defined.
    pub(crate) fn next_label(&mut self, num_id: &str, at: usize) -> Option<String> {
        let at = at.min(LEVELS - 1);
        let (num_id, num) = self.lists.nums.get_key_value(num_id)?;
        let list = self.lists.lists.get(&num.abstract_id)?;
        let find = |at: usize| {
            let own = num.levels.get(&at);
            own.or_else(|| list.get(&at)).unwrap_or(&self.lists.unsaid)
        };
        let levels: [&Level; LEVELS] = std::array::from_fn(find);
        let counters = self.counters.entry(&num.abstract_id).or_default();
        // 17.9.26: an override starts its level anew where the num is first used.
        if self.used.insert(num_id) {
            for (level, counter) in counters.iter_mut().enumerate() {
                if num.starts.contains_key(&level) {
                    *counter = None;
                }
            }
        }
        let start = |level: usize| {
            num.starts
                .get(&level)
                .copied()
                .unwrap_or(levels[level].start)
        };
        counters[at] = Some(counters[at].map_or(start(at), |number| number.saturating_add(1)));
        for deeper in at + 1..LEVELS {
            let restarts = match levels[deeper].restart {
                None => true,
                Some(0) => false,
                Some(level) => at < level,
            };
            if restarts {
                counters[deeper] = None;
            }
        }
        let mut label = String::new();
        let mut chars = levels[at].text.chars().peekable();
        while let Some(c) = chars.next() {
            let reference = (c == '%')
                .then(|| chars.peek().and_then(|digit| digit.to_digit(10)))
                .flatten();
            match reference {
                Some(digit @ 1..=9) => {
                    chars.next();
                    let level = digit as usize - 1;
                    let number = counters[level].unwrap_or_else(|| start(level));
                    let decimal = levels[at].legal && levels[level].format != "none";
                    let format = if decimal {
                        "decimal"
                    } else {
                        &levels[level].format
                    };
                    label.push_str(&formatted(number, format));
                }
                // Bullets in the private area of the Symbol font.
                _ if c == '\u{F0B7}' => label.push('•'),
                _ => label.push(c),
            }
        }
        Some(label)
    }
}

/// A number in a format (17.18.59, `ST_NumberFormat`); formats not known here count in decimal.
fn formatted(number: i64, format: &str) -> String {
    match format {
        "none" | "bullet" => String::new(),
        "lowerLetter" => letters(number).unwrap_or_default(),
        "upperLetter" => letters(number).unwrap_or_default().to_uppercase(),
        "lowerRoman" => roman(number).unwrap_or_default(),
        "upperRoman" => roman(number).unwrap_or_default().to_uppercase(),
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

/// a … z, aa, bb, … (17.18.59).
fn letters(number: i64) -> Option<String> {
    let number = usize::try_from(number)
        .ok()
        .filter(|number| (1..=26 * 30).contains(number))?;
    let letter = char::from(b'a' + u8::try_from((number - 1) % 26).ok()?);
    Some(String::from(letter).repeat((number - 1) / 26 + 1))
}

fn roman(number: i64) -> Option<String> {
    const SIGNS: [(i64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut rest = Some(number).filter(|number| (1..=3999).contains(number))?;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{Lists, Numbering, formatted};
    use crate::xml::Tree;

    const XML: &str = r#"<w:numbering xmlns:w="w">
      <w:abstractNum w:abstractNumId="4">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1)"/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2"/></w:lvl>
        <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>
      </w:abstractNum>
      <w:num w:numId="2"><w:abstractNumId w:val="4"/></w:num>
      <w:num w:numId="3"><w:abstractNumId w:val="4"/></w:num>
      <w:num w:numId="5"><w:abstractNumId w:val="4"/>
        <w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
    </w:numbering>"#;

    #[test]
    fn labels_count_restart_and_nest() {
        let tree = Tree::parse(XML.as_bytes()).unwrap();
        let lists = Lists::read(&tree);
        let mut numbering = Numbering::new(&lists);
        let mut label = |num: &str, level| numbering.next_label(num, level).unwrap();
        assert_eq!(label("2", 0), "a)");
        assert_eq!(label("2", 1), "a.i");
        assert_eq!(label("2", 1), "a.ii");
        assert_eq!(label("2", 0), "b)");
        assert_eq!(label("2", 1), "b.i");
        assert_eq!(label("2", 2), "•");
        // Another num of the same list counts on, one with an override starts anew.
        assert_eq!(label("3", 0), "c)");
        assert_eq!(label("5", 0), "a)");
        assert_eq!(label("5", 0), "b)");
        assert_eq!(numbering.next_label("9", 0), None);
    }

    #[test]
    fn numbers_have_their_formats() {
        assert_eq!(formatted(28, "lowerLetter"), "bb");
        assert_eq!(formatted(1994, "upperRoman"), "MCMXCIV");
        assert_eq!(formatted(7, "decimalZero"), "07");
        assert_eq!(formatted(i64::MAX, "lowerLetter"), "");
    }
}
