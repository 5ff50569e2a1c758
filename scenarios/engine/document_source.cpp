#include "scenarios/engine/document_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gnc/v1/errors.pb.h"
#include "model/xml/escape.h"
#include "scenarios/engine/file_pattern.h"
#include "scenarios/engine/template_source.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;
using Documents = tl::expected<std::vector<SourceDocument>, std::vector<Error>>;

Result<SourceDocument> read_document(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return failure(v1::FILE_UNREADABLE, fmt::format("{} cannot be read", file.string()));
  SourceDocument document{file.string(), {}, file.extension().string()};
  if (document.form_hint.starts_with('.')) document.form_hint.erase(0, 1);
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  document.bytes.resize(error ? 0 : std::min<std::uintmax_t>(size, most_document_bytes));
  stream.read(document.bytes.data(), static_cast<std::streamsize>(document.bytes.size()));
  document.bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return document;
}

Documents read_files(const FileSource& source, const fs::path& folder, const std::string& where) {
  std::vector<SourceDocument> documents;
  std::vector<Error> mistakes;
  for (const std::string& pattern : source.patterns) {
    auto files = find_files(pattern, folder);
    if (!files) {
      files.error().where = where;
      mistakes.push_back(files.error());
      continue;
    }
    for (const fs::path& file : *files) {
      if (auto document = read_document(file)) {
        documents.push_back(std::move(*document));
      } else {
        mistakes.push_back(document.error());
      }
    }
  }
  if (!mistakes.empty()) return tl::unexpected(std::move(mistakes));
  return documents;
}

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, {}, [](unsigned char c) { return std::tolower(c); },
      [](unsigned char c) { return std::tolower(c); });
}

}  // namespace

std::string escaped(std::string_view value, std::string_view form_hint) {
  std::string text;
  if (same_letters(form_hint, "xml")) {
    // Attribute values too may hold it.
    model::append_attribute_value(text, value);
  } else if (same_letters(form_hint, "json")) {
    text = nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text = text.substr(1, text.size() - 2);
  } else {
    text = value;
  }
  return text;
}

Result<std::string> with_captures(const SourceDocument& document, const Captures& values) {
  std::string bytes;
  std::size_t at = 0;
  for (const CapturePoint& point : document.captures) {
    const auto found = values.find(point.name);
    if (found == values.end()) {
      return failure(v1::REFERENCE_UNKNOWN, fmt::format("nothing was captured as ${{{}}}", point.name),
                     document.name);
    }
    bytes.append(document.bytes, at, point.offset - at);
    bytes += escaped(found->second, document.form_hint);
    at = point.offset;
  }
  bytes.append(document.bytes, at);
  return bytes;
}

Documents load_documents(const DocumentSource& source, const fs::path& folder, const std::string& where) {
  if (const auto* files = std::get_if<FileSource>(&source)) return read_files(*files, folder, where);
  if (const auto* filled = std::get_if<TemplateSource>(&source)) return fill_template(*filled, folder, where);
  return {};
}

}  // namespace gnc::scenarios
