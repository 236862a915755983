"""Who brought whom: binding, unbinding, and who stands above whom (rulebook.md, 12 and 13.4; wire.md, 7)."""

from values import Reject, copy, day_number

BOUND = ("member", "staff", "store", "merchant", "partner")
EMPTY = {"type": "referral"}


def works_at(d, party_id):
    """The merchant that a party is or works for; None without one."""
    party = d.party(party_id)
    if party is None:
        return None
    return party_id if party["type"] == "merchant" else party.get("merchant")


def earns_into(d, party_id):
    """The account that a party earns into."""
    return d.party(party_id).get("account", party_id)


def referral(d, party_id):
    return d.record(f"referral/{party_id}") or EMPTY


def binding(d, party_id, alliances):
    """The binding that counts on the day at a merchant in these alliances."""
    record = referral(d, party_id)
    found = [record.get("alliances", {}).get(a) for a in sorted(alliances)] + [record.get("programme")]
    return next((b for b in found if b is not None and b["since"] <= d.day), None)


def chain(d, party_id, alliances, named=None, customer=None):
    """(party, account) of each level above a party; `named` is the first where nobody is bound. Above a customer it ends
    before who earns into the customer's account."""
    found = binding(d, party_id, alliances) if party_id is not None else None
    if found is None and named is not None:
        found = {"referrer": named, "account": earns_into(d, named)}
    levels = []
    while found is not None and len(levels) < d.rulebook.commission.get("levels", 2):
        levels.append((found["referrer"], found["account"]))
        found = binding(d, found["referrer"], alliances)
        if found is not None and found["account"] == customer:
            break
    return levels


# ---------------------------------------------------------------- commands


def the_referrer(d, c):
    """The referrer and its path."""
    if "merchant" in c and "referrer" in c:
        raise Reject("duplicate", "merchant")
    if "merchant" not in c and "referrer" not in c:
        raise Reject("empty", "referrer")
    party = d.need_party(c["party"], "party", *BOUND)
    referrer, path = c.get("referrer"), "referrer"
    if "merchant" in c:
        path = "merchant"
        d.need_party(c["merchant"], path, "merchant")
        referrer = c["merchant"]
        if d.rulebook.referral.get("chosen_merchant", "guide") == "guide":
            referrer = d.terms(c["merchant"], d.day).get("guide")
            if referrer is None:
                raise Reject("no_guide", path)
            if d.need_party(referrer, path, "staff")["merchant"] != c["merchant"]:
                raise Reject("wrong_kind", path)
    d.need_party(referrer, path, *BOUND)
    return party, referrer, path


def check_alliance(d, c, party, referrer):
    by_alliance = party["type"] == "member" and d.rulebook.referral.get("scope") == "alliance"
    if "alliance" in c and not by_alliance:
        raise Reject("wrong_kind", "alliance")
    if "alliance" not in c:
        if by_alliance:
            raise Reject("empty", "alliance")
        return
    d.need_party(c["alliance"], "alliance", "alliance")
    merchant = works_at(d, referrer)
    if merchant is not None and c["alliance"] not in d.party(merchant).get("alliances", []):
        raise Reject("not_declared", "alliance")


def replaces(d, policy, before, referrer):
    """Whether a touch may take the place of a binding."""
    if d.day < before["since"]:
        return False
    if policy["type"] == "last_touch":
        return True
    if policy["type"] == "protected":
        return before["referrer"] == referrer or day_number(d.day) >= day_number(before["since"]) + policy["days"]
    return False


def walk(d, party_id, referrer, path):
    """The way up from the referrer (12.2); all whose records were looked at."""
    seen, step = [referrer], [referrer]
    for _ in range(3):
        names = set()
        for one in step:
            record = referral(d, one)
            found = [record.get("programme"), *record.get("alliances", {}).values()]
            names |= {b["referrer"] for b in found if b is not None}
        if party_id in names:
            raise Reject("cyclic_referral", path)
        step = sorted(names - set(seen))
        if not step:
            return seen
        seen += step
    raise Reject("limit_exceeded", path)


def bind_referrer(d, c):
    if d.rulebook.referral is None:
        raise Reject("not_declared", "referral")
    party, referrer, path = the_referrer(d, c)
    check_alliance(d, c, party, referrer)
    says = referrer if party["type"] == "member" else c["party"]  # who is no member says itself who brought it
    worker = works_at(d, says)
    d.need_actor(c["party"], says, *([worker] if worker else []))
    if party["type"] == "member" and c.get("phone") != "verified":
        raise Reject("phone_not_verified", "phone")
    account = earns_into(d, referrer)
    if referrer == c["party"] or account == earns_into(d, c["party"]):
        raise Reject("self_referral", path)

    record, alliance = copy(referral(d, c["party"])), c.get("alliance")
    place, name = (record.setdefault("alliances", {}), alliance) if alliance else (record, "programme")
    policy = d.rulebook.referral["policy"] if party["type"] == "member" else {"type": "first_touch"}
    if name in place and not replaces(d, policy, place[name], referrer):
        raise Reject("already_bound", "party")
    above = walk(d, c["party"], referrer, path) if record.get("leads") == "yes" else [referrer]
    place[name] = {"account": account, "referrer": referrer, "since": d.day, "via": c["via"]}
    d.write(f"referral/{c['party']}", record)
    if referral(d, referrer).get("leads") != "yes":
        d.write(f"referral/{referrer}", {**copy(referral(d, referrer)), "leads": "yes"})
    d.guards |= {f"referral/{one}" for one in above}
    d.event("referrer_bound", alliance=alliance, party=c["party"], referrer=referrer, since=d.day, via=c["via"])


def unbind_referrer(d, c):
    if d.rulebook.referral is None:
        raise Reject("not_declared", "referral")
    party = d.need_party(c["party"], "party")
    d.need_actor()
    record, alliance = copy(referral(d, c["party"])), c.get("alliance")
    place, name = (record.get("alliances", {}), alliance) if alliance else (record, "programme")
    if name not in place:
        raise Reject("not_bound", "party")
    if party["type"] == "member" and d.rulebook.referral["policy"]["type"] == "permanent":
        raise Reject("not_allowed", "party")
    gone = place.pop(name)
    if record.get("alliances") == {}:
        del record["alliances"]
    d.write(f"referral/{c['party']}", record)
    d.event("referrer_unbound", alliance=alliance, party=c["party"], referrer=gone["referrer"])
