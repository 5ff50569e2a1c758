#include "cli/validation.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/document/document.h"
#include "model/yaml/definition_kind.h"
#include "model/yaml/yaml_node.h"
#include "nodes/window/profile_reader.h"
#include "scenarios/engine/checklist.h"
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

constexpr std::string_view no_definition = "it begins no scenario, block, agreement, profile or checklist";

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

// A block or an agreement among the files.
struct Definition {
  Validated* file;
  std::string block;  // that it is, or is an agreement on
};

// A gateway compiles blocks and agreements together: an agreement's block must be among the files.
void validate_together(const std::vector<Definition>& blocks, const std::vector<Definition>& agreements) {
  std::vector<Validated*> files;
  std::vector<std::filesystem::path> block_names, agreement_names;
  for (const Definition& block : blocks) {
    files.push_back(block.file);
    block_names.emplace_back(block.file->file.name);
  }
  for (const Definition& agreement : agreements) {
    files.push_back(agreement.file);
    agreement_names.emplace_back(agreement.file->file.name);
  }
  const auto book = model::AgreementBook::load(block_names, agreement_names);
  if (book) return;
  for (const Error& error : book.error()) {
    const auto owner = std::ranges::find_if(files, [&](const Validated* file) {
      return error.where == file->file.name || error.where.starts_with(file->file.name + ":");
    });
    add_all(owner == files.end() ? *files.front() : **owner, {error});
  }
  for (const Definition& agreement : agreements) {
    for (const Definition& block : blocks) {
      if (block.block == agreement.block && !block.file->findings.empty()) {
        agreement.file->faulty.insert(block.file->file.name);
      }
    }
  }
}

// Sorts the YAML files out by the key that each begins with.
void validate_definitions(std::vector<Validated*>& files) {
  std::vector<Definition> blocks, agreements;
  for (Validated* file : files) {
    file->written_by_hand = true;
    model::YamlMistakes mistakes(file->file.name);
    const std::optional<model::YamlNode> root = model::parse_yaml(file->file.bytes, mistakes);
    add_all(*file, mistakes.errors());
    if (!root) continue;
    const auto kind = model::kind_of(*root);
    if (!kind) {
      add_all(*file, {{v1::KEY_MISSING, std::string(no_definition), file->file.name + ":1:1",
                       "Begin with scenario:, block:, agreement:, profile: or checklist:."}});
      continue;
    }
    file->kind = model::key_of(*kind);
    if (*kind == model::DefinitionKind::scenario) {
      validate_scenario(*file);
    } else if (*kind == model::DefinitionKind::profile) {
      const auto profile = window::parse_profile(file->file.bytes, file->file.name);
      if (!profile) {
        add_all(*file, profile.error());
      } else if (profile->checklist) {
        const auto checklist =
            scenarios::read_checklist(profile->checklist->name, file->file.name, profile->checklist->place);
        if (!checklist) add_all(*file, checklist.error());
      }
    } else if (*kind == model::DefinitionKind::checklist) {
      const auto checklist = scenarios::parse_checklist(file->file.bytes, file->file.name);
      if (!checklist) add_all(*file, checklist.error());
    } else {
      const model::YamlNode* block = root->find("block");
      (*kind == model::DefinitionKind::block ? blocks : agreements)
          .push_back({file, block == nullptr ? std::string() : block->text});
    }
  }
  if (!blocks.empty() || !agreements.empty()) validate_together(blocks, agreements);
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
