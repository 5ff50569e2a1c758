#pragma once

#include <cstdint>
#include <filesystem>

#include "proto/types/result.h"
#include "scenarios/virtual/quantiles.h"

// What can be measured of this machine without processes: with the very signer, verifier and store that they
// use. All in nanoseconds.
namespace gnc::scenarios {

struct SealMarks {
  std::uint64_t seal = 0;   // processor time to sign
  std::uint64_t batch = 0;  // processor time to open a batch of one envelope: certificates, signature, proof
};
// Makes keys and certificates in the folder.
Result<SealMarks> measure_seals(const std::filesystem::path& folder);

// How long a small transaction of a store waits for the disk that the folder is on.
Result<Quantiles> measure_commit_waits(const std::filesystem::path& folder);

// How much longer the commit takes that writes a full log into the database; the median of some.
Result<std::uint64_t> measure_checkpoint(const std::filesystem::path& folder);

// From when a thread that sleeps is woken until it runs.
Quantiles measure_wakes();

}  // namespace gnc::scenarios
