#include "sanitizer/worker/checked_extract.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/mail/header_words.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/signature_summary.hpp"
#include "sanitizer/mail/written_size.hpp"

namespace mugaika {
namespace {

Error nonsense(std::string words) { return {Fault::protocol, "worker answer: " + std::move(words)}; }

Error about(const PartRow& row, std::string_view fault) {
    return nonsense("part " + row.facts.path + " " + std::string(fault));
}

bool is_released(const Job& job, const PartRow& row) {
    if (!job.profile.release_originals || row.method != Method::looked_at) return false;
    return std::find(job.released_parts.begin(), job.released_parts.end(), row.facts.path) != job.released_parts.end();
}

// Whoever reads mails rebuilds no files: what a worker gives out is an original that a person ordered, or nothing
// (FILES.md 1.1). Programs never cross, a person's order or not (DOMAIN section 2).
bool may_end_so(const Job& job, const PartRow& row) {
    if (row.verdict == PartVerdict::rebuilt) return is_released(job, row) && row.facts.kind != PartKind::executable;
    return row.method != Method::looked_at && may_end_as(job.profile, row.facts, row.verdict);
}

// By path; each is to be accounted for by what comes with it.
struct RowUse {
    const PartRow* row;
    bool has_text = false;
    bool has_file = false;
    std::uint64_t bytes_inside = 0;  // of the parts that lie in it
    std::uint32_t parts_inside = 0;
};
using Rows = std::map<std::string_view, RowUse>;

// The part that `path` lies in; "" for the mail itself.
std::string_view outer_path(std::string_view path) noexcept {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash);
}

std::uint32_t slashes_in(std::string_view path) noexcept {
    return static_cast<std::uint32_t>(std::count(path.begin(), path.end(), '/'));
}

// How many bytes the parts in this one may have together. No transfer encoding makes more than it is given, so what
// lies in a mail is not more than that mail. A file in a text is as long as it stands there, in the text that was made:
// twice what there is money for when it is cleaned, and up to three times that behind it.
std::uint64_t capacity(const PartRow& row, const BudgetLimits& budget) noexcept {
    return row.facts.kind == PartKind::mail ? row.facts.bytes : std::uint64_t{6} * budget.text_bytes_max;
}

// Two of the methods are of text, one is of originals, the others of files that are made.
bool method_fits(const PartRow& row) noexcept {
    if (row.verdict == PartVerdict::text) return is_of_text(row.method);
    if (row.verdict == PartVerdict::rebuilt) return is_of_file(row.method);
    return row.method == Method::none;
}

bool is_handler_name(std::string_view text) noexcept {
    constexpr std::size_t bytes_max = 32;
    return text.size() <= bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_lower(c) || c == '_'; });
}

// What is wrong with the row by itself; "" for nothing.
std::string_view fault_of(const PartRow& row, const Job& job) {
    constexpr std::size_t name_bytes_max = AnswerLimits().name_bytes_max;
    const bool dropped = row.verdict == PartVerdict::removed || row.verdict == PartVerdict::quarantined;
    if (!may_end_so(job, row)) return "may not cross under this profile";
    if (dropped && row.reason == Reason::none) return "was dropped without a reason";
    if (!method_fits(row)) return "has a method that does not fit";
    if (!is_handler_name(row.handler)) return "has a handler that is none";
    if (row.facts.name.size() > name_bytes_max || row.out_name.size() > name_bytes_max) return "has too long a name";
    if (row.verdict != PartVerdict::rebuilt && !(row.out_name.empty() && row.out_sha256.empty())) {
        return "became no file and names one";
    }
    const bool is_unread = row.facts.bytes == 0 && contains(row.notes, Reason::too_much_decoded);
    if (row.sha256.empty() && !is_unread) return "has no digest";
    return {};
}

// Finds its place in the part around it. "" for nothing wrong.
std::string_view misplaced(const PartRow& row, Rows& rows, const Job& job) {
    const std::string_view outer = outer_path(row.facts.path);
    if (outer.empty()) return {};
    const auto found = rows.find(outer);
    if (found == rows.end()) return "lies in a part that is not there";
    RowUse& around = found->second;
    const bool in_mail = around.row->facts.kind == PartKind::mail;
    if (in_mail && around.row->verdict != PartVerdict::text) return "lies in a mail that was not read";
    if (!in_mail && row.verdict == PartVerdict::text) return "is text of a file in a text";
    ++around.parts_inside;
    around.bytes_inside += row.facts.bytes;
    if (around.bytes_inside > capacity(*around.row, job.budget)) return "does not fit into the part around it";
    return {};
}

Result<Rows> check_rows(const Extract& extract, const Job& job) {
    if (extract.parts.size() > job.budget.parts_max) return nonsense("more parts than the budget");
    if (extract.parts.empty() && job.budget.parts_max > 0) return nonsense("no part at all");
    Rows rows;
    std::string_view before;
    std::uint64_t bytes = 0;          // of all
    std::uint64_t bytes_outmost = 0;  // of those that lie in no other
    for (const PartRow& row : extract.parts) {
        const std::string& path = row.facts.path;
        if (!rows.try_emplace(path, RowUse{&row}).second) return nonsense("part " + path + " stands twice");
        if (!is_behind(path, before)) return nonsense("part " + path + " is out of order");
        before = path;
        if (row.facts.bytes > job.budget.decoded_bytes_max - bytes)
            return nonsense("part " + path + " is over the budget");
        bytes += row.facts.bytes;
        if (outer_path(path).empty()) bytes_outmost += row.facts.bytes;
        if (bytes_outmost > job.mail_bytes) return nonsense("part " + path + " does not fit into the mail");
        if (const auto fault = fault_of(row, job); !fault.empty()) return about(row, fault);
        if (const auto fault = misplaced(row, rows, job); !fault.empty()) return about(row, fault);
    }
    return rows;
}

// ---- texts

TextRole role_of(const PartFacts& facts) noexcept {
    if (facts.kind == PartKind::mail) return TextRole::quoted;
    const bool can_be_body = facts.kind == PartKind::text || facts.kind == PartKind::html;
    return can_be_body && !facts.is_attachment ? TextRole::body : TextRole::attached;
}

bool summary_fits(const TextBlock& block) {
    constexpr std::array<std::string_view, 4> fields{"From", "To", "Subject", "Date"};  // in this order
    auto next = fields.begin();
    for (const auto& [name, value] : block.summary) {
        next = std::find(next, fields.end(), name);
        if (next == fields.end() || value.str().size() > AnswerLimits().summary_line_bytes_max) return false;
        ++next;
    }
    return block.summary.empty() || block.role == TextRole::quoted;
}

std::string_view fault_of(const TextBlock& block, const PartRow& row) {
    if (row.verdict != PartVerdict::text) return "is no text and has one";
    if (block.role != role_of(row.facts)) return "is shown as what it is not";
    const bool is_heading = block.role == TextRole::quoted;
    if (block.text.empty() != is_heading) return "has a text where a heading belongs, or none";
    const std::uint32_t depth = slashes_in(block.path) + (is_heading ? 1 : 0);
    if (block.quote_depth != depth) return "is quoted unlike its place";
    if (block.title.str().size() > AnswerLimits().name_bytes_max) return "has too long a title";
    if (!summary_fits(block)) return "has a summary that is none";
    return {};
}

// What became text is there to be read, or it is said that nothing was in it.
Result<void> check_shown(const Extract& extract, const Rows& rows) {
    const bool is_whole = !contains(extract.findings, Reason::too_many_parts);
    for (const auto& [path, use] : rows) {
        const PartRow& row = *use.row;
        if (row.verdict != PartVerdict::text) continue;
        const bool is_mail = row.facts.kind == PartKind::mail;
        const bool is_said = !is_mail && (row.facts.bytes == 0 || contains(row.notes, Reason::empty_part));
        if (!use.has_text && !is_said) return about(row, "became text of which there is none");
        if (is_mail && is_whole && use.parts_inside == 0) return about(row, "is a mail without a part");
    }
    return {};
}

Result<void> check_texts(const Extract& extract, const Job& job, Rows& rows) {
    std::uint64_t bytes = 0;
    std::string_view before;
    for (const TextBlock& block : extract.texts) {
        const auto found = rows.find(block.path);
        if (found == rows.end()) return nonsense("text without a row, part " + block.path);
        const PartRow& row = *found->second.row;
        if (!is_behind(block.path, before)) return about(row, "has its text out of order");
        before = block.path;
        if (const auto fault = fault_of(block, row); !fault.empty()) return about(row, fault);
        found->second.has_text = true;
        bytes += written_bytes(block);
    }
    if (bytes > job.budget.text_bytes_max) return nonsense("more text than the budget, as it is written");
    return check_shown(extract, rows);
}

// ---- files

Result<void> check_file(const SafeFile& file, Rows& rows) {
    const auto found = rows.find(file.path);
    if (found == rows.end() || found->second.row->verdict != PartVerdict::rebuilt) {
        return nonsense("a file without a rebuilt row, part " + file.path);
    }
    const PartRow& row = *found->second.row;
    if (std::exchange(found->second.has_file, true)) return nonsense("two files of part " + file.path);
    if (row.out_name != file.name.str()) return nonsense("a file under another name than its row, part " + file.path);
    const std::string digest = sha256_hex(file.bytes);
    const bool is_original = row.method == Method::looked_at;
    const bool right =
        digest == row.out_sha256 && (!is_original || (digest == row.sha256 && file.bytes.size() == row.facts.bytes));
    if (!right) return nonsense("a file whose digest is wrong, part " + file.path);
    return {};
}

Result<void> check_files(const Extract& extract, const Job& job, Rows& rows) {
    std::uint64_t bytes = 0;
    for (const SafeFile& file : extract.files) bytes += file.bytes.size();
    if (bytes > job.budget.files_bytes_max) return nonsense("more files than the budget");
    for (const SafeFile& file : extract.files) {
        if (const auto checked = check_file(file, rows); !checked) return checked.error();
    }
    for (const auto& [path, use] : rows) {
        if (use.row->verdict == PartVerdict::rebuilt && !use.has_file) {
            return nonsense("a rebuilt row without its file, part " + std::string(path));
        }
    }
    return {};
}

// ---- signatures

std::string_view fault_of(const SignatureFact& fact, const Extract& extract, const Rows& rows) {
    for (const auto* line : {&fact.signer, &fact.issuer}) {
        if (line->str().size() > signature_name_bytes_max) return "has too long a name";
    }
    const bool is_valid = fact.fault == SignatureFault::none;
    if (is_valid && (fact.signer.empty() || fact.issuer.empty())) return "is valid and nobody's";
    if (is_valid && any_ambiguous(extract.findings)) return "is valid in a mail that can be seen as two";
    if (fact.path.empty()) return {};
    const auto found = rows.find(fact.path);
    if (found == rows.end()) return "is of a part that is not there";
    const PartRow& row = *found->second.row;
    if (row.facts.kind == PartKind::signature) return {};
    const bool is_mail = row.facts.kind == PartKind::mail && row.verdict == PartVerdict::text;
    return is_mail ? std::string_view() : "is of a part that is none";
}

bool says_so(const std::vector<Reason>& said, Reason due) {
    const auto others = std::count_if(said.begin(), said.end(), is_signature_reason);
    return due == Reason::none ? others == 0 : others == 1 && contains(said, due);
}

// What rows and findings say is what the facts come to, and nothing is said without them.
Result<void> check_signatures(const Extract& extract, const Job& job, const Rows& rows) {
    const std::vector<SignatureFact>& facts = extract.signatures;
    if (!facts.empty() && job.signatures.certificates.empty()) return nonsense("signatures where nobody is trusted");
    for (const SignatureFact& fact : facts) {
        if (const auto fault = fault_of(fact, extract, rows); !fault.empty()) {
            return nonsense("the signature at " + fact.path + " " + std::string(fault));
        }
    }
    if (!says_so(extract.findings, signature_reason(facts, "")))
        return nonsense("signatures of the mail said otherwise");
    for (const auto& [path, use] : rows) {
        std::vector<Reason> said = use.row->notes;
        said.push_back(use.row->reason);
        if (!says_so(said, signature_reason(facts, path))) return about(*use.row, "says of its signature otherwise");
    }
    return {};
}

// ---- header

std::string_view fault_of(const std::vector<Mailbox>& list, const BudgetLimits& budget) {
    if (list.size() > budget.addresses_max) return "more addresses than the budget";
    const bool long_name = std::any_of(list.begin(), list.end(), [&](const Mailbox& mailbox) {
        return mailbox.name.str().size() > budget.header_text_bytes_max;
    });
    return long_name ? "a display name over the budget" : "";
}

// An author whose address the composer cannot write is shown otherwise than the mail says, so it has to be said.
bool hides_author(const Extract& extract) {
    const auto& from = extract.header.from;
    return !from.empty() && !header_words::is_writable_address(from.front().address) &&
           !contains(extract.findings, Reason::from_unwritable);
}

Result<void> check_header(const HeaderFacts& header, const Job& job) {
    const BudgetLimits& budget = job.budget;
    const std::string& by = header.authentication.by;
    if (!by.empty() && std::find(job.believed_ids.begin(), job.believed_ids.end(), by) == job.believed_ids.end()) {
        return nonsense("the word of one who is not believed");
    }
    for (const auto* list : {&header.from, &header.sender, &header.reply_to, &header.to, &header.cc}) {
        if (const auto fault = fault_of(*list, budget); !fault.empty()) return nonsense(std::string(fault));
    }
    const std::uint64_t raw_bytes_max = std::min<std::uint64_t>(job.mail_bytes, budget.header_bytes_max);
    if (written_bytes(header) > raw_bytes_max * AnswerLimits().header_growth_max) {
        return nonsense("more header than the mail can hold");
    }
    if (header.received_count > budget.header_fields_max) return nonsense("more hops than fields");
    if (header.sender.size() > 1) return nonsense("several senders");
    if (header.in_reply_to.size() > budget.references_max || header.references.size() > budget.references_max) {
        return nonsense("more references than the budget");
    }
    for (const auto* line : {&header.from_text, &header.subject, &header.list_name, &header.first_hop}) {
        if (line->str().size() > budget.header_text_bytes_max) return nonsense("a header text over the budget");
    }
    return {};
}

}  // namespace

Result<Extract> check_extract(Extract untrusted, const Job& job) {
    if (const auto header = check_header(untrusted.header, job); !header) return header.error();
    if (hides_author(untrusted)) return nonsense("an author that cannot be written and is not said");
    auto rows = check_rows(untrusted, job);
    if (!rows) return rows.error();
    if (const auto texts = check_texts(untrusted, job, *rows); !texts) return texts.error();
    if (const auto files = check_files(untrusted, job, *rows); !files) return files.error();
    if (const auto signatures = check_signatures(untrusted, job, *rows); !signatures) return signatures.error();
    return untrusted;
}

}  // namespace mugaika
