#include "sanitizer/codec/archive/cabinet_reader.hpp"

#include <mspack.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "sanitizer/codec/archive/held_reasons.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::archive {
namespace {

// An open file of the library: the cabinet, to be read; or the one member that is taken out, to be written.
struct OpenFile : mspack_file {
    std::string_view in;
    std::string* out = nullptr;
    std::size_t at = 0;
};

OpenFile& opened(mspack_file* file) noexcept { return *static_cast<OpenFile*>(file); }

void close_file(mspack_file* file) noexcept { delete static_cast<OpenFile*>(file); }

int read_file(mspack_file* file, void* buffer, int wanted) noexcept {
    OpenFile& from = opened(file);
    if (from.out != nullptr || wanted < 0) return -1;
    const std::size_t size = std::min(static_cast<std::size_t>(wanted), from.in.size() - from.at);
    if (size != 0) std::memcpy(buffer, from.in.data() + from.at, size);
    from.at += size;
    return static_cast<int>(size);
}

// Into the room that was made for the member's stated length: nothing more is taken, and nothing is allocated here.
int write_file(mspack_file* file, void* buffer, int given) noexcept {
    OpenFile& into = opened(file);
    if (into.out == nullptr || given < 0) return -1;
    const auto size = static_cast<std::size_t>(given);
    if (size > into.out->size() - into.at) return -1;
    if (size != 0) std::memcpy(into.out->data() + into.at, buffer, size);
    into.at += size;
    return given;
}

int seek_file(mspack_file* file, off_t offset, int mode) noexcept {
    OpenFile& in = opened(file);
    const auto size = static_cast<off_t>(in.in.size());
    const off_t begin = mode == MSPACK_SYS_SEEK_START ? 0 : mode == MSPACK_SYS_SEEK_END ? size : off_t(in.at);
    if (offset < -begin || offset > size - begin) return -1;
    in.at = static_cast<std::size_t>(begin + offset);
    return 0;
}

off_t tell_file(mspack_file* file) noexcept { return static_cast<off_t>(opened(file).at); }

void say_nothing(mspack_file*, const char*, ...) noexcept {}

void* take_memory(mspack_system*, std::size_t bytes) noexcept { return std::malloc(bytes); }
void free_memory(void* memory) noexcept { std::free(memory); }
void copy_memory(void* from, void* to, std::size_t bytes) noexcept { std::memcpy(to, from, bytes); }

constexpr const char* the_cabinet = "cabinet";
constexpr const char* the_member = "member";

[[noreturn]] void refuse_with(int error) {
    switch (error) {
        case MSPACK_ERR_NOMEMORY:
            throw std::bad_alloc();
        case MSPACK_ERR_SIGNATURE:
            zip::damaged("the cabinet does not begin as one");
        case MSPACK_ERR_CHECKSUM:
            zip::damaged("a sum in the cabinet is wrong");
        default:
            zip::damaged("the cabinet is damaged");
    }
}

}  // namespace

struct CabinetReader::Memory : mspack_system {
    explicit Memory(std::string_view untrusted) : mspack_system{}, cabinet(untrusted) {
        open = open_file;
        close = close_file;
        read = read_file;
        write = write_file;
        seek = seek_file;
        tell = tell_file;
        message = say_nothing;
        alloc = take_memory;
        mspack_system::free = free_memory;
        copy = copy_memory;
    }

    static mspack_file* open_file(mspack_system* self, const char* name, int mode) noexcept {
        auto& memory = *static_cast<Memory*>(self);
        auto* file = new (std::nothrow) OpenFile;
        if (file == nullptr) return nullptr;
        if (name == the_cabinet && mode == MSPACK_SYS_OPEN_READ) {
            file->in = memory.cabinet;
        } else {
            file->out = &memory.member;
        }
        return file;
    }

    std::string_view cabinet;
    std::string member;
};

void CabinetReader::FreeMemory::operator()(Memory* memory) const noexcept { delete memory; }

void CabinetReader::FreeLibrary::operator()(mscab_decompressor* library) const noexcept {
    mspack_destroy_cab_decompressor(library);
}

void CabinetReader::FreeCabinet::operator()(mscabd_cabinet* cabinet) const noexcept {
    library->close(library, cabinet);
}

CabinetReader::CabinetReader(std::string_view untrusted) : memory_(new Memory(untrusted)) {
    library_.reset(mspack_create_cab_decompressor(memory_.get()));
    if (!library_) throw std::bad_alloc();
    cabinet_ = {library_->open(library_.get(), the_cabinet), FreeCabinet{library_.get()}};
    if (!cabinet_) refuse_with(library_->last_error(library_.get()));
    if ((cabinet_->flags & (MSCAB_HDR_PREVCAB | MSCAB_HDR_NEXTCAB)) != 0) {
        throw zip::Refused{one_volume, "one of several files that are a cabinet together"};
    }
    next_ = cabinet_->files;
}

bool CabinetReader::next(LibraryMember& member) {
    file_ = std::exchange(next_, next_ == nullptr ? nullptr : next_->next);
    if (file_ == nullptr) return false;
    member = LibraryMember{file_->filename};
    member.says_utf8 = (file_->attribs & MSCAB_ATTRIB_UTF_NAME) != 0;
    return true;
}

std::string CabinetReader::read(FilePurse& purse) {
    if (std::exchange(folder_, file_->folder) != file_->folder) folder_end_ = 0;
    if (file_->offset < folder_end_) zip::damaged("members of a cabinet lie over each other");
    const std::uint64_t end = std::uint64_t{file_->offset} + file_->length;
    if (!purse.take_inner(end - folder_end_)) {
        throw zip::Refused{out_of_purse, "the members are larger than allowed"};
    }
    folder_end_ = end;
    memory_->member.assign(file_->length, '\0');
    if (const int error = library_->extract(library_.get(), file_, the_member); error != MSPACK_ERR_OK) {
        refuse_with(error);
    }
    return std::move(memory_->member);
}

}  // namespace mugaika::codec::archive
