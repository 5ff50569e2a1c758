#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/types/error.h"

// The error catalogue for people to read.
namespace gnc::cli {

// Every entry but ERROR_CODE_UNSPECIFIED, by number.
std::vector<CatalogueEntry> catalogue();

// By "GNC-204", "204" or "CERTIFICATE_REVOKED", in any letter case; nullptr where there is none.
const CatalogueEntry* find_catalogue_entry(std::string_view code);

std::string catalogue_text(const std::vector<CatalogueEntry>& entries);
// docs/errors.md.
std::string catalogue_markdown(const std::vector<CatalogueEntry>& entries);

}  // namespace gnc::cli
