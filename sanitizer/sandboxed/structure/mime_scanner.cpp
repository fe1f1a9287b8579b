#include "sanitizer/sandboxed/structure/mime_scanner.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/structure/boundary_stack.hpp"
#include "sanitizer/sandboxed/structure/content_type.hpp"
#include "sanitizer/sandboxed/structure/entity_header.hpp"
#include "sanitizer/sandboxed/structure/header_block.hpp"
#include "sanitizer/sandboxed/structure/line_reader.hpp"
#include "sanitizer/sandboxed/text/transfer_decoding.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t dash_lines_max = 4000;  // past it only delimiters are remembered, and of those twice as many

using Kind = BoundaryStack::Match::Kind;

// What mailers write between the parts of a multipart never looks like this.
bool looks_like_part_header(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 3> fields{
        "Content-Type:", "Content-Transfer-Encoding:", "Content-Disposition:"};
    return std::any_of(fields.begin(), fields.end(), [&](auto field) { return ascii::istarts_with(line, field); });
}

// Lines, or boundaries, that readers who compare beginnings take for other delimiters than we do: the multipart whose
// boundary it is, and what it is called where they see another mail.
using SecondViews = std::set<std::pair<std::int32_t, Reason>>;

class Scanner {
public:
    Scanner(std::string_view mail, const BudgetLimits& limits, std::uint32_t depth_so_far, Delimiters delimiters)
        : reader_(mail), limits_(limits), depth_so_far_(depth_so_far), boundaries_(delimiters) {}

    Scan run();
    // Of the last run.
    const SecondViews& second_views() const noexcept { return second_views_; }

private:
    // Where a line of a body belongs.
    enum class Region { leaf, preamble, epilogue };
    // What has been seen outside of the parts: a header that some reader may take for a part's, its end.
    enum class Outside { text, part_header, part_body };

    void open_entity(std::int32_t parent);
    void read_header(Entity&);
    void open_multipart(std::int32_t index, ContentType);
    void on_body_line(const Line&);
    void remember_dash_line(const Line&, bool is_delimiter);
    void on_delimiter(const Line&, const BoundaryStack::Match&);
    void note_second_view(const BoundaryStack::Match&);
    void on_outside_line(const Line&);
    void note_delimiter_after_stray(const Line&);
    void end_part(std::size_t end);
    void close_level(std::size_t end);
    void finish();
    void number_paths();
    static void judge_container_encoding(Entity&);
    void judge_unused_boundary(std::size_t index);
    void judge_unknown_encoding(Entity&);
    void collect_findings();

    Entity& entity(std::int32_t index) { return scan_.structure.entities.at(static_cast<std::size_t>(index)); }
    Entity& top_multipart() { return entity(boundaries_.top().entity); }
    static void set_body_end(Entity& of, std::string_view mail, std::size_t end) {
        const auto begin = static_cast<std::size_t>(of.body.data() - mail.data());
        of.body = mail.substr(begin, std::max(begin, end) - begin);
    }

    LineReader reader_;
    const BudgetLimits& limits_;
    const std::uint32_t depth_so_far_;
    BoundaryStack boundaries_;
    Scan scan_;
    Region region_ = Region::leaf;
    std::uint64_t preamble_bytes_ = 0;  // of the innermost multipart; dropped once it turns out to have parts
    std::int32_t leaf_ = -1;            // whose body is being read, where region_ is leaf
    bool is_stopped_ = false;           // a limit was reached
    Outside outside_ = Outside::text;
    SecondViews second_views_;
};

Scan Scanner::run() {
    open_entity(-1);
    while (!is_stopped_ && !reader_.at_end()) on_body_line(reader_.next());
    finish();
    return std::move(scan_);
}

void Scanner::open_entity(std::int32_t parent) {
    auto& table = scan_.structure.entities;
    if (table.size() >= limits_.parts_max) {
        add_once(scan_.structure.findings, Reason::too_many_parts);
        is_stopped_ = true;
        region_ = Region::epilogue;
        return;
    }
    const auto index = static_cast<std::int32_t>(table.size());
    Entity& opened = table.emplace_back();
    scan_.headers.emplace_back();
    opened.parent = parent;
    opened.depth = parent < 0 ? 0 : entity(parent).depth + 1;
    read_header(opened);
    const bool is_in_digest = parent >= 0 && entity(parent).type == "multipart/digest";
    const std::string_view text_label = scan_.structure.text_label();
    ContentType type = read_entity_header(opened, is_in_digest ? "message/rfc822" : "text/plain", limits_, text_label);
    opened.body = reader_.text().substr(reader_.position(), is_stopped_ ? 0 : std::string_view::npos);
    scan_.headers.back().is_plain = type.value.is_plain;
    if (is_stopped_) return;
    region_ = Region::leaf;
    leaf_ = index;
    if (!type.boundary.empty()) open_multipart(index, std::move(type));
}

void Scanner::read_header(Entity& opened) {
    HeaderBlock block = read_header_block(reader_, boundaries_, limits_);
    opened.fields = std::move(block.fields);
    opened.findings = std::move(block.findings);
    is_stopped_ = is_stopped_ || block.is_cut;
}

void Scanner::open_multipart(std::int32_t index, ContentType type) {
    Entity& opened = entity(index);
    if (depth_so_far_ + opened.depth + 1 >= limits_.depth_max ||
        boundaries_.size() >= limits_.boundaries_per_line_max) {
        add_once(opened.findings, Reason::too_deep);
        return;
    }
    if (boundaries_.is_open(type.boundary)) second_views_.emplace(index, Reason::boundary_overlap);
    opened.boundary = type.boundary;
    boundaries_.open(index, std::move(type.boundary));
    preamble_bytes_ = 0;
    region_ = Region::preamble;
    outside_ = Outside::text;
    leaf_ = -1;
}

void Scanner::on_body_line(const Line& line) {
    if (line.has_stray) note_delimiter_after_stray(line);
    const auto match = boundaries_.match(line.content);
    const bool is_delimiter = match && match->kind != Kind::lookalike;
    if (line.content.starts_with("--")) remember_dash_line(line, is_delimiter);
    if (match && (match->is_shared || !is_delimiter)) note_second_view(*match);
    if (is_delimiter) {
        on_delimiter(line, *match);
        return;
    }
    if (region_ != Region::leaf) on_outside_line(line);
}

void Scanner::remember_dash_line(const Line& line, bool is_delimiter) {
    const std::size_t count = scan_.dash_lines.size();
    if (count < (is_delimiter ? 2 * dash_lines_max : dash_lines_max)) {
        scan_.dash_lines.push_back(line.content);
    } else if (is_delimiter) {
        scan_.is_comparable = false;
    }
}

void Scanner::on_delimiter(const Line& line, const BoundaryStack::Match& match) {
    end_part(line.begin);
    outside_ = Outside::text;
    while (boundaries_.size() > match.level + 1) close_level(line.begin);
    const BoundaryStack::Level level = boundaries_.top();
    if (level.is_closed) {
        // What stands behind the closing delimiter is no part, whatever it says (AC-054).
        if (match.kind == Kind::delimiter) add_once(entity(level.entity).findings, Reason::part_after_close);
        region_ = Region::epilogue;
    } else if (match.kind == Kind::closing) {
        boundaries_.close_top();
        region_ = Region::epilogue;
    } else {
        scan_.structure.preamble_bytes += std::exchange(preamble_bytes_, 0);
        open_entity(level.entity);
    }
}

// The leaf that was being read, if any, ends before the delimiter line at `end`.
void Scanner::end_part(std::size_t end) {
    if (leaf_ < 0) return;
    Entity& leaf = entity(leaf_);
    const auto begin = static_cast<std::size_t>(leaf.body.data() - reader_.text().data());
    set_body_end(leaf, reader_.text(), reader_.end_before(end, begin));
    leaf_ = -1;
}

void Scanner::close_level(std::size_t end) {
    const BoundaryStack::Level level = boundaries_.top();
    Entity& closed = entity(level.entity);
    const auto begin = static_cast<std::size_t>(closed.body.data() - reader_.text().data());
    set_body_end(closed, reader_.text(), reader_.end_before(end, begin));
    if (!level.is_closed) {
        add_once(closed.findings, Reason::unclosed_multipart);
        scan_.headers.at(static_cast<std::size_t>(level.entity)).is_left_open = true;
    }
    boundaries_.drop_top();
}

// Readers that compare beginnings see another delimiter here than we do. Where nothing follows they see an empty part
// more, and nobody misses it.
void Scanner::note_second_view(const BoundaryStack::Match& match) {
    scan_.is_comparable = false;
    const bool is_last = reader_.text().find_first_not_of(" \t\r\n", reader_.position()) == std::string_view::npos;
    if (is_last && match.kind != Kind::delimiter) return;
    const Reason reason = match.is_shared ? Reason::boundary_overlap : Reason::boundary_variant;
    second_views_.emplace(boundaries_.level(match.level).entity, reason);
}

// A reader that takes what stands here for a part sees nothing in it as long as no body follows the stray header lines
// (AC-054, AC-055).
void Scanner::on_outside_line(const Line& line) {
    const std::string_view content = ascii::trim(line.content);
    if (content.empty()) {
        if (outside_ == Outside::part_header) outside_ = Outside::part_body;
        return;
    }
    const bool is_preamble = region_ == Region::preamble;
    (is_preamble ? preamble_bytes_ : scan_.structure.epilogue_bytes) += line.content.size();
    Entity& owner = top_multipart();
    add_once(owner.findings, is_preamble ? Reason::preamble_dropped : Reason::epilogue_dropped);
    const bool goes_on = ascii::is_blank(line.content.front()) || is_field_line(line.content);
    if (outside_ == Outside::part_body || (outside_ == Outside::part_header && !goes_on)) {
        add_once(owner.findings, Reason::hidden_structure);
    } else if (looks_like_part_header(content)) {
        outside_ = Outside::part_header;
    }
}

// "\n--boundary" begins a line to readers that know bare line ends (AC-056).
void Scanner::note_delimiter_after_stray(const Line& line) {
    add_once(scan_.structure.findings, Reason::stray_cr_or_lf);
    std::string_view rest = line.content;
    for (std::size_t at = rest.find_first_of("\r\n"); at != std::string_view::npos; at = rest.find_first_of("\r\n")) {
        rest.remove_prefix(at + 1);
        if (!rest.starts_with("--")) continue;
        const std::string_view inner = rest.substr(0, rest.find_first_of("\r\n"));
        const auto match = boundaries_.match(inner);
        if (match) add_once(entity(boundaries_.level(match->level).entity).findings, Reason::boundary_variant);
    }
}

void Scanner::finish() {
    const std::size_t end = reader_.text().size();
    if (leaf_ >= 0) set_body_end(entity(leaf_), reader_.text(), end);
    while (!boundaries_.empty()) {
        Entity& last = top_multipart();
        close_level(end);
        set_body_end(last, reader_.text(), end);
    }
    for (const Entity& child : scan_.structure.entities) {
        if (child.parent >= 0) entity(child.parent).is_multipart = true;
    }
    number_paths();
    collect_findings();
}

// Children follow their parent in the table, so a parent's path is known before theirs.
void Scanner::number_paths() {
    auto& table = scan_.structure.entities;
    std::vector<std::uint32_t> children(table.size(), 0);
    for (Entity& each : table) {
        if (each.parent < 0) {
            if (!each.is_multipart) each.path.assign(1, '1');
            continue;
        }
        each.path = entity(each.parent).path;
        if (!each.path.empty()) each.path += '.';
        each.path += std::to_string(++children.at(static_cast<std::size_t>(each.parent)));
    }
}

// A multipart whose boundary never comes, or is not given.
void Scanner::judge_unused_boundary(std::size_t index) {
    Entity& unused = scan_.structure.entities[index];
    const bool is_missing = unused.boundary.empty();
    const Reason reason = is_missing ? Reason::missing_boundary : Reason::boundary_never_used;
    std::erase(unused.findings, reason);
    // Headers alone, as in a delivery report, promise parts and bring none: nothing to be seen twice.
    if (ascii::trim(unused.body).empty()) return;
    const char* const begin = unused.body.data();
    const char* const end = begin + unused.body.size();
    const bool has_dashes = std::any_of(scan_.dash_lines.begin(), scan_.dash_lines.end(), [&](std::string_view line) {
        return line.data() >= begin && line.data() < end && (is_missing || ascii::trim(line) != "--");
    });
    if (has_dashes || contains(unused.findings, Reason::hidden_structure)) {
        add_once(unused.findings, reason);
        return;
    }
    // Nothing like a delimiter anywhere: it is text under a wrong label, and is shown as that.
    unused.type = "text/plain";
    scan_.headers[index].is_plain = false;
    std::erase(unused.findings, Reason::preamble_dropped);
    add_once(unused.findings, Reason::malformed_content_type);
}

// An encoding that nobody knows matters where some reader might try one it knows, and only there.
void Scanner::judge_unknown_encoding(Entity& leaf) {
    if (leaf.encoding != TransferEncoding::unknown || leaf.is_multipart || !is_surely_plain(leaf.body)) return;
    leaf.encoding = TransferEncoding::none;
    std::erase(leaf.findings, Reason::unknown_transfer_encoding);
    add_once(leaf.findings, Reason::odd_transfer_encoding);
}

void Scanner::judge_container_encoding(Entity& container) {
    if (container.encoding == TransferEncoding::none) return;
    // Every reader ignores it where raw delimiters stand, but only a trick labels these base64.
    const bool is_mistake = container.is_multipart && container.encoding == TransferEncoding::quoted_printable;
    add_once(container.findings, is_mistake ? Reason::odd_transfer_encoding : Reason::encoded_container);
}

void Scanner::collect_findings() {
    for (std::size_t i = 0; i < scan_.structure.entities.size(); ++i) {
        Entity& each = scan_.structure.entities[i];
        if (each.type.starts_with("multipart/")) judge_container_encoding(each);
        const bool has_no_use = !each.boundary.empty() || contains(each.findings, Reason::missing_boundary);
        if (has_no_use && !each.is_multipart) judge_unused_boundary(i);
        judge_unknown_encoding(each);
        add_once(scan_.structure.findings, each.findings);
    }
}

// What readers find to show: not the multiparts, nor what is blank.
std::vector<const Entity*> leaves_with_content(const MailStructure& structure) {
    std::vector<const Entity*> leaves;
    for (const Entity& each : structure.entities) {
        const bool is_container = each.is_multipart || !each.boundary.empty();
        if (!is_container && !ascii::trim(each.body).empty()) leaves.push_back(&each);
    }
    return leaves;
}

bool is_same_leaf(const Entity* a, const Entity* b) {
    const std::string_view body = ascii::trim(a->body), other_body = ascii::trim(b->body);
    return body.data() == other_body.data() && body.size() == other_body.size() && a->type == b->type &&
           a->encoding == b->encoding && a->charset_label == b->charset_label &&
           a->calendar_method == b->calendar_method && a->untrusted_name == b->untrusted_name &&
           a->disposition == b->disposition;
}

bool shows_the_same(const MailStructure& a, const MailStructure& b) {
    const auto leaves = leaves_with_content(a), others = leaves_with_content(b);
    return std::equal(leaves.begin(), leaves.end(), others.begin(), others.end(), is_same_leaf);
}

}  // namespace

Scan scan_mail(std::string_view untrusted_mail, const BudgetLimits& limits, std::uint32_t depth_so_far) {
    Scanner scanner(untrusted_mail, limits, depth_so_far, Delimiters::whole);
    Scan scan = scanner.run();
    if (scanner.second_views().empty()) return scan;
    const auto agrees = [&](Delimiters delimiters) {
        const Scan other = Scanner(untrusted_mail, limits, depth_so_far, delimiters).run();
        return shows_the_same(scan.structure, other.structure);
    };
    if (agrees(Delimiters::beginnings_inside_out) && agrees(Delimiters::beginnings_outside_in)) return scan;
    for (const auto& [entity, reason] : scanner.second_views()) {
        add_once(scan.structure.entities.at(static_cast<std::size_t>(entity)).findings, reason);
        add_once(scan.structure.findings, reason);
    }
    return scan;
}

}  // namespace mugaika::sandboxed
