#include "sanitizer/codec/ooxml/dropped_parts.hpp"

#include <algorithm>
#include <array>

#include "sanitizer/codec/ooxml/references.hpp"

namespace mugaika::codec::ooxml {
namespace {

struct Row {
    Reason what;
    std::string_view words;
};

constexpr auto rows = std::to_array<Row>({
    {Reason::macro_removed, "vbaProject wordVbaData xlMacrosheet xlIntlMacrosheet keyMapCustomizations"},
    {Reason::action_removed,
     "extensibility ui ribbon userCustomization attachedToolbars webextension "
     "webextensiontaskpanes taskpanes webExtensionTaskpanes"},
    {Reason::embedded_object_removed, "oleObject control ctrlProp activeXControlBinary dialogsheet font diagrams"},
    {Reason::embedded_file_removed, "package aFChunk subDocument"},
    {Reason::external_reference_removed,
     "externalLink externalLinkPath xlExternalLinkPath/xlPathMissing connections queryTable attachedTemplate "
     "mailMergeSource "
     "mailMergeHeaderSource mailMergeRecipientData recipientData volatileDependencies xmlMaps frame transform"},
    {Reason::multimedia_removed, "audio video media model3d"},
    {Reason::metadata_removed,
     "core-properties extended-properties custom-properties thumbnail customXml customXmlProps "
     "printerSettings customProperty tags revisionHeaders usernames glossaryDocument"},
    {Reason::signature_dropped, "origin signature"},
});

// They hold ids, caches and the state of the author's screen.
constexpr std::string_view silent =
    "calcChain webSettings viewProps stylesWithEffects people commentsExtended commentsIds commentsExtensible person "
    "threadedComment chartStyle chartColorStyle themeOverride sheetMetadata vmlDrawing legacyDiagramText "
    "legacyDocTextInfo legacyDiagramTextInfo hdphoto slicer slicerCache timeline timelineCache changesInfo "
    "revisionInfo "
    "rdRichValue rdRichValueStructure rdRichValueTypes rdArray richValueRel featurePropertyBag documentTasks "
    "slideUpdateInfo tableSingleCells pivotCacheDefinition diagramDrawing styles theme numbering settings fontTable";

}  // namespace

std::optional<Reason> loss_of_part(std::string_view word, bool external) {
    if (external && word != "attachedTemplate") return Reason::external_reference_removed;
    for (const Row& row : rows) {
        if (has_word(row.words, word)) return row.what;
    }
    if (has_word(silent, word)) return std::nullopt;
    return Reason::unknown_content_removed;
}

}  // namespace mugaika::codec::ooxml
