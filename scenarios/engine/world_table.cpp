#include "scenarios/engine/world_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <string_view>
#include <utility>

#include "gnc/v1/errors.pb.h"
#include "model/conformance/code_lists.h"
#include "scenarios/engine/csv.h"

namespace gnc::scenarios {
namespace {

// 250 administrations with each other have fewer rows.
constexpr std::size_t most_bytes = 4u << 20;
constexpr double heaviest = 1e12;

// A CSV file of known columns, whose fields are asked for by name.
class RowReader {
 public:
  RowReader(const std::filesystem::path& file, std::vector<std::string_view> columns)
      : file_(file.string()), columns_(std::move(columns)) {
    std::ifstream stream(file, std::ios::binary);
    std::string text(most_bytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > most_bytes) {
      mistakes_.push_back({v1::KEY_VALUE, "the file is larger than 4 MB", file_, "Use a smaller file."});
      return;
    }
    auto read = parse_csv(text, file_);
    if (!read) {
      mistakes_ = std::move(read.error());
      return;
    }
    table_ = std::move(*read);
    if (!std::ranges::equal(table_.columns, columns_)) {
      mistakes_.push_back({v1::KEY_VALUE, fmt::format("the columns are {}", fmt::join(table_.columns, ", ")),
                           file_ + ":1:1", fmt::format("Name them {}.", fmt::join(columns_, ", "))});
      table_.rows.clear();
    }
  }

  const std::vector<CsvTable::Row>& rows() const { return table_.rows; }
  bool right() const { return mistakes_.empty(); }
  std::vector<Error> take_mistakes() { return std::move(mistakes_); }

  void add(const CsvTable::Row& row, std::string what, std::string remedy) {
    mistakes_.push_back(
        {v1::KEY_VALUE, std::move(what), fmt::format("{}:{}:1", file_, row.line), std::move(remedy)});
  }

  double number(const CsvTable::Row& row, std::size_t column, double least, double most) {
    const std::string& text = row.fields[column];
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0' && value >= least && value <= most) return value;
    add(row, fmt::format("{} is \"{}\"", columns_[column], text),
        fmt::format("Write a number from {} to {}.", least, most));
    return least;
  }

 private:
  std::string file_;
  std::vector<std::string_view> columns_;
  CsvTable table_;
  std::vector<Error> mistakes_;
};

}  // namespace

std::optional<std::filesystem::path> find_table(const std::filesystem::path& folder,
                                                const model::YamlNode& node, model::YamlMistakes& mistakes) {
  std::filesystem::path file = (folder / node.text).lexically_normal();
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) return file;
  mistakes.add(v1::REFERENCE_UNKNOWN, node.place, fmt::format("there is no file {}", file.string()),
               "Correct the path; it is relative to the scenario's folder.");
  return std::nullopt;
}

void add_mistakes_of_table(const std::vector<Error>& errors, model::YamlMistakes& mistakes) {
  for (const Error& error : errors) {
    mistakes.add(error.code, {1, 1, mistakes.add_source(error.where)}, error.detail, error.remedy);
  }
}

tl::expected<std::vector<WorldPlace>, std::vector<Error>> read_world(const std::filesystem::path& file,
                                                                     std::size_t most) {
  RowReader table(file, {"administration", "weight", "latitude", "longitude", "utc"});
  std::vector<WorldPlace> places;
  std::set<PartyName> seen;
  for (const CsvTable::Row& row : table.rows()) {
    if (places.size() == most) break;
    const auto name = PartyName::from_text(row.fields[0]);
    if (!name || !model::in_code_list(v1::CODE_LIST_ISO_3166_1, name->text())) {
      table.add(row, fmt::format("\"{}\" is no administration", row.fields[0]),
                "Write an ISO 3166-1 alpha-2 code like NZ.");
      continue;
    }
    if (!seen.insert(*name).second) {
      table.add(row, fmt::format("{} is there twice", name->text()), "Name each once.");
    }
    WorldPlace place{*name,
                     table.number(row, 1, 0, heaviest),
                     table.number(row, 2, -90, 90),
                     table.number(row, 3, -180, 180),
                     {}};
    place.utc = Duration{std::llround(table.number(row, 4, -12, 14) * 3600e6)};
    places.push_back(std::move(place));
  }
  if (!table.right()) return tl::unexpected(table.take_mistakes());
  return places;
}

tl::expected<std::vector<TradeShare>, std::vector<Error>> read_trade_matrix(
    const std::filesystem::path& file, const std::vector<PartyName>& known) {
  RowReader table(file, {"from", "to", "weight"});
  std::vector<TradeShare> shares;
  std::set<std::pair<PartyName, PartyName>> seen;
  double sum = 0;
  for (const CsvTable::Row& row : table.rows()) {
    const auto party = [&](std::size_t column) -> std::optional<PartyName> {
      auto name = PartyName::from_text(row.fields[column]);
      if (name && std::ranges::find(known, *name) != known.end()) return name;
      table.add(row, fmt::format("\"{}\" is no administration of the scenario", row.fields[column]),
                "Name one of its topology.");
      return std::nullopt;
    };
    const auto from = party(0), to = party(1);
    if (!from || !to) continue;
    if (*from == *to) table.add(row, from->text() + " would send to itself", "Leave the row out.");
    if (!seen.emplace(*from, *to).second) {
      table.add(row, fmt::format("{} to {} is there twice", from->text(), to->text()),
                "Write each pair once.");
    }
    shares.push_back({*from, *to, table.number(row, 2, 0, heaviest)});
    sum += shares.back().weight;
  }
  if (table.right() && sum <= 0 && !table.rows().empty()) {
    table.add(table.rows().front(), "all weights are 0", "Give one pair a weight.");
  }
  if (!table.right()) return tl::unexpected(table.take_mistakes());
  return shares;
}

}  // namespace gnc::scenarios
