"""Packs: the vouchers that guides hand out, and presenting a guide's code (rulebook.md, 12.3 and 12.4; wire.md, 7)."""

from parties import limit
from referral import binding, referral, works_at
from values import Reject, copy, instant_text, ms, plus_days
from vouchers import claimed, count_day, need_open, need_room, new_voucher, state_of, take_new

SHORT = ("claim_closed", "wrong_state", "stock_spent", "voucher_limit", "invalid_period")
GOOD = ("issued", "claimed", "reserved")
HOUR = 3_600_000
LAST_MOMENT = ms("9999-12-31T23:59:59.999Z")


def need_packs(d):
    """The section; without it no packs are handed out."""
    section = (d.rulebook.referral or {}).get("packs")
    if section is None:
        raise Reject("not_declared", "referral.packs")
    return section


def brand_of(stock_id, terms):
    """The one merchant of a stock's scope; else it is a brand of its own."""
    scope = terms.get("scope", {})
    merchants = scope.get("merchants", [])
    return merchants[0] if len(merchants) == 1 and not scope.get("alliances") else stock_id


def set_pack(d, c):
    need_packs(d)
    limit(c["stocks"], "stocks")
    d.need_party(c["owner"], "owner", "operator", "alliance")
    all_terms = []
    for i, stock_id in enumerate(c["stocks"]):
        record = d.record(f"voucher_stock/{stock_id}")
        if record is None:
            raise Reject("unknown_voucher_stock", f"stocks[{i}]")
        all_terms.append(record["terms"])
    d.need_actor(c["owner"])
    entries = []
    for i, (stock_id, terms) in enumerate(zip(c["stocks"], all_terms)):
        if d.actor != d.rulebook.operator and terms["issuer"] != c["owner"]:
            raise Reject("not_allowed", f"stocks[{i}]")
        if "price" in terms:
            raise Reject("voucher_not_applicable", f"stocks[{i}]")
        brand = brand_of(stock_id, terms)
        if any(entry["brand"] == brand for entry in entries):
            raise Reject("duplicate", f"stocks[{i}]")
        entries.append({"brand": brand, "stock": stock_id})
    d.write(f"pack/{c['owner']}", {"type": "pack", "stocks": entries})
    d.event("pack_set", owner=c["owner"])


# ---------------------------------------------------------------- whose pack


def need_guide(d, c):
    d.need_party(c["guide"], "guide", "staff", "store", "merchant")


def need_their_actor(d, c):
    d.need_actor(c["member"], c["guide"], works_at(d, c["guide"]))


def guides_pack(d, guide_id):
    """The owner of the pack that a guide hands out."""
    guide, merchant = d.party(guide_id), d.party(works_at(d, guide_id))
    alliances, joined = merchant.get("alliances", []), merchant.get("joined", {})
    if not alliances:
        return d.rulebook.operator
    if guide["type"] == "staff" and guide.get("alliance") in alliances:
        return guide["alliance"]
    return min(alliances, key=lambda a: (joined.get(a, ""), a))


def pack_for(d, c, account):
    """The owner of the pack that a member gets, and how many of it at most (None: all)."""
    guides, op = guides_pack(d, c["guide"]), d.rulebook.operator
    if c["via"] != "shared_page":
        return guides, None
    used = {owner: h for owner, h in account.packs.items() if owner != op and h.get("used", 0) > 0}
    if len(used) > 1:
        most = max(h["used"] for h in used.values())
        used = {owner: h for owner, h in used.items() if h["used"] == most}
        last = max(h["last_used"] for h in used.values())
        return min(owner for owner, h in used.items() if h["last_used"] == last), None
    if not any(h["vouchers"] for h in account.packs.values()):
        return op, None
    return guides, None if guides == op else d.rulebook.referral["packs"].get("most", 15)


# ---------------------------------------------------------------- giving


def give_one(d, account, owner, entry):
    """A new voucher of a stock of the pack, claimed by the rules of any claim; its id."""
    stock_id = entry["stock"]
    stock = copy(d.record(f"voucher_stock/{stock_id}"))
    need_open(d, stock["terms"])
    take_new(d, stock)
    count_day(d, stock)
    need_room(account, stock_id, stock["terms"])
    voucher_id, voucher = new_voucher(d, stock_id, stock["terms"], d.day)
    voucher["pack"] = owner
    claimed(d, account, voucher_id, voucher, stock["terms"])
    d.write(f"voucher_stock/{stock_id}", stock)
    account.give_of_pack(owner, entry["brand"], voucher_id)
    return voucher_id


def latest(d, account, owner, brand):
    """The latest voucher of a brand and its id; what this command wrote counts."""
    voucher_id = account.packs.get(owner, {"vouchers": {}})["vouchers"].get(brand)
    if voucher_id is None:
        return None, None
    key = f"voucher/{voucher_id}"
    return voucher_id, d.written.get(key) or d.record(key)


def give(d, account, owner, most=None):
    """Of each brand of which there is no good voucher one: the ids, and the stocks that gave none."""
    given, short = [], []
    for entry in (d.record(f"pack/{owner}") or {"stocks": []})["stocks"]:
        if most is not None and len(given) >= most:
            break
        _, voucher = latest(d, account, owner, entry["brand"])
        if voucher is not None and state_of(d, voucher) in GOOD:
            continue
        try:
            given.append(give_one(d, account, owner, entry))
        except Reject as reject:
            if reject.code not in SHORT:
                raise
            short.append(entry["stock"])
    return given, short


def issue_pack(d, c):
    need_packs(d)
    member = d.need_party(c["member"], "member", "member")
    need_guide(d, c)
    need_their_actor(d, c)
    account = d.load_account(member["account"])
    owner, most = pack_for(d, c, account)
    given, short = give(d, account, owner, most)
    d.event("pack_issued", guide=c["guide"], member=c["member"], owner=owner, short=short, via=c["via"], vouchers=given)


# ---------------------------------------------------------------- presenting


def is_bound(d, member_id, owner):
    """Whether a member has a binding in the alliance that owns the pack, or in the programme."""
    return binding(d, member_id, [owner]) is not None


def result_of(d, c, owner, account_id):
    """What presenting comes to, and the brand's latest voucher with its id, where there is one."""
    if not is_bound(d, c["member"], owner):
        return "not_bound", None, None
    packs = (d.record(f"account/{account_id}") or {}).get("packs", {})
    vouchers = packs.get(owner, {"vouchers": {}})["vouchers"]
    if c["merchant"] not in vouchers:
        return "none_of_brand" if vouchers else "issued", None, None
    voucher_id = vouchers[c["merchant"]]
    voucher = copy(d.record(f"voucher/{voucher_id}"))
    state = state_of(d, voucher)
    if state == "reserved":
        here = voucher["reserved"]["merchant"] == c["merchant"]
        state = "ordered_before" if here else "reserved_elsewhere"
    return {"claimed": "ordered", "redeemed": "used"}.get(state, state), voucher_id, voucher


def order(d, c, voucher_id, voucher):
    """The voucher is set aside for the merchant, and good for some days at least."""
    section = d.rulebook.referral["packs"]
    end = ms(d.booked) + section["order_hours"] * HOUR
    try:
        until = max(voucher["until"], plus_days(d.today, section["presented_days"]))
    except (ValueError, OverflowError):
        raise Reject("invalid_period", "booked") from None
    if end > LAST_MOMENT:
        raise Reject("invalid_period", "booked")
    if until != voucher["until"]:
        d.event("voucher_extended", until=until, voucher=voucher_id)
    voucher["until"], voucher["reserved"] = until, {"merchant": c["merchant"], "until": instant_text(end)}
    d.write(f"voucher/{voucher_id}", voucher)
    d.event("voucher_reserved", merchant=c["merchant"], until=instant_text(end), voucher=voucher_id)


def present_voucher(d, c):
    need_packs(d)
    member = d.need_party(c["member"], "member", "member")
    need_guide(d, c)
    d.need_party(c["merchant"], "merchant", "merchant")
    need_their_actor(d, c)
    owner = guides_pack(d, c["guide"])
    result, voucher_id, voucher = result_of(d, c, owner, member["account"])
    given, short, more = [], [], {}
    if result in ("issued", "none_of_brand", "expired", "ordered"):
        account = d.load_account(member["account"])
        if result == "ordered":
            order(d, c, voucher_id, voucher)
        given, short = give(d, account, owner)
    if result in ("ordered", "ordered_before"):
        more = {"until": voucher["until"], "order_until": voucher["reserved"]["until"]}
    d.event("voucher_presented", guide=c["guide"], issued=given, member=c["member"], merchant=c["merchant"], owner=owner,
            result=result, short=short, voucher=voucher_id, **more)
