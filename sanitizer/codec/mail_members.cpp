#include "sanitizer/codec/mail_members.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "policy/findings.hpp"
#include "policy/locked_file.hpp"
#include "policy/reason.hpp"
#include "sanitizer/codec/archive/member_names.hpp"
#include "sanitizer/sandboxed/attached_summary.hpp"
#include "sanitizer/sandboxed/find_part.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"

namespace mugaika::codec {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

void add_fields(std::string& out, const std::vector<std::pair<std::string, PlainLine>>& fields,
                const std::string& quotes) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> labels{
        {{"From", "差出人"}, {"To", "宛先"}, {"Subject", "件名"}, {"Date", "日時"}}};
    for (const auto& [name, value] : fields) {
        const auto* const label =
            std::find_if(labels.begin(), labels.end(), [&, field = &name](const auto& l) { return l.first == *field; });
        out.append(quotes).append(label == labels.end() ? std::string_view(name) : label->second);
        out.append(": ").append(value.str()).append("\n");
    }
}

void add_lines(std::string& out, std::string_view text, const std::string& quotes) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out.append(quotes).append(text.substr(0, end)).append("\n");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

// Mails attached to it are quoted below, each level with a mark more, up to as many as the reader of mails shows.
std::string letter_of(const Extract& mail) {
    std::string out(byte_order_mark);
    add_fields(out, sandboxed::attached_summary(mail.header), "");
    for (const TextBlock& block : mail.texts) {
        std::string quotes;
        for (std::uint32_t i = 0; i < std::min(block.quote_depth, AnswerLimits().quote_depth_shown); ++i)
            quotes += "> ";
        out += "\n";
        if (!block.title.str().empty()) out.append(quotes).append("［").append(block.title.str()).append("］\n");
        add_fields(out, block.summary, quotes);
        add_lines(out, block.text.str(), quotes);
    }
    return out;
}

// What is no text and is missed where it is left out.
bool is_file(const PartRow& row) noexcept {
    return row.verdict == PartVerdict::quarantined ||
           (row.verdict == PartVerdict::removed && weight(row.reason) == Weight::lossy);
}

// A codec may be asked for it.
bool is_given(const PartRow& row) noexcept {
    return row.reason == Reason::not_rebuilt || row.reason == Reason::name_lies ||
           (row.reason == Reason::encrypted && opens_by_password(lock_of(row.facts)));
}

bool is_understood(const Extract& mail) {
    return std::none_of(mail.findings.begin(), mail.findings.end(),
                        [](Reason finding) { return weight(finding) >= Weight::ambiguous; });
}

struct Files {
    std::vector<const PartRow*> rows;
    std::vector<archive::RawName> names;  // and one more for the text
};

Files files_of(const Extract& mail) {
    Files files;
    for (const PartRow& row : mail.parts) {
        if (!is_file(row)) continue;
        files.rows.push_back(&row);
        const std::string number = std::to_string(files.rows.size());
        files.names.push_back({row.facts.name.empty() ? "添付ファイル" + number : row.facts.name, true});
    }
    files.names.push_back({"本文.txt", true});
    return files;
}

}  // namespace

std::optional<FileNotMade> read_mail_file(std::string_view untrusted, const BudgetLimits& budget, FilePurse& purse,
                                          const sandboxed::FileTyper& typer, const WantedMembers& wanted,
                                          const MemberSink& sink) {
    Job reading;
    reading.budget = budget;
    reading.mail_bytes = untrusted.size();
    const Extract mail = sandboxed::read_mail(untrusted, reading, typer);
    if (!is_understood(mail)) return FileNotMade{Reason::document_damaged, "a mail that is understood in several ways"};
    const Files files = files_of(mail);
    if (files.names.size() > purse.limits().archive_members_max) {
        return FileNotMade{Reason::too_many_members, "the mail has more files than allowed"};
    }
    auto names =
        archive::judge_names(files.names, purse.limits().archive_name_bytes_max, archive::SameName::is_numbered);
    for (std::size_t i = 0; i < names.size(); ++i) {
        ArchiveMember member;
        member.name = std::move(names[i].path);
        member.notes = std::move(names[i].notes);
        member.held = names[i].held;
        const bool is_letter = i == files.rows.size();
        member.is_letter = is_letter;
        if (!is_letter && !is_given(*files.rows[i])) member.held = files.rows[i]->reason;
        if (member.held == Reason::none && wanted.holds(i + 1)) {
            auto found =
                is_letter ? std::nullopt : sandboxed::find_part(untrusted, files.rows[i]->facts.path, budget, typer);
            if (is_letter) member.untrusted_bytes = letter_of(mail);
            if (found) member.untrusted_bytes = std::move(found->part.untrusted_bytes);
            if (!purse.take_inner(member.untrusted_bytes.size())) {
                member.untrusted_bytes.clear();
                member.held = Reason::inner_too_large;
            }
        }
        if (sink(i + 1, std::move(member)) == OnMember::stop) break;
    }
    return std::nullopt;
}

}  // namespace mugaika::codec
