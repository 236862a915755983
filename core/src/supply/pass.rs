//! Minting, selling and granting: blocks with their price, one hop after the other.

use crate::book::Halt;
use crate::command::{GrantPoints, MintPoints, SellPoints};
use crate::decision::{Decision, not_negative, positive};
use crate::nouns::{AccountKind, Block, Code, Event, Key, Reason};
use crate::organisation::{Party, PartyKind};
use crate::values::{Amount, Id};

/// The account in which a party of a kind holds points: operator and branches have stock, the others float.
pub const fn supply_kind(kind: PartyKind) -> AccountKind {
    match kind {
        PartyKind::Operator | PartyKind::Branch => AccountKind::Stock,
        _ => AccountKind::Float,
    }
}

/// `mint_points`. Rejections in order: `not_positive points`, `unknown_asset asset`, `unknown_party actor`,
/// `not_allowed actor`.
pub fn mint_points(decision: &mut Decision<'_>, mint: &MintPoints) -> Result<(), Halt> {
    positive(mint.points, "points")?;
    decision.points_asset(&mint.asset, "asset")?;
    decision.actor_is_operator()?;
    let operator = decision.operator().clone();
    let lane = decision.lane(mint.lane.as_ref());
    decision.view.want([Key::Stock { party: operator.clone(), lane: lane.clone() }])?;
    let mut stock = decision.stock(&operator, &lane)?;
    let block = Block {
        id: decision.journal.next_block(),
        booked: decision.command.booked,
        asset: mint.asset.clone(),
        unit_price: Amount::ZERO,
        backing: Amount::ZERO,
        points: mint.points,
    };
    stock.put(block)?;
    let day = decision.day;
    let what = (&mint.asset, mint.points);
    decision.journal.post((&operator, AccountKind::Mint), (&operator, AccountKind::Stock), what, day, Reason::Mint);
    decision.journal.events.push(Event::PointsMinted { asset: mint.asset.clone(), points: mint.points });
    decision.write_stock(stock);
    Ok(())
}

/// `sell_points`. Rejections in order: `not_positive points`, `negative_amount unit_price`, `unknown_asset asset`,
/// `unknown_party | wrong_kind seller`, `unknown_party | wrong_kind buyer`, `unknown_party | not_allowed actor`,
/// `not_allowed buyer` (not one hop below the seller), `no_price unit_price`, `not_allowed unit_price` (above the buyer's terms, and the
/// actor is not the operator), `insufficient_stock points`.
pub fn sell_points(decision: &mut Decision<'_>, sale: &SellPoints) -> Result<(), Halt> {
    positive(sale.points, "points")?;
    if let Some(price) = sale.unit_price {
        not_negative(price, "unit_price")?;
    }
    let hop = Hop { from: &sale.seller, to: &sale.buyer, paths: ("seller", "buyer"), asset: &sale.asset };
    let buyer = hop.check(decision)?;
    let terms = buyer.terms_on(decision.day);
    let price = sale.unit_price.or_else(|| terms.and_then(|terms| terms.point_price.get(&sale.asset)).copied());
    let price = price.ok_or_else(|| Halt::reject(Code::NoPrice, "unit_price"))?;
    // A branch does not charge more than was agreed on; the operator agrees on it.
    let agreed = terms.and_then(|terms| terms.point_price.get(&sale.asset)).copied();
    if agreed.is_some_and(|agreed| price > agreed) && decision.command.actor != *decision.operator() {
        return Err(Halt::reject(Code::NotAllowed, "unit_price"));
    }
    hop.pass(decision, sale.points, price, Reason::PointsSold)
}

/// `grant_points`. Rejections as for a sale without those of the price; paths `from` and `to`.
pub fn grant_points(decision: &mut Decision<'_>, grant: &GrantPoints) -> Result<(), Halt> {
    positive(grant.points, "points")?;
    let hop = Hop { from: &grant.from, to: &grant.to, paths: ("from", "to"), asset: &grant.asset };
    hop.check(decision)?;
    hop.pass(decision, grant.points, Amount::ZERO, Reason::PointsGranted)
}

/// Points on their way from one holder to the next.
struct Hop<'h> {
    from: &'h Id,
    to: &'h Id,
    paths: (&'static str, &'static str),
    asset: &'h Id,
}

impl Hop<'_> {
    fn check<'a>(&self, decision: &Decision<'a>) -> Result<&'a Party, Halt> {
        decision.points_asset(self.asset, "asset")?;
        decision.party(self.from, &[PartyKind::Operator, PartyKind::Branch], self.paths.0)?;
        let below = [PartyKind::Branch, PartyKind::Merchant, PartyKind::Store, PartyKind::Partner];
        let to = decision.party(self.to, &below, self.paths.1)?;
        decision.actor_for(&[self.from])?;
        let branch = match to {
            Party::Merchant { branch, .. } => branch.as_ref(),
            Party::Store { merchant, .. } => {
                decision.view.want([Key::Party(merchant.clone())])?;
                match decision.view.party(merchant)? {
                    Some(Party::Merchant { branch, .. }) => branch.as_ref(),
                    _ => None,
                }
            }
            _ => None,
        };
        let above = branch.unwrap_or_else(|| decision.operator());
        if above == self.from { Ok(to) } else { Err(Halt::reject(Code::NotAllowed, self.paths.1)) }
    }

    fn pass(&self, decision: &mut Decision<'_>, points: Amount, price: Amount, reason: Reason) -> Result<(), Halt> {
        let lane = decision.lane(None);
        let key = |party: &Id| Key::Stock { party: party.clone(), lane: lane.clone() };
        decision.view.want([key(self.from), key(self.to)])?;
        let mut from = decision.stock(self.from, &lane)?;
        let mut to = decision.stock(self.to, &lane)?;
        if from.points(self.asset) < points {
            return Err(Halt::reject(Code::InsufficientStock, "points"));
        }
        let by_operator = self.from == decision.operator();
        // What the operator holds against a point is set at the first hop and travels with it.
        for drawn in merge_alike(from.draw(self.asset, points)?, by_operator)? {
            let backing = if by_operator { price } else { drawn.backing };
            to.put(Block {
                id: decision.journal.next_block(),
                booked: decision.command.booked,
                asset: self.asset.clone(),
                unit_price: price,
                backing,
                points: drawn.points,
            })?;
        }
        let (day, operator) = (decision.day, decision.operator());
        let kinds = (
            decision.view.known_party(self.from, self.paths.0)?.kind(),
            decision.view.known_party(self.to, self.paths.1)?.kind(),
        );
        let journal = &mut decision.journal;
        journal.post(
            (self.from, supply_kind(kinds.0)),
            (self.to, supply_kind(kinds.1)),
            (self.asset, points),
            day,
            reason,
        );
        let seller = if by_operator { (operator, AccountKind::Backing) } else { (self.from, AccountKind::Settlement) };
        journal.post_fine((self.to, AccountKind::Settlement), seller, points.times(price)?, day, reason);
        journal.events.push(Event::PointsSupplied {
            from: self.from.clone(),
            to: self.to.clone(),
            asset: self.asset.clone(),
            points,
            unit_price: price,
        });
        decision.write_stock(from);
        decision.write_stock(to);
        Ok(())
    }
}

/// What was drawn, neighbours of the same backing as one, if what backs them all is an amount; all of it as one where the
/// operator sells.
fn merge_alike(drawn: Vec<Block>, all: bool) -> Result<Vec<Block>, Halt> {
    let mut merged: Vec<Block> = Vec::new();
    for block in drawn {
        if let Some(last) = merged.last_mut()
            && (all || last.backing == block.backing)
        {
            let sum = last.points.plus(block.points)?;
            if all || sum.times(block.backing).is_ok() {
                last.points = sum;
                continue;
            }
        }
        merged.push(block);
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_with_one_backing_are_one_block_and_the_operators_all_are() {
        let block = |n: u32, backing: i64, points: i64| Block {
            id: crate::values::ItemId { command: uuid::Uuid::from_u128(1), n },
            booked: "2024-01-01T00:00:00Z".parse().unwrap(),
            asset: "points".parse().unwrap(),
            unit_price: Amount::ZERO,
            backing: Amount::new(backing).unwrap(),
            points: Amount::new(points).unwrap(),
        };
        let drawn = [block(1, 10, 5), block(2, 10, 6), block(3, 20, 7), block(4, 10, 8)];
        let merged = |all: bool| {
            let blocks = merge_alike(drawn.to_vec(), all).unwrap();
            blocks.iter().map(|block| (block.backing.get(), block.points.get())).collect::<Vec<_>>()
        };
        assert_eq!(merged(false), [(10, 11), (20, 7), (10, 8)]);
        // 2^53 - 1 is 3 x 3,002,399,751,580,330 and 1 over: so many points at 3 are an amount, one more is not.
        let blocks =
            |points: i64, all: bool| merge_alike(vec![block(1, 3, points), block(2, 3, 1)], all).unwrap().len();
        assert_eq!([3_002_399_751_580_329, 3_002_399_751_580_330].map(|points| blocks(points, false)), [1, 2]);
        assert_eq!(blocks(3_002_399_751_580_330, true), 1);
        assert_eq!(merged(true), [(10, 26)]);
        assert!(merge_alike(Vec::new(), true).unwrap().is_empty());
    }

    #[test]
    fn operator_and_branches_hold_stock_and_all_others_float() {
        use PartyKind::{Branch, Merchant, Operator, Partner, Store};
        for (kind, held_in) in [
            (Operator, AccountKind::Stock),
            (Branch, AccountKind::Stock),
            (Merchant, AccountKind::Float),
            (Store, AccountKind::Float),
            (Partner, AccountKind::Float),
        ] {
            assert_eq!(supply_kind(kind), held_in, "{kind:?}");
        }
    }
}
