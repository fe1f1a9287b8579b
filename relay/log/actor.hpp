// Who gave a command: what the audit events of the quarantine and the outbox say of a person.
#pragma once

#include <sys/types.h>

#include <string>

namespace mugaika {

struct Actor {
    std::string person;     // as they call themselves (--by), or the name that was looked up; "" for a timer's work
    uid_t uid = 0;          // real, of the process that was started; not of whom it became
    std::string sudo_user;  // what sudo says; "" without it. Others can set it too: it is a hint beside the uid
};

}  // namespace mugaika
