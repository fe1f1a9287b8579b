"""A log for the bench: as many events as wanted, of a relay with two routes, four mails in ten with a file, all in the order of time."""
import random

KINDS = [("pdf", "application/pdf", "rebuilt"), ("office", "application/msword", "rebuilt"), ("image", "image/jpeg", "rebuilt"),
         ("archive", "application/zip", "quarantined")]
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PATTERNS = 4096  # mails differ in id, time and these; what is beyond repeats


def part(path, kind, detected, action, size):
    method = {"text": "ア", "rebuilt": "ウ-3"}.get(action, "")
    return (f'{{"path":"{path}","name":"資料{path}","declared":"{detected}","detected":"{detected}","kind":"{kind}","attachment":true,'
            f'"bytes":{size},"sha256":"{DIGEST}","charset":"","undecodable":0,"action":"{action}","method":"{method}",'
            f'"reason":"{"encrypted" if action == "quarantined" else "none"}","handler":"codec","out_name":"","out_sha256":"","notes":[]}}')


def pattern(r):
    """The lines of one mail; %(t)s, %(i)s and %(s)s stand for time, id and session."""
    route = r.choice(["city", "town"]) + ".example.lg.jp"
    sender = f"info{r.randrange(500)}@s{r.randrange(300)}.example.com"
    to = ",".join(f'"u{r.randrange(2000)}@{route}"' for _ in range(r.choice([1, 1, 1, 2])))
    parts = [part("1", "text", "text/plain", "text", r.randrange(200, 9000))]
    if r.random() < .4:
        parts.append(part("2", *r.choice(KINDS), r.randrange(2000, 3_000_000)))
    held = "quarantined" in parts[-1]
    verdict = "sanitized" if len(parts) > 1 else "clean"
    reason = "encrypted" if held else "none"
    size = r.randrange(2000, 3_000_000)
    worker = int(r.lognormvariate(9, 1))
    tag = '"id":"%(i)s","session":"%(s)s","route":"' + route + '","message_id":"%(i)s@mail.example.com"'
    head = '{"time":"%(t)s","event":"message.'
    lines = [head + f'received","host":"mx",{tag},"from":"{sender}","to":[{to}],"client":"192.0.2.25","bytes":{size},"sha256":"{DIGEST}"}}',
             head + f'sanitized","host":"mx",{tag},"verdict":"{verdict}","reason":"{reason}","in":{{"bytes":{size},"sha256":"{DIGEST}"}},'
             f'"out":{{"bytes":{size},"sha256":"{DIGEST}"}},"findings":[],"parts":[{",".join(parts)}],"worker_us":{worker}}}']
    if held:
        lines.append(head + f'quarantined","host":"mx",{tag},"item":"%(i)s","reason":"{reason}","bytes":{size}}}')
    lines.append(head + f'delivered","host":"mx",{tag},"from":"{sender}","to":[{to}],"verdict":"{verdict}","reason":"{reason}",'
                 f'"next_hop":"10.0.0.5:25","code":250,"enhanced":"2.0.0","answer":"Ok","worker_us":{worker},"compose_us":{r.randrange(300, 2000)},'
                 f'"deliver_us":{r.randrange(3000, 40000)},"total_us":{worker + r.randrange(5000, 50000)}}}')
    return "\n".join(lines) + "\n", len(lines)


def write_log(path, events):
    """At least so many events of November 2026; returns how many."""
    r = random.Random(7)
    patterns = [pattern(r) for _ in range(PATTERNS)]
    written = mail = 0
    mails = events // 3
    with open(path, "w", encoding="utf-8", buffering=1 << 20) as out:
        while written < events:
            text, lines = patterns[r.randrange(PATTERNS)]
            second = mail * 29 * 86400 // mails
            day, rest = divmod(second, 86400)
            time = f"2026-11-{day + 1:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}.{mail % 1000:03}+09:00"
            out.write(text % {"t": time, "i": f"{mail:016x}", "s": f"{mail // 3:x}"})
            written += lines
            mail += 1
    return written
