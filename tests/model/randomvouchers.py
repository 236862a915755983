"""Random swaps, and what else vouchers have of their own: a part of the generator."""

TRADERS = ["a", "b", "c", "mill", "inn"]
STATES = ("active", "draft")


class MoreVoucherCommands:
    def hand_of(self, record):
        """Who hands a voucher out."""
        return record.get("holder", self.stock_terms(record["stock"])["issuer"])

    def priced(self):
        """The stocks that cost points to claim of."""
        return [s for s in self.voucher_stocks("active") if "price" in self.stock_terms(s)]

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

    def stock_of(self, merchant):
        """A stock that a merchant issues and pays itself."""
        terms = {k: v for k, v in self.stock_body().items() if k not in ("referral_fee", "claim_from", "total", "total_money")}
        terms.pop("claim_until", None)
        terms.update(issuer=merchant, funders={merchant: 1})
        known = self.voucher_stocks("draft", "active", "paused", "stopped")
        return self.command("create_voucher_stock", self.who(merchant), stock=f"v-{len(known) + 1}", terms=terms)

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
