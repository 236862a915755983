//! Commands about points: supply, redemption, holds.

use serde::{Deserialize, Serialize};

use crate::values::{Amount, Id, Instant, ItemId};

/// The operator makes points. `type: mint_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct MintPoints {
    /// Which points.
    pub asset: Id,
    /// How many, above zero.
    pub points: Amount,
    /// The lane of the operator's stock; `main`, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub lane: Option<Id>,
}

/// A holder sells points one hop down: operator to branch or directly attached merchant (or store of one), branch to its
/// merchants and their stores. `type: sell_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SellPoints {
    /// The operator or a branch; the actor.
    pub seller: Id,
    /// The buyer.
    pub buyer: Id,
    /// Which points.
    pub asset: Id,
    /// How many, above zero.
    pub points: Amount,
    /// Fine units a point, 0 or more; the buyer's terms decide, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub unit_price: Option<Amount>,
}

/// A holder passes points one hop down for nothing; the same hops as a sale. `type: grant_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct GrantPoints {
    /// The operator or a branch; the actor.
    pub from: Id,
    /// Who gets them.
    pub to: Id,
    /// Which points.
    pub asset: Id,
    /// How many, above zero.
    pub points: Amount,
}

/// A merchant or store gives points to a member that it enrolled. `type: give_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct GivePoints {
    /// The merchant or store.
    pub from: Id,
    /// The member.
    pub member: Id,
    /// Which points.
    pub asset: Id,
    /// How many, above zero.
    pub points: Amount,
}

/// What a lane is moved of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum LaneSubject {
    /// Points of a party's stock; the earliest blocks first.
    Stock {
        /// The holder; the actor, or the operator acts for it.
        party: Id,
        /// Which points.
        asset: Id,
    },
    /// A campaign's budget in points; the operator acts.
    BudgetPoints {
        /// The campaign.
        campaign: Id,
    },
    /// A campaign's budget in money, minor units; the operator acts.
    BudgetMoney {
        /// The campaign.
        campaign: Id,
    },
}

/// Moves stock or budget from one lane to another. `type: move_lane`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct MoveLane {
    /// What.
    pub subject: LaneSubject,
    /// The lane that gives.
    pub from: Id,
    /// The lane that gets.
    pub to: Id,
    /// Points, or minor units; above zero.
    pub amount: Amount,
}

/// A member pays with points at a merchant, outside a recorded purchase. `type: redeem_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RedeemPoints {
    /// The member.
    pub member: Id,
    /// Who accepts them: a merchant or the operator.
    pub merchant: Id,
    /// Which points.
    pub asset: Id,
    /// How many, above zero.
    pub points: Amount,
}

/// Sets points aside for a merchant. `type: hold_points`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct HoldPoints {
    /// The member.
    pub member: Id,
    /// Where they will be spent.
    pub merchant: Id,
    /// Which points.
    pub asset: Id,
    /// How many, above zero.
    pub points: Amount,
    /// From this booked moment on the hold has lapsed; after `booked`.
    pub until: Instant,
}

/// Spends points that are held, up to the held amount; the rest is released. `type: capture_hold`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CaptureHold {
    /// The member.
    pub member: Id,
    /// The hold.
    pub hold: ItemId,
    /// How many, above zero.
    pub points: Amount,
}

/// Releases points that are held. `type: release_hold`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReleaseHold {
    /// The member.
    pub member: Id,
    /// The hold.
    pub hold: ItemId,
}

/// Activates, lapses and expires what is due in an account; every other command on it does the same first.
/// `type: sweep`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Sweep {
    /// The account.
    pub account: Id,
}
