"""Top-ups, entry fees, scans, and money on its way out (rulebook.md, 13.10 and 13.11; wire.md, 7)."""

from fractions import Fraction

from parties import need_positive
from payouts import Event, pay_wholes
from referral import BOUND, chain, earns_into, referral, works_at
from values import Reject, copy, rounded, window_start

STEPS = {"requested": ("approved", "refused"), "approved": ("paid", "refused")}


def sees(d, c, merchant):
    """What conditions see of a top-up or a scan."""
    return {"rulebook": d.rulebook, "day": d.day, "minute": d.minute, "merchant": c.get("merchant"), "roles": [],
            "flags": [], "member_of": [], "alliances": (merchant or {}).get("alliances", []),
            "channel": c.get("channel"), "ordinal": None}


def pay_event(d, c, kind, amount, levels, sale, merchant):
    if d.rulebook.commission is not None:
        line = {"n": 0, "after_discounts": amount, "after_tender": amount, "gross": amount}
        event = Event(d, kind, sees(d, c, merchant), [line], levels, sale, c.get("merchant"), purpose=c.get("purpose"))
        pay_wholes(d, c.get("lane", "main"), event.wholes())


def top_up_merchant(d, c):
    need_positive(c["amount"], "amount")
    m = c["merchant"]
    merchant = d.need_party(m, "merchant", "merchant")
    d.need_actor()
    d.post(f"{d.rulebook.operator}/outside", f"{m}/settlement", d.rulebook.currency, c["amount"], d.day, "top_up")
    d.event("merchant_topped_up", amount=c["amount"], merchant=m)
    if d.rulebook.commission is not None:
        pay_event(d, c, "top_up", c["amount"], chain(d, m, merchant.get("alliances", [])), None, merchant)


def record_entry_fee(d, c):
    need_positive(c["amount"], "amount")
    d.need_party(c["party"], "party", *BOUND)
    d.need_actor()
    record, op = copy(referral(d, c["party"])), d.rulebook.operator
    record["entry_fee"] = min(record.get("entry_fee", d.day), d.day)
    d.write(f"referral/{c['party']}", record)
    d.post(f"{op}/outside", f"{op}/fee", d.rulebook.currency, c["amount"], d.day, "entry_fee")
    d.event("entry_fee_recorded", amount=c["amount"], party=c["party"])


def record_scan(d, c):
    plans = [p for p in d.rulebook.plans if p.get("event") == "scan"]
    if not any(c["purpose"] in p.get("purposes", [c["purpose"]]) for p in plans):
        raise Reject("not_declared", "purpose")
    earner, key = c["earner"], f"scan/{c['purpose']}/{c['code']}"
    d.need_party(earner, "earner", *BOUND)
    merchant = d.need_party(c["merchant"], "merchant", "merchant") if "merchant" in c else None
    worker = works_at(d, earner)
    d.need_actor(earner, *([worker] if worker else []))
    if d.record(key) is not None:
        raise Reject("already_exists", "code")
    d.write(key, {"type": "scan", "day": d.day, "earner": earner})
    d.event("scan_recorded", code=c["code"], earner=earner, purpose=c["purpose"])
    levels = chain(d, earner, (merchant or {}).get("alliances", []))
    pay_event(d, c, "scan", 0, levels, (earner, earns_into(d, earner)), merchant)


# ---------------------------------------------------------------- withdrawals


def fee_of(d, amount):
    fee = d.rulebook.withdrawal.get("fee")
    if fee is None:
        return 0
    if fee["type"] == "fixed":
        return fee["amount"]
    return rounded(Fraction(fee["rate"]) * amount, d.rulebook.rounding["fee"])


def request_withdrawal(d, c):
    section, amount = d.rulebook.withdrawal, c["amount"]
    if section is None:
        raise Reject("not_declared", "withdrawal")
    need_positive(amount, "amount")
    fee, cur = fee_of(d, amount), d.rulebook.currency
    if amount < section["minimum"] or amount <= fee:
        raise Reject("below_minimum", "amount")
    d.need_party(c["party"], "party", *BOUND)
    d.need_actor(c["party"])
    account = d.load_account(earns_into(d, c["party"]))
    counted = []
    for limit in section.get("limits", []):
        first = window_start(d.today, limit["per"])
        counter = account.counter(limit["id"], limit["per"], first)
        if counter is not None and counter["points"] >= limit["count"]:
            raise Reject("withdrawal_limit", "party")
        counted.append({"cap": limit["id"], "from": first, "window": limit["per"]})
    parts = account.draw(cur, None, amount, path="amount", code="insufficient_money")
    for part in parts:
        d.post(account.side("commission_available"), account.side("held"), cur, part["points"], d.day, "hold")
    for one in counted:
        account.count(one["cap"], one["window"], one["from"], 1)
    withdrawal = d.new_id("withdrawal")
    record = {"type": "withdrawal", "account": account.id, "amount": amount, "fee": fee, "party": c["party"],
              "parts": parts, "state": "requested", **({"counted": counted} if counted else {})}
    d.write(f"withdrawal/{withdrawal}", record)
    d.event("withdrawal_requested", account=account.id, amount=amount, fee=fee, party=c["party"], withdrawal=withdrawal)


def set_withdrawal(d, c):
    key, op, cur = f"withdrawal/{c['withdrawal']}", d.rulebook.operator, d.rulebook.currency
    if d.record(key) is None:
        raise Reject("unknown_withdrawal", "withdrawal")
    record = copy(d.record(key))
    d.need_actor()
    if c["state"] not in STEPS.get(record["state"], ()):
        raise Reject("wrong_state", "state")
    record["state"], held = c["state"], f"{record['account']}/held"
    if c["state"] == "paid":
        d.post(held, f"{op}/outside", cur, record["amount"] - record["fee"], d.day, "withdrawal")
        d.post(held, f"{op}/fee", cur, record["fee"], d.day, "withdrawal_fee")
        record["parts"] = []
    elif c["state"] == "refused":
        account = d.paid_account(record["account"])
        for part in record["parts"]:
            d.post(held, account.side("commission_available"), cur, part["points"], d.day, "release")
            there = account.join_money(part)
            if there is None:
                there = account.open({**part, "id": d.new_id("lot")} if account.lot(part["id"]) else part)
            account.repay(there, part["points"], d.day)
        for one in record.get("counted", []):
            account.count(one["cap"], one["window"], one["from"], -1)
        record["parts"] = []
    d.write(key, record)
    d.event("withdrawal_set", state=c["state"], withdrawal=c["withdrawal"])
