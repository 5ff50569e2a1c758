#pragma once

#include <string>
#include <vector>

#include "scenarios/explain/explanation.h"

namespace gnc::cli {

// An explanation with what it was asked about.
struct ExplainedDocument {
  const scenarios::Question& question;
  const scenarios::Explanation& explanation;
  std::string terms_of;                 // "scenario scenarios/export-import.yaml"
  std::vector<std::string> agreements;  // files
  std::string profile;                  // the recipient's; empty where it has none
};

// The verdict first, then the gates. Text from the document is made printable.
std::string explanation_text(const ExplainedDocument&);
std::string explanation_json(const ExplainedDocument&);

}  // namespace gnc::cli
