#!/usr/bin/python3
"""Checks a proof that `mugaika log prove ID` wrote, with the log's public key and nothing else: no log, no mugaika, no library.

    check_proof.py proof.json 'mx.example.lg.jp+c74f20a3+ARpc2Q…'

The same for a proof of `mugaika log checkpoint --against FILE`: that a checkpoint goes on from an earlier one, and nothing before it was changed.

Ends with 0 and prints the lines when each stands in a log whose root was signed with that key, else with 1 and why not.
What it shows: these lines stood in the log, at these places, when it was sealed. What it does not show: that these are all lines of
the mail, and that whoever has the private key did not write others (keep the key apart from the logs, and the seals in several hands).
"""
import base64
import hashlib
import json
import sys

# Ed25519 (RFC 8032 5.1): the field, the curve, its base point.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE_Y = 4 * pow(5, P - 2, P) % P


class Wrong(Exception):
    """Why the proof is none."""


def recovered_x(y, sign):
    if y >= P:
        raise Wrong("a point is not on the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Wrong("a point is not on the curve")
    return P - x if x & 1 != sign else x


def point(x, y):
    return (x, y, 1, x * y % P)


def add(a, b):
    m, n = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = n - m, d - c, d + c, n + m
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(count, base):
    total = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = add(total, base)
        base = add(base, base)
        count >>= 1
    return total


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decoded(octets):
    number = int.from_bytes(octets, "little")
    y = number & ((1 << 255) - 1)
    return point(recovered_x(y, number >> 255), y)


def is_signed(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    base = point(recovered_x(BASE_Y, 0), BASE_Y)
    return same(times(s, base), add(decoded(signature[:32]), times(k, decoded(public))))


def text_of(note, name, key):
    """The text above the signatures, once one of them is by this key."""
    text, separator, signatures = note.rpartition("\n\n")
    if not separator:
        raise Wrong("a note has no signatures")
    text += "\n"
    key_id = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    for line in signatures.splitlines():
        words = line.split(" ")
        if len(words) != 3 or words[0] != "—" or words[1] != name:
            continue
        octets = base64.b64decode(words[2], validate=True)
        if octets[:4] == key_id and len(octets) == 68 and is_signed(key[1:], text.encode(), octets[4:]):
            return text
    raise Wrong("a note has no valid signature by this key")


def root_of(leaf, index, size, path):
    """The root that a leaf and its path give (RFC 6962 2.1.1)."""
    if size == 1:
        if path:
            raise Wrong("a path is too long")
        return leaf
    if not path:
        raise Wrong("a path is too short")
    left = 1 << (size - 1).bit_length() - 1
    if index < left:
        return hashlib.sha256(b"\1" + root_of(leaf, index, left, path[:-1]) + path[-1]).digest()
    return hashlib.sha256(b"\1" + path[-1] + root_of(leaf, index - left, size - left, path[:-1])).digest()


def roots_of(old, size, old_root, path, whole=True):
    """The roots of a tree's first leaves and of all of it that a path gives (RFC 6962 2.1.2)."""
    if old == size:
        if len(path) != (0 if whole else 1):
            raise Wrong("a path has another length")
        return (old_root, old_root) if whole else (path[0], path[0])
    if not path:
        raise Wrong("a path is too short")
    left = 1 << (size - 1).bit_length() - 1
    if old <= left:
        old_part, part = roots_of(old, left, old_root, path[:-1], whole)
        return old_part, hashlib.sha256(b"\1" + part + path[-1]).digest()
    old_part, part = roots_of(old - left, size - left, old_root, path[:-1], False)
    return tuple(hashlib.sha256(b"\1" + path[-1] + one).digest() for one in (old_part, part))


def check_growth(proof, name, key):
    heads = []
    for note in (proof["old"], proof["note"]):
        origin, size, root, time = text_of(note, name, key).splitlines()[:4]
        if origin != name + "/seals":
            raise Wrong("a note is no checkpoint of this log")
        heads.append((int(size), base64.b64decode(root, validate=True), time))
    (old, old_root, before), (size, root, now) = heads
    path = [base64.b64decode(one, validate=True) for one in proof["path"]]
    if not 0 < old <= size or roots_of(old, size, old_root, path) != (old_root, root):
        raise Wrong("the later checkpoint does not go on from the earlier one: something before it was changed or cut off")
    return [f"checkpoint of {old} sealed logs, {before}", f"checkpoint of {size} sealed logs, {now}"]


def check(proof, name, key):
    if "old" in proof:
        return check_growth(proof, name, key)
    lines = []
    for log in proof["logs"]:
        origin, size, root = text_of(log["note"], name, key).splitlines()[:3]
        if origin != name:
            raise Wrong("a note is of another origin")
        for line in log["lines"]:
            if not 0 <= line["index"] < int(size):
                raise Wrong("a line stands behind the end of its log")
            leaf = hashlib.sha256(b"\0" + line["line"].encode()).digest()
            path = [base64.b64decode(one, validate=True) for one in line["path"]]
            if root_of(leaf, line["index"], int(size), path) != base64.b64decode(root, validate=True):
                raise Wrong(f"line {line['index'] + 1} does not lead to the signed root: it was changed, or comes from elsewhere")
            if proof["id"] not in line["line"]:
                raise Wrong(f"line {line['index'] + 1} is not about {proof['id']}")
            lines.append(line["line"])
    if not lines:
        raise Wrong("it has no lines")
    return lines


def main():
    if len(sys.argv) != 3:
        print(__doc__)
        return 64
    try:
        name, _, encoded = sys.argv[2].split("+", 2)
        key = base64.b64decode(encoded, validate=True)
        if len(key) != 33 or key[0] != 1:
            raise Wrong("the key is no Ed25519 key of a signed note")
        with open(sys.argv[1], encoding="utf-8") as file:
            lines = check(json.load(file), name, key)
    except (Wrong, ValueError, KeyError, TypeError, RecursionError, OSError) as fault:
        print(f"NOT PROVED: {fault}", file=sys.stderr)
        return 1
    for line in lines:
        print(line)
    print(f"proved: {len(lines)} lines, signed by {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
