#include "scenarios/engine/terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/yaml_node.h"
#include "nodes/window/message_names.h"
#include "nodes/window/profile_reader.h"
#include "scenarios/engine/consultation_check.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

tl::expected<std::string, std::vector<Error>> profile_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return tl::unexpected(std::vector<Error>{
        {v1::FILE_UNREADABLE, "there is no such file, or it cannot be read", file.string(), {}}});
  }
  // One byte more than may be, so that a larger one is refused by its reader.
  std::string text(model::YamlLimits{}.max_bytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

// What names the agreement's block. Without it, the agreement's own reader says what is missing.
std::optional<model::YamlNode> block_key(const fs::path& agreement, model::YamlMistakes& mistakes) {
  const auto root = model::read_yaml_file(agreement, mistakes);
  if (!root) return std::nullopt;
  const model::YamlNode* block = root->find("block");
  if (block == nullptr || block->text.empty()) return std::nullopt;
  return *block;
}

// The file of the block that the agreement names, beside it or in ../blocks.
void find_block_of(const fs::path& agreement, Terms& terms, std::vector<Error>& all_mistakes) {
  model::YamlMistakes mistakes(agreement.string());
  if (const auto block = block_key(agreement, mistakes)) {
    const std::string name = block->text + ".yaml";
    const fs::path beside = agreement.parent_path() / name;
    const fs::path in_blocks = (agreement.parent_path() / ".." / "blocks" / name).lexically_normal();
    for (const fs::path& candidate : {beside, in_blocks}) {
      std::error_code ignored;
      if (!fs::is_regular_file(candidate, ignored)) continue;
      if (std::ranges::find(terms.block_files, candidate) == terms.block_files.end()) {
        terms.block_files.push_back(candidate);
      }
      return;
    }
    mistakes.add(v1::REFERENCE_UNKNOWN, block->place,
                 fmt::format("the utility block {} is neither {} nor {}", block->text, beside.string(),
                             in_blocks.string()),
                 "Put the block's file there, or name it in the scenario's blocks.");
  }
  for (Error& error : mistakes.take()) all_mistakes.push_back(std::move(error));
}

// Read here, so that their mistakes show before anything is started. By party, what they were read from.
std::map<PartyName, std::string> read_profiles(Terms& terms, std::vector<Error>& mistakes) {
  std::map<PartyName, std::string> texts;
  for (const auto& [party, file] : terms.profile_files) {
    auto text = profile_text(file);
    if (!text) {
      std::ranges::move(text.error(), std::back_inserter(mistakes));
      continue;
    }
    auto profile = window::parse_profile(*text, file.string());
    texts[party] = std::move(*text);
    if (profile) {
      terms.profiles[party] = std::make_shared<const window::Profile>(std::move(*profile));
    } else {
      std::ranges::move(profile.error(), std::back_inserter(mistakes));
    }
  }
  return texts;
}

}  // namespace

ReadTerms read_terms(const Scenario& scenario) {
  const auto in_folder = [&](const std::string& name) {
    return (scenario.folder() / name).lexically_normal();
  };
  std::vector<fs::path> agreements, blocks;
  for (const std::string& name : scenario.agreements) agreements.push_back(in_folder(name));
  for (const std::string& name : scenario.blocks) blocks.push_back(in_folder(name));
  std::map<PartyName, fs::path> profiles;
  for (const auto& [party, name] : scenario.topology.profiles) profiles[party] = in_folder(name);
  ReadTerms read =
      read_terms(std::move(agreements), std::move(blocks), std::move(profiles), scenario.business_clock);
  if (!read.mistakes.empty()) return read;
  read.mistakes = check_consultations(read.terms, scenario.topology.administrations);
  if (!read.mistakes.empty()) read.terms.book.reset();
  return read;
}

ReadTerms read_terms(std::vector<fs::path> agreements, std::vector<fs::path> blocks,
                     std::map<PartyName, fs::path> profiles, double business_clock) {
  ReadTerms read;
  Terms& terms = read.terms;
  terms.agreement_files = std::move(agreements);
  terms.block_files = std::move(blocks);
  terms.profile_files = std::move(profiles);
  if (terms.block_files.empty()) {
    for (const fs::path& agreement : terms.agreement_files) find_block_of(agreement, terms, read.mistakes);
  }
  const auto profile_texts = read_profiles(terms, read.mistakes);
  if (!read.mistakes.empty()) return read;
  auto book = model::AgreementBook::load(terms.block_files, terms.agreement_files, business_clock);
  if (!book) {
    read.mistakes = std::move(book.error());
    return read;
  }
  for (const auto& [party, text] : profile_texts) {
    std::ranges::move(window::unknown_messages(text, terms.profile_files.at(party).string(), party, **book),
                      std::back_inserter(read.mistakes));
  }
  if (read.mistakes.empty()) terms.book = *book;
  return read;
}

}  // namespace gnc::scenarios
