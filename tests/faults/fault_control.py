"""The test's half of fault_shim.cpp: which point, which fault, and what was passed. The layout is that of `Control` there."""
import mmap
import os
import pathlib
import struct

MODES = ("none", "fail", "cut", "stall", "kill_before", "kill_after", "kill_workers", "kill_template")
POINTS_MAX, NAME_BYTES, DESCRIPTORS_MAX = 4096, 64, 4096
HEAD = struct.Struct("=8I")
FIELDS = ("armed", "count", "target", "mode", "stall_ms", "hit", "client_port", "next_hop_port")
CUT_AT = HEAD.size + POINTS_MAX * NAME_BYTES
SIZE = CUT_AT + DESCRIPTORS_MAX
CUT_FILE = 1


class FaultControl:
    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "faults"
        self.path.write_bytes(b"\0" * SIZE)
        with open(self.path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), SIZE)

    def environment(self, library, journal=None):
        more = {"LD_PRELOAD": str(library), "MUGAIKA_FAULTS": str(self.path)}
        if journal:
            more["MUGAIKA_FAULTS_JOURNAL"] = str(journal)
        return os.environ | more

    def set(self, **fields):
        for name, value in fields.items():
            struct.pack_into("=I", self.memory, 4 * FIELDS.index(name), value)

    def get(self, name):
        return struct.unpack_from("=I", self.memory, 4 * FIELDS.index(name))[0]

    def arm(self, target=0, mode="none"):
        """From now on points count from 1; at `target` the fault is done, once."""
        self.disarm()
        self.set(count=0, hit=0, target=target, mode=MODES.index(mode))
        self.set(armed=1)

    def disarm(self):
        """Disks work again; a connection that was cut does not come back."""
        self.set(armed=0)
        for at in range(CUT_AT, SIZE):
            if self.memory[at] == CUT_FILE:
                self.memory[at] = 0

    def new_process(self):
        """Its descriptors are not those of the one before."""
        self.memory[CUT_AT:] = b"\0" * DESCRIPTORS_MAX

    def points(self):
        """The names of the points passed since arm()."""
        names = []
        for at in range(min(self.get("count"), POINTS_MAX)):
            start = HEAD.size + at * NAME_BYTES
            names.append(self.memory[start:start + NAME_BYTES].split(b"\0")[0].decode())
        return names
