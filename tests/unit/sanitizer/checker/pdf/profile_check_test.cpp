#include "sanitizer/checker/pdf/profile_check.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "../../codec/pdf/small_pdf.hpp"
#include "../../codec/pdf/small_profile.hpp"
#include "sanitizer/checker/pdf/check_pdf.hpp"
#include "sanitizer/codec/pdf/colour_profile.hpp"
#include "sanitizer/codec/pdf/stream_filters.hpp"

using namespace mugaika;
using namespace mugaika::test;
using checker::pdf::judge_profile;

namespace {

bool is_refused(const std::string& profile) {
    try {
        judge_profile({profile, 0});
        return false;
    } catch (const checker::pdf::Refused& refused) {
        return !refused.words.empty();
    }
}

std::vector<std::string> good_profiles() {
    return {*codec::pdf::reduced_profile(rgb_profile().write(), 3),
            *codec::pdf::reduced_profile(grey_profile().write(), 1),
            *codec::pdf::reduced_profile(cmyk_profile(false).write(), 4),
            *codec::pdf::reduced_profile(cmyk_profile(true).put("A2B1", icc_table(4, true, '\1')).write(), 4)};
}

std::size_t end_of_list(const std::string& profile) {
    return 132 + 12 * static_cast<std::size_t>(static_cast<unsigned char>(profile[131]));
}

}  // namespace

TEST_CASE("the profiles that the codec makes are taken, and none as its author wrote it") {
    for (const std::string& good : good_profiles()) CHECK(!is_refused(good));
    CHECK(is_refused(rgb_profile().write()));
    CHECK(is_refused(cmyk_profile(true).write()));
    CHECK(is_refused(""));
}

TEST_CASE("AC-223 no byte of a profile's frame can say anything") {
    for (const std::string& good : good_profiles()) {
        const std::size_t intent = 67;
        for (std::size_t i = 0; i < end_of_list(good); ++i) {
            std::string broken = good;
            broken[i] = static_cast<char>(broken[i] ^ 1);
            INFO("byte " << i);
            CHECK(is_refused(broken) == (i != intent));
            broken[i] = static_cast<char>(broken[i] ^ 0x41);
            CHECK(is_refused(broken));
        }
    }
}

TEST_CASE("AC-223 nothing can be put into a profile or taken out of it") {
    for (const std::string& good : good_profiles()) {
        for (std::size_t i = 0; i <= good.size(); i += i < 400 ? 1 : 97) {
            std::string more = good;
            more.insert(i, 4, '\0');
            INFO("at " << i);
            CHECK(is_refused(more));
            if (i < good.size()) CHECK(is_refused(good.substr(0, i)));
        }
        CHECK(is_refused(good + "more"));
        // The same where the profile states its new length: it is shorter than 2^16 bytes.
        const std::size_t longer = good.size() + 4;
        std::string stated = good + "more";
        stated[2] = static_cast<char>(longer >> 8);
        stated[3] = static_cast<char>(longer & 0xff);
        CHECK(is_refused(stated));
    }
}

TEST_CASE("AC-223 tables of a profile lie in the order in which they are listed") {
    const std::string good = good_profiles().front();
    int tried = 0;
    for (std::size_t one = 132; one < end_of_list(good); one += 12) {
        for (std::size_t other = one + 12; other < end_of_list(good); other += 12) {
            std::string swapped = good;
            for (std::size_t i = 4; i < 12; ++i) std::swap(swapped[one + i], swapped[other + i]);  // where and how long
            if (swapped == good || good.substr(one + 8, 4) != good.substr(other + 8, 4)) continue;
            INFO("entries at " << one << " and " << other);
            CHECK(is_refused(swapped));
            ++tried;
        }
    }
    CHECK(tried > 0);
}

TEST_CASE("words and reserved bytes of a profile's tables are fixed") {
    for (const std::string& good : good_profiles()) {
        const std::size_t first = end_of_list(good);
        for (std::size_t i = 0; i < 8; ++i) {  // type and reserved bytes of the description
            std::string broken = good;
            broken[first + i] = static_cast<char>(broken[first + i] ^ 0x55);
            CHECK(is_refused(broken));
        }
        std::string broken = good;
        broken[good.find("-", first)] = 'x';
        CHECK(is_refused(broken));
    }
}

TEST_CASE("a document whose profile is none of ours is refused") {
    const std::string reduced = good_profiles().front();
    SmallPdf pdf;
    pdf.put(3, "<< /Type /Page /Parent 2 0 R /Resources << /ColorSpace << /C [ /ICCBased 6 0 R ] >> >> >>");
    pdf.put(6, pdf_stream(rgb_profile().write(), "/N 3"));
    const std::string good = rebuilt(pdf.write()).untrusted_bytes;
    const std::string packed = codec::pdf::encode_flate(reduced);
    const std::size_t at = good.find(packed);
    REQUIRE(at != std::string::npos);
    int tried = 0;
    for (char version = 5; version < 100; ++version) {
        std::string other = reduced;
        other[8] = version;
        other = codec::pdf::encode_flate(other);
        if (other.size() != packed.size()) continue;  // only then all offsets hold
        ++tried;
        CHECK(!checker::check_pdf(std::string(good).replace(at, packed.size(), other)));
    }
    CHECK(tried > 0);
}
