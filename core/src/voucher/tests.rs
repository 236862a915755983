//! The table of states, cell by cell, and the page that prints it.

use super::{VoucherState as S, VoucherVerb as V, step};
use crate::nouns::Code as C;

fn word(name: &str) -> String {
    name.to_lowercase()
}

/// The table as `docs/rulebook.md` prints it.
fn printed() -> String {
    let head: Vec<String> = V::ALL.iter().map(|verb| word(&format!("{verb:?}"))).collect();
    let mut lines = vec![format!("| | {} |", head.join(" | ")), format!("|---{}|", "|---".repeat(V::ALL.len()))];
    for state in S::ALL {
        let cells = V::ALL.iter().map(|verb| match step(state, *verb) {
            Ok(next) => format!("**{}**", word(&format!("{next:?}"))),
            Err(code) => format!("`{code}`"),
        });
        let cells: Vec<String> = cells.collect();
        lines.push(format!("| {} | {} |", word(&format!("{state:?}")), cells.join(" | ")));
    }
    lines.join("\n")
}

#[test]
fn the_page_prints_the_table() {
    let page = include_str!("../../../docs/rulebook.md");
    assert!(page.contains(&printed()), "docs/rulebook.md lacks:\n{}", printed());
}

#[test]
fn every_cell_is_what_was_decided() {
    let (taken, used, voided) = (Err(C::VoucherTaken), Err(C::VoucherUsed), Err(C::VoucherVoided));
    let (invalid, reserved, free) = (Err(C::InvalidVoucher), Err(C::VoucherReserved), Err(C::VoucherNotReserved));
    // Claim, reserve, release, redeem, spend, void, extend, reissue, swap.
    let table = [
        (
            S::Issued,
            [
                Ok(S::Claimed),
                invalid,
                invalid,
                invalid,
                invalid,
                Ok(S::Voided),
                Ok(S::Issued),
                Ok(S::Replaced),
                Ok(S::Issued),
            ],
        ),
        (
            S::Claimed,
            [
                taken,
                Ok(S::Reserved),
                free,
                Ok(S::Redeemed),
                Ok(S::Claimed),
                Ok(S::Voided),
                Ok(S::Claimed),
                Ok(S::Replaced),
                taken,
            ],
        ),
        (
            S::Reserved,
            [
                taken,
                reserved,
                Ok(S::Claimed),
                Ok(S::Redeemed),
                Ok(S::Claimed),
                reserved,
                Ok(S::Reserved),
                reserved,
                taken,
            ],
        ),
        (S::Redeemed, [taken, used, used, used, used, used, used, used, taken]),
        (S::Expired, [invalid, invalid, invalid, invalid, invalid, invalid, invalid, Ok(S::Replaced), invalid]),
        (S::Voided, [voided; 9]),
        (S::Replaced, [voided; 9]),
    ];
    for (state, cells) in table {
        for (verb, cell) in V::ALL.into_iter().zip(cells) {
            assert_eq!(step(state, verb), cell, "{state:?} {verb:?}");
        }
    }
}
