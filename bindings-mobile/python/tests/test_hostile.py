"""Sixty thousand spoilt inputs through each door."""

import copy
import datetime
import gc
import os
import unittest

import coalition
from coalition import CoalitionError, Detail
from desk import Desk

ROUNDS = 60_000
LEAK_KIB = 4 * 1024
TOKENS = (
    *("null", "true", "-0", "1e9", "0.5", "9007199254740992", '""', "[", "]", "{", "}", ",", ":", '"type"', '"x":1,'),
    *("[" * 200, '{"a":' * 200, '"\\ud800"', "\ud800", "\udc00a", "\U0001f600", "\0", "1" * 400),
)
NUMBERS = (0, -1, 1 << 53, (1 << 53) - 1, -(1 << 63), (1 << 63) - 1, 7)


class Spoiler:
    """Spoils texts; the same ones in every run (splitmix64)."""

    def __init__(self, state):
        self.state = state

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return (z ^ (z >> 31)) % bound

    def one_of(self, values):
        return values[self.below(len(values))]

    def spoilt(self, text):
        """A text that somebody spoilt: cut, a character replaced, a token put in, a piece taken out."""
        place = self.below(len(text))
        way = self.below(4)
        if way == 0:
            return text[:place]
        if way == 1:
            return text[:place] + chr(self.below(256)) + text[place + 1 :]
        if way == 2:
            return text[:place] + self.one_of(TOKENS) + text[place:]
        return text[:place] + text[place + self.below(12) :]

    def spoil(self, command):
        """Puts a value into a purchase that may not be there."""
        order = command.action[0]
        way = self.below(5)
        if way == 0:
            order.merchant = self.spoilt(order.merchant)
        elif way == 1:
            order.lines[0].gross = self.one_of(NUMBERS)
        elif way == 2:
            order.lines[0].tags = ["a", self.spoilt("a")]
        elif way == 3:
            order.lines[0].quantity, order.lines[0].product = self.one_of(NUMBERS), self.spoilt("tea")
        else:
            command.at = datetime.datetime(1 + self.below(9999), 1, 1, microsecond=self.below(9))
        return command


class Hostile(unittest.TestCase):
    def setUp(self):
        self.desk = Desk()

    def test_60_000_spoilt_texts_are_answered(self):
        desk = self.desk
        engine, book, new = desk.engine, desk.book, coalition.new_book()
        calls = (
            lambda spoiler: engine.decide_json(spoiler.spoilt(desk.purchase), book, Detail.PLAIN),
            lambda spoiler: engine.decide_many_json(spoiler.spoilt(desk.setup), new, Detail.TRACE),
            lambda spoiler: engine.decide_json(desk.purchase, spoiler.spoilt(book), Detail.WHY_NOT),
            lambda spoiler: coalition.evolve_json(book, spoiler.spoilt(desk.good)),
            lambda spoiler: coalition.check_json(spoiler.spoilt(desk.rules), None),
            lambda spoiler: engine.reads_json(spoiler.spoilt(desk.purchase), spoiler.spoilt(book)),
        )
        refused = self.bombard(calls, lambda answer: answer[0] in "{[")
        self.assertTrue(40_000 < refused < 59_000, refused)
        self.assertEqual(engine.decide_json(desk.purchase, book, Detail.PLAIN), desk.good)

    def test_60_000_spoilt_values_are_answered(self):
        desk = self.desk
        engine, book, tally = desk.engine, desk.book, coalition.new_tally()
        command = coalition.command_from_json(desk.purchase)
        period = coalition.period_from_json('{"from":"2024-05-01","until":"2024-06-01"}')

        def read(spoiler):
            return engine.decide(coalition.command_from_json(spoiler.spoilt(desk.purchase)), book, Detail.PLAIN)

        calls = (
            read,
            lambda spoiler: engine.decide(spoiler.spoil(copy.deepcopy(command)), book, Detail.TRACE),
            lambda spoiler: engine.quote(command, spoiler.spoilt(book)),
            lambda spoiler: coalition.evolve(book, coalition.outcome_from_json(spoiler.spoilt(desk.good))),
            lambda spoiler: engine.settle(spoiler.spoilt(tally), book, period),
            lambda spoiler: coalition.Engine.compile(spoiler.spoilt(desk.rules)).hash(),
        )
        refused = self.bombard(calls, lambda answer: answer is not None)
        self.assertTrue(30_000 < refused < 59_000, refused)
        outcome = engine.decide(command, book, Detail.PLAIN)
        self.assertEqual(coalition.outcome_to_json(outcome), desk.good)

    def bombard(self, calls, proper):
        """How many inputs were refused. Anything but a typed error ends the test; so does memory that grows."""
        spoiler = Spoiler(7)
        refused = 0
        for each in range(ROUNDS):
            if each == ROUNDS // 2:
                before = resident()
            try:
                answer = calls[each % len(calls)](spoiler)
                assert proper(answer), answer
            except CoalitionError as error:
                assert error.code(), error
                refused += 1
        after = resident()
        print(f"resident after a half and after all: {before} KiB, {after} KiB")
        self.assertLessEqual(after - before, LEAK_KIB)
        return refused


def resident():
    """KiB of the process, where the system tells."""
    gc.collect()
    if not os.path.exists("/proc/self/statm"):
        return 0
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
