"""Many comparisons as one table by kind, against the targets."""
import collections
import statistics

from . import kinds

PROMISED = ("pdf", "docx", "xlsx", "pptx", "jpg", "png")  # kinds of which most must arrive rebuilt
REBUILT_MIN, RECALL_MEDIAN, RECALL_TENTH, INK_MEDIAN, SIZE_MAX = 0.98, 1.0, 0.995, 0.995, 1.5
PICTURED_INK_MEDIAN = 0.98
CONVERTED_MEDIAN = 0.99  # of text, by readers that are not LibreOffice, and have faults of their own
HEAD = ("kind", "files", "rebuilt", "held", "opens", "text recall, median / p10", "precision", "counts the same / said / unsaid", "pages equal",
        "ink F1, median / p10", "fonts the same", "laws", "size, median / p90")


def tenth(values):
    return sorted(values)[(len(values) - 1) // 10]


def ninetieth(values):
    return sorted(values)[-1 - (len(values) - 1) // 10]


def pair(values, low):
    """A median and the percentile beside it; cut, not rounded: what is below 1 must not read 1."""
    cut = lambda value: f"{int(value * 10000) / 10000:g}"  # noqa: E731
    return f"{cut(statistics.median(values))} / {cut(low(values))}" if values else "–"


class Kind:
    """All files of one kind."""

    def __init__(self, name, results):
        self.name, self.results = name, results
        self.made = [result for result in results if result["outcome"] == "made"]
        self.measured = [result for result in self.made if not result["unread"]]
        self.held = collections.Counter(result["outcome"] for result in results if result["outcome"] != "made")

    def values(self, key):
        return [result[key] for result in self.measured if result[key] is not None]

    def row(self):
        n, m = len(self.made), self.measured
        changed = [sum(1 for r in m if not r["changed"] and not r["unexplained"]), sum(1 for r in m if r["changed"] and not r["unexplained"]),
                   sum(1 for r in m if r["unexplained"])]
        return (self.name, len(self.results), n, ", ".join(f"{c} {w}" for w, c in self.held.most_common()) or "–",
                f"{sum(1 for r in self.made if not r['complaints'])} of {n}", pair(self.values("recall"), tenth), pair(self.values("precision"), tenth),
                " / ".join(map(str, changed)), f"{sum(1 for r in m if r['pages'][0] == r['pages'][1])} of {len(m)}", pair(self.values("ink"), tenth),
                f"{sum(1 for r in m if not r['fonts'])} of {len(m)}", f"{sum(1 for r in self.made if not r['laws'])} of {n}",
                pair([r["size"] for r in self.made], ninetieth))

    def missed(self, whole=True):
        """whole: of a sample it cannot be told how many of all arrive."""
        if whole and self.name in PROMISED and len(self.made) < REBUILT_MIN * len(self.results):
            yield f"{len(self.made)} of {len(self.results)} rebuilt, wanted {REBUILT_MIN:.0%}"
        recall, ink, sizes = self.values("recall"), self.values("ink"), [r["size"] for r in self.made]
        if self.name in kinds.CONVERTED:
            if recall and statistics.median(recall) < CONVERTED_MEDIAN:
                yield f"text recall {statistics.median(recall):.4f} in the median, wanted {CONVERTED_MEDIAN}"
            recall = []
        if recall and statistics.median(recall) < RECALL_MEDIAN:
            yield f"text recall {statistics.median(recall):.4f} in the median, wanted all"
        if recall and tenth(recall) < RECALL_TENTH:
            yield f"text recall {tenth(recall):.4f} at the tenth percentile, wanted {RECALL_TENTH}"
        wanted = PICTURED_INK_MEDIAN if self.name in kinds.PICTURED else INK_MEDIAN
        if ink and statistics.median(ink) < wanted:
            yield f"ink F1 {statistics.median(ink):.4f} in the median, wanted {wanted}"
        if self.name in PROMISED and sizes and ninetieth(sizes) > SIZE_MAX:
            yield f"size {ninetieth(sizes):.2f} at the ninetieth percentile, wanted {SIZE_MAX}"
        for result in self.results:
            yield from (f"{result['name']}: {words}" for words in unforgivable(result))


def unforgivable(result):
    """What no single file may have."""
    if result["outcome"] in ("died", "refused"):
        yield f"{result['outcome']}: {result['words']}"
    if result["outcome"] != "made":
        return
    yield from result["complaints"] + result["laws"]
    if result["pages"][0] != result["pages"][1]:
        yield f"pages {result['pages'][0]} → {result['pages'][1]}"
    yield from (f"{words}, and the ledger does not say why" for words in result["unexplained"])
    if result["fonts"]:
        yield f"fonts differ: {', '.join(result['fonts'][:4])}"


def by_kind(results):
    grouped = collections.defaultdict(list)
    for result in results:
        grouped[result["kind"]].append(result)
    return [Kind(name, grouped[name]) for name in kinds.ALL if name in grouped]


def table(groups):
    rows = [HEAD, ["---"] * len(HEAD), *(group.row() for group in groups)]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)


def badness(result):
    """Small is bad."""
    numbers = [value for value in (result["recall"], result["precision"], result["ink"]) if value is not None]
    return min(numbers, default=1.0)


def worst(groups, count):
    for group in groups:
        for result in sorted(group.measured, key=badness)[:count]:
            if badness(result) < 0.9999:
                score = {key: round(result[key], 4) for key in ("recall", "precision", "ink", "levels") if result[key] is not None}
                yield f"{group.name}: {result['name']}: " + ", ".join(f"{key} {value}" for key, value in score.items())
