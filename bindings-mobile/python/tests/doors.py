"""The verbs over texts through both doors, so that one runner can go through either."""

import datetime
import json

import coalition
from coalition import Detail, Purpose


class JsonDoor:
    """Texts in, texts out."""

    check = staticmethod(coalition.check_json)
    evolve = staticmethod(coalition.evolve_json)
    statement_hash = staticmethod(coalition.statement_hash_json)
    plan_codes = staticmethod(coalition.plan_codes_json)
    generate_codes = staticmethod(coalition.generate_codes_json)
    read_code = staticmethod(coalition.read_code_json)
    public_key = staticmethod(coalition.public_key_json)
    check_keys = staticmethod(coalition.check_keys_json)
    sign_token = staticmethod(coalition.sign_token_json)
    verify_offline = staticmethod(coalition.verify_offline_json)

    @staticmethod
    def reads(engine, command, slice):
        return engine.reads_json(command, slice)

    @staticmethod
    def decide(engine, command, slice, detail):
        """The answer, and what makes the next book of a book."""
        outcome = engine.decide_json(command, slice, detail)
        return outcome, lambda book: coalition.evolve_json(book, outcome)

    @staticmethod
    def decide_many(engine, commands, slice, detail):
        return engine.decide_many_json(commands, slice, detail)

    @staticmethod
    def quote(engine, command, slice):
        return engine.quote_json(command, slice)

    @staticmethod
    def explain(engine, command, slice):
        return engine.explain_json(command, slice)

    @staticmethod
    def tally(engine, tally, bookings):
        return engine.tally_json(tally, bookings)

    @staticmethod
    def settle(engine, tally, slice, period):
        return engine.settle_json(tally, slice, period)

    @staticmethod
    def figures(engine, tally, period):
        return engine.figures_json(tally, period)


class TypedDoor:
    """The same through Python's own types: only the codecs see a text."""

    @staticmethod
    def check(rulebook, previous):
        problems = coalition.check(rulebook, previous)
        return compact([{"code": coalition.problem_word(p.code), "detail": p.detail, "path": p.path} for p in problems])

    @staticmethod
    def reads(engine, command, slice):
        return compact(engine.reads(coalition.command_from_json(command), slice))

    @staticmethod
    def decide(engine, command, slice, detail):
        outcome = engine.decide(coalition.command_from_json(command), slice, detail)
        return coalition.outcome_to_json(outcome), lambda book: coalition.evolve(book, outcome)

    @staticmethod
    def decide_many(engine, commands, slice, detail):
        answer = engine.decide_many(coalition.commands_from_json(commands), slice, detail)
        outcomes = ",".join(map(coalition.outcome_to_json, answer.outcomes))
        return f'{{"outcomes":[{outcomes}],"slice":{answer.slice}}}'

    @staticmethod
    def quote(engine, command, slice):
        return coalition.outcome_to_json(engine.quote(coalition.command_from_json(command), slice))

    @staticmethod
    def explain(engine, command, slice):
        return coalition.outcome_to_json(engine.explain(coalition.command_from_json(command), slice))

    @staticmethod
    def evolve(slice, outcome):
        return coalition.evolve(slice, coalition.outcome_from_json(outcome))

    @staticmethod
    def tally(engine, tally, bookings):
        return engine.tally(tally, coalition.bookings_from_json(bookings))

    @staticmethod
    def settle(engine, tally, slice, period):
        settlement = engine.settle(tally, slice, coalition.period_from_json(period))
        return coalition.settlement_to_json(settlement)

    @staticmethod
    def figures(engine, tally, period):
        return coalition.figures_to_json(engine.figures(tally, coalition.period_from_json(period)))

    @staticmethod
    def statement_hash(settlement):
        return coalition.statement_hash(coalition.settlement_from_json(settlement))

    @staticmethod
    def plan_codes(plan, count):
        needs = coalition.plan_codes(coalition.code_plan_from_json(plan), int(count))
        return compact({"entropy_bytes": needs.entropy_bytes, "length": needs.length})

    @staticmethod
    def generate_codes(plan, count, entropy):
        octets = bytes.fromhex(json.loads(entropy))
        return compact(coalition.generate_codes(coalition.code_plan_from_json(plan), int(count), octets))

    @staticmethod
    def read_code(text):
        written = coalition.read_code(json.loads(text))
        return compact({"code": written.code, "grouped": written.grouped})

    @staticmethod
    def public_key(signing_key):
        return coalition.public_key(json.loads(signing_key))

    @staticmethod
    def check_keys(keys):
        ring = coalition.keys_from_json(keys)
        coalition.check_keys(ring)
        return coalition.keys_to_json(ring)

    @staticmethod
    def sign_token(token, signing_key):
        return coalition.sign_token(coalition.token_from_json(token), json.loads(signing_key))

    @staticmethod
    def verify_offline(text, keys, audience, purpose, at):
        moment = datetime.datetime.fromisoformat(json.loads(at))
        purpose = Purpose[json.loads(purpose).upper()]
        ring = coalition.keys_from_json(keys)
        token = coalition.verify_offline(json.loads(text), ring, json.loads(audience), purpose, moment)
        return coalition.token_to_json(token)


def compact(value):
    """As the engine writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def detail(word):
    return Detail[word.upper()]
