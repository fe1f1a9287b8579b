// Mails written down in a test, and what the pipeline reads in them.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sanitizer/sandboxed/pipeline.hpp"

namespace mugaika::sandboxed::test {

inline const FileTyper& typer() {
    static const FileTyper loaded = FileTyper::load().value();
    return loaded;
}

inline Extract read(const std::string& mail, const Job& job = {}) { return read_mail(mail, job, typer()); }

// Test mails are written with LF; on the wire lines end with CRLF.
inline std::string crlf(const std::string& text) {
    std::string out;
    for (char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

inline const std::string head =
    "From: =?UTF-8?B?5bGx55Sw?= <a@example.jp>\nTo: b@city.example.lg.jp\nSubject: test\nMIME-Version: 1.0\n";

// A multipart mail of the given parts, each with its own header.
inline std::string multipart(const std::string& subtype, const std::vector<std::string>& parts,
                             const std::string& boundary = "b0") {
    std::string mail = "Content-Type: multipart/" + subtype + "; boundary=" + boundary + "\n\n";
    for (const std::string& part : parts) mail += "--" + boundary + "\n" + part + "\n";
    return mail + "--" + boundary + "--\n";
}

inline std::string text_part(const std::string& text) { return "Content-Type: text/plain; charset=utf-8\n\n" + text; }
inline std::string html_part(const std::string& html) { return "Content-Type: text/html; charset=utf-8\n\n" + html; }
inline std::string file_part(const std::string& type, const std::string& name, const std::string& bytes) {
    return "Content-Type: " + type + "\nContent-Disposition: attachment; filename=\"" + name + "\"\n\n" + bytes;
}
inline std::string mail_part(const std::string& mail) { return "Content-Type: message/rfc822\n\n" + mail; }

inline const PartRow& row(const Extract& extract, const std::string& path) {
    const auto found = std::find_if(extract.parts.begin(), extract.parts.end(),
                                    [&](const PartRow& one) { return one.facts.path == path; });
    INFO("row " << path);
    REQUIRE(found != extract.parts.end());
    return *found;
}

using Paths = std::vector<std::string>;
inline Paths paths(const Extract& extract) {
    Paths list;
    for (const PartRow& one : extract.parts) list.push_back(one.facts.path);
    return list;
}

inline std::string all_text(const Extract& extract) {
    std::string all;
    for (const TextBlock& block : extract.texts) all += block.text.str();
    return all;
}

}  // namespace mugaika::sandboxed::test
