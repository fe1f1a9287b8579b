#include "sanitizer/worker/checked_extract.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

Error nonsense(std::string words) { return {Fault::protocol, "worker answer: " + std::move(words)}; }

constexpr std::string_view method_released = "ウ-4";

bool is_released(const Job& job, const PartRow& row) {
    if (!job.profile.release_originals || row.method != method_released) return false;
    return std::find(job.released_parts.begin(), job.released_parts.end(), row.facts.path) != job.released_parts.end();
}

// Programs never cross, a person's order or not (DOMAIN section 2).
bool may_end_so(const Job& job, const PartRow& row) {
    if (row.verdict == PartVerdict::rebuilt && is_released(job, row)) return row.facts.kind != PartKind::executable;
    return row.method != method_released && may_end_as(job.profile, row.facts.kind, row.verdict);
}

// By path; each is to be accounted for by what comes with it.
struct RowUse {
    const PartRow* row;
    bool has_file = false;
};
using Rows = std::map<std::string_view, RowUse>;

Result<Rows> check_rows(const Extract& extract, const Job& job) {
    if (extract.parts.size() > job.budget.parts_max) return nonsense("more parts than the budget");
    Rows rows;
    for (const PartRow& row : extract.parts) {
        const std::string& path = row.facts.path;
        if (!rows.try_emplace(path, RowUse{&row}).second) return nonsense("part " + path + " stands twice");
        if (!may_end_so(job, row)) return nonsense("part " + path + " may not cross under this profile");
        const bool dropped = row.verdict == PartVerdict::removed || row.verdict == PartVerdict::quarantined;
        if (dropped && row.reason == Reason::none) return nonsense("part " + path + " was dropped without a reason");
        if (row.facts.bytes > job.budget.decoded_bytes_max) return nonsense("part " + path + " is over the budget");
    }
    return rows;
}

Result<void> check_texts(const Extract& extract, const Job& job, const Rows& rows) {
    std::uint64_t bytes = 0;
    for (const TextBlock& block : extract.texts) {
        const auto row = rows.find(block.path);
        if (row == rows.end() || row->second.row->verdict != PartVerdict::text) {
            return nonsense("text without a text row, part " + block.path);
        }
        if (block.quote_depth > job.budget.depth_max) return nonsense("text quoted too deeply");
        bytes += block.text.str().size();
    }
    if (bytes > job.budget.text_bytes_max) return nonsense("more text than the budget");
    return {};
}

Result<void> check_file(const SafeFile& file, Rows& rows) {
    const auto found = rows.find(file.path);
    if (found == rows.end() || found->second.row->verdict != PartVerdict::rebuilt) {
        return nonsense("a file without a rebuilt row, part " + file.path);
    }
    const PartRow& row = *found->second.row;
    if (std::exchange(found->second.has_file, true)) return nonsense("two files of part " + file.path);
    if (row.out_name != file.name.str()) return nonsense("a file under another name than its row, part " + file.path);
    const std::string digest = sha256_hex(file.bytes);
    const bool right = digest == row.out_sha256 && (row.method != method_released || digest == row.sha256);
    if (!right) return nonsense("a file whose digest is wrong, part " + file.path);
    return {};
}

Result<void> check_files(const Extract& extract, const Job& job, Rows& rows) {
    std::uint64_t bytes = 0;
    for (const SafeFile& file : extract.files) {
        if (const auto checked = check_file(file, rows); !checked) return checked.error();
        bytes += file.bytes.size();
    }
    if (bytes > job.budget.decoded_bytes_max) return nonsense("more files than the budget");
    for (const auto& [path, use] : rows) {
        if (use.row->verdict == PartVerdict::rebuilt && !use.has_file) {
            return nonsense("a rebuilt row without its file, part " + std::string(path));
        }
    }
    return {};
}

Result<void> check_header(const HeaderFacts& header, const Job& job) {
    const BudgetLimits& budget = job.budget;
    const std::string& by = header.authentication.by;
    if (!by.empty() && std::find(job.believed_ids.begin(), job.believed_ids.end(), by) == job.believed_ids.end()) {
        return nonsense("the word of one who is not believed");
    }
    for (const auto* list : {&header.from, &header.sender, &header.reply_to, &header.to, &header.cc}) {
        if (list->size() > budget.addresses_max) return nonsense("more addresses than the budget");
    }
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
    auto rows = check_rows(untrusted, job);
    if (!rows) return rows.error();
    if (const auto texts = check_texts(untrusted, job, *rows); !texts) return texts.error();
    if (const auto files = check_files(untrusted, job, *rows); !files) return files.error();
    return untrusted;
}

}  // namespace mugaika
