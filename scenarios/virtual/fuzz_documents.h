#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "gnc/v1/agreement.pb.h"
#include "proto/payload/payload_folder.h"
#include "proto/types/result.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/virtual/fuzz_case.h"

// What the exchanges of made-up scenarios consist of: as little as the rules allow.
namespace gnc::scenarios {

// The block's first message.
inline constexpr const char* fuzz_message = "notice";

// One whose message is to be answered, and one whose is not.
v1::UtilityBlock fuzz_block(bool answered);
v1::Agreement fuzz_agreement(const FuzzCase&, std::size_t pact);
// A declaration as small as it may be, serialised.
std::string fuzz_document();
// An attachment is a file of zeros, named by how many.
std::string fuzz_file(std::uint64_t size);
Result<payload::FileDigest> fuzz_attachment(const std::filesystem::path& file);
Rate fuzz_rate(const FuzzCase::Traffic&);

}  // namespace gnc::scenarios
