#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/exchange.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/types/digest.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/uuid.h"
#include "trust/tls/chain_verifier.h"

namespace gnc::scenarios {

// What a node under test has said until now, read as a gateway reads it.
class NodeAccount {
 public:
  NodeAccount(PartyName party, const trust::ChainVerifier& verifier)
      : party_(std::move(party)), verifier_(verifier) {}

  // An envelope that it has submitted, by the bytes of its content.
  struct Submitted {
    Digest digest;
    std::optional<Error> fault;  // it is no whole envelope
    std::string id, recipient, conversation, agreement, message, answers, sender, document_type;
    std::vector<Instant> at;  // each time it came
    std::size_t number = 0;   // among all that was said, the first time
  };
  struct Given {
    v1::Receipt receipt;
    std::string audience;
    std::size_t number = 0;  // among all that was said
  };

  // A stream was welcomed with this much credit for submissions.
  void welcomed(std::uint32_t credit);
  void granted(std::uint32_t credit) { credit_ += credit; }
  // Gives which of submitted() came with it.
  std::vector<std::size_t> take(const v1::NodeFrame& frame, Instant now);

  const std::vector<Submitted>& submitted() const { return submitted_; }
  std::vector<const Submitted*> answers_to(std::string_view id) const;
  // Receipts about content of this digest, of one kind.
  std::vector<const Given*> receipts_about(const Digest& digest, v1::ReceiptKind kind) const;
  std::size_t receipts() const { return given_.size(); }
  // What was wrong with batches as such; empty where nothing was.
  const std::vector<std::string>& submission_faults() const { return submission_faults_; }
  const std::vector<std::string>& receipt_faults() const { return receipt_faults_; }

  // Envelopes that may still be delivered, and how many the node has granted in all.
  std::uint64_t delivery_credit() const { return delivery_credit_; }
  std::uint64_t delivery_grants() const { return delivery_grants_; }
  void delivered(std::uint64_t envelopes) { delivery_credit_ -= std::min(envelopes, delivery_credit_); }
  // The most that was submitted beyond the credit, on any stream.
  std::int64_t overrun() const { return overrun_; }
  std::uint64_t recorded_up_to() const { return recorded_up_to_; }
  // Of the last Hello.
  std::uint64_t hello_position() const { return hello_position_; }

 private:
  void take_receipts(const std::string& bytes, Instant now);
  void take_submission(const std::string& bytes, Instant now, std::vector<std::size_t>& came);

  PartyName party_;
  const trust::ChainVerifier& verifier_;
  std::vector<Submitted> submitted_;
  std::map<Digest, std::size_t> by_digest_;
  std::vector<Given> given_;
  std::multimap<std::string, std::size_t> by_envelope_digest_;
  std::vector<std::string> submission_faults_, receipt_faults_;
  std::size_t number_ = 0;
  std::int64_t credit_ = 0, overrun_ = 0;
  std::uint64_t delivery_credit_ = 0, delivery_grants_ = 0, recorded_up_to_ = 0, hello_position_ = 0;
};

}  // namespace gnc::scenarios
