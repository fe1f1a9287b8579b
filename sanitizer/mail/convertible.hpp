// What engines can be asked to convert, here and now.
#pragma once

#include <memory>

#include "sanitizer/mail/file_command.hpp"
#include "sanitizer/mail/office_format.hpp"

namespace mugaika {

struct Convertible {
    Convertible(OfficeFormats by_office = {}) : formats(by_office) {}

    OfficeFormats formats;                           // by LibreOffice
    std::shared_ptr<const FileCommands> commands{};  // of the configuration; shared by the mails under way; null: none

    // The one that is asked before anything else; nullptr: none.
    const FileCommand* command_for(const PartFacts& facts) const noexcept {
        return commands == nullptr ? nullptr : mugaika::command_for(*commands, facts);
    }
};

}  // namespace mugaika
