#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "proto/types/result.h"

// What can be measured of this machine without processes: with the very signer, verifier and store that they
// use. All in nanoseconds.
namespace gnc::scenarios {

struct SealMarks {
  std::uint64_t seal = 0;   // processor time to sign
  std::uint64_t batch = 0;  // processor time to open a batch of one envelope: certificates, signature, proof
};
// Makes keys and certificates in the folder.
Result<SealMarks> measure_seals(const std::filesystem::path& folder);

// How long a small transaction of a store waits for the disk that the folder is on: quantiles at even
// distances, from the least to the most.
Result<std::vector<std::uint64_t>> measure_commit_waits(const std::filesystem::path& folder);

// From when a thread that sleeps is woken until it runs; the median.
std::uint64_t measure_wake();

}  // namespace gnc::scenarios
