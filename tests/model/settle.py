"""The tally, settlements, netting and closing (rulebook.md, 9; wire.md, 10)."""

from fractions import Fraction

from values import Reject, amt, hash_of, plus_days, rounded, window_start
from wire import MEMBER_SIDES, REASONS, SIDES


OF_A_PURCHASE = ("award", "redemption", "clawback", "redemption_refund", "sale", "sale_refund", "other_sale", "other_sale_refund",
                 "discount", "discount_refund", "commission", "commission_refund", "cash_subsidy", "cash_subsidy_refund")


class Unsettled(Exception):
    pass


def tally_side(account):
    party, kind = account.rsplit("/", 1)
    return f"*/{kind}" if kind in MEMBER_SIDES else account


def side_order(account):
    party, kind = account.rsplit("/", 1)
    return ("" if party == "*" else party), SIDES.index(kind)


class Tally:
    """(window, value day, debit, credit, asset, reason, store, clerk) → [amount, postings]."""

    def __init__(self):
        self.cells = {}

    def add(self, rulebook, booked, postings, events):
        period = window_start(rulebook.day(booked), rulebook.settlement)
        told = next((e for e in events if e["type"] in ("purchase_recorded", "purchase_refunded")), {})
        place = told.get("store", ""), told.get("clerk", "")
        for p in postings:
            key = (period, p["day"], tally_side(p["debit"]), tally_side(p["credit"]), p["asset"], p["reason"],
                   *(place if p["reason"] in OF_A_PURCHASE else ("", "")))
            cell = self.cells.setdefault(key, [0, 0])
            cell[0] += p["amount"]
            cell[1] += 1


def terms_on(party, day):
    found = None
    for version in party.get("terms", []):
        if version["from"] <= day:
            found = version
    return found


def parties_of(book):
    return {key[6:]: entry["record"]["party"] for key, entry in book.items() if key.startswith("party/")}


def fee_lines(rulebook, parties, cells, period):
    """(party, terms_from) → [member sales, other sales, {asset: awarded}, {asset: redeemed}]; then the charges."""
    op, basis = rulebook.operator, {}

    def count(party_id, day, what, asset, amount):
        if party_id not in parties:
            raise Unsettled(f"unknown_party {party_id}")
        party = parties[party_id]
        owner = parties.get(party["merchant"], {}) if party["type"] == "store" else party
        for one in (party_id, owner.get("branch")):
            terms = terms_on(parties[one], day) if one is not None else None
            if terms is not None:
                sums = basis.setdefault((one, terms["from"]), {})
                sums[what, asset] = sums.get((what, asset), 0) + amount

    for (_, day, debit, credit, asset, reason, _, _), (amount, _) in cells:
        for side, sign in ((debit, -1), (credit, 1)):
            party, kind = side.rsplit("/", 1)
            if party in ("*", op):
                continue
            if kind == "sales" and asset == rulebook.currency and reason in (
                    "sale", "sale_refund", "other_sale", "other_sale_refund"):
                count(party, day, "others" if reason.startswith("other") else "members", asset, sign * amount)
            if kind == "float" and reason in ("award", "clawback"):
                count(party, day, "awarded", asset, -sign * amount)
            if kind == "redeemed" and reason in ("redemption", "redemption_refund"):
                count(party, day, "redeemed", asset, sign * amount)
    for party_id, party in parties.items():
        terms = terms_on(party, period["from"])
        if terms is not None and any(f["type"] == "fixed" for f in terms.get("fees", [])):
            basis.setdefault((party_id, terms["from"]), {})

    out = []
    for (party_id, since), sums in sorted(basis.items()):
        if parties[party_id]["type"] not in ("merchant", "store", "branch"):
            continue
        terms = next(t for t in parties[party_id]["terms"] if t["from"] == since)
        for index, fee in enumerate(terms.get("fees", [])):
            for (what, asset), value in sums.items():
                if what in ("members", "others") or asset == fee.get("asset"):
                    amt(value)
            if fee["type"] == "sales":
                value = sums.get(("members", rulebook.currency), 0)
                if fee.get("of") == "all":
                    value += sums.get(("others", rulebook.currency), 0)
                fine = rounded(value * Fraction(fee["rate"]), rulebook.rounding["fee"]) * 10_000
            elif fee["type"] == "fixed":
                value = fee["amount"] if terms_on(parties[party_id], period["from"]) is terms else 0
                fine = value * 10_000
            else:
                value = sums.get((fee["type"][7:], fee["asset"]), 0)
                fine = value * fee["unit_price"]
            amt(value), amt(fine)
            if fine != 0:
                out.append({"party": party_id, "terms_from": since, "index": index, "basis": value, "fine": fine})
    return out


def figures(rulebook, tally, period):
    starts = [day == window_start(day, rulebook.settlement) for day in (period["from"], period["until"])]
    if period["from"] >= period["until"] or not all(starts):
        raise Unsettled("period_not_aligned")
    sums = {}
    for (window, _, debit, credit, asset, reason, store, clerk), (amount, postings) in tally.cells.items():
        if period["from"] <= window < period["until"] and (store or clerk):
            row = sums.setdefault((store, clerk, asset, REASONS.index(reason)), [0, 0])
            sold_side = credit if reason.endswith("_refund") else debit
            reversed_ = reason in OF_A_PURCHASE[4:8] and sold_side.endswith("/sales")
            row[0] += -amount if reversed_ else amount
            row[1] += postings
    return [{"amount": amt(amount), "asset": asset, "postings": postings, "reason": REASONS[reason],
             **({"store": store} if store else {}), **({"clerk": clerk} if clerk else {})}
            for (store, clerk, asset, reason), (amount, postings) in sorted(sums.items())]


def settle(rulebook, parties, tally, residues, period):
    op, cur = rulebook.operator, rulebook.currency
    if any(day != window_start(day, rulebook.settlement) for day in (period["from"], period["until"])):
        raise Unsettled("period_not_aligned")
    cells = sorted(((k, v) for k, v in tally.cells.items()
                    if period["from"] <= k[0] < period["until"] and k[5] not in ("fee", "instruction")),
                   key=lambda c: (c[0][4], REASONS.index(c[0][5]), side_order(c[0][2]), side_order(c[0][3])))
    fees = fee_lines(rulebook, parties, cells, period)
    fine, minor, charged = dict(residues), {}, {}
    for (_, _, debit, credit, asset, _, _, _), (amount, _) in cells:
        for side, sign in ((debit, -1), (credit, 1)):
            party, kind = side.rsplit("/", 1)
            if kind in ("sales", "customers", "discount") or asset not in (cur, rulebook.fine):
                continue
            sums, party = minor if asset == cur else fine, op if party == "*" and asset == cur else party
            sums[party] = sums.get(party, 0) + sign * amount
    for fee in fees:
        charged[fee["party"]] = charged.get(fee["party"], 0) + fee["fine"]
    if charged:
        charged[op] = -sum(charged.values())
    for party, amount in charged.items():
        fine[party] = fine.get(party, 0) - amount
    if sum(fine.values()) or sum(minor.values()):
        raise Unsettled("unbalanced")

    everybody = sorted({p for c, _ in cells for p in (c[2].rsplit("/", 1)[0], c[3].rsplit("/", 1)[0])} - {"*"}
                       | set(fine) | set(minor) | {op})
    whole = {p: rounded(Fraction(fine.get(p, 0), 10_000), rulebook.rounding["statement"]) for p in everybody if p != op}
    whole[op] = -sum(whole.values())
    payable = {p: amt(whole[p] + minor.get(p, 0)) for p in everybody}
    rest = {p: amt(fine.get(p, 0) - whole[p] * 10_000) for p in everybody}
    figures = {p: {"fees": amt(charged.get(p, 0)), "fine": amt(fine.get(p, 0)), "minor": amt(minor.get(p, 0))} for p in everybody}

    statements = []
    for p in everybody:
        lines = statement_lines(p, cells, op, cur)
        if lines or p in charged or payable[p] or rest[p]:
            statements.append({"party": p, "lines": lines, "carried": residues.get(p, 0), **figures[p],
                               "payable": payable[p], "residue": rest[p]})
    return {"v": 1, "period": period, "currency": cur, "fees": fees,
            "payable": {p: v for p, v in payable.items() if v}, "residues": {p: v for p, v in rest.items() if v},
            "payments": netting(payable), "statements": statements}


def statement_lines(party, cells, op, cur):
    lines = {}
    for (_, day, debit, credit, asset, reason, _, _), (amount, postings) in cells:
        sides = {side.rsplit("/", 1)[0] for side in (debit, credit)}
        if party not in sides and not (party == op and asset == cur and "*" in sides):
            continue
        line = lines.setdefault((asset, reason, debit, credit), {
            "reason": reason, "debit": debit, "credit": credit, "asset": asset, "first_day": day, "last_day": day,
            "postings": 0, "amount": 0})
        line["first_day"], line["last_day"] = min(line["first_day"], day), max(line["last_day"], day)
        line["postings"] += postings
        line["amount"] = amt(line["amount"] + amount)
    return list(lines.values())


def netting(payable):
    open_sums, out = {p: v for p, v in payable.items() if v}, []
    while open_sums:
        debtor = min(open_sums, key=lambda p: (open_sums[p], p))
        creditor = min(open_sums, key=lambda p: (-open_sums[p], p))
        amount = min(-open_sums[debtor], open_sums[creditor])
        out.append({"from": debtor, "to": creditor, "amount": amount})
        open_sums[debtor] += amount
        open_sums[creditor] -= amount
        open_sums = {p: v for p, v in open_sums.items() if v}
    return out


def agrees(settlement):
    """Whether the parts of a settlement say the same."""
    statements, payable, residues = settlement["statements"], settlement["payable"], settlement["residues"]
    parties = [s["party"] for s in statements]
    return (parties == sorted(set(parties))
            and payable == {s["party"]: s["payable"] for s in statements if s["payable"]}
            and residues == {s["party"]: s["residue"] for s in statements if s["residue"]}
            and all(s["fine"] + s["minor"] * 10_000 == s["payable"] * 10_000 + s["residue"] for s in statements)
            and sum(payable.values()) == sum(residues.values()) == 0 and settlement["payments"] == netting(payable))


def close_books(d, c):
    d.need_actor()
    period, settlement = c["period"], c["settlement"]
    books = d.record("books") or {"type": "books", "residues": {}}
    starts = [day == window_start(day, d.rulebook.settlement) for day in (period["from"], period["until"])]
    if period["from"] >= period["until"] or not all(starts) or period["until"] > d.today \
            or books.get("closed_until", period["from"]) != period["from"]:
        raise Reject("invalid_period", "period")
    if settlement["period"] != period or settlement["currency"] != d.rulebook.currency:
        raise Reject("statement_mismatch", "settlement")
    carried = {s["party"]: s["carried"] for s in settlement["statements"] if s["carried"]}
    if not agrees(settlement) or carried != {p: v for p, v in books.get("residues", {}).items() if v}:
        raise Reject("statement_mismatch", "settlement")
    if hash_of("settlement", settlement) != c["statement_hash"]:
        raise Reject("statement_mismatch", "statement_hash")
    last, op = plus_days(period["until"], -1), d.rulebook.operator
    for fee in settlement["fees"]:
        if fee["party"] != op:
            d.post_fine(f"{fee['party']}/settlement", f"{op}/fee", fee["fine"], last, "fee")
    for s in settlement["statements"]:
        accounts = f"{s['party']}/settlement", f"{s['party']}/outside"
        d.post_fine(*accounts, (s["payable"] - s["minor"]) * 10_000, last, "instruction")
        d.post(*accounts, d.rulebook.currency, s["minor"], last, "instruction")
    d.event("books_closed", period=period)
    for payment in settlement["payments"]:
        d.event("payment_instructed", asset=d.rulebook.currency, **payment)
    d.write("books", {"type": "books", "closed_until": period["until"], "residues": settlement["residues"]})
