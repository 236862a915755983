//! Whose a voucher is: what everybody asks before anything else. To the public one that is absent, another's or nobody's yet
//! is the same.

use super::state::{VoucherState, VoucherVerb, allow, invalid};
use crate::book::Halt;
use crate::decision::Decision;
use crate::nouns::Voucher;
use crate::values::{Id, ItemId};

/// A voucher of an account: `invalid_voucher path`.
pub(super) fn of_account<'a>(
    decision: &Decision<'a>,
    id: ItemId,
    account: &Id,
    path: &str,
) -> Result<&'a Voucher, Halt> {
    let voucher = decision.view.voucher(id)?.ok_or_else(|| invalid(path, "unknown"))?;
    match &voucher.account {
        Some(owner) if owner == account => Ok(voucher),
        Some(_) => Err(invalid(path, "foreign")),
        None => Err(invalid(path, "unbound")),
    }
}

/// A voucher of an account that a verb may work on.
pub(super) fn owned<'a>(
    decision: &Decision<'a>,
    id: ItemId,
    account: &Id,
    verb: VoucherVerb,
    path: &str,
) -> Result<&'a Voucher, Halt> {
    let voucher = of_account(decision, id, account, path)?;
    allow(VoucherState::of(voucher, decision.command.booked, decision.today), verb, path)?;
    Ok(voucher)
}
