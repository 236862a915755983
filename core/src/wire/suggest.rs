//! Finds the known word a person most likely meant.

/// Above this many known names a list helps nobody.
const LISTED_FIELDS: usize = 12;
/// Words of an enum are listed more freely: they are the whole choice a writer has.
const LISTED_WORDS: usize = 40;
/// How much of a foreign text a message repeats.
const SHOWN_CHARS: usize = 60;

/// The start of a text that came from outside, so that a message stays short whatever it held.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// The message for a field that is not known.
pub(super) fn unknown_field(name: &str, known: &[&str]) -> String {
    let mut text = format!("there is no field `{}` here", shown(name));
    advise(&mut text, name, known, LISTED_FIELDS, "the fields are");
    text
}

/// The message for a word that is not known.
pub(super) fn unknown_word(word: &str, known: &[&str]) -> String {
    let mut text = format!("there is no `{}` here", shown(word));
    advise(&mut text, word, known, LISTED_WORDS, "the words are");
    text
}

fn advise(text: &mut String, name: &str, known: &[&str], listed: usize, lead: &str) {
    if let Some(near) = nearest(name, known) {
        text.push_str("; did you mean `");
        text.push_str(near);
        text.push_str("`?");
    } else if known.is_empty() {
        text.push_str("; none is known here");
    } else if known.len() <= listed {
        text.push_str("; ");
        text.push_str(lead);
        text.push(' ');
        text.push_str(&list(known));
    }
}

/// "; the words are …", for messages about an enum where no word was given.
pub(super) fn choice(known: &[&str]) -> String {
    if known.is_empty() || known.len() > LISTED_WORDS {
        return String::new();
    }
    format!("; the words are {}", list(known))
}

/// The names in back quotes, parted by commas.
fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// The known name nearest to `name`: a slip of at most two letters first, then a beginning of one
/// or the other, then an abbreviation (`qty` for `quantity`).
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .filter_map(|&candidate| closeness(name, candidate).map(|rank| (rank, candidate)))
        .min_by_key(|&(rank, _)| rank)
        .map(|(_, candidate)| candidate)
}

fn closeness(name: &str, candidate: &str) -> Option<usize> {
    // A two-letter slip in a three-letter word is another word, not a slip.
    let allowed = if candidate.len() >= 4 { 2 } else { 1 };
    if name.len() >= 2 && candidate.len() >= 2 {
        if name.len().abs_diff(candidate.len()) <= 8 {
            let slips = distance(name, candidate);
            if slips <= allowed {
                return Some(slips);
            }
        }
        if name.starts_with(candidate) || candidate.starts_with(name) {
            return Some(3);
        }
        if name.len() >= 3 && abbreviates(name, candidate) {
            return Some(4);
        }
    }
    None
}

/// Whether `short` has the first letter of `long` and the rest of its letters in order.
fn abbreviates(short: &str, long: &str) -> bool {
    let mut letters = long.chars();
    short.chars().next() == long.chars().next() && short.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// The Levenshtein distance in characters; callers bound the lengths.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (done, letter) in left.chars().enumerate() {
        let mut diagonal = done;
        let mut before = done.saturating_add(1);
        let mut next = Vec::with_capacity(row.len());
        next.push(before);
        for (other, above) in right.iter().zip(row.iter().skip(1)) {
            let changed = diagonal.saturating_add(usize::from(*other != letter));
            before = changed.min(above.saturating_add(1)).min(before.saturating_add(1));
            diagonal = *above;
            next.push(before);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest, shown, unknown_field};

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("añb", "anb"), 1);
    }

    #[test]
    fn nearest_names() {
        let known = ["quantity", "price", "id", "at"];
        assert_eq!(nearest("quantty", &known), Some("quantity"));
        assert_eq!(nearest("qty", &known), Some("quantity"));
        assert_eq!(nearest("quant", &known), Some("quantity"));
        assert_eq!(nearest("prices_of_all", &known), Some("price"));
        assert_eq!(nearest("zz", &known), None);
        assert_eq!(nearest("", &known), None);
        assert_eq!(nearest(&"q".repeat(1_000_000), &known), None);
    }

    #[test]
    fn messages_stay_short() {
        let long = "é".repeat(5_000);
        assert!(shown(&long).len() < 200);
        assert!(unknown_field(&long, &["a", "b"]).len() < 300);
        assert_eq!(unknown_field("x", &["a"]), "there is no field `x` here; the fields are `a`");
    }
}
