#include "sanitizer/codec/pdf/losses.hpp"

#include <algorithm>
#include <iterator>

namespace mugaika::codec::pdf {
namespace {

struct Row {
    std::string_view name;
    Reason reason;
};

constexpr Row keys[] = {
    {"3DD", Reason::multimedia_removed},
    {"AA", Reason::action_removed},
    {"AF", Reason::embedded_file_removed},
    {"AcroForm", Reason::form_flattened},
    {"Alternates", Reason::unknown_content_removed},
    {"Collection", Reason::embedded_file_removed},
    {"EmbeddedFiles", Reason::embedded_file_removed},
    {"JS", Reason::script_removed},
    {"JavaScript", Reason::script_removed},
    {"Metadata", Reason::metadata_removed},
    {"MarkInfo", Reason::tags_removed},
    {"OCProperties", Reason::layers_fixed},
    {"PieceInfo", Reason::metadata_removed},
    {"PresSteps", Reason::action_removed},
    {"Ref", Reason::external_reference_removed},
    {"Renditions", Reason::multimedia_removed},
    {"StructTreeRoot", Reason::tags_removed},
    {"Threads", Reason::unknown_content_removed},
    {"Thumb", Reason::metadata_removed},
};

constexpr Row actions[] = {
    {"GoTo3DView", Reason::multimedia_removed},
    {"GoToE", Reason::external_reference_removed},
    {"GoToR", Reason::external_reference_removed},
    {"JavaScript", Reason::script_removed},
    {"Movie", Reason::multimedia_removed},
    {"Rendition", Reason::multimedia_removed},
    {"RichMediaExecute", Reason::multimedia_removed},
    {"Sound", Reason::multimedia_removed},
    {"Thread", Reason::external_reference_removed},
    {"URI", Reason::external_reference_removed},
};

}  // namespace

void LossCount::add_key(std::string_view key) {
    const Row* found = std::find_if(std::begin(keys), std::end(keys), [&](const Row& row) { return row.name == key; });
    if (found != std::end(keys)) add(found->reason);
}

void LossCount::add_action(std::string_view kind) {
    const Row* found =
        std::find_if(std::begin(actions), std::end(actions), [&](const Row& row) { return row.name == kind; });
    add(found != std::end(actions) ? found->reason : Reason::action_removed);
}

std::vector<Loss> LossCount::rows() const {
    std::vector<Loss> rows;
    for (const auto& [what, count] : counts_) add_loss(rows, what, count);
    return rows;
}

}  // namespace mugaika::codec::pdf
