"""Random sequences of commands for a programme, from a seed. Most are meaningful, some are wrong in many ways."""

import json
import random
from fractions import Fraction

from extremes import DAY, END, Extremes
from payout_commands import PayoutCommands
from randompacks import PackCommands
from recognition import standing
from settle import Unsettled
from values import Reject, copy, day_number, day_text, hash_of, instant_text, ms, plus_days, window_next
from voucher_commands import PRODUCTS, VoucherCommands

MERCHANTS = {"a": None, "b": None, "c": "br1", "d": "br2", "mill": None, "inn": "br1"}
STORES = {"a-1": "a", "c-1": "c", "mill-1": "mill"}
BRANCHES, ALLIANCES, PARTNERS = ["br1", "br2"], ["old-town", "harbour"], ["brand", "dairy-board"]
STAFF = {"st-a": "a", "st-b": "b", "st-c": "c"}
MEMBERS = {"m1": "acc-1", "m2": "acc-2", "m3": "acc-3", "m4": "acc-3"}
TAGS, CHANNELS = ["local", "bulk", "new"], ["till", "app", "web"]
ROLES, FLAGS, LANES = ["teacher", "staff", "agent"], ["follows", "vip"], ["main", "main", "main", "night"]
BIRTHDAYS = ["01-01", "02-29", "05-06", "12-31", "02-28", "03-01"]
JUNK = [None, True, False, 0, 1, -1, -7, 2 ** 53 - 1, 2 ** 53, 1 - 2 ** 53, "", "a", "hq", "m1", "points", "x" * 65, "ä b", [],
        {}, ["a"], [None], {"type": "whole"}, {"type": "points"}, {"type": "never"}, {"a": 1}, "2024-02-30", "2024-05-01",
        "1899-12-31", "2024-05-01T00:00:00Z", "2024-05-01T24:00:00Z", "00000000-0000-0000-0000-000000000001.1",
        "00000000-0000-0000-0000-000000000001.01", "1.50", "0.5", "1000001", "main", 4_294_967_295, 4_294_967_296, 501]


class Generator(VoucherCommands, PayoutCommands, PackCommands, Extremes):
    def __init__(self, seed, programme):
        self.r, self.p = random.Random(seed), programme
        self.seed, self.number, self.sent, self.purchases = seed, 0, [], 0
        first = programme.rulebooks[0]
        self.points = [a for a, v in first.assets.items() if v["type"] == "points"] or ["points"]
        self.tiers = sorted({t for r in programme.rulebooks for t in r.tiers})
        self.categories = sorted({c for r in programme.rulebooks for c in r.parents})
        self.campaigns = sorted({c for r in programme.rulebooks for c in r.campaigns})
        self.activities = sorted({a["activity"] for r in programme.rulebooks for a in r.activities})
        self.extra = sorted({f["id"] for r in programme.rulebooks
                             for o in [*r.rules, *r.activities, *r.campaigns.values(), *r.plans]
                             for f in [o.get("funder", {}), o.get("payer", {})] if f.get("type") == "party"})
        self.op = first.operator
        self.now = (day_number(first.effective_from) + 1) * DAY + self.r.randrange(DAY)
        self.ready = False
        self.pace = self.r.choice([600_000, 3_600_000, DAY // 4, DAY // 2, DAY, 3 * DAY])
        self.vouchers = self.r.choice([0, 0.6, 1, 2, 3])
        self.payouts = self.r.choice([0.5, 1, 2, 4])
        self.choose_extremes()

    # ------------------------------------------------------------ envelope

    def command(self, kind, actor, **fields):
        self.number += 1
        r = self.r
        roll = r.random() if self.ready else r.random() ** 0.1
        booked, at = self.now, self.now
        if roll < 0.10:
            at = booked - r.randrange(3 * DAY)
        elif roll < 0.12:
            at = booked - r.randrange(60 * DAY)
        elif roll < 0.125:
            at = booked + 1 + r.randrange(DAY)
        elif roll < 0.14:
            booked -= r.randrange(5 * DAY)
            at = booked
        elif roll < 0.145:
            booked = at = booked - r.randrange(80 * DAY)
        at = max(at, 0)
        tail = f"{self.number * 7919 % 0xffff:04x}-{self.seed % 10 ** 6:06}{self.number:06}"
        out = {"v": 1, "id": f"{r.randrange(2 ** 32):08x}-0000-4000-{tail}", "at": instant_text(min(at, END)),
               "booked": instant_text(max(booked, 0)), "actor": actor, "type": kind}
        out.update((k, v) for k, v in fields.items() if v is not None)
        return out

    def maybe(self, chance, value):
        return value() if self.r.random() < chance else None

    def some(self, items, most=2):
        return self.r.sample(list(items), min(len(items), self.r.randrange(most + 1)))

    def who(self, right, others=("hq", "a", "b", "st-a", "m1", "nobody", "br1")):
        """Mostly an actor who may, sometimes one who may not."""
        if self.r.random() < 0.03:
            return self.r.choice(others)
        return self.op if self.r.random() < 0.4 else right

    # ------------------------------------------------------------ parties

    def terms(self, since):
        r, pts = self.r, self.points
        fees = self.large_fees()
        for _ in range(r.choice([0, 0, 1, 2, 4])):
            fees.append(r.choice([
                {"type": "sales", "rate": r.choice(["0.03", "0.0125", "0.005", "1", "0", "0.030"])},
                {"type": "sales", "rate": "0.0333", "of": r.choice(["all", "members"])},
                {"type": "points_awarded", "asset": r.choice(pts), "unit_price": r.choice([0, 1, 777, 10_000])},
                {"type": "points_redeemed", "asset": r.choice(pts), "unit_price": r.choice([1, 501])},
                {"type": "fixed", "amount": r.choice([0, 1, 9_900])}]))
        out = {"from": since,
               "earn": {a: {"points": r.randint(1, 20), "per": r.choice([100, 300, 7])} for a in pts if r.random() < 0.8},
               "accepts": [a for a in pts if r.random() < 0.9],
               "reimbursement": {a: r.choice([0, 1, 5_000, 9_000, 12_345]) for a in pts if r.random() < 0.3},
               "point_price": {a: r.choice([0, 10_000, 9_999, 300]) for a in pts if r.random() < 0.8},
               "on_shortage": r.choice(["reduce", "none", "postpaid", "postpaid", "postpaid", "refuse"]),
               "postpaid_price": {a: r.choice([0, 12_000, 500]) for a in pts if r.random() < 0.8},
               "fees": fees, "guide": r.choice([None, "st-a", "st-b", "st-c", "st-c", "m1"]), "prices": self.prices(),
               "enrol_after": r.choice([None, None, 0, 1, 2, 3, -1 if self.ready and r.random() < 0.2 else 1]),
               "discounts_at": self.some([*MERCHANTS, *ALLIANCES]) if r.random() < 0.1 else None}
        return {k: v for k, v in out.items() if v or v is not None and r.random() < 0.3}

    def prices(self):
        r, wrong = self.r, self.ready and self.r.random() < 0.1
        ids = ["card", "card-2", "crew", "tea"]
        return [{"id": ids[n] if not wrong else r.choice(ids), "holder": r.choice(["member", "member", "staff"]),
                 "off": r.choice(["0.1", "0.125", "0.333333", "0.05", "1"] + ["0", "1.01", "2"] * wrong),
                 "categories": self.some(self.categories + ["none"] * wrong) if r.random() < 0.4 else []}
                for n in range(r.choice([0, 1, 2, 3, 4]))]

    def versions(self):
        first = self.p.rulebooks[0].effective_from
        out = [self.terms(first)]
        if self.r.random() < 0.5:
            out.append(self.terms(plus_days(first, self.r.randint(1, 60))))
        return out

    def setup(self):
        """Registers everybody and supplies points."""
        r, op = self.r, self.op
        yield self.command("register_party", op, party=op, record={"type": "operator", "terms": self.versions()})
        for b in BRANCHES:
            yield self.command("register_party", op, party=b, record={"type": "branch", "terms": self.versions()})
        for a in ALLIANCES:
            yield self.command("register_party", op, party=a, record={"type": "alliance"})
        for p in sorted({*PARTNERS, *self.extra} - {*MERCHANTS, *STORES, *BRANCHES, op}):
            if r.random() < 0.95:
                yield self.command("register_party", op, party=p, record={
                    "type": "partner", "terms": self.versions(), "roles": self.some(ROLES)})
        for m, b in MERCHANTS.items():
            record = {"type": "merchant", "terms": self.versions(), **self.joined()}
            yield self.command("register_party", op, party=m, record={**record, **({"branch": b} if b else {})})
        for s, m in STORES.items():
            yield self.command("register_party", self.who(m), party=s, record={
                "type": "store", "merchant": m, "terms": self.versions()})
        for s, m in STAFF.items():
            yield self.command("register_party", self.who(m), party=s, record={
                "type": "staff", "merchant": m, "roles": self.some(ROLES), **({"account": "acc-1"} if s == "st-b" else {}),
                **({"alliance": r.choice(ALLIANCES)} if r.random() < 0.5 else {})})
        for m, account in MEMBERS.items():
            enrolled = r.choice([None, "a", "a", "a-1", "c", "mill-1"])
            record = {"type": "member", "account": account, "enrolled_by": enrolled, "flags": self.some(FLAGS),
                      "member_of": self.some(MERCHANTS), "roles": self.some(ROLES),
                      "employee_of": self.some(MERCHANTS, 1) if r.random() < 0.5 else None,
                      "tier": self.maybe(0.7, lambda: r.choice(self.tiers)) if self.tiers else None,
                      "birthday": self.maybe(0.8, lambda: r.choice(BIRTHDAYS))}
            yield self.command("register_party", self.who(enrolled or op), party=m,
                               record={k: v for k, v in record.items() if v is not None})
        for asset in self.points:
            for lane in ("main", "main", "night"):
                if r.random() < 0.8:
                    yield self.command("mint_points", op, asset=asset, points=r.choice([500, 5_000, 100_000, 10_000_000]),
                                       lane=lane)
        for _ in range(10):
            yield self.supply()
        if any(b.referral is not None for b in self.p.rulebooks):
            yield from self.first_bindings()
            yield from self.first_packs()
        self.ready = True

    def supply(self):
        r = self.r
        seller = r.choice([self.op, self.op, "br1", "br2"])
        takers = {"br1": ["c", "inn", "c-1"], "br2": ["d"], self.op: ["a", "b", "mill", "a-1", "mill-1", "br1", "br2",
                                                                    "brand", "dairy-board"] + self.extra}
        taker = r.choice(takers[seller]) if r.random() < 0.95 else r.choice(["a", "c", "br1", "m1", "st-a", "nobody"])
        asset, points = r.choice(self.points), r.choice([10, 50, 300, 2_000, 40_000])
        if r.random() < 0.65:
            return self.command("sell_points", self.who(seller), seller=seller, buyer=taker, asset=asset, points=points,
                                unit_price=self.maybe(0.4, lambda: r.choice([0, 1, 300, 9_999, 10_000])))
        return self.command("grant_points", self.who(seller), to=taker, asset=asset, points=points, **{"from": seller})

    # ------------------------------------------------------------ commands

    def next(self):
        kinds = [(self.purchase, 24 + 10 * self.vouchers + 8 * self.payouts), (self.activity, 6), (self.refund, 14),
                 (self.redeem, 8), (self.hold, 7), (self.capture, 4), (self.release, 3), (self.confirm, 7), (self.sweep, 3), (self.give, 4),
                 (self.supply, 6), (self.mint, 2), (self.lane, 4), (self.terms_again, 3), (self.member, 3),
                 (self.enrol, 3), (self.alliance, 2), (self.close, 3), (self.register, 1)]
        kinds += [(make, weight * self.vouchers) for make, weight in self.voucher_kinds()]
        kinds += [(make, weight * self.payouts) for make, weight in self.payout_kinds()] + self.pack_kinds()
        self.now += int(self.r.expovariate(1 / self.pace)) if self.r.random() < 0.9 else 20 * self.pace
        self.near_the_end()
        return self.r.choices([k for k, _ in kinds], [w for _, w in kinds])[0]()

    def asset(self):
        return self.r.choice(self.points) if self.r.random() < 0.98 else self.r.choice(["CNY", "EUR", "nothing"])

    def merchant(self):
        return self.r.choice(list(MERCHANTS)) if self.r.random() < 0.98 else self.r.choice(["hq", "nobody", "br1"])

    def member_id(self):
        return self.r.choice(list(MEMBERS)) if self.r.random() < 0.98 else self.r.choice(["a", "nobody"])

    def account(self, member):
        record = self.p.book.get(f"party/{member}")
        account = record and record["record"]["party"].get("account")
        entry = account and self.p.book.get(f"account/{account}")
        return entry["record"] if entry else {"lots": [], "holds": [], "debts": []}

    def some_points(self, member, asset):
        have = sum(l["points"] for l in self.account(member)["lots"] if l["asset"] == asset)
        return self.r.choice([1, 10, max(have // 2, 1), max(have // 3, 1), have, have + 1, 100])

    def purchase(self):
        r, merchant = self.r, self.merchant()
        member = self.maybe(0.88, self.member_id)
        if self.vouchers and r.random() < 0.5:
            member = self.holder(self.a_voucher(self.held)[1])
        stores = [s for s, m in STORES.items() if m == merchant]
        lines, n = [], 0
        for _ in range(r.choice([1, 1, 2, 3, 5])):
            n += r.randint(1, 3)
            gross = r.choice([0, 100, 999, 1_000, 6_030, 50_000, r.randrange(200_000), *self.large_gross()])
            discounts = [{"funder": r.choice([merchant, self.op, "brand", "br1", "a-1", "m1" if r.random() < 0.03 else "b"]),
                          "amount": r.choice([0, gross // 10, gross // 3, 77, gross])}
                         for _ in range(r.choice([0, 0, 1, 2, 3]))]
            if r.random() < 0.4:
                self.claim_price(member, merchant, gross, discounts)
            line = {"n": n, "product": r.choice(PRODUCTS), "quantity": r.choice([0, 1, 2, 3, 7]), "gross": gross,
                    "category": self.maybe(0.7, lambda: r.choice(self.categories)) if self.categories else self.maybe(0.02, lambda: "x"),
                    "tags": self.some(TAGS), "discounts": discounts}
            lines.append({k: v for k, v in line.items() if v is not None and (v != [] or r.random() < 0.5)})
        r.shuffle(lines)
        tender = None
        if member and r.random() < 0.3:
            holds = [h["id"] for h in self.account(member)["holds"]]
            asset = self.asset()
            if holds and r.random() < 0.6:
                tender = {"type": "hold", "hold": r.choice(holds), "points": r.choice([1, 5, 20, 60])}
            else:
                tender = {"type": "points", "asset": asset, "points": self.some_points(member, asset)}
        vouchers = self.for_purchase(member, merchant) if self.vouchers else None
        self.purchases += 1
        return self.command("record_purchase", self.who(r.choice([merchant] + stores)),
                            purchase=f"s-{self.purchases}" if r.random() < 0.98 else "s-1", merchant=merchant,
                            store=self.maybe(0.5, lambda: r.choice(stores)) if stores else None, member=member,
                            channel=self.maybe(0.6, lambda: r.choice(CHANNELS)), lines=lines, tender=tender, vouchers=vouchers,
                            referrer=self.maybe(0.15, self.person), clerk=self.maybe(0.3, lambda: self.a_clerk(merchant)),
                            payout_ratio=self.maybe(0.1, lambda: r.choice(["0.02", "0.2", "1", "1.1"])),
                            lane=self.maybe(0.4, lambda: r.choice(LANES)))

    def a_clerk(self, merchant):
        good = [s for s, m in STAFF.items() if m == merchant]
        return self.r.choice(good) if good and self.r.random() < 0.97 else self.maybe(0.03, lambda: self.r.choice(["st-a", "m1", "ghost"]))

    def claim_price(self, member, merchant, gross, discounts):
        """Mostly a price that the buyer has, and mostly what it takes off; it may be another day's, or not the line's."""
        r, record = self.r, self.party(merchant)
        prices = [p for terms in (record or {}).get("terms", []) for p in terms.get("prices", [])]
        if r.random() < 0.9:
            self.rulebook, who = self.p.rulebook_at(instant_text(self.now)), self.party(member)
            prices = [p for p in prices if standing(self, who, merchant, p["holder"]) is not None]
        for price in r.sample(prices, min(len(prices), 2 if r.random() < 0.04 else 1)):
            off = Fraction(price["off"]) * gross // 1 + r.choice([0] * 40 + [1, -1])
            discounts.insert(r.randrange(len(discounts) + 1), {
                "funder": merchant if r.random() < 0.98 else self.op, "amount": off,
                "price": price["id"] if r.random() < 0.98 else "none"})

    def party(self, party_id):
        entry = self.p.book.get(f"party/{party_id}")
        return entry["record"]["party"] if entry else None

    def activity(self):
        member = self.member_id()
        merchant = self.maybe(0.7, self.merchant)
        return self.command("record_activity", self.who(merchant or member), member=member,
                            activity=self.r.choice(self.activities + ["nothing"] * (not self.activities or self.r.random() < 0.05)),
                            count=self.r.choice([1, 1, 2, 5, 20]), merchant=merchant,
                            channel=self.maybe(0.5, lambda: self.r.choice(CHANNELS)), lane=self.maybe(0.2, lambda: "night"))

    def a_purchase(self, waiting=False):
        known = [k for k in self.p.book if k.startswith("purchase/")]
        if not known or self.r.random() < 0.01:
            return "s-none", None
        recent = known[-12:] if self.r.random() < 0.9 else known
        key = self.r.choice(recent)
        if waiting:
            awaited = {l["awaits"] for e in self.p.book.values() if e["record"]["type"] == "account"
                       for l in e["record"]["lots"] if "awaits" in l}
            if awaited and self.r.random() < 0.8:
                key = "purchase/" + self.r.choice(sorted(awaited))
        elif self.vouchers and self.r.random() < 0.4:
            key = self.a_purchase_with("vouchers") or key
        elif self.r.random() < 0.5:
            key = self.a_purchase_with("payouts") or key
        return key[9:], self.p.book[key]["record"]

    def refund(self):
        r = self.r
        purchase, record = self.a_purchase()
        returned = [{"type": "whole"}]
        if record is not None and r.random() < 0.8:
            lines, returned = record["lines"], []
            kind = r.choice(["amount", "quantity", "quantity", "line_amount", "mixed"])
            net = sum(max(l["net"], 0) for l in lines)
            if kind == "amount":
                returned = [{"type": "amount", "amount": r.choice([1, 100, max(net // 2, 1), net, net + 1, net // 3 + 1])}]
            else:
                for line in r.sample(lines, r.randint(1, len(lines))):
                    if kind == "line_amount" or kind == "mixed" and r.random() < 0.5:
                        returned.append({"type": "line_amount", "line": line["n"],
                                         "amount": r.choice([1, max(line["net"] // 2, 1), max(line["net"], 1), 333])})
                    else:
                        returned.append({"type": "quantity", "line": line["n"],
                                         "quantity": r.choice([1, max(line["quantity"], 1), max(line["quantity"], 1), 1])})
        return self.command("refund_purchase", self.who(record["merchant"] if record else self.op), purchase=purchase,
                            returned=returned)

    def confirm(self):
        purchase, record = self.a_purchase(waiting=True)
        return self.command("confirm_purchase", self.who(record["merchant"] if record else self.op), purchase=purchase)

    def redeem(self):
        member, asset = self.member_id(), self.asset()
        merchant = self.merchant() if self.r.random() < 0.85 else self.op
        return self.command("redeem_points", self.who(self.r.choice([member, merchant])), member=member,
                            merchant=merchant, asset=asset, points=self.some_points(member, asset))

    def hold(self):
        member, asset = self.member_id(), self.asset()
        merchant = self.merchant() if self.r.random() < 0.9 else self.op
        return self.command("hold_points", self.who(self.r.choice([member, merchant])), member=member,
                            merchant=merchant, asset=asset, points=self.some_points(member, asset),
                            until=self.later(self.r.choice([0, 1, DAY, 3 * DAY, 12 * DAY, 30 * DAY, 90 * DAY, 90 * DAY + 1])))

    def later(self, wait):
        return instant_text(min(max(self.now + wait, 0), END))

    def a_hold(self):
        member = self.member_id()
        holds = self.account(member)["holds"]
        held = [m for m in MEMBERS if self.account(m)["holds"]]
        if not holds and held and self.r.random() < 0.95:
            member = self.r.choice(held)
            holds = self.account(member)["holds"]
        hold = self.r.choice(holds) if holds else {"id": "00000000-0000-0000-0000-000000000001.1", "merchant": "a",
                                                   "parts": [{"points": 5}]}
        return member, hold, sum(p["points"] for p in hold["parts"])

    def capture(self):
        member, hold, held = self.a_hold()
        return self.command("capture_hold", self.who(hold["merchant"]), member=member, hold=hold["id"],
                            points=self.r.choice([1, max(held // 2, 1), held, held + 1]))

    def release(self):
        member, hold, _ = self.a_hold()
        return self.command("release_hold", self.who(self.r.choice([hold["merchant"], member])), member=member,
                            hold=hold["id"])

    def sweep(self):
        return self.command("sweep", self.who(self.op), account=self.r.choice([*MEMBERS.values(), "acc-9"]))

    def give(self):
        member = self.member_id()
        record = self.p.book.get(f"party/{member}")
        enrolled = (record["record"]["party"].get("enrolled_by") if record else None) or "a"
        giver = enrolled if self.r.random() < 0.95 else self.merchant()
        return self.command("give_points", self.who(giver), member=member, asset=self.asset(),
                            points=self.r.choice([1, 7, 60, 400]), **{"from": giver})

    def mint(self):
        return self.command("mint_points", self.who(self.op), asset=self.asset(), points=self.r.choice([100, 3_000, 100_000]),
                            lane=self.maybe(0.5, lambda: self.r.choice(LANES)))

    def lane(self):
        r = self.r
        party = r.choice(["a", "b", "c", "mill", "a-1", self.op, "br1", "brand"])
        subject = {"type": "stock", "party": party, "asset": self.asset()}
        if self.campaigns and r.random() < 0.5:
            party = self.op
            subject = {"type": r.choice(["budget_points", "budget_money"]), "campaign": r.choice(self.campaigns)}
        lanes = r.sample(["main", "night"], 2) if r.random() < 0.95 else ["main", "main"]
        return self.command("move_lane", self.who(party), subject=subject, to=lanes[1],
                            amount=r.choice([1, 5, 40, 200, 5_000]), **{"from": lanes[0]})

    def terms_again(self):
        r = self.r
        since = self.today(r.choice([-20, 0, 1, 10]))
        party = r.choice([*MERCHANTS, *STORES, *BRANCHES, "brand", self.op]) if r.random() < 0.97 else "m1"
        return self.command("set_terms", self.who(self.op), party=party, terms=self.terms(since))

    def member(self):
        r, member = self.r, self.member_id()
        enrolled = (self.party(member) or {}).get("enrolled_by")
        return self.command("set_member", self.who(enrolled or self.op), member=member,
                            tier=self.maybe(0.4, lambda: r.choice(self.tiers or ["gold"])),
                            roles=self.maybe(0.3, lambda: self.some(ROLES)), flags=self.maybe(0.3, lambda: self.some(FLAGS)),
                            member_of=self.maybe(0.3, lambda: self.some(MERCHANTS)),
                            employee_of=self.maybe(0.3, lambda: self.some(MERCHANTS)),
                            birthday=self.maybe(0.3, lambda: r.choice(BIRTHDAYS)))

    def enrol(self):
        member, merchant = self.member_id(), self.merchant()
        return self.command("enrol_member", self.who(self.r.choice([member, merchant])), member=member, merchant=merchant)

    def alliance(self):
        r, merchant = self.r, self.merchant()
        return self.command(r.choice(["join_alliance", "leave_alliance"]), self.who(merchant), merchant=merchant,
                            alliance=r.choice(ALLIANCES + ["nothing"]))

    def register(self):
        r = self.r
        return self.command("register_party", self.who(r.choice([self.op, self.op, "a"])), party=r.choice(["new-1", "a", "hq", "new-2"]), record=r.choice([
            {"type": "merchant", "branch": "a"}, {"type": "partner", "terms": [self.terms("2024-01-01"), self.terms("2024-01-01")]},
            {"type": "store", "merchant": "nobody"}, {"type": "alliance"}, {"type": "operator"},
            {"type": "merchant", "joined": {"harbour": "2024-01-01"}}, {"type": "staff", "merchant": "a", "alliance": "a"},
            {"type": "member", "account": "acc-2", "enrolled_by": "br1"},
            {"type": "member", "account": "acc-2", "tier": "none"}]))

    def close(self):
        """Mostly the earliest open window, sometimes another."""
        r, p = self.r, self.p
        books = p.book.get("books", {"record": {"residues": {}}})["record"]
        starts = sorted(k[0] for k in p.tally.cells if k[0] >= books.get("closed_until", k[0]))
        start = books.get("closed_until", starts[0] if starts else None)
        if start is None:
            return self.sweep()
        try:
            settled = p.settle_window(start, books["residues"])
        except (Unsettled, Reject):
            return self.sweep()
        until = settled["period"]["until"]
        if until > day_text(self.now // DAY) and r.random() < 0.7:
            return self.sweep()
        settled, period, total = copy(settled), dict(settled["period"]), hash_of("settlement", settled)
        roll = r.random()
        if roll < 0.05:
            total = total[::-1]
        elif roll < 0.1:
            period["until"] = plus_days(until, 1)
        elif roll < 0.13:
            settled["currency"] = "ABC"
        return self.command("close_books", self.who(self.op), period=period, settlement=settled, statement_hash=total)

    # ------------------------------------------------------------ wrong lines

    def line(self, command):
        """The bytes of a command: sometimes broken, sometimes one sent before."""
        r = self.r
        roll = r.random() if self.number > 1 else 0.5  # without its operator a programme does nothing
        if self.sent and roll < 0.02:
            command = r.choice(self.sent)
            if r.random() < 0.4:
                command = {**command, "actor": "b"}
        elif roll < 0.07 and (self.ready or roll < 0.03):
            command = self.broken(command)
        self.sent.append(command)
        text = json.dumps(command, ensure_ascii=r.random() < 0.5)
        if roll > 0.995:
            return self.garbled(text)
        if roll > 0.97:
            text = "  " + text + " \t\r"
        return text.encode("utf-8", "surrogatepass")

    def broken(self, command):
        """The command with one or two places changed."""
        command = copy(command)
        for _ in range(self.r.choice([1, 1, 2])):
            places = list(self.places(command))
            container, key = self.r.choice(places)
            roll = self.r.random()
            if roll < 0.2:
                del container[key]
            elif roll < 0.35 and isinstance(container, dict):
                container[self.r.choice(["extra", "Ü", "type", "v", "terms", "a b"])] = copy(self.r.choice(JUNK))
            elif roll < 0.45 and isinstance(container, list):
                container.append(copy(container[key]))
            elif roll < 0.65 and isinstance(container[key], int):
                container[key] = self.r.choice([-container[key], 0, -1, 2 ** 53 - 1, container[key] + 1])
            else:
                container[key] = copy(self.r.choice(JUNK))
            if not command:
                break
        return command

    def places(self, value):
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            yield value, key
            yield from self.places(item)

    def garbled(self, text):
        r, i = self.r, self.r.randrange(len(text))
        data = text.encode("utf-8", "surrogatepass")
        return r.choice([
            data[:i], data[:i] + bytes([r.choice(b'{}[],:"\\x01e.-0 \xff')]) + data[i:], data[:i] + data[i + 1:], b"", b"  ",
            data + b"}", data.replace(b": 1", b": 01", 1), data.replace(b": 1", b": 1.0", 1), b"\xef\xbb\xbf" + data,
            data.replace(b'"at"', b'"id"', 1), data.replace(b'"at"', b'"\\ud83d\\ude00"', 1),
            data.replace(b'"at"', b'"\\ud83d"', 1)]).replace(b"\n", b"")
