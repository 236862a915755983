//! From facts to commission: which plan a line takes, what each part comes to exactly, and one rounding for each plan.

use std::collections::BTreeSet;

use super::compile::{CommissionPlans, PlannedCommission};
use super::section::{CommissionMode, CommissionPlan, EntryFee, OwnBrand, PlanEvent, Share};
use crate::earn::{Basis, Factor, Facts, LineFacts, Missed, Multiplied};
use crate::nouns::PayoutRole;
use crate::values::{Amount, Fraction, Id, NoWeight, Overflow, allocate, whole_weights};

/// Somebody who may be paid.
#[derive(Debug, Clone)]
pub struct Earner<'a> {
    /// Who.
    pub party: &'a Id,
    /// The account that earns.
    pub account: &'a Id,
    /// Roles, of which plans and grades go by.
    pub roles: Option<&'a BTreeSet<Id>>,
    /// Whether it works for the merchant of the sale.
    pub own_brand: bool,
    /// Whether it paid an entry fee, on the day or before.
    pub paid_entry: bool,
}

/// Who is there to be paid.
#[derive(Debug, Clone, Default)]
pub struct Present<'a> {
    /// The direct referrer, then those above, nearest first.
    pub referrers: Vec<Earner<'a>>,
    /// Who closed the sale or made the scan.
    pub sale: Option<Earner<'a>>,
    /// Whether a voucher's own fee stands for the referral part.
    pub has_fee: bool,
}

/// One part of a plan.
#[derive(Debug, Clone)]
pub struct RatedPart<'a> {
    /// Who earns it.
    pub earner: Earner<'a>,
    /// For what.
    pub role: PayoutRole,
    /// The exact value of each line.
    pub lines: Vec<Fraction>,
}

/// What a plan that somebody is there for comes to before the bounds; nothing is paid for a whole of 0.
#[derive(Debug, Clone)]
pub struct RatedCommission<'p, 'a> {
    /// The plan.
    pub planned: &'p PlannedCommission,
    /// By party id, then role.
    pub parts: Vec<RatedPart<'a>>,
    /// The factor of each line; 0 where the plan was not taken.
    pub factors: Vec<Fraction>,
    /// The exact sum.
    pub exact: Fraction,
    /// After R4.
    pub whole: Amount,
}

fn sum(values: &[Fraction]) -> Result<Fraction, Overflow> {
    values.iter().try_fold(Fraction::ZERO, |sum, value| sum.plus(*value))
}

/// Divides a whole over parts, which come by party id and role, and each part over the lines.
pub fn split(parts: &[RatedPart<'_>], whole: Amount) -> Result<Vec<Vec<Amount>>, NoWeight> {
    let exact = parts.iter().map(|part| sum(&part.lines)).collect::<Result<Vec<_>, _>>();
    let weights = exact.and_then(|exact| whole_weights(&exact)).map_err(|_| NoWeight::Overflow)?;
    let mut split = Vec::with_capacity(parts.len());
    for (part, amount) in parts.iter().zip(allocate(whole, &weights)?) {
        let weights = whole_weights(&part.lines).map_err(|_| NoWeight::Overflow)?;
        split.push(allocate(amount, &weights)?);
    }
    Ok(split)
}

/// What a line, a scan or a top-up has for rates.
struct Line {
    basis: [Amount; 3],
    /// Positions of plans and factors that hold, rising.
    matched: Vec<usize>,
}

impl Line {
    fn basis(&self, basis: Basis) -> Amount {
        let [tender, discounts, before] = self.basis;
        match basis {
            Basis::AfterTender => tender,
            Basis::AfterDiscounts => discounts,
            Basis::BeforeDiscounts => before,
        }
    }
}

impl CommissionPlans {
    /// What the plans of an event pay for a purchase. `stocks` are those of its vouchers.
    pub fn rate<'p, 'a>(
        &'p self,
        facts: &Facts<'_>,
        event: PlanEvent,
        present: &Present<'a>,
        stocks: &BTreeSet<&Id>,
    ) -> Result<Vec<RatedCommission<'p, 'a>>, Overflow> {
        let matched = self.index.matches(facts);
        let line = |(place, line): (usize, &LineFacts<'_>)| Line {
            basis: [line.after_tender, line.after_discounts, line.before_discounts],
            matched: matched.of_line(place).to_vec(),
        };
        let lines: Vec<Line> = facts.lines.iter().enumerate().map(line).collect();
        self.rate_lines(&lines, event, present, stocks)
    }

    /// What the plans pay for a scan, or for a top-up of `amount`.
    pub fn rate_event<'p, 'a>(
        &'p self,
        facts: &Facts<'_>,
        (event, purpose): (PlanEvent, Option<&Id>),
        present: &Present<'a>,
        amount: Amount,
    ) -> Result<Vec<RatedCommission<'p, 'a>>, Overflow> {
        let line = Line { basis: [amount; 3], matched: self.index.matches_without_lines(facts) };
        self.rate_lines(&[line], event, present, &purpose.into_iter().collect())
    }

    /// `with`: the stocks of the purchase's vouchers, or the purpose of a scan.
    fn rate_lines<'p, 'a>(
        &'p self,
        lines: &[Line],
        event: PlanEvent,
        present: &Present<'a>,
        with: &BTreeSet<&Id>,
    ) -> Result<Vec<RatedCommission<'p, 'a>>, Overflow> {
        let takes_part = |planned: &PlannedCommission| first_miss(&planned.plan, event, present, with).is_none();
        // For each plan the lines that take it: of each group the first that matches.
        let mut taken: Vec<Vec<usize>> = vec![Vec::new(); self.plans.len()];
        for (place, line) in lines.iter().enumerate() {
            let mut groups: BTreeSet<&Id> = BTreeSet::new();
            for position in &line.matched {
                let Some(planned) = self.plans.get(*position).filter(|planned| takes_part(planned)) else { continue };
                if groups.insert(&planned.plan.group)
                    && let Some(places) = taken.get_mut(*position)
                {
                    places.push(place);
                }
            }
        }
        let mut rated = Vec::new();
        for (planned, places) in self.plans.iter().zip(taken).filter(|(_, places)| !places.is_empty()) {
            let factors = self.factors_on(planned, lines, &places)?;
            let mut parts = Vec::new();
            for (earner, role, share) in self.shares(planned, present)? {
                let values = values(planned, share, lines, &places)?;
                let value_on = |(value, factor): (Fraction, &Fraction)| value.times(*factor);
                let lines = values.into_iter().zip(&factors).map(value_on).collect::<Result<Vec<_>, _>>()?;
                parts.push(RatedPart { earner: earner.clone(), role, lines });
            }
            parts.sort_by(|a, b| (a.earner.party, a.role).cmp(&(b.earner.party, b.role)));
            let exact = parts.iter().try_fold(Fraction::ZERO, |total, part| total.plus(sum(&part.lines)?))?;
            let whole = exact.round(self.rounding)?;
            if !parts.is_empty() {
                rated.push(RatedCommission { planned, parts, factors, exact, whole });
            }
        }
        Ok(rated)
    }

    /// The factor of each line; 0 where the plan is not taken.
    fn factors_on(
        &self,
        planned: &PlannedCommission,
        lines: &[Line],
        places: &[usize],
    ) -> Result<Vec<Fraction>, Overflow> {
        let mut factor = Factor::new(&self.within, self.across);
        let mut factors = Vec::with_capacity(lines.len());
        for (place, line) in lines.iter().enumerate() {
            if !places.contains(&place) {
                factors.push(Fraction::ZERO);
                continue;
            }
            factor.clear();
            let matched = line.matched.iter().filter_map(|position| position.checked_sub(self.plans.len()));
            for one in matched.filter_map(|position| self.factors.get(position)) {
                let counts = one.plans.is_empty() || one.plans.contains(&planned.plan.id);
                if counts && planned.plan.multiplied == Multiplied::Yes {
                    factor.push(one.dimension, one.factor)?;
                }
            }
            factors.push(factor.total()?);
        }
        Ok(factors)
    }

    /// Who earns which share of a plan.
    fn shares<'s, 'a>(
        &self,
        planned: &'s PlannedCommission,
        present: &'s Present<'a>,
    ) -> Result<Vec<(&'s Earner<'a>, PayoutRole, Gives<'s>)>, Overflow> {
        let plan = &planned.plan;
        let mut shares = Vec::new();
        let mut paid = Fraction::ZERO;
        for (level, (earner, role)) in ladder(present, self.section.levels).enumerate() {
            let is_barred = bar(plan, present, earner, role).is_some();
            match plan.mode {
                CommissionMode::Differential => {
                    let grade = grade(planned, earner)?;
                    if grade.compare(paid)? == core::cmp::Ordering::Greater {
                        if !is_barred {
                            shares.push((earner, role, Gives::Rate(grade.minus(paid)?)));
                        }
                        // Counted of who is barred too: what it is not paid goes to nobody above.
                        paid = grade;
                    }
                }
                CommissionMode::Levels if is_barred => {}
                CommissionMode::Levels => {
                    let above = level.checked_sub(1).and_then(|place| plan.uplines.get(place));
                    let share = if role == PayoutRole::Referral { plan.referral.as_ref() } else { above };
                    shares.extend(share.map(|share| (earner, role, Gives::of(share))));
                }
            }
        }
        let may = |earner: &&Earner<'_>| bar(plan, present, earner, PayoutRole::Sale).is_none();
        let sale = present.sale.as_ref().filter(may).zip(plan.sale.as_ref());
        shares.extend(sale.map(|(earner, share)| (earner, PayoutRole::Sale, Gives::of(share))));
        Ok(shares)
    }
}

/// What a plan asks before any line, and does not get; `with` are the stocks of the purchase's vouchers, or the purpose of
/// the scan.
pub(super) fn first_miss(
    plan: &CommissionPlan,
    event: PlanEvent,
    present: &Present<'_>,
    with: &BTreeSet<&Id>,
) -> Option<Missed> {
    let meets = |set: &BTreeSet<Id>| set.is_empty() || set.iter().any(|id| with.contains(id));
    let roles = || present.referrers.first().and_then(|direct| direct.roles);
    if plan.event != event {
        return Some(Missed::Event);
    }
    if !meets(&plan.stocks) {
        return Some(Missed::Stocks);
    }
    if !meets(&plan.purposes) {
        return Some(Missed::Purposes);
    }
    let has_role = plan.roles.is_empty() || roles().is_some_and(|roles| !roles.is_disjoint(&plan.roles));
    (!has_role).then_some(Missed::ReferrerRoles)
}

/// Those above, each with the role of its level, as far as levels are paid.
pub(super) fn ladder<'s, 'a>(
    present: &'s Present<'a>,
    levels: u32,
) -> impl Iterator<Item = (&'s Earner<'a>, PayoutRole)> + Clone {
    let levels = usize::try_from(levels).unwrap_or(usize::MAX);
    present.referrers.iter().zip([PayoutRole::Referral, PayoutRole::Upline2, PayoutRole::Upline3]).take(levels)
}

/// What keeps somebody who is there from its part of a plan.
pub(super) fn bar(
    plan: &CommissionPlan,
    present: &Present<'_>,
    earner: &Earner<'_>,
    role: PayoutRole,
) -> Option<Missed> {
    if role == PayoutRole::Referral {
        if present.has_fee && plan.event == PlanEvent::Purchase {
            return Some(Missed::VoucherFee);
        }
        if earner.own_brand && plan.own_brand == OwnBrand::Unpaid {
            return Some(Missed::OwnBrand);
        }
    }
    (plan.entry_fee == EntryFee::Required && !earner.paid_entry).then_some(Missed::EntryFee)
}

/// What a share comes to.
#[derive(Debug, Clone, Copy)]
enum Gives<'s> {
    Rate(Fraction),
    Fixed(&'s Amount),
}

impl<'s> Gives<'s> {
    fn of(share: &'s Share) -> Self {
        match share {
            Share::Rate { rate } => Gives::Rate(rate.fraction()),
            Share::Fixed { amount } => Gives::Fixed(amount),
        }
    }
}

/// The largest rate of an earner's roles; 0 without one.
fn grade(planned: &PlannedCommission, earner: &Earner<'_>) -> Result<Fraction, Overflow> {
    let roles = earner.roles.into_iter().flatten();
    let rates = roles.filter_map(|role| planned.plan.grades.get(role));
    rates.map(|rate| rate.fraction()).try_fold(Fraction::ZERO, Fraction::max)
}

/// The exact value of a share on each line, before factors.
fn values(
    planned: &PlannedCommission,
    gives: Gives<'_>,
    lines: &[Line],
    places: &[usize],
) -> Result<Vec<Fraction>, Overflow> {
    let basis = |place: usize| lines.get(place).map_or(Amount::ZERO, |line| line.basis(planned.plan.basis));
    let mut values = vec![Fraction::ZERO; lines.len()];
    match gives {
        Gives::Rate(rate) => {
            for place in places {
                if let Some(value) = values.get_mut(*place) {
                    *value = Fraction::whole(basis(*place).wide()).times(rate)?;
                }
            }
        }
        Gives::Fixed(amount) => {
            let mut weights: Vec<u128> =
                places.iter().map(|place| u128::from(basis(*place).get().unsigned_abs())).collect();
            // Nothing to divide by: the first line takes all.
            if let (true, Some(first)) = (weights.iter().all(|weight| *weight == 0), weights.first_mut()) {
                *first = 1;
            }
            for (place, part) in places.iter().zip(allocate(*amount, &weights)?) {
                if let Some(value) = values.get_mut(*place) {
                    *value = Fraction::whole(part.wide());
                }
            }
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::section::CommissionSection;
    use super::*;
    use crate::earn::CategoryTree;
    use crate::values::Rounding;
    use crate::wire::{self, Mode, TreeLimits};

    fn amount(units: i64) -> Amount {
        Amount::new(units).unwrap()
    }

    fn f(num: i128, den: i128) -> Fraction {
        Fraction::new(num, den).unwrap()
    }

    fn plans(plan: &str) -> CommissionPlans {
        let text =
            format!(r#"{{"levels":3,"acknowledged":["three_levels"],"plans":[{{"id":"p","group":"g",{plan}}}]}}"#);
        let section: CommissionSection = wire::from_json(text.as_bytes(), TreeLimits::STORED, Mode::Stored).unwrap();
        let (tree, expiry) = (CategoryTree::default(), BTreeMap::new());
        CommissionPlans::compile(&section, &tree, &expiry, Rounding::Floor).unwrap()
    }

    /// People by id: `staff` and `agent` and `division` have the role of their name, others none.
    struct People(BTreeMap<Id, BTreeSet<Id>>);

    impl People {
        fn new(ids: &[&str]) -> Self {
            let id = |text: &&str| text.parse::<Id>().unwrap();
            Self(ids.iter().map(|text| (id(text), BTreeSet::from([id(text)]))).collect())
        }

        fn earner(&self, text: &str) -> Earner<'_> {
            let (party, roles) = self.0.get_key_value(text).unwrap();
            Earner { party, account: party, roles: Some(roles), own_brand: false, paid_entry: false }
        }
    }

    /// Who earns which rate, in hundredths of a per cent.
    fn told(plans: &CommissionPlans, present: &Present<'_>) -> Vec<(String, PayoutRole, i64)> {
        let planned = plans.plans.first().unwrap();
        let shares = plans.shares(planned, present).unwrap();
        let rate = |gives: Gives<'_>| match gives {
            Gives::Rate(rate) => rate.times(f(10_000, 1)).unwrap().round(Rounding::Floor).unwrap().get(),
            Gives::Fixed(amount) => amount.get(),
        };
        shares.into_iter().map(|(earner, role, gives)| (earner.party.to_string(), role, rate(gives))).collect()
    }

    fn row(party: &str, role: PayoutRole, rate: i64) -> (String, PayoutRole, i64) {
        (party.to_owned(), role, rate)
    }

    #[test]
    fn a_whole_is_divided_over_parts_and_each_part_over_the_lines() {
        let people = People::new(&["a", "b", "c", "d"]);
        let part = |party: &str, lines: Vec<Fraction>| RatedPart {
            earner: people.earner(party),
            role: PayoutRole::Referral,
            lines,
        };
        // 3 %, 2 %, 1 % and 0.5 % of 333.33: 21.66645, so 21.66.
        let rates = [("a", 30), ("b", 20), ("c", 10), ("d", 5)];
        let parts: Vec<_> = rates.iter().map(|(party, rate)| part(party, vec![f(33_333 * rate, 1_000)])).collect();
        let given: Vec<i64> = split(&parts, amount(2_166)).unwrap().concat().iter().map(|part| part.get()).collect();
        assert_eq!(given, [1_000, 666, 333, 167]);
        // Two alike over three lines, of which one gives nothing: the odd unit goes to the first, in each.
        let parts = [part("a", vec![f(1, 1), f(0, 1), f(1, 1)]), part("b", vec![f(1, 1), f(0, 1), f(1, 1)])];
        let given = split(&parts, amount(3)).unwrap();
        let units = |lines: &Vec<Amount>| lines.iter().map(|part| part.get()).collect::<Vec<_>>();
        assert_eq!(given.iter().map(units).collect::<Vec<_>>(), [[1, 0, 1], [1, 0, 0]]);
    }

    #[test]
    fn each_grade_is_paid_what_it_is_above_the_last_one() {
        use PayoutRole::{Referral, Upline2, Upline3};
        let plans = plans(r#""mode":"differential","grades":{"staff":"0.05","agent":"0.08","division":"0.1"}"#);
        let people = People::new(&["staff", "agent", "division", "nobody"]);
        let above = |ids: &[&str]| Present {
            referrers: ids.iter().map(|one| people.earner(one)).collect(),
            ..Present::default()
        };
        let all = told(&plans, &above(&["staff", "agent", "division"]));
        assert_eq!(all, [row("staff", Referral, 500), row("agent", Upline2, 300), row("division", Upline3, 200)]);
        let direct = told(&plans, &above(&["agent", "division"]));
        assert_eq!(direct, [row("agent", Referral, 800), row("division", Upline2, 200)]);
        let twice = told(&plans, &above(&["staff", "staff", "agent"]));
        assert_eq!(twice, [row("staff", Referral, 500), row("agent", Upline3, 300)]);
        // A lower grade above a higher one, and who has none, are not paid.
        assert_eq!(told(&plans, &above(&["division", "nobody", "staff"])), [row("division", Referral, 1_000)]);
        // Who is there and not paid leaves those above no more: it works for the seller, a fee stands in its place, or it
        // paid no entry fee.
        let mut own = above(&["staff", "agent"]);
        own.referrers.first_mut().unwrap().own_brand = true;
        assert_eq!(told(&plans, &own), [row("agent", Upline2, 300)]);
        let fee = Present { has_fee: true, ..above(&["agent", "staff", "division"]) };
        assert_eq!(told(&plans, &fee), [row("division", Upline3, 200)]);
        let asked =
            r#""mode":"differential","entry_fee":"required","grades":{"staff":"0.05","agent":"0.08","division":"0.1"}"#;
        let mut entry = above(&["staff", "agent", "division"]);
        entry.referrers.first_mut().unwrap().paid_entry = true;
        entry.referrers.last_mut().unwrap().paid_entry = true;
        let paid = [row("staff", Referral, 500), row("division", Upline3, 200)];
        assert_eq!(told(&self::plans(asked), &entry), paid);
    }

    #[test]
    fn levels_have_their_own_shares_and_a_fee_stands_for_the_first() {
        use PayoutRole::{Referral, Sale, Upline2, Upline3};
        let rate = |rate: &str| format!(r#"{{"type":"rate","rate":"{rate}"}}"#);
        let shares = format!(
            r#""referral":{},"sale":{},"uplines":[{},{}]"#,
            rate("0.03"),
            rate("0.02"),
            rate("0.01"),
            rate("0.005")
        );
        let people = People::new(&["a", "b", "c", "d", "clerk"]);
        let present = || Present {
            referrers: ["a", "b", "c", "d"].map(|one| people.earner(one)).to_vec(),
            sale: Some(people.earner("clerk")),
            has_fee: false,
        };
        let (b, c) = (row("b", Upline2, 100), row("c", Upline3, 50));
        let rest = [b.clone(), c, row("clerk", Sale, 200)];
        let by_all = [vec![row("a", Referral, 300)], rest.to_vec()].concat();
        assert_eq!(told(&plans(&shares), &present()), by_all);
        assert_eq!(told(&plans(&shares), &Present { has_fee: true, ..present() }), rest);
        // For turnover no fee stands, and who sells is not asked.
        let turnover = plans(&format!(r#""event":"turnover",{shares}"#));
        assert_eq!(told(&turnover, &Present { has_fee: true, ..present() }), by_all);
        // Only who paid its entry fee, in whatever role.
        let mut some = present();
        some.referrers.get_mut(1).unwrap().paid_entry = true;
        assert_eq!(told(&plans(&format!(r#""entry_fee":"required",{shares}"#)), &some), [b]);
    }

    #[test]
    fn a_fixed_share_is_divided_by_what_lines_come_to_else_the_first_has_it() {
        let plans = plans(r#""referral":{"type":"fixed","amount":50}"#);
        let planned = plans.plans.first().unwrap();
        let line = |basis: i64| Line { basis: [amount(basis); 3], matched: Vec::new() };
        let fifty = amount(50);
        let on = |lines: &[Line], places: &[usize]| {
            let values = values(planned, Gives::Fixed(&fifty), lines, places).unwrap();
            values.iter().map(|value| value.text()).collect::<Vec<_>>()
        };
        assert_eq!(on(&[line(1_000), line(700), line(500)], &[0, 2]), ["33", "0", "17"]);
        assert_eq!(on(&[line(9), line(0), line(0)], &[1, 2]), ["0", "50", "0"]);
        let rate = values(planned, Gives::Rate(f(3, 100)), &[line(333), line(100)], &[0]).unwrap();
        assert_eq!(rate, [f(999, 100), f(0, 1)]);
    }
}
