#include "cli/first_scenario.h"

#include "cli/library_files.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/run_folder.h"

namespace gnc::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view scenario = R"(# A first scenario. Try it:
#
#   gncsim validate scenario.yaml          what is wrong in it, if anything
#   gncsim run scenario.yaml --dry-run     what would be played
#   gncsim run scenario.yaml               play it, and say what was found
#
# Every key, with an example: `gncsim schema reference`. For editors that complete and check what is written:
# gncsim schema scenario > scenario.schema.json
#
# yaml-language-server: $schema=scenario.schema.json

# What it shows, in a line.
scenario: New Zealand tells China of its exports before they arrive

# Decides everything that is drawn by chance: with the same seed it is the same again.
seed: 7

topology:
  # Two administrations and the gateway between them, each a process of its own on this machine.
  administrations: [NZ, CN]
  links:
    # Every link, each way. One alone is named as NZ-gateway.
    default: {latency: 20ms, jitter: 2ms, bandwidth: 100Mbit}

# What the two have agreed to exchange. Nothing else crosses.
agreements: [agreements/nz-cn-export.yaml]

# One after the other. A step that does not hold ends the run.
steps:
  # A trader lodges 10 declarations at New Zealand's single window; they are made up from the seed.
  # Files do as well: documents: declarations/*.xml
  - lodge: {at: NZ, to: CN, documents: {generate: 10, items: 1..20}, as: exports}
  - await: {at: CN, receives: exports, within: 10s}

# Then load: 50 a second for 5 seconds, whether or not the system keeps up.
workload:
  - name: morning peak
    from: NZ
    to: CN
    documents: {generate: 50, items: 1..20}
    arrivals: {rate: 50/s, for: 5s, spacing: poisson}

# What must hold in the end. Exit status 1 where it does not: a build can fail on it.
expect:
  - exchange.lost == 0
  - refused == 0
  - delivery.p99[workload=morning peak] < 2s
)";

constexpr FirstFile files[] = {{"scenario.yaml", scenario},
                               {"agreements/nz-cn-export.yaml", library::agreement},
                               {"blocks/export-declaration.yaml", library::block}};

}  // namespace

std::span<const FirstFile> first_scenario() { return files; }

Result<void> write_first_scenario(const fs::path& folder) {
  std::error_code error;
  for (const FirstFile& file : first_scenario()) {
    if (!fs::exists(folder / file.path, error)) continue;
    return failure(v1::FILE_UNWRITABLE, "there is such a file already", (folder / file.path).string(),
                   "Name another folder; nothing was written.");
  }
  for (const FirstFile& file : first_scenario()) {
    const fs::path path = folder / file.path;
    fs::create_directories(path.parent_path(), error);
    if (error) return failure(v1::FILE_UNWRITABLE, error.message(), path.parent_path().string());
    if (auto written = scenarios::write_file(path, file.content); !written) return written;
  }
  return {};
}

}  // namespace gnc::cli
