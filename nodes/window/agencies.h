#pragma once

#include <optional>
#include <string>
#include <vector>

#include "nodes/window/declared_goods.h"
#include "nodes/window/excerpt.h"
#include "nodes/window/ledger.h"
#include "proto/types/instant.h"

// Partner government agencies behind one single window, and the permits that they give.
namespace gnc::window {

struct Permit {
  std::string number;
  std::string holder;              // empty: whoever
  std::vector<std::string> goods;  // beginnings of commodity codes; empty: any
  std::vector<std::string> origins;
  Instant from;
  Instant until;
  std::optional<Quantity> quantity;  // in all; none: without limit
};

// What an agency that does not answer in time is taken to have said.
enum class Unanswered : std::uint8_t { agrees, objects, inspects };

// How an agency is asked that has a node of its own: through the gateway, under an agreement with it.
struct Consulted {
  std::string message;  // the agreement's, by which it is asked
  Duration within;      // by business time
  Unanswered unanswered{};
  Excerpt told;
};

struct Agency {
  std::string name;                // "NZ/health"
  std::vector<std::string> goods;  // beginnings of commodity codes that concern it; empty: all
  std::vector<std::string> origins;
  // Types of document of which one must be declared, and be a permit of the agency: "N853"; empty: it only
  // looks.
  std::vector<std::string> papers;
  std::vector<Permit> permits;
  Duration takes;  // from when it is asked to when it answers
  // How long it looks at goods that customs opens; zero: it does not.
  Duration joins_inspection;
  // None: it works inside the window, by its papers and permits.
  std::optional<Consulted> consulted;
};

// Which agencies one declaration concerns, and with which of its items. All are asked at the same time.
struct Consultation {
  const Agency* agency = nullptr;
  std::vector<std::size_t> items;  // indexes
};
std::vector<Consultation> plan_consultations(const std::vector<Agency>& agencies,
                                             const std::vector<DeclaredItem>& items);

struct AgencyFinding {
  std::uint32_t item = 0;  // position; zero: of no one item
  std::string agency;
  std::string why;
};

struct AgencyAnswer {
  std::string agency;
  Instant ready_at;
  // Nothing found: it agrees.
  std::vector<AgencyFinding> findings;
  std::vector<LedgerEntry> write_offs;
};

// What an agency inside the window says. `traders` are those whose permits may be used: importer, exporter.

AgencyAnswer answer_consultation(const Consultation& consultation, const std::vector<DeclaredItem>& items,
                                 const std::vector<std::string>& traders, const Ledger& ledger, Instant now);

}  // namespace gnc::window
