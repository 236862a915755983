"""Random sections about referral, commission and withdrawal: a part of the maker of random rulebooks."""

ROLES = ["teacher", "staff", "agent"]
WINDOWS = ["day", "week", "month", "year"]


class CommissionMaker:
    def referral_section(self):
        r = self.r
        policy = r.choice([{"type": "first_touch"}, {"type": "last_touch"}, {"type": "last_touch"}, {"type": "permanent"},
                           {"type": "protected", "days": r.choice([1, 5, 30])}])
        out = {"policy": policy}
        if self.chance(0.4):
            out["scope"] = r.choice(["alliance", "alliance", "programme"])
        if self.chance(0.5):
            out["chosen_merchant"] = r.choice(["guide", "merchant"])
        if self.chance(0.8):
            out["packs"] = {"presented_days": r.choice([1, 3, 20, 200, 36_500]), "order_hours": r.choice([1, 30, 72, 300, 2_160])}
            if self.chance(0.6):
                out["packs"]["most"] = r.choice([1, 2, 3, 64])
        return out

    def share(self, asset, rates=True):
        r = self.r
        if not rates or self.chance(0.25):
            return {"type": "fixed", "amount": r.choice([1, 20, 50, 333])}
        rates = ["0.03", "0.02", "0.0333", "0.1", "0.005", "0.000001"] + ["1.5", "7"] * (asset is not None)
        return {"type": "rate", "rate": r.choice(rates)}

    def plan(self, i, levels):
        r, share = self.r, lambda: self.share(out.get("asset"), event != "scan")
        event = r.choice(["purchase"] * 5 + ["turnover", "top_up", "scan", "scan"])
        out = {"id": f"plan-{i}", "group": r.choice(["sales", "sales", "team"])}
        if event != "purchase" or self.chance(0.2):
            out["event"] = event
        if self.chance(0.3):
            out["asset"] = r.choice(self.points)
            if self.chance(0.7):
                out["expiry"] = r.choice(self.policies)
        if self.chance(0.3):
            out["priority"] = r.randint(-2, 2)
        if self.chance(0.3):
            out["when"] = self.condition(activity=event in ("scan", "top_up"))
        if event == "purchase" and self.chance(0.1):
            out["stocks"] = self.some(["v-1", "v-2", "v-3"])
        if event == "scan" and self.chance(0.4):
            out["purposes"] = self.some(["sold", "seen"])
        if self.chance(0.1):
            out["roles"] = self.some(ROLES, 2, 3)
        if event in ("purchase", "turnover") and self.chance(0.4):
            out["basis"] = r.choice(["after_tender", "after_discounts", "before_discounts"])
        if event != "scan" and self.chance(0.2):
            out.update(mode="differential", grades={role: r.choice(["0.08", "0.05", "0.1", "0.025"]) for role in self.some(ROLES)})
        else:
            kinds = ["referral", "uplines"] + ["sale"] * (event in ("purchase", "scan"))
            for kind in self.some(kinds, 1, 3):
                if kind != "uplines":
                    out[kind] = share()
                elif levels > 1:
                    out[kind] = [share() for _ in range(r.randint(1, levels - 1))]
        if event in ("purchase", "scan") and "sale" not in out and self.chance(0.3):
            out["sale"] = share()
        if not any(out.get(k) for k in ("referral", "sale", "uplines", "grades")):
            out["referral"] = share()
        for field, chance, value in (("own_brand", 0.4, "paid"), ("entry_fee", 0.2, "required"), ("multiplied", 0.2, "no")):
            if self.chance(chance):
                out[field] = value
        if self.chance(0.6):
            out["payer"] = r.choice([{"type": "merchant"}, {"type": "store"}, {"type": "operator"}, {"type": "operator"},
                                     {"type": "party", "id": r.choice(["brand", "a", "br1", "a-1"])}] + [self.funder()] * self.chance(0.3))
        if self.chance(0.7):
            out["available"] = r.choice([{"type": "after_window"}, {"type": "at_once"}, {"type": "at_once"},
                                         {"type": "after_days", "days": r.choice([1, 3, 20])}])
        return out

    def commission_section(self):
        r, levels = self.r, self.r.choice([1, 2, 2, 3, 3])
        plans = [self.plan(i, levels) for i in range(r.randint(2, 8))]
        out = {"levels": levels, "plans": plans}
        if levels == 3:
            out["acknowledged"] = ["three_levels"]
        if self.chance(0.7):
            out["payout"] = r.choice([{"type": "input", "ratio": r.choice(["0.01", "0.05", "0.29", "1"])},
                                      {"type": "input", "ratio": "0.3"}, {"type": "fixed", "ratio": "1"}])
        if self.chance(0.5):
            out["withdrawn"] = r.choice(["debt", "funder_bears"])
        if self.chance(0.6):
            out["online"] = self.some(["web", "app"])
        out["dimensions"] = {d: r.choice(["max", "add", "multiply"]) for d in ("time", "place")}
        if self.chance(0.3):
            out["across"] = "add"
        out["multipliers"] = []
        for i in range(r.choice([0, 0, 1, 3])):
            one = {"id": f"times-{i}", "dimension": r.choice(["time", "place"]), "factor": r.choice(["0", "0.5", "1.5", "2", "1.1"])}
            if self.chance(0.5):
                one["when"] = self.condition()
            if self.chance(0.4):
                one["plans"] = self.some([p["id"] for p in plans])
            out["multipliers"].append(one)
        out["caps"] = []
        for i in range(r.choice([0, 0, 1, 3])):
            per = r.choice(WINDOWS)
            one = {"id": f"guard-{per}-{i}", "per": per, "amount": r.choice([0, 20, 500, 3_000, 20_000])}
            if self.chance(0.3):
                one["asset"] = r.choice(self.points)
            if self.chance(0.4):
                one["under"] = self.some([p["id"] for p in plans] + ["v-1", "v-2"])
            out["caps"].append(one)
        return out

    def withdrawal_section(self):
        r, out = self.r, {"minimum": self.r.choice([1, 1, 1, 100])}
        if self.chance(0.6):
            out["fee"] = r.choice([{"type": "fixed", "amount": r.choice([1, 30])}, {"type": "rate", "rate": r.choice(["0.006", "0.0333"])}])
        if self.chance(0.5):
            out["limits"] = [{"id": f"out-{per}", "per": per, "count": r.choice([1, 2, 5])} for per in self.some(WINDOWS, 1, 2)]
        return out

    def commission_sections(self):
        """Mostly all three, sometimes one is not there."""
        out = {}
        for name, chance in (("referral", 0.9), ("commission", 0.9), ("withdrawal", 0.85)):
            if self.chance(chance):
                out[name] = getattr(self, f"{name}_section")()
        return out
