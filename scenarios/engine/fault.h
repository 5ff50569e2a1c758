#pragma once

#include <optional>
#include <string>
#include <variant>

#include "model/yaml/yaml_node.h"
#include "proto/types/instant.h"
#include "proto/types/party_name.h"
#include "scenarios/engine/link_proxy.h"

// What goes wrong on purpose. One key of the YAML mapping names the kind and what it befalls.
namespace gnc::scenarios {

// cut: connections are closed, and none is accepted.
struct CutLink {
  std::string link;
};
// degrade: the link has these settings instead of its own.
struct DegradeLink {
  std::string link;
  LinkSettings settings;
};
// flap: cut for `down`, whole for `up`, again and again.
struct FlapLink {
  std::string link;
  Duration up, down;
};
// black-hole: connections stay open, and nothing passes.
struct BlackHoleLink {
  std::string link;
  LinkDirection direction = LinkDirection::both;
};
// reset: every connection is reset (RST), once.
struct ResetLink {
  std::string link;
};
// kill: SIGKILL. With `for`, it stays away that long; otherwise it is started again at once.
struct KillProcess {
  std::string process;  // "gateway", "nodes", "node-CN"
};
// freeze: SIGSTOP, and SIGCONT after `for`.
struct FreezeProcess {
  std::string process;
};
// restart: a graceful stop and a new start.
struct RestartProcess {
  std::string process;
};
// slow: the administration's business takes this long for each document.
struct SlowConsumer {
  PartyName party;
  Duration delay;
};
// disk-error: the process's store fails to commit; the process must stop serving and nothing may be lost.
struct DiskError {
  std::string process;
};
// revoke, expire, rotate: what becomes of a party's certificate. Expired: replaced by one that is over.
struct CertificateFault {
  enum class Kind { revoke, expire, rotate } kind{};
  PartyName party;  // "gateway/hub" too, for rotate
};
// skew: the process's clock is off by this much.
struct SkewClock {
  std::string process;
  Duration by;  // may be negative
};
// rogue: a bare administration attacks, once for each of `count`.
struct RoguePeer {
  enum class Kind { tamper, replay, impersonate } kind{};
  PartyName party;                        // a bare administration
  std::optional<PartyName> impersonated;  // whose name stands in the envelopes
  PartyName to;
  std::uint32_t count = 1;
};

// What a trainer's hand does in a fork of a virtual run. The scenario language has none of these: in the live
// world TLS lets nobody do them from outside.
// One byte of the next envelope that the party submits is another when it comes to the gateway.
struct TamperWithNext {
  PartyName party;
};
// The next batch that the party submits comes to the gateway twice.
struct ReplayNext {
  PartyName party;
};
// The agreement is in force no longer.
struct LapseAgreement {
  std::string agreement;
};
using Deed = std::variant<TamperWithNext, ReplayNext, LapseAgreement>;

struct Fault {
  std::variant<CutLink, DegradeLink, FlapLink, BlackHoleLink, ResetLink, KillProcess, FreezeProcess,
               RestartProcess, SlowConsumer, DiskError, CertificateFault, SkewClock, RoguePeer, Deed>
      what;
  std::optional<Duration> length;  // until it is over; without one, to the end of the run or once
  std::string name;                // optional; the name of its phase
  model::YamlPlace place;
};

struct TimedFault {
  Duration at{};
  Fault fault;
};

// "cut NZ-gateway for 5 s"
std::string words(const Fault&);

}  // namespace gnc::scenarios
