#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/agreement_book.h"
#include "model/agreement/business_time.h"
#include "model/agreement/definition_yaml.h"
#include "model/yaml/instant_text.h"
#include "model/yaml/yaml_node.h"

// The blocks of the library by their states: what each takes where, and what time does.
namespace gnc::model::block_flows_test {
namespace {

namespace fs = std::filesystem;
using testing::Contains;

const fs::path scenarios = fs::path(GNC_SOURCE_DIR) / "scenarios";
constexpr Instant start{1'800'000'000'000'000};
constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

std::vector<std::string> block_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(scenarios / "blocks")) {
    names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

v1::UtilityBlock read_block(const std::string& name) {
  const fs::path file = scenarios / "blocks" / (name + ".yaml");
  YamlMistakes mistakes(file.string());
  v1::UtilityBlock block;
  const auto root = read_yaml_file(file, mistakes);
  EXPECT_TRUE(root && read_yaml(*root, block, mistakes)) << file;
  return block;
}

// ---- Every block, by what it says of itself -----------------------------------------------------

class EveryBlock : public testing::TestWithParam<std::string> {};

// A way of words to each state that words and times lead to.
std::map<std::string, ConversationPlace> places_of(const v1::UtilityBlock& block,
                                                   const ConversationStates& states) {
  std::map<std::string, ConversationPlace> places;
  std::vector<ConversationPlace> open;
  const auto reach = [&](const ConversationPlace& place) {
    if (places.emplace(place.state, place).second) open.push_back(place);
  };
  for (const auto& move : block.states(0).takes()) {
    const auto begun = states.after({}, move.message(), start);
    EXPECT_TRUE(begun) << move.message();
    if (begun) reach(*begun);
  }
  while (!open.empty()) {
    const ConversationPlace place = open.back();
    open.pop_back();
    for (const v1::ConversationState& state : block.states()) {
      if (state.name() != place.state) continue;
      for (const auto& move : state.takes()) {
        const auto next = states.after(place, move.message(), place.since);
        EXPECT_TRUE(next) << move.message() << " in " << place.state;
        if (next) reach(*next);
      }
      if (state.has_after()) reach(states.by(place, place.since + duration_of(state.after())));
    }
  }
  return places;
}

TEST_P(EveryBlock, TakesInEachStateWhatItSaysAndNothingElse) {
  const v1::UtilityBlock block = read_block(GetParam());
  if (block.states().empty()) return;
  const ConversationStates states(block, 1);
  std::set<std::string> named;
  for (const auto& state : block.states()) {
    for (const auto& move : state.takes()) named.insert(move.message());
  }
  const auto places = places_of(block, states);
  for (const v1::ConversationState& state : block.states()) {
    const bool first = &state == &block.states(0);
    std::optional<ConversationPlace> here;
    if (!first || places.contains(state.name())) {
      ASSERT_TRUE(places.contains(state.name())) << state.name() << " is never reached";
      here = places.at(state.name());
    }
    for (const v1::BlockMessage& message : block.messages()) {
      SCOPED_TRACE(message.name() + " in " + state.name());
      const Instant now = here ? here->since : start;
      const auto next = states.after(here, message.name(), now);
      const auto move =
          std::ranges::find(state.takes(), message.name(), &v1::ConversationState::Move::message);
      if (move != state.takes().end()) {
        ASSERT_TRUE(next);
        EXPECT_EQ(*next, (ConversationPlace{move->becomes(), now}));
      } else if (!named.contains(message.name()) && here) {
        ASSERT_TRUE(next) << "an answer that no state names";
        EXPECT_EQ(*next, *here);
      } else {
        ASSERT_FALSE(next);
        EXPECT_EQ(next.error().code, v1::MESSAGE_OUT_OF_ORDER);
      }
    }
  }
}

TEST_P(EveryBlock, LeavesEachStateWhenItsTimeIsOverAndNotBefore) {
  const v1::UtilityBlock block = read_block(GetParam());
  if (block.states().empty()) return;
  const ConversationStates states(block, 1);
  const auto places = places_of(block, states);
  for (const v1::ConversationState& state : block.states()) {
    if (!places.contains(state.name())) continue;
    SCOPED_TRACE(state.name());
    const ConversationPlace here = places.at(state.name());
    if (!state.has_after()) {
      EXPECT_EQ(states.by(here, here.since + Duration::from_seconds(10'000 * day)), here);
      continue;
    }
    const Instant over = here.since + duration_of(state.after());
    EXPECT_EQ(states.by(here, over - Duration{1}), here);
    EXPECT_EQ(states.by(here, over), (ConversationPlace{state.then(), over}));
  }
}

// An agreement puts it in force, and a scenario of the library plays it.
TEST_P(EveryBlock, IsPlayedByAScenario) {
  std::set<std::string> agreements;
  for (const auto& entry : fs::directory_iterator(scenarios / "agreements")) {
    YamlMistakes mistakes(entry.path().string());
    const auto root = read_yaml_file(entry.path(), mistakes);
    ASSERT_TRUE(root) << entry.path();
    if (root->find("block")->text == GetParam()) {
      agreements.insert("agreements/" + entry.path().filename().string());
    }
  }
  EXPECT_FALSE(agreements.empty());
  bool played = false;
  for (const auto& entry : fs::directory_iterator(scenarios)) {
    if (entry.path().extension() != ".yaml") continue;
    YamlMistakes mistakes(entry.path().string());
    const auto root = read_yaml_file(entry.path(), mistakes);
    ASSERT_TRUE(root) << entry.path();
    for (const YamlNode& named : root->find("agreements")->items) played |= agreements.contains(named.text);
  }
  EXPECT_TRUE(played);
}

INSTANTIATE_TEST_SUITE_P(OfTheLibrary, EveryBlock, testing::ValuesIn(block_names()), [](const auto& one) {
  std::string name = one.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

// ---- Ways through the blocks, as customs has them -----------------------------------------------

// What is said when (in seconds), and where that leads; empty where the last word is refused.
struct Way {
  const char* block;
  std::vector<std::pair<const char*, std::int64_t>> words;
  const char* end;
};

std::ostream& operator<<(std::ostream& out, const Way& way) {
  out << way.block << ":";
  for (const auto& [word, at] : way.words) out << " " << word << "@" << at;
  return out;
}

class WayThrough : public testing::TestWithParam<Way> {};

TEST_P(WayThrough, LeadsWhereItShould) {
  const Way& way = GetParam();
  const ConversationStates states(read_block(way.block), 1);
  std::optional<ConversationPlace> place;
  for (std::size_t i = 0; i < way.words.size(); ++i) {
    const auto& [word, at] = way.words[i];
    auto next = states.after(place, word, start + Duration::from_seconds(at));
    if (*way.end == '\0' && i + 1 == way.words.size()) {
      ASSERT_FALSE(next) << "it is taken, and leads to " << next->state;
      EXPECT_EQ(next.error().code, v1::MESSAGE_OUT_OF_ORDER);
      return;
    }
    ASSERT_TRUE(next) << word << ": " << describe(next.error());
    place = *std::move(next);
  }
  EXPECT_EQ(place->state, way.end);
}

const Way ways[] = {
    {"certificate-of-origin", {{"certificate", 0}, {"utilisation-notice", 30 * day}}, "used"},
    {"certificate-of-origin",
     {{"certificate", 0}, {"utilisation-notice", day}, {"utilisation-notice", 2 * day}},
     "used"},
    {"certificate-of-origin",
     {{"certificate", 0}, {"verification-request", day}, {"origin-confirmed", 299 * day}},
     "confirmed"},
    {"certificate-of-origin",
     {{"certificate", 0}, {"verification-request", day}, {"origin-denied", 2 * day}},
     "denied"},
    {"certificate-of-origin", {{"certificate", 0}, {"certificate-withdrawal", day}}, "withdrawn"},
    {"certificate-of-origin", {{"utilisation-notice", 0}}, ""},
    {"certificate-of-origin", {{"certificate", 0}, {"certificate", 1}}, ""},
    {"certificate-of-origin", {{"certificate", 0}, {"utilisation-notice", 365 * day}}, ""},
    {"certificate-of-origin",
     {{"certificate", 0}, {"verification-request", day}, {"origin-confirmed", 301 * day}},
     ""},
    {"certificate-of-origin",
     {{"certificate", 0}, {"utilisation-notice", 1}, {"certificate-withdrawal", 2}},
     ""},
    {"certificate-of-origin",
     {{"certificate", 0}, {"certificate-withdrawal", 1}, {"utilisation-notice", 2}},
     ""},
    {"certificate-of-origin",
     {{"certificate", 0}, {"verification-request", 1}, {"utilisation-notice", 2}},
     ""},

    {"sanitary-certificate", {{"certificate", 0}, {"delivered", 1}, {"inspection-result", day}}, "inspected"},
    {"sanitary-certificate",
     {{"certificate", 0}, {"delivered-with-warnings", 1}, {"replacement", day}},
     "replaced"},
    {"sanitary-certificate",
     {{"certificate", 0}, {"delivered-not-readable", 1}, {"certificate", day}, {"delivered", day + 1}},
     "delivered"},
    {"sanitary-certificate", {{"certificate", 0}, {"certificate", 7 * day}}, "pending-delivery"},
    {"sanitary-certificate", {{"certificate", 0}, {"certificate", 6 * day}}, ""},
    {"sanitary-certificate", {{"certificate", 0}, {"delivered", 7 * day}}, ""},
    {"sanitary-certificate", {{"certificate", 0}, {"inspection-result", 1}}, ""},
    {"sanitary-certificate",
     {{"certificate", 0}, {"delivered", 1}, {"withdrawal", 2}, {"inspection-result", 3}},
     ""},
    {"sanitary-certificate",
     {{"certificate", 0}, {"delivered", 1}, {"inspection-result", 2}, {"withdrawal", 3}},
     ""},

    {"entry-safety", {{"entry-summary", 0}, {"registered", 1}, {"assessment-complete", 600}}, "may-load"},
    {"entry-safety", {{"entry-summary", 0}, {"do-not-load", 1}}, "must-not-load"},
    {"entry-safety",
     {{"entry-summary", 0},
      {"information-request", 1},
      {"further-information", 47 * hour},
      {"information-sufficient", 47 * hour + 1}},
     "may-load"},
    {"entry-safety",
     {{"entry-summary", 0}, {"screening-request", 1}, {"screening-result", 9}, {"screening-alarm", 10}},
     "must-not-load"},
    {"entry-safety", {{"entry-summary", 0}, {"assessment-complete", 5 * hour}}, "may-load"},
    {"entry-safety", {{"registered", 0}}, ""},
    {"entry-safety", {{"entry-summary", 0}, {"further-information", 1}}, ""},
    {"entry-safety", {{"entry-summary", 0}, {"information-request", 1}, {"screening-result", 2}}, ""},
    {"entry-safety",
     {{"entry-summary", 0}, {"information-request", 0}, {"further-information", 48 * hour}},
     ""},
    {"entry-safety", {{"entry-summary", 0}, {"screening-request", 0}, {"screening-result", 48 * hour}}, ""},
    {"entry-safety", {{"entry-summary", 0}, {"do-not-load", 1}, {"assessment-complete", 2}}, ""},

    {"aeo-programme",
     {{"operator-list", 0}, {"operator-list", day}, {"operator-list", 4 * day}},
     "list-current"},
    {"aeo-programme", {{"operator-suspension", 0}}, "suspension-told"},
    {"aeo-programme", {{"operator-list", 0}, {"operator-suspension", 1}}, ""},
    {"aeo-programme", {{"operator-suspension", 0}, {"operator-suspension", 1}}, ""},
    {"aeo-status", {{"status-query", 0}, {"operator-recognised", 1}}, "recognised"},
    {"aeo-status", {{"status-query", 0}, {"operator-not-recognised", 1}}, "not-recognised"},
    {"aeo-status", {{"status-query", 0}, {"operator-recognised", day}}, ""},
    {"aeo-status", {{"status-query", 0}, {"status-query", 1}}, ""},

    {"postal-items", {{"item-data", 0}, {"customs-item", 4 * day}, {"item-released", 4 * day}}, "released"},
    {"postal-items",
     {{"customs-item", 0}, {"duty-due", 1}, {"duty-paid", 29 * day}, {"released-after-payment", 29 * day}},
     "released"},
    {"postal-items", {{"customs-item", 0}, {"item-held", 1}}, "held"},
    {"postal-items",
     {{"customs-item", 0}, {"customs-item", 5 * day}, {"item-released", 5 * day}},
     "released"},
    {"postal-items", {{"item-data", 0}, {"customs-item", 60 * day}}, ""},
    {"postal-items", {{"item-data", 0}, {"duty-paid", 1}}, ""},
    {"postal-items", {{"customs-item", 0}, {"duty-due", 1}, {"duty-paid", 31 * day}}, ""},
    {"postal-items", {{"customs-item", 0}, {"item-held", 1}, {"duty-paid", 2}}, ""},

    {"enforcement",
     {{"warning", 0}, {"feedback", day}, {"feedback", 2 * day}, {"seizure", 3 * day}},
     "seized"},
    {"enforcement", {{"seizure", 0}, {"feedback", 1}}, "seized"},
    {"enforcement", {{"warning", 0}, {"warning-lifted", 1}}, "lifted"},
    {"enforcement", {{"feedback", 0}}, ""},
    {"enforcement", {{"warning", 0}, {"warning-lifted", 1}, {"feedback", 2}}, ""},
    {"enforcement", {{"warning", 0}, {"seizure", 90 * day}}, ""},
    {"enforcement", {{"seizure", 0}, {"warning", 1}}, ""},

    {"mutual-assistance",
     {{"assistance-request", 0}, {"acknowledgement", 1}, {"assistance-given", 5 * day}},
     "given"},
    {"mutual-assistance", {{"assistance-request", 0}, {"assistance-declined", day}}, "declined"},
    {"mutual-assistance",
     {{"assistance-request", 0},
      {"reminder", 30 * day},
      {"reminder-answer", 31 * day},
      {"assistance-given", 40 * day}},
     "given"},
    {"mutual-assistance",
     {{"assistance-request", 0}, {"reminder", 30 * day}, {"reminder", 60 * day}},
     "reminded"},
    {"mutual-assistance", {{"assistance-request", 0}, {"request-withdrawn", day}}, "withdrawn"},
    {"mutual-assistance", {{"acknowledgement", 0}}, ""},
    {"mutual-assistance", {{"assistance-request", 0}, {"reminder", 29 * day}}, ""},
    {"mutual-assistance", {{"assistance-request", 0}, {"reminder", 30 * day}, {"reminder", 59 * day}}, ""},
    {"mutual-assistance", {{"assistance-request", 0}, {"request-withdrawn", 1}, {"assistance-given", 2}}, ""},
    {"mutual-assistance", {{"assistance-request", 0}, {"assistance-given", 1}, {"request-withdrawn", 2}}, ""},

    {"rights-holder-lookup",
     {{"product-query", 0}, {"product-known", 1}, {"counterfeit-report", 9 * day}},
     "reported"},
    {"rights-holder-lookup", {{"product-query", 0}, {"product-unknown", 1}}, "unknown"},
    {"rights-holder-lookup", {{"product-query", 0}, {"product-protected-no-more", 1}}, "unprotected"},
    {"rights-holder-lookup",
     {{"product-query", 0}, {"product-query", 4 * hour}, {"product-known", 5 * hour}},
     "known"},
    {"rights-holder-lookup", {{"product-query", 0}, {"product-query", hour}}, ""},
    {"rights-holder-lookup", {{"product-query", 0}, {"product-known", 4 * hour}}, "known"},
    {"rights-holder-lookup", {{"product-query", 0}, {"counterfeit-report", 4 * hour}}, ""},
    {"rights-holder-lookup", {{"product-query", 0}, {"counterfeit-report", 1}}, ""},
    {"rights-holder-lookup",
     {{"product-query", 0}, {"product-known", 0}, {"counterfeit-report", 10 * day}},
     ""},
    {"rights-holder-lookup", {{"product-query", 0}, {"product-unknown", 1}, {"counterfeit-report", 2}}, ""},

    {"inspection-images", {{"image-request", 0}, {"inspection-images", 29 * day}}, "images-given"},
    {"inspection-images", {{"inspection-images", 0}, {"inspection-images", day}}, "images-given"},
    {"inspection-images",
     {{"inspection-images", 0}, {"image-request", day}, {"inspection-images", 2 * day}},
     "images-given"},
    {"inspection-images", {{"image-request", 0}, {"image-request", 31 * day}}, "asked"},
    {"inspection-images", {{"image-request", 0}, {"image-request", 1}}, ""},
    {"inspection-images", {{"image-request", 0}, {"inspection-images", 30 * day}}, ""},

    {"transit-by-way",
     {{"anticipated-arrival-record", 0},
      {"anticipated-transit-record", 1},
      {"crossing-notice", 2 * day},
      {"arrival-advice", 9 * day},
      {"control-results", 10 * day}},
     "discharged"},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0}, {"anticipated-transit-record", 0}, {"diversion-notice", day}},
     "diverted"},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0},
      {"anticipated-transit-record", 0},
      {"enquiry-request", 4 * day},
      {"enquiry-response", 5 * day},
      {"recovery-notice", 33 * day}},
     "in-recovery"},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0},
      {"anticipated-transit-record", 0},
      {"crossing-notice", day},
      {"enquiry-request", 9 * day},
      {"arrival-advice", 10 * day}},
     "arrived"},
    {"transit-by-way", {{"anticipated-transit-record", 0}}, ""},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0}, {"anticipated-transit-record", 0}, {"arrival-advice", day}},
     ""},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0}, {"anticipated-transit-record", 0}, {"enquiry-request", 3 * day}},
     ""},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0},
      {"anticipated-transit-record", 0},
      {"crossing-notice", day},
      {"enquiry-request", 8 * day}},
     ""},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0},
      {"anticipated-transit-record", 0},
      {"enquiry-request", 4 * day},
      {"recovery-notice", 31 * day}},
     ""},
    {"transit-by-way",
     {{"anticipated-arrival-record", 0},
      {"anticipated-transit-record", 0},
      {"diversion-notice", day},
      {"arrival-advice", 2 * day}},
     ""},
};
INSTANTIATE_TEST_SUITE_P(AsCustomsHasThem, WayThrough, testing::ValuesIn(ways));

}  // namespace
}  // namespace gnc::model::block_flows_test
