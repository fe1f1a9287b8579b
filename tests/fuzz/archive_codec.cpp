// Promise: any bytes are read as an archive of any kind without a crash, within the purse; numbers and names are the
// same whatever is wanted, and each name is a path that leads nowhere else.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "sanitizer/codec/archive/read_archive.hpp"

namespace {

using namespace mugaika;

// The first byte of the input chooses; the rest is the archive.
constexpr std::array<std::string_view, 11> types{"application/zip",
                                                 "application/x-7z-compressed",
                                                 "application/vnd.rar",
                                                 "application/x-lzh-compressed",
                                                 "application/x-tar",
                                                 "application/gzip",
                                                 "application/x-bzip2",
                                                 "application/x-xz",
                                                 "application/vnd.ms-cab-compressed",
                                                 "application/vnd.ms-tnef",
                                                 "application/vnd.ms-outlook"};

struct Reading {
    bool is_held = false;
    std::vector<std::string> names;
};

Reading read(std::string_view bytes, std::string_view type, std::vector<std::uint32_t> wanted) {
    FileLimits limits;
    limits.inner_bytes_max = 16 << 20;
    limits.archive_members_max = 50;
    limits.members_max = 200;
    FilePurse purse(limits);
    Reading reading;
    std::uint64_t given = 0;
    reading.is_held = codec::read_archive(bytes, type, "name.tgz", purse, codec::WantedMembers(wanted),
                                          [&](std::size_t, codec::ArchiveMember&& member) {
                                              reading.names.push_back(member.name);
                                              given += member.untrusted_bytes.size();
                                              if (member.held != Reason::none && !member.untrusted_bytes.empty())
                                                  std::abort();
                                              return codec::OnMember::go_on;
                                          })
                          .has_value();
    if (given > limits.inner_bytes_max || (reading.is_held && !reading.names.empty())) std::abort();
    return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool is_loaded = (codec::load_archive_tables(), true);
    if (!is_loaded || size == 0) return 0;
    const std::string_view type = types[data[0] % types.size()];
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Reading all = read(bytes, type, {});
    std::set<std::string> once;
    for (const std::string& name : all.names) {
        const bool leads_out = name.empty() || name.front() == '/' || ("/" + name + "/").find("/../") != name.npos;
        if (leads_out || name.size() > FileLimits().archive_name_bytes_max || !once.insert(name).second) std::abort();
    }
    const Reading second = read(bytes, type, {2, 3});
    if (second.is_held != all.is_held || second.names != all.names) std::abort();
    return 0;
}
