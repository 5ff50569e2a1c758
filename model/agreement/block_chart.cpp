#include "model/agreement/block_chart.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace gnc::model {
namespace {

std::string_view name_of(v1::Pattern pattern) {
  switch (pattern) {
    case v1::PATTERN_QUERY:
      return "query: asked for when it is needed";
    case v1::PATTERN_SCHEDULED_PUSH:
      return "scheduled-push: sent at set times";
    case v1::PATTERN_EVENT_PUSH:
      return "event-push: sent when something happens";
    case v1::PATTERN_MATCH:
      return "match: both sides send, and what they sent is compared";
    default:
      return "";
  }
}

std::string_view name_of(v1::DataCluster::Use use) {
  switch (use) {
    case v1::DataCluster::USE_REQUIRED:
      return "required";
    case v1::DataCluster::USE_OPTIONAL:
      return "optional";
    case v1::DataCluster::USE_FORBIDDEN:
      return "forbidden";
    default:
      return "";
  }
}

std::string_view verb_of(v1::BlockMessage::FollowUp follow_up) {
  switch (follow_up) {
    case v1::BlockMessage::FOLLOW_UP_AMENDS:
      return "amends";
    case v1::BlockMessage::FOLLOW_UP_CANCELS:
      return "cancels";
    case v1::BlockMessage::FOLLOW_UP_QUERIES:
      return "queries";
    default:
      return "";
  }
}

// "1 h", "30 min": the largest unit that takes it whole.
std::string in_words(const google::protobuf::Duration& duration) {
  constexpr std::pair<std::int64_t, std::string_view> units[] = {
      {86'400, "d"}, {3'600, "h"}, {60, "min"}, {1, "s"}};
  for (const auto& [seconds, unit] : units) {
    if (duration.nanos() == 0 && duration.seconds() >= seconds && duration.seconds() % seconds == 0) {
      return fmt::format("{} {}", duration.seconds() / seconds, unit);
    }
  }
  return fmt::format("{} ms", duration.seconds() * 1000 + duration.nanos() / 1'000'000);
}

// "250 MB", as a block writes it.
std::string size_in_words(std::uint64_t bytes) {
  constexpr std::pair<std::uint64_t, std::string_view> units[] = {
      {1'000'000'000, "GB"}, {1'000'000, "MB"}, {1'000, "kB"}};
  for (const auto& [size, unit] : units) {
    if (bytes % size == 0) return fmt::format("{} {}", bytes / size, unit);
  }
  return fmt::format("{} bytes", bytes);
}

std::size_t column_of(const v1::UtilityBlock& block, const std::string& role) {
  return static_cast<std::size_t>(std::ranges::find(block.roles(), role) - block.roles().begin());
}

ChartMessage chart_message(const v1::UtilityBlock& block, const v1::BlockMessage& message) {
  ChartMessage made{message.name(),
                    message.document(),
                    column_of(block, message.from()),
                    column_of(block, message.to()),
                    message.answers(),
                    {}};
  std::vector<std::string> remarks;
  if (message.has_every()) remarks.push_back(fmt::format("every {}", in_words(message.every())));
  if (message.priority() == v1::PRIORITY_URGENT) remarks.emplace_back("urgent");
  if (message.priority() == v1::PRIORITY_BULK) remarks.emplace_back("bulk");
  if (message.largest_attachments() > 0)
    remarks.push_back(fmt::format("attachments up to {}", size_in_words(message.largest_attachments())));
  if (message.answer_due()) {
    remarks.push_back(message.has_answer_within()
                          ? fmt::format("an answer is due within {}", in_words(message.answer_within()))
                          : "an answer is due while the message lives");
  }
  made.due = fmt::format("{}", fmt::join(remarks, ", "));
  return made;
}

ChartStates states_of(const v1::UtilityBlock& block, const v1::BlockMessage& message) {
  ChartStates made{message.name(), {"admitted", "delivered"}, {}};
  if (!message.answer_due()) return made;
  std::vector<std::string> answers;
  for (const auto& other : block.messages()) {
    if (other.answers() == message.name()) answers.push_back(other.name());
  }
  // All of many are to be seen in the picture of the messages.
  constexpr std::size_t most_named = 3;
  made.path.push_back(answers.empty() ? "processed"
                      : answers.size() > most_named
                          ? fmt::format("answered by one of {}", answers.size())
                          : fmt::format("answered by {}", fmt::join(answers, " or ")));
  made.timer = message.has_answer_within()
                   ? fmt::format("overdue {} after delivery", in_words(message.answer_within()))
                   : "overdue when its life ends";
  return made;
}

ChartPlace place_of(const v1::ConversationState& state) {
  ChartPlace made{state.name(), {}};
  for (const auto& move : state.takes()) made.ways.push_back({move.message(), move.becomes(), false});
  if (state.has_after()) {
    made.ways.push_back({fmt::format("after {}", in_words(state.after())), state.then(), true});
  }
  return made;
}

}  // namespace

std::string other_ends() { return "refused, expired or dead-lettered"; }

BlockChart chart_of(const v1::UtilityBlock& block) {
  BlockChart chart;
  chart.title = fmt::format("{}, version {}: {}", block.id(), block.version(), block.title());
  chart.particulars = {{"legal basis", block.legal_basis()},
                       {"pattern", std::string(name_of(block.pattern()))}};
  chart.roles.assign(block.roles().begin(), block.roles().end());
  for (const auto& message : block.messages()) {
    chart.states.push_back(states_of(block, message));
    if (!message.answers().empty()) continue;
    const std::string heading =
        message.follows().empty()
            ? std::string()
            : fmt::format("{} {}, in its conversation", verb_of(message.follow_up()), message.follows());
    ChartGroup group{heading, {chart_message(block, message)}};
    for (const auto& answer : block.messages()) {
      if (answer.answers() == message.name()) group.messages.push_back(chart_message(block, answer));
    }
    chart.groups.push_back(std::move(group));
  }
  for (const auto& state : block.states()) chart.places.push_back(place_of(state));
  for (const auto& cluster : block.clusters()) {
    chart.data.push_back({fmt::format("{}, {}", name_of(cluster.use()), cluster.name()),
                          {cluster.paths().begin(), cluster.paths().end()}});
  }
  return chart;
}

std::vector<std::string> wrapped(std::string_view words, std::size_t width) {
  std::vector<std::string> lines;
  while (words.size() > width) {
    auto cut = words.rfind(' ', width);
    if (cut == std::string_view::npos || cut == 0) cut = words.find(' ', width);
    if (cut == std::string_view::npos) break;
    lines.emplace_back(words.substr(0, cut));
    words.remove_prefix(cut + 1);
  }
  lines.emplace_back(words);
  return lines;
}

}  // namespace gnc::model
