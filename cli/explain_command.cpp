#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/explanation_output.h"
#include "cli/input_file.h"
#include "cli/mistakes.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"
#include "model/yaml/definition_kind.h"
#include "model/yaml/instant_text.h"
#include "proto/payload/payload_folder.h"
#include "proto/types/system_clock.h"
#include "scenarios/engine/scenario_reader.h"
#include "scenarios/engine/terms.h"
#include "scenarios/explain/explanation.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;

// Used where neither a scenario nor agreements are named: what `gncsim init` writes, and the library's first.
constexpr const char* standard_scenarios[] = {"scenario.yaml", "scenarios/export-import.yaml"};

struct ExplainOptions {
  std::string from, to, document, form, scenario, profile, agreement, message, at;
  std::vector<std::string> agreements, attachments;
  std::string format = "text";
};

struct NamedTerms {
  scenarios::Terms terms;
  std::string name;
};

using Mistakes = std::vector<Error>;

tl::unexpected<Mistakes> mistaken(Error error) { return tl::unexpected(Mistakes{std::move(error)}); }

Result<PartyName> party(std::string_view option, const std::string& text) {
  const auto name = PartyName::from_text(text);
  if (name && !name->is_gateway()) return *name;
  return failure(v1::USAGE, fmt::format("{} is \"{}\", which is no party's name", option, text), {},
                 "Write an administration like NZ, or an agency like NZ/health.");
}

Result<Instant> instant(const std::string& text) {
  if (text.empty()) {
    constexpr std::int64_t second = 1'000'000;
    return Instant{system_now().microseconds / second * second};
  }
  const auto at = model::parse_instant(text);
  if (at && at->microseconds > 0) return *at;
  return failure(v1::USAGE, fmt::format("--at is \"{}\", which is no time since 1970", text), {},
                 "Write it like 2026-01-31 or 2026-01-31T08:30:00+12:00.");
}

// The agreements and blocks among the files that are named, or in the folders.
Result<void> sort_out(const std::string& name, std::vector<fs::path>& agreements,
                      std::vector<fs::path>& blocks) {
  std::vector<fs::path> files;
  std::error_code error;
  const bool is_folder = fs::is_directory(name, error);
  if (is_folder) {
    for (fs::recursive_directory_iterator entry(name, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::string extension = entry->path().extension().string();
      if (extension == ".yaml" || extension == ".yml") files.push_back(entry->path());
    }
    if (error) return failure(v1::FILE_UNREADABLE, error.message(), name);
    std::ranges::sort(files);
  } else {
    files.emplace_back(name);
  }
  for (const fs::path& file : files) {
    model::YamlMistakes mistakes(file.string());
    const auto root = model::read_yaml_file(file, mistakes);
    const auto kind = root ? model::kind_of(*root) : std::nullopt;
    // What cannot be read is given to the reader of agreements, which says why; a folder may have other
    // files.
    if (kind == model::DefinitionKind::block) {
      blocks.push_back(file);
    } else if (kind == model::DefinitionKind::agreement || !is_folder) {
      agreements.push_back(file);
    }
  }
  return {};
}

tl::expected<NamedTerms, Mistakes> terms_of_files(const ExplainOptions& options, const PartyName& to) {
  std::vector<fs::path> agreements, blocks;
  for (const std::string& name : options.agreements) {
    if (auto sorted = sort_out(name, agreements, blocks); !sorted) return mistaken(sorted.error());
  }
  if (agreements.empty()) {
    return mistaken({v1::FILE_UNREADABLE, "there is no agreement",
                     fmt::format("{}", fmt::join(options.agreements, ", ")),
                     "Name agreements (.yaml), or folders with some in them."});
  }
  std::map<PartyName, fs::path> profiles;
  if (!options.profile.empty()) profiles.emplace(to, options.profile);
  auto read = scenarios::read_terms(std::move(agreements), std::move(blocks), std::move(profiles));
  if (!read.mistakes.empty()) return tl::unexpected(std::move(read.mistakes));
  return NamedTerms{std::move(read.terms),
                    fmt::format("the agreements of {}", fmt::join(options.agreements, " and "))};
}

tl::expected<NamedTerms, Mistakes> terms_of_scenario(const ExplainOptions& options, const PartyName& to) {
  std::string file = options.scenario;
  if (file.empty()) {
    const auto found = std::ranges::find_if(standard_scenarios, [](const char* name) {
      std::error_code ignored;
      return fs::is_regular_file(name, ignored);
    });
    if (found == std::end(standard_scenarios)) {
      return mistaken({v1::USAGE,
                       fmt::format("no agreements are named, and here is neither {}",
                                   fmt::join(standard_scenarios, " nor ")),
                       {},
                       "Add --scenario FILE or --agreements FILE."});
    }
    file = *found;
  }
  auto scenario = scenarios::read_scenario(file);
  if (!scenario) return tl::unexpected(std::move(scenario.error()));
  auto& profiles = scenario->topology.profiles;
  if (!options.profile.empty()) profiles[to] = fs::absolute(options.profile).string();
  auto read = scenarios::read_terms(*scenario);
  if (!read.mistakes.empty()) return tl::unexpected(std::move(read.mistakes));
  return NamedTerms{std::move(read.terms), fmt::format("the scenario {}", file)};
}

int wrong(const Mistakes& mistakes) {
  fmt::print(stderr, "{}", mistakes_text(mistakes));
  return input_wrong;
}

// With size and digest, as a node that lodges them has them.
std::vector<v1::Lodge::Item::File> files_of(const std::vector<std::string>& names, Mistakes& mistakes) {
  std::vector<v1::Lodge::Item::File> files;
  for (const std::string& name : names) {
    const auto found = payload::digest_of_attachment(name);
    if (!found) {
      mistakes.push_back(found.error());
    } else {
      v1::Lodge::Item::File& file = files.emplace_back();
      file.set_path(name);
      file.set_size(found->size);
      file.set_digest(std::string(found->digest.view()));
    }
  }
  return files;
}

int explain(const ExplainOptions& options) {
  const auto from = party("--from", options.from);
  const auto to = party("--to", options.to);
  const auto at = instant(options.at);
  Mistakes mistakes;
  if (!from) mistakes.push_back(from.error());
  if (!to) mistakes.push_back(to.error());
  if (!at) mistakes.push_back(at.error());
  if (from && to && *from == *to) {
    mistakes.push_back(
        {v1::USAGE, fmt::format("--from and --to are both {}", from->text()), {}, "Name two parties."});
  }
  auto input = read_input(options.document, model::ParseLimits{}.max_bytes);
  if (!input) mistakes.push_back(input.error());
  auto files = files_of(options.attachments, mistakes);
  if (!mistakes.empty()) return wrong(mistakes);
  auto terms = options.agreements.empty() ? terms_of_scenario(options, *to) : terms_of_files(options, *to);
  if (!terms) return wrong(terms.error());

  std::string hint = options.form.empty() ? input->extension : options.form;
  const scenarios::Question question{std::move(input->bytes),
                                     hint == "protobuf" ? "pb" : std::move(hint),
                                     input->name,
                                     *from,
                                     *to,
                                     options.agreement,
                                     options.message,
                                     *at,
                                     std::move(files)};
  const scenarios::Explanation explanation = scenarios::explain(question, terms->terms);
  ExplainedDocument about{question, explanation, terms->name, {}, {}};
  for (const fs::path& file : terms->terms.agreement_files) about.agreements.push_back(file.string());
  if (const auto profile = terms->terms.profile_files.find(*to);
      profile != terms->terms.profile_files.end()) {
    about.profile = profile->second.string();
  }
  const auto written =
      write_output(options.format == "json" ? explanation_json(about) : explanation_text(about));
  if (!written) {
    print_errors({written.error()});
    return environment_wrong;
  }
  return explanation.verdict == scenarios::Verdict::passes ? held : not_held;
}

}  // namespace

void add_explain(CLI::App& app, int& status) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      app.add_subcommand("explain", "Say whether a document would pass, and what decides: nothing is sent");
  command->add_option("--from", options->from, "Who would send it: NZ")->required();
  command->add_option("--to", options->to, "Who would get it: CN")->required();
  command
      ->add_option("--document", options->document,
                   "A declaration or response (.xml .json .pb); - reads standard input")
      ->required();
  command
      ->add_option("--form", options->form,
                   "xml, json or protobuf; else told by the content and the extension")
      ->check(CLI::IsMember({"xml", "json", "protobuf"}));
  command->add_option("--attachment", options->attachments,
                      "A file that would go along with the document; may be given several times");
  CLI::Option* scenario = command->add_option(
      "--scenario", options->scenario,
      "Whose agreements and profiles decide; standard: scenario.yaml here, or scenarios/export-import.yaml");
  command
      ->add_option("--agreements", options->agreements,
                   "Agreements (.yaml) or folders of them, instead of a scenario's; a block is looked for "
                   "beside each and in ../blocks")
      ->excludes(scenario);
  command->add_option("--profile", options->profile,
                      "The recipient's profile (.yaml): its checks, risk, permits and duty");
  command->add_option("--agreement", options->agreement, "Its id, where several would do");
  command->add_option("--message", options->message, "The block's message; standard: its first");
  command->add_option("--at", options->at, "When: 2026-01-31, 2026-01-31T08:30:00Z; standard: now");
  command->add_option("--format", options->format, "text (standard), or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "The verdict comes first, then every gate on the way: the sender's single window, the gateway, the\n"
      "recipient. Each has passed, refused, or is not reached, since it is about what was refused before "
      "it.\n"
      "A gate that can be asked for itself is asked, so that every fault shows at once. What depends on the\n"
      "moment is not asked: connections, certificates, what is on record already, and how much waits.\n"
      "\n"
      "  gncsim explain --from NZ --to CN --document declaration.xml\n"
      "  gncsim explain --from NZ --to CN --document declaration.xml --scenario "
      "scenarios/single-window.yaml\n"
      "  gncsim explain --from AU --to NZ --document d.xml --attachment scan.tiff --scenario s.yaml\n"
      "  gncsim explain --from AU --to CN --document d.xml --agreements agreements/ --at 2039-01-01\n"
      "\n"
      "Exit status: 0 it would pass, 1 it would be refused or rejected, 2 the input is wrong, 3 it could "
      "not\n"
      "be written.");
  command->callback([options, &status] { status = explain(*options); });
}

}  // namespace gnc::cli
