"""What may not change from one rulebook to the next (rulebook.md, 2.2)."""

from values import ms, instant_text


def past(zone, day):
    """The first offset, and the changes before a day as UTC tells it."""
    return zone["offset_minutes"], [(ms(c["at"]), c["offset_minutes"]) for c in zone.get("changes", []) if instant_text(ms(c["at"]))[:10] < day]


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
    before = old.get("earn", {}).get("caps", [])
    for n, cap in enumerate(new.get("earn", {}).get("caps", [])):
        p.unless(all(c["id"] != cap["id"] or c["per"] == cap["per"] for c in before), "cap_window_changed", p.path("earn", "caps", n, "per"))
    campaigns = {c["id"] for c in new.get("earn", {}).get("campaigns", [])}
    for campaign in old.get("earn", {}).get("campaigns", []):
        p.unless(campaign["id"] in campaigns, "campaign_removed", "earn.campaigns")
    p.unless(new["effective_from"] > old["effective_from"], "not_later", "effective_from")
