// A CheckedFile cannot be made from bytes: only a checker's answer about them makes one.
#include "sanitizer/mail/checked_file.hpp"

#ifdef CONTROL
const std::string& look(const mugaika::CheckedFile& file) { return file.bytes(); }
#else
mugaika::CheckedFile forge(std::string bytes) { return {mugaika::SafeKind::png, "", 1, std::move(bytes)}; }
#endif
