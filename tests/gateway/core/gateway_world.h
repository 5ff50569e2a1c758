#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "gateway/core/gateway_core.h"
#include "tests/gateway/core/reference_store.h"
#include "trust/seal/sealed_batch.h"

// What the tests of the gateway's core start from: parties NZ, CN and AU, an agreement between each two, a
// store that checks the promises, and a clock that stands until it is moved.
namespace gnc::gateway {

// Signs the same bytes the same way every time; nobody verifies it here, the shell does (trust::open).
class PlainSigner : public trust::Signer {
 public:
  explicit PlainSigner(const std::string& party) : party_(*PartyName::from_text(party)) {}
  const PartyName& party() const override { return party_; }
  std::string sign(std::string_view) override { return "signature of " + party_.text(); }
  const std::vector<std::string>& chain() const override { return chain_; }

 private:
  PartyName party_;
  std::vector<std::string> chain_{"certificate", "authority"};
};

inline constexpr Instant start_of_test{1'800'000'000'000'000};

// The block "goods": `declaration` from an exporter to an importer, which answers with a `response` within
// 60 s; `notice` goes the same way as a declaration, needs no answer and may have 1,000 bytes attached;
// `notice-back` the other way.
std::shared_ptr<const model::AgreementBook> usual_agreements();

// An envelope to be made; what a test does not set is right.
struct Draft {
  Uuid id;
  std::string sender = "NZ";
  std::string recipient = "CN";
  Uuid conversation;
  std::string agreement = "NZ-CN";
  std::string message = "notice";
  v1::Priority priority = v1::PRIORITY_NORMAL;
  Instant created_at = start_of_test;
  Instant expires_at = start_of_test + Duration::from_seconds(3600);
  std::string answers;
  std::string document_type = "DEC";
  std::string original = "<Declaration/>";

  v1::Envelope envelope() const;
  std::string bytes() const { return envelope().SerializeAsString(); }
};

// A batch as the shell hands it over, its seal taken on trust.
IncomingBatch open_on_trust(std::string sealed);
IncomingBatch sealed_envelopes(const std::string& signer, const std::vector<std::string>& contents);
IncomingBatch sealed_receipts(const std::string& signer, const std::string& audience,
                              const std::vector<v1::Receipt>& receipts);

template <class... Batches>
std::vector<IncomingBatch> batches(Batches... batch) {
  std::vector<IncomingBatch> all;
  (all.push_back(std::move(batch)), ...);
  return all;
}

template <class Kind>
std::vector<Kind> sent(const Effects& effects) {
  std::vector<Kind> found;
  for (const Send& send : effects.send) {
    if (const auto* match = std::get_if<Kind>(&send)) found.push_back(*match);
  }
  return found;
}

class GatewayTest : public testing::Test {
 protected:
  GatewayTest();
  void TearDown() override;

  Draft draft(const std::string& message = "notice");
  Uuid new_id();

  // Makes the transaction durable at once; the core hears of it at the next step.
  Effects step(std::vector<Event> events);
  template <class E>
  Effects step_one(E event) {
    std::vector<Event> events;
    events.emplace_back(std::move(event));
    return step(std::move(events));
  }
  // Time goes on, and the core is told.
  Effects wait(Duration time);
  Effects connect(SessionId session, const std::string& party, std::uint32_t credit = 10'000,
                  std::uint64_t recorded_up_to = 0);
  Effects disconnect(SessionId session) { return step_one(PeerDisconnected{session}); }
  Effects submit(SessionId session, const std::string& signer, const std::vector<Draft>& drafts);
  Effects give_receipts(SessionId session, const std::string& signer, const std::string& audience,
                        const std::vector<v1::Receipt>& receipts);
  v1::Receipt receipt(const Draft& about, v1::ReceiptKind kind) const;
  // The core as it is after a crash: what is not in the store is gone.
  void restart();

  ExchangeState state(const Draft& about) const { return store.exchanges.at(about.id).record.state; }
  std::vector<v1::ReceiptKind> kinds(const Draft& about) const { return store.kinds(about.sender, about.id); }
  // Ids delivered by these effects, in order.
  std::vector<Uuid> delivered(const Effects& effects) const;
  // The reason of the one refusal that these effects record.
  static v1::ErrorCode refused(const Effects& effects);

  GatewayConfig config{.name = *PartyName::from_text("gateway/hub")};
  std::shared_ptr<const model::AgreementBook> book = usual_agreements();
  ReferenceStore store;
  PlainSigner signer{"gateway/hub"};
  std::unique_ptr<GatewayCore> core;
  Instant now = start_of_test;

 private:
  std::uint64_t ids_ = 0;
  std::uint64_t committed_ = 0;
};

}  // namespace gnc::gateway
