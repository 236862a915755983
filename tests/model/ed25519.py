"""Ed25519 as RFC 8032 writes it, in whole numbers, without tables and without haste. For tests only: its time tells its secrets."""

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P
    return x, y


def times(n, point):
    # Extended coordinates: one division at the end instead of one a step.
    def plus(a, b):
        x1, y1, z1, t1 = a
        x2, y2, z2, t2 = b
        m, n_, c, d = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D, 2 * z1 * z2
        e, f, g, h = n_ - m, d - c, d + c, n_ + m
        return e * f % P, g * h % P, f * g % P, e * h % P

    x, y = point
    result, doubled = (0, 1, 1, 0), (x, y, 1, x * y % P)
    while n > 0:
        if n & 1:
            result = plus(result, doubled)
        doubled = plus(doubled, doubled)
        n >>= 1
    inverse = pow(result[2], P - 2, P)
    return result[0] * inverse % P, result[1] * inverse % P


def x_of(y, sign):
    """The x of a point, or None. A zero x with a sign is left to the caller."""
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square:
        return None
    return P - x if x != 0 and x & 1 != sign else x


BASE = (x_of(4 * pow(5, P - 2, P) % P, 0), 4 * pow(5, P - 2, P) % P)


def written(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def read(text):
    """A point of its 32 bytes; None for none, or for a y that is not below P."""
    number = int.from_bytes(text, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = x_of(y, sign) if y < P else None
    return None if x is None else (x, y)


def is_small(point):
    return times(8, point) == IDENTITY


def sha512(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def secret(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & ((1 << 254) - 8) | (1 << 254), digest[32:]


def public(seed):
    return written(times(secret(seed)[0], BASE))


def challenge(r, key, message):
    return sha512(r, key, message) % L


def sign(seed, message):
    scalar, prefix = secret(seed)
    nonce = sha512(prefix, message) % L
    r = written(times(nonce, BASE))
    s = (nonce + challenge(r, public(seed), message) * scalar) % L
    return r + s.to_bytes(32, "little")


def verify(key, message, signature):
    """Strictly: S below L, R and key no points of small order, the equation without cofactor, R compared as bytes."""
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    point, nonce = read(key), read(r)
    if s >= L or point is None or nonce is None or is_small(point) or is_small(nonce):
        return False
    x, y = times(challenge(r, key, message), point)
    return written(add(times(s, BASE), ((P - x) % P, y))) == r
