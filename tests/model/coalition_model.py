"""The second implementation of Coalition, written from docs/rulebook.md and docs/wire.md alone: the book and the answers."""

import offline
import packs
import parties
import purchases
import recognition
import referral
import settle
import spending
import swaps
import voucher_stocks
import vouchers
import withdrawals
from account import apply_patch
from decision import decide
from settle import Tally, close_books
from tree import read_json
from values import ReadError, copy, plus_days, window_next
from wire import read_command

HANDLERS = {
    "register_party": parties.register_party, "set_terms": parties.set_terms, "set_member": parties.set_member,
    "enrol_member": recognition.enrol_member, "join_alliance": parties.alliance, "leave_alliance": parties.alliance,
    "mint_points": parties.mint_points,
    "sell_points": parties.sell_points, "grant_points": parties.grant_points, "give_points": parties.give_points,
    "move_lane": parties.move_lane, "record_purchase": purchases.record_purchase,
    "record_activity": purchases.record_activity, "confirm_purchase": purchases.confirm_purchase,
    "refund_purchase": spending.refund_purchase, "redeem_points": spending.redeem_points,
    "hold_points": spending.hold_points, "capture_hold": spending.capture_hold,
    "release_hold": spending.release_hold, "sweep": spending.sweep, "close_books": close_books,
    **{f.__name__: f for f in (
        voucher_stocks.create_voucher_stock, voucher_stocks.set_voucher_stock, vouchers.issue_vouchers, vouchers.claim_voucher,
        vouchers.reserve_voucher, vouchers.release_voucher, vouchers.redeem_voucher, vouchers.void_voucher,
        vouchers.extend_voucher, vouchers.reissue_voucher, referral.bind_referrer, referral.unbind_referrer,
        offline.set_till, swaps.swap_vouchers, packs.set_pack, packs.issue_pack, packs.present_voucher,
        withdrawals.top_up_merchant, withdrawals.record_entry_fee, withdrawals.record_scan,
        withdrawals.request_withdrawal, withdrawals.set_withdrawal)},
}


LONGEST_GAP = 4_000  # windows without a booking that are settled in a row


class Programme:
    """Rulebooks, the book, balances and the tally, command after command."""

    def __init__(self, rulebooks, snapshot=None):
        self.rulebooks = sorted(rulebooks, key=lambda r: r.effective_from)
        self.book = {key: {"version": e["version"], "record": copy(e.get("record"))}
                     for key, e in (snapshot or {"records": {}})["records"].items()}
        self.balances, self.tally = {}, Tally()

    def rulebook_at(self, at):
        found = self.rulebooks[0]
        for rulebook in self.rulebooks:
            if rulebook.effective_from <= rulebook.day(at):
                found = rulebook
        return found

    def rulebook_on(self, day):
        found = self.rulebooks[0]
        for rulebook in self.rulebooks:
            if rulebook.effective_from <= day:
                found = rulebook
        return found

    def line(self, data, number):
        """The answer to one line of the input; None for a blank one. And its postings."""
        if len(data) <= 16_777_216 and not data.strip(b" \t\r\n\x0c"):
            return None, []
        try:
            command = read_command(read_json(data))
        except ReadError as error:
            return {"type": "malformed", "code": error.code, "path": error.path}, []
        return self.command(command)

    def command(self, command):
        rulebook = self.rulebook_at(command["at"])
        answer = decide(self.book, rulebook, command, HANDLERS)
        for change in answer.get("changes", []):
            self.apply(change)
        postings = []
        for n, p in enumerate(answer.get("postings", []), 1):
            postings.append({**p, "booked": command["booked"], "command": command["id"], "id": f"{command['id']}.{n}"})
            for account, sign in ((p["debit"], -1), (p["credit"], 1)):
                sums = self.balances.setdefault(account, {})
                sums[p["asset"]] = sums.get(p["asset"], 0) + sign * p["amount"]
        if answer.get("postings"):
            self.tally.add(rulebook, command["booked"], answer["postings"], answer["events"])
        return answer, postings

    def apply(self, change):
        if "after" not in change:
            return
        before = self.book.get(change["key"], {"version": 0, "record": None})
        after = change["after"]
        record = copy(after["record"]) if after["type"] == "record" else apply_patch(before["record"], copy(after))
        self.book[change["key"]] = {"version": change["expects"] + 1, "record": record}

    def balance_table(self):
        table = {a: {k: v for k, v in sums.items() if v} for a, sums in self.balances.items()}
        return {a: sums for a, sums in table.items() if sums}

    def settle_window(self, start, residues):
        try:
            until = window_next(start, self.rulebook_on(start).settlement)
        except (ValueError, OverflowError):
            raise settle.Unsettled("the window does not end before the year 10000") from None
        rulebook = self.rulebook_on(plus_days(until, -1))
        return settle.settle(rulebook, settle.parties_of(self.book), self.tally, residues,
                             {"from": start, "until": until})

    def figures(self):
        windows = []
        for start in sorted({key[0] for key in self.tally.cells}):
            try:
                period = {"from": start, "until": window_next(start, self.rulebook_on(start).settlement)}
            except (ValueError, OverflowError):
                raise settle.Unsettled("the window does not end before the year 10000") from None
            rulebook = self.rulebook_on(plus_days(period["until"], -1))
            windows.append({"figures": settle.figures(rulebook, self.tally, period), "period": period})
        return windows

    def statements(self):
        books = self.book.get("books", {"record": {"residues": {}}})["record"]
        residues, out = books["residues"], []
        windows, start, window = [], books.get("closed_until", ""), self.rulebooks[0].settlement
        for booked in sorted({key[0] for key in self.tally.cells if key[0] >= start}):
            gap = [start] if "" < start < booked else []
            while gap and len(gap) <= LONGEST_GAP and window_next(gap[-1], window) < booked:
                gap.append(window_next(gap[-1], window))
            windows += [*(gap if len(gap) <= LONGEST_GAP else []), booked]
            try:
                start = window_next(booked, window)
            except (ValueError, OverflowError):
                pass  # the last window of all, which is not settled either
        for start in windows:
            settled = self.settle_window(start, residues)
            residues = settled["residues"]
            out.append(settled)
        return out
