// A checker's answer cannot be made up: only decoding the frame of a checker makes one.
#include "sanitizer/mail/file_job.hpp"

#ifdef CONTROL
bool look(const mugaika::CheckAnswer& answer) { return answer.passes(); }
#else
mugaika::CheckAnswer forge() { return {mugaika::SafeKind::png, "", 1, ""}; }
#endif
