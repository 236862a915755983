//! From the rulebook's section on earning to the form that purchases are rated with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::Condition;
use super::facts::CategoryTree;
use super::index::RuleIndex;
use super::rule::{
    Across, ActivityRule, AwardClass, Basis, Campaign, Cap, Effect, Funder, GroupCombine, Multiplier,
    MultiplierTrigger, Rule, Spendable, Within,
};
use crate::expiry::Expiry;
use crate::values::{Amount, Fraction, Id, Rounding};

/// The rulebook's section `earn`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct EarnSection {
    /// Groups of rules and how each becomes one value.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<Id, GroupCombine>,
    /// Dimensions of multipliers and how factors combine within each.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<Id, Within>,
    /// How dimensions combine.
    #[serde(skip_serializing_if = "Across::is_default")]
    pub across: Across,
    /// Rules for purchases.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Factors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<Multiplier>,
    /// Campaigns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub campaigns: Vec<Campaign>,
    /// Rules for activities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<ActivityRule>,
    /// Caps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
}

impl Across {
    fn is_default(&self) -> bool {
        *self == Across::Multiply
    }
}

/// Points that are awarded together: one rounding, one set of cuts, one funder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Which points.
    pub asset: Id,
    /// What the caps know it as.
    pub class: AwardClass,
    /// The campaign, with its budgets.
    pub campaign: Option<Campaign>,
    /// Who pays.
    pub funder: Funder,
    /// When the points expire.
    pub expiry: Expiry,
    /// When they may be spent.
    pub spendable: Spendable,
}

#[derive(Debug, Clone)]
pub(super) struct PlannedRule {
    pub id: Id,
    pub rank: u32,
    /// Position in `EarnPlan::assets`.
    pub asset: usize,
    /// Position in `EarnPlan::groups`.
    pub group: usize,
    /// Whether the group takes every rule that matches.
    pub is_summed: bool,
    pub effect: Effect,
    pub basis: Basis,
    pub multiplied: bool,
    /// Position in `EarnPlan::buckets`.
    pub bucket: usize,
}

#[derive(Debug, Clone)]
pub(super) struct PlannedMultiplier {
    pub id: Id,
    pub rank: u32,
    /// Position in `EarnPlan::dimensions`.
    pub dimension: usize,
    pub factor: Fraction,
    /// Whether only vouchers let it take part.
    pub by_voucher: bool,
    pub asset: Option<usize>,
    /// The campaign's place in the order of ownership, and for each asset the bucket of its increments.
    pub campaign: Option<(usize, BTreeMap<usize, usize>)>,
}

#[derive(Debug, Clone)]
pub(super) struct PlannedActivity {
    pub id: Id,
    pub rank: u32,
    pub activity: Id,
    pub points: Amount,
    pub bucket: usize,
}

/// The compiled section.
#[derive(Debug, Clone)]
pub struct EarnPlan {
    /// Categories and those above them.
    pub tree: CategoryTree,
    pub(super) rounding: Rounding,
    pub(super) dimensions: Vec<Id>,
    pub(super) within: Vec<Within>,
    pub(super) across: Across,
    pub(super) assets: Vec<Id>,
    /// (asset, group), sorted; the group's way of combining.
    pub(super) groups: Vec<((usize, Id), GroupCombine)>,
    pub(super) rules: Vec<PlannedRule>,
    pub(super) multipliers: Vec<PlannedMultiplier>,
    /// Whether some rule gives points for the whole purchase, which its lines share.
    pub(super) has_shares: bool,
    /// Over the rules and, behind them, the multipliers.
    pub(super) purchase_index: RuleIndex,
    pub(super) activities: Vec<PlannedActivity>,
    pub(super) activity_index: RuleIndex,
    pub(super) buckets: Vec<Bucket>,
    /// By window, then id: the order in which they cut.
    pub(super) caps: Vec<Cap>,
}

/// What the plan is made from besides the section.
pub(crate) struct EarnContext<'a> {
    pub tree: CategoryTree,
    pub expiry: &'a BTreeMap<Id, Expiry>,
    pub rounding: Rounding,
}

struct Planner<'a> {
    section: &'a EarnSection,
    expiry: &'a BTreeMap<Id, Expiry>,
    buckets: Vec<Bucket>,
    assets: Vec<Id>,
    ranks: BTreeMap<&'a Id, u32>,
}

impl<'a> Planner<'a> {
    fn policy(&self, name: Option<&Id>) -> Option<Expiry> {
        match name {
            None => Some(Expiry::Never {}),
            Some(name) => self.expiry.get(name).cloned(),
        }
    }

    fn bucket(&mut self, bucket: Bucket) -> usize {
        if let Some(position) = self.buckets.iter().position(|known| *known == bucket) {
            return position;
        }
        self.buckets.push(bucket);
        self.buckets.len().saturating_sub(1)
    }

    fn campaign_bucket(&mut self, campaign: &Id, asset: &Id) -> Option<usize> {
        let campaign = self.section.campaigns.iter().find(|known| known.id == *campaign)?;
        let bucket = Bucket {
            asset: asset.clone(),
            class: AwardClass::Campaign,
            funder: campaign.funder.clone(),
            expiry: self.policy(campaign.expiry.as_ref())?,
            spendable: campaign.spendable.clone(),
            campaign: Some(campaign.clone()),
        };
        Some(self.bucket(bucket))
    }

    fn rule(&mut self, rule: &'a Rule, groups: &[((usize, Id), GroupCombine)]) -> Option<PlannedRule> {
        let asset = self.assets.iter().position(|known| *known == rule.asset)?;
        let bucket = match &rule.campaign {
            Some(campaign) => self.campaign_bucket(campaign, &rule.asset)?,
            None => {
                let expiry = self.policy(rule.expiry.as_ref())?;
                self.bucket(Bucket {
                    asset: rule.asset.clone(),
                    class: AwardClass::Everyday,
                    campaign: None,
                    funder: rule.funder.clone(),
                    expiry,
                    spendable: rule.spendable.clone(),
                })
            }
        };
        let group = groups.iter().position(|((of, group), _)| *of == asset && *group == rule.group)?;
        Some(PlannedRule {
            id: rule.id.clone(),
            rank: *self.ranks.get(&rule.id)?,
            asset,
            group,
            is_summed: groups.get(group).is_some_and(|(_, combine)| *combine == GroupCombine::Sum),
            effect: rule.effect.clone(),
            basis: rule.basis,
            multiplied: rule.is_multiplied(),
            bucket,
        })
    }

    fn multiplier(&mut self, multiplier: &'a Multiplier, order: &[&Campaign]) -> Option<PlannedMultiplier> {
        let asset = match &multiplier.asset {
            None => None,
            Some(asset) => Some(self.assets.iter().position(|known| known == asset)?),
        };
        let campaign = match &multiplier.campaign {
            None => None,
            Some(id) => {
                let place = order.iter().position(|campaign| campaign.id == *id)?;
                let mut buckets = BTreeMap::new();
                for position in 0..self.assets.len() {
                    let name = self.assets.get(position)?.clone();
                    buckets.insert(position, self.campaign_bucket(id, &name)?);
                }
                Some((place, buckets))
            }
        };
        Some(PlannedMultiplier {
            id: multiplier.id.clone(),
            rank: *self.ranks.get(&multiplier.id)?,
            dimension: self.section.dimensions.keys().position(|known| *known == multiplier.dimension)?,
            factor: multiplier.factor.fraction(),
            by_voucher: multiplier.trigger == MultiplierTrigger::Voucher,
            asset,
            campaign,
        })
    }

    fn activity(&mut self, rule: &'a ActivityRule) -> Option<PlannedActivity> {
        let bucket = match &rule.campaign {
            Some(campaign) => self.campaign_bucket(campaign, &rule.asset)?,
            None => {
                let expiry = self.policy(rule.expiry.as_ref())?;
                self.bucket(Bucket {
                    asset: rule.asset.clone(),
                    class: AwardClass::Activity,
                    campaign: None,
                    funder: rule.funder.clone(),
                    expiry,
                    spendable: rule.spendable.clone(),
                })
            }
        };
        Some(PlannedActivity {
            id: rule.id.clone(),
            rank: *self.ranks.get(&rule.id)?,
            activity: rule.activity.clone(),
            points: rule.points,
            bucket,
        })
    }
}

/// The place of each rule, multiplier and activity rule by (priority, id).
fn ranks(section: &EarnSection) -> BTreeMap<&Id, u32> {
    let rules = section.rules.iter().map(|rule| (rule.priority, &rule.id));
    let multipliers = section.multipliers.iter().map(|multiplier| (multiplier.priority, &multiplier.id));
    let activities = section.activities.iter().map(|activity| (activity.priority, &activity.id));
    let mut all: Vec<(i32, &Id)> = rules.chain(multipliers).chain(activities).collect();
    all.sort();
    (0_u32..).zip(all).map(|(rank, (_, id))| (id, rank)).collect()
}

/// References to the items in order of (priority, id).
fn in_order<'a, T>(items: &'a [T], of: impl Fn(&'a T) -> (i32, &'a Id)) -> Vec<&'a T> {
    let mut sorted: Vec<&T> = items.iter().collect();
    sorted.sort_by_key(|item| of(item));
    sorted
}

impl EarnPlan {
    /// Compiles a section that was checked; `None` where a reference leads nowhere, which the check reports with its path.
    pub(crate) fn compile(section: &EarnSection, context: EarnContext<'_>) -> Option<Self> {
        let mut assets: Vec<Id> = section.rules.iter().map(|rule| rule.asset.clone()).collect();
        assets.sort();
        assets.dedup();
        let mut groups = Vec::new();
        for (position, asset) in assets.iter().enumerate() {
            for (group, combine) in &section.groups {
                if section.rules.iter().any(|rule| rule.asset == *asset && rule.group == *group) {
                    groups.push(((position, group.clone()), *combine));
                }
            }
        }
        let mut planner =
            Planner { section, expiry: context.expiry, buckets: Vec::new(), assets, ranks: ranks(section) };
        let rules = in_order(&section.rules, |rule| (rule.priority, &rule.id));
        let multipliers = in_order(&section.multipliers, |multiplier| (multiplier.priority, &multiplier.id));
        let activities = in_order(&section.activities, |activity| (activity.priority, &activity.id));
        let campaigns = in_order(&section.campaigns, |campaign| (campaign.priority, &campaign.id));
        let conditions = |of: Vec<&Condition>| of.into_iter().cloned().collect::<Vec<_>>();
        let of_multipliers = multipliers.iter().map(|multiplier| &multiplier.when);
        let of_purchases = rules.iter().map(|rule| &rule.when).chain(of_multipliers).collect();
        let purchase_index = RuleIndex::new(conditions(of_purchases), &context.tree);
        let activity_index =
            RuleIndex::new(conditions(activities.iter().map(|activity| &activity.when).collect()), &context.tree);
        let rules = rules.into_iter().map(|rule| planner.rule(rule, &groups)).collect::<Option<Vec<_>>>()?;
        let multipliers =
            multipliers.into_iter().map(|one| planner.multiplier(one, &campaigns)).collect::<Option<Vec<_>>>()?;
        let activities = activities.into_iter().map(|rule| planner.activity(rule)).collect::<Option<Vec<_>>>()?;
        let mut caps = section.caps.clone();
        caps.sort_by(|a, b| (a.per, &a.id).cmp(&(b.per, &b.id)));
        Some(Self {
            tree: context.tree,
            rounding: context.rounding,
            dimensions: section.dimensions.keys().cloned().collect(),
            within: section.dimensions.values().copied().collect(),
            across: section.across,
            assets: planner.assets,
            groups,
            rules,
            multipliers,
            has_shares: section.rules.iter().any(|rule| matches!(rule.effect, Effect::PerPurchase { .. })),
            purchase_index,
            activities,
            activity_index,
            buckets: planner.buckets,
            caps,
        })
    }

    /// The bucket at a position that this plan gave.
    pub fn bucket(&self, position: usize) -> Option<&Bucket> {
        self.buckets.get(position)
    }

    /// Whether vouchers may name the multiplier.
    pub(crate) fn is_by_voucher(&self, multiplier: &Id) -> bool {
        self.multipliers.iter().any(|one| one.by_voucher && one.id == *multiplier)
    }

    /// Who pays for the increments of a multiplier, where a campaign owns them.
    pub(crate) fn funder_of(&self, multiplier: &Id) -> Option<&Funder> {
        let one = self.multipliers.iter().find(|one| one.id == *multiplier)?;
        let (_, buckets) = one.campaign.as_ref()?;
        buckets.values().next().and_then(|bucket| self.buckets.get(*bucket)).map(|bucket| &bucket.funder)
    }

    /// Whether some rule rewards the activity.
    pub fn knows_activity(&self, activity: &Id) -> bool {
        self.activities.iter().any(|rule| rule.activity == *activity)
    }
}
