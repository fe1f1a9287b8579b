// Is a file a program? The relay's own judgement of what is about to cross, whatever a worker says of its kind: by the
// first bytes, and by the last extension of its name as Windows would read it. Programs never cross, a person's order
// or not (DOMAIN section 2). Shares no table with the worker, as the gate shares none with the composer.
//
// BUGS: scripts without "#!" and macros have no first bytes of their own; their names decide.
#pragma once

#include <string_view>

namespace mugaika {

bool begins_like_a_program(std::string_view bytes) noexcept;
// Of "a.pdf.exe . " it is "exe": blanks and dots at the end do not count, and what follows a colon is not the name.
bool has_name_of_a_program(std::string_view name);

}  // namespace mugaika
