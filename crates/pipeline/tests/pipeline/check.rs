//! Tests of the quick pass, alone and before a strict run.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use raadspost_content::{Format, NotPosted};
use raadspost_pipeline::{
    CheckOptions, DocumentCount, EnvelopeCount, NotPostedCount, PostCounts, RunError, Totals, check,
};

use crate::fakes::{Bench, Campaign, Notes};

#[test]
fn a_check_tells_everything_and_writes_nothing() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[0].refused.insert("brief");
    campaign.rows[2].values.insert("motie", "😀".into());
    let notes = Notes::default();
    let never = AtomicBool::new(false);
    let checked = check(
        &campaign,
        &bench.renderers(),
        &bench.inspectors(),
        &CheckOptions::default(),
        &notes,
        &never,
    )
    .unwrap();
    let expected = Totals {
        packs: 3,
        selected_packs: 3,
        documents: 12,
        refused: 4,
        errors: 2,
        warnings: 0,
        post: PostCounts {
            envelopes: vec![EnvelopeCount {
                envelope: "raad".into(),
                documents: vec![DocumentCount {
                    document: "pack".into(),
                    municipalities: 1,
                }],
                municipalities: 1,
                held: 2,
                without: BTreeMap::new(),
                no_address: 0,
            }],
            not_posted: [
                ("brief", Format::Pdf, NotPosted::PartOf("pack".into())),
                ("bijlage", Format::Pdf, NotPosted::PartOf("pack".into())),
                ("motie", Format::Docx, NotPosted::WordFile),
            ]
            .map(|(document, format, reason)| NotPostedCount {
                document: document.into(),
                format,
                number: 1,
                reason,
            })
            .into(),
        },
    };
    assert_eq!(checked.totals, expected);
    assert_eq!((checked.laid_out_packs, checked.failed), (3, 0));
    assert_eq!(*notes.totals.lock().unwrap(), expected);
    assert_eq!(notes.diagnostics.lock().unwrap().len(), 2);
    assert!(!bench.out().exists());
}

#[test]
fn a_strict_run_makes_nothing_where_something_is_refused() {
    let (mut bench, mut campaign) = (Bench::new(), Campaign::three());
    campaign.rows[0].refused.insert("motie");
    bench.options.strict = true;
    let error = bench.try_run(&campaign).unwrap_err();
    assert!(
        matches!(
            error,
            RunError::Strict {
                refused: 2,
                errors: 1
            }
        ),
        "{error:?}"
    );
    assert!(!bench.out().exists());
    campaign.rows[0].refused.clear();
    assert!(bench.run(&campaign).is_clean());
}

#[test]
fn an_empty_register_moves_nothing_aside() {
    let (bench, mut campaign) = (Bench::new(), Campaign::three());
    bench.run(&campaign);
    campaign.rows.clear();
    let error = bench.try_run(&campaign).unwrap_err();
    assert!(matches!(error, RunError::NoRecipients), "{error:?}");
    assert_eq!(bench.files().len(), 12);
}
