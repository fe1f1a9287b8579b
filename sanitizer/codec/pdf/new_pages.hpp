// Puts one document together: catalog, flat page tree, pages, and what hangs on them.
#pragma once

#include <qpdf/QPDF.hh>

#include "sanitizer/codec/pdf/annotations.hpp"
#include "sanitizer/codec/pdf/destinations.hpp"
#include "sanitizer/codec/pdf/form_fields.hpp"
#include "sanitizer/codec/pdf/layers.hpp"
#include "sanitizer/codec/pdf/losses.hpp"
#include "sanitizer/codec/pdf/new_document.hpp"
#include "sanitizer/codec/pdf/pages.hpp"
#include "sanitizer/codec/pdf/selector.hpp"

namespace mugaika::codec::pdf {

class NewPages {
public:
    // Both outlive it. Throws GivenUp and what qpdf throws.
    NewPages(QPDF& source, FilePurse& purse);

    FileOutcome make();

private:
    void write_catalog();
    void write_tree();
    void write_page(const SourcePage&);
    std::string write_contents(const SourcePage&, const PageAnnotations&);
    std::string write_resources(const SourcePage&, const std::vector<Stamped>&);
    std::string write_annotation(QPDFObjectHandle annotation);
    void count_what_the_catalog_loses();

    QPDFObjectHandle catalog_;
    std::vector<SourcePage> pages_;
    Layers layers_;
    LossCount losses_;
    NewDocument document_;
    Selector selector_;
    FormFields fields_;
    Destinations destinations_;
    Annotations annotations_;
};

}  // namespace mugaika::codec::pdf
