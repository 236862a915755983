"""Cutting and giving awards, and the lots that they make (rulebook.md, 3.6 to 3.8 and 4.1)."""

from earn import cap_counts
from rulebook import expiry_day
from values import Reject, allocate, amt, plus_days, window_start

WINDOWS = ["day", "week", "month", "year"]


class Awarding:
    """Cuts and gives the awards of one decision, one by one."""

    reason = "award"

    def __init__(self, d, account, lane, purchase=None, activity=None, numbers=()):
        self.numbers = numbers
        self.d, self.account, self.lane, self.purchase, self.activity = d, account, lane, purchase, activity
        self.caps = sorted((c for c in d.rulebook.caps if c["per"] != "line"),
                           key=lambda c: ((["purchase"] + WINDOWS).index(c["per"]), c["id"]))
        self.first = {c["id"]: window_start(d.day, c["per"]) for c in self.caps if c["per"] != "purchase"}
        self.before = {}
        windows = {c["id"]: c["per"] for c in self.caps}
        for cap_id, first in self.first.items():
            counter = account.counter(cap_id, windows[cap_id], first)
            self.before[cap_id] = counter["points"] if counter else 0
        self.taken = {c["id"]: 0 for c in self.caps}

    def resolve(self, award, merchant, store):
        """The party that funds an award; None if it would be a merchant that was not given."""
        funder = award["funder"]
        if funder["type"] == "operator":
            return self.d.rulebook.operator
        if funder["type"] == "party":
            return funder["id"]
        return store if funder["type"] == "store" and store is not None else merchant

    def give_all(self, awards, merchant, store):
        """The frozen awards, each with the points by line of those that gave something."""
        d = self.d
        for award in awards:
            award["holder"] = self.resolve(award, merchant, store)
            if award["holder"] is None:
                raise Reject("unknown_party", "merchant")
        for award in awards:
            if d.party(award["holder"]) is None:
                raise Reject("unknown_party", f"party/{award['holder']}")
        given = [frozen for frozen in map(self.give, awards) if frozen is not None]
        for award in d.less:
            award["holder"] = self.resolve(award, merchant, store)
            self.tell_arithmetic(award, [], 0)
        return given

    def give(self, award):
        d, holder, asset, campaign = self.d, award["holder"], award["asset"], award["campaign"]
        left, by, cuts = award["points"], None, []
        cut = lambda by, to: cuts.append({"by": by, "from": left, "to": to}) or (to, by)
        counting = [c for c in self.caps if cap_counts(c, award, self.activity)]
        for cap in counting:
            leaves = max(cap["points"] - self.before.get(cap["id"], 0) - self.taken[cap["id"]], 0)
            if leaves < left:
                left, by = cut(f"cap/{cap['id']}", leaves)

        price, has_budget = self.postpaid_price(holder, asset), False
        if campaign is not None:
            points_left, money_left = d.budget_left(campaign, self.lane)
            has_budget = points_left is not None or money_left is not None
            if points_left is not None and points_left < left:
                left, by = cut(f"budget/{campaign}/points", points_left)
            if money_left is not None:
                can = self.payable(holder, asset, money_left, price)
                if can is not None and can < left:
                    left, by = cut(f"budget/{campaign}/money", can)

        can = self.supply(holder, asset, price, left)
        if can < left:
            left, by = cut(f"float/{holder}", can)
        self.tell_arithmetic(award, cuts, left)
        if by is not None:
            d.event("award_cut", account=self.account.id, asset=asset, by=by, given=left, wanted=award["points"])
        if left == 0:
            return None

        counted = []
        for cap in counting:
            self.taken[cap["id"]] += left
            if cap["per"] != "purchase":
                self.account.count(cap["id"], cap["per"], self.first[cap["id"]], left)
                counted.append({"cap": cap["id"], "from": self.first[cap["id"]], "window": cap["per"]})
        parts = self.pieces(award, left, price)
        if has_budget:
            budget = d.budget(campaign, self.lane)
            budget["used_points"] = amt(budget["used_points"] + left)
            budget["used_money"] = amt(budget["used_money"] + sum(p["points"] * p["budget_cost"] for p in parts))
            d.write(f"budget/{campaign}/{self.lane}", budget)
        lines = sorted(award["values"])
        weights = [award["values"][line] for line in lines]
        by_line = dict(zip(lines, allocate(left, weights)))
        frozen = {"asset": asset, "counted": counted, "expiry": award["policy"], "funder": holder, "parts": parts}
        if campaign is not None:
            frozen["campaign"] = campaign
            if has_budget:
                frozen["budget"] = {"campaign": campaign, "lane": self.lane}
        return frozen, by_line

    def tell_arithmetic(self, award, cuts, given):
        d, values = self.d, award["values"]
        numbers = self.numbers or [None]
        d.arithmetic("awards", {
            "asset": award["asset"], "rank": d.rulebook.by_rank[award["rank"][0]], "campaign": award["campaign"], "funder": award["holder"],
            "gave": [{"by": by, "value": str(value), **({"line": numbers[i]} if self.numbers else {})} for i, by, value in award["gave"]],
            "line_cuts": [{"line": numbers[i], "by": by, "from": str(value), "to": str(to)} for i, by, value, to in award["line_cuts"]] or None,
            "lines": [str(values.get(i, 0)) for i in range(len(numbers))], "exact": str(sum(values.values())), "rounded": award["points"],
            "cuts": cuts, "given": given})

    def postpaid_price(self, holder, asset):
        """The price on account; None where a funder does not get points so."""
        terms = self.d.terms(holder, self.d.day)
        on_account = terms.get("on_shortage") == "postpaid" and holder != self.d.rulebook.operator
        return terms.get("postpaid_price", {}).get(asset) if on_account else None

    def supply(self, holder, asset, price, wanted):
        """How much of what is wanted the funder's stock and terms give (3.8)."""
        d = self.d
        there = d.available(holder, self.lane, asset)
        there += d.available(d.rulebook.operator, self.lane, asset) if price is not None else 0
        if there >= wanted:
            return wanted
        shortage = d.terms(holder, d.day).get("on_shortage", "reduce")
        if shortage == "refuse":
            raise Reject("award_refused", f"stock/{holder}/{self.lane}")
        return 0 if shortage == "none" else there

    def block_cost(self, holder, asset, block):
        """What a point of the holder's own stock costs a budget."""
        if holder == self.d.rulebook.operator:
            return self.d.rulebook.points[asset]["reimbursement"]
        return block["unit_price"]

    def payable(self, holder, asset, money, price):
        """How many points a budget in money pays; None if it pays all that there are."""
        sources = [(self.block_cost(holder, asset, b), b["points"])
                   for b in self.d.stock(holder, self.lane) if b["asset"] == asset]
        if price is not None:
            sources.append((price, self.d.available(self.d.rulebook.operator, self.lane, asset)))
        total = 0
        for cost, points in sources:
            can = points if cost == 0 else min(points, money // cost)
            total += can
            money -= can * cost
            if can < points:
                return total
        return None

    def pieces(self, award, points, price):
        """Draw, make a lot of each piece, post it, repay debts from it."""
        d, account, holder, asset = self.d, self.account, award["holder"], award["asset"]
        op, side = d.rulebook.operator, d.holder_side(holder)
        sources, own = [], d.available(holder, self.lane, asset)
        if min(points, own):
            for block in d.draw_blocks(holder, self.lane, asset, min(points, own)):
                sources.append((block, "block", block["backing"], self.block_cost(holder, asset, block)))
        if points > own:
            for block in d.draw_blocks(op, self.lane, asset, points - own):
                sources.append((block, "postpaid", price, price))
        parts = []
        for block, kind, unit_cost, cost in sources:
            piece = self.lot(award, block["points"], unit_cost)
            lot = account.put(piece)
            source = {"booked": block["booked"], "id": block["id"], "type": kind}
            if kind == "block":
                source["unit_price"] = block["unit_price"]
            else:
                d.post(f"{op}/stock", side, asset, block["points"], d.day, "postpaid")
                d.post_fine(f"{holder}/settlement", f"{op}/backing", block["points"] * price, d.day, "postpaid")
            part = {"budget_cost": cost, "lot": lot["id"], "points": block["points"], "source": source,
                    "unit_cost": unit_cost}
            if lot.get("expires") is not None:
                part["expires"] = lot["expires"]
            parts.append(part)
            d.post(side, account.side(piece["state"]), asset, block["points"], d.day, self.reason)
            self.tell(award, piece, lot)
            if piece["state"] == "spendable":
                account.settle_in(lot, block["points"])
        return parts

    def tell(self, award, piece, lot):
        self.d.event("points_earned", account=self.account.id, active=piece["active"], asset=award["asset"],
                     campaign=award["campaign"], expires=lot.get("expires"), funder=award["holder"], lot=lot["id"],
                     points=piece["points"])

    def lot(self, award, points, unit_cost):
        d, spendable = self.d, award["spendable"]
        active, state, awaits, known = d.day, "spendable", None, d.day
        if spendable["type"] == "after_days":
            try:
                active = known = plus_days(d.day, spendable["days"])
            except (ValueError, OverflowError):
                raise Reject("invalid_period", "at") from None
            state = "spendable" if active <= d.today else "pending"
        elif spendable["type"] == "on_confirmation":
            state, awaits, known = "pending", self.purchase, None
        lot = {"active": active, "asset": award["asset"], "campaign": award["campaign"], "awaits": awaits,
               "expires": expiry_day(award["policy"], d.day, known), "funder": award["holder"],
               "id": d.new_id("lot"), "points": points, "state": state, "unit_cost": unit_cost,
               "reimbursement": d.rulebook.points[award["asset"]]["reimbursement"]}
        return {k: v for k, v in lot.items() if v is not None}
