#include "relay/under_way.hpp"

#include <utility>

namespace mugaika {

UnderWay::Place::Place(std::shared_ptr<UnderWay> list, std::string id) : list_(std::move(list)), id_(std::move(id)) {
    ++list_->mails_[id_].sessions;
}

// Left without leave() only when the whole relay ends: what was kept stays, as after a crash.
UnderWay::Place::~Place() {
    if (inside_) {
        --list_->mails_.find(id_)->second.sessions;
        list_->forget_if_idle(id_);
    }
    if (removing_) taken_back();
}

void UnderWay::Place::added_now() { list_->mails_.find(id_)->second.added_now = true; }

void UnderWay::Place::needs_item() { list_->mails_.find(id_)->second.needed = true; }

bool UnderWay::Place::leave() {
    Mail& mail = list_->mails_.find(id_)->second;
    inside_ = false;
    --mail.sessions;
    removing_ = mail.sessions == 0 && mail.added_now && !mail.needed && !mail.being_removed;
    if (removing_) {
        mail.being_removed = true;
        mail.added_now = false;
    } else {
        list_->forget_if_idle(id_);
    }
    return removing_;
}

bool UnderWay::Place::may_replace() {
    Mail& mail = list_->mails_.find(id_)->second;
    const bool may = mail.sessions == 1 && mail.added_now && !mail.needed && !mail.being_removed;
    if (may) {
        removing_ = mail.being_removed = true;
        mail.added_now = false;
    }
    return may;
}

void UnderWay::Place::taken_back() {
    removing_ = false;
    list_->removed(id_);
}

bool UnderWay::has_session(std::string_view id) const {
    const auto mail = mails_.find(id);
    return mail != mails_.end() && mail->second.sessions > 0;
}

bool UnderWay::is_being_removed(std::string_view id) const {
    const auto mail = mails_.find(id);
    return mail != mails_.end() && mail->second.being_removed;
}

bool UnderWay::may_remove(const std::string& id) {
    Mail& mail = mails_[id];
    if (mail.sessions > 0 || mail.being_removed) {
        mail.added_now = true;
        return false;
    }
    mail.being_removed = true;
    return true;
}

void UnderWay::removed(const std::string& id) {
    const auto mail = mails_.find(id);
    if (mail == mails_.end()) return;
    mail->second.being_removed = false;
    forget_if_idle(id);
}

void UnderWay::forget_if_idle(const std::string& id) {
    const auto mail = mails_.find(id);
    if (mail != mails_.end() && mail->second.sessions == 0 && !mail->second.being_removed) mails_.erase(mail);
}

}  // namespace mugaika
