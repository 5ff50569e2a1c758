#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/yaml/yaml_node.h"
#include "proto/types/party_name.h"
#include "scenarios/engine/expectation.h"
#include "scenarios/engine/fault.h"
#include "scenarios/engine/link_proxy.h"
#include "scenarios/engine/quantity.h"
#include "scenarios/engine/story.h"
#include "scenarios/engine/trade.h"
#include "scenarios/engine/world_table.h"

// A scenario as it was written and found right: every name in it is known, every value has its type.
namespace gnc::scenarios {

enum class Design { hub };

struct Topology {
  Design design = Design::hub;
  std::vector<PartyName> administrations;
  std::vector<WorldPlace> world;  // theirs, in that order, where they come from a table
  LinkSettings default_link;
  std::map<std::string, LinkSettings> links;  // by "NZ-gateway"
  // Administrations without a node: the run itself speaks for them (submit steps, rogue faults).
  std::vector<PartyName> bare;
  // Whose own system connects from outside; the run waits for it.
  struct External {
    std::uint16_t port = 0;  // where it finds its gateway, on loopback; zero: a free one
    Duration within = Duration::from_seconds(120);
    bool operator==(const External&) const = default;
  };
  std::map<PartyName, External> external;
  model::YamlPlace external_place{0, 0};
  // Files of the profiles of those that do customs' work, relative to the scenario's folder.
  std::map<PartyName, std::string> profiles;

  const LinkSettings& link_of(const PartyName&) const;
  // Whether a node of the run's is that party's.
  bool has_node(const PartyName&) const;
};

// "node-CN", "node-NZ-food": the process of that party's node, where each has one of its own.
std::string node_name(const PartyName&);
// The link between an administration and the hub's gateway.
std::string link_name(const PartyName&);

// Which exchange a lodgement begins. What is not given follows from the agreements, where that is
// unambiguous.
struct ExchangeChoice {
  std::string flow;       // id of the utility block
  std::string agreement;  // id of the agreement
  std::string message;    // name of the block's message
};

// Where documents come from. One of four; all of them give the same documents for the same seed.
struct FileSource {
  std::vector<std::string> patterns;  // relative to the scenario's folder
};
// One document for each row of a CSV file: the template with every ${column} replaced by that row's value.
struct TemplateSource {
  std::string file;
  std::string rows;                          // the CSV file, with a header; empty: one document
  std::map<std::string, std::string> given;  // values of its own, which may name captures (${lrn})
};
// Valid declarations made up from the seed, with a realistic mix of commodities and sizes.
struct GeneratedSource {
  std::uint64_t count = 1;
  std::uint32_t fewest_items = 1, most_items = 1;  // 1 to 999
  bool protobuf = false;                           // a serialised MetaData, and not XML
};
using DocumentSource = std::variant<FileSource, TemplateSource, GeneratedSource>;

// ---- Steps --------------------------------------------------------------------------------------

// A trader lodges at an administration's single window.
struct LodgeStep {
  std::optional<PartyName> at;
  std::optional<PartyName> to;
  DocumentSource documents;
  std::string as;
  ExchangeChoice choice;
  std::string priority;  // "urgent", "normal", "bulk"
  Duration life{};       // zero: the node's own default
  // When the goods arrive, after the lodgement; by business time.
  std::optional<Duration> goods_arrive;
  // `as` of an earlier lodgement: each document goes on in the conversation of one of those, in turn.
  std::string in;
  // Patterns of files that go along with each document, as attachments; relative to the scenario's folder.
  std::vector<std::string> files;
};

// A bare administration (topology.bare) hands an envelope to the gateway itself, past every check of a node.
struct SubmitStep {
  std::optional<PartyName> at;
  std::optional<PartyName> to;
  DocumentSource documents;
  std::string as;
  ExchangeChoice choice;
  std::string priority;
  Duration life{};
  // `as` of an earlier submission: the same id again, with the documents given here. The same documents make
  // a duplicate, other ones a conflict.
  std::string same_id_as;
};

struct AwaitStep {
  enum class What { received, answered, ended };
  std::optional<PartyName> at;
  std::string lodgement;  // `as` of an earlier lodgement
  What what = What::received;
  Duration within = Duration::from_seconds(10);
};

// Something that a document, or the answer to it, must say.
struct ExpectStep {
  std::string lodgement;  // `as` of an earlier lodgement; every document of it is looked at
  bool answer = false;    // look at the answers, and not at the documents as received
  std::string path;       // WCO path: Declaration/GoodsShipment/Consignee/Name
  std::optional<std::string> equals;
  std::optional<std::string> matches;  // ECMAScript regular expression, over the whole value
  std::optional<bool> exists;
  // How the exchange must have ended, and by which code: "processed", "refused", "GNC-204".
  std::optional<std::string> end;
  std::optional<std::string> code;
  Duration within = Duration::from_seconds(10);
};

// Keeps a value of the first document (or answer) of a lodgement, for ${as} in later steps.
struct CaptureStep {
  std::string lodgement;
  bool answer = false;
  std::string path;
  std::string as;
  Duration within = Duration::from_seconds(10);
};

// A later document about earlier ones, in their conversations, by the WCO function code.
struct FollowUpStep {
  enum class Kind { amend, cancel, query };
  Kind kind = Kind::amend;
  std::string lodgement;
  std::map<std::string, std::string> set;  // amend: WCO path to its new value, which may name captures
  std::string as;
};

struct PauseStep {
  Duration length{};
};

struct FaultStep {
  Fault fault;
};

struct Step;
// Several steps at the same time; done when all are.
struct ParallelStep {
  std::vector<Step> steps;
};

struct Step {
  std::variant<LodgeStep, SubmitStep, AwaitStep, ExpectStep, CaptureStep, FollowUpStep, PauseStep, FaultStep,
               ParallelStep>
      action;
  // The step does not hold where it takes longer.
  std::optional<Duration> timeout;
  model::YamlPlace place;
};

// ---- Workloads ----------------------------------------------------------------------------------

enum class Spacing { even, poisson };

// From the rate before to this one, in a straight line over `length`; a first stage begins at its own rate
// where `from` is not given.
struct RateStage {
  std::optional<Rate> from;
  Rate to;
  Duration length{};
};

// An open model: the schedule never waits for the system.
struct Arrivals {
  std::vector<RateStage> stages;       // a constant rate is one stage; without an end, length is zero
  std::optional<std::uint64_t> count;  // ends the workload where it comes first
  Spacing spacing = Spacing::even;
};

// A closed model: each user lodges, waits for the end of that exchange, thinks, and lodges again.
struct Users {
  std::uint32_t count = 1;
  Duration least_think{}, most_think{};
  Duration length{};
};

// All at once.
struct Burst {
  std::uint64_t count = 1;
};

struct Workload {
  std::string name;
  std::optional<PartyName> from;
  std::optional<PartyName> to;
  DocumentSource documents;
  ExchangeChoice choice;
  std::string priority;
  Duration life{};
  std::optional<Duration> goods_arrive;               // as of a lodge step
  Duration start{};                                   // after the workload phase began
  std::variant<Burst, Arrivals, Users, Trade> model;  // of a trade, from and to are empty
  // Over how many conversations its exchanges are spread in turn; zero: each has its own.
  std::uint32_t conversations = 0;
  std::vector<std::string> files;  // as of a lodge step
  model::YamlPlace place;
};

// A part of the run that expectations can speak of; by the intended time, counted as `at` of faults is.
struct Phase {
  Duration from{};
  std::optional<Duration> to;
};

// What is left out of every latency and rate.
struct WarmUp {
  enum class Kind { none, given, found };
  Kind kind = Kind::none;  // found: by MSER-5
  Duration length{};
};

// What the parties of the run are held against.
struct ChecklistChoice {
  std::string file;        // relative to the scenario; empty: only those of the profiles
  model::YamlPlace place;  // of the file's name
  model::YamlPlace section_place;
  std::optional<Duration> every;  // business time; without, the run is one period
};

struct ProcessPolicy {
  // Start a process again, with the same store, when it ends by itself.
  bool restart = true;
  // A process for each administration's node, and not one for all: "nodes" becomes "node-NZ", "node-CN".
  bool node_each = false;
  // Envelopes that the gateway may have under way to each node; zero: the node's own default.
  std::uint32_t credit = 0;
};

// What only the virtual world takes; empty: as the live world has it.
struct VirtualSettings {
  // What clocks show at the start; what a run shows does not depend on when it is played.
  Instant start{1'767'600'000'000'000};  // 2026-01-05T08:00:00Z
  std::optional<std::uint32_t> submission_credit, delivery_credit, batch_envelopes, frame_envelopes, attempts;
  std::optional<std::uint64_t> queue_limit;
  std::optional<Duration> receipt_timeout, default_life, commit_time;
};

struct Scenario {
  std::filesystem::path file;
  std::string text;  // the file as it was read
  std::string name;
  std::uint64_t seed = 1;
  Topology topology;
  std::vector<std::string> agreements;
  std::vector<std::string> blocks;
  std::vector<Step> steps;
  std::vector<Workload> workloads;
  // Faults by the clock: `at` counts from the beginning of the workloads, and where there are none, of the
  // steps.
  std::vector<TimedFault> faults;
  std::map<std::string, Phase> phases;  // a named fault is a phase too
  WarmUp warm_up;
  // Business durations (life, time to answer) are divided by this; network time is real.
  double business_clock = 1;
  std::vector<Expectation> expectations;
  // Within which a document is delivered in real time, as the indicators have it.
  Duration real_time = Duration::from_seconds(1);
  std::optional<ChecklistChoice> checklist;
  ProcessPolicy processes;
  VirtualSettings virtual_world;
  std::vector<StoryStep> story;
  // How long after the last lodgement the run waits for exchanges to come to their end.
  Duration settle = Duration::from_seconds(30);

  std::filesystem::path folder() const { return file.parent_path(); }
};

}  // namespace gnc::scenarios
