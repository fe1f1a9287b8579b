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
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, from_heap_bytes_max - 64));
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
