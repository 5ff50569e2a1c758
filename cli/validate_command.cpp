#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/input_file.h"
#include "cli/mistakes.h"
#include "cli/validation.h"
#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct ValidateOptions {
  std::vector<std::string> names;
  std::string format = "text";
};

bool is_known_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::any_of(file_kinds(), [&](const FileKind& kind) {
    return std::ranges::find(kind.extensions, extension) != kind.extensions.end();
  });
}

// A template is no document yet: what is wrong in it shows where its scenario is read.
bool is_template(const fs::path& path) { return path.stem().extension() == ".template"; }

// The files of a folder and its folders, sorted; links to folders are not followed.
Result<std::vector<std::string>> files_of(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_regular_file(error) && is_known_extension(entry->path()) && !is_template(entry->path()))
      found.push_back(entry->path().string());
  }
  if (error) return failure(v1::FILE_UNREADABLE, error.message(), folder);
  std::sort(found.begin(), found.end());
  if (found.empty()) {
    return failure(v1::FILE_UNREADABLE, "the folder has no file that can be validated", folder,
                   "Name a folder with .xml, .json, .pb or .yaml files in it.");
  }
  return found;
}

void add_file(const std::string& name, std::vector<Validated>& files) {
  Result<InputFile> input = read_input(name, model::ParseLimits{}.max_bytes);
  Validated& validated = files.emplace_back();
  if (input) {
    validated.file = std::move(*input);
  } else {
    validated.file.name = name;
    validated.findings.push_back({input.error(), {}, {}});
  }
}

std::vector<Validated> read_all(const std::vector<std::string>& names) {
  std::vector<Validated> files;
  for (const std::string& name : names) {
    std::error_code ignored;
    if (name == "-" || !fs::is_directory(name, ignored)) {
      add_file(name, files);
      continue;
    }
    const Result<std::vector<std::string>> found = files_of(name);
    if (found) {
      for (const std::string& file : *found) add_file(file, files);
    } else {
      files.emplace_back().file.name = name;
      files.back().findings.push_back({found.error(), {}, {}});
    }
  }
  return files;
}

void validate_all(std::vector<Validated>& files) {
  std::map<const FileKind*, std::vector<Validated*>> by_kind;
  for (Validated& file : files) {
    if (!file.findings.empty()) continue;
    const auto kind =
        std::ranges::find_if(file_kinds(), [&](const FileKind& k) { return k.matches(file.file); });
    if (kind != file_kinds().end()) by_kind[&*kind].push_back(&file);
  }
  for (auto& [kind, members] : by_kind) kind->validate(members);
}

// Line and column at the end of "file:line:column"; zeros where it does not end so.
std::pair<int, int> place_of(std::string_view where) {
  std::pair<int, int> place{0, 0};
  const std::size_t second = where.rfind(':');
  if (second == std::string_view::npos || second == 0) return place;
  const std::size_t first = where.rfind(':', second - 1);
  if (first == std::string_view::npos) return place;
  const char* end = where.data() + where.size();
  int line = 0, column = 0;
  const auto read_line = std::from_chars(where.data() + first + 1, where.data() + second, line);
  const auto read_column = std::from_chars(where.data() + second + 1, end, column);
  if (read_line.ec == std::errc{} && read_line.ptr == where.data() + second &&
      read_column.ec == std::errc{} && read_column.ptr == end) {
    place = {line, column};
  }
  return place;
}

// "a/../b.yaml:3:7" parted into the file, as simply as it can be written, and ":3:7".
std::pair<std::string, std::string> parted(const std::string& where) {
  const auto [line, column] = place_of(where);
  const std::string place = line > 0 ? fmt::format(":{}:{}", line, column) : std::string();
  const std::string file = where.substr(0, where.size() - place.size());
  return {fs::path(file).lexically_normal().string(), place};
}

std::string key_of(const Finding& finding) {
  const auto [file, place] = parted(finding.error.where);
  return fmt::format("{}{} {} {} {}", file, place, label(finding.error.code), finding.error.detail,
                     finding.path);
}

// Several scenarios may name one file: a mistake in it is told once, and under the file where it is, if that
// is among those that are validated. Whoever names the file is not conformant for all that.
void tell_each_once(std::vector<Validated>& files) {
  std::map<std::string, Validated*> by_name;
  for (Validated& file : files) by_name.emplace(fs::path(file.file.name).lexically_normal().string(), &file);
  std::set<std::string> told;
  std::vector<std::pair<Validated*, Finding>> moved;
  for (Validated& file : files) {
    std::vector<Finding> kept;
    for (Finding& finding : file.findings) {
      const std::string place = parted(finding.error.where).first;
      const auto owner = by_name.find(place);
      if (!place.empty() && place != fs::path(file.file.name).lexically_normal()) file.faulty.insert(place);
      if (owner != by_name.end() && owner->second != &file) {
        moved.emplace_back(owner->second, std::move(finding));
      } else if (told.insert(key_of(finding)).second) {
        kept.push_back(std::move(finding));
      }
    }
    file.findings = std::move(kept);
  }
  for (auto& [owner, finding] : moved) {
    if (told.insert(key_of(finding)).second) owner->findings.push_back(std::move(finding));
  }
}

std::string line_of(const Finding& finding) {
  Error error = finding.error;
  if (!finding.path.empty()) {
    const std::string pointer = model::pointer_text(finding.pointer);
    error.detail += fmt::format(", at {}{}{}", pointer, pointer.empty() ? "" : " ", finding.path);
  }
  return describe(error);
}

Json json_of(const Finding& finding) {
  const CatalogueEntry& entry = catalogue_entry(finding.error.code);
  const auto [line, column] = place_of(finding.error.where);
  Json out{{"code", label(finding.error.code)}, {"name", entry.name}};
  if (!finding.error.where.empty()) out["where"] = finding.error.where;
  if (line > 0) out["line"] = line, out["column"] = column;
  out["detail"] = finding.error.detail.empty() ? std::string(entry.happened) : finding.error.detail;
  out["remedy"] = finding.error.remedy.empty() ? std::string(entry.remedy) : finding.error.remedy;
  if (finding.path.empty()) return out;
  out["path"] = finding.path;
  Json steps = Json::array();
  for (const v1::PointerStep& step : finding.pointer) {
    Json& json = steps.emplace_back(Json{{"documentSection", step.document_section()}});
    if (step.sequence() > 0) json["sequence"] = step.sequence();
    if (!step.tag().empty()) json["tag"] = step.tag();
  }
  out["pointer"] = std::move(steps);
  return out;
}

std::string report_json(const std::vector<Validated>& files, std::size_t conformant) {
  Json list = Json::array();
  for (const Validated& file : files) {
    Json findings = Json::array();
    for (const Finding& finding : file.findings) findings.push_back(json_of(finding));
    Json entry{{"file", file.file.name}};
    if (!file.kind.empty()) entry["kind"] = file.kind;
    entry["conformant"] = file.is_conformant();
    entry["faults"] = std::move(findings);
    if (!file.faulty.empty()) entry["names_with_faults"] = file.faulty;
    list.push_back(std::move(entry));
  }
  const Json report{
      {"schema", 1},
      {"files", std::move(list)},
      {"summary",
       {{"files", files.size()}, {"conformant", conformant}, {"with_faults", files.size() - conformant}}}};
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int validate(const ValidateOptions& options) {
  std::vector<Validated> files = read_all(options.names);
  validate_all(files);
  tell_each_once(files);
  const auto conformant = static_cast<std::size_t>(std::ranges::count_if(files, &Validated::is_conformant));
  std::string out;
  if (options.format == "json") {
    out = report_json(files, conformant);
  } else {
    for (const Validated& file : files) {
      for (const Finding& finding : file.findings) {
        // What people write by hand is shown with the line itself.
        out += file.written_by_hand ? mistakes_text({&finding.error, 1}) : line_of(finding) + "\n";
      }
    }
  }
  if (const Result<void> written = write_output(out); !written) {
    print_errors({written.error()});
    return environment_wrong;
  }
  const auto by_others = std::ranges::count_if(
      files, [](const Validated& file) { return file.findings.empty() && !file.is_conformant(); });
  fmt::print(
      stderr, "{} file{}: {} conformant, {} with faults{}\n", files.size(), files.size() == 1 ? "" : "s",
      conformant, files.size() - conformant,
      by_others == 0 ? std::string() : fmt::format(" ({} of them only in files that they name)", by_others));
  return conformant == files.size() ? held : input_wrong;
}

}  // namespace

void add_validate(CLI::App& app, int& status) {
  auto options = std::make_shared<ValidateOptions>();
  CLI::App* command = app.add_subcommand(
      "validate", "Check documents, scenarios, blocks and agreements: what is wrong, and where");
  command
      ->add_option(
          "FILE", options->names,
          "Declarations and responses (.xml .json .pb), scenarios, blocks and agreements (.yaml), folders of "
          "them, or - for a document on standard input")
      ->required();
  command->add_option("--format", options->format, "text: one line for each fault (standard), or json")
      ->check(CLI::IsMember({"text", "json"}));
  command->footer(
      "A fault is one line on standard output:\n"
      "  file:line:column: GNC-104 VALUE_FORMAT: what, at WCO pointer and path - what to do\n"
      "In scenarios, blocks, agreements and profiles it is followed by the line, with a caret at the place.\n"
      "Scenarios are checked with all that they name: agreements, blocks, documents, templates.\n"
      "In documents formats, dates, code lists (ISO 3166-1, ISO 4217) and cardinalities are checked.\n"
      "Agreements are checked with their blocks: name both, or the folder that they are in.\n"
      "Of a folder, templates (declaration.template.xml) are left out: scenarios have them checked.\n"
      "\n"
      "  gncsim validate declaration.xml\n"
      "  gncsim validate scenarios/ --format json\n"
      "\n"
      "Exit status: 0 everything is conformant, 2 something is not.");
  command->callback([options, &status] { status = validate(*options); });
}

}  // namespace gnc::cli
