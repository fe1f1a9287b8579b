#include "policy/memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/skipped.hpp"

using namespace mugaika;

namespace {

const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));

// Of so many pages that nobody has touched.
struct Untouched {
    explicit Untouched(std::size_t count)
        : bytes(count * page),
          at(static_cast<char*>(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {}
    ~Untouched() { ::munmap(at, bytes); }
    Untouched(const Untouched&) = delete;
    Untouched& operator=(const Untouched&) = delete;

    std::string taken() const {
        std::vector<unsigned char> in_memory(bytes / page);
        REQUIRE(::mincore(at, bytes, in_memory.data()) == 0);
        std::string words;
        for (const unsigned char one : in_memory) words += (one & 1) != 0 ? 'x' : '.';
        return words;
    }
    std::uintptr_t begin() const { return reinterpret_cast<std::uintptr_t>(at); }

    std::size_t bytes;
    char* at;
};

bool kernel_can() {
    constexpr int populate_write = 23;
    const Untouched one(1);
    return ::madvise(one.at, page, populate_write) == 0;
}

}  // namespace

TEST_CASE("whole pages between two addresses are taken, and no others") {
    if (!kernel_can()) return test::say_skipped("pages in bulk: the kernel is older than 5.14");
    const Untouched pages(6);
    take_pages(pages.begin() + 1, pages.begin() + 4 * page + 1);
    CHECK(pages.taken() == ".xxx..");
    take_pages(pages.begin() + 5 * page + 1, pages.begin() + 6 * page - 1);
    CHECK(pages.taken() == ".xxx..");
    CHECK(std::all_of(pages.at, pages.at + 4 * page, [](char c) { return c == 0; }));
}

TEST_CASE("the heap is warmed without harm, however much is asked for") {
    for (const std::uint64_t bytes :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 20, std::numeric_limits<std::uint64_t>::max()}) {
        warm_heap(bytes);
        warm_heap_for_job(bytes, 8);
    }
    const std::string after(1 << 20, 'x');
    CHECK(after.find_first_not_of('x') == std::string::npos);
}
