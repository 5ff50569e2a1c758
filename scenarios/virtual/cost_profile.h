#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "proto/types/result.h"
#include "scenarios/virtual/quantiles.h"

namespace gnc::scenarios {

// What the virtual world's processes cost in processor time. All in nanoseconds.
struct CpuCosts {
  // Of the threads that open frames.
  std::uint64_t frame = 10'000;   // to receive a frame
  std::uint64_t frame_woken = 0;  // more, where no thread was at work when it came
  std::uint64_t batch = 60'000;   // to open a batch: its certificates and its signature
  std::uint64_t kilobyte = 800;   // to decrypt, copy and hash what came
  // Of the core's.
  std::uint64_t envelope = 2'500;   // to open one envelope of it and to decide on it
  std::uint64_t receipt = 400;      // to open one receipt and to act on it
  std::uint64_t step = 6'000;       // a step of the core, whatever is in it
  std::uint64_t step_woken = 0;     // more, where the core slept
  std::uint64_t seal = 30'000;      // to sign
  std::uint64_t document = 12'000;  // to take in a lodged document, or to decide on a received one
  std::uint64_t core_kilobyte = 0;  // of the documents and envelopes that it decides on
  // Of the store's, which sends as well.
  std::uint64_t commit = 0;            // a transaction, whatever is in it
  std::uint64_t commit_woken = 0;      // more, where the store slept
  std::uint64_t row = 2'200;           // to write one row of it
  std::uint64_t send = 10'000;         // to send a frame
  std::uint64_t store_kilobyte = 800;  // of what is sent
  std::uint64_t threads = 2;           // that open frames beside each other
  std::uint64_t start = 150'000'000;   // from the start of a process until it serves
};

// How long a commit waits for the disk.
struct DiskCosts {
  std::uint64_t commit = 350'000;
  // It waits this much more.
  Quantiles spread = {0, 100'000};
  std::uint64_t kilobyte = 1'500;
  // So much more where a log that is full of content is being written into the database beside it; in
  // proportion, where part of it is.
  std::uint64_t checkpoint = 0;
};

struct LinkCosts {
  std::uint64_t floor = 40'000;  // what a frame takes on the way where the link has no latency
  // TLS, and the gateway's settings: a link of the live world takes a connection of TCP at its own end.
  std::uint64_t connect_round_trips = 2;
};

// What all processes share.
struct MachineCosts {
  std::uint64_t cores = 0;  // 0: one for each thread
  Quantiles wake = {0, 0};  // until a thread that slept runs
  static constexpr std::uint64_t threads_counted = 1000;
  // Of `threads_counted` threads that become ready while the processor is busy that made them so, how many
  // wait for it though another may be idle.
  std::uint64_t stay = 0;
  // Processor time beside the processes': of who lodges, for an exchange; of the links, for a frame.
  std::uint64_t exchange = 0;
  std::uint64_t frame = 0;
  std::uint64_t lodge = 0;  // from when a document is lodged until the node's core hears of it
};

// Service times of the virtual world, as `gncsim calibrate` measures them. `conditions` say of what.
struct CostProfile {
  std::string name = "built in: round figures of a gateway and node host on two cores";
  std::map<std::string, std::string> conditions;
  CpuCosts gateway;
  CpuCosts node;
  DiskCosts disk;
  LinkCosts link;
  MachineCosts machine;
};

// All mistakes are reported. A key that is not there has its standard value.
tl::expected<CostProfile, std::vector<Error>> read_cost_profile(const std::filesystem::path& file);
std::string to_yaml(const CostProfile&);

}  // namespace gnc::scenarios
