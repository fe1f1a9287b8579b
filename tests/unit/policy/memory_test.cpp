#include "policy/memory.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/sanitizer_build.hpp"
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

namespace {

constexpr std::size_t huge_page = 2 << 20;

// Whether each whole page of a fresh block of so many bytes is in memory before anybody has touched it.
bool is_warm(std::size_t bytes) {
    const std::unique_ptr<char, decltype(&std::free)> block(static_cast<char*>(std::malloc(bytes)), &std::free);
    const auto begin = (reinterpret_cast<std::uintptr_t>(block.get()) + page - 1) / page * page;
    std::vector<unsigned char> in_memory((bytes - page) / page);
    REQUIRE(::mincore(reinterpret_cast<void*>(begin), in_memory.size() * page, in_memory.data()) == 0);
    return std::all_of(in_memory.begin(), in_memory.end(), [](unsigned char one) { return (one & 1) != 0; });
}

}  // namespace

// Where pages of work that is done lie, one by one, no huge page can be.
TEST_CASE("what is allocated after the heap was warmed stands behind all that was used before") {
    if (test::sanitizer_build) return test::say_skipped("the heap: a sanitizer has one of its own");
    const pid_t child = ::fork();  // as workers are: what it does to the heap is gone with it
    if (child == 0) {
        keep_freed_memory();
        const std::size_t used = 3 * huge_page;
        void* block = std::malloc(used);
        std::memset(block, 1, used);
        const auto end_of_used = reinterpret_cast<std::uintptr_t>(::sbrk(0));
        std::free(block);
        warm_heap(huge_page);
        const auto next = reinterpret_cast<std::uintptr_t>(std::malloc(huge_page / 2));
        ::_exit(next + page >= end_of_used ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

TEST_CASE("what is allocated after the heap was warmed is in memory, and begins where a huge page can") {
    if (test::sanitizer_build) return test::say_skipped("the heap: a sanitizer has one of its own");
    if (!kernel_can()) return test::say_skipped("pages in bulk: the kernel is older than 5.14");
    keep_freed_memory();
    CHECK_FALSE(is_warm(5 * huge_page));
    warm_heap(huge_page);
    const std::unique_ptr<char, decltype(&std::free)> first(static_cast<char*>(std::malloc(huge_page / 2)), &std::free);
    // A few bytes before it may be the C library's.
    CHECK((reinterpret_cast<std::uintptr_t>(first.get()) + page) % huge_page < 2 * page);
    CHECK(is_warm(huge_page / 4));
    // Called again, it goes on behind what was taken: the next blocks stand side by side, and are warm.
    warm_heap(3 * huge_page);
    const std::unique_ptr<char, decltype(&std::free)> next(static_cast<char*>(std::malloc(huge_page)), &std::free);
    CHECK(next.get() - first.get() < static_cast<std::ptrdiff_t>(huge_page));
    CHECK(is_warm(huge_page));
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
