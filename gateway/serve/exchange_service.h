#pragma once

#include "gateway/serve/sessions.h"
#include "gnc/v1/exchange.grpc.pb.h"

namespace gnc::gateway {

// gnc.v1.Exchange with frames as the bytes that came, since batches are kept as received.
class ExchangeService final : public v1::Exchange::WithRawCallbackMethod_Connect<v1::Exchange::Service> {
 public:
  explicit ExchangeService(Sessions& sessions) : sessions_(sessions) {}

  Sessions::Reactor* Connect(grpc::CallbackServerContext* context) override {
    return sessions_.open(*context);
  }

 private:
  Sessions& sessions_;
};

}  // namespace gnc::gateway
