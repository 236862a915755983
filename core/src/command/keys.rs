//! The keys that a command itself names: the first round of loading.

use super::{Action, Command, LaneSubject};
use crate::nouns::Key;
use crate::organisation::Party;
use crate::values::Id;

impl Command {
    /// Every key that is known to be needed from the command alone: its own record, the books, the actor and the parties,
    /// purchase or account that it names.
    pub fn keys(&self) -> Vec<Key> {
        let mut keys = vec![Key::Command(self.id), Key::Books, party(&self.actor)];
        match &self.action {
            Action::RegisterParty(order) => {
                keys.push(party(&order.party));
                keys.extend(references(&order.record).map(party));
            }
            Action::SetTerms(order) => keys.push(party(&order.party)),
            Action::SetMember(order) => {
                let employers = order.employee_of.iter().flatten();
                let merchants = order.member_of.iter().flatten().chain(employers);
                keys.extend(core::iter::once(&order.member).chain(merchants).map(party));
            }
            Action::EnrolMember(order) => keys.extend([&order.member, &order.merchant].map(party)),
            Action::JoinAlliance(order) => keys.extend([&order.merchant, &order.alliance].map(party)),
            Action::LeaveAlliance(order) => keys.extend([&order.merchant, &order.alliance].map(party)),
            Action::MintPoints(_) | Action::CloseBooks(_) => {}
            Action::SellPoints(order) => keys.extend([&order.seller, &order.buyer].map(party)),
            Action::GrantPoints(order) => keys.extend([&order.from, &order.to].map(party)),
            Action::GivePoints(order) => keys.extend([&order.from, &order.member].map(party)),
            Action::MoveLane(order) => {
                if let LaneSubject::Stock { party: holder, .. } = &order.subject {
                    keys.push(party(holder));
                }
            }
            Action::RecordPurchase(order) => {
                keys.push(Key::Purchase(order.purchase.clone()));
                let buyers = [Some(&order.merchant), order.store.as_ref(), order.member.as_ref()];
                let earners = [order.referrer.as_ref(), order.clerk.as_ref()];
                keys.extend(buyers.into_iter().chain(earners).flatten().map(party));
                let discounts = order.lines.iter().flat_map(|line| &line.discounts);
                let funders = discounts.map(|discount| &discount.funder).filter(|funder| **funder != order.merchant);
                keys.extend(funders.map(party));
                keys.extend(order.vouchers.iter().copied().map(Key::Voucher));
                keys.extend(order.offline_till.iter().map(|id| till(&order.merchant, id)));
            }
            Action::RecordActivity(order) => {
                keys.extend(core::iter::once(&order.member).chain(&order.merchant).map(party));
            }
            Action::ConfirmPurchase(order) => keys.push(Key::Purchase(order.purchase.clone())),
            Action::RefundPurchase(order) => keys.push(Key::Purchase(order.purchase.clone())),
            Action::RedeemPoints(order) => keys.extend([&order.member, &order.merchant].map(party)),
            Action::HoldPoints(order) => keys.extend([&order.member, &order.merchant].map(party)),
            Action::CaptureHold(order) => keys.push(party(&order.member)),
            Action::ReleaseHold(order) => keys.push(party(&order.member)),
            Action::Sweep(order) => keys.push(Key::Account(order.account.clone())),
            other => other.keys_of_vouchers(&mut keys),
        }
        keys
    }
}

impl Action {
    fn keys_of_vouchers(&self, keys: &mut Vec<Key>) {
        match self {
            Action::CreateVoucherStock(order) => {
                keys.push(Key::VoucherStock(order.stock.clone()));
                keys.extend(core::iter::once(&order.terms.issuer).chain(order.terms.funders.keys()).map(party));
                keys.extend(order.terms.referral_fee.iter().filter_map(|fee| fee.payer.as_ref()).map(party));
            }
            Action::SetVoucherStock(order) => keys.push(Key::VoucherStock(order.stock.clone())),
            Action::IssueVouchers(order) => keys.push(Key::VoucherStock(order.stock.clone())),
            Action::ClaimVoucher(order) => {
                keys.extend([Key::VoucherStock(order.stock.clone()), party(&order.member)]);
                keys.extend(order.voucher.map(Key::Voucher));
            }
            Action::ReserveVoucher(order) => {
                keys.extend([Key::Voucher(order.voucher), party(&order.member), party(&order.merchant)]);
            }
            Action::ReleaseVoucher(order) => keys.extend([Key::Voucher(order.voucher), party(&order.member)]),
            Action::RedeemVoucher(order) => {
                keys.extend([Key::Voucher(order.voucher), party(&order.member), party(&order.merchant)]);
            }
            Action::VoidVoucher(order) => keys.push(Key::Voucher(order.voucher)),
            Action::ExtendVoucher(order) => keys.push(Key::Voucher(order.voucher)),
            Action::ReissueVoucher(order) => keys.push(Key::Voucher(order.voucher)),
            Action::SwapVouchers(order) => {
                keys.extend([&order.from, &order.to].map(party));
                keys.extend(order.give.iter().chain(&order.take).copied().map(Key::Voucher));
            }
            Action::SetTill(order) => keys.extend([party(&order.merchant), till(&order.merchant, &order.till)]),
            other => other.keys_of_referral(keys),
        }
    }

    fn keys_of_referral(&self, keys: &mut Vec<Key>) {
        match self {
            Action::BindReferrer(order) => {
                let named =
                    [Some(&order.party), order.referrer.as_ref(), order.merchant.as_ref(), order.alliance.as_ref()];
                keys.extend(named.into_iter().flatten().map(party));
                let bound = core::iter::once(&order.party).chain(&order.referrer);
                // A chosen merchant may itself be the referrer.
                keys.extend(bound.chain(&order.merchant).cloned().map(Key::Referral));
            }
            Action::UnbindReferrer(order) => keys.extend([party(&order.party), Key::Referral(order.party.clone())]),
            Action::SetPack(order) => {
                keys.extend([party(&order.owner), Key::Pack(order.owner.clone())]);
                keys.extend(order.stocks.iter().cloned().map(Key::VoucherStock));
            }
            Action::IssuePack(order) => keys.extend([&order.member, &order.guide].map(party)),
            Action::PresentVoucher(order) => {
                keys.extend([&order.member, &order.guide, &order.merchant].map(party));
                keys.push(Key::Referral(order.member.clone()));
            }
            Action::TopUpMerchant(order) => {
                keys.extend([party(&order.merchant), Key::Referral(order.merchant.clone())]);
            }
            Action::RecordEntryFee(order) => keys.extend([party(&order.party), Key::Referral(order.party.clone())]),
            Action::RecordScan(order) => {
                keys.extend(core::iter::once(&order.earner).chain(&order.merchant).map(party));
                keys.push(Key::Referral(order.earner.clone()));
                keys.push(Key::Scan { purpose: order.purpose.clone(), code: order.code.clone() });
            }
            Action::RequestWithdrawal(order) => keys.push(party(&order.party)),
            Action::SetWithdrawal(order) => keys.push(Key::Withdrawal(order.withdrawal)),
            Action::RegisterParty(_)
            | Action::SetTerms(_)
            | Action::SetMember(_)
            | Action::JoinAlliance(_)
            | Action::LeaveAlliance(_)
            | Action::EnrolMember(_)
            | Action::MintPoints(_)
            | Action::SellPoints(_)
            | Action::GrantPoints(_)
            | Action::GivePoints(_)
            | Action::MoveLane(_)
            | Action::RecordPurchase(_)
            | Action::RecordActivity(_)
            | Action::ConfirmPurchase(_)
            | Action::RefundPurchase(_)
            | Action::RedeemPoints(_)
            | Action::HoldPoints(_)
            | Action::CaptureHold(_)
            | Action::ReleaseHold(_)
            | Action::CloseBooks(_)
            | Action::Sweep(_)
            | Action::CreateVoucherStock(_)
            | Action::SetVoucherStock(_)
            | Action::IssueVouchers(_)
            | Action::ClaimVoucher(_)
            | Action::ReserveVoucher(_)
            | Action::ReleaseVoucher(_)
            | Action::RedeemVoucher(_)
            | Action::VoidVoucher(_)
            | Action::ExtendVoucher(_)
            | Action::ReissueVoucher(_)
            | Action::SwapVouchers(_)
            | Action::SetTill(_) => {}
        }
    }
}

fn party(id: &Id) -> Key {
    Key::Party(id.clone())
}

fn till(merchant: &Id, till: &Id) -> Key {
    Key::Till { merchant: merchant.clone(), till: till.clone() }
}

/// The parties that a record names.
fn references(record: &Party) -> Box<dyn Iterator<Item = &Id> + '_> {
    match record {
        Party::Merchant { branch, alliances, .. } => Box::new(branch.iter().chain(alliances)),
        Party::Store { merchant, .. } => Box::new(core::iter::once(merchant)),
        Party::Staff { merchant, alliance, .. } => Box::new(core::iter::once(merchant).chain(alliance)),
        Party::Member { enrolled_by, member_of, employee_of, .. } => {
            Box::new(enrolled_by.iter().chain(member_of).chain(employee_of))
        }
        Party::Operator { .. } | Party::Branch { .. } | Party::Alliance {} | Party::Partner { .. } => {
            Box::new(core::iter::empty())
        }
    }
}
