#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace gnc::gateway {

// Counts the connections that are open, by address. gRPC owns a connection's descriptor and says nothing
// when it closes it, so this keeps a duplicate that is watched for the hang-up alone: data wakes nothing.
// One thread.
class OpenConnections {
 public:
  OpenConnections();
  OpenConnections(const OpenConnections&) = delete;
  OpenConnections& operator=(const OpenConnections&) = delete;
  ~OpenConnections();

  // Readable when a connection has ended: call collect() then.
  int descriptor() const { return epoll_; }
  // Forgets the connections that have ended.
  void collect();

  // False where no duplicate can be had (descriptors have run out).
  bool add(int descriptor, const std::string& address);

  std::size_t count() const { return by_descriptor_.size(); }
  std::size_t count(const std::string& address) const;

 private:
  int epoll_ = -1;
  std::unordered_map<int, std::string> by_descriptor_;
  std::unordered_map<std::string, std::size_t> by_address_;
};

}  // namespace gnc::gateway
