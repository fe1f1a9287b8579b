#include "sanitizer/codec/pdf/layers.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr unsigned expression_depth_max = 16;
constexpr int expression_items_max = 64;

}  // namespace

Layers::Layers(QPDFObjectHandle catalog) {
    QPDFObjectHandle properties = catalog.getKey("/OCProperties");
    if (!properties.isDictionary()) return;
    QPDFObjectHandle shown = properties.getKey("/D");
    if (!shown.isDictionary()) return;
    const auto each = [](QPDFObjectHandle array, auto&& use) {
        if (!array.isArray()) return;
        for (const QPDFObjectHandle& group : array.getArrayAsVector()) use(group.getObjGen());
    };
    const bool starts_off = shown.getKey("/BaseState").isNameAndEquals("/OFF");
    if (starts_off) each(properties.getKey("/OCGs"), [&](const QPDFObjGen& group) { off_.insert(group); });
    if (starts_off) each(shown.getKey("/ON"), [&](const QPDFObjGen& group) { off_.erase(group); });
    each(shown.getKey("/OFF"), [&](const QPDFObjGen& group) { off_.insert(group); });
    off_.erase(QPDFObjGen());
}

bool Layers::is_shown(QPDFObjectHandle layer) const {
    if (off_.empty() || !layer.isDictionary()) return true;
    if (!layer.getKey("/Type").isNameAndEquals("/OCMD")) return is_on(layer);
    QPDFObjectHandle expression = layer.getKey("/VE");
    if (expression.isArray()) return is_expression_true(expression, 0);
    QPDFObjectHandle groups = layer.getKey("/OCGs");
    if (groups.isDictionary()) groups = groups.wrapInArray();
    if (!groups.isArray()) return true;
    bool is_any_on = false;
    bool is_any_off = false;
    for (const QPDFObjectHandle& group : groups.getArrayAsVector()) {
        if (QPDFObjectHandle(group).isDictionary()) (is_on(group) ? is_any_on : is_any_off) = true;
    }
    if (!is_any_on && !is_any_off) return true;
    QPDFObjectHandle policy = layer.getKey("/P");
    if (policy.isNameAndEquals("/AllOn")) return !is_any_off;
    if (policy.isNameAndEquals("/AnyOff")) return is_any_off;
    if (policy.isNameAndEquals("/AllOff")) return !is_any_on;
    return is_any_on;
}

// Too deep or too wide: not shown, as nobody can have meant it.
bool Layers::is_expression_true(QPDFObjectHandle expression, unsigned depth) const {
    if (expression.isDictionary()) return is_on(expression);
    if (!expression.isArray() || depth == expression_depth_max) return false;
    const int count = expression.getArrayNItems();
    if (count < 2 || count > expression_items_max) return false;
    QPDFObjectHandle operation = expression.getArrayItem(0);
    if (operation.isNameAndEquals("/Not")) return !is_expression_true(expression.getArrayItem(1), depth + 1);
    const bool is_and = operation.isNameAndEquals("/And");
    for (int i = 1; i < count; ++i) {
        if (is_expression_true(expression.getArrayItem(i), depth + 1) != is_and) return !is_and;
    }
    return is_and;
}

}  // namespace mugaika::codec::pdf
