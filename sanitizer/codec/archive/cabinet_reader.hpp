// Microsoft cabinets ([MS-CAB]) by libmspack, of bytes in memory, and an end at the first error: libarchive's reader
// has freed what was not its own (STACK-FILES.md 7). One cabinet alone; a part of a set is held (AC-155).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "sanitizer/codec/archive/library_reader.hpp"
#include "sanitizer/mail/file_purse.hpp"

struct mscab_decompressor;
struct mscabd_cabinet;
struct mscabd_file;
struct mscabd_folder;

namespace mugaika::codec::archive {

// Members must stand in their folders one behind the other, as every writer has them: going back would unpack a folder
// once more for each member (AC-147). A gap between them is paid too, since it is unpacked.
class CabinetReader {
public:
    // All functions throw zip::Refused: document_damaged, not_representable, one_volume, inner_too_large. The bytes
    // must live as long as the reader.
    explicit CabinetReader(std::string_view untrusted);

    // As LibraryReader's.
    bool next(LibraryMember&);
    std::string read(FilePurse&);

private:
    struct Memory;  // what the library takes for a file system
    struct FreeMemory {
        void operator()(Memory*) const noexcept;
    };
    struct FreeLibrary {
        void operator()(mscab_decompressor*) const noexcept;
    };
    struct FreeCabinet {
        mscab_decompressor* library;
        void operator()(mscabd_cabinet*) const noexcept;
    };

    std::unique_ptr<Memory, FreeMemory> memory_;
    std::unique_ptr<mscab_decompressor, FreeLibrary> library_;
    std::unique_ptr<mscabd_cabinet, FreeCabinet> cabinet_{nullptr, FreeCabinet{nullptr}};
    mscabd_file* next_ = nullptr;
    mscabd_file* file_ = nullptr;
    mscabd_folder* folder_ = nullptr;  // of the last member that was read
    std::uint64_t folder_end_ = 0;     // where that member ended in it
};

}  // namespace mugaika::codec::archive
