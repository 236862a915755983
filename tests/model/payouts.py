"""What persons earn by sales: cash subsidies, fees of vouchers, plans (rulebook.md, 13.2 and 13.5 to 13.9)."""

from fractions import Fraction

from awarding import Awarding
from earn import BASES, whole_factor
from referral import BOUND, chain, earns_into, referral, works_at
from rulebook import expiry_day, holds
from values import Reject, allocate, amt, plus_days, rounded, window_start

ROLES = ("referral", "upline_2", "upline_3")
NEVER, AFTER_WINDOW = {"type": "never"}, {"type": "after_window"}


def check_people(d, c, member):
    """Who a purchase says has brought and served the customer."""
    if "referrer" in c:
        d.need_party(c["referrer"], "referrer", *BOUND)
        if member is not None and earns_into(d, c["referrer"]) == member["account"]:
            raise Reject("self_referral", "referrer")
    if "clerk" in c and d.need_party(c["clerk"], "clerk", "staff")["merchant"] != c["merchant"]:
        raise Reject("wrong_kind", "clerk")


class Whole:
    """What a plan or a fee comes to: its whole, and the exact parts of (party, role) by line."""

    def __init__(self, under, payer, asset, whole, available):
        self.under, self.payer, self.asset, self.available, self.policy = under, payer, asset, available, NEVER
        self.whole = self.uncut = amt(whole)
        self.found, self.counts = [], "other"
        self.factors, self.exact, self.told = None, Fraction(whole), []

    def tell(self, d):
        """For the trace: what it comes to; its parts follow as they are paid."""
        d.arithmetic("payouts", {"under": self.under, "payer": self.payer, "asset": self.asset, "factors": self.factors,
                                 "exact": str(self.exact), "whole": self.uncut, "allowed": self.whole, "parts": self.told})

    def tell_part(self, earner, role, lines, amount, cuts, given):
        self.told.append({"earner": earner, "role": role, "lines": [str(value) for value in lines], "amount": amount, "given": given,
                          **({"cuts": cuts} if cuts else {})})

    def part(self, earner, account, role, by_line):
        self.found.append((earner, account, role, by_line))
        self.found.sort(key=lambda part: (part[0], part[2]))  # the words of the roles are in their order

    def parts(self, whole):
        return allocate(whole, [sum(by_line) for *_, by_line in self.found])


# ---------------------------------------------------------------- plans (13.5 to 13.7)


class Event:
    """What plans pay for: its lines and who is there."""

    def __init__(self, d, kind, what, lines, levels, sale=None, merchant=None, **more):
        self.d, self.kind, self.what, self.lines, self.levels = d, kind, what, lines, levels
        self.sale, self.merchant, self.more = sale, merchant, more

    def sees(self, cond, line):
        return holds(cond, self.what, line if self.kind in ("purchase", "turnover") else None)

    def own_brand(self):
        return self.kind == "purchase" and bool(self.levels) and works_at(self.d, self.levels[0][0]) == self.merchant

    def roles(self, level):
        return set((self.d.party(self.levels[level][0]) or {}).get("roles", [])) if level < len(self.levels) else set()

    def met(self, plan):
        """Whether a plan is for this event at all."""
        if plan.get("event", "purchase") != self.kind:
            return False
        if plan.get("stocks") and not set(plan["stocks"]) & set(self.more.get("stocks", [])):
            return False
        if plan.get("purposes") and self.more.get("purpose") not in plan["purposes"]:
            return False
        return not plan.get("roles") or bool(self.roles(0) & set(plan["roles"]))

    def taken(self):
        """The plans that take a line, each with the places of its lines."""
        out, plans = {}, [p for p in self.d.rulebook.plans if self.met(p)]
        for i, line in enumerate(self.lines):
            groups = set()
            for plan in plans:
                if plan["group"] not in groups and self.sees(plan.get("when", {}), line):
                    groups.add(plan["group"])
                    out.setdefault(plan["id"], []).append(i)
        return [(p, out[p["id"]]) for p in plans if p["id"] in out]

    def is_paid(self, plan, party, level):
        if level == 0 and plan.get("own_brand", "unpaid") == "unpaid" and self.own_brand():
            return False
        fee_day = referral(self.d, party).get("entry_fee", "~")
        return plan.get("entry_fee", "not_asked") == "not_asked" or fee_day <= self.d.day

    def people(self, plan):
        """(party, account, role, share) of the parts that somebody is there to earn."""
        out, fee = [], self.more.get("fee", False)
        if plan.get("mode") == "differential":
            paid = Fraction(0)
            for level, (party, account) in enumerate(self.levels):
                grade = max([Fraction(r) for role, r in plan.get("grades", {}).items() if role in self.roles(level)],
                            default=Fraction(0))
                if grade > paid and self.is_paid(plan, party, level) and not (fee and level == 0):
                    out.append((party, account, ROLES[level], {"type": "rate", "rate": grade - paid}))
                paid = max(paid, grade)
        else:
            shares = [plan.get("referral"), *plan.get("uplines", [])]
            for level, (share, (party, account)) in enumerate(zip(shares, self.levels)):
                if share is not None and self.is_paid(plan, party, level) and not (fee and level == 0):
                    out.append((party, account, ROLES[level], share))
        if "sale" in plan and self.sale is not None:
            party, account = self.sale
            if self.is_paid(plan, party, None):
                out.append((party, account, "sale", plan["sale"]))
        return out

    def factor(self, plan, line):
        if plan.get("multiplied", "yes") == "no":
            return 1
        section = self.d.rulebook.commission
        return whole_factor(section, [m for m in section.get("multipliers", []) if plan["id"] in m.get("plans", [plan["id"]])
                                      and self.sees(m.get("when", {}), line)])

    def payer(self, plan):
        """The party that pays; None if it would be a merchant that was not given."""
        payer = plan.get("payer", {"type": "merchant"})
        if payer["type"] == "operator":
            return self.d.rulebook.operator
        if payer["type"] == "party":
            return payer["id"]
        store = self.more.get("store")
        return store if payer["type"] == "store" and store is not None else self.merchant

    def wholes(self):
        d, out = self.d, []
        for plan, places in self.taken():
            basis = [self.lines[i][BASES[plan.get("basis", "after_discounts")]] for i in places]
            factors = [self.factor(plan, self.lines[i]) for i in places]
            parts, total = [], Fraction(0)
            for party, account, role, share in self.people(plan):
                if share["type"] == "rate":
                    values = [Fraction(share["rate"]) * b for b in basis]
                else:
                    values = allocate(share["amount"], basis if sum(basis) else [1] + [0] * (len(basis) - 1))
                by_line = [Fraction(0)] * len(self.lines)
                for i, value, factor in zip(places, values, factors):
                    by_line[i] = value * factor
                parts.append((party, account, role, by_line))
                total += sum(by_line)
            whole = rounded(total, d.rulebook.rounding["commission"])
            if whole == 0:
                continue
            available = plan.get("available", AFTER_WINDOW)
            if available["type"] == "after_window" and self.kind in ("scan", "top_up"):
                available = {"type": "at_once"}
            made = Whole(plan["id"], self.payer(plan), plan.get("asset", d.rulebook.currency), whole, available)
            made.policy = d.rulebook.expiry[plan["expiry"]] if "expiry" in plan else NEVER
            made.exact, by_place = total, dict(zip(places, factors))
            made.factors = [str(by_place.get(i, 0)) for i in range(len(self.lines))]
            made.counts = "bounded" if self.kind == "purchase" and made.asset == d.rulebook.currency else "other"
            for part in parts:
                made.part(*part)
            out.append(made)
        return out


# ---------------------------------------------------------------- fees of vouchers (13.7)


def fees(d, vouchers, lines, levels, merchant):
    out = []
    for voucher in vouchers:
        fee = voucher["terms"].get("referral_fee")
        if fee is None or not levels or works_at(d, levels[0][0]) == merchant:
            continue
        guide, account = levels[0]
        employer = works_at(d, guide) or guide
        into = employer if works_at(d, guide) else account
        weights = [line["after_discounts"] if i in voucher["places"] else 0 for i, line in enumerate(lines)]
        exact = Fraction(fee["amount"]["amount"]) if "amount" in fee["amount"] else Fraction(fee["amount"]["rate"]) * sum(weights)
        whole = rounded(exact, d.rulebook.rounding["commission"])
        made = Whole(voucher["stock"], fee.get("payer", merchant), d.rulebook.currency, whole, AFTER_WINDOW)
        made.counts, made.exact = "bounded", exact
        weights = weights if sum(weights) else [1] + [0] * (len(lines) - 1)
        to = fee.get("to", "guide")
        shares = to if isinstance(to, dict) else {"guide": int(to == "guide"), "employer": int(to == "employer")}
        both = shares["guide"] + shares["employer"]
        if shares["guide"]:
            made.part(guide, account, "referral", [exact * shares["guide"] / both * w / sum(weights) for w in weights])
        if shares["employer"]:
            made.part(employer, into, "referral", [exact * shares["employer"] / both * w / sum(weights) for w in weights])
        out.append(made)
    return out


def bound(d, c, wholes, lines):
    """The payout ratio (13.8)."""
    payout = d.rulebook.commission.get("payout")
    if payout is None:
        return
    ratio = Fraction(c.get("payout_ratio", payout["ratio"]) if payout["type"] == "input" else payout["ratio"])
    most = rounded(ratio * sum(line["after_discounts"] for line in lines), "floor")
    counted = [w for w in wholes if w.counts == "bounded"]
    if amt(sum(w.whole for w in counted)) > most:
        for one, whole in zip(counted, allocate(most, [w.whole for w in counted])):
            one.whole = whole


# ---------------------------------------------------------------- paying (13.9)


class Paying(Awarding):
    """Points that a payer's stock gives to an earner."""

    reason = "commission"

    def __init__(self, d, account, lane, fields):
        self.d, self.account, self.lane, self.fields = d, account, lane, fields

    def tell(self, award, piece, lot):
        self.d.event("payout_earned", account=self.account.id, active=piece["active"], amount=piece["points"],
                     asset=award["asset"], lot=lot["id"], payer=award["holder"], **self.fields)

    def lot(self, award, points, unit_cost):
        d, active = self.d, award["active"]
        lot = {"active": active, "asset": award["asset"], "expires": expiry_day(award["policy"], d.day, active),
               "funder": award["holder"], "id": d.new_id("lot"), "points": points, "unit_cost": unit_cost,
               "state": "spendable" if active <= d.today else "pending",
               "reimbursement": d.rulebook.points[award["asset"]]["reimbursement"]}
        return {k: v for k, v in lot.items() if v is not None}


def active_day(d, available):
    days = {"at_once": 0, "after_days": available.get("days"), "after_window": d.rulebook.refunds["days"] + 1}
    try:
        return plus_days(d.day, days[available["type"]])
    except (ValueError, OverflowError):
        raise Reject("invalid_period", "at") from None


def cut_by_caps(d, account, asset, under, amount):
    """What the caps leave, those that cut, and those that count it."""
    counting, cuts = [], []
    for cap in (d.rulebook.commission or {}).get("caps", []):
        if cap.get("asset", d.rulebook.currency) != asset or under not in cap.get("under", [under]):
            continue
        first = window_start(d.day, cap["per"])
        counter = account.counter(cap["id"], cap["per"], first)
        leaves = max(cap["amount"] - (counter["points"] if counter else 0), 0)
        if leaves < amount:
            cuts.append({"by": f"cap/{cap['id']}", "from": amount, "to": leaves})
            amount = leaves
        counting.append({"cap": cap["id"], "from": first, "window": cap["per"]})
    return amount, cuts, counting


def money_lot(d, account, asset, payer, amount, active, reason, fields):
    """A lot of money, posted and told; the part that a refund needs."""
    piece = {"active": active, "asset": asset, "funder": payer, "id": d.new_id("lot"), "points": amount,
             "reimbursement": 0, "state": "spendable" if active <= d.today else "pending", "unit_cost": 0}
    lot = account.put(piece)
    d.post(f"{payer}/settlement", account.lot_side(piece), asset, amount, d.day, reason)
    d.event("payout_earned", account=account.id, active=active, amount=amount, asset=asset, lot=lot["id"], payer=payer,
            **fields)
    if piece["state"] == "spendable":
        account.settle_in(lot, amount)
    return {"budget_cost": 0, "lot": lot["id"], "points": amount, "source": {"type": "settlement"}, "unit_cost": 0}


def pay(d, lane, whole, earner, account_id, role, uncut, amount, exact):
    """One part: cut, given, counted; what a refund needs and the amounts by line. None if nothing is given."""
    cuts, by_line = [], allocate(amount, exact)
    asset, payer = whole.asset, whole.payer
    fields = {"earner": earner, "role": role, "under": whole.under}
    money = asset == d.rulebook.currency

    def cut(by, wanted, given):
        d.event("payout_cut", account=account_id, asset=asset, by=by, given=given, wanted=wanted, **fields)

    if amount < uncut:
        cut("guard/payout_ratio", uncut, amount)
        cuts.append({"by": "guard/payout_ratio", "from": uncut, "to": amount})
    if amount == 0:
        return whole.tell_part(earner, role, exact, amount, cuts, 0)
    account = d.paid_account(account_id)
    given, by_caps, counting = cut_by_caps(d, account, asset, whole.under, amount)
    cuts += by_caps
    if by_caps:
        cut(by_caps[-1]["by"], amount, given)
        by_line = allocate(given, by_line)
    paying, price = Paying(d, account, lane, fields), None
    if not money:
        if d.party(payer) is None:
            raise Reject("unknown_party", f"party/{payer}")
        price = paying.postpaid_price(payer, asset)
        can = paying.supply(payer, asset, price, given)
        if can < given:
            cut(f"float/{payer}", given, can)
            cuts.append({"by": f"float/{payer}", "from": given, "to": can})
            given, by_line = can, allocate(can, by_line)
    whole.tell_part(earner, role, exact, amount, cuts, given)
    if given == 0:
        return None
    active = active_day(d, whole.available)
    for one in counting:
        account.count(one["cap"], one["window"], one["from"], given)
    if money:
        reason = "cash_subsidy" if role == "subsidy" else "commission"
        parts = [money_lot(d, account, asset, payer, given, active, reason, fields)]
    else:
        award = {"asset": asset, "holder": payer, "active": active, "policy": whole.policy}
        parts = [{**part, "budget_cost": 0} for part in paying.pieces(award, given, price)]
    award = {"asset": asset, "counted": counting, "expiry": whole.policy, "funder": payer, "parts": parts}
    withdrawn = (d.rulebook.commission or {}).get("withdrawn", "debt")
    return {"account": account.id, "award": award, "withdrawn": withdrawn, **fields}, by_line


def pay_subsidies(d, c, lines, vouchers, lane):
    """Cash subsidies (13.2)."""
    out = []
    for voucher in vouchers:
        for funder, by_place in sorted(voucher["paid"].items()):
            by_line = [by_place.get(i, 0) for i in range(len(lines))]
            if sum(by_line) == 0:
                continue
            whole = Whole(voucher["stock"], funder, d.rulebook.currency, sum(by_line), AFTER_WINDOW)
            account = d.party(c["member"])["account"]
            whole.tell(d)
            out.append(pay(d, lane, whole, c["member"], account, "subsidy", whole.whole, whole.whole, by_line))
    return out


def pay_wholes(d, lane, wholes):
    for whole in (one for one in wholes if one.uncut):
        if whole.payer is None:
            raise Reject("unknown_party", "merchant")
        if whole.payer != d.rulebook.operator and d.party(whole.payer) is None:
            raise Reject("unknown_party", f"party/{whole.payer}")
    out = []
    for whole in wholes:
        whole.tell(d)
        for part, uncut, amount in zip(whole.found, whole.parts(whole.uncut), whole.parts(whole.whole)):
            earner, account, role, exact = part
            if uncut:
                out.append(pay(d, lane, whole, earner, account, role, uncut, amount, exact))
            else:
                whole.tell_part(earner, role, exact, 0, [], 0)
    return out


def pay_for_purchase(d, c, what, lines, vouchers):
    """All payouts of a purchase in their order: what refunds need, and the amounts by line."""
    lane, m = c.get("lane", "main"), c["merchant"]
    out = pay_subsidies(d, c, lines, vouchers, lane)
    section = d.rulebook.commission
    if section is not None:
        alliances = what["alliances"]
        customer = d.party(c["member"])["account"] if "member" in c else None
        levels = chain(d, c.get("member"), alliances, c.get("referrer"), customer)
        sale = None
        if "clerk" in c:
            sale = c["clerk"], earns_into(d, c["clerk"])
        elif levels and c.get("channel") in section.get("online", []):
            sale = levels[0]
        more = {"stocks": [v["stock"] for v in vouchers], "store": c.get("store")}
        fee = any("referral_fee" in v["terms"] for v in vouchers)
        wholes = fees(d, vouchers, lines, levels, m)
        wholes += Event(d, "purchase", what, lines, levels, sale, m, fee=fee, **more).wholes()
        bound(d, c, wholes, lines)
        wholes += Event(d, "turnover", what, lines, chain(d, m, alliances), None, m, **more).wholes()
        out += pay_wholes(d, lane, wholes)
    return [one for one in out if one is not None]
