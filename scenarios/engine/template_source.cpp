#include "scenarios/engine/template_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/spelling.h"
#include "scenarios/engine/csv.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_csv_bytes = 64u << 20;
constexpr std::size_t most_bytes_in_all = 512u << 20;

// "file:line:column" of a place in a text.
std::string place_in(const std::string& text, std::size_t offset, const std::string& file) {
  const std::size_t end = std::min(offset, text.size());
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n') + 1;
  const std::size_t begin = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
  return fmt::format("{}:{}:{}", file, line, begin == std::string::npos ? end + 1 : end - begin);
}

class TemplateFiller {
 public:
  TemplateFiller(const TemplateSource& source, const fs::path& folder, std::string where)
      : source_(source), where_(std::move(where)), file_((folder / source.file).lexically_normal()) {
    if (!source.rows.empty()) rows_file_ = (folder / source.rows).lexically_normal();
  }

  tl::expected<std::vector<SourceDocument>, std::vector<Error>> fill() {
    const auto text = read(file_, most_document_bytes);
    CsvTable table{{}, {{1, {}}}};
    if (!rows_file_.empty()) {
      if (const auto csv = read(rows_file_, most_csv_bytes)) {
        auto parsed = parse_csv(*csv, rows_file_.string());
        if (parsed) {
          table = std::move(*parsed);
        } else {
          for (Error& error : parsed.error()) mistakes_.push_back(std::move(error));
        }
      }
    }
    if (!text || !mistakes_.empty()) return tl::unexpected(std::move(mistakes_));
    const CaptureText written(*text);
    check_names(*text, written, table);
    if (!mistakes_.empty()) return tl::unexpected(std::move(mistakes_));
    std::vector<SourceDocument> documents;
    std::size_t bytes = 0;
    for (const CsvTable::Row& row : table.rows) {
      documents.push_back(document(written, table.columns, row));
      bytes += documents.back().bytes.size();
      if (bytes > most_bytes_in_all) {
        mistakes_.push_back({v1::KEY_VALUE,
                             fmt::format("{} makes more than 512 MB of documents", file_.string()), where_,
                             "Use fewer rows: a workload takes them in turn, again and again."});
        return tl::unexpected(std::move(mistakes_));
      }
    }
    return documents;
  }

 private:
  std::optional<std::string> read(const fs::path& file, std::size_t most) {
    std::error_code failed;
    std::ifstream stream(file, std::ios::binary);
    if (!stream || !fs::is_regular_file(file, failed)) {
      mistakes_.push_back({v1::REFERENCE_UNKNOWN, fmt::format("there is no file {}", file.string()), where_,
                           "Correct the path; it is relative to the scenario's folder."});
      return std::nullopt;
    }
    std::string text(most + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > most) {
      mistakes_.push_back({v1::KEY_VALUE, fmt::format("{} is larger than {} bytes", file.string(), most),
                           where_, "Use a smaller file."});
      return std::nullopt;
    }
    return text;
  }

  void check_names(const std::string& text, const CaptureText& written, const CsvTable& table) {
    std::vector<std::string_view> known(table.columns.begin(), table.columns.end());
    for (const auto& [name, value] : source_.given) {
      if (std::ranges::find(table.columns, name) != table.columns.end()) {
        mistakes_.push_back({v1::KEY_VALUE,
                             fmt::format("{} is given, and a column of {} too", name, rows_file_.string()),
                             where_, "Take it out of given, or rename the column."});
      }
      known.push_back(name);
    }
    std::set<std::string, std::less<>> used;
    for (const CaptureText::Piece& piece : written.pieces()) {
      if (!piece.is_name) continue;
      used.insert(piece.text);
      if (std::ranges::find(known, piece.text) != known.end()) continue;
      mistakes_.push_back(
          {v1::REFERENCE_UNKNOWN, fmt::format("\"{}\" is neither a column nor given", piece.text),
           place_in(text, piece.offset, file_.string()), model::spelling_hint(piece.text, known)});
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (used.contains(known[i])) continue;
      const bool column = i < table.columns.size();
      mistakes_.push_back({v1::REFERENCE_UNKNOWN,
                           fmt::format("the template {} does not use {}", file_.string(), known[i]),
                           column ? fmt::format("{}:1:1", rows_file_.string()) : where_,
                           fmt::format("Write ${{{}}} where it goes, or take it out.", known[i])});
    }
  }

  SourceDocument document(const CaptureText& written, const std::vector<std::string>& columns,
                          const CsvTable::Row& row) const {
    SourceDocument document;
    document.name = rows_file_.empty() ? file_.string() : fmt::format("{}:{}", rows_file_.string(), row.line);
    document.form_hint = file_.extension().string();
    if (document.form_hint.starts_with('.')) document.form_hint.erase(0, 1);
    for (const CaptureText::Piece& piece : written.pieces()) {
      if (!piece.is_name) {
        document.bytes += piece.text;
        continue;
      }
      const auto column = std::ranges::find(columns, piece.text);
      if (column != columns.end()) {
        const auto index = static_cast<std::size_t>(column - columns.begin());
        document.bytes += escaped(row.fields[index], document.form_hint);
      } else {
        add_given(source_.given.at(piece.text), document);
      }
    }
    return document;
  }

  static void add_given(const std::string& value, SourceDocument& document) {
    const CaptureText given(value);
    for (const CaptureText::Piece& piece : given.pieces()) {
      if (piece.is_name) {
        document.captures.push_back({document.bytes.size(), piece.text});
      } else {
        document.bytes += escaped(piece.text, document.form_hint);
      }
    }
  }

  const TemplateSource& source_;
  std::string where_;
  fs::path file_, rows_file_;
  std::vector<Error> mistakes_;
};

}  // namespace

tl::expected<std::vector<SourceDocument>, std::vector<Error>> fill_template(const TemplateSource& source,
                                                                            const fs::path& folder,
                                                                            const std::string& where) {
  return TemplateFiller(source, folder, where).fill();
}

}  // namespace gnc::scenarios
