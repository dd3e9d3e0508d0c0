//! Suggestions for unknown names.

/// `did you mean ..?` with the nearest known name, if one is near enough.
pub fn did_you_mean(
    name: &str,
    known: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    nearest(name, known).map(|known| format!("did you mean `{known}`?"))
}

/// The nearest known name within the edit distance of a typing mistake.
pub fn nearest(name: &str, known: impl IntoIterator<Item = impl AsRef<str>>) -> Option<String> {
    // One edit in a short name, up to three in a long one; more is another word.
    let limit = match name.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=12 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|known| {
            (
                strsim::damerau_levenshtein(name, known.as_ref()),
                known.as_ref().to_owned(),
            )
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(
            did_you_mean("seets", ["seats", "name"]).as_deref(),
            Some("did you mean `seats`?")
        );
        let columns = ["code", "name", "seats", "street", "population", "province"];
        for other in [
            "burgemeester",
            "inwoners",
            "gemeente",
            "email",
            "nr",
            "naam",
        ] {
            assert_eq!(did_you_mean(other, columns), None, "{other}");
        }
    }
}
