#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/yaml/yaml_node.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"

namespace gnc::scenarios {

// An administration of a world: how much it trades, where it is, and when its day begins.
struct WorldPlace {
  PartyName name;
  double weight = 1;                   // of its trade, against that of the others
  double latitude = 0, longitude = 0;  // degrees, north and east
  Duration utc{};                      // its clocks' distance from UTC
};

// Of a CSV file with the columns administration, weight, latitude, longitude and utc (hours): the first
// `most` rows, in their order. Every mistake with file:line.
tl::expected<std::vector<WorldPlace>, std::vector<Error>> read_world(const std::filesystem::path& file,
                                                                     std::size_t most);

// What crosses from one to another, against all others.
struct TradeShare {
  PartyName from, to;
  double weight = 1;
};
// Of a CSV file with the columns from, to and weight; `known` are those that may be named.
tl::expected<std::vector<TradeShare>, std::vector<Error>> read_trade_matrix(
    const std::filesystem::path& file, const std::vector<PartyName>& known);

// The file that a key names, relative to `folder`; empty, with the mistake added, where there is none.
std::optional<std::filesystem::path> find_table(const std::filesystem::path& folder, const model::YamlNode&,
                                                model::YamlMistakes&);
// What is wrong with a table, among the mistakes of the file that names it; each with its own place.
void add_mistakes_of_table(const std::vector<Error>&, model::YamlMistakes&);

}  // namespace gnc::scenarios
