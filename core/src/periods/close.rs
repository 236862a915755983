//! Closing a period: the postings that turn its settlement into booked fees and instructed payments.

use super::settlement::Settlement;
use crate::nouns::{Account, AccountKind, Posting, Reason};
use crate::values::{Amount, Day, FINE_PER_MINOR, Id, Overflow, fine_asset};

/// The postings of a close, in order. `day` is the value day of all of them: the last day of the period
/// (`period.until` less one day).
///
/// First each fee: `<party>/settlement` gives, `<operator>/fee` gets (the other way round where the fee is paid back),
/// in fine units, reason `fee`. Nothing is booked where the party is the operator.
///
/// Then, by party, what is instructed: of a party that owes, `<party>/outside` gives and `<party>/settlement` gets; of
/// one that receives the other way round; reason `instruction`. What R5 made of the fine units (`payable` − `minor`,
/// for the operator as well) is booked in fine units, × 10^4; what had been booked in the currency itself is booked in
/// the currency. The two are booked apart, and also where they cancel out, so that afterwards the party's accounts
/// without `outside` hold exactly its residue in fine units and nothing in the currency. Of the operator that is so only
/// without top-ups and paid withdrawals, which count in its net through its `outside`: what they moved stays in its
/// `settlement`, with the opposite in `outside`.
///
/// None of these postings counts in a later settlement.
///
/// # Errors
///
/// [`Overflow`] if a payable in fine units would not fit.
pub fn close_postings(settlement: &Settlement, operator: &Id, day: Day) -> Result<Vec<Posting>, Overflow> {
    let fine = fine_asset(&settlement.currency);
    let mut postings = Vec::new();
    for line in settlement.fees.iter().filter(|line| line.party != *operator) {
        let charged = Account::new(&line.party, AccountKind::Settlement);
        let paid = Account::new(operator, AccountKind::Fee);
        postings.extend(movement(charged, paid, &fine, line.fine, day, Reason::Fee));
    }
    for statement in &settlement.statements {
        let of_fine = statement.payable.minus(statement.minor)?.times(Amount::new(FINE_PER_MINOR)?)?;
        for (asset, amount) in [(&fine, of_fine), (&settlement.currency, statement.minor)] {
            let position = Account::new(&statement.party, AccountKind::Settlement);
            let outside = Account::new(&statement.party, AccountKind::Outside);
            postings.extend(movement(position, outside, asset, amount, day, Reason::Instruction));
        }
    }
    Ok(postings)
}

/// A posting from one account to the other: the other way round below zero, none at zero.
fn movement(from: Account, to: Account, asset: &Id, amount: Amount, day: Day, reason: Reason) -> Option<Posting> {
    if amount.is_zero() {
        return None;
    }
    let (debit, credit, amount) = if amount.is_positive() { (from, to, amount) } else { (to, from, amount.negated()) };
    Some(Posting { debit, credit, asset: asset.clone(), amount, day, reason })
}
