//! Probes: shapes that use every construct. The fingerprint hashes them, and tests read them.

use raadspost_content::{
    Annex, Block, BlockId, BlockKind, Body, DocumentWords, Enclosure, Enclosures, FillIn,
    FillInKind, Footnote, Inline, Item, Letter, ListKind, Motion, MotionKind, MotionRecord, Part,
    Particular, Sender, Shape, Signatory, Span, Values, VotingRows, WordingRole,
};

/// All probes: a motion alone, an annex with text and a motion, a letter, and a motion with all
/// that a council expects.
pub(crate) fn shapes() -> [Shape; 4] {
    [motion(), annex(), letter(), council()]
}

/// The slot of [`council`] that lists factions.
const FACTIONS_SLOT: usize = 1;

/// Values for a probe.
pub(crate) fn values(shape: &Shape) -> Values {
    let names = ["Utrecht", "’s-Hertogenbosch", "Bergen (NH)"];
    let slots = (0..shape.slots)
        .map(|slot| match (shape.document.as_str(), slot) {
            ("council", FACTIONS_SLOT) => "D66\t6\nVoor & <Na> \"1\"\t4\nLokaal\t1".to_owned(),
            _ => names[slot % names.len()].to_owned(),
        })
        .collect();
    Values {
        slots,
        members: Vec::new(),
    }
}

pub(crate) fn text(text: &str) -> Inline {
    Inline::Text(text.into())
}

pub(crate) fn block(id: &str, kind: BlockKind) -> Block {
    Block {
        id: BlockId(id.into()),
        span: Span::default(),
        kind,
    }
}

pub(crate) fn paragraph(inlines: Vec<Inline>) -> Block {
    block("probe.paragraph", BlockKind::Paragraph { inlines })
}

pub(crate) fn item(words: &str) -> Item {
    vec![paragraph(vec![text(words)])]
}

pub(crate) fn shape(body: Body, slots: usize) -> Shape {
    Shape {
        document: "probe".into(),
        language: "nl-NL".into(),
        title: vec![text("Motie over lantaarns in "), Inline::Slot(0)],
        author: "Raadspost".into(),
        date: (2023, 2, 9),
        body,
        footnotes: Vec::new(),
        words: DocumentWords {
            page: "Pagina".into(),
            ..DocumentWords::default()
        },
        slots,
        reference: None,
    }
}

pub(crate) fn fill_in(id: &str, label: &str, kind: FillInKind) -> Inline {
    Inline::FillIn(FillIn {
        id: id.into(),
        label: label.into(),
        kind,
        field: None,
        line: None,
    })
}

fn choice() -> Inline {
    Inline::Choice {
        id: "middelen".into(),
        options: vec!["in principe".into(), "indien nodig".into()],
        mark: "*".into(),
    }
}

/// A motion with two alternatives, as a document of its own.
pub(crate) fn motion() -> Shape {
    shape(
        Body::Parts {
            annex: None,
            parts: vec![Part::Motion(parts_motion(1))],
        },
        1,
    )
}

fn parts_motion(level: u8) -> Motion {
    let recital = |id: &str, head: &str, items: &[&str]| {
        block(
            id,
            BlockKind::Recital {
                level: level + 1,
                head: vec![text(head)],
                items: items.iter().map(|words| item(words)).collect(),
            },
        )
    };
    let person = |number: usize| match fill_in("indiener", "Naam, (fractie)", FillInKind::Person) {
        Inline::FillIn(mover) => vec![Inline::FillIn(mover.numbered(number))],
        other => vec![other],
    };
    let blocks = vec![
        block(
            "probe.preamble",
            BlockKind::Preamble {
                inlines: vec![
                    text("De gemeenteraad van "),
                    Inline::Slot(0),
                    text(", in vergadering bijeen op "),
                    fill_in("datum", "datum", FillInKind::Date),
                    text(","),
                ],
            },
        ),
        recital(
            "probe.constaterende",
            "Constaterende dat:",
            &[
                "De lantaarns aan de oostkade sinds de jaarwisseling niet branden.",
                "Bewoners daarover herhaaldelijk en met redenen omkleed hebben geklaagd, zonder dat een antwoord is gekomen.",
            ],
        ),
        block(
            "probe.mening",
            BlockKind::Recital {
                level: level + 1,
                head: vec![text("Van mening zijnde dat:")],
                items: vec![vec![paragraph(vec![
                    text("Onze raad "),
                    choice(),
                    text(" bereid is om middelen vrij te maken."),
                ])]],
            },
        ),
        block(
            "probe.verzoekt",
            BlockKind::Operative {
                level: level + 1,
                head: vec![text("Verzoekt het college van burgemeester en wethouders:")],
                alternatives: vec![
                    vec![
                        item("Te onderzoeken wat herstel van de lantaarns kost."),
                        item("De raad op korte termijn over de uitkomst te berichten en"),
                        item("Op basis daarvan een voorstel voor te leggen."),
                    ],
                    vec![
                        item("De lantaarns te herstellen."),
                        vec![paragraph(vec![
                            text("Als gemeente "),
                            Inline::Slot(0),
                            text(" hiervoor een voorstel voor te leggen."),
                        ])],
                    ],
                ],
                variants: vec!["onderzoek".into(), "herstel".into()],
                separator: vec![text("OF")],
            },
        ),
        block(
            "probe.slot",
            BlockKind::Closing {
                inlines: vec![text("En gaat over tot de orde van de dag")],
            },
        ),
        block(
            "probe.indieners",
            BlockKind::Movers {
                lead: vec![
                    fill_in("plaats-en-datum", "Plaatsnaam, datum,", FillInKind::Text),
                    text(" het lid van de raad,"),
                ],
                lines: vec![person(1), person(2), person(3)],
            },
        ),
        block(
            "probe.noot",
            BlockKind::Note {
                inlines: vec![text("*verwijderen wat niet van toepassing is")],
            },
        ),
    ];
    Motion {
        id: "lantaarns".into(),
        variant: None,
        title: vec![text("Concept-motie herstel lantaarns oostkade")],
        level,
        show_title: true,
        record: MotionRecord {
            kind: MotionKind::OffAgendaMotion,
            municipality: Some((0, 0)),
        },
        blocks,
    }
}

/// A motion with particulars, an amendment's texts, signatures and votes.
pub(crate) fn council() -> Shape {
    let fill = |id: &str, field: &str, kind| {
        vec![Inline::FillIn(FillIn {
            id: id.into(),
            label: id.into(),
            kind,
            field: Some(field.into()),
            line: None,
        })]
    };
    let numbered = |inlines: Vec<Inline>, number: usize| match inlines.as_slice() {
        [Inline::FillIn(fill_in)] => vec![Inline::FillIn(fill_in.numbered(number))],
        _ => inlines,
    };
    let faction = FillInKind::Faction {
        slot: FACTIONS_SLOT,
    };
    let words = |role, head: &str, body: &str| {
        let wording = BlockKind::Wording {
            role,
            level: 2,
            head: vec![text(head)],
            blocks: vec![paragraph(vec![text(body), Inline::Slot(0)])],
        };
        block("probe.wording", wording)
    };
    let row = |number| {
        vec![
            numbered(fill("naam", "indiener", FillInKind::Person), number),
            numbered(fill("fractie", "fractie", faction.clone()), number),
            Vec::new(),
        ]
    };
    let vote = fill(
        "stem",
        "fractiestemresultaat",
        FillInKind::Options(vec!["voor".into(), "tegen".into()]),
    );
    let heads = |heads: [&str; 3]| heads.map(|head| vec![text(head)]).into();
    let blocks = vec![
        block(
            "probe.particulars",
            BlockKind::Particulars {
                rows: vec![Particular {
                    label: vec![text("Nummer:")],
                    value: fill("nummer", "nummer", FillInKind::Text),
                }],
            },
        ),
        words(WordingRole::Old, "Oude tekst", "Tien euro voor "),
        words(WordingRole::New, "Nieuwe tekst", "Twintig euro voor "),
        block(
            "probe.signatures",
            BlockKind::Signatures {
                lead: vec![text("Ondertekening te "), Inline::Slot(0)],
                columns: heads(["Naam", "Fractie", "Handtekening"]),
                rows: vec![row(1), row(2)],
            },
        ),
        block(
            "probe.voting",
            BlockKind::Voting {
                lead: vec![text("Stemming")],
                columns: heads(["Fractie", "Zetels", "Stem"]),
                rows: VotingRows::Factions {
                    slot: FACTIONS_SLOT,
                    vote,
                },
            },
        ),
        words(WordingRole::Explanation, "Toelichting", "Omdat "),
    ];
    let motion = Motion {
        id: "amendement".into(),
        variant: None,
        title: vec![text("Amendement")],
        level: 1,
        show_title: true,
        record: MotionRecord {
            kind: MotionKind::Amendment,
            municipality: Some((0, 0)),
        },
        blocks,
    };
    let body = Body::Parts {
        annex: None,
        parts: vec![Part::Motion(motion)],
    };
    let mut shape = shape(body, 2);
    shape.document = "council".into();
    shape
}

/// An annex: text with every inline, nested lists and footnotes, then the motion.
pub(crate) fn annex() -> Shape {
    let link = |url: &str, words: &str| Inline::Link {
        url: url.into(),
        inlines: vec![text(words)],
    };
    let nested = block(
        "probe.nested",
        BlockKind::List {
            kind: ListKind::LowerAlpha,
            items: vec![item("Eerst"), item("Dan")],
        },
    );
    let blocks = vec![
        block(
            "probe.h2",
            BlockKind::Heading {
                level: 2,
                inlines: vec![text("Samenvatting")],
            },
        ),
        paragraph(vec![
            text("Met "),
            Inline::Emphasis(vec![text("nadruk")]),
            text(", "),
            Inline::Strong(vec![text("vet")]),
            text(" en "),
            Inline::Strong(vec![Inline::Emphasis(vec![text("beide")])]),
            text(" in "),
            Inline::Slot(1),
            text("."),
            Inline::Footnote(0),
            Inline::LineBreak,
            text("Zie "),
            Inline::Link {
                url: "https://example.org/a?b=1&c=2".into(),
                inlines: vec![text("het "), Inline::Emphasis(vec![text("artikel")])],
            },
            text(" en"),
            Inline::Footnote(1),
            text(" nogmaals"),
            Inline::Footnote(0),
            text("."),
        ]),
        block(
            "probe.h3",
            BlockKind::Heading {
                level: 3,
                inlines: vec![text("Onderdelen")],
            },
        ),
        block(
            "probe.list",
            BlockKind::List {
                kind: ListKind::Decimal,
                items: vec![
                    vec![
                        paragraph(vec![text("Ten eerste")]),
                        paragraph(vec![text("met een tweede alinea")]),
                        nested,
                    ],
                    item("Ten tweede"),
                ],
            },
        ),
        block(
            "probe.bullets",
            BlockKind::List {
                kind: ListKind::Bullet,
                items: vec![vec![paragraph(vec![
                    link("https://example.org/", "https://example.org/"),
                    // LibreOffice 7.4 nests the two wrongly when it saves a link right before a control.
                    text(" en "),
                    fill_in(
                        "soort",
                        "soort",
                        FillInKind::Options(vec!["een".into(), "twee".into()]),
                    ),
                ])]],
            },
        ),
    ];
    let annex = Annex {
        label: vec![text("Bijlage II:")],
        title: vec![text("Lantaarns")],
    };
    let parts = vec![
        Part::Text {
            id: "tekst".into(),
            blocks,
        },
        Part::Motion(parts_motion(2)),
    ];
    let mut shape = shape(
        Body::Parts {
            annex: Some(annex),
            parts,
        },
        3,
    );
    let footnote = |id: &str, inlines| Footnote {
        id: id.into(),
        span: Span::default(),
        inlines,
    };
    shape.footnotes = vec![
        footnote(
            "bron",
            vec![
                text("Bron: "),
                link("https://example.org/bron", "de bron"),
                Inline::Slot(2),
            ],
        ),
        footnote(
            "stad",
            vec![text("Het gaat om "), Inline::Slot(0), text(".")],
        ),
    ];
    shape
}

/// A letter.
pub(crate) fn letter() -> Shape {
    let signatory = |name: &str, email: Option<&str>| Signatory {
        name: name.into(),
        role: Some("Voorzitter".into()),
        email: email.map(Into::into),
        signature: None,
    };
    let letter = Letter {
        id: "brief".into(),
        envelope: Default::default(),
        sender: Sender {
            name: "Vereniging Licht".into(),
            tagline: Some("Voor een verlichte kade".into()),
            address: vec!["Kade 1".into()],
            telephone: Some("030 000 00 00".into()),
            email: Some("licht@example.org".into()),
            website: Some("example.org".into()),
        },
        addressee: vec![vec![
            text("Aan de leden van de gemeenteraad van "),
            Inline::Slot(0),
        ]],
        address: vec![vec![Inline::Slot(1)], vec![Inline::Slot(2)]],
        kix: None,
        reference: None,
        place_and_date: vec![text("Utrecht, 9 februari 2023")],
        subject: Some(vec![text("Lantaarns")]),
        salutation: vec![text("Geachte leden van de raad,")],
        blocks: vec![
            paragraph(vec![text("De lantaarns branden niet.")]),
            block(
                "probe.kop",
                BlockKind::Heading {
                    level: 1,
                    inlines: vec![text("Meer doen")],
                },
            ),
            paragraph(vec![text("Misschien wilt u meer doen?")]),
        ],
        closing: vec![text("Met vriendelijke groet,")],
        signatories: vec![
            signatory("A. Lamp", Some("a@example.org")),
            signatory("B. Kaars", None),
        ],
        qr: None,
        publication_copy: false,
        enclosures: Some(Enclosures {
            title: vec![text("Bijlagen")],
            items: vec![Enclosure {
                label: vec![text("Bijlage I:")],
                title: vec![text("Motie")],
            }],
        }),
    };
    shape(Body::Letter(Box::new(letter)), 3)
}
