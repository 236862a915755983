//! How large a rulebook may be. The check reports what is above; a limit may grow with an edition, it never shrinks.

/// The most assets: a campaign is planned once for each of them.
pub const MAX_ASSETS: usize = 32;
/// The most digits of a money asset's minor unit.
pub const MAX_MONEY_SCALE: u8 = 4;
/// The longest id of a money asset: its fine unit is `<id>.fine`, which must be an id as well.
pub const MAX_MONEY_ID_BYTES: usize = 59;
/// The most categories.
pub const MAX_CATEGORIES: usize = 10_000;
/// How many categories may lie on the way from one to its top, both counted.
pub const MAX_CATEGORY_DEPTH: usize = 32;
/// The most days of a holiday list.
pub const MAX_HOLIDAYS: usize = 1_000;
/// The most tiers.
pub const MAX_TIERS: usize = 100;
/// The most recognitions.
pub const MAX_RECOGNITIONS: usize = 1_000;
/// The most days of a refund window, of a grace, of a late booking and of a wait until points are spendable.
pub const MAX_TERM_DAYS: u32 = 3_650;
/// The most groups of rules.
pub const MAX_GROUPS: usize = 100;
/// The most dimensions of multipliers.
pub const MAX_DIMENSIONS: usize = 100;
/// The most rules for purchases.
pub const MAX_RULES: usize = 1_000;
/// The most multipliers.
pub const MAX_MULTIPLIERS: usize = 1_000;
/// The most campaigns.
pub const MAX_CAMPAIGNS: usize = 500;
/// The most rules for activities.
pub const MAX_ACTIVITIES: usize = 200;
/// The most caps.
pub const MAX_CAPS: usize = 200;
/// The most plans of commission.
pub const MAX_PLANS: usize = 200;
/// The most caps on payouts.
pub const MAX_PAYOUT_CAPS: usize = 100;
/// The most conditions, nested ones counted, in all rules and multipliers together.
pub const MAX_CONDITIONS: usize = 10_000;
/// The largest n of "every n-th purchase".
pub const MAX_NTH: u32 = 1_000_000;
/// The largest `points` or `per` of a merchant's own earn ratio; the bound on a rule's arithmetic counts on it.
pub const MAX_RATIO_TERM: u32 = 1_000_000;
/// The most problems that a check reports; a rulebook with so many is mended from the top.
pub const MAX_PROBLEMS: usize = 1_000;
