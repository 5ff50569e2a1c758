#include "cli/validation.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/document/document.h"
#include "model/yaml/yaml_node.h"
#include "nodes/window/profile_reader.h"
#include "scenarios/engine/run_plan.h"
#include "scenarios/engine/scenario_reader.h"

namespace gnc::cli {
namespace {

void validate_document(Validated& validated) {
  const InputFile& file = validated.file;
  const auto add = [&](Error error) { validated.findings.push_back({std::move(error), {}, {}}); };
  const Result<model::Form> form = model::guess_form(file.bytes, file.extension);
  if (!form) {
    Error error = form.error();
    error.where = file.name;
    add(std::move(error));
    return;
  }
  model::ElementPositions positions;
  const auto document = model::parse(file.bytes, *form, file.name, {}, &positions);
  if (!document) {
    for (const Error& error : document.error()) add(error);
    return;
  }
  validated.kind = model::document_type(*document) == "DEC" ? "declaration" : "response";
  for (model::Fault& fault : model::check(*document, &positions)) {
    Error error{fault.code, std::move(fault.detail), file.name, {}};
    if (fault.line > 0) error.where = fmt::format("{}:{}:{}", file.name, fault.line, fault.column);
    validated.findings.push_back({std::move(error), std::move(fault.pointer), std::move(fault.path)});
  }
}

constexpr std::string_view no_definition = "it begins no scenario, block, agreement or profile";

bool has_yaml_name(const InputFile& file) { return file.extension == ".yaml" || file.extension == ".yml"; }

void add_all(Validated& validated, const std::vector<Error>& errors) {
  for (const Error& error : errors) validated.findings.push_back({error, {}, {}});
}

// The scenario itself, and what it refers to as far as it could be read.
void validate_scenario(Validated& file) {
  const auto read = scenarios::read_what_is_right(file.file.bytes, file.file.name);
  add_all(file, read.mistakes);
  for (const Error& error : scenarios::check_references(read.scenario)) {
    // A file that is not there has been named by the key that names it.
    if (error.code == v1::FILE_UNREADABLE && !read.mistakes.empty()) continue;
    add_all(file, {error});
  }
}

// Sorts the YAML files out by the key that each begins with. Blocks and agreements are compiled together, as
// a gateway does it: an agreement's block must be among the files.
void validate_definitions(std::vector<Validated*>& files) {
  std::vector<Validated*> definitions;
  std::vector<std::filesystem::path> blocks, agreements;
  for (Validated* file : files) {
    model::YamlMistakes mistakes(file->file.name);
    const std::optional<model::YamlNode> root = model::parse_yaml(file->file.bytes, mistakes);
    add_all(*file, mistakes.errors());
    if (!root) continue;
    if (root->find("scenario")) {
      file->kind = "scenario";
      validate_scenario(*file);
    } else if (root->find("profile")) {
      file->kind = "profile";
      const auto profile = window::parse_profile(file->file.bytes, file->file.name);
      if (!profile) add_all(*file, profile.error());
    } else if (root->find("block") || root->find("agreement")) {
      const bool is_agreement = root->find("agreement") != nullptr;
      file->kind = is_agreement ? "agreement" : "block";
      (is_agreement ? agreements : blocks).emplace_back(file->file.name);
      definitions.push_back(file);
    } else {
      add_all(*file, {{v1::KEY_MISSING, std::string(no_definition), file->file.name + ":1:1",
                       "Begin with scenario:, block:, agreement: or profile:."}});
    }
  }
  if (definitions.empty()) return;
  const auto book = model::AgreementBook::load(blocks, agreements);
  if (book) return;
  for (const Error& error : book.error()) {
    const auto owner = std::ranges::find_if(definitions, [&](const Validated* file) {
      return error.where == file->file.name || error.where.starts_with(file->file.name + ":");
    });
    add_all(owner == definitions.end() ? *definitions.front() : **owner, {error});
  }
}

void validate_documents(std::vector<Validated*>& files) {
  for (Validated* file : files) validate_document(*file);
}

}  // namespace

const std::vector<FileKind>& file_kinds() {
  static const std::vector<FileKind> kinds{
      {{".yaml", ".yml"}, has_yaml_name, validate_definitions},
      {{".xml", ".json", ".pb"}, [](const InputFile&) { return true; }, validate_documents}};
  return kinds;
}

}  // namespace gnc::cli
