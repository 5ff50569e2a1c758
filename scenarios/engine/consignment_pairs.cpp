#include "scenarios/engine/consignment_pairs.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace gnc::scenarios {
namespace {

using Way = ConsignmentData::Way;

// What the documents of a run say of their consignments.
class Documents {
 public:
  explicit Documents(const RunPlan& plan) {
    add(plan.steps);
    for (const PlannedWorkload& workload : plan.workloads) add(workload.lodgements);
  }

  bool go_both_ways() const { return leave_ && come_in_; }
  const ConsignmentData* find(const std::string& lodgements, const std::string& document) const {
    const auto batch = by_batch_.find(lodgements);
    if (batch == by_batch_.end()) return nullptr;
    const auto found = batch->second.find(document);
    return found == batch->second.end() ? nullptr : &found->second;
  }

 private:
  void add(const std::vector<PlannedStep>& steps) {
    for (const PlannedStep& step : steps) {
      if (step.lodgements) add(*step.lodgements);
      add(step.parallel);
    }
  }
  void add(const PlannedLodgements& lodgements) {
    for (const SourceDocument& document : lodgements.documents) {
      auto data = consignment_of(document);
      if (!data) continue;
      leave_ |= data->way == Way::leaves;
      come_in_ |= data->way == Way::comes_in;
      by_batch_[lodgements.name].emplace(document.name, std::move(*data));
    }
  }

  std::unordered_map<std::string, std::unordered_map<std::string, ConsignmentData>> by_batch_;
  bool leave_ = false, come_in_ = false;
};

// The first export declaration of each consignment that each party has on record.
class Held {
 public:
  void add(const std::string& party, const ConsignmentData& data, Instant since) {
    const auto [at, added] = first_.try_emplace({party, data.reference}, since, &data);
    if (!added && since < at->second.first) at->second = {since, &data};
  }
  const ConsignmentData* find(const std::string& party, const std::string& reference, Instant now) const {
    const auto found = first_.find({party, reference});
    return found == first_.end() || found->second.first > now ? nullptr : found->second.second;
  }

 private:
  std::map<std::pair<std::string, std::string>, std::pair<Instant, const ConsignmentData*>> first_;
};

}  // namespace

ConsignmentPairs::ConsignmentPairs(const RunPlan& plan, const ExchangeLedger& ledger) {
  const Documents documents(plan);
  if (!documents.go_both_ways()) return;
  // Calls `use(index, row, recipient, data)` for every lodgement that goes that way.
  const auto each = [&](Way way, const auto& use) {
    for (LodgementIndex index = ledger.lodgements().first(); index < ledger.lodgements().size(); ++index) {
      const LodgementTable::Row& row = ledger.lodgements()[index];
      const ExchangeLedger::Batch& batch = ledger.batch(row.batch);
      const ConsignmentData* data = documents.find(batch.name, ledger.lodgements().document(index));
      if (batch.consignments && data != nullptr && data->way == way) use(index, row, batch.to, *data);
    }
  };
  Held held;
  each(Way::leaves, [&](LodgementIndex, const auto& row, const std::string& recipient, const auto& data) {
    if (row.delivered.known()) held.add(recipient, data, row.intended + row.delivered.value());
  });
  // Documents that are taken in turn meet again and again.
  std::map<std::pair<const ConsignmentData*, const ConsignmentData*>, ConsignmentComparison> compared;
  each(Way::comes_in,
       [&](LodgementIndex index, const auto& row, const std::string& recipient, const auto& data) {
         if (!row.sent.known()) return;
         const auto* other = held.find(recipient, data.reference, row.intended + row.sent.value());
         if (other == nullptr) return;
         auto [at, added] = compared.try_emplace({&data, other});
         if (added) at->second = compare(data, *other);
         found_.emplace(index, at->second);
       });
}

bool ConsignmentPairs::possible(const RunPlan& plan) { return Documents(plan).go_both_ways(); }

const ConsignmentComparison* ConsignmentPairs::find(LodgementIndex index) const {
  const auto found = found_.find(index);
  return found == found_.end() ? nullptr : &found->second;
}

}  // namespace gnc::scenarios
