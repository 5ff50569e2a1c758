#include "scenarios/engine/user_pool.h"

#include <algorithm>

namespace gnc::scenarios {

UserPool::UserPool(const PlannedWorkload& workload, BatchIndex batch, Instant start, Random stream)
    : workload_(workload),
      batch_(batch),
      end_(start + workload.users->length),
      stream_(stream),
      users_(workload.users->count, User{start}) {}

void UserPool::advance(Instant now, const ExchangeLedger& ledger, Lodger& lodger) {
  if (done_) return;
  const std::uint64_t ended = ledger.standing(batch_).ended;
  for (User& user : users_) {
    if (user.waits_for != no_lodgement) {
      if (ended == ended_) continue;
      const LodgementTimes& times = ledger.lodgements()[user.waits_for];
      if (!times.ended.known()) continue;
      user.waits_for = no_lodgement;
      user.next = std::max(times.intended + times.ended.value() + think(), not_before_);
    }
    if (user.next > now || user.next >= end_) continue;
    const std::size_t documents = workload_.lodgements.documents.size();
    user.waits_for = lodger.lodge(batch_, lodged_++ % documents, user.next);
  }
  ended_ = ended;
  done_ = now >= end_;
}

void UserPool::postpone(Duration by, Instant now) {
  end_ = end_ + by;
  not_before_ = now;
  for (User& user : users_) {
    if (user.waits_for == no_lodgement) user.next = user.next + by;
  }
}

std::optional<Instant> UserPool::wake() const {
  Instant next = end_;
  for (const User& user : users_) {
    if (user.waits_for == no_lodgement) next = std::min(next, user.next);
  }
  return next;
}

Duration UserPool::think() {
  const Users& users = *workload_.users;
  const auto span = static_cast<std::uint64_t>((users.most_think - users.least_think).microseconds);
  return users.least_think + Duration{static_cast<std::int64_t>(stream_.below(span + 1))};
}

}  // namespace gnc::scenarios
