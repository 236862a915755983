"""Random tills, and purchases with vouchers that they accepted offline: a part of the generator."""

from values import day_number, instant_text, ms

DAY = 86_400_000
TILLS = ["t1", "t1", "t2", "t-9"]
KEEPERS = ["a", "b", "c", "mill", "inn"]


class OfflineCommands:
    late = ()  # purchases that were recorded with a till

    def tills(self):
        """Merchant and till, of those that there are."""
        return [tuple(k.split("/")[1:]) for k in self.p.book if k.startswith("till/")]

    def set_till(self):
        r = self.r
        known = self.tills()
        merchant, till = r.choice(known) if known and r.random() < 0.4 else (r.choice(KEEPERS), r.choice(TILLS))
        borne = self.p.book.get(f"till/{merchant}/{till}", {"record": {}})["record"].get("borne", 0)
        limit = r.choice([0, 1, 77, 400, 3_000, 3_000, 20_000, 2 ** 53 - 1, max(borne - 1, 0), borne, borne + 50, min(borne + 5_000, 2 ** 53 - 1)])
        if r.random() < 0.04:
            merchant = r.choice(["nobody", "hq", "m1", "st-a", "a-1", "br1"])
        actor = self.op if r.random() < 0.95 else r.choice([merchant, "st-a", "m1", "nobody"])
        return self.command("set_till", actor, merchant=merchant, till=till, limit=limit if r.random() < 0.96 else -1)

    # ------------------------------------------------------------ purchases

    def gone(self, v):
        """Whether a member's voucher is lost now, at one merchant or at all of them."""
        return "account" in v and (v["mark"] != "open" or self.set_aside(v))

    def out_of_date(self, v):
        return "account" in v and v["mark"] == "open" and v["until"] <= self.today()

    def ever_held(self, v):
        return "account" in v

    def stored(self, v):
        return self.stock_terms(v["stock"])["benefit"]["type"] == "stored_value"

    def taken_with(self, first, wanted):
        """Vouchers of the same account that may well stand beside the first."""
        r, (voucher, record) = self.r, first
        mine = [x for x in self.all_vouchers() if x[1].get("account") == record.get("account") and x[0] != voucher
                and (not self.stored(x[1]) or r.random() < 0.05) and self.meets(record, x[1])]
        good = [x for x in mine if wanted(x[1])]
        best = [x for x in mine if isinstance(self.stock_terms(x[1]["stock"])["stacking"], dict)]
        pool = best if best and r.random() < 0.4 else good if good and r.random() < 0.6 else mine
        pool = [x for x in pool if self.stands_beside_best(x[1])] if r.random() < 0.9 else pool
        picked = [first, *r.sample(pool[-12:], min(len(pool[-12:]), r.choice([0, 0, 1, 2, 3])))]
        r.shuffle(picked)
        return picked

    def meets(self, one, other):
        """Whether there is a day on which both are good."""
        return one.get("from", "") < other.get("until", "") and other.get("from", "") < one.get("until", "")

    def day_of_sale(self, picked):
        """A moment at which all of them are good, mostly, at or before now."""
        r, until = self.r, min(v.get("until", "9999-12-31") for _, v in picked)
        since = max(v.get("from", "1970-01-01") for _, v in picked)
        last = min(day_number(until) - 1, day_number(self.today()))
        first = max(day_number(since), last - r.choice([0, 0, 1, 3, 30]))
        day = r.randint(first, last) if first <= last else last
        if r.random() < 0.06:
            day = r.choice([day_number(since) - 1, day_number(until), day_number(until) + 1])
        return instant_text(min(max(day * DAY + r.randrange(DAY), 0), max(self.now, 0)))

    def accepted_offline(self):
        """A purchase that is booked later, mostly with a voucher that was used, or ended, or set aside since."""
        r, wanted = self.r, self.r.choice([self.gone, self.gone, self.gone, self.out_of_date, self.held, self.ever_held])
        known = self.tills()
        if not known:
            return self.set_till()
        pool = [x for x in self.all_vouchers() if wanted(x[1]) and (not self.stored(x[1]) or r.random() < 0.1)]
        if not pool:
            return self.claim()
        kind = r.choice(["fixed", "percent", "gift", "subsidy", "points_multiplier"])
        same = [x for x in pool if self.stock_terms(x[1]["stock"])["benefit"]["type"] == kind]
        first = r.choice((same or pool)[-10:])
        picked = self.taken_with(first, wanted)
        merchant, till = self.till_for(first[1], known)
        ids = [i for i, _ in picked] if r.random() < 0.98 else None
        scopes = [self.stock_terms(v["stock"]).get("scope", {}) for _, v in picked]
        command = self.at_till(self.holder(first[1]) if r.random() < 0.98 else None, merchant, ids, r.choice([900, 9_000, 60_000, 60_000]), scopes)
        command["offline_till"] = till
        if ms(command["at"]) <= ms(command["booked"]):
            moment = self.day_of_sale(picked)
            command["at"] = moment if ms(moment) <= ms(command["booked"]) else command["at"]
        self.late = [*self.late, command["purchase"]][-5:]
        self.again = r.choice([None, None, self.set_till, self.accepted_offline, self.refund_late])
        return command

    def till_for(self, record, known):
        """A till where a voucher is in scope, mostly; sometimes none that there is."""
        scope = self.stock_terms(record["stock"]).get("scope", {})
        merchants, alliances = scope.get("merchants", []), scope.get("alliances", [])
        good = [x for x in known if not merchants and not alliances or x[0] in merchants
                or set((self.party(x[0]) or {}).get("alliances", [])) & set(alliances)]
        merchant, till = self.r.choice(good or known)
        return merchant, till if self.r.random() < 0.96 else "t-none"

    def refund_late(self):
        """Goods of such a purchase come back, in parts or whole."""
        r, keys = self.r, [f"purchase/{p}" for p in self.late if f"purchase/{p}" in self.p.book]
        if not keys:
            return self.refund()
        record = self.p.book[keys[-1]]["record"]
        line = r.choice(record["lines"])
        some = r.choice([{"type": "line_amount", "line": line["n"], "amount": max(line["net"] // 2, 1)},
                         {"type": "quantity", "line": line["n"], "quantity": 1}, {"type": "whole"}, {"type": "whole"}])
        self.again = r.choice([None, self.refund_late, self.accepted_offline])
        return self.command("refund_purchase", self.who(record["merchant"]), purchase=keys[-1][9:], returned=[some])

    def offline_kinds(self):
        known = self.tills()
        return [(self.set_till, 3 if known else 8), (self.accepted_offline, 18 if known else 0.2)]
