//! What a purchase pays to those who made it possible: the fees of its vouchers, the plans of the rulebook, and who brought
//! the merchant.

use std::collections::BTreeSet;

use super::chain::{Chain, Link, Start};
use super::pay::{Due, InPoints, Paid, after_window, note_cut, pay, tell_cut};
use crate::book::Halt;
use crate::commission::{
    Asked, Availability, CommissionPlans, Earner, Inquiry, PayoutLimit, PlanEvent, PlannedCommission, Present,
    RatedPart, split,
};
use crate::decision::{Decision, Detail, PayoutTrace};
use crate::earn::{Facts, Funder, MissTrace, Missed, RuleKind, RuleTrace, Told};
use crate::expiry::Expiry;
use crate::nouns::{Code, FeeAmount, FeeTo, Key, PayoutRole, ReferralFee};
use crate::organisation::Party;
use crate::values::{Amount, Day, Fraction, Id, Overflow, Rate, Rounding, allocate};

/// A voucher's own referral fee: its stock, and what each line in its scope comes to, 0 for the others.
#[derive(Debug)]
pub(crate) struct VoucherFee<'a> {
    pub stock: &'a Id,
    pub fee: &'a ReferralFee,
    pub lines: Vec<Amount>,
}

/// A purchase as commission sees it.
#[derive(Debug)]
pub(crate) struct Sale<'s, 'a> {
    pub merchant: &'a Id,
    pub store: Option<&'a Id>,
    pub lane: &'s Id,
    pub facts: &'s Facts<'s>,
    /// Who brought the customer.
    pub customer: Chain<'a>,
    /// Who brought the merchant.
    pub shop: Chain<'a>,
    /// Who closed the sale: the clerk and its record.
    pub clerk: Option<(&'a Id, &'a Party)>,
    pub payout_ratio: Option<Rate>,
    /// Stocks of the vouchers.
    pub stocks: BTreeSet<&'s Id>,
    pub fees: Vec<VoucherFee<'s>>,
}

/// Something that is divided: a plan's whole, or a fee.
struct Pot<'p, 'a> {
    under: &'p Id,
    payer: Id,
    planned: Option<&'p PlannedCommission>,
    wait: u32,
    parts: Vec<RatedPart<'a>>,
    /// Of a plan: the factor of each line.
    factors: Vec<Fraction>,
    exact: Fraction,
    whole: Amount,
    /// Whether the payout ratio bounds it: money for the purchase.
    bounded: bool,
}

/// The party that a plan names as payer. `unknown_party merchant` where there is none.
fn payer(decision: &Decision<'_>, funder: &Funder, at: (Option<&Id>, Option<&Id>)) -> Result<Id, Halt> {
    let (merchant, store) = at;
    let at_merchant = || merchant.cloned().ok_or_else(|| Halt::reject(Code::UnknownParty, "merchant"));
    match funder {
        Funder::Merchant {} => at_merchant(),
        Funder::Store {} => store.cloned().map_or_else(at_merchant, Ok),
        Funder::Operator {} => Ok(decision.operator().clone()),
        Funder::Party { id } => {
            let key = Key::Party(id.clone());
            decision.view.known_party(id, &key.to_string())?;
            Ok(id.clone())
        }
    }
}

/// What is needed whoever is bound: the payers that plans name, and for those in points their stock.
pub(crate) fn payer_keys(decision: &Decision<'_>, at: (Option<&Id>, Option<&Id>), lane: &Id) -> Vec<Key> {
    let Some(plans) = decision.rules.commission() else { return Vec::new() };
    let mut keys = Vec::new();
    for plan in &plans.section.plans {
        if let Funder::Party { id } = &plan.payer {
            keys.push(Key::Party(id.clone()));
        }
    }
    for funder in plans.payers_of_points() {
        let (merchant, store) = at;
        let party = match funder {
            Funder::Merchant {} => merchant,
            Funder::Store {} => store.or(merchant),
            Funder::Operator {} => Some(decision.operator()),
            Funder::Party { id } => Some(id),
        };
        for party in party.into_iter().chain([decision.operator()]) {
            keys.push(Key::Party(party.clone()));
            keys.push(Key::Stock { party: party.clone(), lane: lane.clone() });
        }
    }
    keys
}

fn earner<'a>(link: &Link<'a>, merchant: Option<&Id>, day: Day) -> Earner<'a> {
    let employer = link.record.employer(link.party);
    Earner {
        party: link.party,
        account: link.account,
        roles: link.record.roles(),
        own_brand: employer.is_some() && employer == merchant,
        paid_entry: link.entry_fee.is_some_and(|paid| paid <= day),
    }
}

/// Those of a chain, as earners.
pub(super) fn earners<'a>(links: &[Link<'a>], merchant: Option<&Id>, day: Day) -> Vec<Earner<'a>> {
    links.iter().map(|link| earner(link, merchant, day)).collect()
}

/// Pays for a purchase.
pub(crate) fn pay_commission(decision: &mut Decision<'_>, sale: &Sale<'_, '_>) -> Result<Vec<Paid>, Halt> {
    let Some(plans) = decision.rules.commission() else { return Ok(Vec::new()) };
    let mut lacking = sale.customer.frontier(decision.view)?;
    lacking.extend(sale.shop.frontier(decision.view)?);
    decision.view.want(lacking)?;
    let (customer, shop) = (sale.customer.climb(decision.view)?, sale.shop.climb(decision.view)?);
    let present = present(decision, plans, sale, &customer)?;
    let of_shop = Present { referrers: earners(&shop, None, decision.day), ..Present::default() };
    let mut pots = fees(decision, sale, &customer)?;
    tell_fees(decision, sale, &present, &pots);
    let mut asked = Vec::new();
    for (event, present) in [(PlanEvent::Purchase, &present), (PlanEvent::Turnover, &of_shop)] {
        let rated = plans.rate(sale.facts, event, present, &sale.stocks)?;
        if decision.detail == Detail::WhyNot {
            asked.push(Asked { event, present, rated: rated.clone() });
        }
        for rated in rated.into_iter().filter(|rated| rated.whole.is_positive()) {
            let plan = &rated.planned.plan;
            let payer = payer(decision, &plan.payer, (Some(sale.merchant), sale.store))?;
            pots.push(Pot {
                under: &plan.id,
                payer,
                planned: Some(rated.planned),
                wait: wait(decision, &plan.available, true),
                parts: rated.parts,
                factors: rated.factors,
                exact: rated.exact,
                whole: rated.whole,
                bounded: event == PlanEvent::Purchase && plan.asset.is_none(),
            });
        }
    }
    if let (Detail::WhyNot, Some(trace)) = (decision.detail, &mut decision.trace) {
        trace.rules.extend(plans.why_not(sale.facts, &Inquiry { asked: &asked, with: &sale.stocks }));
    }
    let allowed = within_ratio(plans, sale, &pots)?;
    pay_pots(decision, plans, &pots, &allowed, sale.lane)
}

/// Who is there to be paid: those above the customer, and who closed the sale (O2): the clerk, whatever the channel, else
/// the referrer if the sale closed online.
fn present<'a>(
    decision: &Decision<'_>,
    plans: &CommissionPlans,
    sale: &Sale<'_, 'a>,
    customer: &[Link<'a>],
) -> Result<Present<'a>, Halt> {
    let referrers = earners(customer, Some(sale.merchant), decision.day);
    let online = sale.facts.channel.is_some_and(|channel| plans.section.online.contains(channel));
    let by_clerk = match sale.clerk {
        None => None,
        Some((party, record)) => {
            let account = record.earning_account(party);
            decision.view.want([Key::Account(account.clone()), Key::Referral(party.clone())])?;
            let entry_fee = decision.view.referral(party)?.and_then(|known| known.entry_fee);
            let link = Link { party, account, record, entry_fee };
            Some(earner(&link, Some(sale.merchant), decision.day))
        }
    };
    let closed = by_clerk.or_else(|| referrers.first().filter(|_| online).cloned());
    Ok(Present { sale: closed, has_fee: !sale.fees.is_empty(), referrers })
}

/// After how many days something is available; a scan or top-up has no window of returns.
fn wait(decision: &Decision<'_>, available: &Availability, is_purchase: bool) -> u32 {
    match available {
        Availability::AfterWindow {} if is_purchase => after_window(decision),
        Availability::AfterWindow {} | Availability::AtOnce {} => 0,
        Availability::AfterDays { days } => *days,
    }
}

/// The fees of vouchers, in their order: for whoever brought the customer, unless it works for the seller.
fn fees<'s, 'a>(
    decision: &Decision<'_>,
    sale: &'s Sale<'s, 'a>,
    customer: &[Link<'a>],
) -> Result<Vec<Pot<'s, 'a>>, Halt> {
    let mut pots = Vec::new();
    let Some(link) = customer.first() else { return Ok(pots) };
    let guide = earner(link, Some(sale.merchant), decision.day);
    if guide.own_brand {
        return Ok(pots);
    }
    let employer = link.record.employer(link.party).map_or(guide.clone(), |employer| Earner {
        party: employer,
        account: employer,
        roles: None,
        ..guide.clone()
    });
    for voucher in &sale.fees {
        let basis = Amount::sum(voucher.lines.iter().copied())?;
        let exact = match &voucher.fee.amount {
            FeeAmount::Fixed { amount } => Fraction::whole(amount.wide()),
            FeeAmount::Rate { rate } => Fraction::whole(basis.wide()).times(rate.fraction())?,
        };
        let whole = exact.round(decision.rules.rulebook().rounding.commission)?;
        let one = Amount::new(1)?;
        let shares = match &voucher.fee.to {
            FeeTo::Guide => vec![(&guide, one)],
            FeeTo::Employer => vec![(&employer, one)],
            FeeTo::Split { guide: to_guide, employer: to_employer } => {
                vec![(&guide, *to_guide), (&employer, *to_employer)]
            }
        };
        let parts = fee_parts(&shares, &voucher.lines, exact)?;
        pots.push(Pot {
            under: voucher.stock,
            payer: voucher.fee.payer.clone().unwrap_or_else(|| sale.merchant.clone()),
            planned: None,
            wait: after_window(decision),
            parts,
            factors: Vec::new(),
            exact,
            whole,
            bounded: true,
        });
    }
    Ok(pots)
}

/// Which fees of vouchers are paid and what the others miss, if it was asked for.
fn tell_fees(decision: &mut Decision<'_>, sale: &Sale<'_, '_>, present: &Present<'_>, pots: &[Pot<'_, '_>]) {
    let (Detail::WhyNot, Some(trace)) = (decision.detail, &mut decision.trace) else { return };
    let direct = present.referrers.first();
    for (place, fee) in sale.fees.iter().enumerate() {
        // Where somebody is there to be paid each fee has its pot, in order.
        let told = match (direct, pots.get(place)) {
            (None, _) => Some(Told::new(Missed::Nobody, Some("referral".to_owned()), None)),
            (Some(direct), None) => Some(Told::new(Missed::OwnBrand, None, Some(direct.party.to_string()))),
            (Some(_), Some(pot)) if pot.whole.is_positive() => None,
            (Some(_), Some(pot)) => Some(Told::new(Missed::Nothing, None, Some(pot.exact.text()))),
        };
        let lines = vec![MissTrace::new(None, told)];
        trace.rules.push(RuleTrace { kind: RuleKind::Fee, rule: fee.stock.clone(), lines });
    }
}

/// The exact part of each earner on each line: by its share, and by what the lines in scope come to; where these come to
/// nothing the first line takes all.
fn fee_parts<'a>(
    shares: &[(&Earner<'a>, Amount)],
    lines: &[Amount],
    exact: Fraction,
) -> Result<Vec<RatedPart<'a>>, Overflow> {
    let mut weights = lines.to_vec();
    if let (true, Some(first)) = (weights.iter().all(|weight| weight.is_zero()), weights.first_mut()) {
        *first = Amount::new(1)?;
    }
    let all = Amount::sum(weights.iter().copied())?.wide();
    let total = Amount::sum(shares.iter().map(|(_, share)| *share))?.wide();
    let mut parts = Vec::new();
    for (earner, share) in shares {
        let of_earner = exact.times(Fraction::new(share.wide(), total)?)?.reduced();
        let on_line = |weight: &Amount| of_earner.times(Fraction::new(weight.wide(), all)?);
        let lines = weights.iter().map(on_line).collect::<Result<_, _>>()?;
        parts.push(RatedPart { earner: (*earner).clone(), role: PayoutRole::Referral, lines });
    }
    parts.sort_by(|a, b| (a.earner.party, a.role).cmp(&(b.earner.party, b.role)));
    Ok(parts)
}

/// What each pot may pay: all of it, or, where the payout ratio bounds the purchase, its share of the bound.
fn within_ratio(plans: &CommissionPlans, sale: &Sale<'_, '_>, pots: &[Pot<'_, '_>]) -> Result<Vec<Amount>, Halt> {
    let all: Vec<Amount> = pots.iter().map(|pot| pot.whole).collect();
    let ratio = match &plans.section.payout {
        None => return Ok(all),
        Some(PayoutLimit::Fixed { ratio }) => *ratio,
        Some(PayoutLimit::Input { ratio }) => sale.payout_ratio.unwrap_or(*ratio),
    };
    let paid = sale.facts.total.unwrap_or(Amount::ZERO);
    let most = Fraction::whole(paid.wide()).times(ratio.fraction())?.round(Rounding::Floor)?;
    let bounded = pots.iter().map(|pot| if pot.bounded { pot.whole } else { Amount::ZERO });
    let bounded: Vec<Amount> = bounded.collect();
    if Amount::sum(bounded.iter().copied())? <= most {
        return Ok(all);
    }
    let weights: Vec<u128> = bounded.iter().map(|whole| u128::from(whole.get().unsigned_abs())).collect();
    let cut = allocate(most, &weights)?;
    Ok(pots.iter().zip(cut).map(|(pot, cut)| if pot.bounded { cut } else { pot.whole }).collect())
}

fn pay_pots(
    decision: &mut Decision<'_>,
    plans: &CommissionPlans,
    pots: &[Pot<'_, '_>],
    allowed: &[Amount],
    lane: &Id,
) -> Result<Vec<Paid>, Halt> {
    let mut paid = Vec::new();
    for (pot, allowed) in pots.iter().zip(allowed) {
        let wanted = split(&pot.parts, pot.whole)?;
        let given = if *allowed < pot.whole { split(&pot.parts, *allowed)? } else { wanted.clone() };
        trace(decision, pot, *allowed);
        for ((part, wanted), by_line) in pot.parts.iter().zip(wanted).zip(given) {
            let asset = pot.planned.and_then(|planned| planned.plan.asset.as_ref());
            let expiry = pot.planned.map_or(&NEVER, |planned| &planned.expiry);
            let mut due = Due {
                earner: part.earner.party,
                account: part.earner.account,
                role: part.role,
                under: pot.under,
                payer: &pot.payer,
                points: asset.map(|asset| InPoints { asset, expiry, lane }),
                withdrawn: plans.section.withdrawn,
                wait: pot.wait,
                by_line,
                caps: plans.caps(asset, pot.under).collect(),
                exact: &part.lines,
                cuts: Vec::new(),
            };
            let (wanted, given) = (Amount::sum(wanted)?, Amount::sum(due.by_line.iter().copied())?);
            if given < wanted {
                note_cut(decision, &mut due.cuts, PAYOUT_RATIO, (wanted, given));
                tell_cut(decision, &due, PAYOUT_RATIO.to_owned(), (wanted, given));
            }
            paid.extend(pay(decision, due)?);
        }
    }
    Ok(paid)
}

/// The policy of money.
static NEVER: Expiry = Expiry::Never {};

/// What the payout ratio's cuts are told by.
const PAYOUT_RATIO: &str = "guard/payout_ratio";

/// Begins a payout in the trace; its parts follow as they are paid.
fn trace(decision: &mut Decision<'_>, pot: &Pot<'_, '_>, allowed: Amount) {
    let Some(trace) = &mut decision.trace else { return };
    let asset = pot.planned.and_then(|planned| planned.plan.asset.as_ref()).unwrap_or(&decision.journal.money);
    trace.payouts.push(PayoutTrace {
        under: pot.under.clone(),
        payer: pot.payer.clone(),
        asset: asset.clone(),
        factors: pot.factors.iter().map(|factor| factor.text()).collect(),
        exact: pot.exact.text(),
        whole: pot.whole,
        allowed,
        parts: Vec::with_capacity(pot.parts.len()),
    });
}

/// Pays for a scan or a top-up: one whole for each plan, no window of returns.
pub(super) fn pay_event(
    decision: &mut Decision<'_>,
    what: (PlanEvent, Option<&Id>, Amount),
    at: (Option<&Id>, &Id),
    facts: &Facts<'_>,
    present: &Present<'_>,
) -> Result<(), Halt> {
    let (event, purpose, amount) = what;
    let (merchant, lane) = at;
    let Some(plans) = decision.rules.commission() else { return Ok(()) };
    let rated = plans.rate_event(facts, (event, purpose), present, amount)?;
    if let (Detail::WhyNot, Some(trace)) = (decision.detail, &mut decision.trace) {
        let (asked, with) = ([Asked { event, present, rated: rated.clone() }], purpose.into_iter().collect());
        trace.rules.extend(plans.why_not(facts, &Inquiry { asked: &asked, with: &with }));
    }
    let mut pots = Vec::new();
    for rated in rated.into_iter().filter(|rated| rated.whole.is_positive()) {
        let plan = &rated.planned.plan;
        pots.push(Pot {
            under: &plan.id,
            payer: payer(decision, &plan.payer, (merchant, None))?,
            planned: Some(rated.planned),
            wait: wait(decision, &plan.available, false),
            parts: rated.parts,
            factors: rated.factors,
            exact: rated.exact,
            whole: rated.whole,
            bounded: false,
        });
    }
    let allowed: Vec<Amount> = pots.iter().map(|pot| pot.whole).collect();
    pay_pots(decision, plans, &pots, &allowed, lane)?;
    Ok(())
}

/// Where the chain above a party begins.
pub(crate) fn start_of<'a>(
    decision: &Decision<'a>,
    party: &Id,
    alliances: &BTreeSet<Id>,
) -> Result<Option<Start<'a>>, Halt> {
    let known = decision.view.referral(party)?;
    Ok(known.and_then(|known| known.binding_at(alliances, decision.day)).map(Start::from))
}

/// The chain above who is no customer.
pub(crate) fn chain_above<'a>(
    decision: &Decision<'a>,
    party: &Id,
    alliances: &'a BTreeSet<Id>,
    levels: u32,
) -> Result<Chain<'a>, Halt> {
    Ok(Chain { start: start_of(decision, party, alliances)?, alliances, day: decision.day, levels, customer: None })
}

#[cfg(test)]
mod tests;
