"""The made month of samples/reports and its reports: the same log gives the same pages, whatever it is packed with."""

import gzip
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / "samples" / "reports"
MUGAIKA = ROOT / "build" / "bin" / "mugaika"
# Name of the report and what makes it, of the month's log.
MADE = {
    "month.html": ["stats", "--format", "html", "--since", "2026-11", "--until", "2026-11"],
    "month.txt": ["stats", "--by", "route,verdict", "--since", "2026-11", "--until", "2026-11"],
    "top.txt": ["stats", "--by", "sender-domain,verdict", "--top", "5", "--since", "2026-11", "--until", "2026-11"],
    "figures.txt": ["stats", "--figures", "--since", "2026-11", "--until", "2026-11"],
    "books.txt": ["stats", "--verify", "--since", "2026-11", "--until", "2026-11"],
}


def report(arguments, log):
    environment = {**os.environ, "TZ": "JST-9"}
    return subprocess.run([MUGAIKA, *arguments, log], env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60).stdout


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.log = Path(cls.folder.name) / "month.jsonl"
        cls.log.write_bytes(subprocess.run([REPORTS / "make_month"], capture_output=True, check=True, timeout=60).stdout)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_each_is_made_again_byte_by_byte(self):
        for name, arguments in MADE.items():
            with self.subTest(name):
                self.assertEqual(report(arguments, self.log), (REPORTS / name).read_bytes())

    def test_a_packed_log_gives_the_same(self):
        packed = self.log.with_suffix(".jsonl.gz")
        packed.write_bytes(gzip.compress(self.log.read_bytes()))
        self.assertEqual(report(MADE["month.html"], packed), (REPORTS / "month.html").read_bytes())

    def test_the_page_fetches_nothing_and_runs_nothing(self):
        page = (REPORTS / "month.html").read_text(encoding="utf-8")
        for forbidden in ("<script", "src=", "href=", "url(", "@import", "http://", "https://"):
            self.assertNotIn(forbidden, page)
        self.assertIn("default-src 'none'", page)


if __name__ == "__main__":
    unittest.main()
