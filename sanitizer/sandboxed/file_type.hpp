// What the bytes are, whatever the labels say: libmagic without its text tests plus text tests and tables of our own
// (STACK section 4). One FileTyper per worker, loaded before the sandbox closes. Linear; looks at 64 KB, and at the
// whole only where a format demands it. AC-100, AC-161, AC-219 … AC-225.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "policy/part_facts.hpp"
#include "policy/result.hpp"

namespace mugaika::sandboxed {

struct FileType {
    std::string type;   // "application/pdf"
    PartKind kind = PartKind::other;
};

class FileTyper {
public:
    static Result<FileTyper> load();
    FileTyper(FileTyper&&) noexcept;
    ~FileTyper();

    // `declared_type` chooses only among kinds of text; `extension` can only make the kind worse, never better.
    FileType type_of(std::string_view untrusted_bytes, std::string_view declared_type, std::string_view extension) const;

private:
    FileTyper();
    struct Magic;
    std::unique_ptr<Magic> magic_;
};

// Extensions that are never delivered whatever is inside (exe, js, lnk, iso, one …).
bool is_dangerous_extension(std::string_view lower_case_extension) noexcept;

}  // namespace mugaika::sandboxed
