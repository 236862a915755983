"""Random commands about packs and presenting: a part of the generator."""

from payout_commands import WAYS

OWNERS = ["old-town", "harbour"]
GUIDES = ["st-a", "st-b", "st-c", "a", "b", "c", "mill", "inn", "a-1", "c-1", "mill-1"]
NO_GUIDES = ["m1", "hq", "br1", "brand", "nobody", "old-town"]


class PackCommands:
    def has_packs(self):
        return any("packs" in (b.referral or {}) for b in self.p.rulebooks)

    def of_alliance(self, owner):
        """The merchants of an alliance; of the operator's pack all."""
        known = [(k[6:], e["record"]["party"]) for k, e in self.p.book.items() if k.startswith("party/")]
        return [i for i, p in known if p["type"] == "merchant" and (owner == self.op or owner in p.get("alliances", []))]

    def joined(self):
        """The alliances of a new merchant, and since when it is in some of them."""
        alliances = self.some(OWNERS)
        days = {a: self.today(self.r.choice([-9, -1, -1])) for a in alliances if self.r.random() < 0.6}
        return {"alliances": alliances, **({"joined": days} if days else {})}

    # ------------------------------------------------------------ stocks and packs

    def pack_stock(self, owner):
        """A stock for a pack, mostly of one brand, mostly there for long."""
        r, terms, merchants = self.r, self.stock_body(), self.of_alliance(owner) or ["a"]
        names = r.sample(merchants, min(len(merchants), r.choice([1, 1, 2])))
        payer = r.choice([names[0], None, "inn"])
        terms.update(issuer=owner, funders={m: r.choice([1, 2, 7]) for m in names}, scope={"merchants": names[:1]}, min_spend=0)
        if r.random() < 0.15:
            terms["scope"] = r.choice([{}, {"merchants": ["a", "b"]}, {"alliances": [owner if owner in OWNERS else "harbour"]},
                                       {"merchants": names[:1], "alliances": ["old-town"]}])
        if r.random() < 0.06:
            terms["funders"][r.choice([self.op, "brand", "a-1"])] = 1
        for field in ("claim_from", "claim_until", "total", "total_money", "per_day", "price"):
            if r.random() < (0.97 if field == "price" else 0.85):
                terms.pop(field, None)
        if "claim_until" in terms and "claim_from" not in terms:
            del terms["claim_until"]
        if "referral_fee" in terms:
            terms["referral_fee"] = {k: v for k, v in {**terms["referral_fee"], "payer": payer}.items() if v is not None}
        if r.random() < 0.6:
            terms["validity"] = {"type": "after_claim", "days": self.some_days()}
        if r.random() < 0.8:
            terms["stacking"] = "free"
        known = self.voucher_stocks("draft", "active", "paused", "stopped")
        return self.command("create_voucher_stock", self.who(owner), stock=f"v-{len(known) + 1}", terms=terms)

    def first_packs(self):
        if not self.has_packs():
            return
        self.vouchers = self.vouchers or 1
        for owner in [*OWNERS, self.op]:
            own = []
            for _ in range(self.r.choice([2, 4, 5])):
                created = self.pack_stock(owner)
                yield created
                if f"voucher_stock/{created['stock']}" in self.p.book and created["stock"] not in own:
                    own.append(created["stock"])
                    yield self.command("set_voucher_stock", self.who(owner), stock=created["stock"], state="active")
            yield self.command("set_pack", self.who(owner), owner=owner, stocks=self.by_brand(own))

    def by_brand(self, stocks):
        """Of each merchant one stock."""
        out = {}
        for stock in stocks:
            merchants = self.stock_terms(stock).get("scope", {}).get("merchants", [])
            out[tuple(merchants) if len(merchants) == 1 else stock] = stock
        return list(out.values())

    def set_pack(self):
        r, owner = self.r, self.r.choice([*OWNERS, self.op])
        states = ("active",) if r.random() < 0.8 else ("draft", "active", "paused", "stopped")
        stocks = [s for s in self.voucher_stocks(*states) if self.stock_terms(s)["issuer"] == owner or r.random() < 0.1]
        r.shuffle(stocks)
        stocks = self.by_brand(stocks) if r.random() < 0.85 else stocks
        roll = r.random()
        if roll < 0.04:
            stocks.insert(0, r.choice(["v-none", *stocks]))
        elif roll < 0.06:
            stocks = (stocks or ["v-1"]) * 65
            stocks = stocks[:r.choice([64, 65])]
        elif roll < 0.08:
            stocks = []
        owner = owner if r.random() < 0.96 else r.choice(["a", "nobody", "m1"])
        return self.command("set_pack", self.who(owner), owner=owner, stocks=stocks)

    # ------------------------------------------------------------ handing out and presenting

    def a_guide(self, owner=None):
        """Mostly one whose merchant is in the alliance, sometimes nobody who may."""
        r, book = self.r, self.p.book
        if r.random() < 0.03:
            return r.choice(NO_GUIDES)
        known = [g for g in GUIDES if f"party/{g}" in book]
        inside = self.of_alliance(owner) if owner else []
        good = [g for g in known if book[f"party/{g}"]["record"]["party"].get("merchant", g) in inside]
        return r.choice(good if good and r.random() < 0.9 else known) if known else "st-a"

    def histories(self, member):
        """What an account had: (owner, brand, id of the latest voucher)."""
        packs = self.account(member).get("packs", {})
        return [(owner, brand, v) for owner, h in packs.items() for brand, v in h["vouchers"].items()]

    def issue_pack(self):
        member, guide = self.a_member(), self.a_guide(self.r.choice([None, *OWNERS]))
        via = "shared_page" if self.r.random() < 0.5 else self.r.choice(WAYS)
        return self.command("issue_pack", self.who(self.r.choice([member, guide])), member=member, guide=guide, via=via)

    def present(self):
        r, bound = self.r, [m for m in self.member_accounts() if self.is_bound(m)]
        member = r.choice(bound) if bound and r.random() < 0.8 else self.a_member()
        had = [x for x in self.histories(member) if f"party/{x[1]}" in self.p.book]
        vouchers = {v: self.p.book[f"voucher/{v}"]["record"] for _, _, v in had}
        worth = [x for x in had if vouchers[x[2]]["mark"] != "open" or "reserved" in vouchers[x[2]]]
        away = [(m, *x) for m in bound for x in self.histories(m) if self.is_away(*x)]
        owner, merchant = r.choice([None, *OWNERS]), self.merchant()
        if away and r.random() < 0.3:
            member, owner, merchant, _ = r.choice(away)
        elif had and r.random() < 0.85:
            owner, merchant, _ = r.choice(worth if worth and r.random() < 0.4 else had)
        guide = self.a_guide(owner)
        return self.command("present_voucher", self.who(r.choice([member, guide])), member=member, guide=guide, merchant=merchant)

    def is_away(self, _, brand, voucher):
        """Whether a voucher is set aside for another merchant than its brand."""
        record = self.p.book[f"voucher/{voucher}"]["record"]
        return self.set_aside(record) and record["reserved"]["merchant"] != brand and f"party/{brand}" in self.p.book

    def is_bound(self, member):
        entry = self.p.book.get(f"referral/{member}", {"record": {}})
        return "programme" in entry["record"] or "alliances" in entry["record"]

    def packed_voucher(self):
        """A good voucher of a pack that is in a history, with its record."""
        book, latest = self.p.book, {v for m in self.member_accounts() for _, _, v in self.histories(m)}
        found = [(v, book[f"voucher/{v}"]["record"]) for v in sorted(latest)]
        found = [(v, record) for v, record in found if self.in_date(record)]
        return self.r.choice(found[-8:]) if found else (None, None)

    def end_one(self):
        """Something happens to a voucher of a pack: it is voided, replaced, set aside elsewhere, or handed out."""
        r, (voucher, record) = self.r, self.packed_voucher()
        if voucher is None:
            return self.issue_pack()
        issuer, member, kind = self.stock_terms(record["stock"])["issuer"], self.holder(record), r.random()
        if kind < 0.15:
            return self.command("void_voucher", self.who(issuer), voucher=voucher)
        if kind < 0.3:
            return self.command("reissue_voucher", self.who(issuer), voucher=voucher)
        merchant = self.a_taker(record) if r.random() < 0.3 else self.merchant()
        if kind < 0.75 or self.stock_terms(record["stock"])["benefit"]["type"] != "gift":
            return self.command("reserve_voucher", self.who(member), voucher=voucher, member=member, merchant=merchant,
                                until=self.later(30 * self.pace))
        return self.command("redeem_voucher", self.who(merchant), voucher=voucher, member=member, merchant=merchant)

    def use_packed(self):
        """A purchase with vouchers of packs, mostly one, where they are good."""
        r, (voucher, record) = self.r, self.packed_voucher()
        if voucher is None:
            return self.issue_pack()
        terms, merchant, other = self.stock_terms(record["stock"]), self.a_taker(record), self.packed_voucher()[0]
        scope = terms.get("scope", {})
        line = {"n": 1, "product": r.choice(scope.get("products", ["p1"])), "quantity": 1, "gross": 50_000}
        if scope.get("categories"):
            line["category"] = r.choice(scope["categories"])
        self.purchases += 1
        return self.command("record_purchase", self.who(merchant), purchase=f"s-{self.purchases}", merchant=merchant,
                            member=self.holder(record), lines=[line],
                            vouchers=[voucher, other] if other != voucher and r.random() < 0.2 else [voucher])

    def return_packed(self):
        """A whole return of a purchase that used vouchers of packs."""
        book = self.p.book
        keys = [k for k, e in book.items() if k.startswith("purchase/") and any(
            "pack" in book[f"voucher/{v}"]["record"] for v in e["record"].get("vouchers", []))]
        if not keys:
            return self.present()
        key = self.r.choice(keys[-4:])
        return self.command("refund_purchase", self.who(book[key]["record"]["merchant"]), purchase=key[9:],
                            returned=[{"type": "whole"}])

    def pack_kinds(self):
        """Few where no rulebook has packs."""
        few = 4 if "packs" in (self.p.rulebook_at(self.later(0)).referral or {}) else 0.02
        return [(self.set_pack, 2 * few), (lambda: self.pack_stock(self.r.choice([*OWNERS, self.op])), few),
                (self.issue_pack, 10 * few), (self.present, 22 * few), (self.end_one, 5 * few),
                (self.use_packed, 8 * few), (self.return_packed, 2 * few)]
