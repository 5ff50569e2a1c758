#pragma once

#include <functional>
#include <vector>

#include "gateway/store/gateway_store.h"
#include "proto/sqlite/group_commit.h"

namespace gnc::gateway {

// The group commit of the core's steps.
class CommitThread {
 public:
  struct Handlers {
    // The steps of one group, in order, all durable.
    std::function<void(std::vector<Effects>&)> committed;
    // Called once; the process must stop serving.
    std::function<void(const Error&)> failed;
  };
  using Figures = sqlite::GroupCommit<Effects>::Figures;
  // Bytes of batches and receipts that may wait before push() blocks.
  static constexpr std::size_t waiting_limit = 64u << 20;

  CommitThread(GatewayStore& store, Handlers handlers);

  // Blocks while too much waits. Returns at once after a failure.
  void push(Effects step);
  // True where nothing waits and nothing is being committed or handed on.
  bool idle() const { return commits_.idle(); }
  Figures figures() const { return commits_.figures(); }

 private:
  sqlite::GroupCommit<Effects> commits_;
};

}  // namespace gnc::gateway
