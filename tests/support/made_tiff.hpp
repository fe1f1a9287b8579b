// TIFFs for tests, written by hand: strips without compression.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/made_pictures.hpp"

namespace mugaika::test {

using namespace std::string_literals;

struct TiffWanted {
    std::uint32_t width = 3, height = 2, bits = 8, photometric = 1, orientation = 1, samples = 1;
    std::string pixels = "abcdef";
    bool is_big_endian = false;
    int pages = 1;
    bool is_looped = false;  // the last page is followed by the first
    bool has_density = false;
    int small_pages = 0;   // of `pages`, the first ones: small pictures of the others
    int broken_page = -1;  // whose pixels would lie behind the end
};

class TiffWriter {
public:
    explicit TiffWriter(const TiffWanted& wanted) : wanted_(wanted) {}

    std::string write() {
        out_ = (wanted_.is_big_endian ? "MM" : "II") + number(42, 2) + number(0, 4);
        const std::size_t pixels_at = out_.size();
        out_ += wanted_.pixels + std::string(wanted_.pixels.size() % 2, '\0');
        const std::size_t resolution_at = out_.size();
        out_ += number(300, 4) + number(1, 4);
        const std::size_t depths_at = out_.size();
        for (std::uint32_t i = 0; i < wanted_.samples; ++i) out_ += number(wanted_.bits, 2);
        std::size_t link_at = 4, first = 0;
        for (int page = 0; page < wanted_.pages; ++page) {
            out_ += std::string(out_.size() % 2, '\0');
            out_.replace(link_at, 4, number(static_cast<std::uint32_t>(out_.size()), 4));
            if (page == 0) first = out_.size();
            append_page(page, page == wanted_.broken_page ? out_.size() + 1'000'000 : pixels_at, resolution_at,
                        depths_at);
            link_at = out_.size() - 4;
        }
        if (wanted_.is_looped) out_.replace(link_at, 4, number(static_cast<std::uint32_t>(first), 4));
        return out_;
    }

private:
    std::string number(std::uint32_t value, unsigned size) const {
        const std::string big = be(value, size);
        return wanted_.is_big_endian ? big : std::string(big.rbegin(), big.rend());
    }
    std::string entry(std::uint32_t tag, std::uint32_t type, std::uint32_t count, std::size_t value) const {
        const auto word = static_cast<std::uint32_t>(value);
        return number(tag, 2) + number(type, 2) + number(count, 4) +
               (type == 3 && count == 1 ? number(word, 2) + "\0\0"s : number(word, 4));
    }
    void append_page(int page, std::size_t pixels_at, std::size_t resolution_at, std::size_t depths_at) {
        std::vector<std::string> entries = {
            entry(0xfe, 4, 1, page < wanted_.small_pages ? 1 : 0),
            entry(0x100, 4, 1, wanted_.width),
            entry(0x101, 4, 1, wanted_.height),
            wanted_.samples == 1 ? entry(0x102, 3, 1, wanted_.bits) : entry(0x102, 3, wanted_.samples, depths_at),
            entry(0x103, 3, 1, 1),
            entry(0x106, 3, 1, wanted_.photometric),
            entry(0x111, 4, 1, pixels_at),
            entry(0x112, 3, 1, wanted_.orientation),
            entry(0x115, 3, 1, wanted_.samples),
            entry(0x116, 4, 1, wanted_.height),
            entry(0x117, 4, 1, wanted_.pixels.size()),
        };
        if (wanted_.has_density) {
            for (const std::uint32_t tag : {0x11au, 0x11bu}) entries.push_back(entry(tag, 5, 1, resolution_at));
            entries.push_back(entry(0x128, 3, 1, 2));
        }
        out_ += number(static_cast<std::uint32_t>(entries.size()), 2);
        for (const std::string& one : entries) out_ += one;
        out_ += number(0, 4);
    }

    const TiffWanted& wanted_;
    std::string out_;
};

template <class Change>
std::string tiff_of(Change change) {
    TiffWanted wanted;
    change(wanted);
    return TiffWriter(wanted).write();
}

}  // namespace mugaika::test
