"""Plays scripts of tests/dialogue against a running relay, over a socket. The notation is told in dialogue.hpp, whose player
compares every byte; here a reply counts by its code and enhanced code, because the words may be those of a real next hop."""
import pathlib
import re
import socket

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "dialogue"
ESCAPE = re.compile(r"\\(r|n|t|0|\\|x[0-9A-Fa-f]{2})")
HOSTNAME, DOMAIN = "mx.example.lg.jp", "city.example"  # that the scripts speak of
HELLO = "S: 220 \nC: EHLO client.example\nS: 250 "


def unescaped(text):
    plain = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}
    return ESCAPE.sub(lambda found: plain.get(found[1]) or chr(int(found[1][1:], 16)), text).encode("latin-1")


class Dialogue:
    """Of the notation what plays without sockets or answers of one's own (R, M, T, counts) is left out."""

    def __init__(self, name, text):
        self.name = name
        self.steps = []  # (what is sent, the codes of the one reply that is expected next; None: the end)
        waiting = b""
        for line in text.replace("@hello\n", HELLO + "\n").splitlines():
            operation, rest = line[:2], line[3:]
            if operation == "C:":
                waiting += rest.encode() + b"\r\n"
            elif operation == "B:":
                waiting += unescaped(rest)
            elif operation == "S:" and rest[3:4] != "-":
                self.steps.append((waiting, re.match(r"\d{3} (\d\.\d\.\d)?", rest)[0].encode()))
                waiting = b""
            elif operation == "E:":
                self.steps.append((waiting, None))
            elif operation not in ("S:", "S~") and line not in ("@tls", "@whole") and line[:1] not in ("#", ""):
                raise ValueError(f"{name}: {line}")

    @classmethod
    def load(cls, pattern):
        return [cls(path.name, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob(pattern))]

    def play(self, port, source="127.0.0.1", seconds=60):
        """Nothing when all went as written, else what did not."""
        with socket.create_connection(("127.0.0.1", port), seconds, (source, 0)) as connection, connection.makefile("rb") as lines:
            for sent, expected in self.steps:
                connection.sendall(sent)
                if expected is None:
                    rest = lines.read()  # of a handshake that failed, perhaps an alert
                    return f"{self.name}: {rest!r} instead of the end" if re.match(rb"\d{3}[ -]", rest) else None
                line = lines.readline()
                while line[3:4] == b"-":
                    line = lines.readline()
                if not line.startswith(expected):
                    return f"{self.name}: {line!r} instead of {expected!r}"
        return f"{self.name}: has no end"
