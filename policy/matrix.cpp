#include "policy/matrix.hpp"

namespace mugaika {

std::string_view to_string(Stage stage) noexcept {
    switch (stage) {
        case Stage::connect:
            return "connect";
        case Stage::command:
            return "command";
        case Stage::recipient:
            return "recipient";
        case Stage::data:
            return "data";
        case Stage::spool:
            return "spool";
        case Stage::worker:
            return "worker";
        case Stage::codec:
            return "codec";
        case Stage::checker:
            return "checker";
        case Stage::engine:
            return "engine";
        case Stage::scanner:
            return "scanner";
        case Stage::judge:
            return "judge";
        case Stage::quarantine:
            return "quarantine";
        case Stage::compose:
            return "compose";
        case Stage::gate:
            return "gate";
        case Stage::deliver:
            return "deliver";
        case Stage::log:
            return "log";
        case Stage::release:
            return "release";
    }
    return "?";
}

std::string_view to_string(Failure failure) noexcept {
    switch (failure) {
        case Failure::limit:
            return "limit";
        case Failure::too_often:
            return "too_often";
        case Failure::malformed:
            return "malformed";
        case Failure::timeout:
            return "timeout";
        case Failure::disconnected:
            return "disconnected";
        case Failure::died:
            return "died";
        case Failure::late:
            return "late";
        case Failure::nonsense:
            return "nonsense";
        case Failure::busy:
            return "busy";
        case Failure::unavailable:
            return "unavailable";
        case Failure::refused_for_now:
            return "refused_for_now";
        case Failure::refused:
            return "refused";
        case Failure::not_admitted:
            return "not_admitted";
        case Failure::mixed_answers:
            return "mixed_answers";
        case Failure::disk_full:
            return "disk_full";
        case Failure::memory_low:
            return "memory_low";
        case Failure::io:
            return "io";
        case Failure::internal:
            return "internal";
        case Failure::expired:
            return "expired";
        case Failure::loop:
            return "loop";
        case Failure::foreign_domain:
            return "foreign_domain";
        case Failure::partly:
            return "partly";
        case Failure::unknown_command:
            return "unknown_command";
        case Failure::unknown_parameter:
            return "unknown_parameter";
        case Failure::needs_smtputf8:
            return "needs_smtputf8";
        case Failure::not_offered:
            return "not_offered";
        case Failure::out_of_order:
            return "out_of_order";
        case Failure::unsynchronised:
            return "unsynchronised";
        case Failure::not_smtp:
            return "not_smtp";
        case Failure::overlong:
            return "overlong";
        case Failure::insecure:
            return "insecure";
        case Failure::stopping:
            return "stopping";
    }
    return "?";
}

std::string_view to_string(Ending ending) noexcept {
    switch (ending) {
        case Ending::answer_for_now:
            return "answer_for_now";
        case Ending::answer_refusal:
            return "answer_refusal";
        case Ending::next_hop_answer:
            return "next_hop_answer";
        case Ending::close:
            return "close";
        case Ending::hold:
            return "hold";
        case Ending::retry_later:
            return "retry_later";
        case Ending::give_up:
            return "give_up";
        case Ending::carry_on:
            return "carry_on";
    }
    return "?";
}

}  // namespace mugaika
