//! What a purchase pays out: cash subsidies of its vouchers to the member, then commission to who made it possible.

use std::collections::BTreeMap;

use super::people::People;
use crate::book::Halt;
use crate::command::RecordPurchase;
use crate::decision::Decision;
use crate::earn::Facts;
use crate::nouns::{PayoutRole, ShortfallPolicy};
use crate::payout::{Due, Paid, Sale, VoucherFee, after_window, pay, pay_commission};
use crate::values::{Amount, Id};
use crate::voucher::{Part, Redeemed};

/// Pays cash subsidies, voucher by voucher and funder by funder, then commission.
pub(super) fn pay_out(
    decision: &mut Decision<'_>,
    order: &RecordPurchase,
    people: &People<'_>,
    (lane, facts): (&Id, &Facts<'_>),
    redeemed: &Redeemed<'_>,
) -> Result<Vec<Paid>, Halt> {
    let mut paid = Vec::new();
    if let (Some(account), Some(earner)) = (people.account, &order.member) {
        for voucher in &redeemed.vouchers {
            subsidy(decision, (earner, account), voucher.stock, &voucher.subsidy, facts.lines.len(), &mut paid)?;
        }
    }
    let with_fee = redeemed.vouchers.iter().filter_map(|voucher| Some((voucher, voucher.terms.referral_fee.as_ref()?)));
    let fees = with_fee.map(|(voucher, fee)| {
        let on_line = |(inside, line): (&bool, &crate::earn::LineFacts<'_>)| {
            if *inside { line.after_discounts } else { Amount::ZERO }
        };
        VoucherFee { stock: voucher.stock, fee, lines: voucher.inside.iter().zip(&facts.lines).map(on_line).collect() }
    });
    let sale = Sale {
        merchant: &order.merchant,
        store: order.store.as_ref(),
        lane,
        facts,
        customer: people.customer,
        shop: people.shop,
        clerk: people.clerk,
        payout_ratio: order.payout_ratio,
        stocks: redeemed.vouchers.iter().map(|voucher| voucher.stock).collect(),
        fees: fees.collect(),
    };
    paid.extend(pay_commission(decision, &sale)?);
    Ok(paid)
}

fn subsidy(
    decision: &mut Decision<'_>,
    (earner, account): (&Id, &Id),
    stock: &Id,
    parts: &[Part],
    lines: usize,
    paid: &mut Vec<Paid>,
) -> Result<(), Halt> {
    let mut by_funder: BTreeMap<&Id, Vec<Amount>> = BTreeMap::new();
    for part in parts {
        let by_line = by_funder.entry(&part.funder).or_insert_with(|| vec![Amount::ZERO; lines]);
        if let Some(amount) = by_line.get_mut(part.line) {
            *amount = part.amount;
        }
    }
    let withdrawn = decision.rules.commission().map_or(ShortfallPolicy::Debt, |plans| plans.section.withdrawn);
    for (payer, by_line) in by_funder {
        let (role, wait) = (PayoutRole::Subsidy, after_window(decision));
        let caps = decision.rules.commission().map(|plans| plans.caps(None, stock).collect()).unwrap_or_default();
        let due = Due { earner, account, role, under: stock, payer, points: None, withdrawn, wait, by_line, caps };
        paid.extend(pay(decision, due)?);
    }
    Ok(())
}
