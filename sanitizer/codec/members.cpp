#include "sanitizer/codec/members.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/codec/archive/read_archive.hpp"
#include "sanitizer/codec/mail_members.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/sandboxed/kinds.hpp"
#include "sanitizer/sandboxed/leaf.hpp"

namespace mugaika::codec {
namespace {

using sandboxed::Part;

bool is_called_page(std::string_view name) {
    const std::string lower = ascii::to_lower(name);
    return lower.ends_with(".html") || lower.ends_with(".htm") || lower.ends_with(".xhtml");
}

// As a part of a mail is looked at. The folders it lies in stay before its name.
Part described(ArchiveMember&& member, const sandboxed::FileTyper& typer) {
    Part part;
    part.facts.is_attachment = true;
    part.notes = std::move(member.notes);
    part.untrusted_bytes = std::move(member.untrusted_bytes);
    const std::size_t slash = member.name.rfind('/');
    const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
    sandboxed::describe_bytes(part, std::string_view(member.name).substr(begin), typer);
    // Nobody declared a type; of a text the name does. A page may begin like any text.
    if (part.facts.kind == PartKind::text && is_called_page(member.name)) {
        part.facts.kind = PartKind::html;
        part.facts.detected_type = "text/html";
    }
    // Its text has no body to stand in here: it is a file, beside those that are attached to it.
    if (part.facts.kind == PartKind::mail) part.facts.kind = PartKind::archive;
    if (part.facts.name.empty()) part.facts.name = "file.bin";
    part.facts.name.insert(0, member.name, 0, begin);
    return part;
}

MemberSeen seen_of(const Part& part, Reason held) {
    MemberSeen seen;
    seen.held = held;
    if (seen.held == Reason::none) {
        seen.sha256 = sha256_hex(part.untrusted_bytes);
        if (sandboxed::is_never_made(part.facts.kind)) seen.held = sandboxed::why_not_made(part);
        if (part.untrusted_bytes.empty()) seen.held = Reason::empty_file;
    }
    seen.facts = part.facts;
    seen.notes = part.notes;
    return seen;
}

std::optional<FileNotMade> read(const Part& archive, const BudgetLimits& budget, FilePurse& purse,
                                const sandboxed::FileTyper& typer, const WantedMembers& wanted,
                                const MemberSink& sink) {
    const PartFacts& facts = archive.facts;
    if (facts.detected_type == mail_type) {
        return read_mail_file(archive.untrusted_bytes, budget, purse, typer, wanted, sink);
    }
    return read_archive(archive.untrusted_bytes, facts.detected_type, facts.name, purse, wanted, sink);
}

}  // namespace

void UnpackedMembers::keep(Member member) {
    bytes_ += member.part.untrusted_bytes.size();
    are_all_ = bytes_ <= FileLimits().errand_bytes_max;
    if (are_all_) {
        members_.push_back(std::move(member));
    } else {
        std::vector<Member>().swap(members_);
    }
}

std::optional<UnpackedMembers::Member> UnpackedMembers::take(std::size_t number) {
    const auto found = std::lower_bound(members_.begin(), members_.end(), number,
                                        [](const Member& one, std::size_t wanted) { return one.number < wanted; });
    if (found == members_.end() || found->number != number) return std::nullopt;
    std::optional<Member> member = std::move(*found);
    members_.erase(found);
    return member;
}

FileOutcome list_members(const Part& archive, const BudgetLimits& budget, FilePurse& purse,
                         const sandboxed::FileTyper& typer, const IsKnown& is_known, UnpackedMembers& unpacked) {
    MembersSeen seen;
    bool has_known_letter = false;
    const auto take = [&](std::size_t number, ArchiveMember&& member) {
        const bool is_letter = member.is_letter;
        const Reason why_held = member.held;
        Part part = described(std::move(member), typer);
        if (is_letter && is_known(part)) {
            has_known_letter = true;
        } else {
            seen.members.push_back(seen_of(part, why_held));
            if (why_held == Reason::none) unpacked.keep({number, std::move(part), seen.members.back().sha256});
        }
        return OnMember::go_on;
    };
    const auto held = read(archive, budget, purse, typer, {}, take);
    if (held) return *held;
    // A list of nothing says that nothing is missed; that is so only where a letter is known.
    if (seen.members.empty() && !has_known_letter) return FileNotMade{Reason::empty_file, "nothing in it"};
    return seen;
}

void each_member(const Part& archive, const std::vector<std::uint32_t>& numbers, const BudgetLimits& budget,
                 FilePurse& purse, const sandboxed::FileTyper& typer, const PartSink& sink) {
    auto wanted = numbers.begin();
    const auto take = [&](std::size_t at, ArchiveMember&& member) {
        if (wanted == numbers.end()) return OnMember::stop;
        if (at != *wanted) return OnMember::go_on;
        ++wanted;
        const bool is_held = member.held != Reason::none;
        return sink(is_held ? std::nullopt : std::optional<Part>(described(std::move(member), typer)));
    };
    read(archive, budget, purse, typer, WantedMembers(numbers), take);
}

std::optional<Part> member_of(const Part& archive, std::uint32_t number, const BudgetLimits& budget, FilePurse& purse,
                              const sandboxed::FileTyper& typer) {
    std::optional<Part> found;
    each_member(archive, {number}, budget, purse, typer, [&](std::optional<Part> member) {
        found = std::move(member);
        return OnMember::stop;
    });
    return found;
}

}  // namespace mugaika::codec
