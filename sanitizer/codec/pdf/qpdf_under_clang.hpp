// Comes before everything else where clang reads qpdf's headers (CMake's -include; sanitizer builds only), in place of
// qpdf/JSON.hh: there a class has a std::vector of the class around it, which clang wants to see whole too early when
// vectors can be constexpr (C++20). Nothing of ours speaks JSON with qpdf; a name is all that its other headers need.
#pragma once

#define JSON_HH
#ifndef POINTERHOLDER_TRANSITION
#define POINTERHOLDER_TRANSITION 4
#endif
#include <qpdf/DLL.h>
#include <qpdf/Types.h>
#include <qpdf/PointerHolder.hh>

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

class JSON;
