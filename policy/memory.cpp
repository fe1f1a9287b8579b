#include "policy/memory.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace mugaika {
namespace {

constexpr int populate_write = 23;  // Linux 5.14; older headers have no name for it

constexpr int from_heap_bytes_max = 32 << 20;  // glibc takes no more
constexpr int freed_bytes_kept = 32 << 20;
constexpr int growth_bytes = 256 << 10;
constexpr std::uint64_t job_bytes_max = 8 << 20;

constexpr std::uintptr_t huge_page = 2 << 20;            // x86-64; arm64 with pages of 4 KB
constexpr std::size_t worth_huge_pages = huge_page / 4;  // less is cheaper page by page: a huge one is cleared whole
constexpr std::size_t huge_bytes_max = 20 << 20;  // with what is kept of it when it is free: see freed_bytes_kept
constexpr std::size_t chunk_bytes = 32;           // what the C library keeps before and behind a block

constexpr std::uintptr_t rounded_up(std::uintptr_t at) noexcept { return (at + huge_page - 1) / huge_page * huge_page; }

// Where the next block of the heap would stand; 0: no room. The C library writes behind a block that it cuts off, and
// where one page is there already no huge one can be: so the block is larger than all that is ever taken.
std::uintptr_t free_end() noexcept {
    void* block = std::malloc(huge_bytes_max + huge_page);
    const auto place = reinterpret_cast<std::uintptr_t>(block);
    std::free(block);
    return place;
}

// The free end begins at a huge page from now on: what lies before stays allocated and is never touched. Up to
// `used_until` pages may be there from work that is done.
std::uintptr_t free_end_at_huge_page(std::uintptr_t used_until) noexcept {
    const std::uintptr_t place = free_end();
    if (place == 0) return 0;
    const std::uintptr_t first = rounded_up(std::max(place, used_until));
    if (first - place <= chunk_bytes) return first;
    const void* never_freed = std::malloc(first - place - chunk_bytes);
    return never_freed == nullptr ? 0 : first;
}

// Goes on where the last call ended, as long as the free end still lies in what it took.
void warm_huge_pages(std::size_t bytes) noexcept {
    static std::uintptr_t taken_from = 0;
    static std::uintptr_t taken_to = 0;
    // Where the heap ended at first, of the process that this one was forked from too.
    static const auto used_until = reinterpret_cast<std::uintptr_t>(::sbrk(0));
    std::uintptr_t place = free_end();
    const bool goes_on = place >= taken_from && place < taken_to;
    if (!goes_on) place = taken_from = taken_to = free_end_at_huge_page(used_until);
    const std::uintptr_t end = place + bytes;
    if (place == 0 || end <= taken_to) return;
    ::madvise(reinterpret_cast<void*>(taken_to), rounded_up(end) - taken_to, MADV_HUGEPAGE);
    take_pages(taken_to, end);  // with less than the last huge page where there is none to be had
    taken_to = rounded_up(end);
}

}  // namespace

void take_pages(std::uintptr_t begin, std::uintptr_t end) noexcept {
    static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t behind = end / page * page;
    if (first >= behind) return;
    ::madvise(reinterpret_cast<void*>(first), behind - first, populate_write);
}

void keep_freed_memory() noexcept {
    ::mallopt(M_MMAP_THRESHOLD, from_heap_bytes_max);
    ::mallopt(M_TRIM_THRESHOLD, freed_bytes_kept);
    ::mallopt(M_TOP_PAD, growth_bytes);
}

void warm_heap(std::uint64_t bytes) noexcept {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, huge_bytes_max));
    if (size >= worth_huge_pages) return warm_huge_pages(size);
    void* block = std::malloc(size);
    if (block == nullptr) return;
    const auto begin = reinterpret_cast<std::uintptr_t>(block);
    take_pages(begin, begin + size);
    std::free(block);
}

void warm_heap_for_job(std::uint64_t bytes, std::uint64_t times) noexcept {
    warm_heap(bytes < job_bytes_max / times ? bytes * times : job_bytes_max);
}

}  // namespace mugaika
