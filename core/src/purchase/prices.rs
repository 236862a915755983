//! Member and staff prices: what a line's discount claims is what the merchant's terms give, to whom they give it (M8).

use crate::book::Halt;
use crate::command::RecordPurchase;
use crate::decision::{Decision, PriceTrace};
use crate::nouns::{Code, Discount, Key, PurchaseLine};
use crate::organisation::{Party, Price, TermsHolder};
use crate::party::{Standing, standing, standing_keys};
use crate::values::Id;

fn prices_of<'a>(decision: &Decision<'_>, merchant: &'a Party) -> &'a [Price] {
    merchant.terms_on(decision.day).map(|terms| terms.prices.as_slice()).unwrap_or_default()
}

fn has_any(prices: &[Price], holder: TermsHolder) -> bool {
    prices.iter().any(|price| price.holder == holder)
}

/// The parties that decide who has the merchant's prices: none, where it has none.
pub(super) fn price_keys(
    decision: &Decision<'_>,
    order: &RecordPurchase,
    merchant: &Party,
    member: Option<&Party>,
) -> Vec<Key> {
    let (prices, Some(member)) = (prices_of(decision, merchant), member) else { return Vec::new() };
    let asked = [TermsHolder::Member, TermsHolder::Staff].into_iter().filter(|holder| has_any(prices, *holder));
    asked.flat_map(|holder| standing_keys(decision, (&order.merchant, merchant), member, holder)).collect()
}

/// How the buyer comes by the merchant's prices, for each holder that has any: for others nothing was loaded.
struct Standings<'a> {
    member: Option<Standing<'a>>,
    staff: Option<Standing<'a>>,
}

impl<'a> Standings<'a> {
    fn of(
        decision: &Decision<'a>,
        order: &RecordPurchase,
        merchant: &Party,
        member: Option<&Party>,
    ) -> Result<Self, Halt> {
        let prices = prices_of(decision, merchant);
        let known = |holder| match member {
            Some(member) if has_any(prices, holder) => standing(decision, (&order.merchant, merchant), member, holder),
            _ => Ok(None),
        };
        Ok(Self { member: known(TermsHolder::Member)?, staff: known(TermsHolder::Staff)? })
    }

    fn get(&self, holder: TermsHolder) -> Option<Standing<'a>> {
        match holder {
            TermsHolder::Member => self.member,
            TermsHolder::Staff => self.staff,
        }
    }
}

/// Checks what the lines claim, line by line in the order of the command: `not_declared lines[i].discounts[j].price`,
/// `wrong_kind ….funder` (another than the merchant), `price_not_applicable ….price` (not for the line's category),
/// `not_entitled ….price`, `price_mismatch ….amount`. Writes down every price that the lines could have.
pub(super) fn check_prices(
    decision: &mut Decision<'_>,
    order: &RecordPurchase,
    merchant: &Party,
    member: Option<&Party>,
) -> Result<(), Halt> {
    let prices = prices_of(decision, merchant);
    let claims = order.lines.iter().any(|line| line.discounts.iter().any(|discount| discount.price.is_some()));
    if !claims && (prices.is_empty() || decision.trace.is_none()) {
        return Ok(());
    }
    let standings = Standings::of(decision, order, merchant, member)?;
    for (place, line) in order.lines.iter().enumerate() {
        let chain = chain_of(decision, line);
        for (which, discount) in line.discounts.iter().enumerate() {
            let Some(claimed) = &discount.price else { continue };
            let price = prices.iter().find(|price| price.id == *claimed);
            check_claim(order, (line, chain), discount, price, &standings)
                .map_err(|(code, field)| Halt::reject(code, format!("lines[{place}].discounts[{which}].{field}")))?;
        }
    }
    let traces = traces(decision, order, prices, &standings)?;
    if let Some(trace) = &mut decision.trace {
        trace.prices = traces;
    }
    Ok(())
}

/// A line's category with those above it; that it is declared was checked.
fn chain_of<'a>(decision: &Decision<'a>, line: &PurchaseLine) -> &'a [Id] {
    line.category.as_ref().and_then(|category| decision.rules.plan().tree.chain(category)).unwrap_or_default()
}

fn check_claim(
    order: &RecordPurchase,
    line: (&PurchaseLine, &[Id]),
    discount: &Discount,
    price: Option<&Price>,
    standings: &Standings<'_>,
) -> Result<(), (Code, &'static str)> {
    let Some(price) = price else { return Err((Code::NotDeclared, "price")) };
    if discount.funder != order.merchant {
        return Err((Code::WrongKind, "funder"));
    }
    if !price.covers(line.1) {
        return Err((Code::PriceNotApplicable, "price"));
    }
    if standings.get(price.holder).is_none() {
        return Err((Code::NotEntitled, "price"));
    }
    if price.amount(line.0.gross) != Ok(discount.amount) {
        return Err((Code::PriceMismatch, "amount"));
    }
    Ok(())
}

/// Every price that every line could have: lines by number, of each the largest amount first, then by id.
fn traces(
    decision: &Decision<'_>,
    order: &RecordPurchase,
    prices: &[Price],
    standings: &Standings<'_>,
) -> Result<Vec<PriceTrace>, Halt> {
    let mut traces = Vec::new();
    if decision.trace.is_none() {
        return Ok(traces);
    }
    for line in &order.lines {
        let chain = chain_of(decision, line);
        for price in prices.iter().filter(|price| price.covers(chain)) {
            let Some(standing) = standings.get(price.holder) else { continue };
            traces.push(PriceTrace {
                line: line.n,
                price: price.id.clone(),
                holder: price.holder,
                off: price.off,
                amount: price.amount(line.gross)?,
                by: standing.by.cloned(),
            });
        }
    }
    traces.sort_by(|a, b| a.line.cmp(&b.line).then(b.amount.cmp(&a.amount)).then_with(|| a.price.cmp(&b.price)));
    Ok(traces)
}
