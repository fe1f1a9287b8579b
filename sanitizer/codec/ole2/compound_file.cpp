#include "sanitizer/codec/ole2/compound_file.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "policy/ascii.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::ole2 {
namespace {

using zip::damaged;
using zip::number16;
using zip::number32;
using zip::number64;

constexpr std::string_view signature("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
constexpr std::size_t header_bytes = 512;
constexpr std::uint32_t last_of_chain = 0xfffffffe;
constexpr std::uint32_t no_entry = 0xffffffff;
constexpr std::uint32_t mini_sector_bytes = 64;
constexpr std::uint32_t mini_stream_cutoff = 4096;
constexpr std::uint32_t entry_bytes = 128;
constexpr std::size_t path_bytes_max = 600;  // a name has 31 letters: a mail in eight others
// Numbers of sectors of the table: so many stand in the header, the others in sectors of their own.
constexpr std::uint32_t numbers_in_header = 109;

constexpr std::uint8_t is_storage = 1;
constexpr std::uint8_t is_stream = 2;
constexpr std::uint8_t is_root = 5;

// In lower case; what is not ASCII is no name that anybody here asks for.
std::string name_of(std::string_view entry) {
    const std::size_t bytes = number16(entry, 64);
    if (bytes < 2 || bytes > 64 || bytes % 2 != 0) return {};
    std::string name;
    for (std::size_t at = 0; at + 2 < bytes; at += 2) {
        const std::uint32_t unit = number16(entry, at);
        name += unit < 0x80 && unit != '/' ? ascii::to_lower(static_cast<char>(unit)) : '?';
    }
    return name;
}

}  // namespace

bool looks_like_compound_file(std::string_view untrusted) noexcept { return untrusted.starts_with(signature); }

CompoundFile::CompoundFile(std::string_view untrusted) : bytes_(untrusted) {
    if (!looks_like_compound_file(bytes_) || bytes_.size() < header_bytes) damaged("a compound file without a header");
    const std::uint32_t version = number16(bytes_, 26);
    const std::uint32_t shift = number16(bytes_, 30);
    const bool is_known = (version == 3 && shift == 9) || (version == 4 && shift == 12);
    if (!is_known || number16(bytes_, 32) != 6 || number32(bytes_, 56) != mini_stream_cutoff) {
        damaged("a compound file of no version that is known");
    }
    sector_bytes_ = 1u << shift;
    const std::uint64_t all = (bytes_.size() + sector_bytes_ - 1) / sector_bytes_;
    // The header fills one; a number takes 32 bits, and a mail is far below them.
    sectors_ = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(all, 1, 0xffffff00) - 1);
    read_table();
    read_directory();
}

// The last sector of a file may be cut where its stream ends.
std::string_view CompoundFile::sector(std::uint32_t number) const {
    if (number >= sectors_) damaged("a sector of a compound file lies behind its end");
    return bytes_.substr((std::uint64_t{number} + 1) * sector_bytes_, sector_bytes_);
}

// Of a table that lies in these sectors.
std::uint32_t CompoundFile::entry_number(const Chain& table, std::uint32_t index) const {
    const std::uint32_t per_sector = sector_bytes_ / 4;
    const std::string_view part = sector(table[index / per_sector]);
    const std::size_t at = std::size_t{index % per_sector} * 4;
    return at + 4 <= part.size() ? number32(part, at) : no_entry;
}

// No larger than the file has sectors, whatever it says.
void CompoundFile::read_table() {
    const std::uint32_t per_sector = sector_bytes_ / 4;
    const std::uint32_t wanted = sectors_ / per_sector + 1;
    Chain holds;
    for (std::uint32_t i = 0; i < numbers_in_header && holds.size() < wanted; ++i) {
        const std::uint32_t number = number32(bytes_, 76 + std::size_t{i} * 4);
        if (number < sectors_) holds.push_back(number);
    }
    std::uint32_t more = number32(bytes_, 68);
    for (std::uint32_t seen = 0; more < sectors_ && holds.size() < wanted && seen <= wanted; ++seen) {
        const std::string_view numbers = sector(more);
        if (numbers.size() < sector_bytes_) damaged("the table of a compound file is cut");
        for (std::uint32_t i = 0; i + 1 < per_sector && holds.size() < wanted; ++i) {
            const std::uint32_t number = number32(numbers, std::size_t{i} * 4);
            if (number < sectors_) holds.push_back(number);
        }
        more = number32(numbers, sector_bytes_ - 4);
    }
    const auto entries = static_cast<std::uint32_t>(std::min<std::uint64_t>(holds.size() * per_sector, sectors_));
    table_.reserve(entries);
    for (std::uint32_t i = 0; i < entries; ++i) table_.push_back(entry_number(holds, i));
}

CompoundFile::Chain CompoundFile::chain_of(std::uint32_t start, const Chain& table) const {
    Chain chain;
    std::vector<bool> seen(table.size());
    for (std::uint32_t at = start; at != last_of_chain; at = table[at]) {
        if (at >= table.size()) damaged("a chain of a compound file leads out of it");
        if (seen[at]) damaged("a chain of a compound file turns in a circle");
        seen[at] = true;
        chain.push_back(at);
    }
    return chain;
}

std::string_view CompoundFile::directory_entry(const Chain& directory, std::uint32_t number) const {
    const std::uint32_t per_sector = sector_bytes_ / entry_bytes;
    if (number / per_sector >= directory.size()) damaged("the directory of a compound file leads out of it");
    const std::string_view part = sector(directory[number / per_sector]);
    const std::size_t at = std::size_t{number % per_sector} * entry_bytes;
    if (at + entry_bytes > part.size()) damaged("the directory of a compound file is cut");
    return part.substr(at, entry_bytes);
}

void CompoundFile::read_directory() {
    const Chain directory = chain_of(number32(bytes_, 48), table_);
    const std::string_view root = directory_entry(directory, 0);
    if (static_cast<std::uint8_t>(root[66]) != is_root) damaged("a compound file without a root");
    if (number32(root, 120) > 0) {
        mini_stream_ = chain_of(number32(root, 116), table_);
        const Chain holds = chain_of(number32(bytes_, 60), table_);
        // A small sector without a place in the small stream is none.
        const std::uint64_t room = std::uint64_t{mini_stream_.size()} * (sector_bytes_ / mini_sector_bytes);
        const std::uint64_t entries = std::min<std::uint64_t>(holds.size() * (sector_bytes_ / 4), room);
        for (std::uint32_t i = 0; i < entries; ++i) mini_table_.push_back(entry_number(holds, i));
    }
    read_storages(directory, number32(root, 76));
    std::sort(streams_.begin(), streams_.end(), [](const Stream& a, const Stream& b) { return a.name < b.name; });
}

// Trees of siblings, in each other; every entry is looked at once.
void CompoundFile::read_storages(const Chain& directory, std::uint32_t first) {
    struct Waiting {
        std::uint32_t number;
        std::shared_ptr<const std::string> storage;  // with a slash behind it; "" for the root
    };
    std::vector<bool> seen(directory.size() * (sector_bytes_ / entry_bytes));
    std::vector<Waiting> waiting{{first, std::make_shared<const std::string>()}};
    while (!waiting.empty()) {
        const auto [number, storage] = waiting.back();
        waiting.pop_back();
        if (number == no_entry) continue;
        const std::string_view entry = directory_entry(directory, number);
        if (seen[number]) damaged("the directory of a compound file turns in a circle");
        seen[number] = true;
        waiting.push_back({number32(entry, 68), storage});
        waiting.push_back({number32(entry, 72), storage});
        std::string name = *storage + name_of(entry);
        if (name.size() > path_bytes_max) damaged("storages of a compound file lie too deep in each other");
        if (static_cast<std::uint8_t>(entry[66]) == is_storage) {
            waiting.push_back({number32(entry, 76), std::make_shared<const std::string>(name + "/")});
        }
        if (static_cast<std::uint8_t>(entry[66]) != is_stream) continue;
        // Version 3 leaves the upper half to chance.
        const std::uint64_t bytes = sector_bytes_ == 512 ? number32(entry, 120) : number64(entry, 120);
        streams_.push_back({std::move(name), number32(entry, 116), bytes});
    }
}

const CompoundFile::Stream* CompoundFile::find(std::string_view name) const {
    const std::string wanted = ascii::to_lower(name);
    const auto found = first_not_before(wanted);
    if (found == streams_.end() || found->name != wanted) return nullptr;
    if (found + 1 != streams_.end() && found[1].name == wanted) damaged("two streams of a compound file have one name");
    return &*found;
}

std::vector<CompoundFile::Stream>::const_iterator CompoundFile::first_not_before(std::string_view name) const {
    return std::lower_bound(streams_.begin(), streams_.end(), name,
                            [](const Stream& stream, std::string_view wanted) { return stream.name < wanted; });
}

bool CompoundFile::has(std::string_view name) const { return find(name) != nullptr; }

std::vector<std::string_view> CompoundFile::names_below(std::string_view prefix) const {
    std::vector<std::string_view> names;
    for (auto at = first_not_before(prefix); at != streams_.end() && at->name.starts_with(prefix); ++at) {
        names.push_back(at->name);
    }
    return names;
}

const CompoundFile::Stream& CompoundFile::paid(std::string_view name, FilePurse& purse) const {
    const Stream* const stream = find(name);
    if (stream == nullptr) damaged("a stream of a compound file is missing");
    if (stream->bytes > bytes_.size()) damaged("a stream of a compound file is larger than the file");
    if (!purse.take_inner(stream->bytes)) throw zip::Refused{Reason::inner_too_large, "a stream of a compound file"};
    return *stream;
}

// As many as its chain has sectors for.
std::vector<std::string_view> CompoundFile::pieces_of(const Stream& stream) const {
    std::vector<std::string_view> pieces;
    if (stream.bytes == 0) return pieces;
    std::uint64_t left = stream.bytes;
    const bool is_small = stream.bytes < mini_stream_cutoff;
    const std::uint32_t small_in_one = sector_bytes_ / mini_sector_bytes;
    for (const std::uint32_t number : chain_of(stream.start, is_small ? mini_table_ : table_)) {
        if (left == 0) break;
        std::string_view piece = sector(is_small ? mini_stream_[number / small_in_one] : number);
        if (is_small) {
            const std::size_t at = std::size_t{number % small_in_one} * mini_sector_bytes;
            piece = at < piece.size() ? piece.substr(at, mini_sector_bytes) : std::string_view();
        }
        const std::uint64_t whole = is_small ? mini_sector_bytes : sector_bytes_;
        if (piece.size() < std::min(whole, left)) damaged("a stream of a compound file is cut");
        pieces.push_back(piece.substr(0, left));
        left -= pieces.back().size();
    }
    return pieces;
}

std::string CompoundFile::bytes_of(const Stream& stream) const {
    std::string out;
    out.reserve(stream.bytes);
    for (const std::string_view piece : pieces_of(stream)) out += piece;
    return out;
}

void CompoundFile::overwrite(std::string& copy, std::string_view name, std::string_view bytes) const {
    const Stream* const stream = find(name);
    if (stream == nullptr) damaged("a stream of a compound file is missing");
    for (const std::string_view piece : pieces_of(*stream)) {
        const std::string_view now = bytes.substr(0, piece.size());
        copy.replace(static_cast<std::size_t>(piece.data() - bytes_.data()), now.size(), now);
        bytes.remove_prefix(now.size());
    }
}

std::string CompoundFile::read(std::string_view name, FilePurse& purse) const {
    const Stream& stream = paid(name, purse);
    std::string out = bytes_of(stream);
    if (out.size() < stream.bytes) damaged("a chain of a compound file ends before its stream");
    return out;
}

std::string CompoundFile::read_to_its_end(std::string_view name, FilePurse& purse) const {
    return bytes_of(paid(name, purse));
}

}  // namespace mugaika::codec::ole2
