//! The declared name that a writer most likely meant.

/// Above this many names a list helps nobody.
const LISTED: usize = 12;

/// What to say after "there is no …": the near name, the few declared ones, or that there are none.
pub(super) fn advice<'k>(name: &str, declared: impl Iterator<Item = &'k str>) -> String {
    let declared: Vec<&str> = declared.collect();
    if let Some(near) = nearest(name, &declared) {
        format!("; did you mean `{near}`?")
    } else if declared.is_empty() {
        "; none is declared".to_owned()
    } else if declared.len() <= LISTED {
        let quoted: Vec<String> = declared.iter().map(|name| format!("`{name}`")).collect();
        format!("; declared: {}", quoted.join(", "))
    } else {
        String::new()
    }
}

/// The nearest name: other capitals first, then one slip, two slips, one name beginning with the other; of equals the
/// first.
fn nearest<'k>(name: &str, declared: &[&'k str]) -> Option<&'k str> {
    let rank = |candidate: &str| {
        let (a, b) = (name.as_bytes(), candidate.as_bytes());
        let shorter = a.len().min(b.len());
        if name.eq_ignore_ascii_case(candidate) {
            Some(0)
        } else if shorter >= 2 && within(a, b, 1) {
            Some(1)
        } else if shorter >= 4 && within(a, b, 2) {
            // A two-letter slip in a three-letter word is another word, not a slip.
            Some(2)
        } else if shorter >= 2 && (a.starts_with(b) || b.starts_with(a)) {
            Some(3)
        } else {
            None
        }
    };
    let ranked = declared.iter().filter_map(|candidate| rank(candidate).map(|rank| (rank, *candidate)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, candidate)| candidate)
}

/// Whether at most `slips` letters must be changed, left out or put in to make one text the other. Ids are ASCII, and so
/// few slips need no table of distances.
fn within(a: &[u8], b: &[u8], slips: usize) -> bool {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (after(a, same), after(b, same));
    if a.is_empty() && b.is_empty() {
        return true;
    }
    let Some(slips) = slips.checked_sub(1) else { return false };
    let (a_less, b_less) = (after(a, 1), after(b, 1));
    within(a_less, b_less, slips) || within(a_less, b, slips) || within(a, b_less, slips)
}

/// The text without its first letters.
fn after(text: &[u8], letters: usize) -> &[u8] {
    text.get(letters..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names() {
        let declared = ["gold", "silver", "platinum", "vip", "go"];
        for (name, near) in [
            ("Gold", Some("gold")),
            ("GOLD", Some("gold")),
            ("goldd", Some("gold")),
            ("glod", Some("gold")),
            ("sliver", Some("silver")),
            ("plat", Some("platinum")),
            ("vp", Some("vip")),
            ("xyz", None),
            ("", None),
            ("g", None),
        ] {
            assert_eq!(nearest(name, &declared), near, "{name}");
        }
    }

    #[test]
    fn advice_lists_what_little_there_is() {
        assert_eq!(advice("x", [].into_iter()), "; none is declared");
        assert_eq!(advice("x", ["aa", "bb"].into_iter()), "; declared: `aa`, `bb`");
        assert_eq!(advice("xx", ["aa"; 13].into_iter()), "");
        assert_eq!(advice("ab", ["aa"; 13].into_iter()), "; did you mean `aa`?");
    }
}
