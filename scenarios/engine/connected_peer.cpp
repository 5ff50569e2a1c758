#include "scenarios/engine/connected_peer.h"

#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

#include "nodes/serve/gateway_link.h"
#include "proto/types/system_clock.h"
#include "trust/tls/credentials.h"
#include "trust/tls/trust_folder.h"

namespace gnc::scenarios {
namespace {

constexpr std::chrono::milliseconds stop_patience{5000};

// Carries what gRPC's threads hear over to the run's thread.
class Mailbox {
 public:
  Mailbox(std::string process, HappeningQueue& queue) : process_(std::move(process)), queue_(queue) {}

  void put(nodes::Event event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    // Wakes the run.
    queue_.push(Reported{process_, 0, {}});
  }
  std::vector<nodes::Event> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(events_, {});
  }

 private:
  const std::string process_;
  HappeningQueue& queue_;
  std::mutex mutex_;
  std::vector<nodes::Event> events_;
};

}  // namespace

struct ConnectedPeer::State final : BarePeer::Link {
  State(const Settings& settings, const model::AgreementBook& book, HappeningQueue& queue,
        const trust::Identity& identity, trust::TrustFolder trusted)
      : trust(std::move(trusted)),
        signer(trust::make_signer(identity)),
        mailbox("bare-" + settings.party.text(), queue),
        link(identity, nodes::Stream::Surroundings{.party = settings.party,
                                                   .gateway = settings.gateway,
                                                   .address = settings.address,
                                                   .verifier = trust.verifier(),
                                                   .handshake_failure = {},
                                                   .clock = system_now,
                                                   .take =
                                                       [this](nodes::Event event, std::size_t, auto) {
                                                         mailbox.put(std::move(event));
                                                         return true;
                                                       },
                                                   .sent = [](std::vector<nodes::NodeEvent>&) {},
                                                   .gone = {}}),
        peer({settings.party, settings.gateway}, book, *signer, *this, Random(1).child(settings.party.text()),
             [&queue, process = "bare-" + settings.party.text()](v1::Report report) {
               queue.push(Reported{process, 0, {std::move(report)}});
             }) {}

  void perform(nodes::Send send) override { link.perform(std::move(send)); }
  void flush() override { link.flush(); }

  trust::TrustFolder trust;
  std::unique_ptr<trust::Signer> signer;
  Mailbox mailbox;
  nodes::GatewayLink link;
  BarePeer peer;
  bool stopped = false;
};

Result<std::unique_ptr<ConnectedPeer>> ConnectedPeer::make(const Settings& settings,
                                                           const model::AgreementBook& book,
                                                           HappeningQueue& queue) {
  auto identity = trust::load_identity(settings.identity);
  if (!identity) return tl::unexpected(identity.error());
  auto trust = trust::TrustFolder::open(settings.trust);
  if (!trust) return tl::unexpected(trust.error());
  return std::unique_ptr<ConnectedPeer>(
      new ConnectedPeer(std::make_unique<State>(settings, book, queue, *identity, std::move(*trust))));
}

ConnectedPeer::ConnectedPeer(std::unique_ptr<State> state) : state_(std::move(state)) {}
ConnectedPeer::~ConnectedPeer() { stop(); }

BarePeer& ConnectedPeer::peer() { return state_->peer; }

void ConnectedPeer::advance(Instant now) {
  if (state_->stopped) return;
  for (nodes::Event& event : state_->mailbox.take()) state_->peer.heard(event, now);
  state_->peer.advance(now);
}

void ConnectedPeer::stop() {
  if (std::exchange(state_->stopped, true)) return;
  state_->link.stop(stop_patience);
}

}  // namespace gnc::scenarios
