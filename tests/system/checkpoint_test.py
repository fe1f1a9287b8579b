"""Checkpoints that left the machine: what is done to logs and seals behind them is seen, also by whoever has the key."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MUGAIKA = pathlib.Path(os.environ.get("MUGAIKA_BIN", ROOT / "build/bin")).resolve() / "mugaika"


class Checkpoints(unittest.TestCase):
    """Two sealed logs and one that is written; each test goes on from there."""

    @classmethod
    def setUpClass(cls):
        month = subprocess.run([ROOT / "samples/reports/make_month"], capture_output=True, check=True, timeout=60).stdout
        cls.lines = month.splitlines(keepends=True)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.live, self.seals = self.dir / "events.jsonl", self.dir / "events.jsonl.seals"
        self.config = self.dir / "mugaika.toml"
        self.config.write_text(f'[relay]\nhostname = "mx.example.lg.jp"\nstate_dir = "{self.dir}"\nlog = "{self.live}"\n')
        self.key = self.dir / "log.key"
        self.public = self.mugaika("key", "--new", "--key", self.key).stdout.strip()
        self.rotated(1).write_bytes(b"".join(self.lines[:100]))
        self.rotated(2).write_bytes(b"".join(self.lines[100:200]))
        self.live.write_bytes(b"".join(self.lines[200:250]) + b'{"time":"2026-11-')  # somebody writes
        self.seal()
        self.kept = self.dir / "elsewhere" / "checkpoint"
        self.kept.parent.mkdir()
        self.kept.write_text(self.checkpoint())

    def rotated(self, number):
        return self.dir / f"events.jsonl-2026110{number}"

    def mugaika(self, *arguments, exit_code=0):
        done = subprocess.run([MUGAIKA, "--config", self.config, "log", *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, exit_code, (arguments, done.stdout, done.stderr))
        return done

    def seal(self):
        for log in self.dir.glob("events.jsonl-*"):
            os.utime(log, (1, 1))  # nobody writes there any more
        self.mugaika("seal", "--key", self.key)

    def checkpoint(self):
        return self.mugaika("checkpoint", "--key", self.key).stdout

    def verify(self, exit_code=0, against=None):
        return self.mugaika("verify", "--public", self.public, "--against", against or self.kept, exit_code=exit_code).stdout

    def go_on(self):
        """The log is written on, rotated and sealed."""
        self.live.write_bytes(b"".join(self.lines[200:300]))
        self.live.rename(self.rotated(3))
        self.live.write_bytes(b"".join(self.lines[300:320]))
        self.seal()

    def test_what_goes_on_from_a_checkpoint_is_well(self):
        name, size, _, time, opened = self.kept.read_text().splitlines()[:5]
        self.assertEqual((name, size, time[:5]), ("mx.example.lg.jp/seals", "2", "time "))
        self.assertEqual(opened.split()[2], "50")  # the line that is half written is nobody's yet
        self.assertIn("all goes on from the checkpoint", self.verify())
        self.go_on()
        self.assertIn("all goes on from the checkpoint", self.verify())
        later = self.dir / "elsewhere" / "later"
        later.write_text(self.checkpoint())
        self.assertEqual(later.read_text().splitlines()[1], "3")
        said = self.mugaika("verify", "--public", self.public, "--against", self.kept, "--against", later).stdout
        self.assertEqual(said.count("all goes on from the checkpoint"), 2)
        # Old logs go by retention, also the one that was written then: its seal is here.
        for number in (1, 2, 3):
            self.rotated(number).unlink()
        self.live.rename(self.rotated(4))
        self.seal()
        self.assertIn("all goes on from the checkpoint", self.verify())

    def test_what_was_done_behind_a_checkpoint_is_named(self):
        def cut():
            self.live.write_bytes(b"".join(self.lines[200:240]))

        def change():
            lines = self.lines[200:250]
            lines[7] = lines[7].replace(b"example", b"exbmple", 1)
            self.live.write_bytes(b"".join(lines))

        def roll_back():
            self.rotated(2).unlink()
            self.live.write_bytes(b"".join(self.lines[100:200]))
            last = next(seal for seal in self.seals.glob("*.seal") if "previous none" not in seal.read_text())
            last.with_suffix(".leaves").unlink()
            last.unlink()

        def begin_anew():
            self.live.write_bytes(b"".join(self.lines[201:250]))

        def cut_rotated():
            self.live.write_bytes(b"".join(self.lines[200:245]))
            self.live.rename(self.rotated(3))
            self.live.write_bytes(b"".join(self.lines[300:320]))
            self.seal()  # the thief has the key

        def write_another_history():
            shutil.rmtree(self.seals)
            self.rotated(1).write_bytes(self.rotated(1).read_bytes().replace(b"example", b"exbmple", 1))
            self.seal()

        for sabotage, words, file in ((cut, "line 41 is missing; the checkpoint of", self.live), (change, "one of the lines 1 to 50 is another one", self.live),
                                      (begin_anew, "line 1 of it was changed", self.kept), (roll_back, "knows 2 sealed logs, and here are 1", self.kept),
                                      (cut_rotated, "line 46 is missing; the checkpoint of", self.rotated(3)),
                                      (write_another_history, "the first 2 seals are not those of the checkpoint", self.kept)):
            with self.subTest(sabotage.__name__):
                whole = self.dir.parent / (self.dir.name + ".whole")
                shutil.copytree(self.dir, whole)
                try:
                    sabotage()
                    said = self.verify(65)
                    self.assertIn(words, said)
                    self.assertIn(f"{file}  ", said)
                    self.assertNotIn("all goes on from the checkpoint", said)
                    self.mugaika("verify", "--public", self.public)  # what stayed here says nothing of it
                finally:
                    shutil.rmtree(self.dir)
                    whole.rename(self.dir)

    def test_of_a_log_that_is_gone_its_seal_tells(self):
        """The log was cut before it was sealed, and is gone by retention."""
        self.live.write_bytes(b"".join(self.lines[200:245]))
        self.go_on_from_here()
        for number in (1, 2, 3):
            self.rotated(number).unlink()
        self.assertIn("line 46 is missing", self.verify(65))

    def go_on_from_here(self):
        self.live.rename(self.rotated(3))
        self.live.write_bytes(b"".join(self.lines[300:320]))
        self.seal()
        self.live.rename(self.rotated(4))
        self.live.write_bytes(b"".join(self.lines[320:330]))
        self.seal()

    def test_a_mail_that_has_it_is_taken_as_it_was_received(self):
        body = base64.encodebytes(("監査担当者様\n\n" + self.kept.read_text() + "\n以上\n").replace("\n", "\r\n").encode())
        mail = self.dir / "elsewhere" / "mail.eml"
        mail.write_bytes(b"From: a@b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body.replace(b"\n", b"\r\n"))
        self.assertIn("all goes on from the checkpoint", self.verify(against=mail))

    def test_what_is_no_checkpoint_of_this_log_is_refused(self):
        other = self.dir / "other.key"
        self.mugaika("key", "--new", "--key", other)
        stranger = self.dir / "elsewhere" / "stranger"
        stranger.write_text(self.mugaika("checkpoint", "--key", other, exit_code=65).stdout)  # for it no seal is valid
        seal = next(self.seals.glob("*.seal"))
        changed = self.dir / "elsewhere" / "changed"
        changed.write_text(self.kept.read_text().replace("\n2\n", "\n1\n", 1))
        for file, words in ((stranger, "it has no signed note"), (seal, "it is no checkpoint"), (changed, "its signature is not valid"),
                            (self.config, "it has no signed note")):
            with self.subTest(file):
                refused = self.mugaika("verify", "--public", self.public, "--against", file, exit_code=65)
                self.assertIn(words, refused.stderr)
        self.mugaika("verify", "--public", self.public, "--against", self.dir / "nothing", exit_code=65)

    def check_proof(self, proof, public=None):
        path = self.dir / "proof.json"
        path.write_text(json.dumps(proof), encoding="utf-8")
        return subprocess.run([sys.executable, "-I", ROOT / "samples/evidence/check_proof.py", path, public or self.public], capture_output=True, text=True,
                              check=False, timeout=120)

    def test_whoever_has_two_checkpoints_and_no_log_sees_that_one_goes_on_from_the_other(self):
        self.go_on()
        proof = json.loads(self.mugaika("checkpoint", "--key", self.key, "--against", self.kept).stdout)
        done = self.check_proof(proof)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("checkpoint of 2 sealed logs", done.stdout)
        self.assertIn("checkpoint of 3 sealed logs", done.stdout)
        self.assertEqual(self.check_proof({**proof, "old": proof["note"], "path": []}).returncode, 0)  # nothing between them
        seal = next(self.seals.glob("*.seal")).read_text()
        for change in ({"path": []}, {"path": proof["path"] * 2}, {"path": proof["path"][::-1] + proof["path"][:1]}, {"old": proof["note"], "note": proof["old"]},
                       {"note": proof["note"].replace("\n3\n", "\n4\n", 1)}, {"old": seal}, {"path": ["AAAA"] * len(proof["path"])}):
            with self.subTest(change):
                refused = self.check_proof({**proof, **change})
                self.assertEqual(refused.returncode, 1, refused.stdout)
                self.assertIn("NOT PROVED", refused.stderr)
        # Of a history that was written anew nobody can make one.
        shutil.rmtree(self.seals)
        self.rotated(1).write_bytes(self.rotated(1).read_bytes().replace(b"example", b"exbmple", 1))
        self.seal()
        forged = json.loads(self.mugaika("checkpoint", "--key", self.key, "--against", self.kept).stdout)
        self.assertEqual(self.check_proof(forged).returncode, 1)

    def test_no_checkpoint_is_made_of_seals_that_are_not_whole(self):
        next(seal for seal in self.seals.glob("*.seal") if "previous none" in seal.read_text()).unlink()
        refused = self.mugaika("checkpoint", "--key", self.key, exit_code=65)
        self.assertIn("seals are missing", refused.stderr)
        self.assertEqual(refused.stdout, "")


if __name__ == "__main__":
    unittest.main()
