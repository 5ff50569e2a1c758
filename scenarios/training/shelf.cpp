#include "scenarios/training/shelf.h"

#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/live_run.h"
#include "scenarios/engine/run_folder.h"
#include "scenarios/engine/scenario_reader.h"
#include "scenarios/engine/story_reader.h"
#include "scenarios/training/embedded_file.h"
#include "scenarios/virtual/virtual_run.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

// A trade of the whole world takes minutes; nobody waits for it at a page.
constexpr std::uint64_t most_trade = 100'000;

bool is_short(const Scenario& scenario) {
  return std::ranges::all_of(scenario.workloads, [](const Workload& workload) {
    const auto* trade = std::get_if<Trade>(&workload.model);
    return trade == nullptr || trade->exchanges <= most_trade;
  });
}

std::string first_sentence(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  const std::size_t stop = text.find(". ");
  return stop == std::string::npos ? text : text.substr(0, stop + 1);
}

void add_folder(const fs::path& library, const char* folder, bool lessons,
                std::vector<ShelvedScenario>& into) {
  std::error_code ignored;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(library / folder, ignored)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    const auto scenario = read_scenario(file);
    if (!scenario || !check_for_virtual_world(*scenario) || !is_short(*scenario)) continue;
    into.push_back({(fs::path(folder) / file.stem()).string(), file, scenario->name,
                    first_sentence(header_of(scenario->text)), wording_in(scenario->text, "titles"),
                    wording_in(scenario->text, "about"), lessons,
                    check_for_live_world(*scenario) && scenario->topology.external.empty()});
  }
}

}  // namespace

Result<void> unpack_library(const fs::path& folder) {
  for (const EmbeddedFile& file : tables::library_files) {
    const fs::path path = folder / file.path.substr(1);
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) return failure(v1::FILE_UNWRITABLE, error.message(), path.parent_path().string());
    if (auto written = write_file(path, uncompressed(file)); !written) return written;
  }
  return {};
}

std::vector<ShelvedScenario> shelf_of(const fs::path& library) {
  std::vector<ShelvedScenario> shelf;
  add_folder(library, "lessons", true, shelf);
  add_folder(library, "", false, shelf);
  return shelf;
}

tl::expected<std::shared_ptr<const RunPlan>, std::vector<Error>> plan_for_page(
    const fs::path& file, std::optional<std::uint64_t> seed, const std::vector<std::string>& overrides,
    PlayedIn world) {
  auto scenario = read_scenario(file, {overrides});
  if (!scenario) return tl::unexpected(scenario.error());
  if (seed) scenario->seed = *seed;
  const bool live = world == PlayedIn::live_world;
  if (auto fits = live ? check_for_live_world(*scenario) : check_for_virtual_world(*scenario); !fits) {
    return tl::unexpected(std::vector{std::move(fits.error())});
  }
  auto planned = plan_run(std::move(*scenario), std::nullopt);
  if (!planned) return tl::unexpected(std::move(planned.error()));
  return std::make_shared<const RunPlan>(std::move(*planned));
}

Wording wording_in(std::string_view text, std::string_view key) {
  Wording wording;
  // It has been read before: what is wrong with it has been said.
  model::YamlMistakes ignored("scenario");
  const auto root = model::parse_yaml(text, ignored);
  const model::YamlNode* node = root ? root->find(key) : nullptr;
  if (node != nullptr) read_wording(*node, wording, ignored);
  return wording;
}

std::string header_of(std::string_view text) {
  std::string header;
  while (text.starts_with('#')) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(1, end - 1);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (line.starts_with("yaml-language-server")) continue;
    header += line;
    header += '\n';
  }
  while (header.ends_with('\n')) header.pop_back();
  return header;
}

}  // namespace gnc::scenarios
