#pragma once

#include "scenarios/engine/document_source.h"

namespace gnc::scenarios {

// One document for each row, made of the template. Mistakes: a ${column} that is neither a column nor given,
// a column or given value that the template does not use, a file that cannot be read; each with its place.
tl::expected<std::vector<SourceDocument>, std::vector<Error>> fill_template(
    const TemplateSource&, const std::filesystem::path& folder, const std::string& where);

}  // namespace gnc::scenarios
