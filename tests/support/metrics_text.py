"""What a scrape says (Prometheus text format 0.0.4), read strictly."""
import re

SAMPLE = re.compile(r'([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)')


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
