"""samples/duckdb and samples/lnav on the made month: they say what `mugaika stats` says."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MUGAIKA = ROOT / "build" / "bin" / "mugaika"
RECIPE = ROOT / "samples" / "duckdb" / "events.sql"
LNAV_FORMAT = ROOT / "samples" / "lnav" / "mugaika.json"
# A folder with node_modules/@duckdb/node-api, for where there is no duckdb program.
NODE_FOLDER = os.environ.get("DUCKDB_NODE", "")


def run(*command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True, timeout=120, **more).stdout


def duckdb_rows(sql, folder):
    """The rows of a query behind the recipe; None where there is no DuckDB."""
    script = Path(folder) / "query.sql"
    script.write_text("SET TimeZone = 'Asia/Tokyo';\n" + RECIPE.read_text(encoding="utf-8") + sql, encoding="utf-8")
    if shutil.which("duckdb"):
        return json.loads(run("duckdb", "-json", "-c", f".read {script}"))
    if shutil.which("node") and NODE_FOLDER:
        return json.loads(run("node", ROOT / "tests" / "support" / "duckdb_run.mjs", NODE_FOLDER, script))
    return None


class Samples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.log = Path(cls.folder.name) / "events.jsonl"
        cls.log.write_text(run(ROOT / "samples" / "reports" / "make_month"), encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def stats(self, *arguments):
        return json.loads(run(MUGAIKA, "stats", *arguments, "--format", "json", self.log, env={**os.environ, "TZ": "JST-9"}))

    def rows_or_skip(self, sql):
        rows = duckdb_rows(sql, self.folder.name)
        if rows is None:
            self.skipTest("SKIPPED: samples/duckdb: neither a duckdb program nor DUCKDB_NODE is there")
        return rows

    def test_duckdb_counts_the_same_mails_by_day_and_verdict(self):
        rows = self.rows_or_skip(f"SELECT day, verdict, mails FROM mugaika_days('{self.log}');\n")
        theirs = {(row["day"], row["verdict"]): int(row["mails"]) for row in rows}
        ours = {(row["day"], row["verdict"]): row["mails"] for row in self.stats("--by", "day,verdict")
                if row["verdict"] in ("clean", "sanitized", "quarantined", "refused")}
        self.assertGreater(len(ours), 60)
        self.assertEqual(theirs, ours)

    def test_duckdb_counts_the_same_parts_by_method(self):
        rows = self.rows_or_skip(f"SELECT method, count(*) AS parts FROM mugaika_parts('{self.log}') WHERE method <> '' GROUP BY ALL;\n")
        theirs = {row["method"]: int(row["parts"]) for row in rows}
        ours = {row["method"]: row["parts"] for row in self.stats("--by", "method") if row["method"]}
        self.assertEqual(theirs, ours)

    def test_lnav_levels_are_the_severities_of_the_events(self):
        levels = json.loads(LNAV_FORMAT.read_text(encoding="utf-8"))["mugaika_log"]["level"]
        severities = {"critical": (0, 1, 2), "error": (3,), "warning": (4,)}
        for line in run(MUGAIKA, "log", "events", "--json").splitlines():
            event = json.loads(line)
            for level, numbers in severities.items():
                self.assertEqual(bool(re.search(levels[level], event["event"])), event["severity"] in numbers, event["event"])

    def test_lnav_knows_the_log_by_its_format(self):
        if not shutil.which("lnav"):
            self.skipTest("SKIPPED: samples/lnav: lnav is not installed")
        formats = Path(self.folder.name) / "lnav" / "formats" / "mugaika"
        formats.mkdir(parents=True)
        shutil.copy(LNAV_FORMAT, formats)
        environment = {**os.environ, "HOME": self.folder.name}
        config = str(formats.parents[1])
        self.assertEqual(run("lnav", "-n", "-C", "-I", config, env=environment).strip(), "")
        out = run("lnav", "-n", "-I", config, "-c", ";SELECT log_level, log_body FROM mugaika_log WHERE log_body = 'scanner.down'",
                  "-c", ":write-csv-to -", self.log, env=environment)
        self.assertIn("error,scanner.down", out)


if __name__ == "__main__":
    unittest.main()
