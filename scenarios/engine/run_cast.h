#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// Who takes part in a run, and where: what a picture of it needs beside its events.
struct RunCast {
  struct Party {
    std::string name;   // "NZ", "CN/health", "gateway"
    std::string kind;   // "administration", "agency", "gateway"
    std::string title;  // "New Zealand"
    // Degrees; empty where nobody knows the place.
    std::optional<double> longitude, latitude;
    bool operator==(const Party&) const = default;
  };
  struct Link {
    std::string name, a, b;
    Duration latency{};  // each way
    bool operator==(const Link&) const = default;
  };
  struct Block {
    std::string id, title;
    bool operator==(const Block&) const = default;
  };
  struct Agreement {
    std::string id, block;
    std::vector<std::string> parties;
    bool operator==(const Agreement&) const = default;
  };
  std::vector<Party> parties;
  std::vector<Link> links;
  std::vector<Block> blocks;
  std::vector<Agreement> agreements;
  // What the seconds of the run's report count from; zero: not known.
  Instant counts_from;

  // The block of an agreement; empty where it is not known.
  std::string_view block_of(std::string_view agreement) const;
  bool operator==(const RunCast&) const = default;
};

// The gateway as a cast has it; events name it "gateway/hub".
inline constexpr std::string_view cast_gateway = "gateway";
std::string_view cast_name(std::string_view party);

RunCast cast_of(const RunPlan&, Instant counts_from = {});
// As far as the scenario alone tells.
RunCast cast_of(const Topology&);

// cast.json in a run's folder.
Result<void> write_cast(const std::filesystem::path& folder, const RunCast&);

std::string to_json(const RunCast&);
Result<RunCast> cast_from_json(std::string_view json);

}  // namespace gnc::scenarios
