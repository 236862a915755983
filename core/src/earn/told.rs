//! A comparison that failed, in words: what was wanted and what was there. Only `explain` asks for it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::condition::{Condition, CountScope, DayRange, TimeOfDay};
use super::facts::{Facts, LineFacts};
use super::missed::Missed;
use crate::values::Id;
use crate::wire;

/// The most values that are told of a list; the others are counted.
const MOST: usize = 5;
/// The most characters of a condition that is told whole.
const LONGEST: usize = 160;

/// What was missed.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub missed: Missed,
    /// What was asked for, where there is more to say than the word does.
    pub wanted: Option<String>,
    /// What was there; nothing, if absent.
    pub found: Option<String>,
}

impl Told {
    pub(crate) fn new(missed: Missed, wanted: Option<String>, found: Option<String>) -> Self {
        Self { missed, wanted, found }
    }

    /// The word, unless what was there and what was wanted say it themselves: those of parts, and of what must not hold.
    fn named(&self, text: &str) -> String {
        match self.missed {
            Missed::All | Missed::Any | Missed::Not => text.to_owned(),
            missed => format!("{missed} {text}"),
        }
    }

    /// What was wanted as one part of several: `tiers gold`.
    fn asked(&self) -> String {
        self.wanted.as_deref().map_or_else(|| self.missed.to_string(), |wanted| self.named(wanted))
    }

    /// What was there, likewise: `tiers none`.
    fn there(&self) -> String {
        self.named(self.found.as_deref().unwrap_or("none"))
    }
}

/// The first values of a list, and how many more there are; nothing of an empty one.
pub(crate) fn listed<T: ToString>(values: impl IntoIterator<Item = T>) -> Option<String> {
    let mut values = values.into_iter();
    let first: Vec<String> = values.by_ref().take(MOST).map(|value| value.to_string()).collect();
    let more = values.count();
    (!first.is_empty()).then(|| first.join(", ") + &and_more(more))
}

fn and_more(more: usize) -> String {
    if more > 0 { format!(" and {more} more") } else { String::new() }
}

/// The word of an enum without fields.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    wire::encode(value).unwrap_or_default().trim_matches('"').to_owned()
}

/// Wanted, and found.
type Texts = (Option<String>, Option<String>);

impl Condition {
    /// The first comparison that fails, in words.
    pub(crate) fn missing(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Option<Told> {
        let missed = self.miss(facts, line)?;
        let texts = self.sets_in_words(missed, facts, line);
        let texts = texts.or_else(|| self.calendar_in_words(missed, facts));
        let texts = texts.or_else(|| self.figures_in_words(missed, facts, line));
        let (wanted, found) = texts.unwrap_or_else(|| self.parts_in_words(missed, facts, line));
        Some(Told { missed, wanted, found })
    }

    /// Of an `all` that does not hold the first part that does not, down to one that is none; else itself.
    fn failing(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> &Self {
        if self.miss(facts, line) != Some(Missed::All) {
            return self;
        }
        let part = self.all.iter().find(|part| part.miss(facts, line).is_some());
        part.map_or(self, |part| part.failing(facts, line))
    }

    fn sets_in_words(&self, missed: Missed, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Option<Texts> {
        let member = facts.member.as_ref();
        let one = |id: Option<&Id>| id.map(ToString::to_string);
        let all = |ids: Option<&BTreeSet<Id>>| listed(ids.into_iter().flatten());
        let (wanted, found) = match missed {
            Missed::Merchants => (&self.merchants, one(facts.merchant)),
            Missed::Stores => (&self.stores, one(facts.store)),
            Missed::Alliances => (&self.alliances, all(facts.alliances)),
            Missed::Categories => (&self.categories, listed(line.into_iter().flat_map(|line| line.categories))),
            Missed::Products => (&self.products, one(line.map(|line| line.product))),
            Missed::Tags => (&self.tags, all(line.map(|line| line.tags))),
            Missed::Channels => (&self.channels, one(facts.channel)),
            Missed::Tiers => (&self.tiers, one(member.and_then(|member| member.tier))),
            Missed::Roles => (&self.roles, all(member.map(|member| member.roles))),
            Missed::Flags => (&self.flags, all(member.map(|member| member.flags))),
            Missed::MemberOf => (&self.member_of, all(member.map(|member| member.member_of))),
            Missed::Holidays => (&self.holidays, Some(facts.day.to_string())),
            _ => return None,
        };
        Some((listed(wanted), found))
    }

    fn calendar_in_words(&self, missed: Missed, facts: &Facts<'_>) -> Option<Texts> {
        let day = facts.day;
        let texts = match missed {
            Missed::Days => (self.days.as_ref().map(days_in_words), Some(day.to_string())),
            Missed::Weekdays => (listed(self.weekdays.iter().map(word)), Some(word(&day.weekday()))),
            Missed::Time => {
                let stretch = |TimeOfDay { from, until }: &TimeOfDay| format!("from {from} until {until}");
                (self.time.as_ref().map(stretch), Some(facts.time.to_string()))
            }
            Missed::Birthday => {
                let born = facts.member.as_ref().and_then(|member| member.birthday);
                let wanted = self.birthday.as_ref().map(|wanted| format!("its {}", word(&wanted.window)));
                (wanted, born.map(|born| format!("{born}, bought on {day}")))
            }
            _ => return None,
        };
        Some(texts)
    }

    fn figures_in_words(&self, missed: Missed, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Option<Texts> {
        let of_line = line.map(|line| line.after_discounts.to_string());
        let of_purchase = facts.total.map(|total| total.to_string());
        let nth = |scope: CountScope| {
            let member = facts.member.as_ref()?;
            let nth = if scope == CountScope::Programme { member.nth_purchase } else { member.nth_at_merchant };
            Some(format!("number {nth} ({})", word(&scope)))
        };
        let figure = |figure: Option<crate::values::Amount>| figure.map(|figure| figure.to_string());
        let texts = match missed {
            Missed::PurchaseAtLeast => (figure(self.purchase_at_least), of_purchase),
            Missed::PurchaseBelow => (figure(self.purchase_below), of_purchase),
            Missed::LineAtLeast => (figure(self.line_at_least), of_line),
            Missed::LineBelow => (figure(self.line_below), of_line),
            Missed::FirstPurchase => {
                let scope = self.first_purchase;
                (scope.map(|scope| format!("number 1 ({})", word(&scope))), scope.and_then(nth))
            }
            Missed::EveryNth => {
                let every = self.every_nth.as_ref();
                let wanted = every.map(|every| format!("a multiple of {} ({})", every.n, word(&every.of)));
                (wanted, every.and_then(|every| nth(every.of)))
            }
            _ => return None,
        };
        Some(texts)
    }

    fn parts_in_words(&self, missed: Missed, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Texts {
        match missed {
            Missed::All => {
                let told = self.failing(facts, line).missing(facts, line);
                told.map_or((None, None), |told| (Some(told.asked()), told.found))
            }
            Missed::Any => {
                let parts = self.any.iter().take(MOST);
                let told: Vec<Told> = parts.filter_map(|part| part.failing(facts, line).missing(facts, line)).collect();
                let rest = and_more(self.any.len().saturating_sub(MOST));
                let texts = |text: fn(&Told) -> String| told.iter().map(text).collect::<Vec<_>>();
                (Some(texts(Told::asked).join(" or ") + &rest), Some(texts(Told::there).join(", ") + &rest))
            }
            Missed::Not => {
                let text = wire::encode(self.not.as_deref().unwrap_or(&Condition::default())).unwrap_or_default();
                let end = if text.chars().count() > LONGEST { "…" } else { "" };
                let start: String = text.chars().take(LONGEST).collect();
                (Some(format!("not {start}{end}")), Some("it holds".to_owned()))
            }
            _ => (None, None),
        }
    }
}

fn days_in_words(range: &DayRange) -> String {
    let from = range.from.map(|from| format!("from {from}"));
    let until = range.until.map(|until| format!("until {until}"));
    [from, until].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
