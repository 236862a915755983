"""Random voucher commands for a programme: a part of the generator."""

from randomoffline import OfflineCommands
from randomvouchers import MoreVoucherCommands
from values import day_number, day_text, ms

DAY = 86_400_000
LAST_DAY = day_number("9999-12-31")
NO_VOUCHER = "00000000-0000-0000-0000-000000000001.1"
ISSUERS = ["a", "a", "b", "c", "mill", "inn", "old-town", "harbour"]
FUNDERS = ["a", "b", "c", "br1", "brand", "dairy-board", "a-1"]
PRODUCTS = ["p1", "p2", "p3", "star"]
STACKING = [("group", "g"), ("group", "h"), ("best", "g"), ("best", "g"), ("best", "g"), ("best", "h")]


class VoucherCommands(MoreVoucherCommands, OfflineCommands):
    def today(self, days=0):
        return day_text(min(max(self.now, 0) // DAY + days, LAST_DAY))

    def some_days(self):
        """A stretch that this programme's clock passes in a few, in many, or in no commands at all."""
        return max(self.r.choice([2, 20, 100, 400, 1_000]) * self.pace // DAY, self.r.choice([1, 2, 5]))

    # ------------------------------------------------------------ what there is

    def voucher_stocks(self, *states):
        return [k[14:] for k, e in self.p.book.items() if k.startswith("voucher_stock/") and e["record"]["state"] in states]

    def all_vouchers(self):
        return [(k[8:], e["record"]) for k, e in self.p.book.items() if k.startswith("voucher/")]

    def stock_terms(self, stock):
        entry = self.p.book.get(f"voucher_stock/{stock}")
        return entry["record"]["terms"] if entry else {"issuer": "a", "benefit": {"type": "gift", "gift": "mug"}}

    def in_date(self, v):
        """Whether a voucher is open and, as far as can be told, good."""
        return v["mark"] == "open" and v.get("until", "9999") > self.today()

    def held(self, v):
        return self.in_date(v) and "account" in v

    def held_gift(self, v):
        return self.held(v) and self.stock_terms(v["stock"])["benefit"]["type"] == "gift"

    def set_aside(self, v):
        return v["mark"] == "open" and "reserved" in v and ms(v["reserved"]["until"]) > self.now

    def a_voucher(self, wanted):
        """Mostly one that is wanted, sometimes any, sometimes none that exists."""
        known, roll = self.all_vouchers(), self.r.random()
        good = [x for x in known if wanted(x[1])][-12:]
        if not known or roll < 0.02:
            return NO_VOUCHER, {"stock": "none", "mark": "open"}
        return self.r.choice(good if good and roll < 0.75 else known)

    def holder(self, voucher):
        """A member whose account a voucher is on, mostly."""
        members = [m for m in self.member_accounts() if self.member_accounts()[m] == voucher.get("account")]
        return self.r.choice(members) if members and self.r.random() < 0.95 else self.a_member()

    def a_member(self):
        known = list(self.member_accounts())
        known = known[:1] if self.r.random() < 0.5 else known  # so that one account comes to hold many
        return self.r.choice(known) if known and self.r.random() < 0.98 else self.member_id()

    def a_taker(self, record):
        """A merchant that may take a voucher, mostly."""
        known = [m for m in ("a", "b", "c", "d", "mill", "inn") if f"party/{m}" in self.p.book]
        scope = [m for m in self.stock_terms(record["stock"]).get("scope", {}).get("merchants", []) if m in known]
        if "reserved" in record and self.r.random() < 0.8:
            return record["reserved"]["merchant"]
        return self.r.choice(scope or known) if known and self.r.random() < 0.9 else self.merchant()

    def member_accounts(self):
        return {k[6:]: e["record"]["party"]["account"] for k, e in self.p.book.items()
                if k.startswith("party/") and e["record"]["party"]["type"] == "member"}

    # ------------------------------------------------------------ stocks

    def benefit(self):
        r = self.r
        return r.choice([
            {"type": "fixed", "amount": r.choice([1, 77, 500, 1_000, 10_000, 2 ** 53 - 1])},
            {"type": "fixed", "amount": r.choice([333, 2_000, 9_999])},
            {"type": "percent", "rate": r.choice(["0.15", "0.1", "1", "0.000001", "0.333333", "0.5"])},
            {"type": "percent", "rate": r.choice(["0.2", "0.75"]), "most": r.choice([1, 99, 1_500, 50_000])},
            {"type": "gift", "gift": r.choice(["mug", "tea"])}, {"type": "gift", "gift": "mug"},
            {"type": "subsidy", "amount": r.choice([1, 500, 1_000, 7_777])}, {"type": "subsidy", "amount": 2_000},
            {"type": "stored_value", "amount": r.choice([1, 700, 5_000, 20_000])},
            {"type": "stored_value", "amount": r.choice([10_000, 99_999])},
            *[self.multiplied() for _ in range(3 if self.multipliers(True) else r.random() < 0.1)]])

    def referral_fee(self):
        r = self.r
        fee = {"amount": r.choice([{"type": "fixed", "amount": r.choice([1, 300, 3_000])},
                                   {"type": "rate", "rate": r.choice(["0.03", "0.0333", "1"])}])}
        if r.random() < 0.6:
            fee["to"] = r.choice(["employer", "guide", {"type": "split", "guide": 2, "employer": 1}])
        if r.random() < 0.5:
            fee["payer"] = r.choice(["a", "b", self.op, "brand"])
        return fee

    def voucher_scope(self):
        r, scope = self.r, {}
        if r.random() < 0.2:
            scope["merchants"] = r.sample(["a", "b", "c", "d", "mill", "inn"], r.randint(2, 5))
        if r.random() < 0.15:
            scope["alliances"] = r.sample(["old-town", "harbour", "nowhere"], r.randint(1, 2))
        if r.random() < 0.3 and self.categories:
            scope["categories"] = r.sample(self.categories, min(r.randint(1, 3), len(self.categories)))
        if r.random() < 0.15:
            scope["products"] = r.sample(PRODUCTS, r.randint(1, len(PRODUCTS)))
        return scope

    def validity(self):
        if self.r.random() < 0.45:
            return {"type": "after_claim", "days": self.r.choice([self.some_days(), self.some_days(), 1, 365, 36_500])}
        since = self.r.choice([-3, -1, 0, 0, 1, 2, 10])
        return {"type": "between", "from": self.today(since), "until": self.today(max(since, 0) + self.some_days())}

    def stock_body(self):
        r = self.r
        there = lambda ids: [i for i in ids if f"party/{i}" in self.p.book or r.random() < 0.02] or [self.op]
        issuer, funders = r.choice(there(ISSUERS + [self.op])), there(FUNDERS + [self.op])
        names = [issuer] if r.random() < 0.35 else r.sample(funders, min(r.randint(1, 5), len(funders)))
        terms = {"issuer": issuer, "benefit": self.benefit(), "funders": {f: r.choice([1, 1, 2, 3, 7, 1_000]) for f in names},
                 "claim_from": self.today(r.choice([-30, -5, -5, -5, 0, 0, 0, 2, self.some_days()])), "validity": self.validity(),
                 "stacking": r.choice(["free"] * 5 + ["exclusive"] + [{"type": kind, "group": g} for kind, g in STACKING])}
        if terms["benefit"]["type"] == "points_multiplier" and r.random() < 0.5:
            terms.update(self.by_payer(terms["benefit"]))
        if r.random() < 0.6:
            terms["scope"] = self.voucher_scope()
        if r.random() < 0.35:
            terms["min_spend"] = r.choice([0, 1, 500, 1_000, 6_030, 40_000])
        if r.random() < 0.25:
            del terms["claim_from"]
        elif r.random() < 0.4:
            ahead = max(day_number(terms["claim_from"]) - day_number(self.today()), 0)
            terms["claim_until"] = self.today(ahead + self.some_days())
        for field, chance, values in (("total", 0.2, [1, 2, 5, 30]), ("per_day", 0.2, [1, 2, 3]), ("per_member", 0.2, [1, 2, 3]),
                                      ("per_merchant", 0.4, [1, 1, 1, 2, 4])):
            if r.random() < chance:
                terms[field] = r.choice(values)
        if r.random() < (0.3 if any(b.commission for b in self.p.rulebooks) else 0.02):
            terms["referral_fee"] = self.referral_fee()
        if r.random() < 0.2:
            terms["price"] = {"asset": r.choice(self.points), "points": r.choice([1, 2, 5, 5, 20, 300, 40_000])}
        if terms["benefit"]["type"] in ("fixed", "subsidy", "stored_value") and r.random() < 0.4:
            face = terms["benefit"]["amount"]
            terms["total_money"] = min(r.choice([face - 1 or 1, face, 3 * face, 7 * face + 1, 40 * face]), 2 ** 53 - 1)
        return terms

    def spoilt_terms(self, terms):
        """Terms with one thing that is refused."""
        r, benefit, scope = self.r, terms["benefit"], terms.get("scope", {})
        r.choice([
            lambda: terms.update(benefit={"type": "fixed", "amount": r.choice([0, -5])}),
            lambda: terms.update(benefit={"type": "percent", "rate": r.choice(["0", "1.000001", "0.000", "1000000"])}),
            lambda: terms.update(benefit={"type": "percent", "rate": "0.5", "most": r.choice([0, -1])}),
            lambda: terms.update(funders={}),
            lambda: terms.update(funders={f"f{i}": 1 for i in range(r.choice([16, 17]))}),
            lambda: terms["funders"].update({"a.b": r.choice([0, -1, 1])}),
            lambda: terms["funders"].update({r.choice(["m1", "st-a", "old-town", "nobody"]): 1}),
            lambda: terms.update(scope={**scope, r.choice(["merchants", "alliances", "categories"]):
                                        [f"x{i}" for i in range(r.choice([1_000, 1_001]))]}),
            lambda: terms.update(scope={**scope, "categories": ["nothing"]}), lambda: terms.update(min_spend=-1),
            lambda: terms.update(referral_fee={**self.referral_fee(), r.choice(["amount", "to", "payer"]): r.choice([
                {"type": "fixed", "amount": 0}, {"type": "rate", "rate": "1.01"}, {"type": "rate", "rate": "0"}, "m1", "ghost",
                {"type": "split", "guide": 0, "employer": 1}, {"type": "split", "guide": 1, "employer": -1}])}),
            lambda: terms.update(benefit={"type": r.choice(["subsidy", "stored_value"]), "amount": 0}),
            lambda: terms.update(benefit={"type": "points_multiplier", "multiplier": r.choice(["none", *self.multipliers(False)])}),
            lambda: terms.update(claim_from=self.today(), claim_until=self.today()),
            lambda: terms.update(price={"asset": r.choice(["CNY", "none", self.points[0]]), "points": r.choice([0, -1, 5])}),
            lambda: terms.update(issuer=r.choice(["br1", "a-1", "m1", "ghost-9"])),
            lambda: terms.update(validity={"type": "between", "from": self.today(), "until": self.today(r.choice([0, -1]))}),
            lambda: terms.update(validity={"type": "after_claim", "days": r.choice([0, 36_500, 36_501])}),
            lambda: terms.update({r.choice(["total", "total_money", "per_day", "per_member", "per_merchant"]): r.choice([0, -1])}),
            lambda: terms.update(benefit=benefit if benefit["type"] != "fixed" else {"type": "gift", "gift": "tea"}, total_money=500),
            lambda: terms.update(benefit=self.multiplied(), total_money=500),
            lambda: terms.update(stacking=r.choice(["group", {"type": "free"}, {"type": "group"}, {"type": "best"}, {"type": "alone"}, "alone", {}]))])()

    def create_stock(self):
        r, terms = self.r, self.stock_body()
        if r.random() < 0.1:
            self.spoilt_terms(terms)
        known = self.voucher_stocks("draft", "active", "paused", "stopped")
        stock = r.choice(known) if known and r.random() < 0.04 else f"v-{len(known) + 1}"
        alone = set(terms["funders"]) <= {terms["issuer"], self.payer_of(terms["benefit"])} and "referral_fee" not in terms
        return self.command("create_voucher_stock", self.who(terms["issuer"]) if alone or r.random() < 0.1 else self.op,
                            stock=stock, terms=terms)

    def a_stock(self, *states):
        good, known = self.voucher_stocks(*states), self.voucher_stocks("draft", "active", "paused", "stopped")
        if not known or self.r.random() < 0.02:
            return "v-none"
        return self.r.choice(good if good and self.r.random() < 0.9 else known)

    def set_stock(self):
        stock = self.a_stock("draft") if self.voucher_stocks("draft") else self.a_stock("active", "paused")
        state = "active" if self.r.random() < 0.8 else self.r.choice(["draft", "active", "paused", "stopped"])
        return self.command("set_voucher_stock", self.who(self.stock_terms(stock)["issuer"]), stock=stock, state=state)

    def issue(self):
        stock = self.a_stock("active")
        return self.command("issue_vouchers", self.who(self.stock_terms(stock)["issuer"]), stock=stock,
                            count=self.r.choice([1, 1, 2, 3, 5, 5, 12, 0 if self.r.random() < 0.3 else 2, 1_001]))

    # ------------------------------------------------------------ vouchers

    def claim(self):
        r, member, stock, voucher, hand = self.r, self.a_member(), self.a_stock("active"), None, None
        if r.random() < 0.45:
            voucher, record = self.a_voucher(lambda v: self.in_date(v) and "account" not in v)
            stock = record["stock"] if r.random() < 0.95 else stock
            hand = record.get("holder")
        elif r.random() < 0.3:
            stock, member = r.choice(self.affordable() or [(stock, member)])
        right = r.choice([member, hand or self.stock_terms(stock)["issuer"], self.stock_terms(stock)["issuer"]])
        return self.command("claim_voucher", self.who(right), stock=stock,
                            member=member, voucher=voucher)

    def reserve(self):
        r, often = self.r, self.r.random() < 0.95
        voucher, record = self.a_voucher(lambda v: self.held(v) and self.set_aside(v) != often)
        member, merchant = self.holder(record), self.a_taker(record)
        wait = r.choice([1, 10 * self.pace, 10 * self.pace, 30 * self.pace, 90 * DAY])
        wait = min(wait, 90 * DAY) if r.random() < 0.95 else r.choice([0, 90 * DAY + 1])
        return self.command("reserve_voucher", self.who(r.choice([member, merchant])), voucher=voucher, member=member,
                            merchant=merchant, until=self.later(wait))

    def release_one(self):
        voucher, record = self.a_voucher(self.set_aside)
        member = self.holder(record)
        merchant = record.get("reserved", {}).get("merchant", "a")
        return self.command("release_voucher", self.who(self.r.choice([member, merchant])), voucher=voucher, member=member)

    def redeem_gift(self):
        voucher, record = self.a_voucher(self.held_gift)
        merchant = self.a_taker(record)
        return self.command("redeem_voucher", self.who(merchant), voucher=voucher, member=self.holder(record), merchant=merchant)

    def by_issuer(self, kind, wanted, **fields):
        voucher, record = self.a_voucher(wanted)
        right = self.r.choice([self.stock_terms(record["stock"])["issuer"], record.get("holder")])
        return self.command(kind, self.who(right or self.stock_terms(record["stock"])["issuer"]), voucher=voucher, **fields)

    def void(self):
        return self.by_issuer("void_voucher", lambda v: self.in_date(v) and not self.set_aside(v))

    def extend(self):
        days = self.some_days() * self.r.choice([1, 4, 4])
        until = "9999-12-31" if self.r.random() < 0.03 else self.today(days)
        return self.by_issuer("extend_voucher", lambda v: self.in_date(v) and v.get("until", "9999") < until, until=until)

    def reissue(self):
        return self.by_issuer("reissue_voucher", lambda v: v["mark"] == "open" and not self.set_aside(v))

    # ------------------------------------------------------------ in purchases

    def for_purchase(self, member, merchant):
        """Vouchers that a member brings to a till."""
        r, account = self.r, self.member_accounts().get(member)
        if account is None and r.random() < 0.97 or r.random() < 0.1:
            return None
        mine = [(i, v) for i, v in self.all_vouchers() if v.get("account") == account and self.in_date(v)
                and (v.get("reserved", {}).get("merchant", merchant) == merchant or not self.set_aside(v))]
        if r.random() < 0.8:
            mine = [(i, v) for i, v in mine if v.get("from", "9") <= self.today()
                    and merchant in self.stock_terms(v["stock"]).get("scope", {}).get("merchants", [merchant])]
        free = [x for x in mine if self.stock_terms(x[1]["stock"])["stacking"] == "free"]
        pool = free if free and r.random() < 0.6 else mine
        best = [x for x in mine if self.stands_beside_best(x[1])]
        if len(best) > 1 and r.random() < 0.6:
            pool = best
        ids = [i for i, _ in r.sample(pool, min(len(pool), r.choice([1, 2, 3, 5])))]
        roll = r.random()
        if roll < 0.06:
            ids.insert(r.randint(0, len(ids)), self.a_voucher(lambda v: v["mark"] != "open")[0])
        elif roll < 0.12:
            ids += ids[:1]
        elif roll < 0.125:
            ids += [f"{NO_VOUCHER[:-1]}{n}" for n in range(1, r.choice([17, 18]) - len(ids))]
        return ids or None

    def a_purchase_with(self, what):
        """The key of a recent one that has these; None where there is none."""
        known = [k for k, e in self.p.book.items() if k.startswith("purchase/") and what in e["record"]]
        return self.r.choice(known[-5:]) if known else None

    def voucher_kinds(self):
        if not self.voucher_stocks("draft", "active", "paused", "stopped"):
            return [(self.create_stock, 20), (self.claim, 1)]
        known = [v for _, v in self.all_vouchers()]
        worth = lambda wanted, weight: weight if any(map(wanted, known)) else weight / 10
        multiply = 18 if self.given_today() else 0
        few = 10 if len(self.voucher_stocks("draft", "active")) < 4 else 3
        waiting = 14 if self.voucher_stocks("draft") else 3
        return [(self.create_stock, few), (self.set_stock, waiting), (self.issue, 5), (self.claim, 20),
                (self.reserve, worth(self.held, 8)), (self.release_one, worth(self.set_aside, 4)), (self.redeem_gift, worth(self.held_gift, 6)), (self.buy, 5), (self.best, 9), (self.multiply, multiply), (self.spend, 9), (self.after_spending, 6), (self.swap, 8 if len(self.hands()) > 1 else 12), *self.going_on(), *self.offline_kinds(),
                (self.void, worth(self.held, 2)), (self.extend, worth(self.in_date, 5)), (self.reissue, worth(self.in_date, 4))]
