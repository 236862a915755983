"""What the year must show beside the panel's sales, counted from the converted panel and the demo's declared arithmetic alone:
python3 examples/panel/expect.py <folder of the converted panel>. No engine and no rulebook is read; examples/tests/panel.rs has
the figures that this prints."""

import csv
import datetime
import heapq
import sys
from collections import Counter, defaultdict
from pathlib import Path

FOLDER = Path(sys.argv[1])
BITS = (1 << 64) - 1
JULY, OCTOBER = datetime.date(2017, 7, 1), datetime.date(2017, 10, 1)
PAIRS = [(367, 381), (343, 292), (406, 375), (321, 369)]
WAYS = ["scan", "shared page", "invitation code", "application", "pushed"]
SHARED_PAGE = WAYS[1]


def pick(number, salt, n):
    """splitmix64, as src/demo/derive.rs has it."""
    bits = (number + (salt + 1) * 0x9E3779B97F4A7C15) & BITS
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & BITS
    return (bits ^ (bits >> 31)) % n


def rows(name):
    with open(FOLDER / name, newline="") as file:
        yield from csv.DictReader(file)


def seconds(text):
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())


SUMMER = seconds("2017-03-12T07:00:00Z"), seconds("2017-11-05T06:00:00Z")


def day(at):
    """The day in US Eastern time."""
    offset = -14_400 if SUMMER[0] <= at < SUMMER[1] else -18_000
    return datetime.datetime.fromtimestamp(at + offset, datetime.timezone.utc).date()


class Basket:
    def __init__(self, row):
        self.number, self.household, self.store = int(row["basket_id"]), int(row["household_id"]), int(row["store_id"])
        self.at, self.lines = seconds(row["timestamp"]), []

    def add(self, row):
        names = ("sales_cents", "retail_disc_cents", "coupon_disc_cents", "coupon_match_cents")
        self.lines.append(tuple(int(row[name]) for name in names))

    def close(self):
        self.nets = [max(sales - coupon, 0) for sales, _, coupon, _ in self.lines]
        self.net = sum(self.nets)


def baskets():
    """In the order of the file."""
    basket = None
    for row in rows("lines.csv"):
        if basket is None or basket.number != int(row["basket_id"]):
            if basket:
                basket.close()
                yield basket
            basket = Basket(row)
        basket.add(row)
    basket.close()
    yield basket


def booked():
    """In the order in which they are booked: every 211th a day late."""
    late = []
    for basket in baskets():
        while late and late[0][0] <= basket.at:
            at, _, other = heapq.heappop(late)
            yield at, other
        if basket.number % 211 == 0:
            heapq.heappush(late, (basket.at + 86_400, basket.number, basket))
        else:
            yield basket.at, basket
    for at, _, other in sorted(late):
        yield at, other


class Year:
    def __init__(self):
        self.seen = Counter()
        sales = {int(row["store_id"]): int(row["sales_cents"]) for row in rows("stores.csv")}
        stores = sorted(sales)
        self.alliances = {name: {s for s in stores if pick(s, salt, 3) == 0}
                          for name, salt in (("corner", 5), ("family", 6), ("fresh", 7))}
        self.works_at = {guide: stores[pick(guide, 43, len(stores))] for guide in range(60)}
        self.with_guides = set(self.works_at.values())
        self.joiners = [s for s in sorted(self.with_guides) if not any(s in a for a in self.alliances.values())][:3]
        largest = sorted(stores, key=lambda s: (-sales[s], s))
        members = {**self.alliances, "hq": set(stores)}
        self.brands = {owner: set([s for s in largest if s in inside][:16]) for owner, inside in members.items()}
        self.holders = {s: 1 + pick(s, 82, 3) for s in stores if pick(s, 81, 30) == 0}
        self.first, self.last_brought, self.visits, self.owners = {}, None, Counter(), {}
        self.cards, self.at_card_store = set(), Counter()
        self.partner = {**dict(PAIRS), **{other: one for one, other in PAIRS}}
        self.face = {**{one: 200 for one, _ in PAIRS}, **{other: 150 for _, other in PAIRS}}
        self.pool, self.taken, self.quarters = Counter(), set(), set()
        self.mugs, self.kiosk = set(), Counter()

    def alliances_of(self, store, today):
        found = {name for name, inside in self.alliances.items() if store in inside}
        if store in self.joiners and today >= JULY and not (store == self.joiners[0] and today >= OCTOBER):
            found.add("corner")
        return found

    def shareholders(self):
        brought = Counter(self.holders.values())
        self.seen["Z6 merchants"] = len(self.holders)
        self.seen["Z6 top-ups"] = 12 * len(self.holders)
        # The first paid its entry fee in January, the second in July, the third never.
        self.seen["Z6 paid for top-ups"] = 12 * brought[1] + 6 * brought[2]
        self.seen["Z6 paid one level up"] = 12 * brought[2]

    def enrol(self, household, store):
        self.first[household] = store
        if pick(household, 41, 2) == 0:
            self.last_brought = household
            self.seen["P3 by a guide"] += 1
            return
        came = {0: "M4 by a member", 1: "O3 by a store", 2: "P3 chose a merchant"}.get(pick(household, 44, 30))
        if came and (came != "M4 by a member" or self.last_brought):
            self.seen[came] += 1

    def card(self, basket, recognised):
        household = basket.household
        self.at_card_store[household] += 1
        visit = self.at_card_store[household]
        if self.first[household] == 343 or household in self.cards or visit not in (1, 4):
            return
        if visit == 4 or recognised:
            self.cards.add(household)
            self.seen["M8 card after 3" if visit == 4 else "M8 card waived"] += 1
        else:
            self.seen["M8 below the threshold"] += 1

    def price(self, basket, recognised):
        household = basket.household
        staff = pick(household, 34, 12) == 0
        entitled = self.first[household] == 343 or recognised or (not staff and household in self.cards)
        cuts = []
        for sales, retail, _, matched in basket.lines:
            cut = (sales + retail + matched) * (5 if staff else 2) // 100
            if 0 < cut <= (retail or matched):
                cuts.append(cut)
        if cuts and not entitled:
            self.seen["M8 not entitled"] += 1
        elif cuts:
            whose = "staff" if staff else "card"
            self.seen[f"M8 {whose} lines"] += len(cuts)
            self.seen[f"M8 {whose} cents"] += sum(cuts)

    def packs(self, basket, today, late):
        household = basket.household
        if pick(household, 41, 2) != 0:
            if pick(household, 44, 30) > 2 and pick(household, 53, 40) == 0 and basket.number % 8 == 0:
                self.present(pick(household, 42, 60), basket, today, "P5 not bound")
            return
        if pick(household, 51, 8) != 0:
            return
        self.visits[household] += 1
        own = pick(household, 42, 60)
        if self.visits[household] == 1:
            self.seen["P2 " + WAYS[pick(household, 52, 5)]] += 1
        elif self.visits[household] % 24 == 12:
            self.seen["P2 " + SHARED_PAGE] += 1
        elif basket.number % 2 == 0 and not late:
            self.present(own if basket.number % 4 == 0 else (own + 17) % 60, basket, today, "P5 bound")

    def present(self, guide, basket, today, what):
        owner = self.owners.get(guide)
        if basket.store in (self.brands[owner] if owner else set().union(*self.brands.values())):
            self.owners[guide] = min(self.alliances_of(self.works_at[guide], today), default="hq")
            self.seen[what] += 1

    def swaps(self, basket):
        household, store = basket.household, basket.store
        if store in self.partner:
            good_at = self.partner[store]
            if (household, good_at) not in self.taken and self.pool[store] > 0:
                self.pool[store] -= 1
                self.taken.add((household, good_at))
                self.seen["M7 claimed"] += 1
        if (household, store) in self.taken:
            self.taken.remove((household, store))
            assert basket.net > 0, "a subsidy of nothing"
            self.seen["M7 redeemed"] += 1
            self.seen["M7 cents"] += min(self.face[store], basket.net)

    def places(self, basket):
        """Every fourth sale of a store with guides is a clerk's, every second of the largest is its kiosk's."""
        turnover = sum(sales for sales, _, _, _ in basket.lines)
        for whose, here in (("clerks'", basket.store in self.with_guides and basket.number % 4 == 1),
                            ("the kiosk's", basket.store == 367 and basket.number % 2 == 0)):
            if here and turnover > 0:
                self.seen[f"M10 {whose} sales"] += 1
                self.seen[f"M10 {whose} cents"] += turnover

    def scans_and_gifts(self, basket, today):
        number = basket.number
        if basket.store in self.with_guides and number % 16 == 1:
            self.seen["C7 sold"] += 1
            self.seen["C7 bought in"] += number % 32 == 1
            self.seen["C7 twice"] += number % 128 == 1
        if number % 31 == 0 and OCTOBER <= today < datetime.date(2018, 1, 1):
            if number % 2 == 0:
                self.seen["C6 better gifts tried"] += 1
            else:
                self.seen["C6 plain gifts" if basket.household not in self.mugs else "C6 a second plain gift"] += 1
                self.mugs.add(basket.household)

    def turnover(self, basket):
        holder = self.holders.get(basket.store)
        part = basket.net // 1_000
        if part and (holder == 1 or (holder == 2 and day(basket.at) >= JULY)):
            self.seen["Z6 turnover"] += 1
            self.seen["Z6 turnover cents"] += part

    def stamps(self, basket):
        at_kiosk = basket.store == 367 and basket.number % 2 == 0 and pick(basket.number, 21, 10) > 2
        if at_kiosk and basket.net < 1_000 and min(basket.nets) < 500:
            self.kiosk[basket.household] += 1
            self.seen["O1 kiosk stamps" if self.kiosk[basket.household] <= 10 else "O1 kiosk, past the year's ten"] += 1

    def run(self):
        self.shareholders()
        for at, basket in booked():
            today, late = day(at), at != basket.at
            if today.year == 2017 and today.month in (1, 4, 7, 10) and today.month not in self.quarters:
                self.quarters.add(today.month)
                for one, other in PAIRS:
                    self.pool[other] += 6
                    self.pool[one] += 8
            if basket.household not in self.first:
                self.enrol(basket.household, basket.store)
            recognised = "corner" in self.alliances_of(self.first[basket.household], today)
            if basket.store == 343:
                self.card(basket, recognised)
            self.packs(basket, today, late)
            if not late:
                self.swaps(basket)
            if basket.store == 343 and basket.number % 2 == 0:
                self.price(basket, recognised)
            self.places(basket)
            self.scans_and_gifts(basket, today)
            self.turnover(basket)
            self.stamps(basket)
        for what, times in sorted(self.seen.items()):
            print(f"{what}: {times}")


Year().run()
