"""Ends that ordinary random programmes rarely come to: the last days of the calendar, and figures that no settlement holds."""

DAY = 86_400_000
END = 253_402_300_799_999  # the last moment of the year 9999
FINE = 900_719_925_474     # the most minor units that fit in fine units


class Extremes:
    def choose_extremes(self):
        r = self.r
        self.last_days = r.choice([0] * 6 + [230, 130])  # the command at which the end of the calendar comes near
        self.reach = r.choice([40_000, 400, 20])
        self.large = r.random() < 0.15

    def near_the_end(self):
        if self.number == self.last_days:
            self.now, self.pace = END - self.r.randint(1, self.reach) * DAY, DAY // 4
        self.now = min(self.now, END)

    def large_fees(self):
        """Fees of which few, or one, make a settlement that cannot be written."""
        r = self.r
        if not self.large or r.random() < 0.8:
            return []
        return [r.choice([{"type": "fixed", "amount": r.choice([FINE, FINE + 1, FINE // 2, FINE // 7])},
                          {"type": "sales", "rate": r.choice(["1000", "1000000"]), "of": r.choice(["all", "members"])},
                          {"type": "points_awarded", "asset": r.choice(self.points), "unit_price": r.choice([2 ** 40, 2 ** 52])},
                          {"type": "points_redeemed", "asset": r.choice(self.points), "unit_price": 2 ** 46}])]

    def large_gross(self):
        return [FINE, 3 * FINE, 2 ** 50, 2 ** 52] if self.large and self.r.random() < 0.2 else []
