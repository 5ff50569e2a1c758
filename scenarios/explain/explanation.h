#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "scenarios/engine/terms.h"

// Whether a document would pass from one administration to another, and what decides: found by the decisions
// of the nodes and the gateway themselves, without sending anything.
namespace gnc::scenarios {

struct Question {
  std::string document;   // its bytes
  std::string form_hint;  // extension or media type; may be empty
  std::string name;       // as errors call it
  PartyName from;
  PartyName to;
  std::string agreement;  // empty: what follows from the agreements
  std::string message;
  Instant at;
  // With their sizes and digests.
  std::vector<v1::Lodge::Item::File> files = {};
};

// Not reached: what this gate would ask about was refused by an earlier one.
enum class GateResult { passed, refused, not_reached };

// Text from the document and the definitions stands in it as it came: escape on output.
struct GateFault {
  std::string code;  // "GNC-304", or an administration's own
  std::string name;  // in the catalogue; empty for an administration's own
  std::string detail;
  std::string remedy;
  std::string where;                  // in the document, file:line:column
  std::string path;                   // of the element
  std::vector<std::string> pointers;  // WCO pointers to the elements of that path
  std::string decided_at;             // the rule in the block or agreement, file:line:column
};

// One decision on the document's way.
struct Gate {
  std::string_view id;  // "content"
  std::string at;       // "NZ", "gateway"
  std::string_view asks;
  GateResult result = GateResult::not_reached;
  std::string says;        // what was found; of a gate that is not reached, why
  std::string decided_at;  // file:line:column of the definition that was asked
  std::vector<GateFault> faults;
};

enum class Verdict { passes, rejected, refused };

struct SaidResponse {
  std::string function_code;
  std::string_view meaning;  // empty where it is no code of ours
};

// What the recipient would answer: at once, and later by itself.
struct SaidAnswer {
  Duration after{};
  std::string message;  // of the block's answers, where the recipient's profile chooses it; else empty
  std::vector<SaidResponse> responses;
  std::string why;      // as the recipient notes for itself
  std::string channel;  // "green"; empty where no risk was weighed
};

// "01 accepted, 13 duty", or "do-not-load: 05 under control". Empty where nothing is sent.
std::string text_of(const SaidAnswer& answer);

struct Explanation {
  Verdict verdict = Verdict::passes;
  std::string document_type;  // "DEC"; empty where it could not be read
  std::string agreement;      // that carries it, or that comes nearest
  std::string message;
  std::deque<Gate> gates;              // in the order of the way; those found stay in their place
  std::optional<std::size_t> decides;  // the first gate that refuses
  std::vector<SaidAnswer> answers;
  std::vector<std::string> notes;  // what the answer further depends on
};

Explanation explain(const Question&, const Terms&);

}  // namespace gnc::scenarios
