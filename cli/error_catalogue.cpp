#include "cli/error_catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "gnc/v1/errors.pb.h"

namespace gnc::cli {
namespace {

// The hundreds of the codes.
std::string_view group_title(v1::ErrorCode code) {
  switch (static_cast<int>(code) / 100) {
    case 1:
      return "1xx: documents";
    case 2:
      return "2xx: identity";
    case 3:
      return "3xx: agreements";
    case 4:
      return "4xx: seals";
    case 5:
      return "5xx: exchange";
    case 6:
      return "6xx: transport";
    case 7:
      return "7xx: environment";
    case 8:
      return "8xx: the command line and its files";
    case 9:
      return "9xx: the audit log";
    default:
      return "others";
  }
}

std::string_view actor_text(v1::Actor actor) {
  switch (actor) {
    case v1::ACTOR_TRADER:
      return "the trader";
    case v1::ACTOR_SENDER:
      return "the sender";
    case v1::ACTOR_RECIPIENT:
      return "the recipient";
    case v1::ACTOR_GATEWAY_OPERATOR:
      return "the gateway's operator";
    case v1::ACTOR_CERTIFICATE_AUTHORITY:
      return "the certificate authority";
    case v1::ACTOR_AGREEMENT_PARTIES:
      return "the agreement's parties";
    case v1::ACTOR_SCENARIO_AUTHOR:
      return "the author of the file";
    case v1::ACTOR_OPERATOR:
      return "the operator of the process";
    default:
      return "nobody named";
  }
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

}  // namespace

std::vector<CatalogueEntry> catalogue() {
  std::vector<CatalogueEntry> entries;
  const auto* codes = v1::ErrorCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const auto code = static_cast<v1::ErrorCode>(codes->value(i)->number());
    if (code != v1::ERROR_CODE_UNSPECIFIED) entries.push_back(catalogue_entry(code));
  }
  std::sort(entries.begin(), entries.end(),
            [](const CatalogueEntry& a, const CatalogueEntry& b) { return a.code < b.code; });
  return entries;
}

const CatalogueEntry* find_catalogue_entry(std::string_view code) {
  const std::string wanted = upper(code);
  const auto* codes = v1::ErrorCode_descriptor();
  for (int i = 0; i < codes->value_count(); ++i) {
    const CatalogueEntry& entry = catalogue_entry(static_cast<v1::ErrorCode>(codes->value(i)->number()));
    if (entry.code == v1::ERROR_CODE_UNSPECIFIED) continue;
    if (wanted == entry.name || wanted == entry.label || "GNC-" + wanted == entry.label) return &entry;
  }
  return nullptr;
}

std::string catalogue_text(const std::vector<CatalogueEntry>& entries) {
  std::string out;
  for (const CatalogueEntry& entry : entries) {
    out +=
        fmt::format("{} {}\n  {}\n  {}\n  Who: {}{}\n", entry.label, entry.name, entry.happened, entry.remedy,
                    actor_text(entry.actor), entry.retryable ? "; the same may succeed later" : "");
  }
  return out;
}

std::string catalogue_markdown(const std::vector<CatalogueEntry>& entries) {
  std::string out =
      "# Errors\n\n"
      "Every refusal and every error has a code of this catalogue. Generated from "
      "`proto/gnc/v1/errors.proto` by\n"
      "`gncsim errors --format markdown`; `gncsim errors CODE` shows one of them in a terminal.\n\n"
      "An error is printed as `where: GNC-number NAME: what happened - what to do`. *Again* says whether the "
      "same\n"
      "thing may succeed when it is sent again later.\n";
  std::string_view group;
  for (const CatalogueEntry& entry : entries) {
    if (group_title(entry.code) != group) {
      group = group_title(entry.code);
      out += fmt::format(
          "\n## {}\n\n| code | name | what happened | what to do | who | again "
          "|\n|---|---|---|---|---|---|\n",
          group);
    }
    out += fmt::format("| {} | `{}` | {} | {} | {} | {} |\n", entry.label, entry.name, entry.happened,
                       entry.remedy, actor_text(entry.actor), entry.retryable ? "yes" : "no");
  }
  return out;
}

}  // namespace gnc::cli
