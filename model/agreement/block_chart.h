#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/agreement.pb.h"

// A utility block as a picture: who sends what to whom, what answers it, and how each exchange ends.
namespace gnc::model {

struct ChartMessage {
  std::string name;
  std::string document;
  std::size_t from = 0;  // indexes of roles
  std::size_t to = 0;
  std::string answers;  // the message that it answers; may be empty
  std::string due;      // "urgent, an answer is due within 1 h"; empty where there is nothing to remark
};

// Messages that belong together: a first message or a later word, each with its answers.
struct ChartGroup {
  std::string heading;  // "amends export-declaration, in its conversation"; empty for first messages
  std::vector<ChartMessage> messages;
};

// The states that an exchange of one message goes through where nothing goes wrong, and what else may end it.
struct ChartStates {
  std::string message;
  std::vector<std::string> path;  // "admitted", "delivered", "answered by export-response"
  std::string timer;              // "overdue 1 h after delivery"; empty where nothing is due
};

// Where a conversation can stand, and what takes it further.
struct ChartPlace {
  std::string state;
  struct Way {
    std::string what;  // "arrival-advice", "after 10 d"
    std::string becomes;
    bool by_time = false;
  };
  std::vector<Way> ways;  // none: the end
};

// A data cluster.
struct ChartData {
  std::string use;  // "forbidden, persons"
  std::vector<std::string> paths;
};

struct BlockChart {
  std::string title;
  std::vector<std::pair<std::string, std::string>> particulars;  // "legal basis", "…"
  std::vector<std::string> roles;
  std::vector<ChartGroup> groups;
  std::vector<ChartStates> states;
  std::vector<ChartPlace> places;  // none: the block has no states, every message is taken at any time
  std::vector<ChartData> data;
};

// The ends that every exchange may come to instead of its path's last state.
std::string other_ends();
// In lines of at most `width` letters, broken at blanks; a longer word stands by itself.
std::vector<std::string> wrapped(std::string_view words, std::size_t width);

// `block` must have been checked: its messages name its roles.
BlockChart chart_of(const v1::UtilityBlock& block);

// For a terminal, in UTF-8.
std::string chart_text(const BlockChart& chart);
// One SVG document that stands by itself.
std::string chart_svg(const BlockChart& chart);

}  // namespace gnc::model
