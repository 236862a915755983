#!/usr/bin/env python3
"""Voucher codes and tokens a second time, written from docs/wire.md 13: what tests/tokens/*.json holds.

    tokens.py           compares the files with what this model says
    tokens.py --write   writes them
"""

import datetime
import hashlib
import json
import pathlib
import sys

import ed25519

FOLDER = pathlib.Path(__file__).parent.parent / "tokens"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DOMAIN = b"coalition/token/1\n"
LONGEST_TEXT = 573
# RFC 8032, 7.1, tests 1 and 2; and a plain one.
SEEDS = {
    "k1": "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "k2": "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "k3": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
}

# ---------------------------------------------------------------- codes

# Powers of α in GF(32), α⁵ = α² + 1, by the rule of docs/wire.md; logarithms from them.
POWERS = [1]
for _ in range(30):
    following = POWERS[-1] * 2
    POWERS.append(following ^ 0b100101 if following >= 32 else following)
assert sorted(POWERS) == list(range(1, 32))


def product(a, b):
    return 0 if 0 in (a, b) else POWERS[(POWERS.index(a) + POWERS.index(b)) % 31]


def check(body):
    """As a weighted sum: character i of n counts αⁿ⁻ⁱ, and the 1 in front αⁿ."""
    n = len(body)
    total = POWERS[n % 31]
    for place, character in enumerate(body):
        total ^= product(POWERS[(n - place) % 31], ALPHABET.index(character))
    return ALPHABET[total]


def read_code(text):
    if len(text.encode()) > 64:
        return {"error": "invalid_code_length"}
    characters = ""
    for at, written in enumerate(text.encode()):
        character = chr(written).upper() if written < 128 else "?"
        character = {"I": "1", "L": "1", "O": "0"}.get(character, character)
        if character == "-":
            continue
        if character not in ALPHABET:
            return {"error": "invalid_code_character", "at": at}
        characters += character
    if not 7 <= len(characters) <= 25:
        return {"error": "invalid_code_length"}
    if check(characters[:-1]) != characters[-1]:
        return {"error": "wrong_check_character"}
    return {"code": characters, "grouped": grouped(characters)}


def grouped(code):
    groups = -(-len(code) // 5)
    short, longer = divmod(len(code), groups)
    sizes = [short + 1] * longer + [short] * (groups - longer)
    starts = [sum(sizes[:n]) for n in range(groups)]
    return "-".join(code[start : start + size] for start, size in zip(starts, sizes))


def length(plan):
    for field in ("live", "guesses", "one_in"):
        if plan.get(field, 1) == 0:
            return {"error": "not_positive", "field": field}
    if "length" in plan and not 6 <= plan["length"] <= 24:
        return {"error": "invalid_code_length"}
    wanted = plan["live"] * plan["guesses"] * plan.get("one_in", 1_000_000)
    shortest = next((n for n in range(6, 25) if wanted <= 32**n), None)
    declared = plan.get("length", shortest)
    if shortest is None or declared < shortest:
        return {"error": "code_too_short", **({} if shortest is None else {"shortest": shortest})}
    return {"length": declared}


def generate(plan, count, entropy):
    answer = length(plan)
    if "error" in answer:
        return answer
    n = answer["length"]
    limit = min(1_000_000, plan["live"])
    if count > limit:
        return {"error": "limit_exceeded", "limit": limit}
    width = -(-5 * n // 8)
    needed = (count + 16) * width
    missing = {"error": "not_enough_entropy", "needed": needed}
    source = entropy[:needed]
    if len(source) < needed or len(set(source)) == 1:
        return missing
    codes = []
    for start in range(0, needed, width):
        bits = "".join(f"{byte:08b}" for byte in source[start : start + width])
        body = "".join(ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, 5 * n, 5))
        code = body + check(body)
        if code not in codes and len(codes) < count:
            codes.append(code)
    return {"codes": codes} if len(codes) == count else missing


def stream(name, size):
    """Bytes that look like entropy and are the same on every day."""
    blocks = -(-size // 32)
    return b"".join(hashlib.sha256(f"{name} {n}".encode()).digest() for n in range(blocks))[:size]


def codes_file():
    bodies = ["000000", "ZZZZZZ", "ABCDEFGHJKMN", "0123456789ABCDEFGHJKMNPQ", "7K3M9XQ2T5WA", "00000000000000000000000A"]
    whole = [body + check(body) for body in bodies]
    good = whole[2]
    texts = whole + [grouped(code) for code in whole] + [good.lower(), "-" + "-".join(good) + "-", "abcd-efgh-jkmn-" + good[-1]]
    body = "101010101010"
    loose = body + check(body)
    texts += [loose.replace("1", "I").replace("0", "o"), loose.replace("1", "l").replace("0", "O")]
    texts += ["", "-", good[:-1], good[1:], "0" + good, good + "0", "B" + good[1:], good[1] + good[0] + good[2:]]
    texts += ["ABCDEU", "U", "ABC DEFGHJKMN", "ABC_", "é", "ABCé", "ABCD\u2010EFGH", "ＡBC", "*" + good, good + "=", "\u0000"]
    texts += [whole[0][:-1], "000000" + "0", "0" * 25, "0" * 26, whole[3] + "0", "-" * 58 + whole[0][:6], "-" * 57 + whole[0], "-" * 58 + whole[0]]
    plans = [
        {"live": 1, "guesses": 1, "one_in": 1},
        {"live": 1_073_741_824, "guesses": 1, "one_in": 1},
        {"live": 1_073_741_825, "guesses": 1, "one_in": 1},
        {"live": 1_152_921, "guesses": 1_000_000},
        {"live": 1_152_922, "guesses": 1_000_000},
        {"live": 1_000_000, "guesses": 1_000_000},
        {"live": 1_000_000, "guesses": 1_000_000, "length": 11},
        {"live": 1_000_000, "guesses": 1_000_000, "length": 12},
        {"live": 1_000_000, "guesses": 1_000_000, "length": 24},
        {"live": 1_000_000, "guesses": 1_000_000, "length": 25},
        {"live": 1, "guesses": 1, "one_in": 1, "length": 5},
        {"live": 0, "guesses": 0, "one_in": 0},
        {"live": 1, "guesses": 0, "one_in": 0},
        {"live": 1, "guesses": 1, "one_in": 0, "length": 5},
        {"live": 2**53 - 1, "guesses": 2**53 - 1, "one_in": 2**14},
        {"live": 2**53 - 1, "guesses": 2**53 - 1, "one_in": 2**14 + 1},
        {"live": 2**53 - 1, "guesses": 2**53 - 1, "one_in": 2**53 - 1},
    ]
    short = {"live": 1_073_741_824, "guesses": 1, "one_in": 1}
    few = {"live": 3, "guesses": 1_000}
    usual = {"live": 1_000_000, "guesses": 1_000_000}
    even = stream("even", 19 * 4)
    twice = even[:4] + even[:4] + even[4:72]
    batches = [
        ("usual", usual, 5, stream("usual", 21 * 8)),
        ("more bytes than needed are not read", usual, 5, stream("usual", 500)),
        ("one byte too few", usual, 5, stream("usual", 21 * 8 - 1)),
        ("as many as live", few, 3, stream("few", 19 * 5)),
        ("one more than live", few, 4, stream("few", 20 * 5)),
        ("all bytes alike", usual, 1, bytes([85]) * 17 * 8),
        ("a draw comes twice", short, 3, twice),
        ("a draw differs only in bits that are not used", short, 2, even[:4] + bytes(even[:3]) + bytes([even[3] ^ 3]) + even[4:68]),
        ("sixteen repetitions", short, 2, even[:4] * 17 + even[4:8]),
        ("seventeen repetitions", short, 2, even[:4] * 18),
        ("longest", {**few, "length": 24}, 2, stream("longest", 18 * 15)),
        ("too short", {**usual, "length": 11}, 1, stream("usual", 500)),
        ("none", usual, 0, stream("usual", 16 * 8)),
    ]
    return {
        "read": [{"text": text, **read_code(text)} for text in texts],
        "lengths": [{"plan": plan, **length(plan)} for plan in plans],
        "batches": [
            {"name": name, "plan": plan, "count": count, "entropy": entropy.hex(), **generate(plan, count, entropy)}
            for name, plan, count, entropy in batches
        ],
    }


# ---------------------------------------------------------------- tokens


def to_text(octets):
    bits = "".join(f"{octet:08b}" for octet in octets)
    bits += "0" * (-len(bits) % 5)
    return "".join(ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def from_text(text):
    if any(character not in ALPHABET for character in text):
        return None
    bits = "".join(f"{ALPHABET.index(character):05b}" for character in text)
    size = len(bits) // 8
    octets = bytes(int(bits[at : at + 8], 2) for at in range(0, 8 * size, 8))
    return octets if to_text(octets) == text else None


def millis(moment):
    parsed = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return (parsed - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(milliseconds=1)


def pack(text):
    return bytes([len(text)]) + text.encode()


def payload(token, version=1):
    purpose = {"redeem": 1, "claim": 2}.get(token["purpose"], token["purpose"])
    return (
        bytes([version]) + pack(token["key"]) + bytes([purpose])
        + pack(token["voucher"]) + pack(token["holder"]) + pack(token["audience"])
        + bytes.fromhex(token["nonce"])
        + millis(token["not_before"]).to_bytes(8, "big") + millis(token["expires"]).to_bytes(8, "big")
    )  # fmt: skip


def signed(octets, seed):
    return octets + ed25519.sign(bytes.fromhex(seed), DOMAIN + octets)


def take(octets):
    """The fields of a payload behind its version, or None."""
    rest = octets
    fields = {}
    for field in ("key", "purpose", "voucher", "holder", "audience"):
        if not rest:
            return None
        size, rest = rest[0], rest[1:]
        if field == "purpose":
            fields[field] = size
            continue
        text, rest = rest[:size], rest[size:]
        allowed = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
        if len(text) != size or not 1 <= size <= 64 or any(octet not in allowed for octet in text):
            return None
        fields[field] = text.decode()
    if len(rest) != 32:
        return None
    fields["not_before"], fields["expires"] = int.from_bytes(rest[16:24], "big"), int.from_bytes(rest[24:], "big")
    if not fields["not_before"] < fields["expires"] <= 253_402_300_799_999:
        return None
    return fields


def verify(text, keys, audience, purpose, at):
    octets = from_text(text) if len(text.encode()) <= LONGEST_TEXT else None
    if not octets:
        return "malformed"
    if octets[0] != 1:
        return "unsupported_version"
    fields = take(octets[1:-64]) if len(octets) > 64 else None
    if fields is None:
        return "malformed"
    now = millis(at)
    key = next((key for key in keys if key["id"] == fields["key"]), None)
    if key is None:
        return "unknown_key"
    if not (millis(key["from"]) <= now and ("until" not in key or now < millis(key["until"]))):
        return "key_not_in_force"
    if not ed25519.verify(bytes.fromhex(key["bytes"]), DOMAIN + octets[:-64], octets[-64:]):
        return "bad_signature"
    if fields["purpose"] != {"redeem": 1, "claim": 2}[purpose]:
        return "wrong_purpose"
    if fields["audience"] != audience:
        return "wrong_audience"
    if now < fields["not_before"]:
        return "not_yet_valid"
    return "expired" if now >= fields["expires"] else "authentic"


def flipped(octets, bit):
    return bytes(octet ^ (0x80 >> bit % 8) * (place == bit // 8) for place, octet in enumerate(octets))


def strict_cases(token):
    """Signatures that lax checks take: each with the equation satisfied."""
    octets = payload(token)
    seed = bytes.fromhex(SEEDS["k1"])
    good = signed(octets, SEEDS["k1"])
    s = int.from_bytes(good[-32:], "little")
    cases = [(f"S with {n} times the order added", good[:-32] + (s + n * ed25519.L).to_bytes(32, "little")) for n in (1, 2)]
    scalar, _ = ed25519.secret(seed)
    # R of small order t and S = k·a: S·B = k·A. For R = 0 the equation holds as it is, for the others with cofactor.
    for place, r in enumerate(map(ed25519.written, torsion())):
        k = ed25519.challenge(r, ed25519.public(seed), DOMAIN + octets)
        cases.append((f"R of small order, point {place}", octets + r + (k * scalar % ed25519.L).to_bytes(32, "little")))
    return cases


def torsion():
    """The eight points of small order, from any point of full order."""
    y = 2
    while True:
        x = ed25519.x_of(y, 0)
        generator = None if x is None else ed25519.times(ed25519.L, (x, y))
        if generator is not None and ed25519.times(4, generator) != ed25519.IDENTITY:
            return [ed25519.times(n, generator) for n in range(8)]
        y += 1


def keys_refused():
    p = ed25519.P
    refused = [("weak_key", ed25519.written(point)) for point in torsion()]
    # The other ways to write x = 0, with a sign.
    refused += [("weak_key", (y | 1 << 255).to_bytes(32, "little")) for y in (1, p - 1)]
    for y in range(19):
        for sign in (0, 1 << 255):
            refused.append(("invalid_key", (y + p | sign).to_bytes(32, "little")))
    off = next(y for y in range(2, 100) if ed25519.x_of(y, 0) is None)
    refused.append(("invalid_key", off.to_bytes(32, "little")))
    return [{"bytes": octets.hex(), "error": code} for code, octets in refused]


def tokens_file():
    begin, end = "2024-01-01T00:00:00Z", "2024-06-01T00:00:00Z"
    keys = [
        {"id": "k1", "bytes": ed25519.public(bytes.fromhex(SEEDS["k1"])).hex(), "from": begin, "until": end},
        {"id": "k2", "bytes": ed25519.public(bytes.fromhex(SEEDS["k2"])).hex(), "from": "2024-05-01T00:00:00Z"},
    ]
    assert keys[0]["bytes"] == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    token = {
        "key": "k1", "purpose": "redeem", "voucher": "v-1", "holder": "li", "audience": "shop",
        "nonce": "000102030405060708090a0b0c0d0e0f",
        "not_before": "2024-05-01T10:00:00Z", "expires": "2024-05-01T10:01:00Z",
    }  # fmt: skip
    longest = {**token, "voucher": "v" * 64, "holder": "H" * 64, "audience": "_" * 64, "expires": "9999-12-31T23:59:59.999Z"}
    claim = {**token, "key": "k2", "purpose": "claim", "not_before": "1970-01-01T00:00:00Z", "expires": "1970-01-01T00:00:00.001Z"}
    made = []
    for fields in (token, longest, claim):
        octets = signed(payload(fields), SEEDS[fields["key"]])
        entry = {"token": fields, "signing_key": SEEDS[fields["key"]], "payload": octets[:-64].hex()}
        public = ed25519.public(bytes.fromhex(SEEDS[fields["key"]])).hex()
        made.append({**entry, "public_key": public, "signature": octets[-64:].hex(), "text": to_text(octets)})
    return {
        "keys": keys,
        "signed": made,
        "cases": cases(token, longest, keys),
        "bits": bits(signed(payload(token), SEEDS["k1"]), keys),
        "keys_refused": keys_refused(),
    }


LETTERS = {"unsupported_version": "v", "malformed": "m", "unknown_key": "k", "bad_signature": "s"}


def bits(octets, keys):
    answers = [
        verify(to_text(flipped(octets, bit)), keys, "shop", "redeem", "2024-05-01T10:00:30Z") for bit in range(8 * len(octets))
    ]
    return {"text": to_text(octets), "letters": LETTERS, "answers": "".join(LETTERS[answer] for answer in answers)}


def cases(token, longest, keys):
    octets = payload(token)
    good = signed(octets, SEEDS["k1"])
    text = to_text(good)
    inside = "2024-05-01T10:00:30Z"
    listed = []

    def case(name, text, audience="shop", purpose="redeem", at=inside):
        answer = verify(text, keys, audience, purpose, at)
        listed.append({"name": name, "text": text, "audience": audience, "purpose": purpose, "at": at, "answer": answer})

    def of(version=1, seed="k1", **fields):
        return to_text(signed(payload({**token, **fields}, version), SEEDS[seed]))

    case("good", text)
    for at in ("2024-05-01T09:59:59.999Z", "2024-05-01T10:00:00Z", "2024-05-01T10:00:59.999Z", "2024-05-01T10:01:00Z"):
        case(f"at {at}", text, at=at)
    case("shown to another merchant", text, audience="cafe")
    case("an audience that differs in a capital", text, audience="Shop")
    case("shown for something else", text, purpose="claim")
    case("a purpose that this version does not know", of(purpose=3))
    case("signed with another key", of(seed="k2"))
    case("of a key that is not on the ring", of(key="k9", seed="k3"))
    case("of the second key", of(key="k2", seed="k2"))
    case("the longest", to_text(signed(payload({**longest, "key": "k1"}), SEEDS["k1"])), audience="_" * 64)
    lasting = of(expires="2024-07-01T00:00:00Z")
    case("key before its end", lasting, at="2024-05-31T23:59:59.999Z")
    case("key at its end", lasting, at="2024-06-01T00:00:00Z")
    early = of(key="k2", seed="k2", not_before="2024-04-01T00:00:00Z")
    case("key before its beginning", early, at="2024-04-30T23:59:59.999Z")
    case("key at its beginning", early, at="2024-05-01T00:00:00Z")
    # A step lower, one fault fewer: the order of precedence.
    late = {"audience": "cafe", "purpose": "claim"}
    case("everything wrong: no text of bytes", "U" + of(version=2, key="k9", seed="k3"), at="2024-07-01T00:00:00Z", **late)
    case("everything wrong: version", of(version=2, key="k9", seed="k3"), at="2024-07-01T00:00:00Z", **late)
    case("everything wrong: fields", to_text(signed(payload({**token, "key": "k9"})[:-1], SEEDS["k3"])), at="2024-07-01T00:00:00Z", **late)
    case("everything wrong: key", of(key="k9", seed="k3"), at="2024-07-01T00:00:00Z", **late)
    case("everything wrong: retired", of(seed="k3"), at="2024-07-01T00:00:00Z", **late)
    case("everything wrong: signature", of(seed="k3"), at="2024-05-02T00:00:00Z", **late)
    case("everything wrong: purpose", text, at="2024-05-02T00:00:00Z", **late)
    case("everything wrong: audience", text, at="2024-05-02T00:00:00Z", audience="cafe")
    # Layout.
    case("empty", "")
    case("one byte of another version", to_text(b"\x02"))
    case("one byte of this version", to_text(b"\x01"))
    case("a signature without a payload", to_text(good[-64:]))
    case("a version and a signature", to_text(good[:1] + good[-64:]))
    case("small letters", text.lower())
    case("a hyphen", text[:8] + "-" + text[8:])
    case("a space behind", text + " ")
    case("not ASCII", "é" + text)
    case("longer than any", "0" * (LONGEST_TEXT + 1))
    case("as long as the longest, of another version", "0" * (LONGEST_TEXT - 1))
    spare = -8 * len(good) % 5
    case("a bit that is not used is set", text[:-1] + ALPHABET[ALPHABET.index(text[-1]) | 1] if spare else text + "0")
    for name, fields in [
        ("an empty id", {"voucher": ""}),
        ("an id of 65 bytes", {"voucher": "v" * 65}),
        ("an id with a character that no id has", {"holder": "l/i"}),
        ("a window that ends as it begins", {"expires": token["not_before"]}),
    ]:
        case(name, of(**fields))
    beyond = octets[:-8] + (253_402_300_800_000).to_bytes(8, "big")
    case("a moment beyond the year 9999", to_text(signed(beyond, SEEDS["k1"])))
    before = octets[:-16] + b"\xff" * 8 + octets[-8:]
    case("a moment before 1970", to_text(signed(before, SEEDS["k1"])))
    case("a byte left over, signed", to_text(signed(octets + b"\0", SEEDS["k1"])))
    case("a byte put behind", to_text(good + b"\0"))
    case("signed without the domain", to_text(octets + ed25519.sign(bytes.fromhex(SEEDS["k1"]), octets)))
    for name, octets_of in strict_cases(token):
        case(name, to_text(octets_of))
    return listed


# ---------------------------------------------------------------- files


def main():
    wrong = 0
    for name, content in (("codes", codes_file()), ("tokens", tokens_file())):
        path = FOLDER / f"{name}.json"
        text = json.dumps(content, indent=1, ensure_ascii=True, sort_keys=True) + "\n"
        if "--write" in sys.argv:
            path.write_text(text)
        elif path.read_text() != text:
            print(f"{path.name} is not what the model says")
            wrong += 1
    sys.exit(wrong)


if __name__ == "__main__":
    main()
