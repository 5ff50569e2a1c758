#include "nodes/window/agencies.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "model/yaml/instant_text.h"

namespace gnc::window {
namespace {

bool begins_with_any(const std::string& commodity, const std::vector<std::string>& goods) {
  return goods.empty() ||
         std::ranges::any_of(goods, [&](const std::string& start) { return commodity.starts_with(start); });
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::ranges::find(all, one) != all.end();
}

class Answerer {
 public:
  Answerer(const Agency& agency, const std::vector<std::string>& traders, const Ledger& ledger, Instant now)
      : agency_(agency), traders_(traders), ledger_(ledger), now_(now) {
    out.agency = agency.name;
    out.ready_at = now + agency.takes;
  }

  void look_at(const DeclaredItem& item) {
    if (agency_.papers.empty()) return;
    std::string why;
    for (const DeclaredPaper& paper : item.papers) {
      if (!has(agency_.papers, paper.type)) continue;
      why = use(item, paper);
      if (why.empty()) return;
    }
    if (why.empty()) why = fmt::format("no permit is declared ({})", fmt::join(agency_.papers, ", "));
    out.findings.push_back({item.position, agency_.name, std::move(why)});
  }

  AgencyAnswer out;

 private:
  // Why the permit cannot be used; empty where it is.
  std::string use(const DeclaredItem& item, const DeclaredPaper& paper) {
    const auto permit = std::ranges::find_if(agency_.permits,
                                             [&](const Permit& each) { return each.number == paper.number; });
    if (permit == agency_.permits.end()) return fmt::format("permit {} is not known", paper.number);
    if (!permit->holder.empty() && !has(traders_, permit->holder))
      return fmt::format("permit {} is not the trader's", permit->number);
    if (now_ < permit->from)
      return fmt::format("permit {} holds from {} on", permit->number, model::instant_text(permit->from));
    if (now_ >= permit->until)
      return fmt::format("permit {} ended on {}", permit->number, model::instant_text(permit->until));
    if (!begins_with_any(item.commodity, permit->goods))
      return fmt::format("permit {} is not for goods of code {}", permit->number, item.commodity);
    if (!permit->origins.empty() && !has(permit->origins, item.origin))
      return fmt::format("permit {} is not for goods from \"{}\"", permit->number, item.origin);
    return permit->quantity ? write_off(item, paper, *permit) : std::string();
  }

  std::string write_off(const DeclaredItem& item, const DeclaredPaper& paper, const Permit& permit) {
    const std::string& unit = permit.quantity->unit;
    std::optional<Decimal> wanted;
    if (paper.quantity && paper.quantity->unit == unit) {
      wanted = paper.quantity->amount;
    } else if (const Quantity* declared = item.quantity(unit)) {
      wanted = declared->amount;
    }
    if (!wanted)
      return fmt::format("permit {} is written off in {}, which is not declared", permit.number, unit);
    const Decimal left = permit.quantity->amount - ledger_.used(LedgerEntry::Of::permit, permit.number) -
                         written_off_[permit.number];
    if (*wanted > left) {
      return fmt::format("permit {} has {} {} left, not {}", permit.number, left.text(), unit,
                         wanted->text());
    }
    written_off_[permit.number] += *wanted;
    out.write_offs.push_back({LedgerEntry::Of::permit, permit.number, *wanted});
    return {};
  }

  const Agency& agency_;
  const std::vector<std::string>& traders_;
  const Ledger& ledger_;
  const Instant now_;
  std::map<std::string, Decimal> written_off_;
};

}  // namespace

std::vector<Consultation> plan_consultations(const std::vector<Agency>& agencies,
                                             const std::vector<DeclaredItem>& items) {
  std::vector<Consultation> plan;
  for (const Agency& agency : agencies) {
    Consultation consultation{&agency, {}};
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (begins_with_any(items[i].commodity, agency.goods) &&
          (agency.origins.empty() || has(agency.origins, items[i].origin)))
        consultation.items.push_back(i);
    }
    if (!consultation.items.empty()) plan.push_back(std::move(consultation));
  }
  return plan;
}

AgencyAnswer answer_consultation(const Consultation& consultation, const std::vector<DeclaredItem>& items,
                                 const std::vector<std::string>& traders, const Ledger& ledger, Instant now) {
  Answerer answerer(*consultation.agency, traders, ledger, now);
  for (const std::size_t item : consultation.items) answerer.look_at(items[item]);
  return std::move(answerer.out);
}

}  // namespace gnc::window
