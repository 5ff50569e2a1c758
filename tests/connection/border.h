#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gnc/v1/envelope.pb.h"
#include "proto/types/instant.h"
#include "tests/connection/rogue_client.h"
#include "tests/processes/gateway_process.h"
#include "tests/scenarios/temporary_folder.h"
#include "trust/pki/pki.h"

namespace gnc::connection {

PartyName party(std::string_view name);

// A border to test at: a PKI with NZ, CN and the gateway; the block "declaration-push" (message
// "declaration", exporting to importing, no answer due, buyers must not cross), the agreement "nz-cn" in
// force and "lapsed" not any more; and a gateway process once start_gateway was called.
class Border : public testing::Test {
 protected:
  Border();

  // With the trust folder as it is then.
  void start_gateway();
  const std::string& address() const { return gateway_->address(); }
  gnc::processes::PipedProcess& gateway() { return gateway_->process(); }

  trust::Pki& pki() { return *pki_; }
  trust::Validity validity() const { return validity_; }
  std::filesystem::path identity(std::string_view name) const { return pki_->identity_folder(party(name)); }
  // A certificate of NZ's own authority that is not what `gncsim pki issue` would make.
  std::filesystem::path odd_identity(const trust::LeafRequest& request);
  const std::filesystem::path& folder() const { return folder_.path(); }

  // A stream with nothing said on it yet.
  std::unique_ptr<RogueClient> connect(const std::filesystem::path& identity) const;
  // A stream that has been welcomed.
  std::unique_ptr<RogueClient> welcomed(std::string_view name) const;
  // How the gateway ends a stream opened with this identity.
  StreamEnd end_of_stream(const std::filesystem::path& identity) const;

  // An envelope that the gateway admits, from NZ to CN under "nz-cn".
  v1::Envelope envelope() const;
  // Sealed by `signer`'s key.
  v1::SealedBatch sealed(const std::vector<v1::Envelope>& envelopes, std::string_view signer = "NZ") const;
  static v1::NodeFrame submission(const v1::SealedBatch& batch);
  // The reason for which NZ's envelope is refused; unspecified where it is admitted.
  v1::ErrorCode refusal_of(const v1::Envelope& envelope) const;

 private:
  scenarios::TemporaryFolder folder_;
  trust::Validity validity_;
  std::unique_ptr<trust::Pki> pki_;
  std::unique_ptr<processes::GatewayProcess> gateway_;
};

}  // namespace gnc::connection
