//! The result of a settlement: fees, net positions, payments, and statements that name every figure's origin.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::netting::{Payment, net};
use super::tally::TallySide;
use crate::nouns::Reason;
use crate::values::{Amount, Day, FINE_PER_MINOR, Id, Period};
use crate::wire::{Hash, WireError, encode, hash};

/// A period, settled.
///
/// Over all parties the sums of `payable` and of `residues` are 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Settlement {
    /// The version of this form: 1.
    #[serde(deserialize_with = "super::tally_wire::version")]
    pub v: u32,
    /// The settled period.
    pub period: Period,
    /// The money asset.
    pub currency: Id,
    /// Fees charged, by party, first day of the terms and position in the terms; without charges of 0.
    pub fees: Vec<FeeLine>,
    /// What each party receives (above zero) or pays, minor units; without zeros.
    pub payable: BTreeMap<Id, Amount>,
    /// What is left below a minor unit and carried to the next period, fine units; without zeros.
    pub residues: BTreeMap<Id, Amount>,
    /// Who pays whom, so that every payable is met.
    pub payments: Vec<Payment>,
    /// The statements, by party.
    pub statements: Vec<Statement>,
}

impl Settlement {
    /// Whether it carries over what the last close left: made before that close, it does not.
    pub fn carries(&self, residues: &BTreeMap<Id, Amount>) -> bool {
        let told = self.statements.iter().map(|statement| (&statement.party, statement.carried));
        let left = residues.iter().filter(|(_, amount)| !amount.is_zero()).map(|(party, amount)| (party, *amount));
        told.filter(|(_, carried)| !carried.is_zero()).eq(left)
    }

    /// Whether its parts say the same: `payable` and `residues` are those of the statements and sum to 0, each statement
    /// comes to its payable and residue, and the payments are those that meet the payables. What [`settle`](super::settle())
    /// gives does.
    pub fn is_consistent(&self) -> bool {
        let of_statements = |figure: fn(&Statement) -> Amount| -> BTreeMap<&Id, Amount> {
            let all = self.statements.iter().map(|statement| (&statement.party, figure(statement)));
            all.filter(|(_, amount)| !amount.is_zero()).collect()
        };
        let same =
            |told: &BTreeMap<Id, Amount>, figure| told.iter().map(|(id, sum)| (id, *sum)).eq(of_statements(figure));
        let comes_out = |statement: &Statement| {
            let [fine, minor, payable, residue] =
                [statement.fine, statement.minor, statement.payable, statement.residue].map(Amount::wide);
            let paid = payable.checked_sub(minor)?.checked_mul(i128::from(FINE_PER_MINOR))?;
            (paid.checked_add(residue)? == fine).then_some(())
        };
        let parties = self.statements.windows(2);
        parties.into_iter().all(|two| matches!(two, [one, next] if one.party < next.party))
            && self.statements.iter().all(|statement| comes_out(statement).is_some())
            && same(&self.payable, |statement| statement.payable)
            && same(&self.residues, |statement| statement.residue)
            && Amount::sum(self.residues.values().copied()).is_ok_and(|sum| sum.is_zero())
            && net(&self.payable).is_ok_and(|payments| payments == self.payments)
    }
}

/// A fee of a period: one fee of one version of a party's terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FeeLine {
    /// Who is charged.
    pub party: Id,
    /// The first day of the terms that it is charged by.
    pub terms_from: Day,
    /// Its position in the fees of these terms, from 0.
    pub index: u32,
    /// What it was taken of: minor units of turnover, points, or the fixed sum in minor units.
    pub basis: Amount,
    /// What is charged, fine units, never 0; below zero it is paid back.
    pub fine: Amount,
}

/// What one party sees of a period.
///
/// `fine` = the non-memo movements of its lines in fine units + `carried` − `fees`; `minor` = those in minor units; and
/// `fine` + `minor` × 10^4 = `payable` × 10^4 + `residue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Statement {
    /// The party.
    pub party: Id,
    /// Everything that touched it, points and memo lines too, by asset, reason, debit and credit.
    pub lines: Vec<StatementLine>,
    /// The residue of the last close, fine units.
    pub carried: Amount,
    /// What it is charged, fine units; the operator's is below zero by what the others are charged.
    pub fees: Amount,
    /// Its position in fine units.
    pub fine: Amount,
    /// Its position in whole minor units (what was booked in the currency itself).
    pub minor: Amount,
    /// What it receives (above zero) or pays, minor units: `minor` plus `fine` rounded (R5).
    pub payable: Amount,
    /// What is carried to the next period, fine units.
    pub residue: Amount,
}

/// The sum of a party's postings of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct StatementLine {
    /// Why it moved.
    pub reason: Reason,
    /// What gave.
    pub debit: TallySide,
    /// What got.
    pub credit: TallySide,
    /// What moved.
    pub asset: Id,
    /// The earliest value day; before the period where something booked late is in it.
    pub first_day: Day,
    /// The latest value day.
    pub last_day: Day,
    /// How many postings.
    pub postings: u64,
    /// How much, in units of the asset.
    pub amount: Amount,
}

/// The fingerprint that `CloseBooks` names, so that what is booked is what was looked at: of the kind `settlement`,
/// over the canonical JSON.
///
/// # Errors
///
/// Those of [`encode`]; none for what [`settle`](crate::periods::settle()) gave.
pub fn statement_hash(settlement: &Settlement) -> Result<Hash, WireError> {
    Ok(hash("settlement", &encode(settlement)?))
}
