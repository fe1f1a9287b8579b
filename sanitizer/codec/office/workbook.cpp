#include "sanitizer/codec/office/workbook.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::office {
namespace {

using zip::number16;
using zip::number32;

constexpr std::uint32_t file_pass = 0x2f, bound_sheet = 0x85, string_table = 0xfc, continued = 0x3c;
constexpr std::size_t header_bytes = 4;

struct Record {
    std::uint32_t type;
    std::string_view bytes;
};

std::optional<Record> next_record(std::string_view& rest) {
    if (rest.size() < header_bytes) return std::nullopt;
    const std::size_t size = number16(rest, 2);
    Record record{number16(rest, 0), rest.substr(header_bytes, size)};
    rest.remove_prefix(std::min(header_bytes + size, rest.size()));
    return record;
}

// A record and those that continue it, read as one; only the characters of a text notice where one ends.
class Pieces {
public:
    explicit Pieces(std::vector<std::string_view> pieces) : pieces_(std::move(pieces)) { step(); }

    bool is_at_end() const noexcept { return at_ >= pieces_.size(); }

    // Fewer bytes where the record is cut short.
    std::string take(std::size_t bytes) {
        std::string taken;
        while (taken.size() < bytes && !is_at_end()) {
            const std::string_view part = pieces_[at_].substr(0, bytes - taken.size());
            taken.append(part);
            pieces_[at_].remove_prefix(part.size());
            step();
        }
        return taken;
    }

    void skip(std::uint64_t bytes) {
        while (bytes > 0 && !is_at_end()) {
            const auto part = std::min<std::uint64_t>(bytes, pieces_[at_].size());
            pieces_[at_].remove_prefix(static_cast<std::size_t>(part));
            bytes -= part;
            step();
        }
    }

    // [MS-XLS] 2.5.293: where a text goes on in another record, a byte says anew whether its characters have two.
    void skip_characters(std::uint32_t characters, bool wide) {
        while (characters > 0 && !is_at_end()) {
            const std::size_t width = wide ? 2 : 1;
            const auto here = std::min<std::size_t>(characters, pieces_[at_].size() / width);
            pieces_[at_].remove_prefix(here * width);
            characters -= static_cast<std::uint32_t>(here);
            if (characters == 0) break;
            pieces_[at_] = {};  // half a character is none
            step();
            const std::string flags = take(1);
            wide = !flags.empty() && (flags[0] & 1) != 0;
        }
        step();
    }

private:
    void step() {
        while (at_ < pieces_.size() && pieces_[at_].empty()) ++at_;
    }

    std::vector<std::string_view> pieces_;
    std::size_t at_ = 0;
};

// ExtRst: two bytes of its own, its size, four of the font, the count of runs, and the text's length in characters.
bool has_furigana(std::string_view extension) {
    constexpr std::size_t length_at = 10;
    return extension.size() >= length_at + 2 && number16(extension, 0) == 1 && number16(extension, length_at) > 0;
}

std::uint32_t furigana_in(Pieces table) {
    constexpr std::size_t head = 12;
    table.skip(8);  // how often texts are used, and how many there are: nothing is taken on trust
    std::uint32_t found = 0;
    while (!table.is_at_end()) {
        const std::string start = table.take(3);
        if (start.size() < 3) break;
        const auto flags = static_cast<std::uint8_t>(start[2]);
        const std::string runs = (flags & 8) != 0 ? table.take(2) : std::string(2, '\0');
        const std::string extension = (flags & 4) != 0 ? table.take(4) : std::string(4, '\0');
        if (runs.size() < 2 || extension.size() < 4) break;
        table.skip_characters(number16(start, 0), (flags & 1) != 0);
        table.skip(std::uint64_t{number16(runs, 0)} * 4);
        const std::uint32_t size = number32(extension, 0);
        const std::string begin = table.take(std::min<std::size_t>(size, head));
        if (has_furigana(begin)) ++found;
        table.skip(size - begin.size());
    }
    return found;
}

}  // namespace

WorkbookSeen look_at_workbook(std::string_view untrusted) {
    WorkbookSeen seen;
    std::vector<std::string_view> table;
    bool in_table = false;
    while (const auto record = next_record(untrusted)) {
        in_table = record->type == string_table || (in_table && record->type == continued);
        if (in_table) table.push_back(record->bytes);
        if (record->type == file_pass) seen.is_encrypted = true;
        const bool is_sheet = record->type == bound_sheet && record->bytes.size() > 5;
        if (is_sheet && (record->bytes[5] == 1 || record->bytes[5] == 6)) ++seen.macro_sheets;
    }
    seen.furigana = furigana_in(Pieces(std::move(table)));
    return seen;
}

}  // namespace mugaika::codec::office
