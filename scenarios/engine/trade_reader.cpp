#include "scenarios/engine/trade_reader.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/quantity.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;

constexpr double most_exponent = 10;

KeyTable<Trade>::Reader exponent(double Trade::*member) {
  return [member](Trade& trade, const YamlNode& node, YamlMistakes& mistakes) {
    const auto number = parse_number(node.text);
    if (!number || *number < 0 || *number > most_exponent) {
      mistakes.add_value(node, fmt::format("a number from 0 to {}", most_exponent));
    } else {
      trade.*member = *number;
    }
  };
}

KeyTable<Trade> trade_table(const ScenarioNames* names) {
  KeyTable<Trade> table("a trade");
  table
      .key({"exchanges", Kind::whole_number, true, "", "How many in all."},
           [](Trade& trade, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, trade.exchanges, mistakes)) return;
             if (trade.exchanges < 1 || trade.exchanges > most_trade_exchanges) {
               mistakes.add_value(node, fmt::format("a number from 1 to {}", most_trade_exchanges));
             }
           })
      .key({"for", Kind::duration, true, "", "For how long; at most 7d."},
           [](Trade& trade, const YamlNode& node, YamlMistakes& mistakes) {
             length_reader<Trade> (&Trade::length)(trade, node, mistakes);
             if (trade.length > longest_trade) mistakes.add_value(node, "a duration of at most 7d");
           })
      .key({"every", Kind::duration, false, "1h",
            "How often an administration hands over what has come up for another, at a moment of its own."},
           [](Trade& trade, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, trade.every, mistakes)) return;
             if (trade.every < shortest_interval) mistakes.add_value(node, "a duration from 1s on");
           })
      .key({"at-once", Kind::whole_number, false, "all",
            "How many an administration hands over to another at once; who has more in an interval hands "
            "over more often, in equal parts of it, but never twice in a second."},
           [](Trade& trade, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, trade.at_once, mistakes)) return;
             if (trade.at_once < 1) mistakes.add_value(node, "a number from 1 on");
           })
      .key({"rhythm",
            Kind::word,
            false,
            "office",
            "office: most by day, by the sender's time zone; even: the same at all hours.",
            {"office", "even"}},
           [](Trade& trade, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_word<Rhythm>(node, {{"office", Rhythm::office}, {"even", Rhythm::even}},
                                      trade.rhythm, mistakes);
           })
      .key({"decay", Kind::number, false, "1",
            "The exponent of the distance: how much less two trade that are far apart."},
           exponent(&Trade::decay))
      .key({"scatter", Kind::number, false, "0.5",
            "How far pairs stray from the model, drawn from the seed; 0: not at all."},
           exponent(&Trade::scatter))
      .key({"matrix", Kind::text, false, "a gravity model over the world's table",
            "A CSV file with the columns from, to and weight: what crosses, pair by pair."},
           [names](Trade& trade, const YamlNode& node, YamlMistakes& mistakes) {
             // Where the administrations themselves are wrong, that is said already.
             if (names->administrations().empty()) return;
             const auto file = find_table(names->folder(), node, mistakes);
             if (!file) return;
             auto matrix = read_trade_matrix(*file, names->administrations());
             if (matrix) {
               trade.matrix = std::move(*matrix);
             } else {
               add_mistakes_of_table(matrix.error(), mistakes);
             }
           });
  return table;
}

}  // namespace

void read_trade(const ScenarioNames& names, const YamlNode& node, Trade& trade, YamlMistakes& mistakes) {
  if (!trade_table(&names).read(node, trade, mistakes)) return;
  if (trade.every > trade.length) {
    const YamlNode* every = node.find("every");
    mistakes.add(v1::KEY_VALUE, every != nullptr ? every->place : node.place,
                 "the trade is over before each has handed anything over", "Write an every up to for.");
  }
  const YamlNode* matrix = node.find("matrix");
  if (matrix == nullptr && !names.has_world() && !names.administrations().empty()) {
    mistakes.add(v1::KEY_MISSING, node.place, "nothing says who trades how much with whom",
                 "Add matrix, or take the administrations from topology.world.");
  }
  for (const char* key : {"decay", "scatter"}) {
    const YamlNode* found = node.find(key);
    if (matrix == nullptr || found == nullptr) continue;
    mistakes.add(v1::KEY_VALUE, found->place, fmt::format("a matrix and {}", key),
                 "Keep one: a matrix stands instead of the gravity model.");
  }
}

SectionDefinition trade_language() { return trade_table(nullptr).definition(); }

}  // namespace gnc::scenarios
