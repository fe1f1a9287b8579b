// What a codec made cannot be packed before a checker has passed it.
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/packed_file.hpp"

#ifdef CONTROL
mugaika::Result<mugaika::PackedFile> pack(mugaika::CheckedFile file) {
    return mugaika::PackedFile::from("2", mugaika::PlainLine(), {{"2/1", mugaika::PlainLine(), std::move(file)}});
}
#else
mugaika::Result<mugaika::PackedFile> pack(mugaika::FileMade file) {
    return mugaika::PackedFile::from("2", mugaika::PlainLine(), {{"2/1", mugaika::PlainLine(), std::move(file)}});
}
#endif
