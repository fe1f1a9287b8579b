// What the bytes are, whatever the labels say: libmagic without its text tests plus text tests and tables of our own
// (STACK section 4). One FileTyper per worker, loaded before the sandbox closes. Linear; looks at 64 KB, and at the
// whole only where a format demands it. AC-100, AC-161, AC-219 … AC-225.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policy/part_facts.hpp"
#include "policy/result.hpp"

namespace mugaika::sandboxed {

struct FileType {
    std::string type;  // "application/pdf"
    PartKind kind = PartKind::other;
    bool dangerous_name = false;  // the kind is executable because of the name alone
    bool name_lies = false;       // the name promises a document, image or archive of another kind
};

class FileTyper {
public:
    static Result<FileTyper> load();
    FileTyper(FileTyper&&) noexcept;
    ~FileTyper();

    // `declared_type` and `extension` in lower case. The type chooses only among kinds of text; the extension can only
    // make the kind worse, never better: text with the name of a document is `other`, a dangerous name is `executable`.
    FileType type_of(std::string_view untrusted_bytes, std::string_view declared_type,
                     std::string_view extension) const;

private:
    FileTyper();
    FileType type_by_content(std::string_view untrusted_bytes, std::string_view declared_type) const;
    FileType binary_type(std::string_view untrusted_bytes) const;
    struct Magic;
    std::unique_ptr<Magic> magic_;
};

// What a well-known extension promises: pdf, office, image or archive; nothing for all others.
std::optional<PartKind> kind_of_extension(std::string_view lower_case_extension) noexcept;

// Extensions that are never delivered whatever is inside (exe, js, lnk, iso, one …).
bool is_dangerous_extension(std::string_view lower_case_extension) noexcept;

}  // namespace mugaika::sandboxed
