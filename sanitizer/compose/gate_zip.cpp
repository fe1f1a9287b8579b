#include "sanitizer/compose/gate_zip.hpp"

#include <array>
#include <cstdint>

#include "sanitizer/compose/gate_file.hpp"
#include "sanitizer/compose/gate_zip_name.hpp"

namespace mugaika::gate {
namespace {

using namespace std::string_view_literals;

using Sums = std::array<std::uint32_t, 256>;

// What a byte adds to the sum once `behind` zeros have followed it.
constexpr Sums sums_with(unsigned behind) noexcept {
    Sums table{};
    for (std::size_t byte = 1; byte < 256; ++byte) {
        auto rest = static_cast<std::uint32_t>(byte);
        for (unsigned step = 0; step < 8 * (behind + 1); ++step)
            rest = rest % 2 == 0 ? rest / 2 : rest / 2 ^ 0xedb88320u;
        table[byte] = rest;
    }
    return table;
}
constexpr Sums alone = sums_with(0), before_one = sums_with(1), before_two = sums_with(2), before_three = sums_with(3);

// APPNOTE.TXT 4.4.7. Four bytes at once: a large ZIP is read here on the relay's own threads.
std::uint32_t sum_of(std::string_view bytes) noexcept {
    const auto byte = [&bytes](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(bytes[at])}; };
    std::uint32_t sum = ~0u;
    for (; bytes.size() >= 4; bytes.remove_prefix(4)) {
        sum ^= byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
        sum = before_three[sum & 0xff] ^ before_two[sum >> 8 & 0xff] ^ before_one[sum >> 16 & 0xff] ^ alone[sum >> 24];
    }
    for (const char c : bytes) sum = alone[(sum & 0xff) ^ static_cast<unsigned char>(c)] ^ sum >> 8;
    return ~sum;
}

class ZipReader {
public:
    ZipReader(std::string_view bytes, const std::vector<PermittedMember>& members) : bytes_(bytes), members_(members) {}

    Judged judge() {
        if (members_.empty()) return Breach{"zip: without members", 0};
        for (const PermittedMember& member : members_) {
            if (auto breach = judge_member(member)) return breach;
        }
        const std::size_t directory_at = at_;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (auto breach = judge_directory_entry(members_[i], entries_[i])) return breach;
        }
        return judge_end(directory_at);
    }

private:
    // What both headers of a member say.
    struct Entry {
        std::size_t at = 0;
        std::string_view said;
    };

    Breach here(std::string_view rule) const noexcept { return {rule, at_}; }
    bool take(std::string_view expected) noexcept {
        if (!bytes_.substr(at_).starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }
    // A number in little endian, of 2 or 4 bytes; more than it can be when the file ends before.
    std::uint64_t take_number(std::size_t length) noexcept {
        if (bytes_.size() - at_ < length) return ~std::uint64_t{0};
        std::uint64_t number = 0;
        for (std::size_t i = length; i > 0; --i) {
            number = number << 8 | static_cast<unsigned char>(bytes_[at_ + i - 1]);
        }
        at_ += length;
        return number;
    }

    Judged judge_member(const PermittedMember&);
    Judged judge_name(const PermittedMember&);
    Judged judge_bytes(const PermittedMember&, std::uint64_t sum, std::uint64_t size);
    Judged judge_directory_entry(const PermittedMember&, const Entry&);
    Judged judge_end(std::size_t directory_at);

    std::string_view bytes_;
    const std::vector<PermittedMember>& members_;
    std::size_t at_ = 0;  // all before it is judged
    std::vector<Entry> entries_;
    MemberNames names_;
};

Judged ZipReader::judge_member(const PermittedMember& member) {
    Entry entry{at_, {}};
    if (!take("PK\x03\x04"sv)) return here("zip: no entry where one should be");
    const std::size_t said_at = at_;
    if (!take("\x14\0"sv)) return here("zip: another version");
    if (!take("\0\x08"sv)) return here("zip: other flags than that of names in UTF-8");
    if (!take("\0\0"sv)) return here("zip: a member that is not stored");
    if (!take("\0\0\x21\0"sv)) return here("zip: another time than that of all");
    const std::uint64_t sum = take_number(4);
    const std::uint64_t size = take_number(4);
    if (take_number(4) != size) return here("zip: two sizes of a stored member");
    if (take_number(2) != member.name.size()) return here("zip: another length of the name");
    if (!take("\0\0"sv)) return here("zip: an extra field");
    entry.said = bytes_.substr(said_at, at_ - said_at);
    entries_.push_back(entry);
    if (auto breach = judge_name(member)) return breach;
    return judge_bytes(member, sum, size);
}

Judged ZipReader::judge_name(const PermittedMember& member) {
    Judged breach = judge_member_name(member.name);
    if (!breach) breach = names_.take(member.name);
    if (breach) {
        breach->offset += at_;
        return breach;
    }
    return take(member.name) ? Judged() : here("zip: another name");
}

Judged ZipReader::judge_bytes(const PermittedMember& member, std::uint64_t sum, std::uint64_t size) {
    if (size > bytes_.size() - at_) return here("zip: a member longer than the file");
    const std::string_view bytes = bytes_.substr(at_, size);
    if (member.kind == "zip") return here("zip: a member of a kind that may not be one");
    if (hex_digest(bytes) != member.sha256) return here("zip: a member that is not permitted");
    if (sum_of(bytes) != sum) return here("zip: another sum than that of the member");
    if (auto breach = judge_kind(member.kind, member.name.substr(member.name.rfind('/') + 1), bytes)) {
        return here(breach->rule);
    }
    at_ += bytes.size();
    return {};
}

Judged ZipReader::judge_directory_entry(const PermittedMember& member, const Entry& entry) {
    if (!take("PK\x01\x02"sv)) return here("zip: no directory entry where one should be");
    if (!take("\x14\0"sv)) return here("zip: made by another system or version");
    if (!take(entry.said)) return here("zip: the directory says other than the entry");
    if (!take("\0\0"sv)) return here("zip: a comment of a member");
    if (!take("\0\0"sv)) return here("zip: another disk");
    if (!take("\0\0\0\0\0\0"sv)) return here("zip: attributes");
    if (take_number(4) != entry.at) return here("zip: the directory points elsewhere");
    return take(member.name) ? Judged() : here("zip: another name in the directory");
}

Judged ZipReader::judge_end(std::size_t directory_at) {
    const std::size_t directory_end = at_;
    if (!take("PK\x05\x06"sv)) return here("zip: the directory does not end where it should");
    if (!take("\0\0\0\0"sv)) return here("zip: more than one disk");
    if (take_number(2) != members_.size() || take_number(2) != members_.size()) {
        return here("zip: another number of members");
    }
    if (take_number(4) != directory_end - directory_at) return here("zip: another size of the directory");
    if (take_number(4) != directory_at) return here("zip: the directory begins elsewhere");
    if (!take("\0\0"sv)) return here("zip: a comment");
    return at_ == bytes_.size() ? Judged() : here("zip: something after the end");
}

}  // namespace

Judged judge_zip(std::string_view bytes, const std::vector<PermittedMember>& members) {
    return ZipReader(bytes, members).judge();
}

}  // namespace mugaika::gate
