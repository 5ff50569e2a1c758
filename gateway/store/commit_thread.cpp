#include "gateway/store/commit_thread.h"

namespace gnc::gateway {

CommitThread::CommitThread(GatewayStore& store, Handlers handlers)
    : commits_(waiting_limit,
               {.commit = [&store](std::vector<Effects>& group) { return store.commit(group); },
                .committed = std::move(handlers.committed),
                .failed = std::move(handlers.failed)}) {}

void CommitThread::push(Effects step) {
  const std::size_t bytes = content_bytes(step.persist);
  commits_.push(std::move(step), bytes);
}

}  // namespace gnc::gateway
