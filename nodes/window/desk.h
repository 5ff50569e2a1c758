#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "model/document/wco_path.h"
#include "nodes/window/agencies.h"
#include "nodes/window/condition.h"
#include "nodes/window/register.h"

namespace gnc::window {

// One element that a document is given, and its text with ${…} where values go.
struct Writing {
  model::WcoPath path;
  std::string text;
};

// One answer to a message.
struct DeskAnswer {
  std::string message;  // which of the block's answers it is; empty: the first of them
  Duration after;       // by business time; zero: at once
  std::string function = "01";
  std::vector<Writing> writes;
};

// The answers to messages of some kind.
struct DeskRule {
  std::string name;
  bool faulty = false;            // for what has faults by the data model, else for what has none
  std::vector<Condition> when;    // of the document; empty: always
  std::optional<bool> known;      // whether the register has the entry that is looked up
  std::optional<bool> permitted;  // whether all goods have the permits that the desk wants
  EntryTest entry;                // and what it must say
  std::vector<DeskAnswer> answers;
};

struct LookUp {
  std::string in;  // the register's name
  ElementPath by;
};

// What an administration answers to one message of its blocks: by the first rule that holds. What no rule is
// for is answered by the data model alone.
struct Desk {
  std::string message;
  std::optional<LookUp> look_up;
  // Its papers and permits; what an answer that is no rejection uses of these is written off.
  std::optional<Agency> permits;
  // Messages of the same case that this one takes the place of: what was to be answered to them is not, and
  // what was written off for them is given back.
  std::vector<std::string> replaces;
  std::vector<DeskRule> rules;
};

// What an administration sends of its own accord from a register: as often as the block's schedule says, or
// when an entry changes.
struct PushRule {
  std::string message;
  std::string from;  // the register's name
  bool on_change = false;
  EntryTest entries;  // which of them; on a change, which new values count
  std::vector<Writing> writes;
  // For each entry, written into the occurrence of its own: path and text, with [each] for the occurrence.
  std::vector<std::pair<std::string, std::string>> each;
};

}  // namespace gnc::window
