#include "nodes/window/risk.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "nodes/window/chance.h"

namespace gnc::window {
namespace {

std::string folded(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_authorised(const AeoCredit& credit, const v1::Declaration& declaration) {
  return std::ranges::any_of(declaration.authorisation_holder(), [&](const v1::AuthorisationHolder& each) {
    const bool right_category =
        std::ranges::find(credit.categories, each.category_code().value()) != credit.categories.end();
    return right_category && (credit.holders.empty() ||
                              std::ranges::find(credit.holders, each.id().value()) != credit.holders.end());
  });
}

class Scorer {
 public:
  Scorer(const v1::MetaData& document, RiskAssessment& out) : document_(document), out_(out) {}

  void apply(const RiskRule& rule) {
    if (!any_of_items(rule.when)) {
      if (all_hold(rule.when, document_, std::nullopt)) add(rule.name, rule.weight, 0);
      return;
    }
    const int items = document_.declaration().goods_shipment().government_agency_goods_item_size();
    for (int item = 0; item < items; ++item) {
      if (all_hold(rule.when, document_, item)) return add(rule.name, rule.weight, item + 1);
    }
  }

  void apply(const WatchList& list) {
    std::vector<std::string> entries;
    for (const std::string& entry : list.entries) entries.push_back(folded(entry));
    bool hit = false;
    for (const ElementPath& path : list.paths) {
      path.each(document_, std::nullopt, [&](std::string_view value, const ElementPath::Places&) {
        hit = hit || std::ranges::find(entries, folded(value)) != entries.end();
      });
    }
    if (hit) add("watch list " + list.name, list.weight, 0);
  }

  void add(std::string rule, int points, int item) {
    out_.score += points;
    out_.reasons.push_back({std::move(rule), points, item});
  }

 private:
  const v1::MetaData& document_;
  RiskAssessment& out_;
};

}  // namespace

std::string_view channel_name(Channel channel) {
  switch (channel) {
    case Channel::green:
      return "green";
    case Channel::yellow:
      return "yellow";
    case Channel::red:
      break;
  }
  return "red";
}

v1::RiskChannel recorded(Channel channel) {
  switch (channel) {
    case Channel::green:
      return v1::RISK_CHANNEL_GREEN;
    case Channel::yellow:
      return v1::RISK_CHANNEL_YELLOW;
    case Channel::red:
      break;
  }
  return v1::RISK_CHANNEL_RED;
}

std::string RiskAssessment::text() const {
  std::string text = fmt::format("{} at {} points", channel_name(channel), score);
  const char* between = ": ";
  for (const RiskReason& reason : reasons) {
    text += fmt::format("{}{} {}", between, reason.rule, reason.points);
    if (reason.item != 0) text += fmt::format(" (item {})", reason.item);
    between = ", ";
  }
  if (sampled) text += fmt::format("{}chosen at random", between);
  return text;
}

RiskAssessment assess_risk(const RiskProfile& profile, const v1::MetaData& document, std::uint64_t draw,
                           const std::vector<RiskReason>& known) {
  RiskAssessment out;
  Scorer scorer(document, out);
  for (const RiskRule& rule : profile.rules) scorer.apply(rule);
  for (const WatchList& list : profile.watch_lists) scorer.apply(list);
  for (const RiskReason& reason : known) scorer.add(reason.rule, reason.points, reason.item);
  // Credit takes points away that rules gave; it does not make up for those of others.
  if (profile.aeo && out.score > 0 && is_authorised(*profile.aeo, document.declaration()))
    scorer.add("authorised operator", -std::min(profile.aeo->points, out.score), 0);
  if (profile.yellow_from > 0 && out.score >= profile.yellow_from) out.channel = Channel::yellow;
  if (profile.red_from > 0 && out.score >= profile.red_from) out.channel = Channel::red;
  if (profile.sampling && is_sampled(profile.sampling->per_cent, draw)) {
    out.sampled = true;
    out.channel = std::max(out.channel, profile.sampling->channel);
  }
  return out;
}

}  // namespace gnc::window
