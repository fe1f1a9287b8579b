"""Another key for the log: the change is signed by both, verify walks over it from either side, and whoever has one key alone gets nowhere."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUGAIKA = pathlib.Path(os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")).resolve() / "mugaika"


class LogKeys(unittest.TestCase):
    """A log sealed with the first key, its change, a log sealed with the second."""

    @classmethod
    def setUpClass(cls):
        month = subprocess.run([ROOT / "samples/reports/make_month"], capture_output=True, check=True, timeout=60).stdout
        cls.lines = month.splitlines(keepends=True)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name) / "machine"
        self.dir.mkdir()
        self.live, self.seals = self.dir / "events.jsonl", self.dir / "events.jsonl.seals"
        self.config = self.dir / "mugaika.toml"
        self.config.write_text(f'[relay]\nhostname = "mx.example.lg.jp"\nstate_dir = "{self.dir}"\nlog = "{self.live}"\n')
        self.key = self.dir / "log.key"
        self.first = self.mugaika("key", "--new", "--key", self.key).stdout.strip()
        self.stolen = self.dir / "stolen.key"
        shutil.copy(self.key, self.stolen)
        self.live.write_bytes(b"".join(self.lines[:100]))
        self.rotate(1)
        self.seal()
        self.live.write_bytes(b"".join(self.lines[100:150]))
        self.second = self.mugaika("key", "--change", "--key", self.key, "--by", "yamada").stdout.strip()
        self.change = next(self.seals.glob("*.keychange"))
        self.rotate(2)
        self.seal()
        self.live.write_bytes(b"".join(self.lines[200:210]))

    def rotate(self, number):
        rotated = self.dir / f"events.jsonl-2026110{number}"
        self.live.rename(rotated)
        return rotated

    def seal(self, key=None, exit_code=0):
        for log in self.dir.glob("events.jsonl-*"):
            os.utime(log, (1, 1))
        return self.mugaika("seal", "--key", key or self.key, exit_code=exit_code)

    def mugaika(self, *arguments, exit_code=0):
        done = subprocess.run([MUGAIKA, "--config", self.config, "log", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, exit_code, (arguments, done.stdout, done.stderr))
        return done

    def verify(self, public, exit_code=0, *more):
        return self.mugaika("verify", "--public", public, *more, exit_code=exit_code).stdout

    def test_whoever_knows_one_key_verifies_the_whole(self):
        self.assertNotEqual(self.first, self.second)
        for public in (self.first, self.second):
            said = self.verify(public)
            self.assertEqual(said.count("一致 / as sealed"), 2)
            self.assertIn(f"from seal 2 on: {self.second}", said)
        event = next(json.loads(line) for line in (self.dir / "events.jsonl-20261102").read_text().splitlines() if "log.key_changed" in line)
        self.assertEqual((event["person"], "\n".join(event["note"]) + "\n"), ("yamada", self.change.read_text()))
        self.assertEqual(self.mugaika("key", "--key", self.key).stdout.strip(), self.second)
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o600)
        self.assertFalse(self.key.with_suffix(".key.new").exists())
        every = self.mugaika("key", "--all", "--key", self.key).stdout.splitlines()
        self.assertEqual([line.split()[0] for line in every], [self.second, self.first])

    def test_a_third_key_and_checkpoints_over_the_changes(self):
        kept = self.dir / "kept"
        kept.write_text(self.mugaika("checkpoint", "--key", self.key).stdout)
        third = self.mugaika("key", "--change", "--key", self.key, "--by", "yamada").stdout.strip()
        self.rotate(3)
        self.seal()
        for public in (self.first, self.second, third):
            self.assertIn("all goes on from the checkpoint", self.verify(public, 0, "--against", kept))

    def test_the_old_key_signs_nothing_more(self):
        self.rotate(3)
        self.assertIn("was replaced by", self.seal(self.stolen, exit_code=65).stderr)
        self.assertIn("was replaced by", self.mugaika("checkpoint", "--key", self.stolen, exit_code=65).stderr)
        self.assertIn("was replaced by", self.mugaika("key", "--change", "--key", self.stolen, "--by", "x", exit_code=65).stderr)
        # A thief who does it without us.
        self.change.rename(self.dir / "aside")
        shutil.copytree(self.seals, self.dir / "whole")
        for seal in list(self.seals.glob("*.seal")):
            if "previous none" not in seal.read_text():
                seal.with_suffix(".leaves").unlink()
                seal.unlink()
        self.seal(self.stolen)
        (self.dir / "aside").rename(self.change)
        for public in (self.first, self.second):
            said = self.verify(public, 65)
            self.assertEqual(said.count("it is signed with a key that was not the log's then"), 2)
        forged = self.dir / "forged"
        self.change.rename(self.dir / "aside")
        forged.write_text(self.mugaika("checkpoint", "--key", self.stolen).stdout)
        shutil.rmtree(self.seals)
        (self.dir / "whole").rename(self.seals)
        (self.dir / "aside").rename(self.change)
        refused = self.mugaika("verify", "--public", self.second, "--against", forged, exit_code=65)
        self.assertIn("it is signed with a key that was not the log's then", refused.stderr)

    def test_changes_that_are_none_are_told(self):
        whole = self.change.read_text()
        text, signatures = whole.split("\n\n")
        by_old, by_new = signatures.splitlines()
        flipped = bytearray(base64.b64decode(by_new.split()[2]))
        flipped[20] ^= 1
        wrong = by_new.rsplit(" ", 1)[0] + " " + base64.b64encode(flipped).decode()
        for name, note, words in (("only the old one", f"{text}\n\n{by_old}\n", "the new key has not signed its change"),
                                  ("only the new one", f"{text}\n\n{by_new}\n", "the old key has not signed its change"),
                                  ("wrong signature", f"{text}\n\n{by_old}\n{wrong}\n", "the new key has not signed its change"),
                                  ("other number", whole.replace("seals 1", "seals 0"), "the old key has not signed its change"),
                                  ("no note", "x", "it is no change of the log's key")):
            with self.subTest(name):
                self.change.write_text(note)
                said = self.verify(self.first, 65)
                self.assertIn(f"{self.change.name}: {words}", said)
                self.assertIn("it has no signature by this key", said)  # what the new one sealed is nobody's then
        self.change.unlink()
        self.assertIn("the key change that it tells of is not beside the seals", self.verify(self.first, 65))
        self.change.write_text(whole)
        self.verify(self.first)

    def test_a_line_that_tells_of_a_change_by_one_key_is_told(self):
        """In a log that is sealed well, by whoever has the key."""
        self.live.write_bytes(b"".join(self.lines[200:210]))
        note = self.change.read_text()
        text, signatures = note.split("\n\n")
        line = {"time": "2026-11-03T00:00:00.000+09:00", "event": "log.key_changed", "host": "mx", "person": "x", "uid": 0,
                "note": [*text.splitlines(), "", signatures.splitlines()[0]]}
        with self.live.open("a") as log:
            log.write(json.dumps(line) + "\n")
        rotated = self.rotate(3)
        self.seal()
        self.assertIn(f"{rotated}  鍵の交換が無効 / line 11: the new key has not signed its change", self.verify(self.first, 65))

    def test_two_changes_of_one_key_are_told(self):
        """The thief of the old key has made one too."""
        self.change.rename(self.dir / "aside")
        shutil.copytree(self.seals, self.dir / "whole")
        for seal in list(self.seals.glob("*.seal")):
            if "previous none" not in seal.read_text():
                seal.with_suffix(".leaves").unlink()
                seal.unlink()
        self.mugaika("key", "--change", "--key", self.stolen, "--by", "thief")
        forged = next(self.seals.glob("*.keychange"))
        shutil.copy(forged, self.dir / "whole")
        shutil.rmtree(self.seals)
        (self.dir / "whole").rename(self.seals)
        (self.dir / "aside").rename(self.change)
        for public in (self.first, self.second):
            self.assertIn("one of them was changed twice, which is a theft or a rollback", self.verify(public, 65))


if __name__ == "__main__":
    unittest.main()
