"""One decision: what it reads, posts, tells and changes, and the order of every decision (wire.md, 6 and 9)."""

from account import Account
from values import MAX, Reject, amt, canonical, copy, day_number, hash_of, item_key, ms

NOT_FINAL = {"conflict", "unknown_party", "unknown_purchase", "unknown_voucher_stock", "invalid_voucher",
             "unknown_withdrawal", "unknown_till", "in_future", "period_closed", "clock_backwards"}
LAST_DAY = "9999-12-31"


def block_order(block):
    return ms(block["booked"]), item_key(block["id"])


class Decision:
    def __init__(self, book, rulebook, command):
        self.book, self.rulebook, self.command = book, rulebook, command
        self.id, self.booked, self.at, self.actor = command["id"], command["booked"], command["at"], command["actor"]
        self.day, self.minute = rulebook.local(self.at)
        self.today = rulebook.day(self.booked)
        self.postings, self.events, self.numbers = [], [], {}
        self.written, self.records, self.accounts, self.guards = {}, {}, {}, {"books"}
        self.trace = {"v": 1}

    # ------------------------------------------------------------ reading

    def record(self, key):
        entry = self.book.get(key)
        return entry["record"] if entry else None

    def party(self, party_id):
        record = self.record(f"party/{party_id}")
        return record["party"] if record else None

    def terms(self, party_id, day):
        """The terms of a party in force on a day; empty without."""
        party = self.party(party_id)
        found = {}
        for version in (party or {}).get("terms", []):
            if version["from"] <= day:
                found = version
        return found

    def working(self, key, empty):
        """The working copy of a record."""
        if key not in self.records:
            record = self.record(key)
            self.records[key] = copy(record) if record is not None else copy(empty)
        return self.records[key]

    def stock(self, party, lane):
        return self.working(f"stock/{party}/{lane}", {"type": "stock", "blocks": []})["blocks"]

    def budget(self, campaign, lane):
        return self.working(f"budget/{campaign}/{lane}", {
            "type": "budget", "moved_money": 0, "moved_points": 0, "used_money": 0, "used_points": 0})

    def load_account(self, account_id):
        """Load and mature."""
        self.accounts[account_id] = Account(self, account_id)
        self.accounts[account_id].mature()
        return self.accounts[account_id]

    def paid_account(self, account_id):
        """An account that what another did touches: it is never refused; a command matures an account once."""
        if account_id not in self.accounts:
            self.accounts[account_id] = Account(self, account_id)
            self.accounts[account_id].mature(strict=False)
        return self.accounts[account_id]

    # ------------------------------------------------------------ writing

    def new_id(self, kind):
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{self.id}.{self.numbers[kind]}"

    def post(self, debit, credit, asset, amount, day, reason):
        if amount == 0:
            return
        if amount < 0:
            debit, credit, amount = credit, debit, -amount
        self.postings.append({"amount": amt(amount), "asset": asset, "credit": credit, "day": day, "debit": debit,
                              "reason": reason})

    def post_fine(self, debit, credit, amount, day, reason):
        self.post(debit, credit, self.rulebook.fine, amount, day, reason)

    def event(self, kind, **fields):
        self.events.append({"type": kind, **{k: v for k, v in fields.items() if v is not None}})

    def write(self, key, record):
        self.written[key] = record

    # ------------------------------------------------------------ checks that many commands share

    def need_party(self, party_id, path, *kinds):
        party = self.party(party_id)
        if party is None:
            raise Reject("unknown_party", path)
        if kinds and party["type"] not in kinds:
            raise Reject("wrong_kind", path)
        return party

    def acts_for(self, *parties):
        """Whether the actor may act for one of these."""
        actor = self.party(self.actor)
        if self.actor == self.rulebook.operator or self.actor in parties:
            return True
        return actor["type"] in ("store", "staff") and actor["merchant"] in parties

    def need_actor(self, *parties):
        """Unknown, or may not act for any of these (none: the operator only)."""
        if self.party(self.actor) is None:
            raise Reject("unknown_party", "actor")
        if not self.acts_for(*parties):
            raise Reject("not_allowed", "actor")

    def need_points(self, asset, path):
        if not self.rulebook.is_points(asset):
            raise Reject("unknown_asset", path)

    def tender_value(self, asset, points):
        """R2."""
        tender = self.rulebook.points.get(asset, {}).get("tender")
        return 0 if tender is None else amt(points * tender["value"] // tender["points"])

    # ------------------------------------------------------------ stocks

    def holder_side(self, party_id):
        party = self.party(party_id)
        central = party_id == self.rulebook.operator or party is not None and party["type"] in ("operator", "branch")
        return f"{party_id}/" + ("stock" if central else "float")

    def available(self, party, lane, asset):
        return sum(b["points"] for b in self.stock(party, lane) if b["asset"] == asset)

    def draw_blocks(self, party, lane, asset, points):
        """Draw points from the earliest blocks: copies with what was drawn."""
        blocks = self.stock(party, lane)
        drawn = []
        for block in sorted(blocks, key=block_order):
            taken = min(points, block["points"]) if block["asset"] == asset else 0
            if taken:
                drawn.append({**block, "points": taken})
                block["points"] -= taken
                points -= taken
        blocks[:] = [b for b in blocks if b["points"] > 0]
        self.write_stock(party, lane)
        return drawn

    def put_block(self, party, lane, block, returns=False):
        """Into the block with the same id and age, else as a block of its own."""
        blocks = self.stock(party, lane)
        if len(blocks) >= 1000 and not returns:
            raise Reject("limit_exceeded", f"stock/{party}/{lane}")
        there = next((b for b in blocks if (b["id"], b["booked"]) == (block["id"], block["booked"])), None)
        if there is not None:
            there["points"] = amt(there["points"] + block["points"])
        else:
            blocks.append(block)
            blocks.sort(key=block_order)
        self.write_stock(party, lane)

    def write_stock(self, party, lane):
        self.write(f"stock/{party}/{lane}", self.records[f"stock/{party}/{lane}"])

    def budget_left(self, campaign, lane):
        """Points and money (fine units) left of a campaign's budgets; None where it declares none."""
        declared, record = self.rulebook.campaigns[campaign], self.budget(campaign, lane)
        out = []
        for name, unit in (("points", 1), ("money", 10_000)):
            if f"budget_{name}" not in declared:
                out.append(None)
                continue
            first = declared[f"budget_{name}"] * unit if lane == "main" else 0
            out.append(max(amt(amt(first + record[f"moved_{name}"]) - record[f"used_{name}"]), 0))
        return out

    # ------------------------------------------------------------ the trace (wire.md, 6.1)

    def arithmetic(self, name, row):
        """A row of the trace, without fields that have no value."""
        self.trace.setdefault(name, []).append({k: v for k, v in row.items() if v is not None})

    # ------------------------------------------------------------ the answer

    def version(self, key):
        entry = self.book.get(key)
        return entry["version"] if entry else 0

    def changes(self):
        out = []
        for key, record in self.written.items():
            out.append({"after": {"record": record, "type": "record"}, "expects": self.version(key), "key": key})
        for account in self.accounts.values():
            out.append({"after": account.patch(), "expects": self.version(account.key), "key": account.key})
        out += [{"expects": self.version(key), "key": key} for key in self.guards - set(self.written)]
        return sorted(out, key=lambda c: c["key"])


def decide(book, rulebook, command, handlers, trace=None):
    """The answer to a command; the trace of a decision is put into `trace`."""
    own, command_hash = f"command/{command['id']}", hash_of("command", command)
    base = {"command": command["id"]}
    if own in book:
        known = book[own]["record"]
        if known["command"] == command_hash:
            return {**base, "type": "repeated", "outcome": known["outcome"]}
        return {**base, "type": "rejected", "changes": [], "code": "conflict", "path": "id"}

    def remembered(outcome):
        record = {"command": command_hash, "outcome": hash_of("outcome", outcome), "type": "command"}
        return {"after": {"record": record, "type": "record"}, "expects": 0, "key": own}

    d = Decision(book, rulebook, command)
    try:
        if ms(d.at) > ms(d.booked):
            raise Reject("in_future", "at")
        for path, day in (("at", d.day), ("booked", d.today)):
            if day > LAST_DAY:
                raise Reject("invalid_period", path)
        if d.day < rulebook.effective_from:
            raise Reject("before_rulebook", "at")
        late = rulebook.late_days
        if late is not None and command["actor"] != rulebook.operator and day_number(d.today) - day_number(d.day) > late:
            raise Reject("too_late", "at")
        closed = (d.record("books") or {}).get("closed_until")
        if closed is not None and d.today < closed:
            raise Reject("period_closed", "booked")
        handlers[command["type"]](d, command)
        changes = d.changes()
    except Reject as reject:
        changes = []
        if reject.code not in NOT_FINAL:
            changes = [remembered({"code": reject.code, "path": reject.path})]
        return {**base, "type": "rejected", "changes": changes, "code": reject.code, "path": reject.path}
    if trace is not None:
        trace.update(d.trace)
    outcome = {"changes": changes, "events": d.events, "postings": d.postings}
    changes = sorted(changes + [remembered(outcome)], key=lambda c: c["key"])
    return copy({**base, "type": "decided", "changes": changes, "events": d.events, "postings": d.postings,
                 "rulebook": rulebook.hash})
