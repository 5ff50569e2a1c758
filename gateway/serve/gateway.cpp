#include "gateway/serve/gateway.h"

#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/serve/acceptor.h"
#include "gateway/serve/exchange_service.h"
#include "gateway/serve/log.h"
#include "gateway/serve/metrics.h"
#include "gateway/serve/operator_socket.h"
#include "gateway/serve/payload_service.h"
#include "gateway/serve/trust_watch.h"
#include "proto/metrics/metrics_page.h"
#include "proto/net/listen_address.h"
#include "proto/types/system_clock.h"
#include "trust/tls/credentials.h"
#include "trust/tls/identity_folder.h"

namespace gnc::gateway {
namespace {

constexpr std::chrono::milliseconds watch_interval{500};
constexpr std::chrono::seconds patience_with_peers{5};

// Where stock gRPC is not enough for a server that fails closed, or where its default is too generous.
void set_limits(grpc::ServerBuilder& builder) {
  // Frames are inflated here, within bounds: gRPC would inflate first and measure afterwards.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  // Twice the contract's bound, so that a frame just over it is refused with the catalogue's code.
  builder.SetMaxReceiveMessageSize(8 << 20);
  builder.SetMaxSendMessageSize(8 << 20);
  // For payloads, whose calls block: threads as they are under way, and one that waits.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);
  // The default is two minutes.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 16);
  // Finds peers that vanished without closing.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
  // No connection outlives its handshake's keys by days.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 12 * 3600 * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 1);
}

}  // namespace

// In the order in which they are made; destroyed the other way round.
class Gateway::Parts {
 public:
  Parts(GatewayOptions given, trust::IdentityFolder own, std::shared_ptr<const trust::TrustAnchors> anchors,
        std::unique_ptr<GatewayStore> opened, RestoredState restored,
        std::unique_ptr<payload::PayloadFolder> payload_folder)
      : options(std::move(given)),
        verifier(std::move(anchors)),
        identity(std::move(own)),
        server_identity(trust::server_credentials(identity.identity())),
        signer(trust::make_signer(identity.identity())),
        store(std::move(opened)),
        payloads(std::move(payload_folder)),
        core(options.core, options.agreements, *store, *signer, Random(options.seed), std::move(restored)),
        envelopes(*store, options.limits.batch_cache_bytes),
        commits(*store, {.committed = [this](std::vector<Effects>& group) { committed(group); },
                         .failed = [this](const Error& error) { store_failed(error); }}),
        core_thread(core, commits, options.clock, options.limits.waiting_bytes_for_core),
        sessions({options.core.name, options.limits, verifier, options.clock, core_thread, envelopes, *store,
                  options.on_connected, *payloads}),
        service(sessions),
        payload_service(*payloads, options.agreements, verifier, options.clock, options.limits),
        watch(options.trust, verifier),
        timer(io) {}

  ~Parts() { stop(); }

  Result<void> serve() {
    auto listening = Acceptor::listen(io, options.listen, options.limits);
    if (!listening) return tl::unexpected(listening.error());
    acceptor = std::move(*listening);
    if (!options.metrics.empty()) {
      auto page = net::listen_on(io, options.metrics);
      if (!page) return tl::unexpected(page.error());
      metrics_page = metrics::MetricsPage::serve(std::move(*page), metrics::Dialect::prometheus,
                                                 [this] { return metrics_text(figures()); });
    }
    auto commands =
        OperatorSocket::open(io, options.store, [this](std::uint64_t request, const Uuid& exchange) {
          core_thread.push(ReplayDeadLetter{request, exchange});
        });
    if (!commands) return tl::unexpected(commands.error());
    operator_socket = std::move(*commands);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    set_limits(builder);
    builder.RegisterService(&service);
    builder.RegisterService(&payload_service);
    auto connections = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, server_identity.credentials);
    server = builder.BuildAndStart();
    if (!server) return failure(v1::PORT_UNAVAILABLE, "gRPC could not start the server");
    core_thread.start();
    acceptor->start(std::move(connections));
    watch_trust();
    asio_thread = std::thread([this] {
      pthread_setname_np(pthread_self(), "gnc-asio");
      io.run();
    });
    log_event(fmt::format("{} serves on {}", options.core.name.text(), acceptor->address()));
    return {};
  }

  // Runs on the commit thread: the facts are durable, so what states them may go out.
  void committed(std::vector<Effects>& group) {
    std::uint64_t last_step = 0;
    for (auto& step : group) {
      for (auto& batch : step.persist.batches) envelopes.keep(batch.number, batch.bytes.shared());
      if (!step.persist.empty()) last_step = step.persist.step;
      sessions.add(std::move(step.send));
      if (!step.replies.empty()) operator_socket->reply(std::move(step.replies));
    }
    // First: whoever acts on what is sent now finds that the core knows of it.
    if (last_step != 0) core_thread.push(StepCommitted{last_step});
    sessions.flush();
  }

  void store_failed(const Error& error) {
    log_failure(describe(error));
    if (options.on_failure) options.on_failure(error);
  }

  void watch_trust() {
    timer.expires_after(watch_interval);
    timer.async_wait([this](boost::system::error_code cancelled) {
      if (cancelled) return;
      watch.look();
      watch_identity();
      // Certificates and lists also run out by the clock alone.
      sessions.check();
      if (auto fetching = payload_service.check(); !fetching.empty())
        core_thread.push(PayloadsMoved{std::move(fetching)});
      watch_trust();
    });
  }

  // Handshakes and seals go over to a new certificate together; streams that are open stay open.
  void watch_identity() {
    const auto renewed = identity.refresh(verifier, options.clock());
    if (!renewed) return log_failure(describe(renewed.error()));
    if (!*renewed) return;
    server_identity.replace(identity.identity());
    core_thread.push(SignerReplaced{trust::make_signer(identity.identity())});
    log_event("a new certificate of this gateway is in force");
  }

  void replace_agreements(const std::shared_ptr<const model::AgreementBook>& book) {
    payload_service.replace_agreements(book);
    core_thread.push(AgreementsReplaced{book});
    log_event(fmt::format("other definitions are in force: {} blocks, {} agreements", book->blocks().size(),
                          book->agreements().size()));
  }

  GatewayFigures figures() const {
    return {.core = core_thread.counters(),
            .commits = commits.figures(),
            .sessions = sessions.count(),
            .connections = acceptor->connections(),
            .connections_refused = acceptor->refused(),
            .accept_pauses = acceptor->pauses()};
  }

  void stop() {
    if (!server) return;
    log_event(fmt::format("{} stops: {} streams open", options.core.name.text(), sessions.count()));
    acceptor->stop();
    server->GetHealthCheckService()->SetServingStatus(false);
    sessions.stop_reading();
    core_thread.drain();
    const Error stopping{v1::GATEWAY_STOPPING, "it was asked to stop", {}, {}};
    if (!sessions.end_all(stopping, patience_with_peers))
      log_failure("some peers did not take their last frames");
    server->Shutdown(std::chrono::system_clock::now());
    server->Wait();
    server.reset();
    boost::asio::post(io, [this] { timer.cancel(); });
    io.stop();
    asio_thread.join();
    log_event(fmt::format("{} has stopped", options.core.name.text()));
  }

  GatewayOptions options;
  trust::ChainVerifier verifier;
  trust::IdentityFolder identity;
  trust::ServerCredentials server_identity;
  std::unique_ptr<trust::Signer> signer;
  std::unique_ptr<GatewayStore> store;
  std::unique_ptr<payload::PayloadFolder> payloads;
  GatewayCore core;
  EnvelopeSource envelopes;
  CommitThread commits;
  CoreThread core_thread;
  Sessions sessions;
  ExchangeService service;
  PayloadService payload_service;
  boost::asio::io_context io{1};
  TrustWatch watch;
  boost::asio::steady_timer timer;
  std::unique_ptr<Acceptor> acceptor;
  std::unique_ptr<metrics::MetricsPage> metrics_page;
  std::unique_ptr<OperatorSocket> operator_socket;
  std::unique_ptr<grpc::Server> server;
  std::thread asio_thread;
};

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gateway::~Gateway() = default;

Result<std::unique_ptr<Gateway>> Gateway::start(GatewayOptions options) {
  if (!options.clock) options.clock = system_now;
  auto identity = trust::IdentityFolder::open(options.identity, options.core.name);
  if (!identity) {
    Error error = identity.error();
    if (error.code == v1::SENDER_NOT_PEER)
      error.remedy = "Name the identity's own party, or another folder with --identity.";
    return tl::unexpected(std::move(error));
  }
  auto anchors = trust::TrustAnchors::load(options.trust);
  if (!anchors) return tl::unexpected(anchors.error());
  auto store = GatewayStore::open(options.store);
  if (!store) return tl::unexpected(store.error());
  auto restored = (*store)->restore();
  if (!restored) return tl::unexpected(restored.error());
  auto payloads = payload::PayloadFolder::open(options.store / "payloads");
  if (!payloads) return tl::unexpected(payloads.error());
  std::unique_ptr<Gateway> gateway(
      new Gateway(std::make_unique<Parts>(std::move(options), std::move(*identity), std::move(*anchors),
                                          std::move(*store), std::move(*restored), std::move(*payloads))));
  if (auto serving = gateway->parts_->serve(); !serving) return tl::unexpected(serving.error());
  return gateway;
}

std::string Gateway::address() const { return parts_->acceptor->address(); }
std::uint16_t Gateway::port() const { return parts_->acceptor->port(); }
std::string Gateway::metrics_address() const {
  return parts_->metrics_page ? parts_->metrics_page->address() : std::string{};
}
std::string Gateway::metrics() const { return metrics_text(parts_->figures()); }
GatewayCounters Gateway::counters() const { return parts_->core_thread.counters(); }
std::size_t Gateway::sessions() const { return parts_->sessions.count(); }

void Gateway::replace_agreements(const std::shared_ptr<const model::AgreementBook>& book) {
  parts_->replace_agreements(book);
}

void Gateway::stop() { parts_->stop(); }

}  // namespace gnc::gateway
