"""Problems of conditions, and how many of them are looked at (rulebook.md, 2 and 1.3)."""

from values import join

LISTS = ["merchants", "stores", "alliances", "categories", "products", "tags", "channels", "tiers", "roles", "flags", "member_of",
         "holidays", "all", "any"]
NOT_OF_ACTIVITIES = ["categories", "products", "tags", "purchase_at_least", "purchase_below", "line_at_least", "line_below",
                     "first_purchase", "every_nth"]
DEEPEST = 8


def parts_of(condition, path):
    """The conditions in a condition, list by list; `not` is a list of one."""
    yield from ([(part, join(join(path, name), i)) for i, part in enumerate(condition.get(name, []))] for name in ("all", "any"))
    yield [(condition["not"], join(path, "not"))] if "not" in condition else []


def check_bounds(problems, condition, path, what):
    """`…_at_least` and `…_below` of the purchase, or of the line."""
    least, below = condition.get(f"{what}_at_least"), condition.get(f"{what}_below")
    for name, bound in ((f"{what}_at_least", least), (f"{what}_below", below)):
        problems.unless(bound is None or bound >= 0, "out_of_range", join(path, name))
    if least is not None and below is not None:
        problems.unless(below > least, "out_of_range", join(path, f"{what}_below"))


def check_fields(problems, condition, path, of_activity):
    """What stands in a condition itself."""
    for name in LISTS:
        problems.unless(len(condition.get(name, [])) <= 1_000, "limit", join(path, name))
    for name, known in (("categories", problems.categories), ("tiers", problems.tiers), ("holidays", problems.holidays)):
        problems.unknown(condition.get(name, []), known, join(path, name))
    days, time = condition.get("days", {}), condition.get("time")
    problems.unless("from" not in days or "until" not in days or days["from"] < days["until"], "out_of_range", join(path, "days"))
    if time is not None and time["from"] == time["until"]:
        problems.add("out_of_range", join(path, "time"))
    elif time is not None:
        problems.unless(time["from"] != "24:00", "out_of_range", join(join(path, "time"), "from"))
    check_bounds(problems, condition, path, "purchase")
    check_bounds(problems, condition, path, "line")
    if "every_nth" in condition:
        problems.unless(2 <= condition["every_nth"]["n"] <= 1_000_000, "out_of_range", join(join(path, "every_nth"), "n"))
    for name in NOT_OF_ACTIVITIES if of_activity else ():
        problems.unless(name not in condition, "not_possible", join(path, name))


def check(problems, condition, path, of_activity=False, level=0):
    """A condition and its parts, and how many they are; what is deeper than the last level is not looked at."""
    check_fields(problems, condition, path, of_activity)
    counted = 1
    for parts in parts_of(condition, path):
        for part, at in parts:
            if level == DEEPEST:
                problems.add("too_deep", at)
                break
            counted += check(problems, part, at, of_activity, level + 1)
    return counted


def check_when(problems, owner, path, of_activity=False):
    """An empty `when` is as if it were absent: the tree has none then."""
    return check(problems, owner["when"], join(path, "when"), of_activity) if "when" in owner else 0
