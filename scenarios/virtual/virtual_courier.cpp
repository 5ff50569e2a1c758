#include "scenarios/virtual/virtual_courier.h"

#include <utility>

#include "gnc/v1/errors.pb.h"
#include "nodes/core/single_window.h"

namespace gnc::scenarios {

VirtualCourier::VirtualCourier(Surroundings surroundings, const Random& chance)
    : around_(std::move(surroundings)),
      out_way_{chance.child("payloads out")},
      in_way_{chance.child("payloads in")} {}

// ---- Out ----------------------------------------------------------------------------------------

void VirtualCourier::send(v1::Lodge lodge) {
  const Instant until = around_.clock() + nodes::life_of(lodge, around_.default_life);
  out_.push_back({std::move(lodge), until});
  if (out_.size() == 1) go_on_out();
}

void VirtualCourier::go_on_out() {
  while (!out_.empty()) {
    Outgoing& job = out_.front();
    if (job.item == job.lodge.items_size()) {
      v1::Lodge lodge = std::move(job.lodge);
      out_.pop_front();
      around_.take(nodes::LodgeRequested{std::move(lodge)});
      continue;
    }
    v1::Lodge::Item& item = *job.lodge.mutable_items(job.item);
    if (job.file == item.files_size()) {
      ++job.item;
      job.file = 0;
      continue;
    }
    v1::Lodge::Item::File& file = *item.mutable_files(job.file);
    if (job.handed_in.recall(file)) {
      ++job.file;
      continue;
    }
    const auto& found = around_.attachments.find(file.path());
    if (!found) {
      nodes::note_fault(file, found.error());
      job.handed_in.note(file);
      ++job.file;
      continue;
    }
    file.set_size(found->size);
    file.set_digest(std::string(found->digest.view()));
    job.offer = {job.lodge.to(), found->digest, found->size};
    out_way_.attempts.emplace(job.until, out_way_.jitter);
    return attempt_out();
  }
}

void VirtualCourier::attempt_out() {
  out_way_.transfer = around_.network.begin_payload(around_.participant, out_.front().offer);
}

void VirtualCourier::ended_out(const Error* fault) {
  Outgoing& job = out_.front();
  v1::Lodge::Item::File& file = *job.lodge.mutable_items(job.item)->mutable_files(job.file);
  if (fault != nullptr) nodes::note_fault(file, *fault);
  job.handed_in.note(file);
  ++job.file;
  go_on_out();
}

// ---- In -----------------------------------------------------------------------------------------

void VirtualCourier::bring(std::vector<nodes::HeldBatch> held) {
  const bool idle = in_.empty();
  for (nodes::HeldBatch& each : held) in_.push_back({std::move(each)});
  if (idle) go_on_in();
}

void VirtualCourier::go_on_in() {
  while (!in_.empty()) {
    Held& held = in_.front();
    if (held.next == held.awaited.attachments.size()) {
      nodes::FrameReceived late{.stream = held.stream, .deliveries = {}, .receipts = {}, .credit = 0};
      late.deliveries.push_back(std::move(held.batch));
      const nodes::AwaitedPayloads awaited = std::move(held.awaited);
      in_.pop_front();
      around_.take(std::move(late));
      gate_.let_through(awaited);
      continue;
    }
    const v1::Attachment& attachment = held.awaited.attachments[held.next];
    const Digest digest = *Digest::from_bytes(attachment.digest());
    if (around_.places.has(around_.party, digest)) {
      held.batch.payloads.push_back({digest});
      ++held.next;
      continue;
    }
    around_.places.begin(around_.party, digest, attachment.size());
    in_way_.attempts.emplace(held.awaited.until, in_way_.jitter);
    return attempt_in();
  }
}

void VirtualCourier::attempt_in() {
  const Held& held = in_.front();
  const Digest digest = *Digest::from_bytes(held.awaited.attachments[held.next].digest());
  in_way_.transfer = around_.network.begin_payload(
      around_.participant, PayloadRequest{digest, around_.places.here(around_.party, digest)});
}

void VirtualCourier::ended_in(const Error* fault) {
  Held& held = in_.front();
  nodes::FetchedPayload fetched{*Digest::from_bytes(held.awaited.attachments[held.next].digest())};
  if (fault != nullptr) {
    fetched.fault = fault->code;
    fetched.detail = fault->detail;
  }
  held.batch.payloads.push_back(std::move(fetched));
  ++held.next;
  go_on_in();
}

// ---- Both ways ----------------------------------------------------------------------------------

void VirtualCourier::came(const PayloadMessage& message) {
  const bool out = message.transfer == out_way_.transfer;
  if (message.transfer == 0 || (!out && message.transfer != in_way_.transfer)) return;
  Way& way = out ? out_way_ : in_way_;
  if (const auto* answer = std::get_if<PayloadAnswer>(&message.content)) {
    if (answer->fault != v1::ERROR_CODE_UNSPECIFIED) {
      way.transfer = 0;
      const Error fault{answer->fault, answer->detail, {}, {}};
      if (!is_over(way, fault)) return;
      return out ? ended_out(&fault) : ended_in(&fault);
    }
    if (!out) return;
    if (!answer->complete)
      return around_.network.send_payload(message.transfer, answer->here, out_.front().offer.size);
    way.transfer = 0;
    return ended_out(nullptr);
  }
  const auto* piece = std::get_if<PayloadPiece>(&message.content);
  if (piece == nullptr || out) return;
  const Held& held = in_.front();
  around_.places.append(around_.party, *Digest::from_bytes(held.awaited.attachments[held.next].digest()),
                        *piece);
  if (!piece->last) return;
  way.transfer = 0;
  ended_in(nullptr);
}

bool VirtualCourier::is_over(Way& way, const Error& fault) {
  const auto wait = way.attempts->after(fault.code, around_.clock());
  if (!wait) return true;
  around_.wake_after(*wait, ++way.waits << 1 | (&way == &out_way_ ? 1 : 0));
  return false;
}

void VirtualCourier::wake(std::uint64_t number) {
  const bool out = (number & 1) != 0;
  const Way& way = out ? out_way_ : in_way_;
  if (number >> 1 != way.waits || way.transfer != 0) return;
  if (out && !out_.empty()) attempt_out();
  if (!out && !in_.empty()) attempt_in();
}

}  // namespace gnc::scenarios
