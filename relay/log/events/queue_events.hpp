// By a person, with `mugaika queue`; the order's own person is who made it.
#pragma once

#include <string>

#include "relay/log/event_fields.hpp"

namespace mugaika::event {

struct QueueHeld {
    std::string item;
    std::string order;
    Actor actor;

    static constexpr EventName name{"queue.held", "a person put an order aside", "送信待ちを保留", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&QueueHeld::item>(key::id), field<&QueueHeld::order>(key::order), group<&QueueHeld::actor>};
};

struct QueueReleased {
    std::string item;
    std::string order;
    Actor actor;

    static constexpr EventName name{"queue.released", "an order that was put aside goes on", "送信待ちの保留を解除",
                                    Severity::notice};
    static constexpr auto fields = std::tuple{field<&QueueReleased::item>(key::id),
                                              field<&QueueReleased::order>(key::order), group<&QueueReleased::actor>};
};

struct QueueFlushed {
    std::string item;
    std::string order;
    Actor actor;

    static constexpr EventName name{"queue.flushed", "a person had an order tried at once", "送信待ちを即時再送",
                                    Severity::notice};
    static constexpr auto fields = std::tuple{field<&QueueFlushed::item>(key::id),
                                              field<&QueueFlushed::order>(key::order), group<&QueueFlushed::actor>};
};

struct QueueDeleted {
    std::string item;
    std::string order;
    Actor actor;
    std::string why;

    static constexpr EventName name{"queue.deleted", "a person deleted an order", "送信待ちを削除", Severity::notice};
    static constexpr auto fields =
        std::tuple{field<&QueueDeleted::item>(key::id), field<&QueueDeleted::order>(key::order),
                   group<&QueueDeleted::actor>, field<&QueueDeleted::why>(key::why)};
};

}  // namespace mugaika::event
