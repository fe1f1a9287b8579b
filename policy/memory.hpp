// Memory taken in bulk. A process that was forked for one file meets each page that it touches by a fault, and under a
// hypervisor a fault costs more than the work on the page: 20 us where it was measured, 12 us for a page that was taken
// in bulk before. Where much is needed, it is taken in huge pages (2 MB, one fault): ten times cheaper still, where the
// kernel has them for whoever asks (transparent_hugepage: madvise or always). Where it knows no such request, nothing
// happens, and faults do the same one by one.
#pragma once

#include <cstdint>

namespace mugaika {

// All whole pages between the two addresses, which are the caller's, as if each had been written to.
void take_pages(std::uintptr_t begin, std::uintptr_t end) noexcept;

// The C library keeps what is freed for the next use, and takes large blocks from the heap too, where they are warm.
// For processes that end soon; to be called before there is a second thread.
void keep_freed_memory() noexcept;

// Takes that many bytes for the heap, at most 20 MB: what is allocated next is made of them. Asks the kernel for
// nothing that a sandbox forbids; where there is no memory, nothing happens. Too much costs little, too little a fault
// a page. For processes with one thread.
void warm_heap(std::uint64_t bytes) noexcept;

// For a job of so many bytes, of which several are made on the way: times what is made of each, at most 8 MB.
void warm_heap_for_job(std::uint64_t bytes, std::uint64_t times) noexcept;

}  // namespace mugaika
