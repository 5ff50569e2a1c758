#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "model/agreement/agreement_book.h"
#include "nodes/core/agreement_index.h"
#include "nodes/core/id_sequence.h"
#include "nodes/core/node_core.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/random.h"
#include "proto/types/uuid.h"
#include "trust/seal/signer.h"

namespace gnc::scenarios {

// What an administration without a node does at the gateway, past every check that a node makes. What is
// delivered to it is receipted, and noted only here. What happens to its exchanges is reported as a process
// does. No clock, connection or thread: what comes from the gateway is handed in, what goes there out.
class BarePeer {
 public:
  // The way to the gateway, as a node's core uses it.
  class Link {
   public:
    virtual ~Link() = default;
    virtual void perform(nodes::Send) = 0;
    virtual void flush() = 0;
  };
  struct Place {
    PartyName party;
    PartyName gateway;
  };
  using OnReport = std::function<void(v1::Report)>;

  // Signer and link must outlive it.
  BarePeer(Place, const model::AgreementBook&, trust::Signer&, Link&, Random ids, OnReport);

  // Welcomes, frames and the ends of streams; a node's other events mean nothing here.
  void heard(nodes::Event&, Instant now);
  // Connects where it is time to. To be called whenever something happened, and at connects_at().
  void advance(Instant now);
  // Where it has no stream, when it opens the next.
  std::optional<Instant> connects_at() const;

  // What is to be done with an envelope that an honest node would not do.
  struct Misdeed {
    // One byte of the sealed envelope is another.
    bool tamper = false;
    // Stands in the envelope as its sender.
    std::optional<PartyName> impersonated = {};
  };
  struct Submission {
    std::string reference;  // unique in the run
    PartyName to;
    // Empty: those of the agreement that is in force between the two.
    std::string agreement = {}, message = {};
    v1::Priority priority = v1::PRIORITY_NORMAL;
    Duration life = Duration::from_seconds(3600);
    v1::CarriedDocument document = {};
    // Of an earlier submission, whose id this one bears again; the same document makes the same envelope. It
    // is sent when that one is answered, so that each has an answer of its own.
    std::string same_id_as = {};
    Instant intended = {};
    Misdeed misdeed = {};
  };
  // Where the gateway answers what repeats an id with the first receipt, byte for byte, that is told as
  // DUPLICATE_SUPPRESSED, with the submission's reference.
  void submit(Submission, Instant now);
  // Sends the very bytes of an earlier submission again.
  void replay(const std::string& reference);

  // Receipts of the gateway that have come for a submission; the same one counts each time.
  struct Answers {
    std::uint64_t admitted = 0, refused = 0;
  };
  Answers answers(const std::string& reference) const;
  // Every submission is answered, and what was admitted is at its end.
  bool is_quiet() const;
  // Tells the document of an exchange that it submitted, or that answers one of those, as a node does.
  void tell_document(const v1::AskDocument&);
  // How often what was delivered to it has come, by its id.
  const std::map<Uuid, std::uint32_t>& received() const { return received_; }

 private:
  struct Sent {
    std::string reference;
    Instant intended;
    v1::Envelope envelope;
    std::string digest;  // leaf hash of the envelope
    std::size_t size = 0;
    std::shared_ptr<const std::string> batch;
    bool answer_due = false, answer_expected = false;
    bool answered = false, ended = false;
    std::string receipt;  // the sealed batch with the gateway's first answer to these bytes
    Answers answers;
  };

  static Sent* next_of(const std::vector<Sent*>& same_id);
  static Sent& exchange_of(const std::vector<Sent*>& same_id);
  void dispatch(Sent&, Instant now);
  void send(const Sent&);
  template <class Event>
  void handle(Event&, Instant) {}  // what only a node's core hears
  void handle(nodes::WelcomeReceived&, Instant now);
  void handle(nodes::StreamEnded&, Instant now);
  void handle(nodes::FrameReceived&, Instant now);
  void receipted(const trust::OpenedBatch&, Instant now);
  void answered_by_gateway(const v1::Receipt&, std::string_view sealed, const std::vector<Sent*>& same_id,
                           Instant now);
  void tell_end(v1::EventKind, const v1::Receipt&, const Sent&, Instant now);
  void apply(const v1::Receipt&, Sent&, Instant now);
  void delivered(const trust::OpenedBatch&, Instant now);
  void answered(const v1::Envelope& answer, Instant now);
  v1::Event& note(v1::EventKind, const std::string& exchange, Instant now);
  void tell();

  const Place place_;
  const nodes::AgreementIndex agreements_;
  trust::Signer& signer_;
  Link& link_;
  Random random_;
  const OnReport on_report_;
  nodes::IdSequence ids_{random_};

  nodes::StreamId stream_ = 0;  // zero: none
  nodes::StreamId last_stream_ = 0;
  bool welcomed_ = false;
  Instant connect_at_;
  std::uint64_t receipts_up_to_ = 0;
  std::map<std::string, Sent> sent_;                    // by reference
  std::map<std::string, std::vector<Sent*>> by_id_;     // in the order of their submission
  std::set<std::string> open_;                          // references that are out and not answered
  std::map<std::string, v1::CarriedDocument> answers_;  // by the id of the exchange that carried it
  std::map<Uuid, std::uint32_t> received_;
  v1::Report report_;
};

}  // namespace gnc::scenarios
