#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "nodes/window/condition.h"
#include "nodes/window/risk.h"
#include "proto/types/instant.h"

namespace gnc::window {

// One thing that both declarations of a consignment say, and that is compared.
struct MatchField {
  std::string name;  // "gross mass": under which discrepancies are counted
  ElementPath path;
  bool total = false;             // the sum over all places, and not item by item
  std::size_t first = 0;          // so many characters count; 0: all
  std::optional<Decimal> within;  // per cent of the partner's number that may lie between
  int weight = 0;                 // points for risk where they differ
};

// How an administration matches import declarations with what a partner has sent of the same consignment.
// Data (docs/profiles.md).
struct Matching {
  std::vector<std::string> with;  // the messages that bring the partner's data
  std::vector<Condition> when;    // which declarations are matched; empty: all
  std::vector<ElementPath> by;    // what tells a consignment; the first that both have
  std::vector<MatchField> compare;
  int nothing_found = 0;  // points for a declaration of which no partner has sent anything
  // How long the partner's data, and a declaration that waits for it, are kept.
  Duration kept = Duration::from_seconds(365ll * 24 * 3600);
};

struct MatchValue {
  std::string text;
  std::string unit;  // or currency; empty where it has none
  friend bool operator==(const MatchValue&, const MatchValue&) = default;
};

// The values of one field: of an item's element one for each item, empty where the item has none.
using MatchValues = std::vector<MatchValue>;
MatchValues values_of(const MatchField& field, const v1::MetaData& document);

struct Discrepancy {
  const MatchField* field = nullptr;
  int item = 0;  // position from 1; 0: the declaration as a whole
  std::string declared;
  std::string partner;
};

// Adds where the two differ; what only one of them states is no difference. Whether both state anything.
bool compare_values(const MatchField& field, const MatchValues& declared, const MatchValues& partner,
                    std::vector<Discrepancy>& differences);

enum class MatchOutcome { matched, discrepancy, nothing_found };

struct MatchResult {
  MatchOutcome outcome = MatchOutcome::nothing_found;
  std::string partner;  // who sent it; empty where nothing was found
  std::vector<Discrepancy> discrepancies;

  // "differs from what NZ sent: gross mass 41000 KGM, there 39000 KGM (item 1)".
  std::string text() const;
  // What risk is to make of it.
  std::vector<RiskReason> reasons(const Matching&) const;
};

}  // namespace gnc::window
