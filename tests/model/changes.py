"""What may not change from one rulebook to the next (rulebook.md, 2.2)."""

from values import instant_text, join, ms

COUNTING = (("earn", "caps"), ("commission", "caps"), ("withdrawal", "limits"))


def past(zone, day):
    """The first offset, and the changes before a day as UTC tells it."""
    return zone["offset_minutes"], [(ms(c["at"]), c["offset_minutes"]) for c in zone.get("changes", []) if instant_text(ms(c["at"]))[:10] < day]


def counting(book):
    """Caps and limits: list, place, item, those of payouts with their asset. What they count is kept by id and window alone."""
    asset = {"commission": book["currency"]}
    lists = ((of, book.get(of[0], {}).get(of[1], [])) for of in COUNTING)
    return [(of, n, {"asset": asset.get(of[0]), **item}) for of, items in lists for n, item in enumerate(items)]


def counters(p, new, old):
    for of, n, item in new:
        path, known = p.path(*of, n), [(list_, one) for list_, _, one in old if one["id"] == item["id"]]
        here = [one for list_, one in known if list_ == of]
        p.unless(len(here) == len(known), "not_possible", join(path, "id"))
        p.unless(all(one["per"] == item["per"] for one in here), "cap_window_changed", join(path, "per"))
        p.unless(all(one["asset"] == item["asset"] for one in here), "asset_changed", join(path, "asset"))


def by_voucher(book):
    """The multipliers that vouchers give: who holds one needs it under any later rulebook."""
    return [m["id"] for m in book.get("earn", {}).get("multipliers", []) if m.get("trigger") == "voucher"]


def check(p, new, old):
    for field in ("programme", "operator"):
        p.unless(new[field] == old[field], "not_possible", field)
    p.unless(new["currency"] == old["currency"], "asset_changed", "currency")
    for asset, kind in sorted(old["assets"].items()):
        if p.unless(asset in new["assets"], "asset_removed", p.path("assets", asset)):
            p.unless(new["assets"][asset] == kind, "asset_changed", p.path("assets", asset))
    p.unless(new.get("settlement") == old.get("settlement"), "not_possible", "settlement")
    day = new["effective_from"]
    p.unless(past(new["zone"], day) == past(old["zone"], day), "not_possible", "zone")
    counters(p, counting(new), counting(old))
    campaigns = {c["id"] for c in new.get("earn", {}).get("campaigns", [])}
    for campaign in old.get("earn", {}).get("campaigns", []):
        p.unless(campaign["id"] in campaigns, "campaign_removed", "earn.campaigns")
    kept, needed = by_voucher(new), by_voucher(old)
    for multiplier in needed:
        p.unless(multiplier in kept, "not_possible", "earn.multipliers")
    for section in ("commission", "withdrawal"):
        p.unless(section in new or section not in old, "not_possible", section)
    p.unless(new["effective_from"] > old["effective_from"], "not_later", "effective_from")
