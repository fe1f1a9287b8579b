#include "policy/locked_file.hpp"

namespace mugaika {
namespace {

bool is_archive(LockKind lock) noexcept { return lock == LockKind::zip || lock == LockKind::seven_zip; }

constexpr std::string_view excel_type = "application/vnd.ms-excel";

bool is_old_office(std::string_view type) noexcept {
    return type == "application/msword" || type == excel_type || type == "application/vnd.ms-powerpoint";
}

}  // namespace

LockKind lock_of(const PartFacts& facts) noexcept {
    if (facts.kind != PartKind::encrypted) return LockKind::none;
    const std::string_view type = facts.detected_type;
    if (type == encrypted_package_type) return LockKind::package;
    if (type == "application/pdf") return LockKind::pdf;
    if (type == "application/zip") return LockKind::zip;
    if (type == "application/x-7z-compressed") return LockKind::seven_zip;
    if (type == "application/vnd.rar" || type == "application/x-rar") return LockKind::rar;
    if (is_old_office(type)) return LockKind::office;
    if (type.find("pkcs7") != type.npos || type.find("pgp") != type.npos) return LockKind::mail;
    return LockKind::other;
}

bool opens_by_password(LockKind lock) noexcept {
    return lock == LockKind::package || lock == LockKind::pdf || lock == LockKind::office || is_archive(lock);
}

bool is_tried_unasked(const PartFacts& facts) noexcept {
    const LockKind lock = lock_of(facts);
    return opens_by_password(lock) && (lock != LockKind::office || facts.detected_type == excel_type);
}

bool holds_files(const PartFacts& facts) noexcept {
    const LockKind lock = lock_of(facts);
    return is_container(facts.kind) || is_archive(lock) || lock == LockKind::rar;
}

}  // namespace mugaika
