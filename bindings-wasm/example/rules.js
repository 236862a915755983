// The programme of the example: a point for 1.00, double for tea, half as much again for gold members.
export const RULEBOOK = {
  edition: 1, programme: "mall", effective_from: "2024-01-01", operator: "hq", currency: "CNY",
  assets: { CNY: { type: "money", code: "CNY", scale: 2 }, points: { type: "points" } },
  zone: { type: "fixed", offset_minutes: 480 },
  points: { points: { reimbursement: 8000 } },
  refunds: { days: 30, spent_points: "debt", unspent_points: "return" },
  tiers: ["silver", "gold"],
  earn: {
    groups: { base: "sum" },
    dimensions: { product: "max", tier: "max" },
    rules: [{
      id: "one-for-one", asset: "points", group: "base", funder: { type: "operator" },
      effect: { type: "per_amount", points: 1, per: 100 },
    }],
    multipliers: [
      { id: "tea-double", dimension: "product", factor: "2", when: { products: ["tea"] } },
      { id: "gold", dimension: "tier", factor: "1.5", when: { tiers: ["gold"] } },
    ],
  },
};

export const SETUP = [
  { type: "register_party", party: "hq", record: { type: "operator" } },
  { type: "register_party", party: "shop", record: { type: "merchant" } },
  { type: "register_party", party: "li", record: { type: "member", account: "li" } },
  { type: "register_party", party: "mo", record: { type: "member", account: "mo", tier: "gold" } },
  { type: "mint_points", asset: "points", points: 100000 },
];
