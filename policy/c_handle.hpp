// An object of a C library with one owner, given back by the library's own function.
#pragma once

#include <memory>

namespace mugaika {

template <auto give_back>
struct GiveBack {
    template <class T>
    void operator()(T* object) const noexcept {
        give_back(object);
    }
};

template <class T, auto give_back>
using CHandle = std::unique_ptr<T, GiveBack<give_back>>;

}  // namespace mugaika
