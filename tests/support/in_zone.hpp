// Tests speak of one time zone whatever zone the machine is in.
#pragma once

#include <cstdlib>
#include <ctime>
#include <string>

namespace mugaika {

class InZone {
public:
    explicit InZone(const char* zone) {
        if (const char* old = std::getenv("TZ")) old_ = old;
        setenv("TZ", zone, 1);
        tzset();
    }
    ~InZone() {
        if (old_.empty()) {
            unsetenv("TZ");
        } else {
            setenv("TZ", old_.c_str(), 1);
        }
        tzset();
    }
    InZone(const InZone&) = delete;
    InZone& operator=(const InZone&) = delete;

private:
    std::string old_;
};

}  // namespace mugaika
