import contextlib
import copy
import datetime
import gc
import io
import pickle
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor

import coalition
from coalition import Action, Code, CoalitionError, Detail, ProblemCode, Reason, RefundPurchase, RefundWhat
from desk import SAMPLES, Desk
from quickstart import quick_start


class Behaviour(unittest.TestCase):
    def setUp(self):
        self.desk = Desk()
        self.engine, self.book = self.desk.engine, self.desk.book
        self.purchase = coalition.command_from_json(self.desk.purchase)

    def refusal(self, kind, call, *arguments):
        with self.assertRaises(kind) as caught:
            call(*arguments)
        return caught.exception

    def test_an_engine_has_the_hash_of_its_rulebook_and_gives_the_rulebook_back(self):
        self.assertRegex(self.engine.hash(), "^[0-9a-f]{64}$")
        self.assertEqual(coalition.Engine.compile(self.engine.rulebook()).hash(), self.engine.hash())

    def test_a_text_that_cannot_be_read_is_an_error_with_code_argument_path_and_words(self):
        text = self.desk.purchase.replace('"gross":5000', '"gross":"x"')
        error = self.refusal(CoalitionError.Malformed, coalition.command_from_json, text)
        self.assertEqual((error.code(), error.argument(), error.path()), ("wrong_type", "command", "lines[0].gross"))
        self.assertTrue(error.message().startswith("command: "))
        self.assertEqual(str(error), error.message())
        listed = self.refusal(CoalitionError, coalition.commands_from_json, f"[{text}]")
        self.assertEqual((listed.argument(), listed.path()), ("commands", "[0].lines[0].gross"))

    def test_a_value_that_cannot_be_is_an_error_too(self):
        order = self.purchase.action[0]
        order.merchant = "a shop"
        self.assertEqual(self.refusal(CoalitionError, self.decide).code(), "invalid_id")
        order.merchant, order.lines[0].gross = "shop", 2**53
        self.assertEqual(self.refusal(CoalitionError, self.decide).code(), "number_out_of_range")
        order.lines[0].gross, order.lines[0].tags = 1, ["a", "a"]
        self.assertEqual(self.refusal(CoalitionError, self.decide).code(), "duplicate_key")

    def test_what_is_no_value_of_the_type_is_pythons_own_error(self):
        self.purchase.action[0].lines[0].gross = 2**63
        self.refusal(ValueError, self.decide)
        self.refusal(TypeError, coalition.command_from_json, b"{}")

    def decide(self):
        return self.engine.decide(self.purchase, self.book, Detail.PLAIN)

    def test_a_rulebook_without_sense_names_its_problems(self):
        unknown = self.desk.rules.replace('"group": "base"', '"group": "bass"')
        error = self.refusal(CoalitionError.InvalidRulebook, coalition.Engine.compile, unknown)
        self.assertEqual(error.problems, coalition.check(unknown, None))
        self.assertEqual((error.code(), error.argument()), ("invalid_rulebook", "rulebook"))
        first = error.problems[0]
        self.assertEqual((first.code, coalition.problem_word(first.code)), (ProblemCode.UNKNOWN_NAME, "unknown_name"))
        self.assertEqual(error.path(), first.path)

    def test_an_outcome_is_set_once(self):
        outcome = self.decide()
        self.book = coalition.evolve(self.book, outcome)
        error = self.refusal(CoalitionError.Refused, coalition.evolve, self.book, outcome)
        self.assertEqual((error.code(), error.argument()), ("stale_snapshot", "slice"))
        self.assertTrue(self.decide().is_repeated())
        self.assertIsNone(self.decide().decided)

    def test_a_rejection_is_an_answer(self):
        self.purchase.action[0].member = "nobody"
        rejected = self.decide().rejected
        self.assertEqual((rejected.code, coalition.code_word(rejected.code)), (Code.UNKNOWN_PARTY, "unknown_party"))
        self.assertEqual(rejected.command, self.purchase.id)

    def test_a_refund_takes_the_points_back(self):
        self.book = coalition.evolve(self.book, self.decide())
        later = self.purchase.at + datetime.timedelta(days=3)
        refund = RefundPurchase(purchase="r1", returned=[RefundWhat.WHOLE()])
        command = coalition.Command(
            id=uuid.UUID(int=0xABCD), at=later, booked=later, actor="hq", action=Action.REFUND_PURCHASE(refund)
        )
        decided = self.engine.decide(command, self.book, Detail.PLAIN).decided
        clawback = [posting for posting in decided.postings if posting.reason == Reason.CLAWBACK]
        self.assertEqual((clawback[0].amount, clawback[0].asset), (50, "points"))
        self.assertTrue(any(event.is_purchase_refunded() and event.net == 5000 for event in decided.events))
        self.assertEqual((decided.command, decided.rulebook), (command.id, self.engine.hash()))

    def test_an_explanation_is_the_decision_with_its_arithmetic(self):
        plain = self.decide().decided
        explained = self.engine.explain(self.purchase, self.book).decided
        quoted = self.engine.quote(self.purchase, self.book).decided
        self.assertIn('"base"', explained.trace)
        self.assertIsNone(plain.trace)
        self.assertEqual((plain.postings, plain.events), (explained.postings, explained.events))
        self.assertEqual(plain.postings, quoted.postings)

    def test_the_engine_in_force_is_the_latest_that_has_begun(self):
        dates = ("2024-01-01", "2025-01-01")
        engines = [coalition.Engine.compile(self.desk.rules.replace("2024-01-01", date)) for date in dates]
        # Midnight at +08:00.
        begins = datetime.datetime(2024, 12, 31, 16, tzinfo=datetime.timezone.utc)
        before = begins - datetime.timedelta(milliseconds=1)
        self.assertEqual(coalition.in_force(engines, begins).hash(), engines[1].hash())
        self.assertEqual(coalition.in_force(engines, before).hash(), engines[0].hash())
        self.assertIsNone(coalition.in_force(engines, before.replace(year=2023)))

    def test_threads_share_an_engine(self):
        with ThreadPoolExecutor(4) as pool:
            answers = pool.map(lambda _: coalition.outcome_to_json(self.decide()), range(400))
            self.assertEqual(set(answers), {self.desk.good})

    def test_a_copy_is_the_same_engine_and_a_pickle_one_that_is_compiled_anew(self):
        for copied in (copy.copy(self.engine), copy.deepcopy([self.engine])[0]):
            self.assertIs(copied, self.engine)
        other = pickle.loads(pickle.dumps(self.engine))
        self.assertIsNot(other, self.engine)
        self.assertEqual(other.hash(), self.engine.hash())
        del other, copied
        gc.collect()
        self.assertEqual(coalition.outcome_to_json(self.decide()), self.desk.good)

    def test_values_within_lists_are_shown(self):
        sale = self.decide().decided.postings[0]
        self.assertIn("amount=5000", str([sale]))
        self.assertEqual(repr(sale), str(sale))

    def test_what_was_quoted_is_not_applied(self):
        quoted = self.engine.quote(self.purchase, self.book)
        error = self.refusal(CoalitionError.Refused, coalition.evolve, self.book, quoted)
        self.assertEqual((error.code(), error.argument(), error.path()), ("without_effect", "outcome", ""))

    def test_moments_are_exact_to_the_millisecond_and_no_finer(self):
        zone = datetime.timezone(datetime.timedelta(hours=8))
        self.purchase.at = datetime.datetime(2024, 5, 1, 17, 59, 59, 250_000, tzinfo=zone)
        text = coalition.command_to_json(self.purchase)
        self.assertIn('"at":"2024-05-01T09:59:59.250Z"', text)
        self.assertEqual(coalition.command_from_json(text).at, self.purchase.at)
        for wrong in (self.purchase.at.replace(microsecond=1), self.purchase.at.replace(tzinfo=None)):
            self.purchase.at = wrong
            self.assertEqual(self.refusal(CoalitionError, self.decide).code(), "invalid_instant")

    def test_half_a_character_crosses_as_u_fffd(self):
        text = self.desk.purchase.replace("{", '{"\ud800":1,', 1)
        error = self.refusal(CoalitionError, coalition.command_from_json, text)
        self.assertEqual((error.argument(), error.path()), ("command", '["\ufffd"]'))
        self.purchase.actor = "\udc00"
        self.assertEqual(self.refusal(CoalitionError, self.decide).code(), "invalid_id")
        # Two halves make a whole.
        error = self.refusal(CoalitionError, coalition.command_from_json, text.replace("\ud800", "\ud83d\ude00"))
        self.assertEqual(error.path(), '["\U0001f600"]')

    def test_the_quick_start_earns_50_points(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            quick_start(SAMPLES)
        self.assertEqual(said.getvalue(), "li earned 50 points\n")
