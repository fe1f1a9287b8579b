#include "sanitizer/codec/locked/open_locked.hpp"

#include <new>

#include "policy/locked_file.hpp"
#include "sanitizer/codec/locked/office_cipher.hpp"
#include "sanitizer/codec/locked/open_office.hpp"
#include "sanitizer/codec/locked/open_seven_zip.hpp"
#include "sanitizer/codec/locked/open_zip.hpp"
#include "sanitizer/codec/locked/password_forms.hpp"
#include "sanitizer/codec/locked/seven_zip_cipher.hpp"
#include "sanitizer/codec/locked/zip_cipher.hpp"
#include "sanitizer/codec/ooxml/locked_package.hpp"
#include "sanitizer/codec/pdf/open_pdf.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec {
namespace {

using Opened = std::variant<std::string, FileNotMade>;

template <class Opener>
Opened opened_by(Opener opener) {
    try {
        return opener();
    } catch (const zip::Refused& refused) {
        return FileNotMade{refused.why, refused.words};
    } catch (const std::bad_alloc&) {
        return FileNotMade{Reason::inner_too_large, "the file needs more memory than there is"};
    }
}

Opened open_with(LockKind lock, std::string_view untrusted, const std::string& password, FilePurse& purse) {
    switch (lock) {
        case LockKind::package:
            return opened_by([&]() -> Opened { return ooxml::opened_package(untrusted, password, purse); });
        case LockKind::zip:
            return opened_by([&]() -> Opened { return locked::opened_zip(untrusted, password, purse); });
        case LockKind::pdf:
            return opened_pdf(untrusted, password, purse);
        case LockKind::seven_zip:
            return opened_by([&]() -> Opened { return locked::opened_seven_zip(untrusted, password, purse); });
        case LockKind::office:
            return opened_by([&]() -> Opened { return locked::opened_office(untrusted, password, purse); });
        case LockKind::none:
        case LockKind::rar:
        case LockKind::mail:
        case LockKind::other:
            break;
    }
    return FileNotMade{Reason::not_rebuilt, "nobody here opens a lock of this kind"};
}

// Of some only who has read them whole has seen that they are locked.
LockKind lock_asked_for(const PartFacts& facts) {
    PartFacts locked = facts;
    locked.kind = PartKind::encrypted;
    const LockKind lock = lock_of(locked);
    return lock == LockKind::seven_zip || lock == LockKind::office ? lock : lock_of(facts);
}

bool is_wrong_password(const Opened& opened) {
    const auto* why = std::get_if<FileNotMade>(&opened);
    return why != nullptr && why->why == Reason::encrypted;
}

}  // namespace

Opened open_locked(const PartFacts& facts, std::string_view untrusted, std::string_view password, FilePurse& purse) {
    Opened opened = FileNotMade{Reason::encrypted, "no password"};
    const FilePurse whole = purse;
    for (const std::string& form : locked::password_forms(password)) {
        purse = whole;  // a form that opens nothing costs nothing
        opened = open_with(lock_asked_for(facts), untrusted, form, purse);
        if (!is_wrong_password(opened)) break;
    }
    const auto* bytes = std::get_if<std::string>(&opened);
    if (bytes != nullptr && bytes->empty()) return FileNotMade{Reason::document_damaged, "nothing is in it"};
    if (bytes != nullptr && !purse.take_out(bytes->size())) {
        return FileNotMade{Reason::files_too_large, "it is larger than a mail may be"};
    }
    return opened;
}

void load_lock_tables() {
    locked::load_ciphers();
    locked::seven_zip::load_cipher();
    locked::load_office_cipher();
    locked::load_password_forms();
}

}  // namespace mugaika::codec
