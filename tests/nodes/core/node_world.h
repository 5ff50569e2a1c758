#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nodes/core/node_core.h"
#include "nodes/core/plain_business.h"
#include "tests/trust/trust_world.h"

// What the tests of a node's core start from: identities, agreements, a store in memory, and batches sealed
// by whoever a test likes.
namespace gnc::nodes {

// What NodeStore keeps, in memory; notes what the tables' keys would refuse.
class MemoryStore final : public NodeLookup {
 public:
  void commit(const Transaction& transaction);
  RestoredState restore() const;

  std::optional<ReceivedRecord> received(const PartyName& party, const Uuid& id) const override;
  std::optional<OutgoingRecord> lodged(const PartyName& party, std::string_view reference) const override;

  std::map<std::uint64_t, OutboxBatchRecord> batches;
  std::map<Uuid, OutgoingRecord> outgoing;
  std::map<Uuid, ReceivedRecord> inbox;
  std::map<Uuid, DecisionRecord> decisions;
  std::vector<RejectionRecord> rejections;
  std::map<std::uint64_t, ReceivedBatchRecord> received_batches;
  std::map<std::uint64_t, ReceiptsRecord> receipts;
  std::map<std::string, std::string> notes;
  // What the tables' keys or the states' arrows forbid.
  std::vector<std::string> broken_rules;
};

// One for all tests of the program: making keys takes its time.
struct NodeWorld {
  static const NodeWorld& shared();

  trust::TrustWorld trust;
  trust::ChainVerifier verifier{trust.anchors()};
  std::unique_ptr<trust::Signer> nz = trust.signer("NZ");
  std::unique_ptr<trust::Signer> cn = trust.signer("CN");
  std::unique_ptr<trust::Signer> gateway = trust.signer("gateway/hub");
  AgreementIndex agreements = make_agreements();

  trust::Signer& signer(const PartyName& party) const;
  IncomingBatch open(std::string bytes) const;
  // A SealedBatch of these, by `signer`.
  std::string seal(const std::vector<std::string>& contents, trust::Signer& signer, Instant at,
                   const std::string& audience = {}) const;
  // NZ-CN: "declaration" (DEC, answer due) from NZ, answered by "response" (RES); "notice" (DEC, no answer
  // due) from CN. "late", of NZ and AU, is in force no more.
  static AgreementIndex make_agreements();
};

// An envelope as NZ would send it to CN, good for a day.
v1::Envelope envelope_to_cn(std::uint64_t number, const v1::MetaData& document);

// A conformant declaration.
v1::MetaData declaration(const std::string& reference);

using Documents = std::vector<std::pair<std::string, std::string>>;  // reference, bytes
v1::Lodge lodge(const std::string& at, const std::string& to, const Documents& documents,
                const std::string& hint = "pb");
// One conformant declaration, structured.
v1::Lodge lodge_one(const std::string& at, const std::string& to, const std::string& reference);

NodeConfig usual_config();

// A core of one party with its store, stepped by hand. Each step is committed at once.
class OneNode {
 public:
  explicit OneNode(const char* party, NodeConfig config = usual_config());

  // Steps with the events at the present time and commits; what comes out is in `sent` and `events`.
  template <class... Some>
  void step(Some... events_in) {
    std::vector<Event> list;
    (list.emplace_back(std::move(events_in)), ...);
    step_all(std::move(list));
  }
  void step_all(std::vector<Event> list);
  // Opens a stream and lets the gateway welcome it.
  void connect(std::uint32_t credit = 1000);
  void pass(Duration time) { now = now + time; }
  // The core anew, from what the store holds.
  void restart();
  // Receipts at the next position, by `signer` (the gateway where none is given).
  void receipts(const std::vector<v1::Receipt>& list, trust::Signer* signer = nullptr);
  void deliver(const std::vector<std::string>& envelopes, trust::Signer& signer);
  void deliver_batch(std::string bytes);
  void grant(std::uint32_t credit);

  std::vector<v1::EventKind> kinds() const;
  const NodeEvent* event(v1::EventKind kind) const;
  template <class Part>
  std::vector<const Part*> sent_of() const {
    std::vector<const Part*> found;
    for (const Send& send : sent) {
      if (const auto* part = std::get_if<Part>(&send)) found.push_back(part);
    }
    return found;
  }
  // The receipts that the last step gave.
  std::vector<v1::Receipt> given() const;

  const NodeWorld& world = NodeWorld::shared();
  NodeConfig config;
  MemoryStore store;
  PlainBusiness business;
  Instant now = trust::now;
  StreamId stream = 0;
  std::uint64_t position = 0;
  std::unique_ptr<NodeCore> core;
  // Of the last step.
  std::vector<Send> sent;
  std::vector<NodeEvent> events;
  Instant wake;
};

// A receipt about a record, as the party `issuer` would make it.
v1::Receipt receipt(const OutgoingRecord& about, v1::ReceiptKind kind, const std::string& issuer,
                    v1::ErrorCode reason = v1::ERROR_CODE_UNSPECIFIED);

}  // namespace gnc::nodes
