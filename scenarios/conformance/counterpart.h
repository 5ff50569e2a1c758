#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "proto/types/random.h"
#include "scenarios/conformance/node_account.h"
#include "scenarios/conformance/stage.h"
#include "trust/seal/sealed_batch.h"
#include "trust/seal/signer.h"

namespace gnc::scenarios {

// Who plays beside the node under test.
struct Cast {
  PartyName party;    // under test
  PartyName gateway;  // "gateway/hub"
  PartyName sender;   // lodges with the party
  PartyName revoked;  // its certificate is
  std::unique_ptr<trust::Signer> gateway_signer, sender_signer, revoked_signer;
  std::unique_ptr<trust::Signer> stranger_signer;  // bears the sender's name under a root that nobody trusts
  std::string agreement;
};

// An envelope for the node under test, as the bytes that are sealed.
struct Consignment {
  std::string id;
  std::string conversation;
  std::string content;
  Digest digest;
};

// What the gateway makes of a submission.
enum class Admission { admit, withhold, full, refuse, expire };

// The gateway and the peers that the node under test has to do with. Takes in what the node does whenever it
// waits for something, and does what a gateway does unless it is told otherwise.
class Counterpart {
 public:
  // All must outlive it.
  Counterpart(Stage& stage, const Cast& cast, const trust::ChainVerifier& verifier, Random random);

  const Cast& cast() const { return cast_; }
  Stage& stage() { return stage_; }
  NodeAccount& account() { return account_; }

  // Until `until` holds; false where it does not in time.
  bool wait_for(const std::function<bool()>& until, Duration patience);
  void settle(Duration time);

  // ---- Streams ----
  // A stream is open, and the Welcome is out.
  bool connected() const { return welcomed_; }
  bool connect(Duration patience) {
    return wait_for([this] { return welcomed_; }, patience);
  }
  std::uint64_t streams_opened() const { return opened_; }
  const std::vector<Error>& broken_frames() const { return broken_frames_; }
  // What was said on the first stream before its Welcome.
  struct Greeting {
    bool opened = false;
    Result<PartyName> party = failure(v1::ERROR_CODE_UNSPECIFIED, "");
    std::vector<v1::NodeFrame> frames;
  };
  const Greeting& greeting() const { return greeting_; }
  // The Hello of the first stream waits for this.
  void welcome();
  // Ends the stream with this reason, or breaks it off without one.
  void end(v1::ErrorCode code, const std::string& detail);
  void cut();
  void turn_away(bool all) { turn_away_ = all; }

  // ---- What the gateway does ----
  void admission(Admission how) { admission_ = how; }
  // Whether credit for submissions is granted again by itself.
  void grant_back(bool by_itself) { grant_back_ = by_itself; }
  void grant(std::uint32_t envelopes);
  // Receipts at the next position, sealed by `signer`.
  void give_receipts(const std::vector<v1::Receipt>& receipts, trust::Signer& signer);
  v1::Receipt receipt(v1::ReceiptKind kind, const NodeAccount::Submitted& about,
                      const PartyName& issuer) const;
  std::uint64_t last_position() const { return positions_.size(); }

  // ---- What its peers send ----
  v1::Envelope envelope(std::string_view message);
  static Consignment consignment(const v1::Envelope& envelope, std::string_view more_bytes = {});
  Consignment consign(std::string_view message) { return consignment(envelope(message)); }
  std::string sealed(const std::vector<Consignment>& items, trust::Signer& signer) const;
  std::string sealed(const std::vector<Consignment>& items) const {
    return sealed(items, *cast_.sender_signer);
  }
  // One frame with these batches, of `envelopes` in all. False where the node grants no credit for them in
  // time.
  bool deliver(const std::vector<std::string>& batches, std::uint64_t envelopes,
               std::string_view more_bytes = {});

 private:
  void handle(Stage::Opened& opened);
  void handle(Stage::Said& said);
  void handle(const Stage::Ended& ended);
  void answer_submissions(const std::vector<std::size_t>& came);
  void send(const v1::GatewayFrame& frame, std::string_view more_bytes = {});
  std::string new_id();

  Stage& stage_;
  const Cast& cast_;
  NodeAccount account_;
  Random random_;
  std::uint64_t stream_ = 0, opened_ = 0;
  bool said_hello_ = false, welcomed_ = false, hold_welcome_ = true, turn_away_ = false, grant_back_ = true;
  Admission admission_ = Admission::admit;
  Greeting greeting_;
  std::vector<Error> broken_frames_;
  std::vector<std::string> positions_;  // sealed receipts for the node, from position 1
};

}  // namespace gnc::scenarios
