#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/serve/limits.h"
#include "gnc/v1/payload.grpc.pb.h"
#include "model/agreement/agreement_book.h"
#include "proto/payload/payload_folder.h"
#include "trust/tls/chain_verifier.h"

namespace gnc::gateway {

// gnc.v1.Payloads: takes payloads in and gives them out, a chunk at a time, on gRPC's own threads. Bounded by
// the number of transfers and not by their size.
class PayloadService final : public v1::Payloads::Service {
 public:
  using Clock = std::function<Instant()>;
  // All but the book must outlive it.
  PayloadService(payload::PayloadFolder& folder, std::shared_ptr<const model::AgreementBook> book,
                 const trust::ChainVerifier& verifier, const Clock& clock, const ServeLimits& limits)
      : folder_(folder), verifier_(verifier), clock_(clock), limits_(limits), book_(std::move(book)) {}

  // What is offered from now on is judged by these. From any thread.
  void replace_agreements(std::shared_ptr<const model::AgreementBook> book);

  grpc::Status Put(grpc::ServerContext* context,
                   grpc::ServerReaderWriter<v1::PayloadProgress, v1::PayloadChunk>* stream) override;
  grpc::Status Get(grpc::ServerContext* context, const v1::PayloadRequest* request,
                   grpc::ServerWriter<v1::PayloadChunk>* writer) override;

  // Ends transfers that have stood still for too long; removes what nobody wants any more. To be called
  // often. Says who has fetched something since the last time.
  std::vector<PartyName> check();

 private:
  using Steady = std::chrono::steady_clock;
  // One transfer of a party, for as long as it lasts.
  class Transfer;

  Result<void> take_in(Transfer& transfer,
                       grpc::ServerReaderWriter<v1::PayloadProgress, v1::PayloadChunk>& stream);
  Result<void> give_out(Transfer& transfer, const v1::PayloadRequest& request,
                        grpc::ServerWriter<v1::PayloadChunk>& writer);

  payload::PayloadFolder& folder_;
  const trust::ChainVerifier& verifier_;
  const Clock& clock_;
  const ServeLimits& limits_;

  std::shared_ptr<const model::AgreementBook> agreements();

  std::mutex mutex_;
  std::shared_ptr<const model::AgreementBook> book_;
  std::set<Transfer*> transfers_;
  Steady::time_point expired_at_{};
};

}  // namespace gnc::gateway
