//! Suggestions for names that are not known.

/// `did you mean ..?` with the nearest of the known names, where one is near enough.
pub(crate) fn did_you_mean(
    name: &str,
    known: impl IntoIterator<Item = impl AsRef<str>>,
) -> Option<String> {
    let limit = (name.chars().count() / 3).max(1);
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
        .map(|(_, known)| format!("did you mean `{known}`?"))
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
        assert_eq!(did_you_mean("burgemeester", ["seats", "name"]), None);
    }
}
