//! Lowering of `envelopes/*.yaml`.

use std::sync::Arc;

use raadspost_content::{Area, Diagnostic, Diagnostics, Envelope, KeepOut, Place, Source, Span};
use raadspost_yaml::{Kind, Map, Node, Text};

use super::theme::measure;
use crate::keys::envelope::ENVELOPE;

/// The sheet: A4 (ISO 216).
const SHEET: Area = Area {
    left: 0.0,
    top: 0.0,
    width: 210.0,
    height: 297.0,
};

/// Minimum height of an address column, in mm: six closely set lines of 10 pt.
const ADDRESS_HEIGHT: f64 = 22.5;

/// Reads an envelope and collects all mistakes.
pub fn load(name: &str, source: &Arc<Source>) -> Result<Envelope, Diagnostics> {
    static ROOT: Kind = Kind::Object(&ENVELOPE);
    let mut diagnostics = Vec::new();
    let Some(root) = raadspost_yaml::parse(source, &mut diagnostics) else {
        return Err(diagnostics);
    };
    raadspost_yaml::check(source, &root, &ROOT, &mut diagnostics);
    let mut reader = Reader { diagnostics };
    let envelope = Map::of(&root, &ENVELOPE).map(|map| reader.envelope(name, &map));
    match envelope {
        Some(envelope) if reader.diagnostics.is_empty() => {
            let place = Place::Source(source.clone(), Span::new(0, 1));
            let found: Diagnostics = contradictions(&envelope)
                .into_iter()
                .map(|(message, hint)| {
                    Diagnostic::error("envelope-measures", message)
                        .at(place.clone())
                        .hint(hint)
                })
                .collect();
            if found.is_empty() {
                Ok(envelope)
            } else {
                Err(found)
            }
        }
        _ => Err(reader.diagnostics),
    }
}

struct Reader {
    diagnostics: Diagnostics,
}

impl Reader {
    fn envelope(&mut self, name: &str, map: &Map<'_>) -> Envelope {
        let _ = map.get("raadspost-envelope");
        let size = map.object("size");
        let side = |name| size.as_ref().and_then(|size| size.text(name));
        let keep_outs = map.list("keep-outs").iter();
        let keep_outs = keep_outs.filter_map(|node| Map::of(node, map.below("keep-outs")?));
        let folds = map.list("folds").iter().filter_map(Node::scalar);
        Envelope {
            name: name.to_owned(),
            title: map.string("title").unwrap_or_default(),
            source: map.string("source").unwrap_or_default(),
            size: (self.number(side("width")), self.number(side("height"))),
            window: self.area(map.object("window").as_ref()),
            address: self.area(map.object("address").as_ref()),
            return_address: map
                .object("return-address")
                .map(|area| self.area(Some(&area))),
            keep_outs: keep_outs
                .map(|keep_out| KeepOut {
                    name: keep_out.string("name").unwrap_or_default(),
                    area: self.area(Some(&keep_out)),
                })
                .collect(),
            edge: self.number(map.text("edge")),
            folds: folds.map(|fold| self.number(Some(fold))).collect(),
            fold_marks: self.number(map.text("fold-marks")),
            opening: self.number(map.text("opening")),
        }
    }

    fn area(&mut self, map: Option<&Map<'_>>) -> Area {
        let side = |name| map.and_then(|map| map.text(name));
        Area {
            left: self.number(side("left")),
            top: self.number(side("top")),
            width: self.number(side("width")),
            height: self.number(side("height")),
        }
    }

    fn number(&mut self, text: Option<&Text>) -> f64 {
        measure(text, &mut self.diagnostics)
    }
}

/// Contradictions in an envelope: message and hint.
fn contradictions(envelope: &Envelope) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    let mut claim = |holds: bool, message: String, hint| {
        if !holds {
            found.push((message, hint));
        }
    };
    let Envelope {
        window, address, ..
    } = envelope;
    claim(
        SHEET.holds(window, 0.0),
        "the window reaches beyond the sheet".to_owned(),
        "measure from the top left corner of the A4 sheet",
    );
    claim(
        window.holds(address, 0.0),
        "the address column reaches beyond the window".to_owned(),
        "make `address` smaller, or measure `window` again",
    );
    if let Some(line) = &envelope.return_address {
        claim(
            window.holds(line, 0.0) && line.bottom() <= address.top,
            "the return address does not lie in the window above the address".to_owned(),
            "move `return-address`, or remove it",
        );
    }
    claim(
        address.height >= ADDRESS_HEIGHT,
        format!(
            "an address column of {:.1} mm has no room for six lines",
            address.height
        ),
        "give `address` a height of 22.5 mm at least",
    );
    for keep_out in &envelope.keep_outs {
        claim(
            !keep_out.area.meets(address, 0.0),
            format!("the keep-out `{}` lies over the address", keep_out.name),
            "move it, or move `address`",
        );
    }
    claim(
        (window.bottom()..=200.0).contains(&envelope.opening),
        format!(
            "a letter cannot begin at {:.1} mm with a window that ends at {:.1} mm",
            envelope.opening,
            window.bottom()
        ),
        "set `opening` below the window, and at most at 200 mm",
    );
    for fold in &envelope.folds {
        claim(
            (20.0..=277.0).contains(fold),
            format!("a fold at {fold:.1} mm is not on the sheet"),
            "measure `folds` from the upper edge of the sheet",
        );
    }
    claim(
        envelope.edge <= 20.0 && envelope.fold_marks + 4.0 <= 210.0 - envelope.edge,
        "`edge` and `fold-marks` leave no space on the sheet".to_owned(),
        "measure `edge` and `fold-marks` again",
    );
    found
}

#[cfg(test)]
mod tests {
    use super::load;
    use raadspost_content::Source;

    #[test]
    fn measures_that_contradict_each_other_are_mistakes() {
        let good = include_str!("../../../../content/envelopes/nl-dl-left.yaml");
        let refused = |from: &str, to: &str| -> Vec<String> {
            assert!(good.contains(from), "{from}");
            let source = Source::new("own.yaml", good.replace(from, to));
            let found = load("own", &source).expect_err(to);
            found.into_iter().map(|found| found.message).collect()
        };
        let measure = |message: &[String], word: &str| {
            assert!(
                message.len() == 1 && message[0].contains(word),
                "{message:?}"
            );
        };
        measure(
            &refused("left: 35, top: 54", "left: 135, top: 54"),
            "beyond the window",
        );
        measure(
            &refused("left: 35, top: 50", "left: 35, top: 52"),
            "return address",
        );
        measure(
            &refused("opening: 98", "opening: 60"),
            "cannot begin at 60.0 mm",
        );
        measure(&refused("folds: [107]", "folds: [290]"), "fold at 290.0 mm");
        measure(
            &refused(
                "left: 20, top: 47, width: 105, height: 3",
                "left: 20, top: 47, width: 105, height: 9",
            ),
            "above the window",
        );
        measure(&refused("edge: 5", "edge: NaN"), "`NaN` is not a measure");
        measure(
            &refused("edge: 5", "egde: 5\nedge: 5"),
            "`egde` is not known",
        );
    }
}
