//! The cuts of an award after rounding: caps of the purchase and of the account's windows, then the campaign's budgets.
//! The float comes last and belongs to supply.

use serde::Deserialize;

use super::compile::{Bucket, EarnPlan};
use super::rule::{Cap, CapWindow};
use super::trace::CutTrace;
use crate::nouns::{CountedIn, Counter};
use crate::values::{Amount, Day, FINE_PER_MINOR, Id, Overflow, Window};
use crate::wire::written_in_order;

/// The record `budget/<campaign>/<lane>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
pub struct Budget {
    /// Points moved into this lane less those moved out; the declared budget is the main lane's.
    #[serde(default)]
    pub moved_points: Amount,
    /// Money moved into this lane less that moved out, fine units.
    #[serde(default)]
    pub moved_money: Amount,
    /// Points awarded, less those refunded.
    #[serde(default)]
    pub used_points: Amount,
    /// What they cost, fine units.
    #[serde(default)]
    pub used_money: Amount,
}

written_in_order! { Budget { moved_money, moved_points, used_money, used_points } }

impl Budget {
    /// Points that may still be awarded, if points are limited.
    pub fn points_left(&self, limit: Option<Amount>, main_lane: bool) -> Result<Option<Amount>, Overflow> {
        let Some(limit) = limit else { return Ok(None) };
        let own = if main_lane { limit } else { Amount::ZERO };
        Ok(Some(own.plus(self.moved_points)?.minus(self.used_points)?.max(Amount::ZERO)))
    }

    /// Fine units that may still be spent, if money is limited (`limit` in minor units).
    pub fn money_left(&self, limit: Option<Amount>, main_lane: bool) -> Result<Option<Amount>, Overflow> {
        let Some(limit) = limit else { return Ok(None) };
        let own = if main_lane { limit.times(Amount::new(FINE_PER_MINOR)?)? } else { Amount::ZERO };
        Ok(Some(own.plus(self.moved_money)?.minus(self.used_money)?.max(Amount::ZERO)))
    }
}

/// The result of a cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// What is left.
    pub points: Amount,
    /// Each cap that cut.
    pub traces: Vec<CutTrace>,
}

/// Cuts the awards of one purchase or activity by its caps, one award after the other.
#[derive(Debug)]
pub struct Cutter<'a> {
    caps: Vec<&'a Cap>,
    activity: Option<&'a Id>,
    day: Day,
    counters: &'a [Counter],
    /// By place in `caps`: what earlier awards of this decision took.
    taken: Vec<Amount>,
}

impl Cap {
    /// Whether the cap counts awards of a bucket, earned by a purchase or by an activity.
    pub fn counts(&self, bucket: &Bucket, activity: Option<&Id>) -> bool {
        let campaign = bucket.campaign.as_ref().map(|campaign| &campaign.id);
        self.asset == bucket.asset
            && (self.classes.is_empty() || self.classes.contains(&bucket.class))
            && (self.campaigns.is_empty() || campaign.is_some_and(|id| self.campaigns.contains(id)))
            && (self.activities.is_empty() || activity.is_some_and(|id| self.activities.contains(id)))
    }

    /// The account's window on a day, if the cap counts in one.
    fn window(&self) -> Option<Window> {
        match self.per {
            CapWindow::Line | CapWindow::Purchase => None,
            CapWindow::Day => Some(Window::Day),
            CapWindow::Week => Some(Window::Week),
            CapWindow::Month => Some(Window::Month),
            CapWindow::Year => Some(Window::Year),
        }
    }
}

impl<'a> Cutter<'a> {
    /// For a purchase or activity on a local day; `counters` are the account's.
    pub fn new(plan: &'a EarnPlan, day: Day, activity: Option<&'a Id>, counters: &'a [Counter]) -> Self {
        let caps: Vec<&Cap> = plan.caps.iter().filter(|cap| cap.per != CapWindow::Line).collect();
        let taken = vec![Amount::ZERO; caps.len()];
        Self { caps, activity, day, counters, taken }
    }

    /// Cuts what an award wants to what its caps leave.
    pub fn cut(&self, bucket: &Bucket, wanted: Amount) -> Result<Cut, Overflow> {
        let mut cut = Cut { points: wanted, traces: Vec::new() };
        for (place, cap) in self.caps.iter().enumerate().filter(|(_, cap)| cap.counts(bucket, self.activity)) {
            let before = cap.window().and_then(|window| {
                let from = self.day.start_of(window);
                self.counters
                    .iter()
                    .find(|counter| counter.cap == cap.id && counter.window == window && counter.from == from)
            });
            let counted = before.map_or(Amount::ZERO, |counter| counter.points);
            let taken = self.taken.get(place).copied().unwrap_or(Amount::ZERO);
            let left = cap.points.minus(counted)?.minus(taken)?.max(Amount::ZERO);
            if left < cut.points {
                cut.traces.push(CutTrace { by: format!("cap/{}", cap.id), from: cut.points, to: left });
                cut.points = left;
            }
        }
        Ok(cut)
    }

    /// Counts what an award finally gave, and names the account's windows that it counts in.
    pub fn count(&mut self, bucket: &Bucket, given: Amount) -> Result<Vec<CountedIn>, Overflow> {
        let mut windows = Vec::new();
        for (place, cap) in self.caps.iter().enumerate().filter(|(_, cap)| cap.counts(bucket, self.activity)) {
            if let Some(taken) = self.taken.get_mut(place) {
                *taken = taken.plus(given)?;
            }
            windows.extend(cap.window().map(|window| CountedIn {
                cap: cap.id.clone(),
                window,
                from: self.day.start_of(window),
            }));
        }
        Ok(windows)
    }
}
