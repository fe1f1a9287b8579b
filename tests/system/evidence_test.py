"""Sealed logs: what was done to them is seen, and one mail is proved without the rest, by a script that shares nothing with us."""

import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUGAIKA = pathlib.Path(os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")).resolve() / "mugaika"
CHECK = ROOT / "samples/evidence/check_proof.py"


class Evidence(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        month = subprocess.run([ROOT / "samples/reports/make_month"], capture_output=True, check=True, timeout=60).stdout
        lines = month.splitlines(keepends=True)
        self.logs = [self.dir / f"events.jsonl-2026110{day}" for day in (1, 2, 3)]
        for number, log in enumerate(self.logs):
            log.write_bytes(b"".join(lines[number * 300:(number + 1) * 300]))
        self.key, self.seals = self.dir / "log.key", self.dir / "seals"
        self.public = self.mugaika("key", "--new", "--name", "mx.example.lg.jp", "--key", self.key).stdout.strip()
        self.seal()

    def mugaika(self, *arguments, exit_code=0):
        done = subprocess.run([MUGAIKA, "log", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, exit_code, (arguments, done.stdout, done.stderr))
        return done

    def seal(self):
        return self.mugaika("seal", "--key", self.key, "--seals", self.seals, *self.logs).stdout

    def verify(self, exit_code=0, logs=None):
        return self.mugaika("verify", "--public", self.public, "--seals", self.seals, *(logs or self.logs), exit_code=exit_code).stdout

    def changed(self, change):
        """What verify says once the lines of the second log are others."""
        whole = self.logs[1].read_bytes()
        lines = whole.splitlines(keepends=True)
        change(lines)
        self.logs[1].write_bytes(b"".join(lines))
        said = self.verify(65)
        self.logs[1].write_bytes(whole)
        self.assertEqual(said.count("一致 / as sealed"), 2)
        return said

    def test_what_was_sealed_is_as_it_was(self):
        self.assertIn("all are as they were sealed", self.verify())
        self.assertEqual(self.seal(), "")  # nothing twice
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o600)
        # Packed and called otherwise by rotation.
        packed = self.logs[0].with_suffix(".jsonl-20261101.gz")
        packed.write_bytes(gzip.compress(self.logs[0].read_bytes()))
        self.assertIn("all are as they were sealed", self.verify(logs=[packed, *self.logs[1:]]))

    def test_the_first_line_that_is_another_one_is_named(self):
        def swap(lines):
            lines[9], lines[10] = lines[10], lines[9]

        def replace(lines):
            lines[19] = lines[19].replace(b"example", b"exbmple", 1)

        for change, words in ((replace, "line 20 was changed"), (lambda lines: lines.pop(29), "line 30 is missing"),
                              (swap, "line 10 and the one behind it changed places"),
                              (lambda lines: lines.insert(41, lines[40]), "line 42 stands there twice"),
                              (lambda lines: lines.insert(50, b'{"time":"2026-11-05T00:00:00Z","event":"x.y"}\n'), "line 51 was put in"),
                              (lambda lines: lines.__delitem__(slice(290, None)), "line 291 is missing: 10 lines at the end were cut off"),
                              (lambda lines: lines.append(b"{}\n"), "line 301 was added"),
                              (lambda lines: lines.insert(60, lines.pop(200)), "line 61 is out of order: it was sealed as line 201"),
                              (lambda lines: lines.append(lines[7]), "line 301 stands there twice: it was sealed as line 8"),
                              (lambda lines: lines.pop(0), "line 1 is missing"),
                              (lambda lines: lines.__setitem__(0, lines[0].replace(b"2026", b"2027", 1)), "line 1 was changed"),
                              (lambda lines: lines.__setitem__(slice(None), [b"{}\n"]), "line 1 and all others were changed")):
            with self.subTest(words):
                said = self.changed(change)
                self.assertIn(words, said)
                self.assertIn(f"{self.logs[1]}  ", said)
        self.assertIn("all are as they were sealed", self.verify())

    def test_a_log_in_place_of_another_is_doubled(self):
        """As when an old backup was put back under a new name."""
        self.logs[2].write_bytes(self.logs[1].read_bytes())
        said = self.verify(65)
        self.assertIn(f"{self.logs[2]}  二重 / doubled or rolled back: line 1 and what follows are those of {self.logs[1]}", said)
        self.assertIn("its log is missing", said)

    def test_a_log_or_a_seal_that_was_taken_away_is_missed(self):
        self.assertIn("its log is missing", self.verify(65, [self.logs[0], self.logs[2]]))
        # Old logs go by retention: that is none.
        self.assertIn("all are as they were sealed", self.verify(0, self.logs[1:]))
        empty = self.dir / "events.jsonl-20261104"
        empty.write_bytes(b"")
        self.assertIn("空 / empty", self.verify(0, [*self.logs, empty]))
        stranger = self.dir / "events.jsonl-20261105"
        stranger.write_bytes(b'{"time":"2026-11-05T00:00:00Z","event":"x.y"}\n')
        self.assertIn("none of the sealed logs is here: 3", self.verify(65, [stranger]))
        seals = sorted(self.seals.glob("*.seal"), key=lambda seal: seal.read_text().splitlines()[3])
        kept = seals[1].read_text()
        seals[1].unlink()
        said = self.verify(65)
        self.assertIn("no seal", said)
        self.assertIn("the seal before it is missing", said)
        seals[1].write_text(kept.replace("\n300\n", "\n299\n", 1))
        self.assertIn("its signature is not valid", self.verify(65))
        # With hashes that were not sealed no line is named.
        seals[1].write_text(kept)
        seals[1].with_suffix(".leaves").write_bytes(b"x" * 32 * 300)
        self.assertIn("which line cannot be told", self.changed(lambda lines: lines.pop(5)))

    def test_a_log_that_is_sealed_with_another_key_is_not_ours(self):
        other = self.dir / "other.key"
        public = self.mugaika("key", "--new", "--name", "mx.example.lg.jp", "--key", other).stdout.strip()
        said = self.mugaika("verify", "--public", public, "--seals", self.seals, *self.logs, exit_code=65).stdout
        self.assertNotIn("as sealed", said)
        self.mugaika("key", "--new", "--name", "x", "--key", other, exit_code=65)  # never over one that is there
        other.chmod(0o644)
        self.mugaika("key", "--key", other, exit_code=78)

    def check(self, proof, public=None):
        path = self.dir / "proof.json"
        path.write_text(json.dumps(proof), encoding="utf-8")
        return subprocess.run([sys.executable, "-I", CHECK, path, public or self.public], capture_output=True, text=True, check=False, timeout=120)

    def test_a_mail_is_proved_without_the_rest_of_the_log(self):
        mail = json.loads(self.logs[1].read_text().splitlines()[100])["id"]
        proof = json.loads(self.mugaika("prove", mail, "--seals", self.seals, *self.logs).stdout)
        done = self.check(proof)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        logged = [line for log in self.logs for line in log.read_text().splitlines() if f'"id":"{mail}"' in line]
        self.assertEqual(done.stdout.splitlines()[:-1], logged)
        self.assertGreater(len(logged), 2)

        line = proof["logs"][0]["lines"][0]
        for change in (lambda: line.update(line=line["line"].replace("2026", "2027", 1)), lambda: line.update(index=line["index"] + 1),
                       lambda: line["path"].pop(), lambda: line["path"].append(line["path"][0]), lambda: proof["logs"][0]["lines"].clear(),
                       lambda: proof["logs"][0].update(note=proof["logs"][0]["note"].replace("\n300\n", "\n301\n", 1))):
            before = json.dumps(proof)
            change()
            refused = self.check(proof)
            self.assertEqual(refused.returncode, 1, refused.stdout)
            self.assertIn("NOT PROVED", refused.stderr)
            proof = json.loads(before)
            line = proof["logs"][0]["lines"][0]
        stranger = self.mugaika("key", "--new", "--name", "mx.example.lg.jp", "--key", self.dir / "third.key").stdout.strip()
        self.assertEqual(self.check(proof, stranger).returncode, 1)
        self.mugaika("prove", "ffffffffffffffff", "--seals", self.seals, *self.logs, exit_code=65)


if __name__ == "__main__":
    unittest.main()
