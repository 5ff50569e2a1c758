#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gnc/v1/control.pb.h"
#include "nodes/core/node_event.h"
#include "proto/types/result.h"

namespace gnc::nodes {

// Who is told what happens at a host. Called from the host's own threads, several at once; must not block for
// long, for the host's exchanges wait meanwhile.
class HostListener {
 public:
  virtual ~HostListener() = default;

  // In the order in which they happened, for each party. An event without a time of its own happened `at`.
  virtual void events(const PartyName& party, std::span<const NodeEvent> events, Instant at) = 0;
  // Commands are taken from now on. `connected`: the parties that the gateway has welcomed; the events say
  // why another is not among them.
  virtual void ready(const std::vector<PartyName>& connected) = 0;
  virtual void quiet(std::uint64_t token) = 0;
  virtual void status(const v1::HostStatus& status) = 0;
  virtual void document(const v1::Document& document) = 0;
  // A command that is refused, or, where `fatal`, a host that cannot go on: it sends nothing any more.
  virtual void fault(const Error& error, bool fatal) = 0;
};

}  // namespace gnc::nodes
