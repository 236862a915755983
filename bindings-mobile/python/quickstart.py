from pathlib import Path

from coalition import Detail, Engine, command_from_json, commands_from_json, evolve, new_book


def quick_start(folder: Path):
    engine = Engine.compile((folder / "rulebook.json").read_text())
    setup = commands_from_json((folder / "setup.json").read_text())
    purchase = command_from_json((folder / "purchase.json").read_text())
    book = engine.decide_many(setup, new_book(), Detail.PLAIN).slice  # parties, a member, 1,000 points
    outcome = engine.decide(purchase, book, Detail.PLAIN)
    for event in outcome.decided.events:
        if event.is_points_earned():
            print(f"{event.account} earned {event.points} {event.asset}")
    book = evolve(book, outcome)  # a host commits the changes in one transaction
    return book
