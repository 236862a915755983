"""Commands: reading them from a tree into their canonical form (wire.md, 2 and 5)."""

from values import (Field, ReadError, UINT32, amount, birthday, day, default, list_of, hash_text, ident, instant,
                    item_id, join, kind_error, map_of, mixed, opt, rate, read_fields, set_of,
                    table, text, uuid, variant, whole, word, MAX)

IDS = set_of(ident)


def party_id(value, path):
    return ident(value, path)


FEE = variant({
    "sales": {"rate": rate, "of": default(word("members", "all"), "members")},
    "points_awarded": {"asset": ident, "unit_price": amount},
    "points_redeemed": {"asset": ident, "unit_price": amount},
    "fixed": {"amount": amount},
})

PRICE = table({"id": ident, "holder": word("member", "staff"), "off": rate, "categories": default(IDS, [])})

TERMS = table({
    "from": day,
    "earn": default(map_of(ident, table({"points": amount, "per": amount})), {}),
    "accepts": default(IDS, []),
    "reimbursement": default(map_of(ident, amount), {}),
    "point_price": default(map_of(ident, amount), {}),
    "on_shortage": default(word("reduce", "none", "postpaid", "refuse"), "reduce"),
    "postpaid_price": default(map_of(ident, amount), {}),
    "fees": default(list_of(FEE), []),
    "prices": default(list_of(PRICE), []),
    "enrol_after": opt(amount),
    "discounts_at": opt(IDS),
    "guide": opt(ident),
})

ALL_TERMS = default(list_of(TERMS), [])

RECORD = variant({
    "operator": {"terms": ALL_TERMS},
    "branch": {"terms": ALL_TERMS},
    "partner": {"roles": default(IDS, []), "terms": ALL_TERMS},
    "merchant": {"branch": opt(ident), "alliances": default(IDS, []), "joined": default(map_of(ident, day), {}),
                 "terms": ALL_TERMS},
    "store": {"merchant": ident, "terms": ALL_TERMS},
    "alliance": {},
    "staff": {"merchant": ident, "roles": default(IDS, []), "account": opt(ident), "alliance": opt(ident)},
    "member": {"account": ident, "enrolled_by": opt(ident), "member_of": default(IDS, []),
               "employee_of": default(IDS, []), "roles": default(IDS, []), "flags": default(IDS, []), "tier": opt(ident),
               "birthday": opt(birthday)},
})

LINE = table({
    "n": UINT32,
    "product": ident,
    "category": opt(ident),
    "tags": default(IDS, []),
    "quantity": amount,
    "gross": amount,
    "discounts": default(list_of(table({"funder": ident, "amount": amount, "price": opt(ident)})), []),
})

TENDER = variant({
    "points": {"asset": ident, "points": amount},
    "hold": {"hold": item_id, "points": amount},
})

RETURNED = variant({
    "whole": {},
    "amount": {"amount": amount},
    "quantity": {"line": UINT32, "quantity": amount},
    "line_amount": {"line": UINT32, "amount": amount},
})

SUBJECT = variant({
    "stock": {"party": ident, "asset": ident},
    "budget_points": {"campaign": ident},
    "budget_money": {"campaign": ident},
})

PERIOD = table({"from": day, "until": day})

VOUCHER_TERMS = table({
    "issuer": ident,
    "benefit": variant({"fixed": {"amount": amount}, "percent": {"rate": rate, "most": opt(amount)},
                        "gift": {"gift": ident}, "points_multiplier": {"multiplier": ident}, "subsidy": {"amount": amount},
                        "stored_value": {"amount": amount}}),
    "funders": map_of(ident, amount),
    "scope": default(table({f: default(IDS, []) for f in ("merchants", "alliances", "categories", "products")}), {}),
    "min_spend": default(amount, 0),
    "claim_from": opt(day),
    "claim_until": opt(day),
    "validity": variant({"between": {"from": day, "until": day}, "after_claim": {"days": UINT32}}),
    "stacking": mixed(("exclusive", "free"), {"group": {"group": ident}, "best": {"group": ident}}),
    "price": opt(table({"asset": ident, "points": amount})),
    "referral_fee": opt(table({
        "amount": variant({"fixed": {"amount": amount}, "rate": {"rate": rate}}),
        "to": default(mixed(("guide", "employer"), {"split": {"guide": amount, "employer": amount}}), "guide"),
        "payer": opt(ident)})),
    "total": opt(amount),
    "total_money": opt(amount),
    "per_day": opt(amount),
    "per_member": opt(amount),
    "per_merchant": opt(amount),
})
STOCK_STATE = word("draft", "active", "paused", "stopped")

# ---------------------------------------------------------------- the settlement (wire.md, 10)

SIDES = ["mint", "stock", "float", "pending", "spendable", "held", "redeemed", "expired", "settlement", "backing",
         "margin", "subsidy", "breakage", "fee", "outside", "commission_pending", "commission_available", "debt",
         "sales", "customers", "discount"]
MEMBER_SIDES = ("pending", "spendable", "held", "commission_pending", "commission_available")
REASONS = ["mint", "points_sold", "points_granted", "gift", "postpaid", "award", "activation", "expiry", "breakage",
           "hold", "release", "redemption", "reimbursement", "margin", "subsidy", "clawback", "redemption_refund",
           "sale", "sale_refund", "other_sale", "other_sale_refund", "discount", "discount_refund",
           "discount_funding", "fee", "instruction", "commission", "commission_refund", "cash_subsidy",
           "cash_subsidy_refund", "top_up", "entry_fee", "withdrawal", "withdrawal_fee", "voucher_swap"]


def side(value, path):
    party, slash, kind = text(value, path).partition("/")
    if not slash or kind not in SIDES:
        raise ReadError("invalid_id", path)
    if kind in MEMBER_SIDES:
        if party != "*":
            raise ReadError("invalid_id", path)
    else:
        ident(party, path)
    return value


def asset_id(value, path):
    return ident(value, path)


def settlement_version(value, path):
    if UINT32(value, path) != 1:
        raise ReadError("invalid_value", path)
    return value


COUNT = whole(0, MAX)
SETTLEMENT = table({
    "v": settlement_version,
    "period": PERIOD,
    "currency": ident,
    "fees": list_of(table({"party": ident, "terms_from": day, "index": UINT32, "basis": amount, "fine": amount})),
    "payable": map_of(ident, amount),
    "residues": map_of(ident, amount),
    "payments": list_of(table({"from": ident, "to": ident, "amount": amount})),
    "statements": list_of(table({
        "party": ident,
        "lines": list_of(table({"reason": word(*REASONS), "debit": side, "credit": side, "asset": asset_id,
                                  "first_day": day, "last_day": day, "postings": COUNT, "amount": amount})),
        "carried": amount, "fees": amount, "fine": amount, "minor": amount, "payable": amount, "residue": amount,
    })),
})

# ---------------------------------------------------------------- commands

WAY = word("scan", "shared_page", "invitation_code", "application", "pushed", "merchant", "upline")
COMMANDS = {
    "register_party": {"party": ident, "record": RECORD},
    "set_terms": {"party": ident, "terms": TERMS},
    "set_member": {"member": ident, "tier": opt(ident), "roles": opt(IDS), "flags": opt(IDS), "member_of": opt(IDS),
                   "employee_of": opt(IDS), "birthday": opt(birthday)},
    "enrol_member": {"member": ident, "merchant": ident},
    "join_alliance": {"merchant": ident, "alliance": ident},
    "leave_alliance": {"merchant": ident, "alliance": ident},
    "mint_points": {"asset": ident, "points": amount, "lane": opt(ident)},
    "sell_points": {"seller": ident, "buyer": ident, "asset": ident, "points": amount, "unit_price": opt(amount)},
    "grant_points": {"from": ident, "to": ident, "asset": ident, "points": amount},
    "give_points": {"from": ident, "member": ident, "asset": ident, "points": amount},
    "move_lane": {"subject": SUBJECT, "from": ident, "to": ident, "amount": amount},
    "record_purchase": {"purchase": ident, "merchant": ident, "store": opt(ident), "member": opt(ident),
                        "channel": opt(ident), "lines": list_of(LINE), "vouchers": default(list_of(item_id), []),
                        "offline_till": opt(ident), "tender": opt(TENDER), "referrer": opt(ident), "clerk": opt(ident), "payout_ratio": opt(rate),
                        "lane": opt(ident)},
    "record_activity": {"member": ident, "activity": ident, "count": amount, "merchant": opt(ident),
                        "channel": opt(ident), "lane": opt(ident)},
    "confirm_purchase": {"purchase": ident},
    "refund_purchase": {"purchase": ident, "returned": list_of(RETURNED)},
    "redeem_points": {"member": ident, "merchant": ident, "asset": ident, "points": amount},
    "hold_points": {"member": ident, "merchant": ident, "asset": ident, "points": amount, "until": instant},
    "capture_hold": {"member": ident, "hold": item_id, "points": amount},
    "release_hold": {"member": ident, "hold": item_id},
    "sweep": {"account": ident},
    "close_books": {"period": PERIOD, "settlement": SETTLEMENT, "statement_hash": hash_text},
    "create_voucher_stock": {"stock": ident, "terms": VOUCHER_TERMS},
    "set_voucher_stock": {"stock": ident, "state": STOCK_STATE},
    "issue_vouchers": {"stock": ident, "count": amount},
    "claim_voucher": {"stock": ident, "member": ident, "voucher": opt(item_id)},
    "reserve_voucher": {"voucher": item_id, "member": ident, "merchant": ident, "until": instant},
    "release_voucher": {"voucher": item_id, "member": ident},
    "redeem_voucher": {"voucher": item_id, "member": ident, "merchant": ident},
    "void_voucher": {"voucher": item_id},
    "reissue_voucher": {"voucher": item_id},
    "extend_voucher": {"voucher": item_id, "until": day},
    "set_till": {"merchant": ident, "till": ident, "limit": amount},
    "swap_vouchers": {"from": ident, "to": ident, "give": list_of(item_id), "take": list_of(item_id),
                      "give_value": amount, "take_value": amount},
    "bind_referrer": {"party": ident, "referrer": opt(ident), "merchant": opt(ident), "alliance": opt(ident),
                      "via": WAY, "phone": opt(word("verified", "unverified"))},
    "unbind_referrer": {"party": ident, "alliance": opt(ident)},
    "set_pack": {"owner": ident, "stocks": list_of(ident)},
    "issue_pack": {"member": ident, "guide": ident, "via": WAY},
    "present_voucher": {"member": ident, "guide": ident, "merchant": ident},
    "top_up_merchant": {"merchant": ident, "amount": amount, "lane": opt(ident)},
    "record_entry_fee": {"party": ident, "amount": amount},
    "record_scan": {"earner": ident, "code": ident, "purpose": ident, "merchant": opt(ident), "channel": opt(ident),
                    "lane": opt(ident)},
    "request_withdrawal": {"party": ident, "amount": amount},
    "set_withdrawal": {"withdrawal": item_id, "state": word("approved", "paid", "refused")},
}

ENVELOPE = {"id": uuid, "at": instant, "booked": instant, "actor": ident}


def read_command(tree):
    """The command in canonical form: the tree without defaults, instants and rates as they are written."""
    if not isinstance(tree, dict):
        kind_error("")
    if "v" not in tree:
        raise ReadError("missing_field", "v")
    if UINT32(tree["v"], "v") != 1:
        raise ReadError("unsupported_version", "v")
    out = {"v": 1}
    for key, read in ENVELOPE.items():
        if key not in tree:
            raise ReadError("missing_field", key)
        out[key] = read(tree[key], key)
    if "type" not in tree:
        raise ReadError("missing_field", "type")
    kind = text(tree["type"], "type")
    if kind not in COMMANDS:
        raise ReadError("unknown_type", "type")
    out["type"] = kind
    out.update(read_fields(tree, "", COMMANDS[kind], also=("v", "type", *ENVELOPE)))
    return out
