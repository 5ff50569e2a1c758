#include "gateway/serve/open_connections.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>

namespace gnc::gateway {

OpenConnections::OpenConnections() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

OpenConnections::~OpenConnections() {
  for (const auto& [descriptor, address] : by_descriptor_) ::close(descriptor);
  if (epoll_ >= 0) ::close(epoll_);
}

bool OpenConnections::add(int descriptor, const std::string& address) {
  const int duplicate = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) return false;
  epoll_event event{};
  event.events = EPOLLRDHUP;
  event.data.fd = duplicate;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, duplicate, &event) != 0) {
    ::close(duplicate);
    return false;
  }
  by_descriptor_[duplicate] = address;
  ++by_address_[address];
  return true;
}

void OpenConnections::collect() {
  std::array<epoll_event, 64> events;
  while (true) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
    if (count <= 0) return;
    for (int i = 0; i < count; ++i) {
      const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
      const auto found = by_descriptor_.find(descriptor);
      if (found == by_descriptor_.end()) continue;
      // Closing alone would leave the watch in place for as long as gRPC has its own descriptor open.
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
      const auto address = by_address_.find(found->second);
      if (--address->second == 0) by_address_.erase(address);
      by_descriptor_.erase(found);
      // Closing alone would not end the watch while gRPC's own descriptor of the connection is open.
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
      ::close(descriptor);
    }
  }
}

std::size_t OpenConnections::count(const std::string& address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? 0 : found->second;
}

}  // namespace gnc::gateway
