#!/usr/bin/env python3
"""A small mail server that stands for the LGWAN side in the demo and the system tests.

Takes mail on 127.0.0.1, keeps each in FOLDER as NNNN.eml with NNNN.json (envelope) beside it, and refuses recipients whose
local part begins with "unknown". Raw bytes are kept as they came, dots unstuffed, so that tests can look at line ends.
With --script FILE its answers can be set: a JSON object {verb: reply line}, read anew for every command; the
replies "close" and "silent" drop the connection or say nothing, "wait" waits until the script says something else. Prints its port, then serves until it is ended.
"""
import argparse
import asyncio
import json
import pathlib


class Sink:
    def __init__(self, folder, script=None, keep=True, smtputf8=True):
        self.folder = pathlib.Path(folder) if folder else None
        self.script_file = pathlib.Path(script) if script else None
        self.keep = keep
        self.smtputf8 = smtputf8
        # A restarted sink goes on counting, so that no mail is overwritten.
        self.count = len(list(self.folder.glob("*.eml"))) if folder else 0

    def scripted(self, verb):
        if self.script_file and self.script_file.exists():
            return json.loads(self.script_file.read_text() or "{}").get(verb)
        return None

    async def serve(self, reader, writer):
        try:
            await self.session(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, writer, verb, line):
        scripted = self.scripted(verb)
        if scripted == "silent":
            return "silent"
        if scripted == "close":
            raise ConnectionError
        while scripted == "wait":
            await asyncio.sleep(0.02)
            scripted = self.scripted(verb)
        line = scripted or line
        writer.write(line.encode() + b"\r\n")
        return line

    async def session(self, reader, writer):
        await self.answer(writer, "GREETING", "220 lgwan.example.lg.jp ESMTP")
        sender, recipients = None, []
        while True:
            line = (await reader.readuntil(b"\n")).rstrip(b"\r\n").decode("utf-8", "replace")
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                offers = ["lgwan.example.lg.jp", "PIPELINING", "SIZE 104857600", "8BITMIME", "ENHANCEDSTATUSCODES"]
                offers += ["SMTPUTF8"] if self.smtputf8 else []
                reply = self.scripted("EHLO") or "\r\n".join(
                    ("250-" if n + 1 < len(offers) else "250 ") + offer for n, offer in enumerate(offers))
                writer.write(reply.encode() + b"\r\n")
            elif verb == "MAIL":
                sender, recipients = line, []
                await self.answer(writer, verb, "250 2.1.0 Ok")
            elif verb == "RCPT":
                if "<unknown" in line.lower():
                    writer.write(b"550 5.1.1 No such user here\r\n")
                else:
                    said = await self.answer(writer, verb, "250 2.1.5 Ok")
                    if said.startswith("250"):
                        recipients.append(line)
            elif verb == "DATA":
                if not recipients:
                    writer.write(b"503 5.5.1 No valid recipients\r\n")
                    continue
                said = await self.answer(writer, verb, "354 Go ahead")
                if not said.startswith("354"):
                    continue
                data = await self.read_data(reader)
                number = self.store(sender, recipients, data)
                await self.answer(writer, "DOT", f"250 2.0.0 Ok: queued as {number:04d}")
            elif verb == "QUIT":
                writer.write(b"221 2.0.0 Bye\r\n")
                await writer.drain()
                return
            else:
                writer.write(b"250 2.0.0 Ok\r\n")
            await writer.drain()

    async def read_data(self, reader):
        lines = []
        while True:
            line = await reader.readuntil(b"\n")
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b".") else line)

    def store(self, sender, recipients, data):
        self.count += 1
        if self.keep and self.folder:
            base = self.folder / f"{self.count:04d}"
            base.with_suffix(".json").write_text(json.dumps({"sender": sender, "recipients": recipients}))
            part = base.with_suffix(".part")
            part.write_bytes(data)
            part.rename(base.with_suffix(".eml"))
        return self.count


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script")
    parser.add_argument("--no-smtputf8", action="store_true")
    args = parser.parse_args()
    sink = Sink(args.folder, args.script, smtputf8=not args.no_smtputf8)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", args.port, limit=1 << 26)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
