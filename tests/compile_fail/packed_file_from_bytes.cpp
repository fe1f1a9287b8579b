// A PackedFile cannot be made from bytes: it is packed of files that a checker has read.
#include "sanitizer/mail/packed_file.hpp"

#ifdef CONTROL
const std::string& look(const mugaika::PackedFile& file) { return file.bytes(); }
#else
mugaika::PackedFile forge(std::string bytes) { return {"2", mugaika::PlainLine(), std::move(bytes), "", {}}; }
#endif
