// Why a package is not rebuilt. Thrown inside this room, caught by rebuild_ooxml; never through a C library.
#pragma once

#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::ooxml {

using zip::damaged;
using zip::refuse;
using zip::Refused;

}  // namespace mugaika::codec::ooxml
