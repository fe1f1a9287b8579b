#include "sanitizer/sandboxed/structure/header_block.hpp"

#include <algorithm>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"

namespace mugaika::sandboxed {
namespace {

// So many lines in a row that are no field, and the body has begun: a broken fold of a long field stays below it.
constexpr std::size_t skipped_lines_max = 20;

bool is_name_character(char c) noexcept { return c > ' ' && c <= '~' && c != ':'; }

bool is_field_name(std::string_view name) noexcept {
    return !name.empty() && std::all_of(name.begin(), name.end(), is_name_character);
}

std::string_view trim_blanks_right(std::string_view text) noexcept {
    while (!text.empty() && ascii::is_blank(text.back())) text.remove_suffix(1);
    return text;
}

bool is_blank_line(std::string_view content) noexcept { return trim_blanks_right(content).empty(); }

bool is_mbox_line(std::string_view content) noexcept {
    return content.starts_with("From ") || content.starts_with(">From ");
}

// A field or what stands in its place: first line and its continuations, line ends taken out.
struct Unit {
    std::size_t begin = 0;
    std::string text;
    std::size_t first_line_bytes = 0;
    bool has_blank_fold = false;             // a continuation line of blanks alone, the latest one
    bool has_text_after_blank_fold = false;  // to some readers it is outside the header
    bool has_stray = false;
    bool is_cut = false;
    bool is_mbox = false;
};

class BlockReader {
public:
    BlockReader(LineReader& reader, const BoundaryStack& boundaries, const BudgetLimits& limits)
        : reader_(reader), boundaries_(boundaries), limits_(limits), begin_(reader.position()) {}

    HeaderBlock run() &&;

private:
    bool on_line(const Line&);  // false: the block ends before this line
    void begin_unit(const Line&);
    void continue_unit(const Line&);
    void end_unit();
    void add_field(const Unit&, std::size_t colon, std::string_view name);
    void note_structural_field(const Unit&, std::size_t name_bytes, std::size_t colon);
    void skip_unit(const Unit&);
    bool limits_reached(const Line&) const;

    LineReader& reader_;
    const BoundaryStack& boundaries_;
    const BudgetLimits& limits_;
    const std::size_t begin_;
    HeaderBlock block_;
    std::optional<Unit> unit_;
    bool structural_seen_ = false;
    bool skipped_after_structural_ = false;    // a line was skipped between structural fields
    std::optional<std::size_t> skipped_from_;  // first of the skipped lines that no field has followed yet
    std::size_t skipped_lines_ = 0;
};

HeaderBlock BlockReader::run() && {
    while (!reader_.at_end()) {
        const Line line = reader_.next();
        if (line.content.empty()) break;
        if (limits_reached(line)) {
            add_once(block_.findings, Reason::header_too_long);
            block_.is_cut = true;
            break;
        }
        if (boundaries_.match(line.content) || !on_line(line)) {
            reader_.go_to(line.begin);
            break;
        }
    }
    end_unit();
    if (skipped_from_) reader_.go_to(*skipped_from_);
    if (skipped_from_ && block_.fields.empty()) add_once(block_.findings, Reason::no_header);
    return std::move(block_);
}

bool BlockReader::on_line(const Line& line) {
    if (line.content.find('\0') != std::string_view::npos) add_once(block_.findings, Reason::nul_in_header);
    if (ascii::is_blank(line.content.front())) {
        continue_unit(line);
        return true;
    }
    const bool after_blank_fold = unit_ && unit_->has_blank_fold;
    end_unit();
    if (skipped_lines_ > skipped_lines_max) return false;
    // A line of blanks, or nothing at all, parts this header from its body.
    if (!is_field_line(line.content) && (after_blank_fold || line.content.starts_with("--"))) {
        add_once(block_.findings, Reason::header_line_skipped);
        return false;
    }
    begin_unit(line);
    return true;
}

void BlockReader::begin_unit(const Line& line) {
    unit_.emplace();
    unit_->begin = line.begin;
    unit_->has_stray = line.has_stray;
    unit_->is_mbox = line.begin == begin_ && is_mbox_line(line.content);
    unit_->is_cut = line.content.size() > limits_.header_line_bytes_max;
    unit_->text = line.content.substr(0, limits_.header_line_bytes_max);
    unit_->first_line_bytes = unit_->text.size();
}

void BlockReader::continue_unit(const Line& line) {
    if (!unit_) {
        add_once(block_.findings, is_blank_line(line.content) ? Reason::odd_folding : Reason::starts_with_fold);
        return;
    }
    if (is_blank_line(line.content)) {
        unit_->has_blank_fold = true;
        return;
    }
    unit_->has_text_after_blank_fold = unit_->has_blank_fold;
    unit_->has_stray = unit_->has_stray || line.has_stray;
    unit_->is_cut = unit_->is_cut || unit_->text.size() + line.content.size() > limits_.header_line_bytes_max;
    if (!unit_->is_cut) unit_->text += line.content;
}

void BlockReader::end_unit() {
    if (!unit_) return;
    const Unit unit = std::move(*unit_);
    unit_.reset();
    if (unit.is_mbox) {
        add_once(block_.findings, Reason::mbox_line);
        return;
    }
    const std::size_t colon = unit.text.find(':');
    const std::string_view before_colon = std::string_view(unit.text).substr(0, colon);
    const std::string_view name = trim_blanks_right(before_colon);
    if (colon == std::string::npos || !is_field_name(name)) {
        skip_unit(unit);
    } else {
        add_field(unit, colon, name);
    }
}

void BlockReader::add_field(const Unit& unit, std::size_t colon, std::string_view name) {
    skipped_after_structural_ = skipped_after_structural_ || (structural_seen_ && skipped_from_.has_value());
    skipped_from_.reset();
    skipped_lines_ = 0;
    // A CR or LF inside a field is a line end to some readers.
    if (unit.has_stray) add_once(block_.findings, Reason::malformed_header_line);
    if (is_structural(name)) note_structural_field(unit, name.size(), colon);
    if (unit.is_cut) {
        add_once(block_.findings, Reason::header_too_long);
        return;
    }
    // The name is a view into the mail, not into the unfolded text.
    const std::string_view name_in_mail = reader_.text().substr(unit.begin, name.size());
    block_.fields.push_back({name_in_mail, std::string(ascii::trim(std::string_view(unit.text).substr(colon + 1)))});
}

void BlockReader::note_structural_field(const Unit& unit, std::size_t name_bytes, std::size_t colon) {
    if (skipped_after_structural_) add_once(block_.findings, Reason::malformed_header_line);
    structural_seen_ = true;
    if (unit.has_text_after_blank_fold || colon >= unit.first_line_bytes) {
        add_once(block_.findings, Reason::odd_folding);
    }
    if (name_bytes != colon) add_once(block_.findings, Reason::space_before_colon);
}

void BlockReader::skip_unit(const Unit& unit) {
    add_once(block_.findings, Reason::header_line_skipped);
    if (unit.has_stray) add_once(block_.findings, Reason::stray_cr_or_lf);
    if (!skipped_from_) skipped_from_ = unit.begin;
    ++skipped_lines_;
}

bool BlockReader::limits_reached(const Line& line) const {
    const bool begins_field = !ascii::is_blank(line.content.front());
    const std::size_t fields = block_.fields.size() + (unit_ ? 1 : 0);
    return (begins_field && fields >= limits_.header_fields_max) ||
           line.begin + line.content.size() - begin_ > limits_.header_bytes_max;
}

}  // namespace

HeaderBlock read_header_block(LineReader& reader, const BoundaryStack& boundaries, const BudgetLimits& limits) {
    return BlockReader(reader, boundaries, limits).run();
}

bool is_field_line(std::string_view line) noexcept {
    const std::size_t colon = line.find(':');
    const bool has_name = colon != std::string_view::npos && is_field_name(trim_blanks_right(line.substr(0, colon)));
    return has_name && !line.starts_with("--");
}

bool is_structural(std::string_view name) noexcept {
    return ascii::iequals(name, "Content-Type") || ascii::iequals(name, "Content-Transfer-Encoding");
}

}  // namespace mugaika::sandboxed
