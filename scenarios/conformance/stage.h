#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "gnc/v1/exchange.pb.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "proto/types/result.h"
#include "trust/tls/credentials.h"

namespace gnc::scenarios {

// Where a node under test connects to: what it does comes out, one thing after the other, and what the
// gateway would do goes in. The trials know nothing else of the network.
class Stage {
 public:
  // The node has opened a stream; an error where its certificate does not hold.
  struct Opened {
    std::uint64_t stream = 0;
    Result<PartyName> party;
  };
  struct Said {
    std::uint64_t stream = 0;
    Result<v1::NodeFrame> frame;
  };
  struct Ended {
    std::uint64_t stream = 0;
  };
  using Happening = std::variant<Opened, Said, Ended>;

  virtual ~Stage() = default;

  // Listens under this identity. What was open before is broken off.
  virtual Result<void> listen(const trust::Identity& identity) = 0;
  // The next thing that happens, within `wait`.
  virtual std::optional<Happening> next(Duration wait) = 0;
  // Whether frames are compressed with gzip on the streams that are opened from now on.
  virtual void compress(bool gzip) = 0;
  // A serialised GatewayFrame.
  virtual void send(std::uint64_t stream, std::string frame) = 0;
  // Ends the stream with this reason, once what was sent is through.
  virtual void end(std::uint64_t stream, const Error& reason) = 0;
  // Breaks it off without a word.
  virtual void cut(std::uint64_t stream) = 0;
  virtual Instant now() const = 0;
};

}  // namespace gnc::scenarios
