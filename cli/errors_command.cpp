#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/error_catalogue.h"

namespace gnc::cli {

void add_errors(CLI::App& app, int& status) {
  struct Options {
    std::string format = "text";
    std::vector<std::string> codes;
  };
  auto* command =
      app.add_subcommand("errors", "Explains the error codes: what happened, what to do, who can.");
  auto options = std::make_shared<Options>();
  command->add_option("--format", options->format, "text or markdown (docs/errors.md)")
      ->check(CLI::IsMember({"text", "markdown"}));
  command->add_option("CODE", options->codes, "GNC-204, 204 or CERTIFICATE_REVOKED; none: all of them");
  command->callback([options, &status] {
    std::vector<CatalogueEntry> entries;
    for (const std::string& code : options->codes) {
      const CatalogueEntry* entry = find_catalogue_entry(code);
      if (entry == nullptr) {
        fmt::print(stderr, "gncsim errors: no code \"{}\"; `gncsim errors` lists them\n", printable(code));
        status = input_wrong;
        return;
      }
      entries.push_back(*entry);
    }
    if (options->codes.empty()) entries = catalogue();
    fmt::print("{}", options->format == "markdown" ? catalogue_markdown(entries) : catalogue_text(entries));
  });
}

}  // namespace gnc::cli
