"""Voucher stocks: their terms, who may fund them, and their states (rulebook.md, 11.1; wire.md, 7)."""

from fractions import Fraction

from parties import limit, need_positive
from values import Reject, copy, join

FUNDING = ("operator", "branch", "merchant", "store", "partner")
WITH_FACE = ("fixed", "subsidy", "stored_value")
STEPS = {"draft": ("active", "stopped"), "active": ("paused", "stopped"), "paused": ("active", "stopped"), "stopped": ()}


def check_benefit(d, benefit):
    path = "terms.benefit"
    if benefit["type"] in WITH_FACE:
        need_positive(benefit["amount"], f"{path}.amount")
    elif benefit["type"] == "percent":
        need_positive(Fraction(benefit["rate"]), f"{path}.rate")
        if Fraction(benefit["rate"]) > 1:
            raise Reject("limit_exceeded", f"{path}.rate")
        need_positive(benefit.get("most", 1), f"{path}.most")
    elif benefit["type"] == "points_multiplier" and d.rulebook.of_vouchers(benefit["multiplier"]) is None:
        raise Reject("not_declared", f"{path}.multiplier")


def check_fee(d, fee):
    path, to = "terms.referral_fee", fee.get("to", "guide")
    if d.rulebook.commission is None:
        raise Reject("not_declared", path)
    if fee["amount"]["type"] == "fixed":
        need_positive(fee["amount"]["amount"], f"{path}.amount.amount")
    else:
        need_positive(Fraction(fee["amount"]["rate"]), f"{path}.amount.rate")
        if Fraction(fee["amount"]["rate"]) > 1:
            raise Reject("limit_exceeded", f"{path}.amount.rate")
    if isinstance(to, dict):
        need_positive(to["guide"], f"{path}.to.guide")
        need_positive(to["employer"], f"{path}.to.employer")


def check_stock_terms(d, terms):
    check_benefit(d, terms["benefit"])
    if not terms["funders"]:
        raise Reject("empty", "terms.funders")
    limit(terms["funders"], "terms.funders", 16)
    for funder, share in sorted(terms["funders"].items()):
        need_positive(share, join("terms.funders", funder))
    scope = terms.get("scope", {})
    for field in ("merchants", "alliances", "categories"):
        limit(scope.get(field, []), f"terms.scope.{field}", 1000)
    limit(scope.get("products", []), "terms.scope.products", 20_000)
    if any(c not in d.rulebook.parents for c in scope.get("categories", [])):
        raise Reject("not_declared", "terms.scope.categories")
    if terms.get("min_spend", 0) < 0:
        raise Reject("negative_amount", "terms.min_spend")
    if "referral_fee" in terms:
        check_fee(d, terms["referral_fee"])
    if "claim_until" in terms and terms["claim_until"] <= terms.get("claim_from", ""):
        raise Reject("invalid_period", "terms.claim_until")
    validity = terms["validity"]
    if validity["type"] == "between" and validity["until"] <= validity["from"]:
        raise Reject("invalid_period", "terms.validity.until")
    if validity["type"] == "after_claim":
        need_positive(validity["days"], "terms.validity.days")
        if validity["days"] > 36_500:
            raise Reject("limit_exceeded", "terms.validity.days")
    for field in ("total", "total_money", "per_day", "per_member", "per_merchant"):
        need_positive(terms.get(field, 1), f"terms.{field}")
    if "total_money" in terms and terms["benefit"]["type"] not in WITH_FACE:
        raise Reject("wrong_kind", "terms.total_money")
    if "price" in terms:
        d.need_points(terms["price"]["asset"], "terms.price.asset")
        need_positive(terms["price"]["points"], "terms.price.points")


def create_voucher_stock(d, c):
    terms, key = c["terms"], f"voucher_stock/{c['stock']}"
    check_stock_terms(d, terms)
    issuer = terms["issuer"]
    d.need_party(issuer, "terms.issuer", "operator", "merchant", "alliance")
    for funder in sorted(terms["funders"]):
        d.need_party(funder, join("terms.funders", funder), *FUNDING)
    payer = terms.get("referral_fee", {}).get("payer")
    if payer is not None:
        d.need_party(payer, "terms.referral_fee.payer", *FUNDING)
    d.need_actor(issuer)
    if d.actor != d.rulebook.operator:
        if not all(lets_pay(d, issuer, f) for f in terms["funders"]):
            raise Reject("not_allowed", "terms.funders")
        if terms["benefit"]["type"] == "points_multiplier" and not may_multiply(d, issuer, terms["benefit"]["multiplier"]):
            raise Reject("not_allowed", "terms.benefit.multiplier")
        if "referral_fee" in terms and not (may_leave_fee(d, terms) if payer is None else lets_pay(d, issuer, payer)):
            raise Reject("not_allowed", "terms.referral_fee.payer")
    if d.record(key) is not None:
        raise Reject("already_exists", "stock")
    d.write(key, {"type": "voucher_stock", "issued": 0, "state": "draft", "terms": terms})
    d.event("voucher_stock_created", stock=c["stock"])


def lets_pay(d, issuer, payer):
    """Whether an issuer lets a party pay: a merchant itself, an alliance the merchants that are in it (P1)."""
    if d.party(issuer)["type"] != "alliance":
        return payer == issuer
    return d.party(payer)["type"] == "merchant" and issuer in d.party(payer).get("alliances", [])


def may_multiply(d, issuer, multiplier_id):
    """Whether the points of a multiplier are its campaign's, and that paid for by a party that the issuer lets pay."""
    multiplier = d.rulebook.of_vouchers(multiplier_id)
    if "campaign" not in multiplier:
        return False
    funder, _, _ = d.rulebook.given(multiplier)
    return funder["type"] == "party" and d.party(funder["id"]) is not None and lets_pay(d, issuer, funder["id"])


def may_leave_fee(d, terms):
    """Whether the selling merchant may be left to pay a fee: an alliance's, wherever it can be redeemed one of its own."""
    scope = terms.get("scope", {})
    merchants, alliances = scope.get("merchants", []), scope.get("alliances", [])
    return d.party(terms["issuer"])["type"] == "alliance" and bool(merchants or alliances) \
        and all(a == terms["issuer"] for a in alliances) and all(m in terms["funders"] for m in merchants)


def a_stock(d, c):
    """A working copy of the stock that a command names."""
    record = d.record(f"voucher_stock/{c['stock']}")
    if record is None:
        raise Reject("unknown_voucher_stock", "stock")
    return copy(record)


def set_voucher_stock(d, c):
    stock = a_stock(d, c)
    d.need_actor(stock["terms"]["issuer"])
    if c["state"] not in STEPS[stock["state"]]:
        raise Reject("wrong_state", "state")
    stock["state"] = c["state"]
    d.write(f"voucher_stock/{c['stock']}", stock)
    d.event("voucher_stock_set", state=c["state"], stock=c["stock"])


def take_from(stock, count):
    """So many more vouchers come from a stock."""
    terms = stock["terms"]
    if stock["state"] != "active":
        raise Reject("wrong_state", "stock")
    stock["issued"] += count
    if stock["issued"] > terms.get("total", stock["issued"]):
        raise Reject("stock_spent", "stock")
    if "total_money" in terms and stock["issued"] * terms["benefit"]["amount"] > terms["total_money"]:
        raise Reject("stock_spent", "stock")
