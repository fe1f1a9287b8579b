#include "relay/config/config_tls.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/host_name.hpp"
#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"
#include "relay/tls/certificate_files.hpp"
#include "relay/tls/client_context.hpp"
#include "relay/tls/server_context.hpp"

namespace mugaika {
namespace {

constexpr std::array modes{TlsMode::none, TlsMode::opportunistic, TlsMode::required, TlsMode::verify};
constexpr std::string_view path_expected = "expected an absolute path, or a list of them";

// One string counts as a list of one.
std::vector<const TomlValue*> items_of(const TomlValue& value) {
    std::vector<const TomlValue*> items;
    if (value.kind != TomlValue::Kind::list) return {&value};
    for (const TomlValue& item : value.items) items.push_back(&item);
    return items;
}

std::vector<std::string> read_paths(TableReader& reader, std::string_view key) {
    std::vector<std::string> paths;
    const TomlValue* value = reader.any(key);
    if (value == nullptr) return paths;
    for (const TomlValue* item : items_of(*value)) {
        const bool is_path = item->kind == TomlValue::Kind::text && item->text.starts_with('/') &&
                             shown_text(item->text, item->text.size()) == item->text;
        if (!is_path) reader.fault(item->place, key, path_expected);
        paths.push_back(item->text);
    }
    return paths;
}

const TomlValue* value_at(const TomlValue& table, std::string_view key) {
    const TomlMember* member = table.find(key);
    return member == nullptr ? nullptr : &member->value;
}

TomlPlace place_of(const TomlValue& tls, std::string_view key, std::size_t index) {
    return items_of(*value_at(tls, key)).at(index)->place;
}

// False when the pair cannot be used.
bool check_pair(const TomlValue& tls, const TlsKeyPair& pair, std::size_t index, FileFaults& faults,
                FileFaults& warnings) {
    const TomlPlace certificate_place = place_of(tls, "certificate", index);
    const TomlPlace key_place = place_of(tls, "key", index);
    const auto chain = read_certificate_chain(pair.certificate);
    if (!chain) faults.add(certificate_place, "[relay.tls] certificate: " + chain.error().words());
    const auto key = read_private_key(pair.key);
    if (!key) faults.add(key_place, "[relay.tls] key: " + key.error().words());
    if (!chain || !key) return false;
    const auto warning = validity_warning(*chain, pair.certificate, std::chrono::system_clock::now());
    if (warning) warnings.add(certificate_place, "[relay.tls] certificate: " + *warning);
    const auto fits = check_key_fits(*chain, *key, pair);
    if (!fits) faults.add(key_place, "[relay.tls] key: " + fits.error().words());
    return fits.has_value();
}

// The beginning of the file when routes and tables have come apart, which is a fault of its own.
TomlPlace ca_place(const TomlValue& root, std::size_t route) {
    const TomlValue* ca = value_at(value_at(root, "route")->items.at(route), "tls_ca");
    return ca == nullptr ? TomlPlace{} : ca->place;
}

void check_server_files(const Config& config, const TomlValue& tls, FileFaults& faults, FileFaults& warnings) {
    bool usable = true;
    for (std::size_t i = 0; i < config.tls.size(); ++i) {
        usable = check_pair(tls, config.tls[i], i, faults, warnings) && usable;
    }
    if (!usable || config.tls.empty()) return;
    const auto loaded = TlsServerContext::load(config.tls);  // what only all of them together show
    if (!loaded) faults.add(tls.place, "[relay.tls]: " + loaded.error().words());
}

}  // namespace

void read_server_tls(const TomlValue& table, FileFaults& faults, std::vector<TlsKeyPair>& pairs) {
    TableReader reader(table, "[relay.tls]", faults);
    const std::vector<std::string> certificates = read_paths(reader, "certificate");
    const std::vector<std::string> keys = read_paths(reader, "key");
    reader.finish();
    if (certificates.empty() || certificates.size() != keys.size()) {
        const TomlValue* key = value_at(table, "key");
        return faults.add(key == nullptr ? table.place : key->place,
                          "[relay.tls]: " + std::to_string(certificates.size()) + " in certificate and " +
                              std::to_string(keys.size()) + " in key, expected a key for each certificate");
    }
    for (std::size_t i = 0; i < certificates.size(); ++i) pairs.push_back({certificates[i], keys[i]});
}

void read_route_tls(TableReader& route, TlsPolicy& policy) {
    route.one_of<TlsMode>("tls", policy.mode, modes);
    const TomlValue* ca = route.text("tls_ca", policy.ca_file);
    if (ca != nullptr && !policy.ca_file.starts_with('/')) {
        route.fault(ca->place, "tls_ca", "expected an absolute path");
    }
    const std::vector<TableReader::Item> names = route.texts("tls_names", TableReader::Needed::no);
    for (const TableReader::Item& name : names) {
        if (is_domain(name.text)) {
            policy.names.push_back(ascii::to_lower(name.text));
        } else {
            route.fault(name.place, "tls_names",
                        '"' + shown_text(name.text, 100) +
                            "\" is no host name, expected one that the next hop's certificate bears");
        }
    }
    if (policy.mode == TlsMode::verify) return;
    // They would look like a safeguard that is not there.
    constexpr std::string_view without_verify = "is used only with tls = \"verify\"; expected that, or not this key";
    if (ca != nullptr) route.fault(ca->place, "tls_ca", without_verify);
    if (!names.empty()) route.fault(names.front().place, "tls_names", without_verify);
}

void load_tls_files(Config& config, const TomlValue& root, FileFaults& faults, FileFaults& warnings) {
    const TomlValue* relay = value_at(root, "relay");
    const TomlValue* tls = relay == nullptr ? nullptr : value_at(*relay, "tls");
    if (tls != nullptr) check_server_files(config, *tls, faults, warnings);
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        Route& route = config.routes[i];
        if (route.tls.mode == TlsMode::none) continue;
        auto loaded = TlsClientContext::load(route.tls);
        if (loaded) {
            route.tls_context = std::move(*loaded);
        } else {
            faults.add(ca_place(root, i), "[[route]] tls_ca: " + loaded.error().words());
        }
    }
}

}  // namespace mugaika
