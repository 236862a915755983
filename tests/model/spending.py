"""Redeeming, holding, sweeping and refunding (rulebook.md, 6 and 7; wire.md, 7)."""

from parties import need_positive
from purchases import post_sale
from rulebook import expiry_day
from values import Reject, allocate, amt, copy, day_number, ms
from voucher_sale import give_back


def check_spending(d, c):
    need_positive(c["points"], "points")
    if c["type"] == "hold_points" and not 0 < ms(c["until"]) - ms(d.booked) <= 90 * 86_400_000:
        raise Reject("invalid_period", "until")
    d.need_points(c["asset"], "asset")
    member = d.need_party(c["member"], "member", "member")
    d.need_party(c["merchant"], "merchant", "merchant", "operator")
    d.need_actor(c["member"], c["merchant"])
    if c["asset"] not in d.terms(c["merchant"], d.day).get("accepts", []):
        raise Reject("not_accepted", "merchant")
    return d.load_account(member["account"])


def redeem_points(d, c):
    account = check_spending(d, c)
    parts = account.draw(c["asset"], c["merchant"], c["points"])
    account.redeem("spendable", c["merchant"], c["asset"], parts)


def hold_points(d, c):
    account = check_spending(d, c)
    if len(account.holds) >= 64:
        raise Reject("account_full", account.key)
    parts = account.draw(c["asset"], c["merchant"], c["points"])
    hold = {"id": d.new_id("hold"), "merchant": c["merchant"], "parts": parts, "until": c["until"]}
    account.holds.append(hold)
    account.holds_changed = True
    for part in parts:
        d.post(account.side("spendable"), account.side("held"), c["asset"], part["points"], d.day, "hold")
    d.event("hold_placed", account=account.id, asset=c["asset"], hold=hold["id"], points=c["points"], until=c["until"])


def capture_hold(d, c):
    need_positive(c["points"], "points")
    account = d.load_account(d.need_party(c["member"], "member", "member")["account"])
    hold = account.hold(c["hold"])
    d.need_actor(hold["merchant"])
    if c["points"] > sum(p["points"] for p in hold["parts"]):
        raise Reject("hold_exceeded", "points")
    account.remove_hold(hold)
    parts, rest = account.split(hold["parts"], c["points"])
    account.redeem("held", hold["merchant"], hold["parts"][0]["asset"], parts)
    account.release({**hold, "parts": rest}, d.today)


def release_hold(d, c):
    account = d.load_account(d.need_party(c["member"], "member", "member")["account"])
    hold = account.hold(c["hold"])
    d.need_actor(c["member"], hold["merchant"])
    account.remove_hold(hold)
    account.release(hold, d.today)


def sweep(d, c):
    d.need_actor()
    d.load_account(c["account"])


# ---------------------------------------------------------------- refunds (rulebook.md, 7)


def remains(line):
    return any(line[f] for f in ("net", "turnover", "quantity", "tender_value", "tender_points")) \
        or any(x["amount"] for x in line["discounts"]) or any(line["awards"]) or any(line.get("payouts", []))


def check_entries(c):
    entries = c["returned"]
    if not entries:
        raise Reject("empty", "returned")
    if len(entries) > 500:
        raise Reject("limit_exceeded", "returned")
    seen = set()
    for i, entry in enumerate(entries):
        for field in ("amount", "quantity"):
            if field in entry and entry[field] <= 0:
                raise Reject("not_positive", f"returned[{i}].{field}")
        if "line" not in entry and len(entries) > 1 or entry.get("line") in seen:
            raise Reject("duplicate", f"returned[{i}]")
        seen.add(entry.get("line"))


def shares(c, lines):
    """By line: (share, of, whole units)."""
    by_n = {line["n"]: line for line in lines}
    out = {}
    for i, entry in enumerate(c["returned"]):
        exceeds = Reject("refund_exceeds", f"returned[{i}]")
        if "line" in entry:
            line = by_n.get(entry["line"])
            if line is None:
                raise Reject("unknown_line", f"returned[{i}].line")
        if entry["type"] == "whole":
            if not any(map(remains, lines)):
                raise exceeds
            out = {line["n"]: (1, 1, line["quantity"]) for line in lines if remains(line)}
        elif entry["type"] == "amount":
            weights = [max(line["net"], 0) for line in lines]
            if entry["amount"] > sum(weights):
                raise exceeds
            parts = allocate(entry["amount"], weights)
            out = {line["n"]: (part, line["net"], 0) for line, part in zip(lines, parts) if part > 0}
        elif entry["type"] == "quantity":
            if entry["quantity"] > line["quantity"]:
                raise exceeds
            out[line["n"]] = (entry["quantity"], line["quantity"], entry["quantity"])
        else:
            if entry["amount"] > line["net"]:
                raise exceeds
            out[line["n"]] = (entry["amount"], line["net"], 0)
    return out


def part_of(x, share, of):
    return allocate(x, [share, of - share])[0]


def take_back(line, share, of, units):
    """What returns of a line; the line keeps the rest."""
    back = {}
    for field in ("net", "turnover", "tender_value", "tender_points"):
        back[field] = part_of(line[field], share, of)
        line[field] -= back[field]
    line["quantity"] -= units
    back["discounts"] = []
    for x in line["discounts"]:
        part = part_of(x["amount"], share, of)
        back["discounts"].append({**x, "amount": part})
        x["amount"] -= part
    back["awards"] = [part_of(points, share, of) for points in line["awards"]]
    line["awards"] = [points - part for points, part in zip(line["awards"], back["awards"])]
    back["payouts"] = [part_of(amount, share, of) for amount in line.get("payouts", [])]
    if back["payouts"]:
        line["payouts"] = [amount - part for amount, part in zip(line["payouts"], back["payouts"])]
    return back


def refund_purchase(d, c):
    check_entries(c)
    key = f"purchase/{c['purchase']}"
    if d.record(key) is None:
        raise Reject("unknown_purchase", "purchase")
    purchase = copy(d.record(key))
    m, day = purchase["merchant"], purchase["day"]
    d.need_actor(m)
    if day_number(d.today) > day_number(day) + purchase["refunds"]["days"]:
        raise Reject("refund_window_over", "purchase")
    asked = shares(c, purchase["lines"])
    account = d.load_account(purchase["account"]) if "account" in purchase else None

    back = [take_back(line, *asked[line["n"]]) for line in purchase["lines"] if line["n"] in asked]
    post_sale(d, m, back, account is not None, -1, day)
    net = amt(sum(b["net"] for b in back))
    value, points = (sum(b[f] for b in back) for f in ("tender_value", "tender_points"))
    awards = [sum(b["awards"][i] for b in back) for i in range(len(purchase["awards"]))]
    d.event("purchase_refunded", cash=amt(net - value), net=net, points=points, purchase=c["purchase"],
            store=purchase.get("store"), clerk=purchase.get("clerk"))
    if account is not None:
        return_tender(d, account, purchase, points)
        for award, points in zip(purchase["awards"], awards):
            if points > 0:
                claw_back(d, account, purchase, award, points, purchase["refunds"]["spent_points"])
    for i, payout in enumerate(purchase.get("payouts", [])):
        amount = sum(b["payouts"][i] for b in back)
        if amount > 0:
            take_payout_back(d, purchase, payout, amount)
    d.write(key, purchase)
    give_back(d, account, purchase, back, any(map(remains, purchase["lines"])))


def return_tender(d, account, purchase, points):
    if points == 0:
        return
    m, day, parts = purchase["merchant"], purchase["day"], purchase["tender"]["parts"]
    for part, share in zip(parts, allocate(points, [p["lot"]["points"] for p in parts])):
        if share == 0:
            continue
        lot = {**part["lot"], "points": share}
        part["lot"]["points"] -= share
        d.post(f"{m}/redeemed", account.side("spendable"), lot["asset"], share, day, "redemption_refund")
        account.post_rates(m, lot, share, part["paid"], day, -1)
        grace = purchase["refunds"].get("grace_days", 0)
        if lot.get("expires") is not None and lot["expires"] <= d.today and grace:
            del lot["expires"]
            later = expiry_day({"type": "days", "days": grace}, d.today, None)
            lot.update({"expires": later} if later is not None else {})
        account.go_back(lot, d.today)
    purchase["tender"]["parts"] = [p for p in parts if p["lot"]["points"] > 0]


def take_payout_back(d, purchase, payout, amount):
    """What returns of a payout (13.3)."""
    account, award, asset = d.paid_account(payout["account"]), payout["award"], payout["award"]["asset"]
    if asset != d.rulebook.currency:
        claw_back(d, account, purchase, award, amount, payout["withdrawn"], payout=True)
        return
    whole, part, payer = amount, award["parts"][0], award["funder"]
    part["points"] -= amount
    reason = "cash_subsidy_refund" if payout["role"] == "subsidy" else "commission_refund"
    first = account.lot(part["lot"])
    for lot in ([first] if first else []) + [l for l in account.available(payer) if l is not first]:
        taken = min(amount, lot["points"])
        if taken:
            amount -= taken
            account.change(lot, -taken)
            d.post(account.lot_side(lot), f"{payer}/settlement", asset, taken, purchase["day"], reason)
            d.event("payout_taken_back", account=account.id, amount=taken, asset=asset, lot=lot["id"])
    count_down(account, award, whole - (amount if payout["withdrawn"] == "funder_bears" else 0))  # borne stays given
    be_short(d, account, payout["withdrawn"], asset, payer, amount)


def count_down(account, award, points):
    for counted in award["counted"]:
        account.count(counted["cap"], counted["window"], counted["from"], -points)


def be_short(d, account, policy, asset, funder, points):
    """What was not there to be taken back."""
    if points and policy == "debt":
        account.incur(asset, funder, points)
    elif points:
        d.event("clawback_borne", account=account.id, asset=asset, funder=funder, points=points)


def claw_back(d, account, purchase, award, points, policy, payout=False):
    asset, day, expired, borne, owed = award["asset"], purchase["day"], 0, 0, 0
    for part, share in zip(award["parts"], allocate(points, [p["points"] for p in award["parts"]])):
        if share == 0:
            continue
        part["points"] -= share
        lot = account.lot(part["lot"])
        taken = min(share, lot["points"]) if lot else 0
        if taken:
            account.change(lot, -taken)
            take_points(d, account, purchase, award, part, lot["state"], taken, "commission_refund" if payout else "clawback")
            if payout:
                d.event("payout_taken_back", account=account.id, amount=taken, asset=asset, lot=part["lot"])
            else:
                d.event("points_clawed_back", account=account.id, asset=asset, lot=part["lot"], points=taken)
        short, rest, past = share - taken, 0, part.get("expires") is not None and part["expires"] <= d.today
        if past or policy == "funder_bears":  # only what is held is owed
            held = sum(p["points"] for hold in account.holds for p in hold["parts"] if p["id"] == part["lot"])
            told = account.told_held.get(part["lot"], 0)
            rest = short - min(short, held - told)
            account.told_held[part["lot"]] = told + short - rest
        owed, borne, expired = owed + short - rest, borne + (0 if past else rest), expired + (rest if past else 0)
        if "budget" in award:
            campaign, lane = award["budget"]["campaign"], award["budget"]["lane"]
            budget, back = d.budget(campaign, lane), share - rest
            budget["used_points"] = amt(budget["used_points"] - back)
            budget["used_money"] = amt(budget["used_money"] - back * part["budget_cost"])
            d.write(f"budget/{campaign}/{lane}", budget)
    count_down(account, award, points - borne - expired)
    if expired:
        d.event("clawback_expired", account=account.id, asset=asset, points=expired)
    if borne:
        be_short(d, account, "funder_bears", asset, award["funder"], borne)
    if owed:
        be_short(d, account, "debt", asset, award["funder"], owed)


def take_points(d, account, purchase, award, part, state, taken, reason):
    """Clawed back points go through the funder: into its stock, on to the operator's, or they are burned."""
    op, asset, day, lane, funder = d.rulebook.operator, award["asset"], purchase["day"], purchase["lane"], award["funder"]
    side, source, fine = d.holder_side(funder), part["source"], taken * part["unit_cost"]
    d.post(account.side(state), side, asset, taken, day, reason)
    if purchase["refunds"]["unspent_points"] == "burn":
        d.post(side, f"{op}/expired", asset, taken, day, "expiry")
        d.post_fine(f"{op}/backing", f"{op}/breakage", fine, day, "breakage")
        return
    block = {"asset": asset, "booked": source["booked"], "id": source["id"], "points": taken}
    if source["type"] == "block":
        d.put_block(funder, lane, {**block, "backing": part["unit_cost"], "unit_price": source["unit_price"]}, returns=True)
        return
    d.put_block(op, lane, {**block, "backing": 0, "unit_price": 0}, returns=True)
    d.post(side, f"{op}/stock", asset, taken, day, "postpaid")
    d.post_fine(f"{op}/backing", f"{funder}/settlement", fine, day, "postpaid")
