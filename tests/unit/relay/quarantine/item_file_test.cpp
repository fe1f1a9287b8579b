#include "relay/quarantine/item_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "quarantine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// The layout of item_file.hpp.
constexpr std::size_t header_bytes = 68;
constexpr std::size_t salt_at = 20;
constexpr std::size_t meta_length_at = 52;
constexpr std::size_t original_length_at = 60;
constexpr std::size_t chunk = 1u << 20;
constexpr std::size_t tag = 16;
const std::string meta = "the meta text";
constexpr std::size_t first_chunk_at = header_bytes + 13 + tag;

class ItemFile : public Folder {
public:
    ItemFile() {
        auto made = KeyFile::create(*this / "key");
        REQUIRE(made.has_value());
        keys = std::move(*made);
    }
    std::string write(const std::string& name, std::string_view text, std::string_view original) const {
        const std::string path = *this / name;
        const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
        REQUIRE(write_item_file(file.get(), keys.newest(), text, original).has_value());
        return path;
    }
    Result<std::string> read(const std::string& path) const {
        std::string bytes;
        const auto reading = read_item_file(path, keys, [&](std::string_view piece) {
            bytes += piece;
            return Result<void>();
        });
        if (!reading) return reading.error();
        return bytes;
    }
    // Why it is not read. It must be the file's fault: that of the disk moves nothing aside.
    std::string fault_of(const std::string& path) const {
        const auto reading = read(path);
        REQUIRE_FALSE(reading.has_value());
        CHECK(reading.error().fault() == Fault::protocol);
        return reading.error().words();
    }

    KeyFile keys;
};

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void put(const std::string& path, std::size_t offset, std::string_view bytes) {
    const FileDescriptor file(open(path.c_str(), O_WRONLY));
    REQUIRE(pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset)) ==
            static_cast<ssize_t>(bytes.size()));
}

std::string number(std::uint64_t value) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xff));
    return bytes;
}

}  // namespace

TEST_CASE_METHOD(ItemFile,
                 "AC-241 equal chunks of an item look different on the disk, and exchanged ones are noticed") {
    const std::string path = write("a.item", meta, std::string(2 * chunk, 'x'));
    std::string file = bytes_of(path);
    const std::string first = file.substr(first_chunk_at, chunk + tag);
    const std::string second = file.substr(first_chunk_at + chunk + tag, chunk + tag);
    CHECK((first.substr(0, chunk) != second.substr(0, chunk)));
    // Exchanged, tags and all: each is authentic in its own place only.
    put(path, first_chunk_at, second + first);
    CHECK_THAT(fault_of(path), Catch::Contains("altered"));
    // So is the meta text, where it is as long as the original.
    const std::string same = write("b.item", meta, meta);
    file = bytes_of(same);
    CHECK(file.substr(header_bytes, meta.size()) != file.substr(first_chunk_at, meta.size()));
}

TEST_CASE_METHOD(ItemFile, "two items of one mail have nothing in common: a salt, and so a key, of their own") {
    const std::string one = bytes_of(write("a.item", meta, "the same mail"));
    const std::string two = bytes_of(write("b.item", meta, "the same mail"));
    REQUIRE(one.size() == two.size());
    CHECK(one.substr(salt_at, 32) != two.substr(salt_at, 32));
    CHECK(one.substr(header_bytes, meta.size()) != two.substr(header_bytes, meta.size()));
    CHECK(one.substr(first_chunk_at, 13) != two.substr(first_chunk_at, 13));
}

TEST_CASE_METHOD(ItemFile, "AC-241 an item cut behind a chunk is noticed, though its length was made to fit") {
    const std::string path = write("a.item", meta, std::string(2 * chunk, 'x'));
    REQUIRE(truncate(path.c_str(), first_chunk_at + chunk + tag) == 0);
    CHECK_THAT(fault_of(path), Catch::Contains("cut"));
    put(path, original_length_at, number(chunk));
    CHECK_THAT(fault_of(path), Catch::Contains("altered"));
    // The whole original cut away is a mail without content.
    REQUIRE(truncate(path.c_str(), first_chunk_at) == 0);
    put(path, original_length_at, number(0));
    CHECK_THAT(fault_of(path), Catch::Contains("altered"));
}

TEST_CASE_METHOD(ItemFile,
                 "a header that claims an impossible meta text is refused before anything of that size is read") {
    const std::string path = write("a.item", meta, "x");
    for (const std::uint64_t claim :
         {std::uint64_t{1} << 40, std::uint64_t{item_meta_bytes_max} + 1, ~std::uint64_t{0}}) {
        CAPTURE(claim);
        put(path, meta_length_at, number(claim));
        CHECK_THAT(fault_of(path), Catch::Contains("impossible length"));
    }
}

TEST_CASE_METHOD(ItemFile, "AC-241 every byte of header, meta text and tags counts, and those of each chunk") {
    const std::string path = write("a.item", meta, std::string(2 * chunk + 5, 'x'));
    const std::string whole = bytes_of(path);
    REQUIRE(whole.size() == first_chunk_at + 2 * (chunk + tag) + 5 + tag);
    std::vector<std::size_t> offsets;
    for (std::size_t at = 0; at < first_chunk_at; ++at) offsets.push_back(at);
    for (const std::size_t end : {first_chunk_at + chunk + tag, first_chunk_at + 2 * (chunk + tag), whole.size()}) {
        for (std::size_t at = end - tag - 2; at < end; ++at) offsets.push_back(at);
    }
    for (const std::size_t middle : {first_chunk_at, first_chunk_at + 500000, first_chunk_at + chunk + tag + 700000}) {
        offsets.push_back(middle);
    }
    for (const std::size_t at : offsets) {
        CAPTURE(at);
        put(path, at, std::string(1, static_cast<char>(whole[at] ^ 1)));
        CHECK_FALSE(read(path).has_value());
        put(path, at, whole.substr(at, 1));
    }
    CHECK(read(path).value() == std::string(2 * chunk + 5, 'x'));
}

TEST_CASE_METHOD(ItemFile, "an item that was cut or lengthened anywhere is noticed by who reads only its meta text") {
    const std::string path = write("a.item", meta, std::string(chunk + 5, 'x'));
    const std::string whole = bytes_of(path);
    const auto meta_is_read = [&] { return read_item_file(path, keys, nullptr).has_value(); };
    CHECK(meta_is_read());
    for (const std::size_t size :
         {whole.size() - 1, whole.size() - tag - 5, first_chunk_at, header_bytes, std::size_t{0}}) {
        CAPTURE(size);
        REQUIRE(truncate(path.c_str(), static_cast<off_t>(size)) == 0);
        CHECK_FALSE(meta_is_read());
        std::ofstream(path, std::ios::binary) << whole;
    }
    std::ofstream(path, std::ios::binary | std::ios::app) << "x";
    CHECK_FALSE(meta_is_read());
}

TEST_CASE_METHOD(ItemFile, "what is wrong with an item is said with its id and not with its path") {
    const std::string path = write("0123456789abcdefghjkmnpqrs.item", meta, "x");
    std::ofstream(path, std::ios::binary) << "no item";
    CHECK(fault_of(path) == "kept mail 0123456789abcdefghjkmnpqrs ends early");
    const auto missing = read(*this / "0123456789abcdefghjkmnpqrz.item");
    CHECK(missing.error().fault() == Fault::not_found);
    CHECK(missing.error().words() == "there is no kept mail 0123456789abcdefghjkmnpqrz");
}
