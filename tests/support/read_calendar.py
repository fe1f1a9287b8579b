#!/usr/bin/python3
"""read_calendar.py [original] ics|vcf < FILE: what two readers that are not ours (python3-icalendar, python3-vobject) understand of a calendar or a contact,
as JSON on standard output; fails when one of them finds it wrong. "original ics": of a file that need not be right."""
import json
import sys

import icalendar
import vobject


def calendar(text):
    if sys.argv[1] != "original":
        vobject.readOne(text).validate(raiseException=True)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return [{"uid": str(event.get("UID", "")), "start": str(event["DTSTART"].dt), "summary": str(event.get("SUMMARY", "")),
             "location": str(event.get("LOCATION", "")), "rule": event["RRULE"].to_ical().decode() if "RRULE" in event else ""}
            for event in events]


def card(text):
    read = vobject.readOne(text)
    read.validate(raiseException=True)
    return {"fn": read.fn.value, "family": read.n.value.family, "given": read.n.value.given, "tel": read.tel.value,
            "tel_types": read.tel.params.get("TYPE", []), "fields": sorted(read.contents)}


given = sys.stdin.buffer.read().decode()
print(json.dumps(calendar(given) if sys.argv[-1] == "ics" else card(given), ensure_ascii=False))
