"""Reading what was stored: a snapshot and its records (wire.md, 3). Unknown fields are passed over."""

import re

from rulebook import POLICY
from values import (ReadError, amount, day, default, hash_text, ident, instant, item_id, item_key, join, kind_error, lenient, list_of, map_of, opt, reading_stored,
                    table, variant, whole, word)
from wire import RECORD, STOCK_STATE, VOUCHER_TERMS, WAY

UINT32, UINT64 = whole(0, 2 ** 32 - 1), whole(0, 2 ** 53 - 1)
ITEMS = list_of(item_id)
LOT = table({"active": day, "asset": ident, "campaign": opt(ident), "awaits": opt(ident), "expires": opt(day), "funder": ident, "id": item_id,
             "points": amount, "reimbursement": amount, "state": word("pending", "spendable"), "unit_cost": amount})
LOTS = list_of(LOT)


def each_once(read, order):
    """A list in any order, which is put in its own."""
    def of(value, path):
        items = sorted(read(value, path), key=order)
        if any(order(a) == order(b) for a, b in zip(items, items[1:])):
            raise ReadError("invalid_value", path)
        return items
    return of


def by_id(item):
    return item_key(item["id"])


def by_window(counter):
    return counter["cap"], WINDOWS.index(counter["window"]), counter["from"]


WINDOWS = ("day", "week", "month", "year")
WINDOW = word(*WINDOWS)
COUNTED = list_of(table({"cap": ident, "from": day, "window": WINDOW}))
SOURCE = variant({"block": {"booked": instant, "id": item_id, "unit_price": amount}, "postpaid": {"booked": instant, "id": item_id}, "settlement": {}})
AWARD = table({
    "asset": ident, "budget": opt(table({"campaign": ident, "lane": ident})), "campaign": opt(ident), "counted": lenient(COUNTED, []), "expiry": POLICY, "funder": ident,
    "parts": list_of(table({"budget_cost": lenient(amount, 0), "expires": opt(day), "lot": item_id, "points": amount, "source": SOURCE, "unit_cost": amount}))})
PAYOUT = table({"account": ident, "award": AWARD, "earner": ident, "role": word("referral", "sale", "upline_2", "upline_3", "subsidy"), "under": ident,
                "withdrawn": word("debt", "funder_bears")})
LINE = table({"awards": lenient(list_of(amount), []), "discounts": lenient(list_of(table({"amount": amount, "funder": ident, "voucher": opt(item_id)})), []), "n": UINT32,
              "net": amount, "payouts": default(list_of(amount), []), "quantity": amount, "tender_points": lenient(amount, 0), "tender_value": lenient(amount, 0),
              "turnover": amount})
BINDING = table({"account": ident, "referrer": ident, "since": day, "via": WAY})
RECORDS = {
    "account": {
        "counters": lenient(each_once(list_of(table({"cap": ident, "from": day, "points": amount, "window": WINDOW})), by_window), []),
        "debts": lenient(list_of(table({"asset": ident, "creditor": ident, "id": item_id, "points": amount})), []),
        "holds": lenient(each_once(list_of(table({"id": item_id, "merchant": ident, "parts": LOTS, "until": instant})), by_id), []), "last_booked": opt(instant),
        "lots": lenient(each_once(LOTS, by_id), []),
        "packs": default(map_of(ident, table({"last_used": opt(day), "used": default(amount, 0), "vouchers": map_of(ident, item_id)})), {}),
        "purchases": lenient(map_of(ident, amount), {}), "vouchers": default(map_of(ident, amount), {})},
    "books": {"closed_until": opt(day), "residues": lenient(map_of(ident, amount), {})},
    "budget": {field: lenient(amount, 0) for field in ("moved_money", "moved_points", "used_money", "used_points")},
    "command": {"command": hash_text, "outcome": hash_text},
    "pack": {"stocks": list_of(table({"brand": ident, "stock": ident}))},
    "party": {"party": RECORD},
    "purchase": {
        "account": opt(ident), "at": instant, "awards": lenient(list_of(AWARD), []), "clerk": opt(ident), "day": day, "lane": ident, "lines": list_of(LINE), "merchant": ident,
        "payouts": default(list_of(PAYOUT), []),
        "refunds": table({"days": UINT32, "grace_days": default(UINT32, 0), "spent_points": word("debt", "funder_bears"),
                          "unspent_points": word("return", "burn")}),
        "rulebook": hash_text, "store": opt(ident), "tender": opt(table({"parts": list_of(table({"lot": LOT, "paid": amount}))})), "vouchers": default(ITEMS, [])},
    "referral": {"programme": opt(BINDING), "alliances": default(map_of(ident, BINDING), {}), "leads": default(word("no", "yes"), "no"),
                 "entry_fee": opt(day)},
    "scan": {"day": day, "earner": ident},
    "stock": {"blocks": lenient(list_of(table({"asset": ident, "backing": amount, "booked": instant, "id": item_id, "points": amount,
                                               "unit_price": amount})), [])},
    "till": {"borne": default(amount, 0), "limit": amount},
    "voucher": {
        "account": opt(ident), "balance": opt(amount), "first": opt(item_id), "holder": opt(ident), "from": opt(day), "until": opt(day),
        "mark": word("open", "redeemed", "voided", "replaced"), "pack": opt(ident), "purchase": opt(ident), "replaced_by": opt(item_id),
        "replaces": opt(item_id), "reserved": opt(table({"merchant": ident, "until": instant})), "stock": ident},
    "voucher_stock": {"claim_day": opt(day), "claimed_that_day": default(amount, 0), "issued": amount, "redeemed": default(map_of(ident, amount), {}),
                      "state": STOCK_STATE, "terms": VOUCHER_TERMS},
    "withdrawal": {"account": ident, "amount": amount, "counted": default(COUNTED, []), "fee": amount, "party": ident, "parts": lenient(LOTS, []),
                   "state": word("requested", "approved", "paid", "refused")},
}
RECORD_OF_ANY = variant(RECORDS)
ENTRY = table({"record": opt(RECORD_OF_ANY), "version": UINT64})


def version_one(value, path):
    if UINT32(value, path) != 1:
        raise ReadError("unsupported_version", path)
    return value


ID, UUID = "[A-Za-z0-9._-]{1,64}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
KEYS = [f"(account|pack|party|purchase|referral|voucher_stock)/{ID}", "books", f"(budget|scan|stock|till)/{ID}/{ID}", f"command/{UUID}"]


def key_of(key, path):
    kind, _, item = key.partition("/")
    if kind in ("voucher", "withdrawal"):
        item_id(item, path)
        return key
    if not any(re.fullmatch(form, key) for form in KEYS):
        raise ReadError("invalid_id", path)
    return key


def entries(value, path):
    def entry_of(key):
        def read(entry, at):
            out = ENTRY(entry, at)
            if "record" in out and out["record"]["type"] != key.partition("/")[0]:
                raise ReadError("invalid_value", at)
            return out
        return read
    if not isinstance(value, dict):
        kind_error(path)
    return {key_of(key, join(path, key)): entry_of(key)(entry, join(path, key)) for key, entry in value.items()}


SNAPSHOT = table({"extent": default(word("slice", "whole"), "slice"), "records": entries, "v": UINT32})


def read_snapshot(tree):
    if not isinstance(tree, dict):
        kind_error("")
    if "v" not in tree:
        raise ReadError("missing_field", "v")
    version_one(tree["v"], "v")
    with reading_stored():
        return SNAPSHOT(tree, "")
