// Generated from the Rust types by `cargo xtask types`; `cargo xtask test` compares. Do not edit.
//
// A field with `?` is left out when it has no value or its default. Amounts, counts and numbers are whole and within
// ±(2^53 − 1); points are whole, money is in minor units (cents) or, where it says so, in 1/10,000 of them.

/** One account: a party (or member account) and a kind, `<party>/<kind>` on the wire. */
export type Account = string;

/** After-values of an account's touched entries. */
export interface AccountPatch {
  /** The booked moment of this command. */
  last_booked?: Instant;
  /** Purchases counted so far, by merchant, where the count changed. */
  purchases?: { [key: string]: Amount };
  /** Lots that are new or changed, by id. */
  lots?: Lot[];
  /** Lots that are gone, by id. */
  gone_lots?: ItemId[];
  /** All holds, if they changed. */
  holds?: Hold[];
  /** All debts, if they changed. */
  debts?: Debt[];
  /** Counters that are new or changed, by cap, window and first day. */
  counters?: Counter[];
  /** Vouchers claimed so far, by stock, where the count changed. */
  vouchers?: { [key: string]: Amount };
  /** What it had of packs, by owner, where that changed, whole. */
  packs?: { [key: string]: PackHistory };
}

/** What a rulebook's writer has to say yes to. */
export type Acknowledgement =
  /** That three levels are paid, which some laws look at closely. */
  | "three_levels";

/** How the dimensions become one factor; a dimension in which nothing matches is 1. */
export type Across =
  /** The product. */
  | "multiply"
  /** 1 + the sum of (dimension − 1), at least 0. */
  | "add";

/** What a command asks for. */
export type Action =
  | ({ type: "register_party" } & RegisterParty)
  | ({ type: "set_terms" } & SetTerms)
  | ({ type: "set_member" } & SetMember)
  | ({ type: "enrol_member" } & EnrolMember)
  | ({ type: "join_alliance" } & JoinAlliance)
  | ({ type: "leave_alliance" } & LeaveAlliance)
  | ({ type: "mint_points" } & MintPoints)
  | ({ type: "sell_points" } & SellPoints)
  | ({ type: "grant_points" } & GrantPoints)
  | ({ type: "give_points" } & GivePoints)
  | ({ type: "move_lane" } & MoveLane)
  | ({ type: "record_purchase" } & RecordPurchase)
  | ({ type: "record_activity" } & RecordActivity)
  | ({ type: "confirm_purchase" } & ConfirmPurchase)
  | ({ type: "refund_purchase" } & RefundPurchase)
  | ({ type: "redeem_points" } & RedeemPoints)
  | ({ type: "hold_points" } & HoldPoints)
  | ({ type: "capture_hold" } & CaptureHold)
  | ({ type: "release_hold" } & ReleaseHold)
  | ({ type: "sweep" } & Sweep)
  | ({ type: "close_books" } & CloseBooks)
  | ({ type: "create_voucher_stock" } & CreateVoucherStock)
  | ({ type: "set_voucher_stock" } & SetVoucherStock)
  | ({ type: "issue_vouchers" } & IssueVouchers)
  | ({ type: "claim_voucher" } & ClaimVoucher)
  | ({ type: "reserve_voucher" } & ReserveVoucher)
  | ({ type: "release_voucher" } & ReleaseVoucher)
  | ({ type: "redeem_voucher" } & RedeemVoucher)
  | ({ type: "void_voucher" } & VoidVoucher)
  | ({ type: "extend_voucher" } & ExtendVoucher)
  | ({ type: "reissue_voucher" } & ReissueVoucher)
  | ({ type: "swap_vouchers" } & SwapVouchers)
  | ({ type: "set_till" } & SetTill)
  | ({ type: "bind_referrer" } & BindReferrer)
  | ({ type: "unbind_referrer" } & UnbindReferrer)
  | ({ type: "set_pack" } & SetPack)
  | ({ type: "issue_pack" } & IssuePack)
  | ({ type: "present_voucher" } & PresentVoucher)
  | ({ type: "top_up_merchant" } & TopUpMerchant)
  | ({ type: "record_entry_fee" } & RecordEntryFee)
  | ({ type: "record_scan" } & RecordScan)
  | ({ type: "request_withdrawal" } & RequestWithdrawal)
  | ({ type: "set_withdrawal" } & SetWithdrawal);

/** A rule that earns points on activities (sharing, sign-in …). */
export interface ActivityRule {
  /** Unique among rules, multipliers and activities. */
  id: Id;
  /** The activity that commands name; several rules may reward one activity. */
  activity: Id;
  /** Which points. */
  asset: Id;
  /** Points for each time. */
  points: Amount;
  /** Lower comes first. */
  priority?: number;
  /** When it matches; conditions on lines never match. */
  when?: Condition;
  /** The campaign whose points these are. */
  campaign?: Id;
  /** Who pays. */
  funder?: Funder;
  /** The expiry policy, by name; never, if absent. */
  expiry?: Id;
  /** When they may be spent; `on_confirmation` is not possible here. */
  spendable?: Spendable;
}

/** What a change sets. */
export type After =
  /** The whole record. */
  | {
      type: "record";
      /** Its new value. */
      record: Record;
    }
  /** The entries of an account that were touched. */
  | ({ type: "account" } & AccountPatch);

/** A whole number of points, minor units or fine units, |x| <= 2^53 − 1; the field that holds it says which. */
export type Amount = number;

/** A line of a purchase as conditions and rates see it, minor units. */
export interface AmountTrace {
  /** The line. */
  line: number;
  /** Its gross price. */
  before_discounts: Amount;
  /** That, less all discounts and what vouchers took off; at least 0. */
  after_discounts: Amount;
  /** That, less its part of what points paid. */
  after_tender: Amount;
}

/** What an asset id stands for; declared once in the rulebook and never removed or rescaled. */
export type Asset =
  /** Money with its ISO 4217 code and the number of digits of its minor unit (2: cents). */
  | {
      type: "money";
      /** ISO 4217 code, three capitals. */
      code: string;
      /** Digits of the minor unit, 0 to 4. */
      scale: number;
    }
  /** Points: whole, without a minor unit. */
  | { type: "points" }
  /** Prepaid balances in the minor units of a money asset. */
  | {
      type: "stored_value";
      /** The money asset that it is counted in. */
      money: Id;
    };

/** When what is paid becomes available. */
export type Availability =
  /** On the first day on which the purchase can no longer be returned. */
  | { type: "after_window" }
  /** At once. */
  | { type: "at_once" }
  /** From the local day plus `days`. */
  | {
      type: "after_days";
      /** 1 or more. */
      days: number;
    };

/** Which awards a cap counts. */
export type AwardClass =
  /** Everyday points of purchases. */
  | "everyday"
  /** Points of a campaign, whatever they were earned by. */
  | "campaign"
  /** Points of activities outside campaigns. */
  | "activity";

/** Points of one award from one source in one lot. */
export interface AwardPart {
  /** Where they were drawn from. */
  source: AwardSource;
  /** The lot that they went into. */
  lot: ItemId;
  /** When that lot expires. */
  expires?: Day;
  /** What backs one point, fine units. */
  unit_cost: Amount;
  /** What one point counts against a budget in money, fine units. */
  budget_cost?: Amount;
  /** Points that remain. */
  points: Amount;
}

/** Where awarded points were drawn from. */
export type AwardSource =
  /** A block that the funder held. */
  | {
      type: "block";
      /** The block. */
      id: ItemId;
      /** When it was booked: blocks are drawn in this order. */
      booked: Instant;
      /** What the holder paid for a point, fine units. */
      unit_price: Amount;
    }
  /** The operator's stock, on account; the funder owes the lot's unit cost for each point. */
  | {
      type: "postpaid";
      /** The operator's block. */
      id: ItemId;
      /** When it was booked. */
      booked: Instant;
    }
  /** Money that the payer owes through its settlement. */
  | { type: "settlement" };

/** Base points that a rule gave on a line. */
export interface BaseTrace {
  /** The rule. */
  rule: Id;
  /** Its exact value before factors: `7` or `15/2`. */
  value: string;
  /** Whether its group took it. */
  taken: boolean;
  /** Whether factors multiply it, everyday ones and campaigns'. */
  multiplied?: boolean;
}

/** The amount of a line that earns. */
export type Basis =
  /** After all discounts and without the part paid with points; at least 0. */
  | "after_tender"
  /** After all discounts; at least 0. */
  | "after_discounts"
  /** The gross price. */
  | "before_discounts";

/**
 * Binds a party to a referrer: a customer to a guide, a guide below another, a merchant to whoever brought it (P3, O3, M4,
 * Z6). The party, the referrer, its merchant or the operator. `type: bind_referrer`.
 */
export interface BindReferrer {
  /** Who is bound. */
  party: Id;
  /** To whom. */
  referrer?: Id;
  /** Instead: a merchant that the member chose; the rulebook says who its referrer is. */
  merchant?: Id;
  /** The alliance, where the rulebook binds members by alliance. */
  alliance?: Id;
  /** How. */
  via: Via;
  /** Whether the member's phone number is verified; asked of members only. */
  phone?: PhoneCheck;
}

/** A party's referrer. */
export interface Binding {
  /** Who brought it. */
  referrer: Id;
  /** The account that the referrer earns into. */
  account: Id;
  /** The local day on which it was bound, or last renewed. */
  since: Day;
  /** How. */
  via: Via;
}

/** Which touch binds. */
export type BindingPolicy =
  /** The first, until the operator unbinds. */
  | { type: "first_touch" }
  /** The last by its day: each replaces the one before. */
  | { type: "last_touch" }
  /** The last, but another referrer only once the days of the one before are over. */
  | {
      type: "protected";
      /** 1 to 3,650. */
      days: number;
    }
  /** The first, for good. */
  | { type: "permanent" };

/** Within what a member has one referrer. */
export type BindingScope =
  /** The whole programme. */
  | "programme"
  /** Each alliance. */
  | "alliance";

/** Month and day of a birthday, `MM-DD`; the year is nobody's business here. */
export type Birthday = string;

/** A birthday condition. */
export interface BirthdayCondition {
  /** How wide it reaches. */
  window: BirthdayWindow;
  /** The rule for 29 February. */
  leap?: LeapBirthday;
}

/** How wide a birthday condition reaches. */
export type BirthdayWindow =
  /** The day itself. */
  | "day"
  /** The week, Monday to Sunday, that holds the day. */
  | "week"
  /** The calendar month of the day. */
  | "month";

/** Points that were minted, bought or granted together. */
export interface Block {
  /** The n-th block of the command that made it. */
  id: ItemId;
  /** When that was booked: blocks are drawn in the order of (booked, id). */
  booked: Instant;
  /** Which points. */
  asset: Id;
  /** What the holder paid for a point, fine units. */
  unit_price: Amount;
  /** What the operator holds for a point, fine units; 0 for its own. */
  backing: Amount;
  /** Points left, above zero. */
  points: Amount;
}

/** What was booked at one moment: an entry of `tally`. */
export interface Booking {
  /** The command's booked moment. */
  booked: Instant;
  /** The postings of its decision. */
  postings: Posting[];
  /** The events of its decision, which say at which store and by which clerk; without them nobody knows. */
  events?: Event[];
}

/** The record `books`. */
export interface Books {
  /** The first day that is not closed; nothing is closed, if absent. */
  closed_until?: Day;
  /** Fine units that each party carries into the next period. */
  residues?: { [key: string]: Amount };
}

/** The record `budget/<campaign>/<lane>`. */
export interface Budget {
  /** Points moved into this lane less those moved out; the declared budget is the main lane's. */
  moved_points?: Amount;
  /** Money moved into this lane less that moved out, fine units. */
  moved_money?: Amount;
  /** Points awarded, less those refunded. */
  used_points?: Amount;
  /** What they cost, fine units. */
  used_money?: Amount;
}

/** A campaign's budget that an award used. */
export interface BudgetUse {
  /** The campaign. */
  campaign: Id;
  /** The lane. */
  lane: Id;
}

/** A campaign: points that are told apart from everyday points by funder, expiry and rights. */
export interface Campaign {
  /** Its id. */
  id: Id;
  /** The order in which campaigns own their increments; lower comes first, then the id. */
  priority?: number;
  /** Who pays. */
  funder?: Funder;
  /** The expiry policy, by name; never, if absent. */
  expiry?: Id;
  /** When they may be spent. */
  spendable?: Spendable;
  /** The most points of the main lane. */
  budget_points?: Amount;
  /** The most that they may cost, main lane, minor units. */
  budget_money?: Amount;
  /** The merchants that may accept them; all, if empty. */
  spend_at?: Id[];
}

/** A limit on awards, in points. */
export interface Cap {
  /** Its id; never changes its window or its asset. */
  id: Id;
  /** Which points. */
  asset: Id;
  /** What is counted together. */
  per: CapWindow;
  /** The most points. */
  points: Amount;
  /** Only awards of these classes; all, if empty. */
  classes?: AwardClass[];
  /** Only awards of these campaigns; all, if empty. */
  campaigns?: Id[];
  /** Only awards for these activities; all, if empty. */
  activities?: Id[];
}

/** The window of a cap. */
export type CapWindow =
  /** Each line of each award; cuts the exact value before rounding. */
  | "line"
  /** A purchase or activity. */
  | "purchase"
  /** An account and local day. */
  | "day"
  /** An account and week, Monday to Sunday. */
  | "week"
  /** An account and calendar month. */
  | "month"
  /** An account and calendar year. */
  | "year";

/** Spends points that are held, up to the held amount; the rest is released. `type: capture_hold`. */
export interface CaptureHold {
  /** The member. */
  member: Id;
  /** The hold. */
  hold: ItemId;
  /** How many, above zero. */
  points: Amount;
}

/** A category and the one above it. */
export interface Category {
  /** The category. */
  id: Id;
  /** The one above it; a top category, if absent. */
  parent?: Id;
}

/** A guarded change of one record; without `after` it is a guard alone. */
export interface Change {
  /** The record. */
  key: Key;
  /** The version that must be there; the write makes the next one. */
  expects: number;
  /** What is set. */
  after?: After;
}

/** Whose the members are that choose a merchant (P3). */
export type ChosenMerchant =
  /** The guide's that the merchant's terms name. */
  | "guide"
  /** The merchant's own. */
  | "merchant";

/**
 * Binds a voucher to a member; the member, who hands it out (the stock's issuer, or the holder of one that was swapped) or
 * the operator. `type: claim_voucher`.
 */
export interface ClaimVoucher {
  /** The stock. */
  stock: Id;
  /** Who claims. */
  member: Id;
  /** One that was issued; a new one from the stock, if absent. */
  voucher?: ItemId;
}

/** Where points go that a refund takes back. */
export type ClawbackPolicy =
  /** To the block they were drawn from. */
  | "return"
  /** To the operator's expired points; their backing becomes breakage. */
  | "burn";

/** Closes the books of a period: books its fees and instructions once. `type: close_books`. */
export interface CloseBooks {
  /** The period; it must begin where the books are closed to. */
  period: Period;
  /** What `settle` gave for it. */
  settlement: Settlement;
  /** Its hash, as the operator approved it. */
  statement_hash: Hash;
}

export type Code =
  /** The command id is known with another content. */
  | "conflict"
  /** `at` lies after `booked`. */
  | "in_future"
  /** `at` lies before the rulebook's first day. */
  | "before_rulebook"
  /** `booked` lies in a closed period. */
  | "period_closed"
  /** A list that must hold something is empty. */
  | "empty"
  /** A list or number is above its documented limit. */
  | "limit_exceeded"
  /** A line number or other name occurs twice. */
  | "duplicate"
  /** An amount is below zero. */
  | "negative_amount"
  /** An amount must be above zero. */
  | "not_positive"
  /** A sum or product does not fit. */
  | "amount_overflow"
  /** The asset is not declared, or is not of the kind that is wanted. */
  | "unknown_asset"
  /** A word that the rulebook must declare (tier, activity, campaign) is not declared. */
  | "not_declared"
  /** A day or period is not one that can be used here. */
  | "invalid_period"
  /** There is no such party. */
  | "unknown_party"
  /** The party is of another kind than the command needs. */
  | "wrong_kind"
  /** The id is taken. */
  | "already_exists"
  /** The actor may not do this. */
  | "not_allowed"
  /** There is no such purchase. */
  | "unknown_purchase"
  /** `booked` lies before the account's last booked command. */
  | "clock_backwards"
  /** No price was given and the buyer's terms have none. */
  | "no_price"
  /** The holder has too few points to sell, grant, give or move. */
  | "insufficient_stock"
  /** The member was not enrolled by this store. */
  | "not_enrolled_here"
  /** The merchant does not accept these points, or a party these discounts. */
  | "not_accepted"
  /** There is no such hold. */
  | "unknown_hold"
  /** More was captured than is held. */
  | "hold_exceeded"
  /** The account has too few points that may be spent there. */
  | "insufficient_points"
  /** Points would pay more than the declared share of the purchase. */
  | "tender_over_share"
  /** A funder whose terms say `refuse` has too few points for the award. */
  | "award_refused"
  /** The account has no room for another hold. */
  | "account_full"
  /** The purchase has no such line. */
  | "unknown_line"
  /** More is returned than remains. */
  | "refund_exceeds"
  /** The refund comes after the purchase's refund window. */
  | "refund_window_over"
  /** The purchase has nothing that awaits a confirmation. */
  | "nothing_to_confirm"
  /** The statement's hash is not that of the settlement that is booked. */
  | "statement_mismatch"
  /** The slice is older than the book it is applied to. */
  | "stale_snapshot"
  /** There is no such stock of vouchers. */
  | "unknown_voucher_stock"
  /** There is no such voucher, it is not this member's, or it went out of date: to the public these are one. */
  | "invalid_voucher"
  /** The stock cannot become this, or gives no vouchers as it stands. */
  | "wrong_state"
  /** The stock has no more vouchers, or no more money for them. */
  | "stock_spent"
  /** The stock's vouchers cannot be claimed on this day. */
  | "claim_closed"
  /** The member, or the day, has had as many of the stock's vouchers as it allows. */
  | "voucher_limit"
  /** The voucher is bound already. */
  | "voucher_taken"
  /** The voucher was redeemed. */
  | "voucher_used"
  /** The voucher was ended or replaced. */
  | "voucher_voided"
  /** The voucher is set aside for another purchase. */
  | "voucher_reserved"
  /** The voucher is not set aside. */
  | "voucher_not_reserved"
  /** The voucher is not good yet. */
  | "voucher_not_yet"
  /** The voucher is not for this merchant or for any of these lines. */
  | "voucher_not_applicable"
  /** The lines in its scope come to less than the voucher asks. */
  | "below_min_spend"
  /** The vouchers may not be redeemed together. */
  | "not_stackable"
  /** The host does not say that the member's phone number is verified. */
  | "phone_not_verified"
  /** The merchant's terms name no guide. */
  | "no_guide"
  /** Somebody would be their own referrer, or earn into their own account. */
  | "self_referral"
  /** The party is above its referrer already. */
  | "cyclic_referral"
  /** The party has a referrer, whom this touch does not replace. */
  | "already_bound"
  /** The party has no referrer there. */
  | "not_bound"
  /** Less is asked for than can be paid out. */
  | "below_minimum"
  /** The account has asked for as many withdrawals as the window allows. */
  | "withdrawal_limit"
  /** The account has less money that may be withdrawn. */
  | "insufficient_money"
  /** There is no such withdrawal. */
  | "unknown_withdrawal"
  /** The price does not cover lines of this category. */
  | "price_not_applicable"
  /** Nobody known bought, or somebody who has no such terms at the merchant. */
  | "not_entitled"
  /** The discount is not what the price takes off. */
  | "price_mismatch"
  /** The account has made too few purchases at the merchant for its card. */
  | "below_threshold"
  /** The merchant has no such till. */
  | "unknown_till"
  /** It happened longer ago than the rulebook lets anybody but the operator book it. */
  | "too_late";

/** What a batch takes of a host, and how long its codes are. */
export interface CodeNeeds {
  /** Bytes of entropy. */
  entropy_bytes: number;
  /** Characters before the check character. */
  length: number;
}

/**
 * What the length of codes follows from: `live × guesses / 32^length ≤ 1 / one_in`, exactly, in whole numbers.
 *
 * The check character does not count: who guesses can compute it.
 */
export interface CodePlan {
  /** Codes that are good at a time, of all batches that are looked up together. 1 or more. */
  live: number;
  /** Guesses that the host lets through while they are, by all callers together. 1 or more. */
  guesses: number;
  /** The bound: at most one chance in so many that any guess meets a live code. */
  one_in?: number;
  /** Characters before the check character, where they are to be more than the shortest that is enough. */
  length?: number;
}

/** A command: who asks for what, when it happened and when the host booked it. */
export type Command = {
  /** The version of the envelope. */
  v: 1;
  /** Chosen by the caller; the same id with the same content is answered once. */
  id: string;
  /** When it happened; rules and terms go by it. */
  at: Instant;
  /**
   * When the host books it, taken anew at every attempt: not before `at`, nor before the account's last; expiry and
   * statements go by it.
   */
  booked: Instant;
  /** The party that asks. */
  actor: Id;
} & Action;

/** The record `command/<id>`: that a command was decided, and how. */
export interface CommandRecord {
  /** The command's hash. */
  command: Hash;
  /** The hash of what was answered. */
  outcome: Hash;
}

/** How uplines are paid. */
export type CommissionMode =
  /** Each level its own share. */
  | "levels"
  /** Each the rate of its role less what is already paid below. */
  | "differential";

/** A factor on plans. */
export interface CommissionMultiplier {
  /** The multiplier, unique among plans and multipliers. */
  id: Id;
  /** Its dimension. */
  dimension: Id;
  /** The factor. */
  factor: Rate;
  /** Only these plans; all, if empty. */
  plans?: Id[];
  /** When it matches a line. */
  when?: Condition;
}

/** A plan. */
export interface CommissionPlan {
  /** The plan, unique among plans and multipliers. */
  id: Id;
  /** Of the plans of a group, a line takes the first that matches by (priority, id). */
  group: Id;
  /** Lower comes first. */
  priority?: number;
  /** What it pays for. */
  event?: PlanEvent;
  /** When it matches a line. */
  when?: Condition;
  /** Only with a voucher of one of these stocks; with or without, if empty. */
  stocks?: Id[];
  /** Only scans for one of these purposes; any, if empty. */
  purposes?: Id[];
  /** Only where the direct referrer has one of these roles; any, if empty. */
  roles?: Id[];
  /** What rates are taken of. */
  basis?: Basis;
  /** Points; the currency, if absent. */
  asset?: Id;
  /** The part of who brought the customer, or the merchant. */
  referral?: Share;
  /** The part of who closed the sale, or made the scan. */
  sale?: Share;
  /** The parts of those above the referrer, nearest first. */
  uplines?: Share[];
  /** How uplines are paid. */
  mode?: CommissionMode;
  /** By role, in differential mode. */
  grades?: { [key: string]: Rate };
  /** Whether a referrer is paid for its own brand. */
  own_brand?: OwnBrand;
  /** Whether an entry fee must have been paid. */
  entry_fee?: EntryFee;
  /** Who pays. */
  payer?: Funder;
  /** When it becomes available. */
  available?: Availability;
  /** Whether multipliers apply. */
  multiplied?: Multiplied;
  /** The expiry policy of points; never, if absent. */
  expiry?: Id;
}

/** The section. */
export interface CommissionSection {
  /** Paid levels: the direct referrer and those above. */
  levels?: number;
  /** What the writer says yes to. */
  acknowledged?: Acknowledgement[];
  /** The bound on what one purchase pays out; none, if absent. */
  payout?: PayoutLimit;
  /** What becomes of what a return finds withdrawn. */
  withdrawn?: ShortfallPolicy;
  /** Channels on which a sale without a clerk is closed by the referrer (O2). */
  online?: Id[];
  /** Dimensions of multipliers and how factors combine within each. */
  dimensions?: { [key: string]: Within };
  /** How dimensions combine. */
  across?: Across;
  /** Plans. */
  plans?: CommissionPlan[];
  /** Factors. */
  multipliers?: CommissionMultiplier[];
  /** Caps. */
  caps?: PayoutCap[];
}

/**
 * A condition: every field that is present must hold; a list holds when one of its values does.
 *
 * `categories`, `products`, `tags`, `line_at_least` and `line_below` are asked of each line; all else of the purchase.
 */
export interface Condition {
  /** The merchant is one of these. */
  merchants?: Id[];
  /** The store is one of these. */
  stores?: Id[];
  /** The merchant is in one of these alliances. */
  alliances?: Id[];
  /** The line's category is one of these or below one of them. */
  categories?: Id[];
  /** The line's product is one of these. */
  products?: Id[];
  /** The line has one of these tags. */
  tags?: Id[];
  /** The channel is one of these. */
  channels?: Id[];
  /** The member's tier is one of these. */
  tiers?: Id[];
  /** The member has one of these roles. */
  roles?: Id[];
  /** The member has one of these flags (C8). */
  flags?: Id[];
  /** The member is a member of one of these merchants. */
  member_of?: Id[];
  /** The local day of the purchase is in this stretch. */
  days?: DayRange;
  /** The local day is one of these weekdays. */
  weekdays?: Weekday[];
  /** The local time is in this stretch. */
  time?: TimeOfDay;
  /** The local day is in one of these holiday lists. */
  holidays?: Id[];
  /** It is the member's birthday. */
  birthday?: BirthdayCondition;
  /** The sum of all lines after discounts (each at least 0) is at least this, minor units. */
  purchase_at_least?: Amount;
  /** That sum is below this, minor units. */
  purchase_below?: Amount;
  /** The line after discounts (at least 0) is at least this, minor units. */
  line_at_least?: Amount;
  /** The line after discounts is below this, minor units. */
  line_below?: Amount;
  /** It is the account's first purchase. */
  first_purchase?: CountScope;
  /** It is the account's n-th, 2n-th, 3n-th … purchase. */
  every_nth?: EveryNth;
  /** All of these hold. */
  all?: Condition[];
  /** One of these holds. */
  any?: Condition[];
  /** This does not hold. */
  not?: Condition;
}

/** Makes the points of a purchase spendable that await a confirmation. `type: confirm_purchase`. */
export interface ConfirmPurchase {
  /** The purchase. */
  purchase: Id;
}

/** What a rolling policy counts from. */
export type CountFrom =
  /** The local day on which the points were earned. */
  | "earned"
  /** The local day on which they become spendable. */
  | "spendable";

/** Where purchases are counted for `first_purchase` and `every_nth`. */
export type CountScope =
  /** All purchases of the account. */
  | "programme"
  /** Its purchases at the merchant. */
  | "merchant";

/** The window of an account in which a cap counted an award. */
export interface CountedIn {
  /** The cap. */
  cap: Id;
  /** The kind of window. */
  window: Window;
  /** Its first day. */
  from: Day;
}

/** What a cap has let through in one of its windows. */
export interface Counter {
  /** The cap. */
  cap: Id;
  /** The kind of window. */
  window: Window;
  /** The first day of the window. */
  from: Day;
  /** Points let through. */
  points: Amount;
}

/**
 * Makes a stock of vouchers, as a draft; the operator, a merchant that bears all of it, or an alliance's members.
 * `type: create_voucher_stock`.
 */
export interface CreateVoucherStock {
  /** The stock's id. */
  stock: Id;
  /** What its vouchers are. */
  terms: VoucherTerms;
}

/** A cut: by which cap, budget or float, from how much to how much. */
export interface CutTrace {
  /**
   * `cap/<id>`, `budget/<campaign>/points`, `budget/<campaign>/money`, `float/<party>` or, of payouts,
   * `guard/payout_ratio`.
   */
  by: string;
  /** Points, or minor units of a payout in money, before. */
  from: Amount;
  /** After. */
  to: Amount;
}

/** A civil day of the programme's zone, `YYYY-MM-DD`, years 1900 to 9999. */
export type Day = string;

/** A half-open stretch of local days; either end may be open. */
export interface DayRange {
  /** The first day; open, if absent. */
  from?: Day;
  /** The first day after it; open, if absent. */
  until?: Day;
}

/** Points that a refund could not take back; later points of the account repay them, first debt first. */
export interface Debt {
  /** The debt. */
  id: ItemId;
  /** Which points. */
  asset: Id;
  /** Who is owed: the funder of the points that were spent. */
  creditor: Id;
  /** How many are still owed, above zero. */
  points: Amount;
}

/** A command was decided: what changes, what is posted, what happened. */
export interface Decided {
  /** The command. */
  command: string;
  /** The rulebook that decided it. */
  rulebook: Hash;
  /** Guarded changes, sorted by key. */
  changes: Change[];
  /** Postings, in order. */
  postings: Posting[];
  /** Events, in order. */
  events: Event[];
  /** The arithmetic, if it was asked for; not part of the pinned bytes. */
  trace?: Trace;
}

/** A sum as a decimal string: it may be past what a JSON number holds exactly. */
export type Decimal = string;

/** The answer of `decide_many`: `{"outcomes":[…],"slice":{…}}`. */
export interface Decisions {
  /** One outcome a command, in order. */
  outcomes: Outcome[];
  /** The slice as the last decision left it. */
  slice: Snapshot;
}

/** A discount on a line and the party that bears it. */
export interface Discount {
  /** The merchant itself, or a party that will pay the merchant for it. */
  funder: Id;
  /** Minor units, 0 or more. */
  amount: Amount;
  /** The price of the merchant's terms that it is, and that is checked; just a discount, if absent. */
  price?: Id;
}

/** The rulebook's section `earn`. */
export interface EarnSection {
  /** Groups of rules and how each becomes one value. */
  groups?: { [key: string]: GroupCombine };
  /** Dimensions of multipliers and how factors combine within each. */
  dimensions?: { [key: string]: Within };
  /** How dimensions combine. */
  across?: Across;
  /** Rules for purchases. */
  rules?: Rule[];
  /** Factors. */
  multipliers?: Multiplier[];
  /** Campaigns. */
  campaigns?: Campaign[];
  /** Rules for activities. */
  activities?: ActivityRule[];
  /** Caps. */
  caps?: Cap[];
}

/** One award from its exact value to its points. One that came to nothing is told too, behind those that did not. */
export interface EarnTrace {
  /** Which points. */
  asset: Id;
  /** The rule or multiplier that ranks it. */
  rank: Id;
  /** The campaign; everyday points, if absent. */
  campaign?: Id;
  /** Who pays. */
  funder: Id;
  /** What rules and multipliers gave to it, line by line, before caps per line; none that gave 0. */
  gave?: GaveTrace[];
  /** What caps per line cut, cap by cap. */
  line_cuts?: LineCutTrace[];
  /** The exact value of each line after caps per line, in line order. */
  lines: string[];
  /** Their sum. */
  exact: string;
  /** After R1. */
  rounded: Amount;
  /** Cuts, in order. */
  cuts: CutTrace[];
  /** What was given. */
  given: Amount;
}

/** What a rule gives for the lines that it matches. */
export type Effect =
  /** `points` for every `per` minor units of the basis, exactly. */
  | {
      type: "per_amount";
      /** Points. */
      points: Amount;
      /** Minor units. */
      per: Amount;
    }
  /** `points` for the purchase, divided over the matched lines by their basis. */
  | {
      type: "per_purchase";
      /** Points. */
      points: Amount;
    }
  /** `points` for each unit of quantity. */
  | {
      type: "per_unit";
      /** Points. */
      points: Amount;
    }
  /** The ratio that the merchant's own terms set (Z2); nothing where they set none. */
  | { type: "merchant_ratio" };

/**
 * A member gets a merchant's card: becomes a member of it. The member, the merchant or the operator asks (M8).
 * `type: enrol_member`.
 */
export interface EnrolMember {
  /** The member. */
  member: Id;
  /** The merchant. */
  merchant: Id;
}

/** A key's place in a snapshot; version 0 is a record that is known to be absent. */
export interface Entry {
  /** How often it was written. */
  version: number;
  /** The record, unless it is absent. */
  record?: Record;
}

/** Whether who is paid must have paid an entry fee. */
export type EntryFee =
  /** No. */
  | "not_asked"
  /** Yes, on the day or before (Z6). */
  | "required";

/** Something that happened, in the order in which it did. */
export type Event =
  /** A party was registered. */
  | {
      type: "party_registered";
      party: Id;
    }
  /** A party's record changed. */
  | {
      type: "party_updated";
      party: Id;
    }
  /** A member became one of a merchant; `waived_by` is the recognition that stood in for its threshold. */
  | {
      type: "member_enrolled";
      member: Id;
      merchant: Id;
      waived_by?: Id;
    }
  /** The operator made points. */
  | {
      type: "points_minted";
      asset: Id;
      points: Amount;
    }
  /** Points passed from one holder to another, sold (unit price above 0) or granted. */
  | {
      type: "points_supplied";
      from: Id;
      to: Id;
      asset: Id;
      points: Amount;
      unit_price: Amount;
    }
  /** Points or budget moved from one lane to another. */
  | {
      type: "lane_moved";
      key: string;
      points: Amount;
    }
  /** A purchase was recorded; `cash` is what the customer pays besides points, minor units. */
  | {
      type: "purchase_recorded";
      purchase: Id;
      merchant: Id;
      store?: Id;
      clerk?: Id;
      account?: Id;
      net: Amount;
      cash: Amount;
    }
  /** Points were earned: one lot's part of an award. */
  | {
      type: "points_earned";
      account: Id;
      asset: Id;
      points: Amount;
      funder: Id;
      campaign?: Id;
      lot: ItemId;
      active: Day;
      expires?: Day;
    }
  /** An award came out smaller than the rules gave, for want of float or budget or by a cap. */
  | {
      type: "award_cut";
      account: Id;
      asset: Id;
      by: string;
      wanted: Amount;
      given: Amount;
    }
  /** Pending points became spendable. */
  | {
      type: "points_activated";
      account: Id;
      asset: Id;
      points: Amount;
      lot: ItemId;
    }
  /** Points went out of date. */
  | {
      type: "points_expired";
      account: Id;
      asset: Id;
      points: Amount;
      lot: ItemId;
    }
  /** Points paid for something; `value` in minor units. */
  | {
      type: "points_redeemed";
      account: Id;
      merchant: Id;
      asset: Id;
      points: Amount;
      value: Amount;
    }
  /** Points were set aside. */
  | {
      type: "hold_placed";
      account: Id;
      hold: ItemId;
      asset: Id;
      points: Amount;
      until: Instant;
    }
  /** Points that were set aside came back, or the hold lapsed. */
  | {
      type: "hold_released";
      account: Id;
      hold: ItemId;
      asset: Id;
      points: Amount;
    }
  /** Goods were returned; `cash` is what the customer gets back, `points` what returns to the account. */
  | {
      type: "purchase_refunded";
      purchase: Id;
      store?: Id;
      clerk?: Id;
      net: Amount;
      cash: Amount;
      points: Amount;
    }
  /** Earned points were taken back. */
  | {
      type: "points_clawed_back";
      account: Id;
      asset: Id;
      points: Amount;
      lot: ItemId;
    }
  /** Earned points were spent already: the account owes them. */
  | {
      type: "debt_incurred";
      account: Id;
      debt: ItemId;
      asset: Id;
      points: Amount;
      creditor: Id;
    }
  /** Earned points were spent already: their funder bears them. */
  | {
      type: "clawback_borne";
      account: Id;
      asset: Id;
      points: Amount;
      funder: Id;
    }
  /** Earned points had expired: there is nothing to take back. */
  | {
      type: "clawback_expired";
      account: Id;
      asset: Id;
      points: Amount;
    }
  /** Points repaid a debt. */
  | {
      type: "debt_repaid";
      account: Id;
      debt: ItemId;
      asset: Id;
      points: Amount;
      creditor: Id;
    }
  /** A purchase was confirmed. */
  | {
      type: "purchase_confirmed";
      purchase: Id;
    }
  /** A period was closed. */
  | {
      type: "books_closed";
      period: Period;
    }
  /** A stock of vouchers was made. */
  | {
      type: "voucher_stock_created";
      stock: Id;
    }
  /** A stock was activated, paused or stopped. */
  | {
      type: "voucher_stock_set";
      stock: Id;
      state: VoucherStockState;
    }
  /** A voucher was issued to nobody yet. */
  | {
      type: "voucher_issued";
      voucher: ItemId;
      stock: Id;
    }
  /** A voucher was bound to an account; it is good from a day on, until another. */
  | {
      type: "voucher_claimed";
      voucher: ItemId;
      stock: Id;
      account: Id;
      from: Day;
      until: Day;
    }
  /** A voucher was set aside. */
  | {
      type: "voucher_reserved";
      voucher: ItemId;
      merchant: Id;
      until: Instant;
    }
  /** A voucher is no longer set aside. */
  | {
      type: "voucher_released";
      voucher: ItemId;
    }
  /** A voucher was redeemed; `value` in minor units, 0 for a gift; `balance` is what is left of a stored value. */
  | {
      type: "voucher_redeemed";
      voucher: ItemId;
      stock: Id;
      account: Id;
      merchant: Id;
      purchase?: Id;
      value: Amount;
      balance?: Amount;
    }
  /** Another of its group takes more off: it stays as it was. */
  | {
      type: "voucher_passed_over";
      voucher: ItemId;
      stock: Id;
    }
  /** A voucher was ended. */
  | {
      type: "voucher_voided";
      voucher: ItemId;
    }
  /** A voucher is good for longer. */
  | {
      type: "voucher_extended";
      voucher: ItemId;
      until: Day;
    }
  /** Another voucher stands for this one. */
  | {
      type: "voucher_reissued";
      voucher: ItemId;
      replacement: ItemId;
    }
  /** Two merchants exchanged so many vouchers, for so much: minor units. */
  | {
      type: "vouchers_swapped";
      from: Id;
      to: Id;
      given: Amount;
      taken: Amount;
      give_value: Amount;
      take_value: Amount;
    }
  /** The operator bears so much of what a till loses. */
  | {
      type: "till_set";
      merchant: Id;
      till: Id;
      limit: Amount;
    }
  /** A voucher that a till accepted offline was used or ended meanwhile; `borne` of its value is the operator's. */
  | {
      type: "voucher_lost";
      voucher: ItemId;
      stock: Id;
      account: Id;
      merchant: Id;
      till: Id;
      purchase: Id;
      value: Amount;
      borne: Amount;
    }
  /** All of the purchase was returned; whether the voucher is still in date. */
  | {
      type: "voucher_reinstated";
      voucher: ItemId;
      usable: boolean;
    }
  /** What was paid with a stored value returned to it; whether the voucher is open and in date. */
  | {
      type: "voucher_refilled";
      voucher: ItemId;
      amount: Amount;
      balance: Amount;
      usable: boolean;
    }
  /** A party was bound to a referrer, or its binding renewed. */
  | {
      type: "referrer_bound";
      party: Id;
      referrer: Id;
      alliance?: Id;
      via: Via;
      since: Day;
    }
  /** A binding was taken away. */
  | {
      type: "referrer_unbound";
      party: Id;
      referrer: Id;
      alliance?: Id;
    }
  /** A pack was set. */
  | {
      type: "pack_set";
      owner: Id;
    }
  /** A pack was handed out: its vouchers, and the stocks that gave none. */
  | {
      type: "pack_issued";
      member: Id;
      guide: Id;
      via: Via;
      owner: Id;
      vouchers: ItemId[];
      short: Id[];
    }
  /** A guide's code was presented for a brand's voucher, and what that came to. */
  | {
      type: "voucher_presented";
      member: Id;
      guide: Id;
      merchant: Id;
      result: Presented;
      owner: Id;
      issued: ItemId[];
      short: Id[];
      voucher?: ItemId;
      until?: Day;
      order_until?: Instant;
    }
  /** A merchant paid money in. */
  | {
      type: "merchant_topped_up";
      merchant: Id;
      amount: Amount;
    }
  /** A party paid its entry fee. */
  | {
      type: "entry_fee_recorded";
      party: Id;
      amount: Amount;
    }
  /** A product's code was scanned. */
  | {
      type: "scan_recorded";
      earner: Id;
      code: Id;
      purpose: Id;
    }
  /** Money was asked for; `fee` is kept of `amount`. */
  | {
      type: "withdrawal_requested";
      withdrawal: ItemId;
      party: Id;
      account: Id;
      amount: Amount;
      fee: Amount;
    }
  /** A withdrawal was approved or refused, or was paid. */
  | {
      type: "withdrawal_set";
      withdrawal: ItemId;
      state: WithdrawalState;
    }
  /** Somebody is paid for a purchase, a scan or a top-up: one lot's part; minor units or points. */
  | {
      type: "payout_earned";
      earner: Id;
      account: Id;
      role: PayoutRole;
      under: Id;
      payer: Id;
      asset: Id;
      amount: Amount;
      lot: ItemId;
      active: Day;
    }
  /** A payout came out smaller than its plan gives. */
  | {
      type: "payout_cut";
      earner: Id;
      account: Id;
      role: PayoutRole;
      under: Id;
      asset: Id;
      by: string;
      wanted: Amount;
      given: Amount;
    }
  /** Money of payouts may be withdrawn from now on. */
  | {
      type: "payout_available";
      account: Id;
      asset: Id;
      amount: Amount;
      lot: ItemId;
    }
  /** Part of a payout was taken back. */
  | {
      type: "payout_taken_back";
      account: Id;
      asset: Id;
      amount: Amount;
      lot: ItemId;
    }
  /** A payment that the host is to make: minor units. */
  | {
      type: "payment_instructed";
      from: Id;
      to: Id;
      asset: Id;
      amount: Amount;
    };

/** Every n-th purchase. */
export interface EveryNth {
  /** 2 or more: with 3 it is the 3rd, the 6th, the 9th … */
  n: number;
  /** What is counted. */
  of: CountScope;
}

/** An expiry policy. The resulting day is half-open: the first day on which the points may no longer be spent. */
export type Expiry =
  /** They never expire. */
  | { type: "never" }
  /** They expire `days` after the day counted from: earned on the 1st with 30 days, they are good to the end of the 30th. */
  | {
      type: "days";
      /** 1 or more. */
      days: number;
      /** What is counted from. */
      from?: CountFrom;
    }
  /**
   * They expire `months` after the day counted from (31 January + 1 month = the last of February), or with the stretch
   * that holds that day.
   */
  | {
      type: "months";
      /** 1 or more. */
      months: number;
      /** The stretch at whose end they expire. */
      end_of?: RoundTo;
      /** What is counted from. */
      from?: CountFrom;
    }
  /** They expire on a given day. */
  | {
      type: "on";
      /** The first day on which they may no longer be spent. */
      day: Day;
    };

/** Makes a voucher good for longer; the stock's issuer or the operator. `type: extend_voucher`. */
export interface ExtendVoucher {
  /** The voucher. */
  voucher: ItemId;
  /** The first day on which it is good no longer; later than so far. */
  until: Day;
}

/** Whether keys that are not listed are absent or unknown. */
export type Extent =
  /** A slice: a key that is not listed is unknown, and needing it is `needs`. */
  | "slice"
  /** The whole book: a key that is not listed is absent. */
  | "whole";

/** A factor on a line. */
export interface FactorTrace {
  /** The multiplier. */
  multiplier: Id;
  /** The dimension. */
  dimension: Id;
  /** Its factor. */
  factor: string;
  /** The whole factor of the line after it was taken in. */
  total: string;
  /** The campaign that owns the increment. */
  campaign?: Id;
}

/** A fee of a party's terms. A branch's terms apply to the sum over the merchants that belong to it. */
export type Fee =
  /** A percentage of turnover less refunds; one rounding (R3) for each party, terms and period. */
  | {
      type: "sales";
      /** For example `"0.03"`. */
      rate: Rate;
      /** Whose purchases. */
      of?: SalesOf;
    }
  /** A price for each point that the party awarded, less those clawed back. */
  | {
      type: "points_awarded";
      /** Which points. */
      asset: Id;
      /** Fine units a point. */
      unit_price: Amount;
    }
  /** A price for each point that the party accepted, less those returned. */
  | {
      type: "points_redeemed";
      /** Which points. */
      asset: Id;
      /** Fine units a point. */
      unit_price: Amount;
    }
  /** A fixed sum for each period, by the terms in force on its first day. */
  | {
      type: "fixed";
      /** Minor units. */
      amount: Amount;
    };

/** How much a referral fee is. */
export type FeeAmount =
  /** An amount for each voucher. */
  | {
      type: "fixed";
      /** Minor units, above zero. */
      amount: Amount;
    }
  /** A part of what the lines in the voucher's scope come to after discounts (R4). */
  | {
      type: "rate";
      /** Above 0, at most 1. */
      rate: Rate;
    };

/** A fee of a period: one fee of one version of a party's terms. */
export interface FeeLine {
  /** Who is charged. */
  party: Id;
  /** The first day of the terms that it is charged by. */
  terms_from: Day;
  /** Its position in the fees of these terms, from 0. */
  index: number;
  /** What it was taken of: minor units of turnover, points, or the fixed sum in minor units. */
  basis: Amount;
  /** What is charged, fine units, never 0; below zero it is paid back. */
  fine: Amount;
}

/** Who gets a referral fee. */
export type FeeTo =
  /** The referrer. */
  | "guide"
  /** The merchant that the referrer works for; the referrer, if it works for none. */
  | "employer"
  /** Both, by shares above zero. */
  | {
      type: "split";
      /** The referrer's share. */
      guide: Amount;
      /** The merchant's share. */
      employer: Amount;
    };

/**
 * The sum of what a store, a clerk, or a clerk in a store did of one kind.
 *
 * Turnover is what was sold (`sale`, `other_sale`) less what came back (`sale_refund`, `other_sale_refund`). Commission is
 * what was paid on the sales, whoever got it.
 */
export interface Figure {
  /** The store; none where purchases name a clerk only. */
  store?: Id;
  /** Who closed the sale; none where purchases name a store only. */
  clerk?: Id;
  /** Points, or money in minor units. */
  asset: Id;
  /** What was done, of the reasons of a purchase. */
  reason: Reason;
  /** How many postings. */
  postings: number;
  /** How much, in units of the asset; a sale whose turnover is below zero counts negative. */
  amount: Amount;
}

/** What remains of an award. */
export interface FrozenAward {
  /** Which points. */
  asset: Id;
  /** Who paid for them. */
  funder: Id;
  /** The campaign, unless they are everyday points. */
  campaign?: Id;
  /** When its points expire; applied again when a confirmation makes them spendable. */
  expiry: Expiry;
  /** Windows of the caps that counted it; a refund gives back to them. */
  counted?: CountedIn[];
  /** The budget that counted it. */
  budget?: BudgetUse;
  /** Which blocks and lots, in the order of drawing. */
  parts: AwardPart[];
}

/** What remains of a discount. */
export interface FrozenDiscount {
  /** Who bears it. */
  funder: Id;
  /** Minor units. */
  amount: Amount;
  /** The stored value that it came out of, and that it returns to. */
  voucher?: ItemId;
}

/** What remains of a line. */
export interface FrozenLine {
  /** Its number. */
  n: number;
  /** Units. */
  quantity: Amount;
  /** What the customer pays for it, cash and points: minor units, below zero where discounts exceed the price. */
  net: Amount;
  /** Turnover: gross less the discounts that the merchant bears. */
  turnover: Amount;
  /** Discounts by funder, in the order of the receipt. */
  discounts?: FrozenDiscount[];
  /** The part of `net` that was paid with points, minor units. */
  tender_value?: Amount;
  /** The points that paid it. */
  tender_points?: Amount;
  /** Points earned on it, for each award in order. */
  awards?: Amount[];
  /** What was paid for it, for each payout in order: minor units or points. */
  payouts?: Amount[];
}

/** What remains of a payout. */
export interface FrozenPayout {
  /** Who earned it. */
  earner: Id;
  /** The account that it went into. */
  account: Id;
  /** For what. */
  role: PayoutRole;
  /** The commission plan, or the voucher stock. */
  under: Id;
  /** What becomes of it where a return finds it spent or withdrawn. */
  withdrawn: ShortfallPolicy;
  /** Asset, payer and lots. */
  award: FrozenAward;
}

/** What remains of the points that paid for a purchase. */
export interface FrozenTender {
  /** Parts in the order in which they were spent. */
  parts: TenderPart[];
}

/** Who pays for points. */
export type Funder =
  /** The merchant of the purchase. */
  | { type: "merchant" }
  /** The store of the purchase; the merchant where no store is given. */
  | { type: "store" }
  /** The operator. */
  | { type: "operator" }
  /** A named party. */
  | {
      type: "party";
      /** Which. */
      id: Id;
    };

/** What a rule or a campaign's multiplier gave to an award on a line. */
export interface GaveTrace {
  /** The line; none of an activity. */
  line?: number;
  /** The rule, activity rule or multiplier. */
  by: Id;
  /** Exactly: of a rule its value after everyday factors if they multiply it, of a multiplier its increment. */
  value: string;
}

/** A merchant or store gives points to a member that it enrolled. `type: give_points`. */
export interface GivePoints {
  /** The merchant or store. */
  from: Id;
  /** The member. */
  member: Id;
  /** Which points. */
  asset: Id;
  /** How many, above zero. */
  points: Amount;
}

/** A holder passes points one hop down for nothing; the same hops as a sale. `type: grant_points`. */
export interface GrantPoints {
  /** The operator or a branch; the actor. */
  from: Id;
  /** Who gets them. */
  to: Id;
  /** Which points. */
  asset: Id;
  /** How many, above zero. */
  points: Amount;
}

/** How the rules of a group become one value for a line. */
export type GroupCombine =
  /** The largest value; of equals the first by (priority, id). */
  | "best"
  /** All of them. */
  | "sum"
  /** The first that matches, by (priority, id). */
  | "first";

/** The SHA-256 fingerprint of a canonical text, written as 64 lower-case hexadecimal digits. */
export type Hash = string;

/** Points set aside for a purchase to come; the parts keep their lots' classes, past their expiry too. */
export interface Hold {
  /** The hold. */
  id: ItemId;
  /** Where the points will be spent. */
  merchant: Id;
  /** From this booked moment on the hold has lapsed. */
  until: Instant;
  /** The lots that it took from, in spend order. */
  parts: Lot[];
}

/** Sets points aside for a merchant. `type: hold_points`. */
export interface HoldPoints {
  /** The member. */
  member: Id;
  /** Where they will be spent. */
  merchant: Id;
  /** Which points. */
  asset: Id;
  /** How many, above zero. */
  points: Amount;
  /** From this booked moment on the hold has lapsed; after `booked`. */
  until: Instant;
}

/**
 * A party or object id: 1 to 64 bytes of ASCII `A-Z a-z 0-9 . _ -`, compared by bytes.
 *
 * Languages order non-ASCII text differently, and ties are broken by id, so nothing else is allowed; display names
 * live with the host. `/` is reserved for keys and accounts.
 */
export type Id = string;

/**
 * A moment, in whole milliseconds since 1970-01-01T00:00:00Z; years 1970 to 9999.
 *
 * On the wire RFC 3339: `2024-05-01T10:00:00Z`, milliseconds only when they are not zero. Any offset is read, `Z` is
 * written; digits finer than a millisecond are refused.
 */
export type Instant = string;

/**
 * Hands a pack of vouchers to a member (P2, P4): which pack follows from how the member came. The member, the guide, its
 * merchant or the operator. `type: issue_pack`.
 */
export interface IssuePack {
  /** Who gets it. */
  member: Id;
  /** Whose code it was: staff, a store or a merchant. */
  guide: Id;
  /** How the member came. */
  via: Via;
}

/**
 * Issues vouchers that are nobody's yet: to be printed, or handed out by code; the stock's issuer or the operator.
 * `type: issue_vouchers`.
 */
export interface IssueVouchers {
  /** The stock. */
  stock: Id;
  /** How many, 1 to 1,000. */
  count: Amount;
}

/** The n-th thing (from 1) that a command made: `<command>.<n>` on the wire. Ordered by command, then by number. */
export type ItemId = string;

/** A merchant joins an alliance; itself or the operator asks. `type: join_alliance`. */
export interface JoinAlliance {
  /** The merchant. */
  merchant: Id;
  /** The alliance. */
  alliance: Id;
}

/** The name of a record, compared as its text. */
export type Key = string;

/** What a lane is moved of. */
export type LaneSubject =
  /** Points of a party's stock; the earliest blocks first. */
  | {
      type: "stock";
      /** The holder; the actor, or the operator acts for it. */
      party: Id;
      /** Which points. */
      asset: Id;
    }
  /** A campaign's budget in points; the operator acts. */
  | {
      type: "budget_points";
      /** The campaign. */
      campaign: Id;
    }
  /** A campaign's budget in money, minor units; the operator acts. */
  | {
      type: "budget_money";
      /** The campaign. */
      campaign: Id;
    };

/** Whether somebody was ever bound to a party. */
export type Leads =
  /** Nobody. */
  | "no"
  /** Somebody: only such a party can close a cycle. */
  | "yes";

/** When one born on 29 February keeps the birthday in a common year. */
export type LeapBirthday =
  /** On 28 February. */
  | "feb28"
  /** On 1 March. */
  | "mar1";

/** A merchant leaves an alliance; itself or the operator asks. `type: leave_alliance`. */
export interface LeaveAlliance {
  /** The merchant. */
  merchant: Id;
  /** The alliance. */
  alliance: Id;
}

/** What a cap per line cut off the exact value of a line, before it was rounded. */
export interface LineCutTrace {
  /** The line. */
  line: number;
  /** `cap/<id>`. */
  by: string;
  /** The exact value before: `15/2`. */
  from: string;
  /** The exact value after. */
  to: string;
}

/** What happened on a line. */
export interface LineTrace {
  /** The line. */
  line: number;
  /** Which points. */
  asset: Id;
  /** Base points by rule. */
  base: BaseTrace[];
  /** Factors in the order in which they were taken in: everyday ones, then campaigns'. */
  factors: FactorTrace[];
}

/** Minutes since local midnight, `HH:MM`, 00:00 to 24:00. */
export type LocalTime = string;

/** Who bears what a lost voucher took off, minor units. */
export interface LostTrace {
  /** The operator, up to what is left of the till's limit. */
  operator: Amount;
  /** The merchant: the rest. */
  merchant: Amount;
}

/** Points of one account that are alike in everything that matters later. Equal lots are one lot. */
export interface Lot {
  /** The id of the first award that made it. */
  id: ItemId;
  /** Which points. */
  asset: Id;
  /** Who paid for them. */
  funder: Id;
  /** What backs one point, in fine units. */
  unit_cost: Amount;
  /** What a party that accepts one point gets, in fine units, pinned at the award. */
  reimbursement: Amount;
  /** The first day on which they may be spent; while a confirmation is awaited, the day on which they were earned. */
  active: Day;
  /** The first day on which they may no longer be spent; never, if absent. */
  expires?: Day;
  /** The campaign that gave them; everyday points, if absent. */
  campaign?: Id;
  /** Whether they may be spent. */
  state: LotState;
  /** The purchase whose confirmation they await. */
  awaits?: Id;
  /** How many, above zero. */
  points: Amount;
}

/** Whether the points of a lot may be spent. */
export type LotState =
  /** Not yet: they wait for their active day, or for a confirmation. */
  | "pending"
  /** Yes. */
  | "spendable";

/** The record `account/<id>`: everything about a member (or household) that some command tests. */
export interface MemberAccount {
  /** The booked moment of the last command; none is booked before it. */
  last_booked?: Instant;
  /** How many purchases so far, at each merchant. */
  purchases?: { [key: string]: Amount };
  /** Lots, by id. */
  lots?: Lot[];
  /** Holds, sorted by id. */
  holds?: Hold[];
  /** Debts, oldest first. */
  debts?: Debt[];
  /** Cap counters, sorted by cap, window and first day. */
  counters?: Counter[];
  /** Vouchers claimed, by stock, where the stock limits them. */
  vouchers?: { [key: string]: Amount };
  /** What it had of packs, by their owners. */
  packs?: { [key: string]: PackHistory };
}

/** Merchants by themselves and by alliance. */
export interface MerchantScope {
  /** These merchants. */
  merchants?: Id[];
  /** And those that are in one of these alliances. */
  alliances?: Id[];
}

/** The operator makes points. `type: mint_points`. */
export interface MintPoints {
  /** Which points. */
  asset: Id;
  /** How many, above zero. */
  points: Amount;
  /** The lane of the operator's stock; `main`, if absent. */
  lane?: Id;
}

/** Whether a rule matched on a line, or a plan or fee is paid for it. */
export interface MissTrace {
  /** The line; none for an activity, scan, top-up or fee. */
  line?: number;
  /** The first thing that was missed; none if it matched, and of a plan or fee if it is paid. */
  missed?: Missed;
  /** What was wanted, for people: the values of a condition's field, at most five. */
  wanted?: string;
  /** What was there instead, for people; nothing was, if absent. */
  found?: string;
}

export type Missed =
  /** The condition's field: the merchant is none of these. */
  | "merchants"
  /** The condition's field: no store, or none of these. */
  | "stores"
  /** The condition's field: the merchant is in none of these alliances. */
  | "alliances"
  /** The condition's field: the line's category is none of these, nor below one. */
  | "categories"
  /** The condition's field: the line's product is none of these. */
  | "products"
  /** The condition's field: the line has none of these tags. */
  | "tags"
  /** The condition's field: no channel, or none of these. */
  | "channels"
  /** The condition's field: no member, or of none of these tiers. */
  | "tiers"
  /** The condition's field: no member, or with none of these roles. */
  | "roles"
  /** The condition's field: no member, or with none of these flags. */
  | "flags"
  /** The condition's field: no member, or of none of these merchants. */
  | "member_of"
  /** The condition's field: the local day is outside. */
  | "days"
  /** The condition's field: another day of the week. */
  | "weekdays"
  /** The condition's field: the local time is outside. */
  | "time"
  /** The condition's field: no holiday of these lists. */
  | "holidays"
  /** The condition's field: not the member's birthday. */
  | "birthday"
  /** The condition's field: the purchase is below. */
  | "purchase_at_least"
  /** The condition's field: the purchase is not below. */
  | "purchase_below"
  /** The condition's field: the line is below. */
  | "line_at_least"
  /** The condition's field: the line is not below. */
  | "line_below"
  /** The condition's field: not the first purchase. */
  | "first_purchase"
  /** The condition's field: not the n-th purchase. */
  | "every_nth"
  /** The condition's field: one of the parts does not hold. */
  | "all"
  /** The condition's field: none of the parts holds. */
  | "any"
  /** The condition's field: the part holds. */
  | "not"
  /** A multiplier of vouchers: no voucher gives it to the line. */
  | "trigger"
  /** An activity rule: it is for another activity. */
  | "activity"
  /** A rule by the merchant's own ratio: its terms set none for these points. */
  | "ratio"
  /** A plan: it pays for another event. */
  | "event"
  /** A plan: no voucher of one of its stocks was redeemed. */
  | "stocks"
  /** A plan: the scan was for another purpose. */
  | "purposes"
  /** A plan: who stands directly above has none of its roles, or nobody does. */
  | "referrer_roles"
  /** A plan: an earlier one of its group took the line. */
  | "group"
  /** A plan or fee: who would be paid is, or works for, the merchant of the sale. */
  | "own_brand"
  /** A plan: a voucher's referral fee stands for the referral part. */
  | "voucher_fee"
  /** A plan: who would be paid has paid no entry fee, on the day or before. */
  | "entry_fee"
  /** A differential plan: nobody there has a role with a grade above what is paid below. */
  | "grades"
  /** A plan or fee: nobody is there for any of its parts. */
  | "nobody"
  /** A plan or fee: it comes to 0 once it is rounded. */
  | "nothing"
  /** A multiplier of plans: no plan that it is for took the line and is paid. */
  | "plans"
  /** A multiplier of plans: those plans are not multiplied. */
  | "multiplied";

/** Moves stock or budget from one lane to another. `type: move_lane`. */
export interface MoveLane {
  /** What. */
  subject: LaneSubject;
  /** The lane that gives. */
  from: Id;
  /** The lane that gets. */
  to: Id;
  /** Points, or minor units; above zero. */
  amount: Amount;
}

/** Whether the factors of the dimensions apply to a rule's points. */
export type Multiplied =
  /** They do. */
  | "yes"
  /** They do not: a bonus. */
  | "no";

/** A factor on everyday points, in one dimension. */
export interface Multiplier {
  /** Unique among rules, multipliers and activities. */
  id: Id;
  /** The dimension. */
  dimension: Id;
  /** The factor. */
  factor: Rate;
  /** Only these points; all, if absent. */
  asset?: Id;
  /** Lower comes first. */
  priority?: number;
  /** When it matches; always, if absent. */
  when?: Condition;
  /** The campaign that owns the extra; then the factor must be at least 1. */
  campaign?: Id;
  /** What lets it take part. */
  trigger?: MultiplierTrigger;
}

/** What lets a multiplier take part. */
export type MultiplierTrigger =
  /** Every purchase. */
  | "purchase"
  /** A voucher that names it, on the lines in the voucher's scope. */
  | "voucher";

/**
 * What makes one token different from every other: 16 bytes of the host's entropy. On the wire 32 hexadecimal digits in
 * lower case.
 */
export type Nonce = string;

/**
 * What happens to an award when its funder has too few points. The purchase itself is a fact and is always recorded,
 * except under `refuse`.
 */
export type OnShortage =
  /** The award is cut to what is there. */
  | "reduce"
  /** The award is not given at all. */
  | "none"
  /** The rest is drawn from the operator's stock on account, at `postpaid_price`. */
  | "postpaid"
  /** The command is rejected with `award_refused`. */
  | "refuse";

/** The answer to a command. */
export type Outcome =
  /** It was decided. */
  | ({ type: "decided" } & Decided)
  /** It was rejected. */
  | ({ type: "rejected" } & Rejected)
  /** The same command was answered before; the host returns what it stored. */
  | {
      type: "repeated";
      /** The command. */
      command: string;
      /** The hash of the stored answer. */
      outcome: Hash;
    }
  /** The slice lacks these keys; load them and ask again. */
  | {
      type: "needs";
      /** The command. */
      command: string;
      /** The missing keys, sorted. */
      keys: Key[];
    };

/** Whether a referrer is paid for sales of the merchant that it works for. */
export type OwnBrand =
  /** No: only sister brands pay for a referral (P6). */
  | "unpaid"
  /** Yes. */
  | "paid";

/** The record `pack/<owner>`: an alliance's vouchers, or the platform's own under the operator. */
export interface Pack {
  /** In the order in which they are given; no brand twice. */
  stocks: PackStock[];
}

/** What an account had of a pack. */
export interface PackHistory {
  /** The latest voucher of each brand. */
  vouchers: { [key: string]: ItemId };
  /** How many of its vouchers are used; those that were reinstated do not count. */
  used?: Amount;
  /** The booked day of the latest use. */
  last_used?: Day;
}

/** A stock of a pack. */
export interface PackStock {
  /** The one merchant of the stock's scope; the stock itself where there is not exactly one. */
  brand: Id;
  /** The stock. */
  stock: Id;
}

/** How packs are handed out and presented. */
export interface PackTerms {
  /** The most vouchers that a shared page gives somebody who had some before (P4). */
  most?: number;
  /** How many days a voucher is good at least, from the day on which it is ordered (P5). */
  presented_days: number;
  /** How many hours an order sets it aside. */
  order_hours: number;
}

/** A party by its kind. */
export type Party =
  /** Headquarters: mints, sells and reimburses points. */
  | {
      type: "operator";
      /** Terms: what it accepts, and what happens when its own stock is short. */
      terms?: Terms[];
    }
  /** A regional branch: buys or is granted points and passes them on to its merchants and stores. */
  | {
      type: "branch";
      /** Terms. */
      terms?: Terms[];
    }
  /** A merchant: awards and accepts points. */
  | {
      type: "merchant";
      /** The branch that it belongs to; directly attached to the operator, if absent. */
      branch?: Id;
      /** The alliances that it is in. */
      alliances?: Id[];
      /**
       * The local day on which it joined each of them; one without a day (it was joined when the merchant was in no
       * other, or stood in the registration) came before all that have one.
       */
      joined?: { [key: string]: Day };
      /** Terms. */
      terms?: Terms[];
    }
  /** A shop of a merchant. */
  | {
      type: "store";
      /** The merchant. */
      merchant: Id;
      /** Terms, where it holds points itself. */
      terms?: Terms[];
    }
  /** A group of merchants. */
  | { type: "alliance" }
  /** Somebody who works for a merchant. */
  | {
      type: "staff";
      /** The merchant. */
      merchant: Id;
      /** Roles, for rules. */
      roles?: Id[];
      /** The account that commission goes into; one of its own id, if absent. */
      account?: Id;
      /** The alliance that it stands for, where the merchant is in several. */
      alliance?: Id;
    }
  /** A member. */
  | {
      type: "member";
      /** The account that earns and spends: the member's own or a household's. */
      account: Id;
      /** The merchant or store that enrolled the member. */
      enrolled_by?: Id;
      /** Merchants that the member is a member of. */
      member_of?: Id[];
      /** Merchants that the member is employed by: for staff prices. */
      employee_of?: Id[];
      /** The tier. */
      tier?: Id;
      /** Roles, for rules. */
      roles?: Id[];
      /** Flags that gate earning, such as `follows` (C8). */
      flags?: Id[];
      /** Month and day of birth. */
      birthday?: Birthday;
    }
  /** Somebody outside: a manufacturer that bears discounts, an agent, a shareholder who brings merchants. */
  | {
      type: "partner";
      /** Roles, for grades of commission. */
      roles?: Id[];
      /** Terms, where it holds points. */
      terms?: Terms[];
    };

/** A party as a record: `{"type":"party","party":{…}}`. */
export interface PartyRecord {
  /** The party. */
  party: Party;
}

/** A payment that the host is to instruct, in minor units of the settlement currency. */
export interface Payment {
  /** Who pays. */
  from: Id;
  /** Who is paid. */
  to: Id;
  /** How much, above zero. */
  amount: Amount;
}

/** A bound on what one account gets in a window. */
export interface PayoutCap {
  /** The cap; its id is not that of a cap on earning. */
  id: Id;
  /** Points; the currency, if absent. */
  asset?: Id;
  /** The window. */
  per: Window;
  /** Minor units or points, 0 or more. */
  amount: Amount;
  /** What counts: these plans and voucher stocks; all, if empty. */
  under?: Id[];
}

/** How much of what the customer pays may be paid out. */
export type PayoutLimit =
  /** This share, of every purchase. */
  | {
      type: "fixed";
      /** At most 1. */
      ratio: Rate;
    }
  /** The share that the purchase names, since payment channels differ. */
  | {
      type: "input";
      /** Where the purchase names none; at most 1. */
      ratio: Rate;
    };

/** A part of it. */
export interface PayoutPartTrace {
  /** Who earned it. */
  earner: Id;
  /** For what. */
  role: PayoutRole;
  /** The exact value of each line. */
  lines: string[];
  /** Its share of what was allowed, before caps and stock. */
  amount: Amount;
  /** What the payout ratio, caps and the payer's stock cut, in this order; the first is of its share of the whole. */
  cuts?: CutTrace[];
  /** What was given. */
  given: Amount;
}

/** What somebody is paid for. */
export type PayoutRole =
  /** Bringing the customer, or the merchant. */
  | "referral"
  /** Closing the sale, or making the scan. */
  | "sale"
  /** Being above the referrer. */
  | "upline_2"
  /** Being above the one above the referrer. */
  | "upline_3"
  /** Buying with a voucher of a cash subsidy (P6). */
  | "subsidy";

/** What a plan, a voucher's referral fee or a voucher's cash subsidy paid. */
export interface PayoutTrace {
  /** The plan, or the voucher stock. */
  under: Id;
  /** Who pays. */
  payer: Id;
  /** Money, or points: the unit of all figures below. */
  asset: Id;
  /** Of a plan: the whole factor of each line of the purchase, scan or top-up; 0 where another plan took the line, or none. */
  factors?: string[];
  /** The exact sum of its parts. */
  exact: string;
  /** After R4: minor units or points. */
  whole: Amount;
  /** After the payout ratio. */
  allowed: Amount;
  /** Each part, by party id and role. */
  parts: PayoutPartTrace[];
}

/** A half-open stretch of days, `[from, until)`: the day `until` is no longer in it. */
export interface Period {
  /** The first day. */
  from: Day;
  /** The first day after it. */
  until: Day;
}

/** What the host says of a member's phone number. */
export type PhoneCheck =
  /** The member has shown that it is its own. */
  | "verified"
  /** It has not. */
  | "unverified";

/** What a plan pays for. */
export type PlanEvent =
  /** A purchase: who brought the customer, who closed the sale. */
  | "purchase"
  /** A purchase: who brought the merchant (Z6). */
  | "turnover"
  /** A merchant's top-up: who brought the merchant (Z6). */
  | "top_up"
  /** A scan of a product's code: who made it, and who brought that one (C7). */
  | "scan"
  /** Never paid for: a check refuses it by name. */
  | "entry_fee"
  /** Never paid for: a check refuses it by name. */
  | "recruitment";

/** What a points asset is worth and how it is spent. */
export interface PointsTerms {
  /** What a party that accepts one point gets, fine units (minor × 10^-4); pinned in each lot at its award. */
  reimbursement: Amount;
  /** How they pay part of a purchase; not at all, if absent. */
  tender?: TenderTerms;
  /** The expiry policy of points that a store gives to a member; never, if absent. */
  gift_expiry?: Id;
}

/**
 * One movement: the debit account gives, the credit account gets. The amount is above zero, so an imbalance cannot be
 * written down. The n-th posting of a command has the id `<command>.<n>`, from 1.
 */
export interface Posting {
  /** The account that gives. */
  debit: Account;
  /** The account that gets. */
  credit: Account;
  /** What moves: points, money in minor units, or `<money>.fine`. */
  asset: Id;
  /** How much, above zero. */
  amount: Amount;
  /** The value day: the local day that terms go by. */
  day: Day;
  /** Why. */
  reason: Reason;
}

/**
 * A member presents a guide's code for the voucher of a brand (P5). The member, the guide, its merchant or the operator.
 * `type: present_voucher`.
 */
export interface PresentVoucher {
  /** Who presents it. */
  member: Id;
  /** Whose code it is: staff, a store or a merchant. */
  guide: Id;
  /** The brand that the member picks. */
  merchant: Id;
}

/** What presenting a guide's code came to (P5). */
export type Presented =
  /** The member has no referrer there: nothing was issued, nothing is ordered. */
  | "not_bound"
  /** The member never had a voucher of this pack: it was issued. */
  | "issued"
  /** The member had vouchers of this pack, but none of the brand: the pack was issued. */
  | "none_of_brand"
  /** The brand's voucher is out of date: the pack was issued anew. */
  | "expired"
  /** The brand's voucher is used: nothing changed. */
  | "used"
  /** The brand's voucher was ended: nothing changed. */
  | "voided"
  /** The brand's voucher is set aside for another merchant: nothing changed. */
  | "reserved_elsewhere"
  /** The brand's voucher is set aside for the brand from now on, and good for longer; the pack was issued as well. */
  | "ordered"
  /** It was set aside before: the same order, nothing changed. */
  | "ordered_before";

/** A member or staff price: a share of the gross that the merchant takes off a line. */
export interface Price {
  /** Its id, unique in these terms; a discount of a purchase claims it by this. */
  id: Id;
  /** Whom it is for. */
  holder: TermsHolder;
  /** The share of the gross that comes off: above 0, at most 1. */
  off: Rate;
  /** Categories whose lines it covers, those below them too; all lines, if empty. */
  categories?: Id[];
}

/** A price that a line could have. */
export interface PriceTrace {
  /** The line. */
  line: number;
  /** The price. */
  price: Id;
  /** Whom it is for. */
  holder: TermsHolder;
  /** The share of the gross. */
  off: Rate;
  /** What comes off, minor units. */
  amount: Amount;
  /** The recognition by which the member has it; its own membership or employment, if absent. */
  by?: Id;
}

/**
 * One thing that is wrong with a rulebook.
 *
 * The path follows the grammar of the wire: fields joined by `.`, list items as `[n]`, keys that are not plain words as
 * `["key"]`. Sets have no order, so the path of a name in a set is that of the set.
 */
export interface Problem {
  /** What kind, for a program. */
  code: ProblemCode;
  /** Where: `earn.rules[3].when.categories`. */
  path: string;
  /** What is wrong and what would be right, for a person. */
  detail: string;
}

export type ProblemCode =
  /** The rulebook follows an edition of the arithmetic that this engine does not know. */
  | "unsupported_edition"
  /** A name is used and nowhere declared. */
  | "unknown_name"
  /** Points are wanted and the asset is something else, or money is. */
  | "wrong_asset_kind"
  /** An id is used twice where it must be unique. */
  | "duplicate_id"
  /** A category lies below itself. */
  | "cycle"
  /** There are too many of something. */
  | "limit"
  /** A number, day or name lies outside what its place allows. */
  | "out_of_range"
  /** A number must be above zero. */
  | "not_positive"
  /** The zone's offsets are out of range or its changes out of order. */
  | "invalid_zone"
  /** A campaign's factor takes away instead of giving. */
  | "campaign_factor_below_one"
  /** What is asked for contradicts itself or can never happen. */
  | "not_possible"
  /** Conditions, or categories, are nested too deep. */
  | "too_deep"
  /** The points of one line may need more than 128 bits on their way. */
  | "may_overflow"
  /** An asset of the previous rulebook is gone. */
  | "asset_removed"
  /** An asset of the previous rulebook means something else now, or a cap counts another one. */
  | "asset_changed"
  /** A cap or limit counts in another window than in the previous rulebook. */
  | "cap_window_changed"
  /** A campaign of the previous rulebook is gone. */
  | "campaign_removed"
  /** The rulebook does not begin after the previous one. */
  | "not_later"
  /** More levels would be paid than are declared or acknowledged. */
  | "guard_levels"
  /** Plans can pay out more than the fixed ratio. */
  | "guard_payout_ratio"
  /** A plan would pay for entry fees. */
  | "guard_entry_fee"
  /** A plan would pay for recruiting. */
  | "guard_recruitment";

/** A public key, as the operator publishes it. On the wire its bytes are 64 hexadecimal digits. */
export interface PublicKey {
  /** Its id, which tokens name. */
  id: Id;
  /** The 32 bytes of RFC 8032. */
  bytes: string;
  /** The first moment at which tokens of it are taken. */
  from: Instant;
  /**
   * The first moment at which they no longer are, whatever they say themselves; none while it is not known. Rotating: a
   * new key from the day on which it signs, the old one until its last token has expired. A key that got out: now.
   */
  until?: Instant;
}

/** The record `purchase/<id>`: what is left of the sale to be refunded. Every figure is what *remains*. */
export interface Purchase {
  /** Where it was. */
  merchant: Id;
  /** In which of its stores. */
  store?: Id;
  /** Who of its staff closed it. */
  clerk?: Id;
  /** Whose account earned, if a member bought. */
  account?: Id;
  /** When it happened. */
  at: Instant;
  /** The local day of the sale: the value day of all that is reversed. */
  day: Day;
  /** The lane that its stock and budgets were drawn from. */
  lane: Id;
  /** The rulebook that rated it. */
  rulebook: Hash;
  /** The refund terms of that rulebook. */
  refunds: RefundTerms;
  /** What remains of each line, by number. */
  lines: FrozenLine[];
  /** What remains of the points that paid for it. */
  tender?: FrozenTender;
  /** What remains of each award, in the order of the decision. */
  awards?: FrozenAward[];
  /** Vouchers that were redeemed in it; none, once all of it is returned. */
  vouchers?: ItemId[];
  /** What remains of each payout, in the order of the decision. */
  payouts?: FrozenPayout[];
}

/** One line of a purchase. */
export interface PurchaseLine {
  /** The line's number, unique in the purchase; lines are worked on in rising order of it. */
  n: number;
  /** What was bought. */
  product: Id;
  /** Its category, a leaf or a node of the rulebook's tree. */
  category?: Id;
  /** Words that rules may ask for. */
  tags?: Id[];
  /** How many units, 0 or more. */
  quantity: Amount;
  /** The price of the whole line before discounts, in minor units, 0 or more. */
  gross: Amount;
  /** Discounts, in the order of the receipt. */
  discounts?: Discount[];
}

/** What a purchase comes to. */
export interface PurchaseTrace {
  /** Each line, by number. */
  amounts: AmountTrace[];
  /** The part that points pay. */
  tender?: TenderTrace;
}

/** What a token is for. Numbers are appended, never used again. */
export type Purpose =
  /** The holder shows it at a till to redeem the voucher. Number 1. */
  | "redeem"
  /** The holder hands the voucher out: who scans it claims it. Number 2. */
  | "claim";

/**
 * A non-negative exact decimal with at most six digits after the point and at most 1,000,000: `"0.03"`, `"1.5"`, `"2"`.
 *
 * It is text on the wire; trailing zeros are dropped, so each value has one form.
 */
export type Rate = string;

/** `points` for every `per` minor units (or for every `per` of whatever the effect counts), exactly; both at least 1. */
export interface Ratio {
  /** Points given. */
  points: Amount;
  /** For this many minor units. */
  per: Amount;
}

/** Why something moved; statements are grouped by it. */
export type Reason =
  /** The operator made points. */
  | "mint"
  /** Points were sold to a party, or what it owes for them. */
  | "points_sold"
  /** Points were passed on for nothing. */
  | "points_granted"
  /** A store gave points to a member that it enrolled. */
  | "gift"
  /** A merchant without float was awarded on account: points from the operator's stock, or what it owes for them. */
  | "postpaid"
  /** Points were earned. */
  | "award"
  /** Pending points became spendable. */
  | "activation"
  /** Points went out of date. */
  | "expiry"
  /** The backing of points that went out of date, or were burned, became the operator's. */
  | "breakage"
  /** Points were set aside. */
  | "hold"
  /** Points that were set aside came back. */
  | "release"
  /** Points were accepted in payment. */
  | "redemption"
  /** The accepting party's money for them, up to what they cost. */
  | "reimbursement"
  /** What the points had cost above the reimbursement. */
  | "margin"
  /** What the reimbursement is above their cost. */
  | "subsidy"
  /** Earned points were taken back after a refund. */
  | "clawback"
  /** Points that had paid for returned goods came back; their money is posted in reverse under its own reason. */
  | "redemption_refund"
  /** Memo: turnover with a member. */
  | "sale"
  /** Memo: turnover with a member, returned. */
  | "sale_refund"
  /** Memo: turnover with somebody who is no member. */
  | "other_sale"
  /** Memo: turnover with somebody who is no member, returned. */
  | "other_sale_refund"
  /** Memo: a discount, by the party that bears it. */
  | "discount"
  /** Memo: a discount on goods that were returned. */
  | "discount_refund"
  /** What the funder of a discount owes the merchant for it; posted in reverse for returned goods. */
  | "discount_funding"
  /** A fee of a period's settlement. */
  | "fee"
  /** A position was turned into a payment instruction at the close of a period. */
  | "instruction"
  /** Commission: money that the payer owes, or points out of its stock. */
  | "commission"
  /** Commission that was taken back after a refund, or later out of what the earner got since. */
  | "commission_refund"
  /** A cash subsidy of a voucher. */
  | "cash_subsidy"
  /** A cash subsidy that was taken back after a refund. */
  | "cash_subsidy_refund"
  /** A merchant paid money in. */
  | "top_up"
  /** Somebody paid an entry fee. */
  | "entry_fee"
  /** Money of a person was paid out. */
  | "withdrawal"
  /** What the operator keeps of it. */
  | "withdrawal_fee"
  /** What one merchant owes another for vouchers that were worth more than those it gave. */
  | "voucher_swap";

/** Who is a member (is employed) by one of `of` has the member (the staff) terms of each of `at`. */
export interface Recognition {
  /** Its id, unique among recognitions. */
  id: Id;
  /** Whether it is for members or for employees. */
  holder: TermsHolder;
  /** Whose members or employees are recognised. */
  of: MerchantScope;
  /** Where. */
  at: MerchantScope;
}

/** A record of the book. */
export type Record =
  | ({ type: "account" } & MemberAccount)
  | ({ type: "books" } & Books)
  | ({ type: "budget" } & Budget)
  | ({ type: "command" } & CommandRecord)
  | ({ type: "pack" } & Pack)
  | ({ type: "party" } & PartyRecord)
  | ({ type: "purchase" } & Purchase)
  | ({ type: "referral" } & Referral)
  | ({ type: "scan" } & ScanRecord)
  | ({ type: "stock" } & Stock)
  | ({ type: "till" } & Till)
  | ({ type: "voucher" } & Voucher)
  | ({ type: "voucher_stock" } & VoucherStock)
  | ({ type: "withdrawal" } & Withdrawal);

/** Something a member did that earns (O4). `type: record_activity`. */
export interface RecordActivity {
  /** The member. */
  member: Id;
  /** The activity, one that some rule rewards. */
  activity: Id;
  /** How many times, 1 or more. */
  count: Amount;
  /** The merchant that it was done for. */
  merchant?: Id;
  /** Through which channel, for rules. */
  channel?: Id;
  /** The lane of stock and budgets; `main`, if absent. */
  lane?: Id;
}

/** A party paid its entry fee; the operator. Nobody is ever paid for it. `type: record_entry_fee` (Z6). */
export interface RecordEntryFee {
  /** Who paid. */
  party: Id;
  /** Minor units, above zero. */
  amount: Amount;
}

/** A purchase that happened. `type: record_purchase`. */
export interface RecordPurchase {
  /** The receipt's id, unique in the programme. */
  purchase: Id;
  /** Where. */
  merchant: Id;
  /** In which of its stores. */
  store?: Id;
  /** Who bought; nobody known, if absent. */
  member?: Id;
  /** Through which channel, for rules. */
  channel?: Id;
  /** The lines, 1 to 500. */
  lines: PurchaseLine[];
  /** Vouchers that the member redeems, at most 16, worked on in this order. */
  vouchers?: ItemId[];
  /** The merchant's till that accepted the vouchers while it was offline; none did, if absent. */
  offline_till?: Id;
  /** Points that paid part of it. */
  tender?: Tender;
  /** Who brought the customer, where nobody is bound: the sharer of a link, say (O2). */
  referrer?: Id;
  /** Who of the merchant's staff closed the sale (O2, M5). */
  clerk?: Id;
  /** The largest part of what the customer pays that may be paid out, where the rulebook lets purchases say it. */
  payout_ratio?: Rate;
  /** The lane of stock and budgets; `main`, if absent. */
  lane?: Id;
}

/**
 * Somebody scanned the code of a product that it sold or bought in; itself, its merchant or the operator. Each code
 * counts once for each purpose. `type: record_scan` (C7).
 */
export interface RecordScan {
  /** Who scanned. */
  earner: Id;
  /** The product's code. */
  code: Id;
  /** What for: a word that a plan pays for. */
  purpose: Id;
  /** Where. */
  merchant?: Id;
  /** Through which channel, for plans. */
  channel?: Id;
  /** The lane that points are drawn from. */
  lane?: Id;
}

/** A member pays with points at a merchant, outside a recorded purchase. `type: redeem_points`. */
export interface RedeemPoints {
  /** The member. */
  member: Id;
  /** Who accepts them: a merchant or the operator. */
  merchant: Id;
  /** Which points. */
  asset: Id;
  /** How many, above zero. */
  points: Amount;
}

/** Hands out the gift of a voucher, without a purchase; the merchant or the operator. `type: redeem_voucher`. */
export interface RedeemVoucher {
  /** The voucher. */
  voucher: ItemId;
  /** Whose it is. */
  member: Id;
  /** Who hands it out. */
  merchant: Id;
}

/** The record `referral/<party>`. */
export interface Referral {
  /** The referrer in the whole programme. */
  programme?: Binding;
  /** Referrers by alliance. */
  alliances?: { [key: string]: Binding };
  /** Whether somebody was ever bound to it. */
  leads?: Leads;
  /** The day of its first entry fee (Z6). */
  entry_fee?: Day;
}

/** A stock's own fee for whoever brought the customer; sister brands only. */
export interface ReferralFee {
  /** How much. */
  amount: FeeAmount;
  /** Who gets it. */
  to?: FeeTo;
  /** Who pays it; the selling merchant, if absent. */
  payer?: Id;
}

/** The section. */
export interface ReferralSection {
  /** Within what a member has one referrer. */
  scope?: BindingScope;
  /** Which touch binds a member. */
  policy: BindingPolicy;
  /** Whose the members are that choose a merchant. */
  chosen_merchant?: ChosenMerchant;
  /** How packs are handed out; not at all, if absent. */
  packs?: PackTerms;
}

/** Goods were returned. `type: refund_purchase`. */
export interface RefundPurchase {
  /** The purchase. */
  purchase: Id;
  /** What is returned, 1 to 500 entries, worked on in order; each line at most once, and `whole` or `amount` alone. */
  returned: RefundWhat[];
}

/** How purchases are refunded; frozen at the sale. */
export interface RefundTerms {
  /** The last day of the window is the day of the sale plus this many days. */
  days: number;
  /** What becomes of spent points. */
  spent_points: ShortfallPolicy;
  /** Where unspent points go. */
  unspent_points: ClawbackPolicy;
  /** Points that paid for returned goods and are past their day are given this many more days; 0: they expire at once. */
  grace_days?: number;
}

/** What is returned of a purchase. */
export type RefundWhat =
  /** All that remains. */
  | { type: "whole" }
  /** An amount over the whole purchase, minor units, divided over the lines by what remains of each. */
  | {
      type: "amount";
      /** Minor units, above zero. */
      amount: Amount;
    }
  /** Units of a line. */
  | {
      type: "quantity";
      /** The line's number. */
      line: number;
      /** Units, above zero. */
      quantity: Amount;
    }
  /** An amount of a line, minor units; its units stay. */
  | {
      type: "line_amount";
      /** The line's number. */
      line: number;
      /** Minor units, above zero. */
      amount: Amount;
    };

/**
 * Registers a party: the operator does; a merchant or store may register members that it enrols, and a merchant its
 * stores and staff, and alliances. `type: register_party`.
 */
export interface RegisterParty {
  /** The new party's id. */
  party: Id;
  /** Its record. */
  record: Party;
}

/**
 * Replaces a voucher that was lost or went out of date by a new one of its stock; the stock's issuer or the operator.
 * `type: reissue_voucher`.
 */
export interface ReissueVoucher {
  /** The voucher. */
  voucher: ItemId;
}

/** A command was rejected. */
export interface Rejected {
  /** The command. */
  command: string;
  /** Why. */
  code: Code;
  /** Where in the command, or in which record. */
  path: string;
  /** For a final rejection the record that remembers it; else nothing. */
  changes: Change[];
  /**
   * What the public is not told: of an invalid voucher `unknown`, `foreign`, `other_stock`, `unbound` or `expired`. Only
   * `explain` tells it, which is for operators; it is no part of the pinned bytes.
   */
  reason?: string;
}

/** Releases points that are held. `type: release_hold`. */
export interface ReleaseHold {
  /** The member. */
  member: Id;
  /** The hold. */
  hold: ItemId;
}

/** Frees a voucher that was set aside; the member, the merchant or the operator. `type: release_voucher`. */
export interface ReleaseVoucher {
  /** The voucher. */
  voucher: ItemId;
  /** Whose it is. */
  member: Id;
}

/** Asks for available money to be paid out (P7); the person or the operator. `type: request_withdrawal`. */
export interface RequestWithdrawal {
  /** Who asks: a member, staff, or another party that earns. */
  party: Id;
  /** Minor units, above zero, the fee taken in. */
  amount: Amount;
}

/** Sets a voucher aside for a purchase at a merchant; the member, the merchant or the operator. `type: reserve_voucher`. */
export interface ReserveVoucher {
  /** The voucher. */
  voucher: ItemId;
  /** Whose it is. */
  member: Id;
  /** Where it will be redeemed. */
  merchant: Id;
  /** From this booked moment on it is free again; after `booked`, at most 90 days. */
  until: Instant;
}

/** The end of the calendar stretch to which a month policy is extended. */
export type RoundTo =
  /** No extension: the very day. */
  | "day"
  /** The end of that month. */
  | "month"
  /** The end of that calendar quarter. */
  | "quarter"
  /** The end of that year. */
  | "year";

/** How a fraction becomes an integer. Negative values mirror positive ones: `round(-x) = -round(x)`. */
export type Rounding =
  /** Towards zero. */
  | "floor"
  /** To the nearest; an exact half away from zero. */
  | "half_up"
  /** To the nearest; an exact half to the even neighbour. */
  | "half_even";

/** The rounding rules of the numbered sites. */
export interface RoundingRules {
  /** R1: an award's exact points. `floor` unless declared. */
  award?: Rounding;
  /** R3: a percentage fee of a period. `half_up` unless declared. */
  fee?: Rounding;
  /** R4: the whole commission of a plan. `floor` unless declared. */
  commission?: Rounding;
  /** R5: a party's fine units of a period. `half_even` unless declared. */
  statement?: Rounding;
}

/** A rule that earns points on purchases. */
export interface Rule {
  /** Unique among rules, multipliers and activities. */
  id: Id;
  /** Which points. */
  asset: Id;
  /** The group whose `best | sum | first` it takes part in. */
  group: Id;
  /** Lower comes first. */
  priority?: number;
  /** When it matches; always, if absent. */
  when?: Condition;
  /** What it gives. */
  effect: Effect;
  /** The amount that earns. */
  basis?: Basis;
  /** Whether factors apply; points of a campaign's own rule are never multiplied. */
  multiplied?: Multiplied;
  /** The campaign whose points these are; then funder, expiry and spendable are the campaign's. */
  campaign?: Id;
  /** Who pays. */
  funder?: Funder;
  /** The expiry policy, by name; never, if absent. */
  expiry?: Id;
  /** When they may be spent. */
  spendable?: Spendable;
}

/** What stands in a `RuleTrace`. */
export type RuleKind =
  /** A rule of the section `earn`. */
  | "rule"
  /** A multiplier of the section `earn`. */
  | "multiplier"
  /** An activity rule. */
  | "activity"
  /** The referral fee of a voucher, by its stock. */
  | "fee"
  /** A plan of the section `commission`. */
  | "plan"
  /** A multiplier of the section `commission`. */
  | "plan_multiplier";

/** A rule and what it missed, line by line. */
export interface RuleTrace {
  /** What it is: ids of earning and of commission may be the same. */
  kind: RuleKind;
  /** The rule, multiplier, activity rule, plan or voucher stock. */
  rule: Id;
  /** For each line, or once where there are none and of a fee. */
  lines: MissTrace[];
}

/** A programme's rules from a day on. */
export interface Rulebook {
  /** The edition of the arithmetic: 1. */
  edition: number;
  /** The programme. */
  programme: Id;
  /** The first local day on which these rules are in force. */
  effective_from: Day;
  /** The operator's party id. */
  operator: Id;
  /** The money asset in which parties settle. */
  currency: Id;
  /** Every asset by its id. */
  assets: { [key: string]: Asset };
  /** The programme's local time. */
  zone: Zone;
  /** Rounding rules. */
  rounding?: RoundingRules;
  /** The calendar window in which the books are settled. */
  settlement?: Window;
  /**
   * How many local days after it happened (`at`) something may be booked, 0 to 3,650; the operator may always. No bound, if
   * absent. `docs/rulebook.md` 3.1.
   */
  late_days?: number;
  /** Each points asset's terms. */
  points?: { [key: string]: PointsTerms };
  /** Categories of goods. */
  categories?: Category[];
  /** Holiday lists by name. */
  holidays?: { [key: string]: Day[] };
  /** Tiers, lowest first. */
  tiers?: Id[];
  /** Expiry policies by name. */
  expiry?: { [key: string]: Expiry };
  /** How purchases are refunded. */
  refunds: RefundTerms;
  /** Whose members and employees have the terms of which other merchants. */
  recognition?: Recognition[];
  /** How points are earned. */
  earn?: EarnSection;
  /** How members are bound to referrers; not at all, if absent. */
  referral?: ReferralSection;
  /** How commission is paid; not at all, if absent. */
  commission?: CommissionSection;
  /** How persons get their money out; not at all, if absent. */
  withdrawal?: WithdrawalSection;
}

/** Whose sales a percentage is taken of. */
export type SalesOf =
  /** Members' purchases only. */
  | "members"
  /** Everybody's. */
  | "all";

/** The record `scan/<purpose>/<code>`. */
export interface ScanRecord {
  /** Who scanned. */
  earner: Id;
  /** The local day. */
  day: Day;
}

/**
 * A holder sells points one hop down: operator to branch or directly attached merchant (or store of one), branch to its
 * merchants and their stores. `type: sell_points`.
 */
export interface SellPoints {
  /** The operator or a branch; the actor. */
  seller: Id;
  /** The buyer. */
  buyer: Id;
  /** Which points. */
  asset: Id;
  /** How many, above zero. */
  points: Amount;
  /** Fine units a point, 0 or more; the buyer's terms decide, if absent. */
  unit_price?: Amount;
}

/** Sets fields of a member; what is absent stays as it is. `type: set_member`. */
export interface SetMember {
  /** The member. */
  member: Id;
  /** The tier, one that the rulebook declares. */
  tier?: Id;
  /** Roles, all of them. */
  roles?: Id[];
  /** Flags, all of them. */
  flags?: Id[];
  /** Memberships, all of them. */
  member_of?: Id[];
  /** Employers, all of them; the operator alone, or who may act for them, says so. */
  employee_of?: Id[];
  /** Month and day of birth. */
  birthday?: Birthday;
}

/** Says which vouchers guides hand out: an alliance's, or the platform's own. The owner or the operator. `type: set_pack`. */
export interface SetPack {
  /** An alliance, or the operator. */
  owner: Id;
  /** All of them, at most 64, in the order in which they are given; one of each brand. */
  stocks: Id[];
}

/**
 * Adds terms to a party, or replaces those with the same first day; the operator only. A version is whole: what it leaves out
 * has its default, not the value of the version before. `type: set_terms`.
 */
export interface SetTerms {
  /** The party. */
  party: Id;
  /** The terms. */
  terms: Terms;
}

/** Says how much the operator bears of what a till loses by accepting vouchers offline; the operator. `type: set_till`. */
export interface SetTill {
  /** The merchant. */
  merchant: Id;
  /** Its till. */
  till: Id;
  /** Minor units, 0 or more, in all: what it has borne before counts. */
  limit: Amount;
}

/** Activates, pauses or stops a stock; its issuer or the operator. `type: set_voucher_stock`. */
export interface SetVoucherStock {
  /** The stock. */
  stock: Id;
  /** What it becomes: draft → active or stopped; active → paused or stopped; paused → active or stopped. */
  state: VoucherStockState;
}

/** Approves, pays or refuses a withdrawal; the operator. `type: set_withdrawal`. */
export interface SetWithdrawal {
  /** The withdrawal. */
  withdrawal: ItemId;
  /** What it becomes: requested → approved or refused; approved → paid or refused. */
  state: WithdrawalStep;
}

/**
 * A period, settled.
 *
 * Over all parties the sums of `payable` and of `residues` are 0.
 */
export interface Settlement {
  /** The version of this form: 1. */
  v: 1;
  /** The settled period. */
  period: Period;
  /** The money asset. */
  currency: Id;
  /** Fees charged, by party, first day of the terms and position in the terms; without charges of 0. */
  fees: FeeLine[];
  /** What each party receives (above zero) or pays, minor units; without zeros. */
  payable: { [key: string]: Amount };
  /** What is left below a minor unit and carried to the next period, fine units; without zeros. */
  residues: { [key: string]: Amount };
  /** Who pays whom, so that every payable is met. */
  payments: Payment[];
  /** The statements, by party. */
  statements: Statement[];
}

/** What one part of a plan gives. */
export type Share =
  /** A part of the basis: of money at most 1; of points, points for a minor unit. */
  | {
      type: "rate";
      /** `"0.03"` is three per cent, or three points for 1.00. */
      rate: Rate;
    }
  /** An amount for the purchase, scan or top-up: minor units or points, above zero. */
  | {
      type: "fixed";
      /** How much. */
      amount: Amount;
    };

/** What becomes of points that a refund cannot take back because they are spent. */
export type ShortfallPolicy =
  /** The account owes them to their funder; later points repay. */
  | "debt"
  /** The funder bears them. */
  | "funder_bears";

/** Records by key. */
export interface Snapshot {
  v: 1;
  extent?: Extent;
  records: { [key: string]: Entry };
}

/** When points become spendable. */
export type Spendable =
  /** At once. */
  | { type: "at_once" }
  /** From local midnight of the purchase day plus `days`. */
  | {
      type: "after_days";
      /** 1 or more. */
      days: number;
    }
  /** With the command `confirm_purchase`. */
  | { type: "on_confirmation" };

/**
 * What one party sees of a period.
 *
 * `fine` = the non-memo movements of its lines in fine units + `carried` − `fees`; `minor` = those in minor units; and
 * `fine` + `minor` × 10^4 = `payable` × 10^4 + `residue`.
 */
export interface Statement {
  /** The party. */
  party: Id;
  /** Everything that touched it, points and memo lines too, by asset, reason, debit and credit. */
  lines: StatementLine[];
  /** The residue of the last close, fine units. */
  carried: Amount;
  /** What it is charged, fine units; the operator's is below zero by what the others are charged. */
  fees: Amount;
  /** Its position in fine units. */
  fine: Amount;
  /** Its position in whole minor units (what was booked in the currency itself). */
  minor: Amount;
  /** What it receives (above zero) or pays, minor units: `minor` plus `fine` rounded (R5). */
  payable: Amount;
  /** What is carried to the next period, fine units. */
  residue: Amount;
}

/** The sum of a party's postings of one kind. */
export interface StatementLine {
  /** Why it moved. */
  reason: Reason;
  /** What gave. */
  debit: TallySide;
  /** What got. */
  credit: TallySide;
  /** What moved. */
  asset: Id;
  /** The earliest value day; before the period where something booked late is in it. */
  first_day: Day;
  /** The latest value day. */
  last_day: Day;
  /** How many postings. */
  postings: number;
  /** How much, in units of the asset. */
  amount: Amount;
}

/** The record `stock/<party>/<lane>`. */
export interface Stock {
  /** Blocks by (booked, id). */
  blocks?: Block[];
}

/**
 * Exchanges vouchers that are nobody's yet between two merchants, for what they agree them to be worth; who gets more pays
 * the difference (M7). The operator. `type: swap_vouchers`.
 */
export interface SwapVouchers {
  /** The one merchant. */
  from: Id;
  /** The other. */
  to: Id;
  /** What `from` hands over, 1 to 500. */
  give: ItemId[];
  /** What it gets, 1 to 500. */
  take: ItemId[];
  /** What the ones that it hands over are worth to the two, minor units, 0 or more. */
  give_value: Amount;
  /** What the ones that it gets are worth to the two, likewise. */
  take_value: Amount;
}

/**
 * Activates, lapses and expires what is due in an account; every other command on it does the same first.
 * `type: sweep`.
 */
export interface Sweep {
  /** The account. */
  account: Id;
}

/**
 * Postings of some shards, added up. Debits and credits stay apart, so any account's flow can be read off it.
 *
 * The shard ids say whose postings are in it, so that the same postings are never merged in twice. On the wire
 * `{"cells":[{"amount":"123","asset","clerk"?,"credit","day","debit","period","postings":3,"reason","store"?}, …],
 * "shards":[…],"v":1}` with the cells in their order.
 */
export interface Tally {
  cells: TallyCell[];
  shards: Id[];
  v: 1;
}

export interface TallyCell {
  amount: Decimal;
  asset: Id;
  clerk?: Id;
  credit: TallySide;
  day: Day;
  debit: TallySide;
  period: Day;
  postings: number;
  reason: Reason;
  store?: Id;
}

/**
 * One side of a cell: an account, except that kinds of member accounts are added up over all members.
 *
 * On the wire `<party>/<kind>`; of member accounts `*` stands for the party: so that a tally grows with the
 * merchants and not with the members, and names no member.
 */
export type TallySide = string;

/** Points that pay part of a purchase. */
export type Tender =
  /** Points of the account. */
  | {
      type: "points";
      /** Which. */
      asset: Id;
      /** How many, above zero. */
      points: Amount;
    }
  /** Points that are held; what is held above `points` is released. */
  | {
      type: "hold";
      /** The hold. */
      hold: ItemId;
      /** How many, above zero. */
      points: Amount;
    };

/** Points of one lot that were spent, and the reimbursement that was paid for each. */
export interface TenderPart {
  /** The lot's class, with the points that remain. */
  lot: Lot;
  /** Fine units that the accepting party got for one point. */
  paid: Amount;
}

/** How points pay part of a purchase. */
export interface TenderTerms {
  /** So many points … */
  points: Amount;
  /** … pay so many minor units; what is over is floored (R2). */
  value: Amount;
  /** The largest share of the purchase, after discounts, that points may pay. */
  max_share: Rate;
}

/** Points that pay a part of a purchase. */
export interface TenderTrace {
  /** Which points. */
  asset: Id;
  /** How many. */
  points: Amount;
  /** What they are worth, exactly, minor units. */
  exact: string;
  /** After R2, minor units. */
  value: Amount;
}

/** A party's terms from a day on, until its next terms. */
export interface Terms {
  /** The first day. */
  from: Day;
  /** The party's own earn ratio, by points asset: for rules with the effect `merchant_ratio` (Z2). */
  earn?: { [key: string]: Ratio };
  /** The points that it accepts in payment. */
  accepts?: Id[];
  /** What it gets for an accepted point, fine units, instead of the lot's pinned rate. */
  reimbursement?: { [key: string]: Amount };
  /** What it pays for a point that it buys, fine units, where the command names no price. */
  point_price?: { [key: string]: Amount };
  /** What happens when it has too few points for an award. */
  on_shortage?: OnShortage;
  /** What it owes for a point awarded on account, fine units. */
  postpaid_price?: { [key: string]: Amount };
  /** Fees of its settlement, in the order in which they are charged. */
  fees?: Fee[];
  /** The guide of members who choose this merchant (P3): one of its staff. */
  guide?: Id;
  /** Its member and staff prices, for discounts that claim one (M8). A merchant's. */
  prices?: Price[];
  /** How many purchases at it an account must have made before a member gets its card; none, if absent. A merchant's. */
  enrol_after?: Amount;
  /**
   * The merchants, and the alliances of merchants, on whose receipts it bears discounts; those of every merchant, if
   * absent. Its own it always bears. At most 1,000 (`limit_exceeded`); another's receipt that names it is `not_accepted`
   * (ADR 0028).
   */
  discounts_at?: Id[];
}

/** Whom a price or a recognition is for. */
export type TermsHolder =
  /** Members of a merchant. */
  | "member"
  /** Members who are employed by a merchant. */
  | "staff";

/** The record `till/<merchant>/<till>`. */
export interface Till {
  /** The most that the operator bears of what the till loses, minor units. */
  limit: Amount;
  /** What it has borne: it never goes down. */
  borne?: Amount;
}

/** A half-open stretch of the local day; `from` after `until` runs over midnight. */
export interface TimeOfDay {
  /** The first minute. */
  from: LocalTime;
  /** The first minute after it. */
  until: LocalTime;
}

/** What is signed. The version is the layout's own. */
export interface Token {
  /** Which key signs: its id on the ring. */
  key: Id;
  /** What it is for. */
  purpose: Purpose;
  /** Which voucher. */
  voucher: Id;
  /** Who shows it, or who hands it out, by its purpose. */
  holder: Id;
  /** Who takes it: the merchant, and nobody else. */
  audience: Id;
  /** What makes it different from every other token. */
  nonce: Nonce;
  /** The first moment at which it is good. */
  not_before: Instant;
  /** The first moment at which it no longer is. For a token on a screen a minute after, for one on paper the voucher's end. */
  expires: Instant;
}

/** A merchant paid money in, to be spent by buying points; the operator. `type: top_up_merchant` (Z6, M6). */
export interface TopUpMerchant {
  /** The merchant. */
  merchant: Id;
  /** Minor units, above zero. */
  amount: Amount;
  /** The lane that points for whoever brought it are drawn from. */
  lane?: Id;
}

/** The arithmetic of a decision, for people; it is not part of the pinned bytes. `docs/wire.md` 6.1 says what stands in it. */
export interface Trace {
  /** The version of the trace, apart from the `v` of commands and records. */
  v: 1;
  /** What a purchase comes to; none of other commands. */
  purchase?: PurchaseTrace;
  /** Base points and factors, line by line. */
  lines?: LineTrace[];
  /** Every member or staff price that a line could have, lines by number, the largest first: what a till may claim. */
  prices?: PriceTrace[];
  /** What each voucher took off, or gives. */
  vouchers?: VoucherTrace[];
  /** Awards from their exact value to their points. */
  awards?: EarnTrace[];
  /** Cash subsidies and commission from their exact value to what each part was given. */
  payouts?: PayoutTrace[];
  /** Every rule, multiplier, activity rule, plan and fee with what it missed; only from `explain`. */
  rules?: RuleTrace[];
}

/** From `at` on, local time is `offset_minutes` ahead of UTC. */
export interface Transition {
  /** The first moment with the new offset. */
  at: Instant;
  /** Minutes ahead of UTC. */
  offset_minutes: number;
}

/** Takes a binding away; the operator only. `type: unbind_referrer`. */
export interface UnbindReferrer {
  /** Who is bound. */
  party: Id;
  /** In which alliance; in the whole programme, if absent. */
  alliance?: Id;
}

/** How somebody came to a referrer (P2, P3). */
export type Via =
  /** By scanning a code in the shop. */
  | "scan"
  /** By a page that was shared. */
  | "shared_page"
  /** By an invitation code. */
  | "invitation_code"
  /** By asking for it. */
  | "application"
  /** The referrer came up to the customer. */
  | "pushed"
  /** By choosing a merchant. */
  | "merchant"
  /** By joining below somebody. */
  | "upline";

/**
 * Ends a voucher; the stock's issuer (the holder of one that was swapped and is nobody's yet) or the operator.
 * `type: void_voucher`.
 */
export interface VoidVoucher {
  /** The voucher. */
  voucher: ItemId;
}

/** The record `voucher/<command>.<n>`. */
export interface Voucher {
  /** The stock that it came from. */
  stock: Id;
  /** What became of it. */
  mark: VoucherMark;
  /** Whose it is; nobody's yet, if absent. */
  account?: Id;
  /** The first day on which it is good; not known before the claim where it counts from there. */
  from?: Day;
  /** The first day on which it is good no longer. */
  until?: Day;
  /** Of stored value, what is left: minor units. */
  balance?: Amount;
  /** Who may hand it out; the stock's issuer, if absent. */
  holder?: Id;
  /** Set aside for a merchant. */
  reserved?: VoucherReservation;
  /** The purchase that it was redeemed in. */
  purchase?: Id;
  /** Of whose pack it is. */
  pack?: Id;
  /** The voucher that it stands for. */
  replaces?: ItemId;
  /** The voucher that stands for it; of the first of a chain of stored value always the last. */
  replaced_by?: ItemId;
  /**
   * Of stored value that replaces another, the first of the chain: what returns finds the last one from there, however
   * long the chain is.
   */
  first?: ItemId;
}

/** What a voucher gives where it is redeemed. */
export type VoucherBenefit =
  /** An amount off the lines in its scope, at most what they come to. */
  | {
      type: "fixed";
      /** Minor units, above zero. */
      amount: Amount;
    }
  /** A part of what the lines in its scope come to, rounded down (R2). */
  | {
      type: "percent";
      /** Above 0, at most 1: `"0.1"` is ten per cent. */
      rate: Rate;
      /** At most so much, minor units, above zero. */
      most?: Amount;
    }
  /**
   * Cash for the member after the purchase (P6): no discount, so turnover and points stay on the full amount. At most
   * what the lines in its scope come to; exempt from stacking; taken back in parts as the goods return.
   */
  | {
      type: "subsidy";
      /** Minor units, above zero. */
      amount: Amount;
    }
  /** An amount that is spent in parts, each as of a fixed amount, until nothing is left of it. */
  | {
      type: "stored_value";
      /** Minor units, above zero. */
      amount: Amount;
    }
  /**
   * Points of the purchase, multiplied on the lines in its scope by a multiplier of the rulebook whose `trigger` is
   * `voucher`. The points are paid by whoever its campaign says, or the rules that it multiplies.
   */
  | {
      type: "points_multiplier";
      /** Which multiplier. */
      multiplier: Id;
    }
  /** A thing that is handed out; no money moves. */
  | {
      type: "gift";
      /** What. */
      gift: Id;
    };

/**
 * A code with its check character: 7 to 25 characters of the alphabet. Ordered as its text.
 *
 * On the wire its compact text: capital letters and digits without hyphens. Read as people write it: small letters
 * count, `I` and `L` are 1, `O` is 0, hyphens are passed over.
 */
export type VoucherCode = string;

/** What became of a voucher, as it is stored. That it is reserved or expired follows from its dates. */
export type VoucherMark =
  /** It may still be redeemed. */
  | "open"
  /** It was redeemed. */
  | "redeemed"
  /** It was ended. */
  | "voided"
  /** Another one stands for it. */
  | "replaced";

/** Points that a claim costs; they are spent as if redeemed at the stock's issuer. */
export interface VoucherPrice {
  /** Which points. */
  asset: Id;
  /** How many, above zero. */
  points: Amount;
}

/** A voucher set aside for a purchase at a merchant. */
export interface VoucherReservation {
  /** Where it will be redeemed. */
  merchant: Id;
  /** From this booked moment on it is free again. */
  until: Instant;
}

/** Where a voucher may be redeemed, and for what. Empty sets ask nothing. */
export interface VoucherScope {
  /** At these merchants, or at one of these alliances' merchants. */
  merchants?: Id[];
  /** At merchants of these alliances, or at one of these merchants. */
  alliances?: Id[];
  /** For lines of these categories, those below them taken in. */
  categories?: Id[];
  /** For lines of these products; where categories are given too, a line must meet both. */
  products?: Id[];
}

/** Which vouchers may be redeemed together in one purchase. */
export type VoucherStacking =
  /** With no other. */
  | "exclusive"
  /** With any that are not exclusive, but no other of its group. */
  | {
      type: "group";
      /** The group. */
      group: Id;
    }
  /** With any that are not exclusive; of those of its group that a purchase names only the best for the member is used. */
  | {
      type: "best";
      /** The group. */
      group: Id;
    }
  /** With any that are not exclusive. */
  | "free";

/** The record `voucher_stock/<id>`. */
export interface VoucherStock {
  /** What its vouchers are. */
  terms: VoucherTerms;
  /** Whether vouchers come from it. */
  state: VoucherStockState;
  /** How many were issued, bound to a member or not; replacements not counted. */
  issued: Amount;
  /** The day of the last claim, where a limit asks. */
  claim_day?: Day;
  /** Claims on that day. */
  claimed_that_day?: Amount;
  /** Redemptions at each merchant, where a limit asks; what a whole return reinstates is not counted. */
  redeemed?: { [key: string]: Amount };
}

/** Whether vouchers come from a stock. */
export type VoucherStockState =
  /** Not yet. */
  | "draft"
  /** Yes. */
  | "active"
  /** Not for now. What was issued stays good. */
  | "paused"
  /** Never again. What was issued stays good. */
  | "stopped";

/** What the vouchers of a stock are; it never changes. */
export interface VoucherTerms {
  /** Who runs the stock: the operator, a merchant or an alliance. */
  issuer: Id;
  /** What a voucher gives. */
  benefit: VoucherBenefit;
  /** Who bears it, by shares above zero: `{"hq":2,"shop":1}` is two thirds and one third. */
  funders: { [key: string]: Amount };
  /** Where and for what. */
  scope?: VoucherScope;
  /** What the lines in its scope must come to, minor units, before any voucher. */
  min_spend?: Amount;
  /** The first day on which it may be claimed. */
  claim_from?: Day;
  /** The first day on which it may be claimed no longer. */
  claim_until?: Day;
  /** When it is good. */
  validity: VoucherValidity;
  /** Together with which others. */
  stacking: VoucherStacking;
  /** What a new one costs whoever claims it; nothing, if absent (C6). */
  price?: VoucherPrice;
  /** What bringing the customer is worth, instead of the general referral part (P6). */
  referral_fee?: ReferralFee;
  /** The most vouchers in all. */
  total?: Amount;
  /** The most money in all, minor units, counted by the face of each voucher; for benefits that have one. */
  total_money?: Amount;
  /** The most claims a local day. */
  per_day?: Amount;
  /** The most claims of one account. */
  per_member?: Amount;
  /** The most redemptions at one merchant. */
  per_merchant?: Amount;
}

/** What a voucher took off a purchase, or gives for it as a cash subsidy. */
export interface VoucherTrace {
  /** The voucher. */
  voucher: ItemId;
  /** Its stock. */
  stock: Id;
  /** What the lines in its scope still came to, minor units. */
  basis: Amount;
  /**
   * What its benefit says of that, exactly: its amount, its rate of the basis, what is left of stored value; 0 of gifts
   * and multipliers.
   */
  exact: string;
  /** After R2 and within what it may take off at most, minor units. */
  value: Amount;
  /** Accepted offline and not to be had any more: who bears `value` instead of its funders. */
  lost?: LostTrace;
}

/** When a voucher is good: half-open days of the programme. */
export type VoucherValidity =
  /** From a day on, until another. */
  | {
      type: "between";
      /** The first day. */
      from: Day;
      /** The first day on which it is good no longer. */
      until: Day;
    }
  /** So many days, the day of the claim taken in. */
  | {
      type: "after_claim";
      /** 1 to 36,500. */
      days: number;
    };

/** A day of the week. */
export type Weekday =
  | "mon"
  | "tue"
  | "wed"
  | "thu"
  | "fri"
  | "sat"
  | "sun";

/** A stretch of days in which something is counted. */
export type Window =
  /** One local day. */
  | "day"
  /** Monday to Sunday. */
  | "week"
  /** A calendar month. */
  | "month"
  /** A calendar year. */
  | "year";

/** What went wrong, as a stable word a program can match on. */
export type WireCode =
  /** The text is not strict JSON (RFC 8259, UTF-8, one value). */
  | "invalid_json"
  /** The text is not TOML. */
  | "invalid_toml"
  /** The text is longer, or holds more values, than the limit allows. */
  | "too_large"
  /** Lists and tables are nested deeper than the limit allows. */
  | "too_deep"
  /** A table names the same key twice. */
  | "duplicate_key"
  /** A number is written with a fraction, an exponent or as `-0`. */
  | "number_not_integer"
  /** A whole number lies outside the range its place allows. */
  | "number_out_of_range"
  /** A table holds a field that its place does not know. */
  | "unknown_field"
  /** A table lacks a field that its place needs. */
  | "missing_field"
  /** A value of one kind stands where another kind is needed. */
  | "wrong_type"
  /** A word is not one of the words its place knows. */
  | "unknown_type"
  /** A value has the right kind but breaks a rule of its type. */
  | "invalid_value"
  /** An identifier is not well formed. */
  | "invalid_id"
  /** An instant is not well formed. */
  | "invalid_instant"
  /** A calendar day is not well formed. */
  | "invalid_day"
  /** A rate is not well formed. */
  | "invalid_rate"
  /** An amount is not well formed. */
  | "invalid_amount"
  /** The data says it follows a version of the format this engine does not read. */
  | "unsupported_version";

/** The record `withdrawal/<command>.1`. */
export interface Withdrawal {
  /** Who asked. */
  party: Id;
  /** The account. */
  account: Id;
  /** How far it is. */
  state: WithdrawalState;
  /** What leaves the account, minor units. */
  amount: Amount;
  /** Of it, what the operator keeps. */
  fee: Amount;
  /** The lots that it was taken from; none, once it is paid or refused. */
  parts?: Lot[];
  /** Windows that counted it; a refusal gives back to them. */
  counted?: CountedIn[];
}

/** What the operator keeps of a withdrawal. */
export type WithdrawalFee =
  /** An amount. */
  | {
      type: "fixed";
      /** Minor units, above zero. */
      amount: Amount;
    }
  /** A part of it (R3). */
  | {
      type: "rate";
      /** Above 0, below 1. */
      rate: Rate;
    };

/** How many withdrawals an account may ask for in a window; refused ones do not count. */
export interface WithdrawalLimit {
  /** The limit; its id is not that of a cap. */
  id: Id;
  /** The window, by the local day of `booked`. */
  per: Window;
  /** 1 or more. */
  count: number;
}

/** The section. */
export interface WithdrawalSection {
  /** The least that can be asked for, minor units, above zero. */
  minimum: Amount;
  /** What the operator keeps; nothing, if absent. */
  fee?: WithdrawalFee;
  /** How many. */
  limits?: WithdrawalLimit[];
}

/** How far a withdrawal is. */
export type WithdrawalState =
  /** Asked for. */
  | "requested"
  /** To be paid. */
  | "approved"
  /** Paid. */
  | "paid"
  /** Not paid. */
  | "refused";

/** What becomes of a withdrawal. */
export type WithdrawalStep =
  /** It may be paid. */
  | "approved"
  /** It is paid: the host has paid the person. */
  | "paid"
  /** It is not paid; the money is available again. */
  | "refused";

/** How the factors of one dimension become one factor. */
export type Within =
  /** The largest. A lone 0.5 stays 0.5. */
  | "max"
  /** 1 + the sum of (factor − 1), at least 0. */
  | "add"
  /** The product. */
  | "multiply";

/** A code that was read, in the two ways in which it is written. */
export interface WrittenCode {
  /** Compact, as it is stored and looked up. */
  code: VoucherCode;
  /** In groups, as people are shown it. */
  grouped: string;
}

/**
 * Where the programme's local days come from. A named zone is expanded to a table when the rulebook is written, so that
 * no time-zone database decides points at run time.
 */
export type Zone =
  /** One offset for ever. */
  | {
      type: "fixed";
      /** Minutes ahead of UTC, −1,080 to 1,080. */
      offset_minutes: number;
    }
  /** Offsets that change at given moments. */
  | {
      type: "table";
      /** Minutes ahead of UTC before the first change. */
      offset_minutes: number;
      /** The changes, in strictly rising order of time. */
      changes: Transition[];
    };
