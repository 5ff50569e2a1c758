#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nodes/core/event_log.h"
#include "nodes/core/node_core.h"

namespace gnc::nodes {

// The sealed batches that the gateway has not answered for yet, and which of them to submit next. A batch's
// bytes stay here until each of its envelopes is admitted or refused for good.
class Outbox {
 public:
  // Sealed now, or restored: `open` leaves are neither admitted nor refused.
  void add(std::uint64_t number, std::shared_ptr<const std::string> bytes, std::vector<Uuid> ids,
           std::uint32_t open);

  // What is in here may have been sealed with another key than the present one: it was restored, or the
  // signer has been replaced.
  void doubt_signer();
  // Seals anew what another certificate than this signer's sealed: the gateway would refuse that where the
  // other has expired or was withdrawn. The envelopes keep their bytes, so that what the gateway has admitted
  // stays so.
  void seal_anew(trust::Signer& signer, Instant now);

  // On a new stream everything that is not answered for is submitted again, in order.
  void stream_opened(StreamId stream, std::uint32_t credit);
  void stream_ended();
  void clock_stepped(Duration by);
  void grant(std::uint32_t envelopes) { credit_ += envelopes; }

  // The gateway has answered for one leaf of the batch.
  void resolved(std::uint64_t batch);
  // The gateway could not take a leaf of the batch yet: submit the batch again at `at`, or earlier where
  // that is already to be. It is submitted whole, as it was sealed, for the gateway makes proofs of it; what
  // it has admitted it answers as before.
  void resubmit(std::uint64_t batch, Instant at);

  // What may be submitted now, within the credit. `describe` names an exchange's peer and reference for its
  // SENT event. An error where a batch is larger than all the credit that this gateway ever grants.
  using Describe = std::function<void(const Uuid&, NodeEvent&)>;
  Result<void> submit(Instant now, const EventLog& log, const Describe& describe, std::vector<Send>& out);

  // When the next resubmission is due; zero: none waits.
  Instant next_due() const { return later_.empty() ? Instant{} : later_.begin()->first; }

 private:
  struct Batch {
    std::shared_ptr<const std::string> bytes;
    std::vector<Uuid> ids;
    std::uint32_t open = 0;
    bool to_submit = false;  // in waiting_ or later_
    bool of_doubtful_signer = false;
  };
  std::map<std::uint64_t, Batch> batches_;
  std::deque<std::uint64_t> waiting_;
  std::multimap<Instant, std::uint64_t> later_;
  StreamId stream_ = 0;  // zero: no stream
  std::uint64_t credit_ = 0;
  std::uint64_t window_ = 0;  // the Welcome's credit: never more can be under way
};

}  // namespace gnc::nodes
