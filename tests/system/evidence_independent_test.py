"""What mugaika signs, computed anew by somebody else: Ed25519 by python3-cryptography, the trees and notes from their specifications
(RFC 6962 2.1, C2SP signed-note and tlog-checkpoint), by code that shares nothing with ours."""

import base64
import hashlib
import os
import pathlib
import subprocess
import tempfile
import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUGAIKA = pathlib.Path(os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")).resolve() / "mugaika"


def tree_root(entries):
    """The Merkle tree hash of RFC 9162 2.1.1, from the bottom up: an odd one at the end of a row goes up as it is."""
    row = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
    if not row:
        return hashlib.sha256(b"").digest()
    while len(row) > 1:
        row = [hashlib.sha256(b"\1" + b"".join(row[at:at + 2])).digest() if at + 1 < len(row) else row[at] for at in range(0, len(row), 2)]
    return row[0]


def opened(note, keys):
    """(text, the keys that have signed it), each signature verified; by the letter of signed-note."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    signed = []
    for line in signatures.splitlines():
        dash, name, value = line.split(" ")
        assert dash == "\u2014"
        octets = base64.b64decode(value, validate=True)
        for key in keys:
            key_name, key_id, encoded = key.split("+", 2)
            kind_and_key = base64.b64decode(encoded, validate=True)
            assert kind_and_key[0] == 1 and key_id == hashlib.sha256(key_name.encode() + b"\n" + kind_and_key).digest()[:4].hex()
            if (name, octets[:4].hex()) == (key_name, key_id):
                Ed25519PublicKey.from_public_bytes(kind_and_key[1:]).verify(octets[4:], text.encode())
                signed.append(key)
    return text, signed


class Independent(unittest.TestCase):
    def test_notes_seals_and_checkpoints_are_what_the_specifications_say(self):
        month = subprocess.run([ROOT / "samples/reports/make_month"], capture_output=True, check=True, timeout=60).stdout
        lines = month.splitlines(keepends=True)
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            live = place / "events.jsonl"
            config = place / "mugaika.toml"
            config.write_text(f'[relay]\nhostname = "mx.example.lg.jp"\nstate_dir = "{place}"\nlog = "{live}"\n')

            def mugaika(*arguments):
                return subprocess.run([MUGAIKA, "--config", config, "log", *arguments, "--key", place / "log.key"], stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, check=True, timeout=60).stdout

            keys = [mugaika("key", "--new").strip()]
            seals, at = [], 0
            for number, size in enumerate((1, 2, 3, 7, 100, 333), 1):
                rotated = place / f"events.jsonl-2026110{number}"
                rotated.write_bytes(b"".join(lines[at:at + size]))
                os.utime(rotated, (1, 1))
                if number == 4:
                    keys.append(mugaika("key", "--change", "--by", "yamada").strip())
                    live.unlink()
                mugaika("seal")
                name = hashlib.sha256(b"\0" + lines[at].rstrip(b"\n")).hexdigest()[:16]
                text, signed = opened((place / "events.jsonl.seals" / f"{name}.seal").read_text(), keys)
                self.assertEqual(signed, [keys[-1]])
                root = base64.b64encode(tree_root([line.rstrip(b"\n") for line in lines[at:at + size]])).decode()
                self.assertEqual(text.splitlines()[:3], ["mx.example.lg.jp", str(size), root])
                self.assertEqual(text.splitlines()[5], "previous " + (seals[-1].splitlines()[2] if seals else "none"))
                seals.append(text)
                at += size

                live.write_bytes(b"".join(lines[at:at + 5]))
                text, signed = opened(mugaika("checkpoint"), keys)
                self.assertEqual(signed, [keys[-1]])
                first = base64.b64encode(tree_root([lines[at].rstrip(b"\n")])).decode()
                opening = base64.b64encode(tree_root([line.rstrip(b"\n") for line in lines[at:at + 5]])).decode()
                self.assertEqual(text.splitlines()[:3] + text.splitlines()[4:],
                                 ["mx.example.lg.jp/seals", str(number), base64.b64encode(tree_root([seal.encode() for seal in seals])).decode(),
                                  f"open {first} 5 {opening}"])
                live.unlink()
            _, signed = opened(next((place / "events.jsonl.seals").glob("*.keychange")).read_text(), keys)
            self.assertEqual(signed, keys)


if __name__ == "__main__":
    unittest.main()
