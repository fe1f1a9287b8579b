// Mails under way by id, and who counts on their originals. The same mail may come twice at once; what one session
// added to the quarantine another may need, so the last one to end decides whether it is taken back. Everything happens
// on the network thread. Sessions may outlive the flow that made them (their coroutines end with the io_context), so
// each shares the list.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace mugaika {

class UnderWay {
public:
    // One mail of one session. Gives its place back whatever ends it.
    class Place {
    public:
        Place(std::shared_ptr<UnderWay>, std::string id);
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        void added_now();   // the original was not there before
        void needs_item();  // its answer promises that the original stays
        // The session is over. True when it has to take the original back now, and to say so with taken_back().
        bool leave();
        void taken_back();
        // Before the session is over: may it take back what it added, to keep it with other words? True when nobody
        // else counts on it; then to end with taken_back().
        bool may_replace();

    private:
        std::shared_ptr<UnderWay> list_;
        std::string id_;
        bool inside_ = true;
        bool removing_ = false;
    };

    // Is a session of it not over?
    bool has_session(std::string_view id) const;
    // Its original is on the way out: nobody may count on it.
    bool is_being_removed(std::string_view id) const;
    // For an original that nobody outside needs any more: true when the caller is to remove it now, and end with
    // removed(). False: sessions of the same mail are under way, and the last of them decides as for one of its own.
    bool may_remove(const std::string& id);
    void removed(const std::string& id);

private:
    struct Mail {
        unsigned sessions = 0;
        bool added_now = false;
        bool needed = false;
        bool being_removed = false;
    };
    void forget_if_idle(const std::string& id);

    std::map<std::string, Mail, std::less<>> mails_;
};

}  // namespace mugaika
