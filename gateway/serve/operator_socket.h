#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "gateway/core/gateway_core.h"

// How an operator tells a running gateway what to do: a Unix socket in the store's folder, for the user that
// runs the gateway alone. One JSON object a line: {"replay": ["ID", …]} is answered by
// {"done": 2, "refused": [{"exchange": "ID", "code": "GNC-511", "what": "…"}]}, and what is not understood by
// {"error": "…"}.
namespace gnc::gateway {

class OperatorSocket {
 public:
  // Called on the context's thread; what becomes of it comes to reply() under the same request.
  using Replay = std::function<void(std::uint64_t request, const Uuid& exchange)>;

  // The folder must be this process's alone: a socket that an earlier one left is replaced.
  static Result<std::unique_ptr<OperatorSocket>> open(boost::asio::io_context& io,
                                                      const std::filesystem::path& store, Replay replay);
  // To be called when the context no longer runs.
  ~OperatorSocket();

  // From any thread.
  void reply(std::vector<OperatorReply> replies);

 private:
  class State;
  explicit OperatorSocket(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

struct ReplayRefused {
  std::string exchange;
  v1::ErrorCode code{};
  std::string what;
};

struct ReplayOutcome {
  std::size_t done = 0;
  std::vector<ReplayRefused> refused;
};

// The most that one line may ask for.
inline constexpr std::size_t most_replays_at_once = 256;

// Asks the gateway that runs on this store to deliver dead letters again. Blocks until it has answered.
// GATEWAY_UNREACHABLE where none does.
Result<ReplayOutcome> replay_dead_letters(const std::filesystem::path& store,
                                          std::span<const Uuid> exchanges);

}  // namespace gnc::gateway
