"""What a run hands on to the next: the book and the tally (wire.md, 3, 10 and 11)."""

from settle import side_order
from wire import REASONS

CELL = ("period", "day", "debit", "credit", "asset", "reason", "store", "clerk")


def snapshot_of(programme):
    """The whole book; a record that is gone has only its version."""
    records = {key: {name: value for name, value in entry.items() if value is not None} for key, entry in programme.book.items()}
    return {"extent": "whole", "records": records, "v": 1}


def cell_order(key):
    period, day, debit, credit, asset, reason, store, clerk = key
    return period, day, side_order(debit), side_order(credit), asset, REASONS.index(reason), store, clerk


def tally_of(programme):
    cells = programme.tally.cells
    return {"cells": [{**{name: value for name, value in zip(CELL, key) if value}, "amount": str(cells[key][0]), "postings": cells[key][1]}
                      for key in sorted(cells, key=cell_order)], "shards": [], "v": 1}
