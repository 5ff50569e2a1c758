#include "scenarios/engine/lodger.h"

#include <fmt/format.h>

#include <algorithm>

#include "proto/types/random.h"
#include "proto/types/uuid.h"

namespace gnc::scenarios {
namespace {

constexpr int most_items_in_a_command = 256;
constexpr std::size_t most_bytes_in_a_command = 1u << 20;

}  // namespace

BatchIndex Lodger::open(const PlannedLodgements& planned, bool of_workload, std::vector<Uuid> conversations) {
  const BatchIndex index = ledger_.open_batch({.name = planned.name,
                                               .from = planned.at.text(),
                                               .to = planned.to.text(),
                                               .answer_due = planned.answer_due,
                                               .workload = of_workload,
                                               .consignments = !planned.is_follow_up,
                                               .goods_arrive = planned.goods_arrive});
  if (batches_.size() <= index) batches_.resize(index + 1);
  batches_[index].planned = &planned;
  batches_[index].conversations = std::move(conversations);
  return index;
}

LodgementIndex Lodger::lodge(BatchIndex batch, std::size_t document, Instant intended) {
  if (!started_) started_ = world_.now();
  const std::string& name = batches_[batch].planned->documents[document].name;
  std::string reference = name;
  if (const std::uint64_t uses = ++uses_[name]; uses > 1) reference += fmt::format("#{}", uses);
  const LodgementIndex index = ledger_.plan({std::move(reference), name, batch, intended, {}});
  documents_.push_back(static_cast<std::uint32_t>(document));
  if (batches_[batch].planned->conversations != 0) numbers_[index] = batches_[batch].lodged++;
  ledger_.mark_sent(index, world_.now());
  await(batch, index);
  return index;
}

BatchIndex Lodger::open_other(ExchangeLedger::Batch batch) {
  const BatchIndex index = ledger_.open_batch(std::move(batch));
  if (batches_.size() <= index) batches_.resize(index + 1);
  return index;
}

void Lodger::lodge_other(BatchIndex batch, const std::string& reference, const std::string& document,
                         Instant intended) {
  const LodgementIndex index = ledger_.plan({reference, document, batch, intended, {}});
  documents_.push_back(0);
  ledger_.mark_sent(index, world_.now());
}

void Lodger::await(BatchIndex batch, LodgementIndex index) {
  if (batches_[batch].waiting.empty()) due_.push_back(batch);
  batches_[batch].waiting.push_back(index);
  ++waiting_;
}

void Lodger::send_due() {
  if (waiting_ == 0) return;
  std::ranges::sort(due_);
  for (const BatchIndex due : due_) {
    Batch& batch = batches_[due];
    std::size_t sent = 0;
    while (sent < batch.waiting.size() && world_.takes_commands(batch.planned->at)) {
      world_.send(batch.planned->at, next_command(batch, sent));
    }
    batch.waiting.erase(batch.waiting.begin(), batch.waiting.begin() + static_cast<std::ptrdiff_t>(sent));
    waiting_ -= sent;
  }
  std::erase_if(due_, [this](BatchIndex batch) { return batches_[batch].waiting.empty(); });
}

v1::Command Lodger::next_command(const Batch& batch, std::size_t& next) {
  const PlannedLodgements& planned = *batch.planned;
  v1::Command command;
  v1::Lodge& lodge = *command.mutable_lodge();
  lodge.set_at(planned.at.text());
  lodge.set_to(planned.to.text());
  lodge.set_agreement(planned.agreement);
  lodge.set_message(planned.message);
  lodge.set_priority(planned.priority);
  lodge.set_life_ms(static_cast<std::uint64_t>(planned.life.microseconds / 1000));
  std::size_t bytes = 0;
  while (next < batch.waiting.size() && lodge.items_size() < most_items_in_a_command &&
         bytes < most_bytes_in_a_command) {
    const LodgementIndex index = batch.waiting[next++];
    const Lodgement lodgement = ledger_.lodgement(index);
    const SourceDocument& document = planned.documents[documents_[index - first_]];
    v1::Lodge::Item& item = *lodge.add_items();
    item.set_reference(lodgement.reference);
    item.set_document(document.bytes);
    item.set_form_hint(document.form_hint);
    item.set_intended_at(lodgement.intended.microseconds);
    for (const auto& file : planned.files) item.add_files()->set_path(file.string());
    if (!batch.conversations.empty()) {
      item.set_conversation(std::string(batch.conversations[documents_[index - first_]].view()));
    } else if (planned.conversations != 0) {
      item.set_conversation(conversation_of(index));
    }
    bytes += document.bytes.size();
  }
  return command;
}

// The same whenever it is asked for, since a node that has forgotten is told again.
std::string Lodger::conversation_of(LodgementIndex index) const {
  const Lodgement& lodgement = ledger_.lodgement(index);
  const std::uint32_t conversations = batches_[lodgement.batch].planned->conversations;
  Random chance(std::uint64_t{lodgement.batch} << 32 | numbers_.at(index) % conversations);
  const std::uint64_t high = chance.next();
  return std::string(Uuid::from_parts(*started_, high, chance.next()).view());
}

void Lodger::forget_before(LodgementIndex index) {
  for (; first_ < index; ++first_) {
    documents_.pop_front();
    if (!numbers_.empty()) numbers_.erase(first_);
  }
}

void Lodger::repeat_unacknowledged() {
  for (const BatchIndex batch : due_) batches_[batch].waiting.clear();
  due_.clear();
  const auto open = ledger_.unacknowledged();
  waiting_ = 0;
  for (const LodgementIndex index : open) {
    const BatchIndex batch = ledger_.lodgements()[index].batch;
    if (batches_[batch].planned != nullptr) await(batch, index);
  }
  send_due();
}

}  // namespace gnc::scenarios
