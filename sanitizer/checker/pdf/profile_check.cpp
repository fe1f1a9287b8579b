#include "sanitizer/checker/pdf/profile_check.hpp"

#include <algorithm>
#include <array>

namespace mugaika::checker::pdf {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t tables_at = 132;  // behind header and count
constexpr std::uint64_t table_max = 16u << 20;

struct Known {
    std::string_view name;
    std::string_view types;
};

constexpr auto known = std::to_array<Known>({{"desc", "desc mluc"},
                                             {"cprt", "text mluc"},
                                             {"wtpt", "XYZ "},
                                             {"chad", "sf32"},
                                             {"rXYZ", "XYZ "},
                                             {"gXYZ", "XYZ "},
                                             {"bXYZ", "XYZ "},
                                             {"rTRC", "curv para"},
                                             {"gTRC", "curv para"},
                                             {"bTRC", "curv para"},
                                             {"kTRC", "curv para"},
                                             {"A2B0", "mft1 mft2"},
                                             {"A2B1", "mft1 mft2"},
                                             {"A2B2", "mft1 mft2"}});

// Words of four letters with a blank between.
bool has_word(std::string_view words, std::string_view word) noexcept {
    const std::size_t at = words.find(word);
    return at != std::string_view::npos && at % 5 == 0;
}

class Profile {
public:
    explicit Profile(Piece whole) : bytes_(whole.bytes), at_(whole.at) {}

    void judge() {
        if (bytes_.size() < tables_at) refuse("a colour profile", at_);
        judge_header();
        judge_tables();
    }

private:
    std::uint64_t number(std::size_t at, unsigned size = 4) const {
        if (at > bytes_.size() || bytes_.size() - at < size) refuse("a colour profile that is whole", at_);
        std::uint64_t value = 0;
        for (unsigned i = 0; i < size; ++i) value = value * 256 + static_cast<unsigned char>(bytes_[at + i]);
        return value;
    }
    void want(bool holds, std::string_view what) const {
        if (!holds) refuse(what, at_);
    }
    void want_zero(std::size_t from, std::size_t size) const {
        for (std::size_t i = 0; i < size; ++i)
            want(number(from + i, 1) == 0, "nothing in the gaps of a colour profile");
    }
    void judge_header() const {
        want(number(0) == bytes_.size(), "a colour profile of the length that it states");
        want_zero(4, 4);  // whose colour engine
        want(number(8, 1) == 2 || number(8, 1) == 4, "a colour profile of version 2 or 4");
        want_zero(9, 3);
        want(has_word("mntr scnr prtr spac", bytes_.substr(12, 4)), "a profile of a device or a space");
        want(has_word("RGB  Lab  CMYK GRAY", bytes_.substr(16, 4)), "a colour space of a picture");
        want(has_word("XYZ  Lab ", bytes_.substr(20, 4)), "XYZ or Lab");
        want_zero(24, 12);  // when
        want(bytes_.substr(36, 4) == "acsp", "acsp");
        want_zero(40, 27);  // platform, flags, maker, model, attributes
        want(number(67, 1) < 4, "an intent");
        want(bytes_.substr(68, 12) == "\0\0\xF6\xD6\0\1\0\0\0\0\xD3\x2D"sv, "D50");
        want_zero(80, 48);  // who, digest
    }
    // Each table begins where the one before ends, or is the same as an earlier one.
    void judge_tables() {
        const std::uint64_t count = number(128);
        want(count >= 2 && count <= known.size(), "a colour profile of few tables");
        std::uint64_t end = tables_at + count * 12;
        const Known* next = known.data();
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::size_t entry = tables_at + i * 12;
            const Known* const last = known.data() + known.size();
            const Known* found =
                std::find_if(next, last, [&](const Known& one) { return one.name == bytes_.substr(entry, 4); });
            want(found != last && (i > 1 || found == known.data() + i), "a table of colours, in its place");
            next = found + 1;
            const std::uint64_t offset = number(entry + 4);
            const std::uint64_t size = number(entry + 8);
            want(size == judge_table(*found, offset), "a table as long as its type says");
            if (offset < end && is_earlier(i, offset, size)) continue;
            want(offset == end, "tables one behind the other");
            end += (size + 3) / 4 * 4;
            if (end > bytes_.size()) refuse("tables inside the profile", at_);
            want_zero(offset + size, end - offset - size);
        }
        want(end == bytes_.size(), "the end of the profile behind its last table");
    }
    bool is_earlier(std::uint64_t count, std::uint64_t offset, std::uint64_t size) const {
        for (std::uint64_t i = 0; i < count; ++i) {
            if (number(tables_at + i * 12 + 4) == offset && number(tables_at + i * 12 + 8) == size) return true;
        }
        return false;
    }
    // How long the table is.
    std::uint64_t judge_table(const Known& what, std::uint64_t at) const {
        number(at, 12);
        const std::string_view type = bytes_.substr(at, 4);
        want(has_word(what.types, type), "a type that belongs to its table");
        want_zero(at + 4, 4);
        if (type == "desc") return judge_words(at, "\0\0\0\2-\0"sv, 92);
        if (type == "text") return judge_words(at, "-\0\0\0"sv, 12);
        if (type == "mluc") return judge_words(at, "\0\0\0\1\0\0\0\14enUS\0\0\0\2\0\0\0\34\0-\0\0"sv, 32);
        if (type == "XYZ ") return 20;
        if (type == "sf32") return 44;
        if (type == "curv") return 12 + 2 * number(at + 8);
        if (type == "para") {
            constexpr std::array<std::uint64_t, 5> sizes{16, 24, 28, 32, 40};
            want(number(at + 8, 2) < sizes.size() && number(at + 10, 2) == 0, "a curve of a known form");
            return sizes[number(at + 8, 2)];
        }
        return judge_lookup(at, type == "mft2");
    }
    std::uint64_t judge_words(std::uint64_t at, std::string_view words, std::uint64_t size) const {
        number(at + size - 1, 1);
        want(bytes_.substr(at + 8, words.size()) == words, "words that say nothing");
        want_zero(at + 8 + words.size(), size - 8 - words.size());
        return size;
    }
    std::uint64_t judge_lookup(std::uint64_t at, bool is_wide) const {
        const std::uint64_t inputs = number(at + 8, 1);
        std::uint64_t points = 3;
        want((inputs == 1 || inputs == 3 || inputs == 4) && number(at + 9, 1) == 3, "a table from a picture's colours");
        want_zero(at + 11, 1);
        for (std::uint64_t i = 0; i < inputs && points <= table_max; ++i) points *= number(at + 10, 1);
        want(points > 0 && points <= table_max, "a table that can be held");
        if (!is_wide) return 48 + 256 * inputs + points + 256 * 3;
        return 52 + 2 * (inputs * number(at + 48, 2) + points + 3 * number(at + 50, 2));
    }

    std::string_view bytes_;
    std::size_t at_;
};

}  // namespace

void judge_profile(Piece profile) { Profile(profile).judge(); }

}  // namespace mugaika::checker::pdf
