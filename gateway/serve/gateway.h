#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "gateway/core/gateway_core.h"
#include "gateway/serve/limits.h"
#include "proto/types/result.h"

namespace gnc::gateway {

struct GatewayOptions {
  GatewayConfig core;
  std::shared_ptr<const model::AgreementBook> agreements = {};
  std::filesystem::path identity = {};
  std::filesystem::path trust = {};
  std::filesystem::path store = {};
  std::string listen = "127.0.0.1:0";
  std::string metrics = {};  // HOST:PORT; empty: no page
  ServeLimits limits = {};
  std::uint64_t seed = 0;               // of the jitter between retries
  std::function<Instant()> clock = {};  // empty: the system's
  // Called from threads of the gateway's whenever a party's stream has been greeted.
  std::function<void(const PartyName&)> on_connected = {};
  // Called once, from a thread of the gateway's, when the store has failed: nothing is acknowledged any
  // more, and the process must end.
  std::function<void(const Error&)> on_failure = {};
};

// A running gateway.
class Gateway {
 public:
  static Result<std::unique_ptr<Gateway>> start(GatewayOptions options);
  // stop().
  ~Gateway();

  std::string address() const;
  std::uint16_t port() const;
  std::string metrics_address() const;  // empty where there is no page
  std::string metrics() const;
  GatewayCounters counters() const;
  std::size_t sessions() const;

  // What comes from now on is judged by these. Not after stop().
  void replace_agreements(const std::shared_ptr<const model::AgreementBook>& book);

  // Takes nothing more in, records and answers what was taken in, flushes, ends the streams and closes
  // the store. Nothing happens the second time.
  void stop();

 private:
  class Parts;
  explicit Gateway(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gnc::gateway
