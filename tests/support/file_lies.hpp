// Codec workers and checkers that misbehave, by the name of how they do it, and the mail that they are asked about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"
#include "sanitizer/worker/template.hpp"

namespace mugaika::test {

// A PNG with a text chunk that names a person, in base64 the part "2" of the mail, "2/2" of the mail in a mail.
const std::string& sample_png();
const std::string& mail_with_picture();
const std::string& mail_in_mail_with_picture();

// What a codec that is wholly taken over may answer about sample_png(), and what stops it.
struct FileLie {
    std::string_view name;
    Reason stopped_as;
    std::string_view stopped_by;  // stands in the words
};
const std::vector<FileLie>& file_lies();

// "codec.honest", "codec.NAME of a lie", "checker.real", "checker.dies" …; empty for any other name.
WorkerBody file_behaviour(std::string_view name);

}  // namespace mugaika::test
