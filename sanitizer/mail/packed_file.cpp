#include "sanitizer/mail/packed_file.hpp"

#include "policy/ascii.hpp"
#include "sanitizer/mail/packed_name.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/zip_writer.hpp"

namespace mugaika {
namespace {

constexpr std::size_t members_max = 10'000;
constexpr std::uint64_t packed_bytes_max = std::uint64_t{4'000'000'000};  // no ZIP64: what all readers read

}  // namespace

Result<PackedFile> PackedFile::from(std::string path, PlainLine name, std::vector<RebuiltFile> members) {
    if (members.empty()) return Error(Fault::bad_input, "packed: no members");
    if (!ascii::to_lower(name.str()).ends_with(extension(SafeKind::zip))) {
        return Error(Fault::bad_input, "packed: a name that does not end in .zip");
    }
    if (members.size() > members_max) return Error(Fault::limit, "packed: too many members");
    const std::vector<std::string> names = packed_names(members);
    std::uint64_t bytes = bytes_around(names);
    for (const RebuiltFile& member : members) bytes += member.file.bytes().size();
    if (bytes > packed_bytes_max) return Error(Fault::limit, "packed: more than a ZIP can hold");

    ZipWriter zip(bytes);
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < members.size(); ++i) {
        // Each member goes as soon as it is written: a mail's files stand in memory once, and one of them twice.
        const CheckedFile file = std::move(members[i].file);
        const std::uint64_t at = zip.add(names[i], file.bytes());
        entries.push_back({names[i], file.sha256(), file.kind(), file.bytes().size(), at});
    }
    std::string packed = std::move(zip).finish();
    std::string digest = sha256_hex(packed);
    return PackedFile(std::move(path), std::move(name), std::move(packed), std::move(digest), std::move(entries));
}

}  // namespace mugaika
