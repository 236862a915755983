"""Random commands about referral, top-ups, entry fees, scans and withdrawals: a part of the generator."""

WAYS = ["scan", "shared_page", "invitation_code", "application", "pushed", "merchant", "upline"]
PEOPLE = ["m1", "m2", "m3", "m4", "st-a", "st-c", "st-b", "a", "b", "mill", "a-1", "brand"]
NOBODY = ["hq", "br1", "nobody", "old-town"]


class PayoutCommands:
    def person(self):
        return self.r.choice(PEOPLE) if self.r.random() < 0.97 else self.r.choice(NOBODY)

    def bind(self):
        r, party, referrer, merchant = self.r, self.person(), self.person(), None
        if r.random() < 0.4:
            party = r.choice(["m1", "m2", "m3", "m4"])
        if r.random() < 0.2:
            referrer, merchant = None, self.merchant()
        elif r.random() < 0.02:
            merchant = "a"
        alliances = self.by_alliance(party) and r.random() < 0.95 or r.random() < 0.03
        return self.command("bind_referrer", self.who(r.choice([party, referrer or "a"])), party=party, referrer=referrer,
                            merchant=merchant, alliance=r.choice(["old-town", "harbour"]) if alliances else None,
                            via=r.choice(WAYS), phone="verified" if r.random() < 0.95 else r.choice([None, "unverified"]))

    def first_bindings(self):
        """Some stand above each other from the beginning."""
        people = [p for p in PEOPLE if f"party/{p}" in self.p.book]
        self.r.shuffle(people)
        for party, referrer in list(zip(people, people[1:]))[:8]:
            alliance = self.r.choice(["old-town", "harbour"]) if self.by_alliance(party) else None
            yield self.command("bind_referrer", self.op, party=party, referrer=referrer, alliance=alliance,
                               via=self.r.choice(WAYS), phone="verified")

    def by_alliance(self, party):
        entry = self.p.book.get(f"party/{party}")
        member = entry is not None and entry["record"]["party"]["type"] == "member"
        return member and any((b.referral or {}).get("scope") == "alliance" for b in self.p.rulebooks)

    def unbind(self):
        bound = [k[9:] for k, e in self.p.book.items() if k.startswith("referral/") and set(e["record"]) & {"programme", "alliances"}]
        party = self.r.choice(bound) if bound and self.r.random() < 0.9 else self.person()
        entry = self.p.book.get(f"referral/{party}", {"record": {}})["record"]
        named = sorted(entry.get("alliances", {})) or ["old-town"]
        return self.command("unbind_referrer", self.who(self.op), party=party,
                            alliance=self.r.choice(named) if "programme" not in entry and self.r.random() < 0.9 else None)

    def top_up(self):
        return self.command("top_up_merchant", self.who(self.op), merchant=self.merchant(),
                            amount=self.r.choice([1, 5_000, 33_333, 1_000_000, 0]), lane=self.maybe(0.2, lambda: "night"))

    def entry_fee(self):
        return self.command("record_entry_fee", self.who(self.op), party=self.person(), amount=self.r.choice([1, 9_900, 0]))

    def scan(self):
        r, earner = self.r, self.person()
        return self.command("record_scan", self.who(earner), earner=earner, code=f"c{r.randrange(60)}",
                            purpose=r.choice(["sold", "sold", "seen", "lost" if r.random() < 0.2 else "sold"]),
                            merchant=self.maybe(0.7, self.merchant),
                            channel=self.maybe(0.4, lambda: r.choice(["till", "app", "web"])), lane=self.maybe(0.2, lambda: "night"))

    def available_money(self, account):
        entry = self.p.book.get(f"account/{account}")
        lots = entry["record"]["lots"] if entry else []
        return sum(l["points"] for l in lots if l["asset"] == self.p.rulebooks[0].currency and l["state"] == "spendable")

    def withdraw(self):
        r = self.r
        earners = {}
        for party in PEOPLE:
            entry = self.p.book.get(f"party/{party}")
            if entry:
                earners[party] = entry["record"]["party"].get("account", party)
        rich = sorted((p for p in earners if self.available_money(earners[p])), key=lambda p: -self.available_money(earners[p]))
        party = r.choice(rich[:r.choice([1, 2, 9])]) if rich and r.random() < 0.95 else self.person()
        have = self.available_money(earners.get(party, party))
        return self.command("request_withdrawal", self.who(party), party=party,
                            amount=r.choice([max(have // 2, 1), have or 1, have or 1, have or 1, have + 1, max(have // 3, 1), 1, 0]))

    def set_withdrawal(self):
        r = self.r
        known = [(k[11:], e["record"]["state"]) for k, e in self.p.book.items() if k.startswith("withdrawal/")]
        waiting = [x for x in known if x[1] in ("requested", "approved")] or known
        if not waiting or r.random() < 0.03:
            return self.command("set_withdrawal", self.who(self.op), withdrawal="00000000-0000-0000-0000-000000000001.1",
                                state="approved")
        withdrawal, state = r.choice(waiting if r.random() < 0.9 else known)
        good = ["approved", "approved", "refused"] if state == "requested" else ["paid", "refused"]
        return self.command("set_withdrawal", self.who(self.op), withdrawal=withdrawal,
                            state=r.choice(good if r.random() < 0.9 else ["approved", "paid", "refused"]))

    def payout_kinds(self):
        """Few where no rulebook has these sections."""
        books = self.p.rulebooks
        few = lambda section, weight: weight if any(getattr(b, section) is not None for b in books) else 0.1
        waiting = any(k.startswith("withdrawal/") for k in self.p.book)
        bound = sum(k.startswith("referral/") for k in self.p.book)
        return [(self.bind, few("referral", 20 if bound < 10 else 6)), (self.unbind, few("referral", 1)),
                (self.top_up, few("commission", 3)), (self.entry_fee, few("commission", 2)),
                (self.scan, few("commission", 5)), (self.withdraw, few("withdrawal", 14)),
                (self.set_withdrawal, few("withdrawal", 8 if waiting else 0.1))]
