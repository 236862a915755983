"""Vouchers that a till accepted offline, and tills (rulebook.md, 11.10; wire.md, 7)."""

from values import Reject, copy
from vouchers import a_voucher, is_reserved


def set_till(d, c):
    if c["limit"] < 0:
        raise Reject("negative_amount", "limit")
    d.need_party(c["merchant"], "merchant", "merchant")
    d.need_actor()
    key = f"till/{c['merchant']}/{c['till']}"
    d.write(key, {**copy(d.record(key) or {"type": "till"}), "limit": c["limit"]})
    d.event("till_set", limit=c["limit"], merchant=c["merchant"], till=c["till"])


def lost(d, voucher, merchant):
    """Whether a voucher is one that the till could not know about."""
    return voucher["mark"] != "open" or is_reserved(d, voucher) and voucher["reserved"]["merchant"] != merchant


class Till:
    """The till that accepted the vouchers of a purchase, while they are worked on."""

    def __init__(self, d, c):
        self.d, self.command, self.key = d, c, f"till/{c['merchant']}/{c['offline_till']}"
        if d.record(self.key) is None:
            raise Reject("unknown_till", "offline_till")
        self.record = copy(d.record(self.key))

    def accepted(self, voucher_id, account, path):
        """A voucher of this account that was good on the day of the sale, as far as a till could know."""
        voucher = a_voucher(self.d, voucher_id, path)
        kept = is_reserved(self.d, voucher) and voucher["reserved"]["merchant"] == self.command["merchant"]
        if voucher.get("account") != account or self.d.day >= voucher["until"] and not kept:
            raise Reject("invalid_voucher", path)
        if self.d.day < voucher["from"]:
            raise Reject("voucher_not_yet", path)
        return voucher

    def lost(self, voucher):
        return lost(self.d, voucher, self.command["merchant"])

    def parts(self, value):
        """What the operator bears of a loss, and what is left to the merchant."""
        borne = max(min(value, self.record["limit"] - self.record.get("borne", 0)), 0)
        return {self.d.rulebook.operator: borne, self.command["merchant"]: value - borne}

    def lose(self, value):
        """What the operator bears of a loss counts."""
        borne = self.parts(value)[self.d.rulebook.operator]
        if borne:
            self.record["borne"] = self.record.get("borne", 0) + borne
            self.d.write(self.key, self.record)
        return borne

    def tell(self, one):
        c = self.command
        self.d.event("voucher_lost", account=one["voucher"]["account"], borne=one["borne"], merchant=c["merchant"],
                     purchase=c["purchase"], stock=one["stock"], till=c["offline_till"], value=one["value"], voucher=one["id"])
