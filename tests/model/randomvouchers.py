"""Random swaps, and what else vouchers have of their own: a part of the generator."""

from values import instant_text

TRADERS = ["a", "b", "c", "mill", "inn"]
STATES = ("active", "draft")


class MoreVoucherCommands:
    again = None  # what is on its way and goes on, mostly, with the next command

    def going_on(self):
        """The kinds of the next command where something is on its way."""
        make, self.again = self.again, None
        return [(make, 2_000)] if make else []

    def hand_of(self, record):
        """Who hands a voucher out."""
        return record.get("holder", self.stock_terms(record["stock"])["issuer"])

    def affordable(self):
        """The stocks that cost points to claim of, with the members that have as many; all members, if nobody has."""
        found = [(s, m) for s in self.voucher_stocks("active") if "price" in self.stock_terms(s) for m in self.member_accounts()]
        return [x for x in found if self.has_points(x[1], self.stock_terms(x[0])["price"])] or found

    def has_points(self, member, price):
        return price["points"] <= sum(lot["points"] for lot in self.account(member)["lots"]
                                      if lot["asset"] == price["asset"] and lot["state"] == "spendable")

    def stands_beside_best(self, record):
        """Whether a voucher is of a group of which the best is used, or free."""
        stacking = self.stock_terms(record["stock"])["stacking"]
        return stacking == "free" or isinstance(stacking, dict) and stacking["type"] == "best"

    def buy(self):
        """A claim that costs points, mostly by who has them; or what is needed before one."""
        r, price = self.r, {"asset": self.r.choice(self.points), "points": self.r.choice([1, 2, 5, 20])}
        pairs = self.affordable()
        if not pairs or r.random() < 0.1:
            command, _, _ = self.towards(lambda terms: "price" in terms, 1, price=price)
            self.again = self.buy if r.random() < 0.7 else None
            return command or self.claim()
        stock, member = r.choice(pairs)
        return self.command("claim_voucher", self.who(member), stock=stock, member=member)

    # ------------------------------------------------------------ a kind of voucher that a member comes to have

    def towards(self, is_it, enough, **more):
        """The next command on the way there, or the member with its vouchers once there are enough."""
        r, issuer = self.r, self.r.choice(TRADERS)
        stocks = [s for s in self.voucher_stocks("active") if is_it(self.stock_terms(s)) and self.gives(s)]
        drafts = [s for s in self.voucher_stocks("draft") if is_it(self.stock_terms(s))]
        if drafts and (len(stocks) < enough or r.random() < 0.05):
            issuer = self.stock_terms(drafts[0])["issuer"]
            return self.command("set_voucher_stock", self.who(issuer), stock=drafts[0], state="active"), None, []
        if len(stocks) < enough or r.random() < 0.05:
            days = {"type": "after_claim", "days": self.some_days() + 2}
            if r.random() < 0.7:
                more["min_spend"] = 0
            return self.stock_of(issuer, **{
                "funders": {f: r.choice([1, 2, 3]) for f in sorted({issuer, self.op, r.choice(TRADERS)})},
                "validity": days if r.random() < 0.8 else self.validity(),
                "scope": self.voucher_scope() if r.random() < 0.3 else {}, **more}), None, []
        member = self.a_member()
        mine = [(i, v) for i, v in self.all_vouchers() if v.get("account") == self.member_accounts().get(member)
                and self.in_date(v) and v.get("from", "9") <= self.today() and is_it(self.stock_terms(v["stock"]))]
        if len(mine) < enough:
            stock = r.choice(stocks[-4:])
            return self.command("claim_voucher", self.op, stock=stock, member=member), None, []
        return None, member, mine

    def at_till(self, member, merchant, vouchers, most, scopes=()):
        """A purchase that may well use these vouchers; each of these scopes has a line."""
        r, lines = self.r, []
        for n in range(max(r.choice([1, 2, 3]), len(scopes))):
            lines.append({"n": n, "product": r.choice(["p1", "p1", "star"]), "quantity": r.choice([1, 1, 2, 3]), "gross": r.choice([most, most // 3, r.randrange(most)])})
            if self.categories and r.random() < 0.6:
                lines[-1]["category"] = r.choice(self.categories)
            if r.random() < 0.2:
                lines[-1]["discounts"] = [{"funder": merchant, "amount": lines[-1]["gross"] // 4}]
        for line, scope in zip(lines, scopes):
            for asked, field in (("products", "product"), ("categories", "category")):
                line.update({field: r.choice(scope[asked])} if asked in scope else {})
        self.purchases += 1
        return self.command("record_purchase", self.who(merchant), purchase=f"s-{self.purchases}", merchant=merchant, member=member,
                            lines=lines, vouchers=vouchers, channel=self.maybe(0.4, lambda: r.choice(["till", "app", "web"])))

    def best(self):
        """A purchase that names several of which the best is used, and sometimes another between them."""
        r, is_it = self.r, lambda terms: isinstance(terms.get("stacking"), dict) and terms["stacking"]["type"] == "best"
        command, member, mine = self.towards(is_it, 2, stacking={"type": "best", "group": r.choice("gggh")})
        if member is None:
            self.again = self.best if r.random() < 0.9 else None
            return command
        ids = [i for i, _ in r.sample(mine, min(len(mine), r.choice([2, 2, 3, 4])))]
        if r.random() < 0.3:
            ids.insert(r.randint(0, len(ids)), self.a_voucher(lambda v: self.held(v) and self.stands_beside_best(v))[0])
        return self.at_till(member, self.a_taker(r.choice(mine)[1]), ids, r.choice([900, 9_000, 60_000]))

    # ------------------------------------------------------------ points multipliers

    def multipliers(self, of_vouchers):
        """Those that vouchers give by some rulebook, or those that they give by none."""
        given = {m["id"] for b in self.p.rulebooks for m in b.multipliers if b.of_vouchers(m["id"])}
        return sorted(given if of_vouchers else {m["id"] for b in self.p.rulebooks for m in b.multipliers} - given)

    def multiplied(self):
        r, some = self.r, self.multipliers(True)
        good = self.given_today() if r.random() < 0.95 else some
        return {"type": "points_multiplier", "multiplier": r.choice(good if good and r.random() < 0.96 else ["none", *self.multipliers(False)])}

    def given_today(self):
        return [m for m in self.multipliers(True) if self.multiplies({"benefit": {"multiplier": m}})]

    def payer_of(self, benefit):
        """The party that pays for the points of a multiplier, if its campaign names one."""
        found = [b.given(m)[0] for b in self.p.rulebooks for m in [b.of_vouchers(benefit.get("multiplier"))] if m and "campaign" in m]
        return next((f["id"] for f in found if f["type"] == "party"), None)

    def by_payer(self, benefit):
        """Issuer and funders of a stock that the payer of its multiplier may have, or an alliance that it is in; nothing, if there is none."""
        payer = self.payer_of(benefit)
        if payer not in TRADERS or f"party/{payer}" not in self.p.book:
            return {}
        return {"issuer": self.r.choice([payer, payer, *self.party(payer).get("alliances", [])]), "funders": {payer: 1}}

    def multiplies(self, terms):
        """Whether a stock's multiplier is one that vouchers give today."""
        return self.p.rulebook_at(instant_text(self.now)).of_vouchers(terms["benefit"].get("multiplier")) is not None

    def multiply(self):
        """A purchase with vouchers that multiply its points, mostly by several multipliers, and sometimes another among them."""
        r, known = self.r, [self.stock_terms(s)["benefit"] for s in self.voucher_stocks("draft", "active")]
        benefit = min((self.multiplied() for _ in range(3)), key=known.count)
        is_it = self.multiplies if r.random() < 0.9 else lambda terms: "multiplier" in terms["benefit"]
        scope = r.choice([{}, {"categories": [r.choice(self.categories)]} if self.categories else {}, {"products": ["star"]}, self.voucher_scope()])
        command, member, mine = self.towards(is_it, r.choice([1, 2, 3, 4]), **{
            "stacking": r.choice(["free", "free", "free", {"type": "best", "group": r.choice("gh")}]), "benefit": benefit, "scope": scope,
            **(self.by_payer(benefit) if r.random() < 0.6 else {})})
        if member is None:
            self.again = self.multiply if r.random() < 0.95 else None
            return command
        picked = r.sample(mine, min(len(mine), r.choice([1, 2, 2, 3])))
        if r.random() < 0.8:
            picked = list({self.stock_terms(v["stock"])["benefit"]["multiplier"]: (i, v) for i, v in picked}.values())
        ids = [i for i, _ in picked]
        if r.random() < 0.3:
            other = self.a_voucher(lambda v: self.held(v) and v["account"] == mine[0][1].get("account") and self.stands_beside_best(v))[0]
            ids.insert(r.randint(0, len(ids)), other)
        scopes = [self.stock_terms(v["stock"]).get("scope", {}) for _, v in picked] if r.random() < 0.9 else []
        return self.at_till(member, self.a_taker(picked[0][1]), ids, r.choice([9, 900, 9_000, 60_000]), scopes)

    # ------------------------------------------------------------ stored value

    def spend(self):
        """A purchase that spends of stored value, mostly a part."""
        r, is_it = self.r, lambda terms: terms["benefit"]["type"] == "stored_value"
        face = r.choice([500, 5_000, 10_000, 30_000])
        command, member, mine = self.towards(is_it, 1, benefit={"type": "stored_value", "amount": face})
        if member is None:
            self.again = self.spend if r.random() < 0.9 else None
            return command
        picked = r.sample(mine, min(len(mine), r.choice([1, 1, 1, 2])))
        if r.random() < 0.4:
            self.again = self.after_spending
        balance = sum(v["balance"] for _, v in picked)
        ids = [i for i, _ in picked]
        if r.random() < 0.35:
            ids.insert(r.randint(0, 1), self.a_voucher(lambda v: self.held(v) and self.stands_beside_best(v))[0])
        return self.at_till(member, self.a_taker(picked[0][1]), ids, max(r.choice([balance // 3, balance // 2, balance, 3 * balance]), 9))

    def after_spending(self):
        """Something happens to stored value that was spent, or to the purchase: returns, a replacement, an end."""
        r, book, roll = self.r, self.p.book, self.r.random()
        spent = [(k, x["voucher"]) for k, e in book.items() if k.startswith("purchase/")
                 for line in e["record"]["lines"] for x in line["discounts"] if x.get("voucher") and x["amount"]]
        if not spent:
            return self.spend()
        recent = [x for x in spent if book[x[0]]["record"]["day"] >= self.today(-book[x[0]]["record"]["refunds"]["days"])]
        key, voucher = r.choice((recent if recent and r.random() < 0.9 else spent)[-9:])
        while "replaced_by" in book[f"voucher/{voucher}"]["record"]:
            voucher = book[f"voucher/{voucher}"]["record"]["replaced_by"]
        if roll < 0.5 or r.random() < 0.3:
            self.again = self.after_spending if r.random() < 0.5 else None
        actor = self.who(self.stock_terms(book[f"voucher/{voucher}"]["record"]["stock"])["issuer"])
        if roll < 0.42:
            return self.command("reissue_voucher", actor, voucher=voucher)
        if roll < 0.48:
            return self.command("void_voucher", actor, voucher=voucher)
        record = book[key]["record"]
        line = r.choice([line for line in record["lines"] if line["discounts"]])
        some = r.choice([{"type": "line_amount", "line": line["n"], "amount": max(line["net"] // 2, 1)},
                         {"type": "quantity", "line": line["n"], "quantity": 1}, {"type": "whole"}, {"type": "quantity", "line": line["n"], "quantity": 1}])
        return self.command("refund_purchase", self.who(record["merchant"]), purchase=key[9:], returned=[some])

    # ------------------------------------------------------------ swaps

    def hands(self):
        """The vouchers that are nobody's, by the merchant that hands them out."""
        out = {}
        for voucher, record in self.all_vouchers():
            if self.in_date(record) and "account" not in record and self.hand_of(record) in TRADERS:
                out.setdefault(self.hand_of(record), []).append(voucher)
        return out

    def more_to_swap(self, hands):
        """Somebody who has nothing to swap gets something: a stock, an active one, or vouchers."""
        r, poor = self.r, [m for m in TRADERS if m not in hands and f"party/{m}" in self.p.book]
        ready = [(state, s) for state in STATES for s in self.voucher_stocks(state)
                 if self.stock_terms(s)["issuer"] in poor and self.gives(s)]
        if not ready:
            return self.stock_of(r.choice(poor or TRADERS))
        state, stock = ready[0]
        actor = self.who(self.stock_terms(stock)["issuer"])
        if state == "active":
            return self.command("issue_vouchers", actor, stock=stock, count=r.choice([3, 6, 12]))
        return self.command("set_voucher_stock", actor, stock=stock, state="active")

    def gives(self, stock):
        """Whether a stock has no end in sight."""
        terms = self.stock_terms(stock)
        return "total" not in terms and "total_money" not in terms and terms["validity"].get("until", "~") > self.today(1)

    def stock_of(self, merchant, **more):
        """A stock that a merchant issues and pays itself."""
        terms = {k: v for k, v in self.stock_body().items() if k not in ("referral_fee", "claim_from", "total", "total_money")}
        terms.pop("claim_until", None)
        if self.r.random() < 0.8:
            terms.pop("price", None)
        terms.update({"issuer": merchant, "funders": {merchant: 1}, **more})
        known = self.voucher_stocks("draft", "active", "paused", "stopped")
        actor = self.who(terms["issuer"]) if len(terms["funders"]) == 1 else self.op
        return self.command("create_voucher_stock", actor, stock=f"v-{len(known) + 1}", terms=terms)

    def swap(self):
        r, hands = self.r, self.hands()
        if len(hands) < 2:
            return self.more_to_swap(hands)
        giver, getter = r.sample(sorted(hands), 2)
        give, take = (r.sample(hands[m], min(len(hands[m]), r.choice([1, 1, 2, 4]))) for m in (giver, getter))
        values = {"give_value": self.worth_of(give), "take_value": self.worth_of(take)}
        some, roll = r.choice([give, take]), r.random()
        if roll < 0.03:
            getter = r.choice([giver, "nobody", "m1", "old-town"])
        elif roll < 0.05:
            some.clear()
        elif roll < 0.07:
            some[:] = (some * 501)[:r.choice([500, 501])]
        elif roll < 0.1:
            some.append(r.choice(give + take))
        elif roll < 0.2:
            some.insert(r.randint(0, len(some)), self.a_voucher(lambda v: v["mark"] != "open" or "account" in v)[0])
        elif roll < 0.25:
            give, take = take, give
        elif roll < 0.28:
            values[r.choice(["give_value", "take_value"])] = r.choice([-1, 2 ** 53 - 1])
        actor = self.op if r.random() < 0.95 else r.choice([giver, getter, "st-a", "nobody"])
        return self.command("swap_vouchers", actor, to=getter, give=give, take=take, **values, **{"from": giver})

    def worth_of(self, ids):
        """At face, below, sometimes a little above."""
        faces = [self.stock_terms(self.p.book[f"voucher/{i}"]["record"]["stock"])["benefit"].get("amount", 500) for i in ids]
        face = min(sum(faces), 2 ** 53 - 1)
        return self.r.choice([face, face, face * 4 // 5, face // 2, 0, min(face + (self.r.random() < 0.4), 2 ** 53 - 1)])
