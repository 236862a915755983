//! Postings of a year of the whole programme, for tallies and settlements.

use coalition::nouns::{Account, AccountKind, Posting, Reason};
use coalition::periods::{Place, Tally};
use coalition::values::{Day, Id, Period, Window};

use crate::workload::{Chance, MEMBERS, MERCHANTS, amount, id, member, merchant, star};

/// The first day of the year.
pub fn new_year() -> Day {
    Day::from_ymd(2026, 1, 1).expect("a day")
}

/// The twelve months.
pub fn months() -> Vec<Period> {
    let next = |period: &Period| Some(Period { from: period.until, until: period.until.after(Window::Month)? });
    let first = Period { from: new_year(), until: new_year().after(Window::Month).expect("a day") };
    core::iter::successors(Some(first), next).take(12).collect()
}

fn posting(
    debit: (&Id, AccountKind),
    credit: (&Id, AccountKind),
    what: (&str, i64),
    day: Day,
    reason: Reason,
) -> Posting {
    Posting {
        debit: Account::new(debit.0, debit.1),
        credit: Account::new(credit.0, credit.1),
        asset: id(what.0),
        amount: amount(what.1),
        day,
        reason,
    }
}

/// Every merchant sells, awards and accepts points on every day and buys points now and then.
pub fn postings() -> Vec<Posting> {
    let mut chance = Chance::new(0x000D_A7E5);
    let (hq, star) = (id("hq"), star());
    let mut all = Vec::new();
    for day in 0..365 {
        let day = new_year().plus_days(day).expect("a day");
        // Each merchant twice a day: about half of the postings find their cell.
        for place in (0..2 * MERCHANTS).map(|place| place % MERCHANTS) {
            let (shop, wallet) = (merchant(place), member(chance.below(MEMBERS)));
            let sold = 1_000 + chance.below(50_000) as i64;
            let points = 1 + sold / 100;
            let (sales, customers) = ((&shop, AccountKind::Sales), (&shop, AccountKind::Customers));
            all.push(posting(customers, sales, ("CNY", sold), day, Reason::Sale));
            let (float, own) = ((&shop, AccountKind::Float), (&wallet, AccountKind::Spendable));
            all.push(posting(float, own, (star.as_str(), points), day, Reason::Award));
            if chance.below(3) == 0 {
                let redeemed = (&shop, AccountKind::Redeemed);
                all.push(posting(own, redeemed, (star.as_str(), points), day, Reason::Redemption));
                let (backing, settlement) = ((&hq, AccountKind::Backing), (&shop, AccountKind::Settlement));
                all.push(posting(backing, settlement, ("CNY.fine", points * 8_000), day, Reason::Reimbursement));
            }
            if chance.below(30) == 0 {
                let (backing, settlement) = ((&hq, AccountKind::Backing), (&shop, AccountKind::Settlement));
                all.push(posting(settlement, backing, ("CNY.fine", 10_000 * 10_000), day, Reason::PointsSold));
            }
        }
    }
    all
}

/// All postings added up.
pub fn tally(postings: &[Posting]) -> Tally {
    let mut tally = Tally::empty();
    for posting in postings {
        tally.add(posting.day.start_of(Window::Month), posting, Place::NONE).expect("in range");
    }
    tally
}
