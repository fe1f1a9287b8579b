"""The local HTTP port: /healthz, /readyz with reasons, /metrics that agree with the event log; bounded and for loopback only;
and that every metric named in samples/prometheus and samples/grafana is in a real scrape."""
import http.client
import json
import pathlib
import re
import signal
import socket
import sys
import unittest
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from postfix_instance import free_port  # noqa: E402
from relay_instance import ROOT, RelayTest, sample, wait_until  # noqa: E402

CLEAN = sample("clean-plain-text")
LOSSY = sample("pdf-with-japanese-name")
SAMPLE = re.compile(r'([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)')
STAGES = ("recipient", "data", "worker", "quarantine", "compose", "deliver", "total")
WORDS_OF_PROMQL = {"sum", "min", "max", "by", "rate", "increase", "histogram_quantile", "predict_linear", "up"}


def parsed(text):
    """{(name, ((label, value), …)): number}; fails on whatever the format 0.0.4 does not allow."""
    samples, types, family = {}, {}, None
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
            assert family not in types, f"{family} twice"
            continue
        if line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            assert name == family and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
            continue
        match = SAMPLE.match(line)
        assert match, line
        name, labels, value = match.groups()
        base = re.sub(r"_(bucket|sum|count)$", "", name) if types.get(family) == "histogram" else name
        assert base == family, f"{line} stands in the family {family}"
        pairs = tuple(LABEL.findall(labels or ""))
        assert "".join(f'{k}="{v}",' for k, v in pairs).rstrip(",") == (labels or ""), line
        assert (name, pairs) not in samples, f"{line} twice"
        samples[name, pairs] = float(value)
    for name, kind in types.items():
        assert kind != "counter" or name.endswith("_total"), f"a counter is called …_total: {name}"
    return samples


class Metrics(RelayTest):
    def setUp(self):
        self.sink = self.new_sink()
        self.port = free_port()
        self.relay = self.new_relay(self.sink, extra=f'metrics = {{ listen = "127.0.0.1:{self.port}" }}').start()

    def get(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def scrape(self):
        status, text = self.get("/metrics")
        self.assertEqual(status, 200)
        return parsed(text)

    def test_counts_agree_with_the_log(self):
        """Mails of every kind, then: each counter is what counting the events gives."""
        for raw in (CLEAN, CLEAN, LOSSY):
            self.assertEqual(self.relay.send(raw)[0], 250)
        self.assertEqual(self.relay.send(CLEAN, ["unknown@city.example.lg.jp"])[0], 550)
        self.assertEqual(self.relay.send(CLEAN, ["x@elsewhere.example"])[0], 550)
        self.assertEqual(self.relay.send(b"Received: x\r\n" * 60 + CLEAN)[0], 554)
        self.sink.script(DOT="451 4.3.0 not now")
        self.assertEqual(self.relay.send(CLEAN)[0], 451)
        self.sink.script()
        wait_until(lambda: len(self.relay.events("session.closed")) == len(self.relay.events("session.opened")), "the last session")
        got = self.scrape()
        log = self.relay.events()

        def counted(name, *labels):
            return {tuple(dict(pairs)[label] for label in labels): value for (n, pairs), value in got.items() if n == name}

        delivered = Counter((e["route"], e["verdict"]) for e in log if e["event"] == "message.delivered")
        mails = counted("mugaika_messages_total", "route", "verdict")
        self.assertEqual({k: v for k, v in mails.items() if k[1] != "refused"}, delivered)
        refused = [e for e in log if e["event"] == "message.refused"]
        self.assertEqual(sum(v for k, v in mails.items() if k[1] == "refused"), len(refused))
        deferred = Counter((e["stage"], e["failure"]) for e in log if e["event"] == "message.deferred")
        self.assertEqual(counted("mugaika_deferred_total", "stage", "failure"), deferred)
        self.assertEqual(sum(deferred.values()), 1)
        all_refused = counted("mugaika_refused_total", "stage", "reason")
        self.assertEqual(sum(all_refused.values()), len(refused) + len(self.relay.events("recipient.refused")))
        self.assertEqual(got["mugaika_sessions_total", ()], len(self.relay.events("session.opened")))
        self.assertEqual(got["mugaika_sessions", ()], 0)
        kept = Counter((e["reason"],) for e in log if e["event"] == "message.quarantined")
        self.assertEqual(sum(kept.values()), 1)
        self.assertEqual(counted("mugaika_quarantine_kept_total", "reason"), kept)
        self.stages_agree_with_the_log(got, log)
        self.assertEqual(got["mugaika_ready", ()], 1)
        self.assertGreater(got["process_resident_memory_bytes", ()], 1 << 20)
        self.assertGreater(got["process_open_fds", ()], 5)

    def stages_agree_with_the_log(self, got, log):
        """Each stage was measured once for each mail that came to it, and its seconds are those of the events."""
        ends = [e for e in log if e["event"] in ("message.delivered", "message.deferred", "message.refused")]
        for stage in STAGES:
            times = [e[f"{stage}_us"] for e in ends if f"{stage}_us" in e]
            self.assertTrue(times, stage)
            self.assertEqual(got["mugaika_stage_seconds_count", (("stage", stage),)], len(times), stage)
            self.assertAlmostEqual(got["mugaika_stage_seconds_sum", (("stage", stage),)], sum(times) / 1e6, places=5, msg=stage)
            buckets = [v for (n, pairs), v in got.items() if n == "mugaika_stage_seconds_bucket" and ("stage", stage) in pairs]
            self.assertEqual(buckets, sorted(buckets))
            self.assertEqual(buckets[-1], len(times))
        self.assertEqual({pairs[0][1] for n, pairs in got if n == "mugaika_stage_seconds_count"}, set(STAGES))
        for end in ends:
            inner = sum(end.get(f"{stage}_us", 0) for stage in ("worker", "quarantine", "compose", "deliver"))
            self.assertLessEqual(inner, end.get("total_us", inner))

    def test_workers_and_kills(self):
        """A worker that is killed while it waits leaves no count; the number of workers is what is configured."""
        got = self.scrape()
        workers = {dict(pairs)["state"]: v for (n, pairs), v in got.items() if n == "mugaika_workers"}
        self.assertEqual(set(workers), {"busy", "ready"})
        self.assertEqual(workers["busy"], 0)
        self.assertGreaterEqual(workers["ready"], 1)

    def test_quarantine_is_measured(self):
        """Items and bytes are those of the quarantine, also after a command deleted one while the relay runs."""
        def shown():
            got = self.scrape()
            return got["mugaika_quarantine_items", ()], got["mugaika_quarantine_bytes", ()]

        self.assertEqual(shown(), (0, 0))
        mails = [LOSSY, LOSSY + b"another\r\n"]
        for raw in mails:
            self.assertEqual(self.relay.send(raw)[0], 250)
        wait_until(lambda: shown()[0] == 2, "both items")
        items = self.relay.quarantine()
        self.assertEqual(shown()[1], sum(item["bytes"] for item in items))
        self.relay.command("quarantine", "delete", items[0]["id"], "--by", "tester")
        wait_until(lambda: shown() == (1, items[1]["bytes"]), "one item less")

    def test_outbox_is_counted(self):
        self.relay.send(LOSSY)
        item = self.relay.quarantine()[0]["id"]
        self.sink.script(RCPT="451 4.3.0 not now")
        self.relay.command("quarantine", "release", item, "--reason", "r")
        wait_until(lambda: self.scrape()["mugaika_outbox_orders", (("state", "waiting"),)] == 1, "the waiting order")
        self.relay.command("queue", "hold", "ALL")
        wait_until(lambda: self.scrape()["mugaika_outbox_orders", (("state", "held"),)] == 1, "the held order")

    def test_health_and_readiness(self):
        """Ready with everything there; not ready, with the reason, while the next hop is down or the disk is low; healthy all the
        time."""
        self.assertEqual(self.get("/healthz"), (200, "ok\n"))
        status, body = self.get("/readyz")
        self.assertEqual((status, json.loads(body)), (200, {"ready": True, "reasons": []}))
        self.sink.stop()
        self.assertEqual(self.relay.send(CLEAN)[0], 451)
        status, body = self.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn("next hop", json.loads(body)["reasons"][0])
        self.assertIn("city.example.lg.jp", json.loads(body)["reasons"][0])
        self.assertEqual(self.scrape()["mugaika_ready", ()], 0)
        self.sink.start(self.sink.port)
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        self.assertEqual(self.get("/readyz")[0], 200)
        self.relay.reload(self.relay.text.replace("metrics =", 'reserve = { disk_free_min = "1000000G" }\nmetrics ='))
        wait_until(lambda: self.get("/readyz")[0] == 503, "the low disk")
        self.assertIn("disk", self.get("/readyz")[1])
        self.assertEqual(self.get("/healthz")[0], 200)

    def test_bounded(self):
        """Other paths and methods are refused; a request that is too large or none is answered 400; silent connections cost a
        bounded number, and the port answers again when they are gone."""
        self.assertEqual(self.get("/")[0], 404)
        self.assertEqual(self.get("/metrics", "POST")[0], 405)
        self.assertEqual(self.get("/healthz", "HEAD"), (200, ""))
        for request in (b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 20000, b"\x16\x03\x01\x02\x00\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.port), timeout=30) as client:
                client.sendall(request)
                self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 400"))
        idle = [socket.create_connection(("127.0.0.1", self.port), timeout=30) for _ in range(40)]
        refused = 0
        for client in idle[16:]:
            refused += client.recv(1) == b""
        self.assertEqual(refused, len(idle) - 16)
        self.assertEqual(self.relay.send(CLEAN)[0], 250)
        for client in idle:
            client.close()
        wait_until(lambda: self.answers(), "an answer")

    def answers(self):
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def test_loopback_only(self):
        """Metrics are for the machine itself: another address is a fault of the configuration, with exit 78."""
        self.relay.stop()
        self.relay.config.write_text(self.relay.config.read_text().replace(f"127.0.0.1:{self.port}", f"0.0.0.0:{self.port}"))
        done = self.relay.command("check", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("loopback", done.stderr)

    def test_stopping_is_not_ready(self):
        """While the relay drains, /readyz says so."""
        with socket.create_connection(("127.0.0.1", self.relay.port), timeout=30) as client:
            lines = client.makefile("rb")
            lines.readline()
            client.sendall(b"HELO x\r\nMAIL FROM:<a@example.com>\r\n")
            lines.readline()
            lines.readline()
            self.relay.process.send_signal(signal.SIGTERM)
            status, body = wait_until(lambda: (lambda got: got if got[0] == 503 else None)(self.get("/readyz")), "503")
            self.assertIn("listen", json.loads(body)["reasons"][0])
            client.sendall(b"RSET\r\nQUIT\r\n")
            while lines.readline():
                pass

    def test_alerts_and_dashboard_name_real_metrics(self):
        """Each metric, and each label behind `by` or in braces, is in a scrape of a relay that did something of everything."""
        self.relay.send(CLEAN)
        self.relay.send(LOSSY)
        self.relay.send(CLEAN, ["x@elsewhere.example"])
        self.sink.script(DOT="451 4.3.0 not now")
        self.relay.send(CLEAN)
        text = self.get("/metrics")[1]
        families = set(re.findall(r"^# TYPE (\S+)", text, re.M))
        named = {}
        alerts = (ROOT / "samples/prometheus/alerts.yml").read_text()
        expressions = re.findall(r"^ +expr: (.+)$", alerts, re.M)
        self.assertEqual(len(expressions), len(re.findall(r"^ +- alert: Mugaika\w+$", alerts, re.M)))
        board = json.loads((ROOT / "samples/grafana/mugaika.json").read_text())
        expressions += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
        labels = set(re.findall(r'[{,]([a-z_]+)="', text)) | {"job", "cause", "le"}
        for expression in expressions:
            self.assertEqual(expression.count("("), expression.count(")"), expression)
            bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([^)]*\)", " ", expression)
            for name in re.findall(r"[a-z_][a-z_0-9]*", bare):
                if name not in WORDS_OF_PROMQL:
                    named.setdefault(re.sub(r"_(bucket|sum|count)$", "", name), expression)
            for group in re.findall(r"by \(([^)]*)\)", expression):
                self.assertLessEqual(set(re.split(r", *", group)), labels, expression)
        missing = {name: expression for name, expression in named.items() if name not in families}
        self.assertEqual(missing, {})
        self.assertGreater(len(named), 15)
        self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))


if __name__ == "__main__":
    unittest.main()
