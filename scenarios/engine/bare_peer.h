#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "gnc/v1/control.pb.h"
#include "gnc/v1/envelope.pb.h"
#include "model/agreement/agreement_book.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"
#include "scenarios/engine/happening.h"

namespace gnc::scenarios {

// An administration without a node: the run itself speaks for it at the gateway, past every check that a node
// makes. What is delivered to it is receipted, and noted only here. What happens to its exchanges goes to the
// queue as a process's reports do, from a process named "bare-AU". The run's thread alone.
class BarePeer {
 public:
  struct Place {
    PartyName party;
    PartyName gateway;
    std::string address;  // "127.0.0.1:41235"
    std::filesystem::path identity;
    std::filesystem::path trust;
  };
  // `queue` must outlive it.
  static Result<std::unique_ptr<BarePeer>> make(Place, const model::AgreementBook&, HappeningQueue& queue);
  virtual ~BarePeer() = default;

  // Connects, takes in what has come, sends what waits. To be called whenever something happened, and often.
  virtual void advance(Instant now) = 0;
  // Lets what waits be written and ends the connection.
  virtual void stop() = 0;

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
  virtual void submit(Submission, Instant now) = 0;
  // Sends the very bytes of an earlier submission again.
  virtual void replay(const std::string& reference) = 0;

  // Receipts of the gateway that have come for a submission; the same one counts each time.
  struct Answers {
    std::uint64_t admitted = 0, refused = 0;
  };
  virtual Answers answers(const std::string& reference) const = 0;
  // Every submission is answered, and what was admitted is at its end.
  virtual bool is_quiet() const = 0;
  // Tells the document of an exchange that it submitted, or that answers one of those, as a node does.
  virtual void tell_document(const v1::AskDocument&) = 0;
  // How often what was delivered to it has come, by its id.
  virtual const std::map<Uuid, std::uint32_t>& received() const = 0;
};

}  // namespace gnc::scenarios
