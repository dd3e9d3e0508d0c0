//! The renderer from outside: what its files say, and that they never depend on anything else.

mod support;

use std::sync::Arc;

use raadspost_content::{
    Body, Diagnostics, Fingerprint, Inline, Renderer, Rendition, Shape, Values,
};
use raadspost_pdf::{FontFile, PdfError, PdfOptions, PdfRenderer, TEMPLATES, Template};
use support::{BRIEF, documents, options, pack, renderer, text_document, values};

const UTRECHT: [&str; 3] = ["Utrecht", "Postbus 16200", "3500 CE\u{a0}\u{a0}UTRECHT"];

fn render(
    renderer: &PdfRenderer,
    shapes: &[Arc<Shape>],
    values: &[Values],
) -> Result<Vec<Rendition>, Diagnostics> {
    let prepared = renderer.prepare(shapes)?.output;
    let made = prepared.render(values)?;
    assert!(made.warnings.is_empty(), "{:?}", made.warnings);
    Ok(made.output)
}

fn hashes(renditions: &[Rendition]) -> Vec<Fingerprint> {
    renditions
        .iter()
        .map(|rendition| Fingerprint::of(&rendition.bytes))
        .collect()
}

/// The text of a file, read page by page from its glyphs; what is invisible is left out.
fn text(rendition: &Rendition) -> String {
    let document = lopdf::Document::load_mem(&rendition.bytes).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).expect("text");
    let hidden = [
        '\u{ad}', '\u{200B}', '\u{200D}', '\u{200E}', '\u{200F}', '\u{2060}',
    ];
    text.replace(hidden, "")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// A document of one paragraph with one slot.
fn one_slot() -> Arc<Shape> {
    text_document("proef", "h1 Kop\np Voor {0} en {1} en {2}.")
}

#[test]
fn bytes_depend_on_nothing_else() {
    let renderer = renderer();
    let shapes = pack(BRIEF);
    let prepared = renderer.prepare(&shapes).expect("no mistakes").output;
    let make = |number: usize| {
        let name = format!("Gemeente {number}");
        let values = values(&shapes, [&name, UTRECHT[1], UTRECHT[2]]);
        hashes(&prepared.render(&values).expect("made").output)
    };
    let first = make(0);
    let later: Vec<_> = std::thread::scope(|scope| {
        let thread = |from: usize| {
            let make = &make;
            scope.spawn(move || {
                for number in from..from + 25 {
                    make(number);
                }
                make(0)
            })
        };
        let threads = [thread(1), thread(101)];
        threads
            .map(|thread| thread.join().expect("no panic"))
            .into()
    });
    assert_eq!(later, [first.clone(), first.clone()]);
    // A renderer of its own, too: nothing hangs on this one's history.
    let values = values(&shapes, ["Gemeente 0", UTRECHT[1], UTRECHT[2]]);
    assert_eq!(
        hashes(&render(&support::renderer(), &shapes, &values).expect("made")),
        first
    );
    assert_ne!(make(1), first);
}

/// Layout begins with the answers of an earlier file: number of pages and places of notes, all of
/// which are wrong for a file with much more or less text.
#[test]
fn what_was_laid_out_before_decides_nothing() {
    let sample = "note a Eerste noot over {0}.\nnote b Tweede noot.\n\
                  letter brief\nsender Wij\naddress {1}\naddress {2}\np Aan {0}, zie a^a^.\np Slot b^b^.\n\
                  parts een\ntext een\nh1 Een\np Voor {0} en b^b^.\np Einde a^a^ en b^b^.";
    let shapes = pack(sample);
    let renderer = renderer();
    let prepared = renderer.prepare(&shapes).expect("no mistakes").output;
    let (long, longer) = ("Lang ".repeat(900), "Langer ".repeat(2000));
    let mut pages = Vec::new();
    for name in ["Utrecht", &long, "Zwolle", &longer, &long, "Utrecht"] {
        let values = values(&shapes, [name, UTRECHT[1], UTRECHT[2]]);
        let made = prepared.render(&values).expect("made").output;
        let alone = render(&support::renderer(), &shapes, &values).expect("made");
        assert_eq!(hashes(&made), hashes(&alone));
        pages.push(made.last().and_then(|pack| pack.pages));
    }
    pages.dedup();
    assert_eq!(pages.len(), 6, "{pages:?}");
}

#[test]
fn a_document_is_the_same_alone_and_in_a_pack() {
    let renderer = renderer();
    let shapes = pack(BRIEF);
    for slots in [
        UTRECHT,
        [
            "’s-Hertogenbosch",
            "Wolvenhoek 1",
            "5211 HH\u{a0}\u{a0}’S-HERTOGENBOSCH",
        ],
    ] {
        let values = values(&shapes, slots);
        let together = render(&renderer, &shapes, &values).expect("made");
        assert_eq!(
            together.iter().map(|made| made.pages).collect::<Vec<_>>(),
            [2, 1, 2, 5].map(Some)
        );
        for at in 0..shapes.len() {
            let alone = render(&renderer, &shapes[at..=at], &values[at..=at]).expect("made");
            assert_eq!(
                hashes(&alone)[0],
                hashes(&together)[at],
                "{}",
                shapes[at].document
            );
        }
        // The text of the pack is that of its members, one after the other.
        // A hyphen's own text is that of the file's first one; the rest is an `ActualText`, which
        // this way of reading passes over.
        let letters = |made: &Rendition| text(made).replace([' ', '-'], "");
        let members: Vec<String> = together[..3].iter().map(letters).collect();
        assert_eq!(letters(&together[3]), members.concat());
    }
}

/// The bytes of a document depend on that document alone, whatever language its neighbours and
/// the collection have.
#[test]
fn a_document_is_the_same_beside_others_in_other_languages() {
    let renderer = renderer();
    let of = |id: &str, language: &str| {
        let document = text_document(id, "h1 Kop\np Tekst van een regel, en nog iets.");
        Arc::new(Shape {
            language: language.into(),
            slots: 0,
            ..(*document).clone()
        })
    };
    let members = [
        of("a", "fr"),
        of("b", "nl-NL"),
        of("c", "nl-Latn-BE"),
        of("d", "uk"),
    ];
    let alone = members.clone().map(|member| {
        let made = render(&renderer, &[member], &[Values::default()]).expect("made");
        hashes(&made)[0]
    });
    for language in ["fr", "nl-NL", "nl-BE"] {
        for turn in 0..members.len() {
            let mut shapes = members.to_vec();
            shapes.rotate_left(turn);
            shapes.push(Arc::new(Shape {
                language: language.into(),
                body: Body::Collection(shapes.clone()),
                slots: 0,
                ..support::shell("pack")
            }));
            let none = vec![Values::default(); members.len()];
            let mut values = none.clone();
            values.push(Values {
                slots: Vec::new(),
                members: none,
            });
            let mut together = hashes(&render(&renderer, &shapes, &values).expect("made"));
            together.pop();
            together.rotate_right(turn);
            assert_eq!(together, alone, "{language}, begun with {turn}");
        }
    }
}

#[test]
fn a_member_with_values_of_its_own_is_laid_out_by_itself() {
    let renderer = renderer();
    let shapes = pack(BRIEF);
    let mut values = values(&shapes, UTRECHT);
    values[1].slots[0] = "Ergens Anders".into();
    let made = render(&renderer, &shapes, &values).expect("made");
    assert!(text(&made[1]).contains("De gemeenteraad van Ergens Anders"));
    assert!(text(&made[3]).contains("De gemeenteraad van Utrecht"));
    assert!(!text(&made[3]).contains("Ergens Anders"));
}

#[test]
fn names_are_printed_and_never_obeyed() {
    let renderer = renderer();
    let shape = one_slot();
    let hostile = [
        "#import \"x\": y",
        "</w:t></w:r>",
        "=HYPERLINK(\"http://x\")",
        "*a* _b_ $x$ @ref <label> `c`",
        "#panic() \\ ~ -- --- ... 'a' \"b\"",
        "../../etc/passwd",
        "{0} ${x} %s",
        "- lijst + som / term: 1. een",
        "Ελλάδα Україна Đông Łódź",
    ];
    for name in hostile {
        let slots = [name, "b", "c"].map(str::to_owned).to_vec();
        let values = [Values {
            slots,
            members: vec![],
        }];
        let made = render(&renderer, std::slice::from_ref(&shape), &values).expect(name);
        let said = text(&made[0]);
        assert!(
            said.contains(&format!("Voor {name} en b en c.")),
            "{name}: {said}"
        );
    }
}

#[test]
fn marks_that_show_nothing_disappear_and_those_that_turn_text_are_refused() {
    let renderer = renderer();
    let shape = one_slot();
    let make = |name: &str| {
        let slots = [name, "b", "c"].map(str::to_owned).to_vec();
        render(
            &renderer,
            std::slice::from_ref(&shape),
            &[Values {
                slots,
                members: vec![],
            }],
        )
    };
    for mark in ['\u{200B}', '\u{200D}', '\u{2060}', '\u{AD}'] {
        let name = format!("Ut{mark}recht");
        assert!(renderer.missing_characters(&name).is_empty(), "{mark:?}");
        let made = make(&name).unwrap_or_else(|found| panic!("{mark:?}: {found:?}"));
        let said = text(&made[0]).replace(' ', "");
        assert!(said.contains("VoorUtrechten"), "{mark:?}: {said}");
    }
    for mark in [
        '\u{200E}', '\u{200F}', '\u{3164}', '\u{202E}', '\u{2067}', '\u{1B}', '\0', '\u{E000}',
        '\u{FEFF}',
    ] {
        let name = format!("Ut{mark}recht");
        assert_eq!(renderer.missing_characters(&name), [mark]);
        assert_eq!(
            make(&name).expect_err("refused")[0].code,
            "pdf-missing-glyph",
            "{mark:?}"
        );
    }
}

#[test]
fn what_counts_as_shown_is_shown() {
    let renderer = renderer();
    let shape = text_document(
        "proef",
        "h1 Kop {0}\np Voor {0}, <{0}|https://example.org/>.",
    );
    let Body::Parts { .. } = shape.body else {
        unreachable!()
    };
    let letters: Vec<char> = ('\u{20}'..='\u{24F}')
        .chain('\u{370}'..='\u{52F}')
        .chain('\u{1E00}'..='\u{1FFF}')
        .chain('\u{2000}'..='\u{2060}')
        .chain("€№™ﬁ".chars())
        .filter(|c| renderer.missing_characters(&c.to_string()).is_empty())
        .collect();
    assert!(letters.len() > 1200, "{}", letters.len());
    for chunk in letters.chunks(64) {
        let name = chunk.iter().map(|c| format!("x{c}")).collect::<String>();
        let slots = vec![name.clone(), String::new(), String::new()];
        let values = [Values {
            slots,
            members: vec![],
        }];
        render(&renderer, std::slice::from_ref(&shape), &values)
            .unwrap_or_else(|found| panic!("{name:?}: {found:?}"));
    }
}

#[test]
fn a_character_without_glyph_is_named() {
    let renderer = renderer();
    assert_eq!(renderer.missing_characters("Goes 😀 😀 漢"), ['😀', '漢']);
    assert!(
        renderer
            .missing_characters("’s-Gravenhage – Súdwest-Fryslân\u{a0}Αθήνα Київ")
            .is_empty()
    );
    let shape = one_slot();
    let slots = ["Goes 😀", "", ""].map(str::to_owned).to_vec();
    let found = render(
        &renderer,
        &[shape],
        &[Values {
            slots,
            members: vec![],
        }],
    )
    .expect_err("refused");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, "pdf-missing-glyph");
    assert!(
        found[0].message.contains("`😀` (U+1F600)"),
        "{}",
        found[0].message
    );
    // In the campaign's own text it is found before any municipality's turn.
    let shape = text_document("proef", "h1 Kop\np Een 漢.");
    let found = renderer.prepare(&[shape]).err().expect("refused");
    assert!(
        found[0].message.contains("`漢` (U+6F22)"),
        "{}",
        found[0].message
    );
}

#[test]
fn pages_are_numbered_from_the_second_on_in_each_document() {
    let long = (0..60)
        .map(|number| format!("p Alinea {number} van veel.\n"))
        .collect::<String>();
    let sample = format!(
        "parts een\ntext een\nh1 Een\n{long}\nparts twee\ntext twee\nh1 Twee\np Kort.\n\
         parts drie\ntext drie\nh1 Drie\n{long}"
    );
    let renderer = renderer();
    let shapes = pack(&sample);
    let made = render(&renderer, &shapes, &values(&shapes, UTRECHT)).expect("made");
    let numbers = |rendition: &Rendition| -> Vec<String> {
        let document = lopdf::Document::load_mem(&rendition.bytes).expect("a PDF");
        let pages = document.get_pages();
        let last = |page: &u32| {
            let text = document.extract_text(&[*page]).expect("text");
            let last = text
                .trim_end()
                .rsplit(['\n', ' '])
                .next()
                .unwrap_or_default()
                .to_owned();
            if last.chars().all(|c| c.is_ascii_digit()) {
                last
            } else {
                String::new()
            }
        };
        pages.keys().map(last).collect()
    };
    let each: Vec<Vec<String>> = made[..3].iter().map(numbers).collect();
    assert_eq!(each[1], [""]);
    assert!(each[0].len() > 1);
    for (at, number) in each[0].iter().enumerate() {
        assert_eq!(
            *number,
            if at == 0 {
                String::new()
            } else {
                (at + 1).to_string()
            }
        );
    }
    assert_eq!(numbers(&made[3]), each.concat());
}

#[test]
fn footnotes_start_at_one_in_each_document_and_may_be_named_twice() {
    let sample = "note a Eerste noot.\nnote b Tweede noot.\n\
                  parts een\ntext een\nh1 Een\np Bij a^a^ en b^b^ en weer a^a^.\n\
                  parts twee\ntext twee\nh1 Twee\np Bij b^b^.";
    let renderer = renderer();
    let shapes = pack(sample);
    let made = render(&renderer, &shapes, &values(&shapes, UTRECHT)).expect("made");
    let squeezed = |made: &Rendition| text(made).replace(' ', "");
    assert!(
        squeezed(&made[0]).contains("Bija1enb2enweera1."),
        "{}",
        text(&made[0])
    );
    assert!(squeezed(&made[1]).contains("Bijb1."), "{}", text(&made[1]));
    assert!(
        squeezed(&made[2]).contains("1Tweedenoot."),
        "{}",
        text(&made[2])
    );
}

/// The letter of the sample for a municipality of this name.
fn letter_to(name: &str) -> Result<String, Diagnostics> {
    let slots = [name, UTRECHT[1], UTRECHT[2]].map(str::to_owned).to_vec();
    let values = Values {
        slots,
        members: vec![],
    };
    let made = render(&renderer(), &documents(BRIEF)[..1], &[values])?;
    Ok(text(&made[0]))
}

#[test]
fn an_address_is_broken_well_or_refused_with_its_measures() {
    for name in [
        "Nuenen, Gerwen en Nederwetten",
        &("Gemeente ".repeat(6) + "aan de Rijn"),
    ] {
        let said = letter_to(name).expect(name);
        let line = format!("Aan de leden van de gemeenteraad van {name}");
        assert!(said.contains(&line), "{said}");
    }
    let found = letter_to(&"Gemeente ".repeat(30)).expect_err("it takes too many lines");
    assert_eq!(found[0].code, "pdf-address-too-tall");
    assert!(
        found[0].message.contains("room for six lines and 27 mm"),
        "{}",
        found[0].message
    );
    let found = letter_to(&"w".repeat(50)).expect_err("a word is wider than the column");
    assert_eq!(found[0].code, "pdf-address-too-wide");
    let measured = found[0].message.split(" is ").nth(1).expect("a measure");
    let width: f64 = measured
        .split(' ')
        .next()
        .expect("a number")
        .parse()
        .expect("mm");
    // 50 letters w of Source Sans 3 at 10 pt: 0.716 em each.
    assert!((120.0..135.0).contains(&width), "{}", found[0].message);
    assert!(
        found[0]
            .message
            .ends_with("the envelope `nl-dl-left` is 70 mm"),
        "{}",
        found[0].message
    );
}

#[test]
fn title_author_language_and_date_are_set() {
    let renderer = renderer();
    let shapes = pack(BRIEF);
    let made = render(&renderer, &shapes, &values(&shapes, UTRECHT)).expect("made");
    let raw = String::from_utf8_lossy(&made[3].bytes);
    assert!(raw.contains("Pakket voor Utrecht"));
    assert!(raw.contains("POSIV-project"));
    let document = lopdf::Document::load_mem(&made[3].bytes).expect("a PDF");
    let language = document.catalog().and_then(|catalog| catalog.get(b"Lang"));
    assert_eq!(
        language.and_then(|tag| tag.as_str()).expect("a tag"),
        b"nl-NL"
    );
    let about = document
        .trailer
        .get(b"Info")
        .and_then(|info| info.as_reference())
        .expect("info");
    let date = document
        .get_dictionary(about)
        .and_then(|info| info.get(b"CreationDate"));
    assert_eq!(
        date.and_then(|date| date.as_str()).expect("a date"),
        b"D:20230209000000Z"
    );
    assert!(
        raw.contains("<pdfaid:part>2</pdfaid:part>")
            && raw.contains("<pdfuaid:part>1</pdfuaid:part>")
    );
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let renderer = renderer();
    let shape = one_slot();
    let short = Values {
        slots: vec!["a".into()],
        members: vec![],
    };
    let found =
        render(&renderer, std::slice::from_ref(&shape), &[short]).expect_err("too few slots");
    assert_eq!(found[0].code, "pdf-values");
    let found = render(&renderer, &[shape], &[]).expect_err("no values");
    assert_eq!(found[0].code, "pdf-values");
}

#[test]
fn a_collection_holds_plain_documents() {
    let renderer = renderer();
    let inner = pack(BRIEF).remove(3);
    let outer = Shape {
        body: Body::Collection(vec![inner]),
        ..support::shell("buiten")
    };
    let found = renderer.prepare(&[Arc::new(outer)]).err().expect("refused");
    assert_eq!(found[0].code, "pdf-nested-collection");
    let empty = Shape {
        body: Body::Collection(vec![]),
        ..support::shell("leeg")
    };
    let found = renderer.prepare(&[Arc::new(empty)]).err().expect("refused");
    assert_eq!(found[0].code, "pdf-empty-collection");
}

#[test]
fn date_and_language_are_checked_before_the_first_page() {
    let renderer = renderer();
    let date = Shape {
        date: (2023, 2, 30),
        ..(*one_slot()).clone()
    };
    let found = renderer.prepare(&[Arc::new(date)]).err().expect("refused");
    assert_eq!(found[0].code, "pdf-invalid-date");
    let language = Shape {
        language: "n".into(),
        ..(*one_slot()).clone()
    };
    let found = renderer
        .prepare(&[Arc::new(language)])
        .err()
        .expect("refused");
    assert_eq!(found[0].code, "pdf-invalid-language");
}

#[test]
fn fonts_are_checked_when_the_renderer_is_made() {
    let mut without = options();
    without
        .fonts
        .retain(|font| !font.name.starts_with("LibertinusSerif"));
    assert!(matches!(
        PdfRenderer::new(without),
        Err(PdfError::NoSuchFamily { family, .. }) if family == "Libertinus Serif"
    ));
    let mut broken = options();
    broken.fonts.push(FontFile {
        name: "x.otf".into(),
        bytes: b"no font".to_vec().into(),
    });
    assert!(
        matches!(PdfRenderer::new(broken), Err(PdfError::NotAFont { file }) if file == "x.otf")
    );
    // A font that the theme names and whose licence forbids to embed it; others do not matter.
    let restricted = |name: &str, rights: u16| {
        let mut changed = options();
        let is_named = |font: &&mut FontFile| font.name.starts_with(name);
        let font = changed.fonts.iter_mut().find(is_named).expect("a font");
        let bytes = font.bytes.to_mut();
        let entry = bytes
            .windows(4)
            .position(|tag| tag == b"OS/2")
            .expect("a table");
        let offset: [u8; 4] = bytes[entry + 8..entry + 12].try_into().expect("an offset");
        let at = u32::from_be_bytes(offset) as usize + 8;
        bytes[at..at + 2].copy_from_slice(&rights.to_be_bytes());
        PdfRenderer::new(changed)
    };
    assert!(matches!(
        restricted("LibertinusSerif-Regular", 2),
        Err(PdfError::NotEmbeddable { family, .. }) if family == "Libertinus Serif"
    ));
    // Where a right is granted beside the restriction, the right holds.
    assert!(restricted("LibertinusSerif-Regular", 2 | 8).is_ok());
}

#[test]
fn the_fingerprint_follows_theme_and_fonts() {
    let first = renderer().fingerprint();
    assert_eq!(renderer().fingerprint(), first);
    let mut larger = options();
    larger.theme.size = 12.0;
    assert_ne!(PdfRenderer::new(larger).expect("made").fingerprint(), first);
    let mut fewer = options();
    fewer
        .fonts
        .retain(|font| font.name != "LibertinusSerif-Semibold.otf");
    assert_ne!(PdfRenderer::new(fewer).expect("made").fingerprint(), first);
}

#[test]
fn every_block_and_inline_is_shown() {
    let renderer = renderer();
    let shape = text_document(
        "proef",
        "h1 Kop\np Met [datum], (een/twee)*, <tekst|https://example.org/>.\n\
         bullet\n- Punt\ndash\n- Streep\ndecimal\n- Eerste\n- Tweede\nalpha\n- Letter\n\
         preamble De raad,\nrecital2 Overwegende\n- Grond\noperative2 Verzoekt\n- Doen\nor OF\n- Laten\n\
         closing En gaat over\nmovers Wij,\nmover [Naam]\nusage *doorhalen",
    );
    let mut shape = (*shape).clone();
    let Body::Parts { parts, .. } = &mut shape.body else {
        unreachable!()
    };
    let raadspost_content::Part::Text { blocks, .. } = &mut parts[0] else {
        unreachable!()
    };
    let styled = vec![
        Inline::Emphasis(vec![Inline::Text("nadruk".into())]),
        Inline::LineBreak,
        Inline::Strong(vec![Inline::Text("sterk".into())]),
    ];
    blocks.push(raadspost_content::Block {
        kind: raadspost_content::BlockKind::Paragraph { inlines: styled },
        ..blocks[0].clone()
    });
    let slots = vec![String::new(); 3];
    let made = render(
        &renderer,
        &[Arc::new(shape)],
        &[Values {
            slots,
            members: vec![],
        }],
    );
    let said = text(&made.expect("made")[0]);
    for part in [
        "Kop",
        "Met [datum] , een / twee*, tekst .",
        "• Punt",
        "– Streep",
        "1. Eerste",
        "2. Tweede",
        "a) Letter",
        "De raad,",
        "Overwegende",
        "– Grond",
        "Verzoekt",
        "a) Doen",
        "OF",
        "a) Laten",
        "En gaat over",
        "Wij,",
        "[Naam]",
        "*doorhalen",
        "nadruk",
        "sterk",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_letter_may_be_nearly_empty() {
    let renderer = renderer();
    for sample in [
        "letter kort\nsender S\np Tekst.",
        "letter kort\np Tekst.\ndash\nsubject Iets",
    ] {
        let shapes = documents(sample);
        let made = render(&renderer, &shapes, &values(&shapes, UTRECHT)).expect(sample);
        assert!(text(&made[0]).contains("Tekst."), "{sample}");
    }
}

#[test]
fn folds_and_rules_are_decoration() {
    let renderer = renderer();
    let shapes = documents("letter kort\nsender S\np Tekst.");
    let made = render(&renderer, &shapes, &values(&shapes, UTRECHT)).expect("made");
    let document = lopdf::Document::load_mem(&made[0].bytes).expect("a PDF");
    let page = document.get_pages()[&1];
    let content = document.get_and_decode_page_content(page).expect("content");
    // Whatever is stroked or filled as a path stands between `/Artifact BDC` and its `EMC`.
    let mut open: Vec<bool> = Vec::new();
    let mut strokes = 0;
    for operation in &content.operations {
        match operation.operator.as_str() {
            "BDC" | "BMC" => {
                let name = operation
                    .operands
                    .first()
                    .and_then(|name| name.as_name().ok());
                open.push(name == Some(b"Artifact"));
            }
            "EMC" => drop(open.pop()),
            "S" | "f" | "f*" | "B" => {
                assert!(open.contains(&true), "a path outside an artifact");
                strokes += 1;
            }
            _ => {}
        }
    }
    // The fold mark and the letterhead's rule.
    assert_eq!(strokes, 2);
}

/// A renderer with these templates of an author's.
fn designed(own: &[(&str, &str)]) -> Result<PdfRenderer, PdfError> {
    let templates = own.iter().map(|(name, text)| Template {
        name: (*name).to_owned(),
        text: (*text).to_owned(),
    });
    PdfRenderer::new(PdfOptions {
        templates: templates.collect(),
        ..options()
    })
}

#[test]
fn a_template_of_the_author_s_replaces_ours_and_may_import_others() {
    let parts = TEMPLATES
        .iter()
        .find(|(name, _)| *name == "parts.typ")
        .expect("ours")
        .1;
    let parts = parts.replace(
        "#let motion(",
        "#import \"house.typ\": banner\n#let motion(",
    );
    let parts = parts.replace(
        "    counter(page).update(1)\n",
        "    counter(page).update(1)\n    banner\n",
    );
    let own = designed(&[
        ("house.typ", "#let banner = par[Ons huis]\n"),
        ("parts.typ", &parts),
    ]);
    let own = own.expect("templates");
    assert_ne!(own.fingerprint(), renderer().fingerprint());
    let shapes = [one_slot()];
    let values = values(&shapes, UTRECHT);
    let made = render(&own, &shapes, &values).expect("made");
    assert!(
        text(&made[0]).starts_with("Ons huis Kop"),
        "{}",
        text(&made[0])
    );
    let made = render(&renderer(), &shapes, &values).expect("made");
    assert!(text(&made[0]).starts_with("Kop"), "{}", text(&made[0]));
}

#[test]
fn a_template_reads_nothing_but_its_data() {
    for (inside, told) in [
        ("#let x = read(\"/etc/passwd\")", "`etc/passwd` is not read"),
        ("#let x = read(\"../../etc/passwd\")", "etc/passwd"),
        (
            "#import \"@preview/cetz:0.3.4\": canvas",
            "templates import no packages: `@preview/cetz:0.3.4`",
        ),
        ("#let x = image(\"house.png\")", "house.png"),
        ("#let x = sys.inputs.at(\"secret\")", "secret"),
    ] {
        let text = format!("{inside}\n#let members = ()\n");
        let renderer = designed(&[("shapes.typ", &text)]).expect("it is text");
        let shapes = [one_slot()];
        let found = render(&renderer, &shapes, &values(&shapes, UTRECHT)).expect_err(inside);
        let said = found[0].to_string();
        assert!(said.contains(told), "{inside}: {said}");
        assert!(said.contains("templates/shapes.typ:1"), "{inside}: {said}");
    }
    for name in ["Brief.typ", "a/b.typ", "../x.typ", ".typ", "x.txt"] {
        let refused = designed(&[(name, "")]).err().expect(name);
        assert!(matches!(refused, PdfError::NotATemplate { .. }), "{name}");
    }
}

/// A file with this at the top of its first page, made by the writer and by Typst's export.
fn with_snippet(snippet: &str) -> [Vec<u8>; 2] {
    let parts = TEMPLATES
        .iter()
        .find(|(name, _)| *name == "parts.typ")
        .expect("ours")
        .1;
    let parts = parts.replace(
        "    counter(page).update(1)\n",
        &format!("    counter(page).update(1)\n    {snippet}\n"),
    );
    let own = designed(&[("parts.typ", &parts)]).expect("templates");
    let shapes = [one_slot()];
    let values = values(&shapes, UTRECHT);
    let prepared = own.prepare(&shapes).expect("prepared").output;
    let plain = prepared.render_plain(&values).expect("a plain way");
    [prepared.render(&values), plain].map(|made| {
        let mut made = made.unwrap_or_else(|found| panic!("{snippet}: {found:?}"));
        made.output.remove(0).bytes
    })
}

/// The structure elements of a type, in the order of their objects.
fn elements(bytes: &[u8], kind: &str) -> Vec<lopdf::Dictionary> {
    let document = lopdf::Document::load_mem(bytes).expect("a PDF");
    let all = document.objects.into_values();
    let elements = all.filter_map(|object| match object {
        lopdf::Object::Dictionary(element) => Some(element),
        _ => None,
    });
    let is = |element: &lopdf::Dictionary| {
        let named = element.get(b"S").and_then(lopdf::Object::as_name);
        named.ok() == Some(kind.as_bytes()) && element.has(b"P")
    };
    elements.filter(is).collect()
}

#[test]
fn lists_say_how_they_are_numbered() {
    for (snippet, numbering) in [
        ("list[een][twee]", "Disc"),
        ("list(marker: [–])[een][twee]", "None"),
        ("enum[een][twee]", "Decimal"),
        ("enum(numbering: \"a)\")[een][twee]", "LowerAlpha"),
        ("enum(numbering: \"A.\")[een][twee]", "UpperAlpha"),
        ("enum(numbering: \"(i)\")[een][twee]", "LowerRoman"),
        ("enum(numbering: \"I.\")[een][twee]", "UpperRoman"),
    ] {
        let [quick, _] = with_snippet(snippet);
        let lists = elements(&quick, "L");
        let stated = lists[0].get(b"A").and_then(lopdf::Object::as_dict);
        let stated = stated.expect("an attribute").get(b"ListNumbering");
        let stated = stated.and_then(lopdf::Object::as_name).expect("a name");
        assert_eq!(String::from_utf8_lossy(stated), numbering, "{snippet}");
    }
}

#[test]
fn a_described_drawing_is_the_content_of_its_figure() {
    let drawing = "rect(width: 1cm, height: 1cm, fill: black)";
    for (snippet, pieces) in [
        (format!("figure(alt: \"Vlak\", {drawing})"), 1),
        // What is drawn in one go is one content, and text between parts it.
        (
            format!("figure(alt: \"Vlakken\", {{ {drawing}; {drawing} }})"),
            1,
        ),
        (
            format!("figure(alt: \"Vlakken\", {{ {drawing}; [tekst]; {drawing} }})"),
            3,
        ),
    ] {
        let [quick, plain] = with_snippet(&snippet);
        assert!(quick != plain, "{snippet}");
        let figure = elements(&quick, "Figure").remove(0);
        let count = match figure.get(b"K").expect("content") {
            lopdf::Object::Array(kids) => kids.len(),
            _ => 1,
        };
        assert_eq!(count, pieces, "{snippet}");
    }
}

#[test]
fn words_in_another_language_say_so() {
    for (snippet, kind) in [
        ("text(lang: \"uk\", heading(level: 1)[Вода])", "H1"),
        (
            "text(lang: \"fr\", link(\"https://a.example/\")[eau])",
            "Link",
        ),
        (
            "text(lang: \"fr\", figure(alt: \"eau\", line(length: 9pt, stroke: 1pt)))",
            "Figure",
        ),
    ] {
        let [quick, plain] = with_snippet(snippet);
        assert!(quick != plain, "{snippet}");
        let languages = elements(&quick, kind).into_iter().map(|it| it.has(b"Lang"));
        assert_eq!(languages.filter(|has| *has).count(), 1, "{snippet}");
    }
}

#[test]
fn each_document_of_a_pack_is_a_part_with_its_title() {
    let shapes = pack(BRIEF);
    let made = render(&renderer(), &shapes, &values(&shapes, UTRECHT)).expect("made");
    let parts = elements(&made.last().expect("a pack").bytes, "Part");
    let titles: Vec<String> = parts
        .iter()
        .map(|part| lopdf::decode_text_string(part.get(b"T").expect("a title")).expect("text"))
        .collect();
    let known: Vec<String> = shapes[..shapes.len() - 1]
        .iter()
        .map(|shape| shape.document.clone())
        .collect();
    assert_eq!(titles, known);
    assert_eq!(elements(&made[0].bytes, "Part").len(), 0);
}

#[test]
fn a_number_of_content_is_begun_once() {
    // Leaders are an artifact in the midst of a paragraph.
    let [quick, plain] = with_snippet("par[Een#box(width: 1fr, repeat[.])twee]");
    assert!(quick != plain);
    let document = lopdf::Document::load_mem(&quick).expect("a PDF");
    let page = document.get_pages()[&1];
    let content = lopdf::content::Content::decode(&document.get_page_content(page));
    let mut numbers: Vec<i64> = content
        .expect("operations")
        .operations
        .iter()
        .filter(|it| it.operator == "BDC")
        .filter_map(|it| {
            it.operands[1]
                .as_dict()
                .ok()?
                .get(b"MCID")
                .ok()?
                .as_i64()
                .ok()
        })
        .collect();
    let count = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(count > 2 && numbers.len() == count, "{numbers:?}");
}
