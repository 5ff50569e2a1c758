#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/engine/fault.h"
#include "scenarios/engine/run_plan.h"

namespace gnc::scenarios {

// A scenario made up from a seed, in the parts that it can be made smaller by.
struct FuzzCase {
  struct Party {
    PartyName name;
    LinkSettings link;
  };
  // An agreement from one party to another; times are counted from the start.
  struct Pact {
    std::size_t from = 0, to = 0;
    bool answered = false;  // its message is to be answered, else only delivered
    std::optional<Duration> begins, ends;
  };
  struct Traffic {
    std::size_t pact = 0;
    std::uint32_t count = 1;
    Duration over{};  // evenly; zero: all at once
    Duration life{};
    std::string priority;
    std::uint32_t conversations = 0;
    std::vector<std::uint64_t> attachments = {};  // that go along with each document, by their sizes in bytes
  };

  std::uint64_t seed = 0;
  // What chance does while it is played comes from here; at first the same.
  std::uint64_t chance = 0;
  bool node_each = true;
  std::vector<Party> parties;
  std::vector<Pact> pacts;
  std::vector<Traffic> traffic;
  std::vector<TimedFault> faults;
  VirtualSettings settings;

  // The same for the same seed.
  static FuzzCase of(std::uint64_t seed);

  // When traffic and faults are over, each agreement that still allows it is used once more: what is lodged
  // then must be delivered within its life. The workload's name, how many, and their life.
  static std::string afterwards(std::size_t pact);
  static constexpr std::uint32_t afterwards_count = 4;
  static constexpr Duration afterwards_life = Duration::from_seconds(60);
  bool lasts(std::size_t pact) const;
  // Those that go along with them: one, where other traffic under the agreement has any.
  std::vector<std::uint64_t> afterwards_attachments(std::size_t pact) const;
  Duration quiet_from() const;
  // For how long files may be handed in after the last was lodged.
  Duration handing_in() const;
  Duration settle() const;

  // What it means, ready to be played.
  RunPlan plan() const;
  // The same as a folder: scenario.yaml, its agreements, blocks and documents.
  Result<void> write(const std::filesystem::path& folder) const;

  // How much there is of it: what is smaller is easier to understand.
  std::size_t weight() const;
  // Smaller ones that may fail for the same reason, the boldest first.
  std::vector<FuzzCase> smaller() const;
};

}  // namespace gnc::scenarios
