#include "scenarios/engine/rogue_attack.h"

#include <fmt/format.h>

#include <utility>

#include "scenarios/engine/quantity.h"
#include "scenarios/engine/rogue_document.h"

namespace gnc::scenarios {
namespace {

using Kind = RoguePeer::Kind;

std::string_view word(Kind kind) {
  return kind == Kind::tamper ? "tampered" : kind == Kind::replay ? "replayed" : "impersonating";
}

}  // namespace

RogueAttack::RogueAttack(const RoguePeer& rogue, BarePeer& peer, Lodger& lodger, std::uint64_t& before,
                         Instant now)
    : rogue_(rogue), peer_(&peer), to_replay_(rogue.kind == Kind::replay ? rogue.count : 0) {
  const BatchIndex batch = lodger.open_other(
      {fmt::format("rogue {}", word(rogue.kind)), rogue.party.text(), rogue.to.text(), true, false, false});
  for (std::uint32_t left = to_replay_ > 0 ? 1 : rogue.count; left > 0; --left) {
    BarePeer::Submission submission{
        .reference = fmt::format("rogue {} {}#{}", rogue.party.text(), word(rogue.kind), ++before),
        .to = rogue.to};
    submission.document = rogue_document(submission.reference);
    submission.intended = now;
    submission.misdeed.tamper = rogue.kind == Kind::tamper;
    if (rogue.kind == Kind::impersonate) submission.misdeed.impersonated = rogue.impersonated;
    lodger.lodge_other(batch, submission.reference, fmt::format("a document that is {}", word(rogue.kind)),
                       now);
    references_.push_back(submission.reference);
    peer.submit(std::move(submission), now);
  }
}

void RogueAttack::advance() {
  BarePeer::Answers all;
  for (const std::string& reference : references_) {
    const BarePeer::Answers answers = peer_->answers(reference);
    all.admitted += answers.admitted;
    all.refused += answers.refused;
  }
  if (rogue_.kind == Kind::replay) {
    if (all.admitted == 0) return;
    // One after the other: those of one frame would be answered together.
    if (to_replay_ > 0 && all.admitted > rogue_.count - to_replay_) {
      --to_replay_;
      peer_->replay(references_.front());
    }
    outcome_ = fmt::format("sent again {}, answered with the first receipt {}",
                           count_text(rogue_.count, "time"), count_text(all.admitted - 1, "time"));
    answered_ = all.admitted > rogue_.count;
    return;
  }
  outcome_ = fmt::format("{} sent, {} refused, {} admitted", references_.size(), all.refused, all.admitted);
  answered_ = all.refused + all.admitted >= references_.size();
}

}  // namespace gnc::scenarios
