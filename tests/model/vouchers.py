"""Vouchers: their states, claims and ends (rulebook.md, 11; wire.md, 7)."""

from parties import need_positive
from values import MAX, Reject, copy, ms, plus_days
from voucher_stocks import a_stock, take_from

NINETY_DAYS = 90 * 86_400_000
INVALID, TAKEN, USED, VOIDED = "invalid_voucher", "voucher_taken", "voucher_used", "voucher_voided"
RESERVED, NOT_RESERVED = "voucher_reserved", "voucher_not_reserved"
VERBS = ("claim", "reserve", "release", "redeem", "void", "extend", "reissue", "swap")
TABLE = {
    "issued": (None, INVALID, INVALID, INVALID, None, None, None, None),
    "claimed": (TAKEN, None, NOT_RESERVED, None, None, None, None, TAKEN),
    "reserved": (TAKEN, RESERVED, None, None, RESERVED, None, RESERVED, TAKEN),
    "redeemed": (TAKEN, USED, USED, USED, USED, USED, USED, TAKEN),
    "expired": (INVALID, INVALID, INVALID, INVALID, INVALID, INVALID, None, INVALID),
    "voided": (VOIDED,) * 8,
    "replaced": (VOIDED,) * 8,
}


# ---------------------------------------------------------------- new ones


def new_voucher(d, stock_id, terms, since=None):
    """Id and record; `since` is the day of the claim, where there is one."""
    voucher = {"type": "voucher", "mark": "open", "stock": stock_id}
    validity = terms["validity"]
    if validity["type"] == "between":
        voucher.update({"from": validity["from"], "until": validity["until"]})
    elif since is not None:
        voucher.update(claim_days(validity, since))
    if terms["benefit"]["type"] == "stored_value":
        voucher["balance"] = terms["benefit"]["amount"]
    return d.new_id("voucher"), voucher


def good_until(validity, since):
    """Until when a voucher claimed on a day is good; past the calendar there is no such day."""
    if validity["type"] == "between":
        return validity["until"]
    try:
        return plus_days(since, validity["days"])
    except (ValueError, OverflowError):
        return "~"


def claim_days(validity, since):
    try:
        return {"from": since, "until": plus_days(since, validity["days"])}
    except (ValueError, OverflowError):
        raise Reject("invalid_period", "at") from None


def issue_vouchers(d, c):
    need_positive(c["count"], "count")
    if c["count"] > 1000:
        raise Reject("limit_exceeded", "count")
    stock = a_stock(d, c)
    d.need_actor(stock["terms"]["issuer"])
    validity = stock["terms"]["validity"]
    if validity["type"] == "between" and validity["until"] <= d.today:
        raise Reject("claim_closed", "stock")
    take_from(stock, c["count"])
    for _ in range(c["count"]):
        voucher_id, voucher = new_voucher(d, c["stock"], stock["terms"])
        d.write(f"voucher/{voucher_id}", voucher)
        d.event("voucher_issued", stock=c["stock"], voucher=voucher_id)
    d.write(f"voucher_stock/{c['stock']}", stock)


# ---------------------------------------------------------------- states


def is_reserved(d, voucher):
    return "reserved" in voucher and ms(d.booked) < ms(voucher["reserved"]["until"])


def state_of(d, voucher):
    if voucher["mark"] != "open":
        return voucher["mark"]
    if is_reserved(d, voucher):
        return "reserved"
    if "until" in voucher and d.today >= voucher["until"]:
        return "expired"
    return "claimed" if "account" in voucher else "issued"


def need_state(d, voucher, verb, path):
    code = TABLE[state_of(d, voucher)][VERBS.index(verb)]
    if code is not None:
        raise Reject(code, path)


def a_voucher(d, voucher_id, path="voucher"):
    record = d.record(f"voucher/{voucher_id}")
    if record is None:
        raise Reject(INVALID, path)
    return copy(record)


def members_voucher(d, voucher_id, account, verb, path="voucher"):
    """A voucher of this account in a state that allows the verb."""
    voucher = a_voucher(d, voucher_id, path)
    if voucher.get("account") != account:
        raise Reject(INVALID, path)
    need_state(d, voucher, verb, path)
    return voucher


def redeemable(d, voucher_id, account, merchant, path):
    voucher = members_voucher(d, voucher_id, account, "redeem", path)
    if is_reserved(d, voucher) and voucher["reserved"]["merchant"] != merchant:
        raise Reject(RESERVED, path)
    if d.day < voucher["from"]:
        raise Reject("voucher_not_yet", path)
    return voucher


def terms_of(d, voucher):
    return d.record(f"voucher_stock/{voucher['stock']}")["terms"]


def in_hands_of(d, voucher):
    """Who hands a voucher out (11.8)."""
    return voucher.get("holder", terms_of(d, voucher)["issuer"])


# ---------------------------------------------------------------- claims and what follows


def need_open(d, terms):
    if d.day < terms.get("claim_from", "") or d.day >= terms.get("claim_until", "~"):
        raise Reject("claim_closed", "stock")


def need_in_date(d, terms):
    """What gets its days by a claim of this day is still good."""
    if good_until(terms["validity"], d.day) <= d.today:
        raise Reject("claim_closed", "stock")


def take_new(d, stock):
    """A new voucher comes from a stock."""
    need_in_date(d, stock["terms"])
    take_from(stock, 1)


def count_day(d, stock):
    """A claim counts on its day; whether the stock counts days."""
    if "per_day" not in stock["terms"]:
        return False
    day = max(d.today, stock.get("claim_day", d.today))
    claimed = stock.get("claimed_that_day", 0) if stock.get("claim_day") == day else 0
    if claimed >= stock["terms"]["per_day"]:
        raise Reject("voucher_limit", "stock")
    stock["claim_day"], stock["claimed_that_day"] = day, claimed + 1
    return True


def need_room(account, stock_id, terms):
    if account.vouchers.get(stock_id, 0) >= terms.get("per_member", MAX):
        raise Reject("voucher_limit", "member")


def claimed(d, account, voucher_id, voucher, terms):
    """The voucher is the account's now; it counts for it."""
    stock_id = voucher["stock"]
    if "per_member" in terms:
        account.vouchers[stock_id] = account.vouchers.get(stock_id, 0) + 1
        account.claimed.add(stock_id)
    voucher["account"] = account.id
    d.write(f"voucher/{voucher_id}", voucher)
    d.event("voucher_claimed", account=account.id, stock=stock_id, until=voucher["until"], voucher=voucher_id,
            **{"from": voucher["from"]})


def pay_price(account, terms):
    """The points that a claim costs are redeemed by the issuer, before the voucher is the member's."""
    if "price" in terms:
        asset, issuer = terms["price"]["asset"], terms["issuer"]
        account.redeem("spendable", issuer, asset, account.draw(asset, issuer, terms["price"]["points"], "member"))


def claim_voucher(d, c):
    stock, stock_id, counted = a_stock(d, c), c["stock"], False
    terms = stock["terms"]
    member = d.need_party(c["member"], "member", "member")
    named = d.record(f"voucher/{c['voucher']}") if "voucher" in c else None
    of_stock = named is not None and named["stock"] == stock_id
    d.need_actor(c["member"], in_hands_of(d, named) if of_stock else terms["issuer"])
    need_open(d, terms)
    if "voucher" in c:
        voucher_id, voucher = c["voucher"], a_voucher(d, c["voucher"])
        if voucher["stock"] != stock_id:
            raise Reject(INVALID, "voucher")
        need_state(d, voucher, "claim", "voucher")
        if "until" not in voucher:
            need_in_date(d, terms)
    else:
        take_new(d, stock)
        counted, voucher = True, None
    counted = count_day(d, stock) or counted
    if "price" in terms and terms["price"]["asset"] not in d.terms(terms["issuer"], d.day).get("accepts", []):
        raise Reject("not_accepted", "stock")
    account = d.load_account(member["account"])
    need_room(account, stock_id, terms)
    pay_price(account, terms)
    if voucher is None:
        voucher_id, voucher = new_voucher(d, stock_id, terms, d.day)
    elif "until" not in voucher:
        voucher.update(claim_days(terms["validity"], d.day))
    claimed(d, account, voucher_id, voucher, terms)
    if counted:
        d.write(f"voucher_stock/{stock_id}", stock)


def reserve_voucher(d, c):
    if not 0 < ms(c["until"]) - ms(d.booked) <= NINETY_DAYS:
        raise Reject("invalid_period", "until")
    member = d.need_party(c["member"], "member", "member")
    d.need_party(c["merchant"], "merchant", "merchant")
    d.need_actor(c["member"], c["merchant"])
    voucher = members_voucher(d, c["voucher"], member["account"], "reserve")
    voucher["reserved"] = {"merchant": c["merchant"], "until": c["until"]}
    d.write(f"voucher/{c['voucher']}", voucher)
    d.event("voucher_reserved", merchant=c["merchant"], until=c["until"], voucher=c["voucher"])


def release_voucher(d, c):
    member = d.need_party(c["member"], "member", "member")
    voucher = members_voucher(d, c["voucher"], member["account"], "release")
    d.need_actor(c["member"], voucher["reserved"]["merchant"])
    del voucher["reserved"]
    d.write(f"voucher/{c['voucher']}", voucher)
    d.event("voucher_released", voucher=c["voucher"])


# ---------------------------------------------------------------- redemptions


def is_full(d, stock_id, terms, merchant):
    """Whether a stock's limit per merchant is reached; what this command redeemed counts."""
    if "per_merchant" not in terms:
        return False
    return d.working(f"voucher_stock/{stock_id}", {}).get("redeemed", {}).get(merchant, 0) >= terms["per_merchant"]


def need_place(d, stock_id, terms, merchant, path):
    if is_full(d, stock_id, terms, merchant):
        raise Reject("voucher_limit", path)


def count_at(d, stock_id, merchant, count):
    """So many more of a stock were redeemed at a merchant; only a stock with the limit counts."""
    key = f"voucher_stock/{stock_id}"
    stock = d.working(key, {})
    if "per_merchant" not in stock["terms"]:
        return
    redeemed = stock.setdefault("redeemed", {})
    redeemed[merchant] = redeemed.get(merchant, 0) + count
    if redeemed[merchant] == 0:
        del redeemed[merchant]
    if not redeemed:
        del stock["redeemed"]
    d.write(key, stock)


def mark_redeemed(d, voucher_id, voucher, merchant, value, purchase=None):
    voucher["mark"] = "redeemed"
    voucher.pop("reserved", None)
    if purchase is not None:
        voucher["purchase"] = purchase
    d.write(f"voucher/{voucher_id}", voucher)
    d.event("voucher_redeemed", account=voucher["account"], merchant=merchant, purchase=purchase,
            stock=voucher["stock"], value=value, voucher=voucher_id)


def merchant_in_scope(terms, merchant_id, merchant):
    scope = terms.get("scope", {})
    merchants, alliances = scope.get("merchants", []), scope.get("alliances", [])
    return not merchants and not alliances or merchant_id in merchants \
        or any(a in alliances for a in merchant.get("alliances", []))


def redeem_voucher(d, c):
    member = d.need_party(c["member"], "member", "member")
    merchant = d.need_party(c["merchant"], "merchant", "merchant")
    d.need_actor(c["merchant"])
    voucher = redeemable(d, c["voucher"], member["account"], c["merchant"], "voucher")
    terms = terms_of(d, voucher)
    if terms["benefit"]["type"] != "gift" or not merchant_in_scope(terms, c["merchant"], merchant):
        raise Reject("voucher_not_applicable", "voucher")
    need_place(d, voucher["stock"], terms, c["merchant"], "voucher")
    if "pack" in voucher:
        d.load_account(voucher["account"]).use_of_pack(voucher, 1)
    count_at(d, voucher["stock"], c["merchant"], 1)
    mark_redeemed(d, c["voucher"], voucher, c["merchant"], 0)


def issuers_voucher(d, c, verb):
    voucher = a_voucher(d, c["voucher"])
    if verb == "void" and "account" in voucher and "price" in terms_of(d, voucher):
        d.need_actor()
    elif verb == "void":
        d.need_actor(in_hands_of(d, voucher))
    else:
        d.need_actor(terms_of(d, voucher)["issuer"])
    need_state(d, voucher, verb, "voucher")
    return voucher


def void_voucher(d, c):
    voucher = issuers_voucher(d, c, "void")
    voucher["mark"] = "voided"
    voucher.pop("reserved", None)
    d.write(f"voucher/{c['voucher']}", voucher)
    d.event("voucher_voided", voucher=c["voucher"])


def extend_voucher(d, c):
    voucher = issuers_voucher(d, c, "extend")
    if "until" not in voucher or c["until"] <= voucher["until"]:
        raise Reject("invalid_period", "until")
    voucher["until"] = c["until"]
    d.write(f"voucher/{c['voucher']}", voucher)
    d.event("voucher_extended", until=c["until"], voucher=c["voucher"])


def hand_on(d, voucher_id, voucher, new_id, new):
    """What is left of stored value moves to its replacement; the first of the chain knows the last (11.7)."""
    first_id = voucher.get("first", voucher_id)
    new["first"], new["balance"], voucher["balance"] = first_id, voucher["balance"], 0
    if first_id != voucher_id:
        d.write(f"voucher/{first_id}", {**d.record(f"voucher/{first_id}"), "replaced_by": new_id})


def reissue_voucher(d, c):
    voucher = issuers_voucher(d, c, "reissue")
    since = d.day if "account" in voucher else None
    terms = terms_of(d, voucher)
    new_id, new = new_voucher(d, voucher["stock"], terms, since)
    if "account" in voucher:
        new["account"] = voucher["account"]
        new["until"] = max(new["until"], voucher["until"])
    elif "until" in voucher:
        new.update({"from": voucher["from"], "until": voucher["until"]})
    if "holder" in voucher:
        new["holder"] = voucher["holder"]
    if "until" in new and d.today >= new["until"]:
        raise Reject("invalid_period", "voucher")
    new["replaces"] = c["voucher"]
    if "pack" in voucher:
        new["pack"] = voucher["pack"]
    voucher["mark"], voucher["replaced_by"] = "replaced", new_id
    voucher.pop("reserved", None)
    if "balance" in voucher:
        hand_on(d, c["voucher"], voucher, new_id, new)
    d.write(f"voucher/{c['voucher']}", voucher)
    d.write(f"voucher/{new_id}", new)
    d.event("voucher_reissued", replacement=new_id, voucher=c["voucher"])
    if "pack" in voucher:
        d.load_account(voucher["account"]).replace_of_pack(voucher["pack"], c["voucher"], new_id)
