"""Member accounts: lots, putting in, maturing, spending, holds, debts (rulebook.md, 4, 6 and 7.4)."""

from rulebook import expiry_day
from values import MAX, Reject, amt, copy, item_key, ms

NEW = {"type": "account", "counters": [], "debts": [], "holds": [], "lots": [], "purchases": {}}
CLASS = ("active", "asset", "campaign", "awaits", "expires", "funder", "reimbursement", "state", "unit_cost")


def same(lot, other):
    return all(lot.get(f) == other.get(f) for f in CLASS)


def has_room(lot, other):
    """Whether a lot can take another's points: they and what they cost or are redeemed for must be amounts."""
    points = lot["points"] + other["points"]
    return max(points, points * lot["unit_cost"], points * lot["reimbursement"]) <= MAX


def late(expires):
    """Expiry days in order; never is last."""
    return expires if expires is not None else "~"


WINDOWS = ["day", "week", "month", "year"]


def counter_key(counter):
    return counter["cap"], WINDOWS.index(counter["window"]), counter["from"]


def spending_order(lot):
    return late(lot.get("expires")), lot["active"], item_key(lot["id"])


class Account:
    """The working copy of an account within a decision."""

    def __init__(self, decision, account_id):
        self.decision, self.id, self.key = decision, account_id, f"account/{account_id}"
        self.before = decision.record(self.key)
        record = copy(self.before) if self.before is not None else copy(NEW)
        self.counters, self.debts, self.holds = record["counters"], record["debts"], record["holds"]
        self.purchases, self.last_booked = record["purchases"], record.get("last_booked")
        self.lots = record["lots"]
        self.vouchers = record.get("vouchers", {})
        self.packs = record.get("packs", {})
        self.touched, self.counted, self.bought, self.claimed, self.packed = set(), set(), set(), set(), set()
        self.holds_changed = self.debts_changed = False
        self.told_held = {}  # of lots, the held points that count as spent by now

    # ------------------------------------------------------------ small things

    def live(self):
        return [lot for lot in self.lots if lot["points"] > 0]

    def lot(self, lot_id):
        """The lot with this id that has points."""
        return next((lot for lot in self.live() if lot["id"] == lot_id), None)

    def change(self, lot, points):
        lot["points"] = amt(lot["points"] + points)
        self.touched.add(lot["id"])

    def side(self, kind):
        return f"{self.id}/{kind}"

    def lot_side(self, lot):
        """Where the points or the money of a lot stand."""
        if not self.is_money(lot):
            return self.side(lot["state"])
        return self.side("commission_pending" if lot["state"] == "pending" else "commission_available")

    def is_money(self, lot):
        return lot["asset"] == self.decision.rulebook.currency

    def available(self, payer):
        """The available money of a payer, in spending order."""
        return sorted((l for l in self.live() if self.is_money(l) and l["state"] == "spendable"
                       and l["funder"] == payer), key=spending_order)

    def put_money(self, lot):
        return self.join_money(lot) or self.open(lot)

    def join_money(self, lot):
        """One lot for each payer and active day that is to come, one for what is available of a payer (13.1)."""
        there = [l for l in self.live() if self.is_money(l) and has_room(l, lot) and l["funder"] == lot["funder"]
                 and l["state"] == lot["state"] and (l["state"] == "spendable" or l["active"] == lot["active"])]
        if not there:
            return None
        found = min(there, key=lambda l: item_key(l["id"]))
        self.change(found, lot["points"])
        return found

    def put(self, lot):
        """Put in a lot (4.2, 13.1); what it is now part of."""
        if self.is_money(lot):
            return self.put_money(lot)
        if "awaits" in lot:
            return self.open_new(lot)
        others = [l for l in self.live() if "awaits" not in l and has_room(l, lot)]
        equal = [l for l in others if same(l, lot)]
        if equal:
            found = min(equal, key=lambda l: item_key(l["id"]))
        elif len(self.live()) < 256:
            return self.open_new(lot)
        else:
            kin = [l for l in others if all(l.get(f) == lot.get(f) for f in (
                "asset", "funder", "unit_cost", "reimbursement", "campaign", "state"))
                and late(l.get("expires")) >= late(lot.get("expires"))
                and (lot["state"] == "spendable" or l["active"] >= lot["active"])]
            if not kin:
                return self.open_new(lot)
            found = min(kin, key=spending_order)
        self.change(found, lot["points"])
        return found

    def open_new(self, lot):
        """A lot of its own, if what it costs and is redeemed for are amounts."""
        amt(lot["points"] * lot["unit_cost"])
        amt(lot["points"] * lot["reimbursement"])
        return self.open(lot)

    def open(self, lot):
        """A lot of its own."""
        self.lots = [l for l in self.lots if l["id"] != lot["id"]]
        self.lots.append({k: v for k, v in lot.items() if v is not None})
        self.touched.add(lot["id"])
        return self.lots[-1]

    def settle_in(self, lot, points):
        """Points that just became spendable (4.6)."""
        if lot.get("expires") is not None and lot["expires"] <= self.decision.today:
            self.expire(lot, lot["expires"])
        else:
            self.repay(lot, points, self.decision.day)

    # ------------------------------------------------------------ maturing (4.4)

    def mature(self, strict=True):
        d = self.decision
        if self.last_booked is not None and ms(d.booked) < ms(self.last_booked):
            if strict:
                raise Reject("clock_backwards", "booked")
            return
        self.last_booked = d.booked
        while True:
            due = []
            for lot in self.live():
                if lot["state"] == "pending" and "awaits" not in lot and lot["active"] <= d.today:
                    due.append((lot["active"], 0, item_key(lot["id"]), lot))
                if lot.get("expires") is not None and lot["expires"] <= d.today:
                    due.append((lot["expires"], 2, item_key(lot["id"]), lot))
            for hold in self.holds:
                if ms(hold["until"]) <= ms(d.booked):
                    due.append((d.rulebook.day(hold["until"]), 1, item_key(hold["id"]), hold))
            if not due:
                return
            day, kind, _, what = min(due, key=lambda x: x[:3])
            if kind == 0 and self.is_money(what):
                self.make_available(what, day)
            elif kind == 0:
                self.activate(what, day)
                self.repay(what, what["points"], day)
            elif kind == 1:
                self.remove_hold(what)
                self.release(what, day)
            else:
                self.expire(what, day)

    def activate(self, lot, day):
        self.touched.add(lot["id"])
        lot["state"] = "spendable"
        lot.pop("awaits", None)
        self.decision.post(self.side("pending"), self.side("spendable"), lot["asset"], lot["points"], day, "activation")
        self.decision.event("points_activated", account=self.id, asset=lot["asset"], lot=lot["id"], points=lot["points"])

    def make_available(self, lot, day):
        """Pending money joins what is available of its payer (13.1)."""
        d, amount = self.decision, lot["points"]
        self.change(lot, -amount)
        there = self.put_money({**lot, "points": amount, "state": "spendable"})
        d.post(self.side("commission_pending"), self.side("commission_available"), lot["asset"], amount, day, "activation")
        d.event("payout_available", account=self.id, amount=amount, asset=lot["asset"], lot=there["id"])
        self.repay(there, amount, day)

    def expire(self, lot, day):
        points = lot["points"]
        self.change(lot, -points)
        self.post_expiry(lot, points, lot["state"], day)

    def post_expiry(self, lot, points, state, day):
        d, op = self.decision, self.decision.rulebook.operator
        d.post(self.side(state), f"{op}/expired", lot["asset"], points, day, "expiry")
        d.post_fine(f"{op}/backing", f"{op}/breakage", points * lot["unit_cost"], day, "breakage")
        d.event("points_expired", account=self.id, asset=lot["asset"], lot=lot["id"], points=points)

    # ------------------------------------------------------------ debts (7.4)

    def repay(self, lot, points, day, inside=True):
        """Up to so many points of a lot, which may be in no account, repay debts, oldest first; what is left."""
        d = self.decision
        for debt in list(self.debts):
            part = min(points, lot["points"] if inside else points, debt["points"])
            if debt["asset"] != lot["asset"] or part <= 0:
                continue
            points -= part
            if inside:
                self.change(lot, -part)
            debt["points"] -= part
            self.debts_changed = True
            if self.is_money(lot):
                d.post(self.lot_side(lot), f"{debt['creditor']}/settlement", lot["asset"], part, day, "commission_refund")
            else:
                self.post_redemption("spendable", debt["creditor"], lot, part, lot["reimbursement"], day)
            d.event("debt_repaid", account=self.id, asset=lot["asset"], creditor=debt["creditor"], debt=debt["id"],
                    points=part)
        self.debts = [debt for debt in self.debts if debt["points"] > 0]
        return points

    def incur(self, asset, creditor, points):
        debt = {"asset": asset, "creditor": creditor, "id": self.decision.new_id("debt"), "points": points}
        self.debts.append(debt)
        self.debts_changed = True
        self.decision.event("debt_incurred", account=self.id, asset=asset, creditor=creditor, debt=debt["id"],
                            points=points)

    # ------------------------------------------------------------ spending (6.1)

    def spendable(self, asset, party):
        """The lots that may be spent with a party, in spending order."""
        out = []
        for lot in self.live():
            if lot["state"] != "spendable" or lot["asset"] != asset:
                continue
            if "campaign" in lot:
                campaign = self.decision.rulebook.campaigns.get(lot["campaign"])
                if campaign is None or campaign.get("spend_at") and party not in campaign["spend_at"]:
                    continue
            out.append(lot)
        return sorted(out, key=spending_order)

    def draw(self, asset, party, points, path="points", code="insufficient_points"):
        """Take points out of lots in spending order: parts like lots, with what was taken."""
        lots = self.spendable(asset, party)
        if sum(lot["points"] for lot in lots) < points:
            raise Reject(code, path)
        parts = []
        for lot in lots:
            taken = min(points, lot["points"])
            if taken == 0:
                break
            parts.append({**lot, "points": taken})
            self.change(lot, -taken)
            points -= taken
        return parts

    def post_redemption(self, state, party, lot, points, paid, day):
        d, op = self.decision, self.decision.rulebook.operator
        d.post(self.side(state), f"{party}/redeemed", lot["asset"], points, day, "redemption")
        self.post_rates(party, lot, points, paid, day, 1)

    def post_rates(self, party, lot, points, paid, day, sign):
        d, op = self.decision, self.decision.rulebook.operator
        cost = lot["unit_cost"]
        low = min(cost, paid)
        d.post_fine(f"{op}/backing", f"{party}/settlement", sign * points * low, day, "reimbursement")
        d.post_fine(f"{op}/subsidy", f"{party}/settlement", sign * points * (paid - low), day, "subsidy")
        d.post_fine(f"{op}/backing", f"{op}/margin", sign * points * (cost - low), day, "margin")

    def redeem(self, state, party, asset, parts):
        """Redeem parts with a party at its terms on *day*; what remains for refunds."""
        d = self.decision
        terms = d.terms(party, d.day)
        remembered = []
        for part in parts:
            paid = terms.get("reimbursement", {}).get(asset, part["reimbursement"])
            self.post_redemption(state, party, part, part["points"], paid, d.day)
            remembered.append({"lot": part, "paid": paid})
        points = sum(part["points"] for part in parts)
        d.event("points_redeemed", account=self.id, asset=asset, merchant=party, points=points,
                value=d.tender_value(asset, points))
        return remembered

    # ------------------------------------------------------------ holds (6.2)

    def hold(self, hold_id, path="hold"):
        found = next((h for h in self.holds if h["id"] == hold_id), None)
        if found is None:
            raise Reject("unknown_hold", path)
        return found

    def remove_hold(self, hold):
        self.holds = [h for h in self.holds if h is not hold]
        self.holds_changed = True

    def split(self, parts, points):
        """The first so many points of parts, and the rest."""
        first, rest = [], []
        for part in parts:
            taken = min(points, part["points"])
            points -= taken
            if taken:
                first.append({**part, "points": taken})
            if part["points"] > taken:
                rest.append({**part, "points": part["points"] - taken})
        return first, rest

    def release(self, hold, day):
        d = self.decision
        for part in hold["parts"]:
            d.post(self.side("held"), self.side("spendable"), part["asset"], part["points"], day, "release")
            d.event("hold_released", account=self.id, asset=part["asset"], hold=hold["id"], points=part["points"])
            self.go_back(part, day)

    def go_back(self, part, day):
        """Points that left the account go back as their lot (4.7)."""
        if part.get("expires") is not None and part["expires"] <= day:
            left = self.repay(part, part["points"], day, inside=False)
            if left:
                self.post_expiry(part, left, "spendable", day)
            return
        there = self.lot(part["id"])
        if there is None:
            there = self.open(part)
        elif same(there, part) and has_room(there, part):
            self.change(there, part["points"])
        else:
            there = self.put({**part, "id": self.decision.new_id("lot")})
        self.repay(there, part["points"], day)

    # ------------------------------------------------------------ confirmation (4.5)

    def confirm(self, purchase_id, purchase):
        d = self.decision
        waiting = sorted((l for l in self.live() if l.get("awaits") == purchase_id), key=lambda l: item_key(l["id"]))
        if not waiting:
            raise Reject("nothing_to_confirm", "purchase")
        for lot in waiting:
            awards = [a for a in purchase["awards"] if any(p["lot"] == lot["id"] for p in a["parts"])]
            lot["active"] = d.day
            if awards and awards[0]["expiry"].get("from") == "spendable":
                expires = expiry_day(awards[0]["expiry"], purchase["day"], d.day)
                parts = [p for award in awards for p in award["parts"] if p["lot"] == lot["id"]]
                for one in (lot, *parts):
                    one.pop("expires", None)
                    if expires is not None:
                        one["expires"] = expires
            self.activate(lot, d.day)
            self.settle_in(lot, lot["points"])

    # ------------------------------------------------------------ counters and the change

    def counter(self, cap, window, first):
        asked = (cap, WINDOWS.index(window), first)
        return next((c for c in self.counters if counter_key(c) == asked), None)

    def count(self, cap, window, first, points):
        counter = self.counter(cap, window, first)
        if counter is None:
            counter = {"cap": cap, "from": first, "points": 0, "window": window}
            self.counters.append(counter)
        counter["points"] = amt(counter["points"] + points)
        self.counted.add(counter_key(counter))

    # ------------------------------------------------------------ packs (rulebook.md, 12.3)

    def give_of_pack(self, owner, brand, voucher_id):
        """The latest voucher of a brand."""
        self.packs.setdefault(owner, {"vouchers": {}})["vouchers"][brand] = voucher_id
        self.packed.add(owner)

    def replace_of_pack(self, owner, old, new):
        """The history follows a replacement, if the old one was the latest of its brand; it is written in any case."""
        self.packed |= {owner} & set(self.packs)
        latest = self.packs.get(owner, {}).get("vouchers", {})
        for brand in [b for b, voucher_id in latest.items() if voucher_id == old]:
            self.give_of_pack(owner, brand, new)

    def use_of_pack(self, voucher, count):
        """A voucher of a pack is used, or (below 0) its use is counted back: the day of the last use stays."""
        if "pack" not in voucher:
            return
        history = self.packs.setdefault(voucher["pack"], {"vouchers": {}})
        history["used"] = history.get("used", 0) + count
        if history["used"] == 0:
            del history["used"]
        if count > 0:
            history["last_used"] = self.decision.today
        self.packed.add(voucher["pack"])

    def patch(self):
        before = self.before or NEW
        out = {"type": "account", "last_booked": self.last_booked}
        counters = sorted((c for c in self.counters if counter_key(c) in self.counted), key=counter_key)
        lots = sorted((l for l in self.live() if l["id"] in self.touched), key=lambda l: item_key(l["id"]))
        gone = sorted((l["id"] for l in before["lots"] if self.lot(l["id"]) is None), key=item_key)
        bought = {m: self.purchases[m] for m in sorted(self.bought)}
        claimed = {s: self.vouchers[s] for s in sorted(self.claimed)}
        packed = {owner: self.packs[owner] for owner in sorted(self.packed)}
        for name, value in (("counters", counters), ("lots", lots), ("gone_lots", gone), ("purchases", bought),
                            ("vouchers", claimed), ("packs", packed)):
            if value:
                out[name] = value
        if self.holds_changed:
            out["holds"] = sorted(self.holds, key=lambda h: item_key(h["id"]))
        if self.debts_changed:
            out["debts"] = self.debts
        return out


def apply_patch(record, patch):
    """The account after a change."""
    record = copy(record) if record is not None else copy(NEW)
    made = {lot["id"]: lot for lot in patch.get("lots", [])}
    gone = set(patch.get("gone_lots", [])) | set(made)
    record["lots"] = sorted([l for l in record["lots"] if l["id"] not in gone] + list(made.values()),
                            key=lambda l: item_key(l["id"]))
    counted = {counter_key(c): c for c in patch.get("counters", [])}
    record["counters"] = sorted([c for c in record["counters"] if counter_key(c) not in counted]
                                + list(counted.values()), key=counter_key)
    record["holds"] = patch.get("holds", record["holds"])
    record["debts"] = patch.get("debts", record["debts"])
    record["purchases"].update(patch.get("purchases", {}))
    if "vouchers" in patch:
        record["vouchers"] = {**record.get("vouchers", {}), **patch["vouchers"]}
    if "packs" in patch:
        record["packs"] = {**record.get("packs", {}), **patch["packs"]}
    record["last_booked"] = patch["last_booked"]
    return record
