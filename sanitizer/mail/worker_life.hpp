// Whether a worker may read another mail after this one. The relay asks it of the checked answer, so that the worker
// has no say in it; an honest worker asks the same and ends by itself.
#pragma once

#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Plain text and HTML in any arrangement may share a worker's life. An anomaly, any other kind of content, a file that
// crosses or a part that was kept back ends it.
bool may_live_on(const Extract&) noexcept;

}  // namespace mugaika
