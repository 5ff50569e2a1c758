#include "scenarios/engine/workload_reader.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "scenarios/engine/document_reader.h"
#include "scenarios/engine/trade_reader.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using Kind = KeyDefinition::Kind;
using Need = ScenarioNames::Need;

constexpr std::uint32_t most_users = 100'000;

// A workload as it stands in the file, before it is one model or another.
struct WrittenArrivals {
  std::optional<Rate> rate;
  std::optional<Duration> length;
  std::vector<RateStage> ramp;
  Spacing spacing = Spacing::even;
};
struct WrittenWorkload : Workload {
  std::optional<std::uint64_t> count;
  std::optional<WrittenArrivals> arrivals;
  std::optional<Users> users;
  std::optional<Trade> trade;
};
struct WrittenStage {
  std::optional<Rate> from, to;
  Duration length{};
};

KeyTable<WrittenStage> stage_table() {
  KeyTable<WrittenStage> table("a stage of a ramp");
  const auto rate = [](std::optional<Rate> WrittenStage::*member) {
    return [member](WrittenStage& stage, const YamlNode& node, YamlMistakes& mistakes) {
      stage.*member = parse_rate_or_none(node.text);
      if (!(stage.*member)) mistakes.add_value(node, "a rate like 200/s");
    };
  };
  table
      .key({"from", Kind::rate, false, "the rate before; the first stage's own",
            "The rate that it begins at."},
           rate(&WrittenStage::from))
      .key({"to", Kind::rate, true, "", "The rate that it comes to, in a straight line."},
           rate(&WrittenStage::to))
      .key({"for", Kind::duration, true, "", "How long it takes to come there."},
           length_reader<WrittenStage>(&WrittenStage::length));
  return table;
}

void read_ramp(const YamlNode& node, std::vector<RateStage>& into, YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  const auto table = stage_table();
  const std::size_t before = mistakes.errors().size();
  double most = 0;
  for (const YamlNode& item : node.items) {
    WrittenStage stage;
    if (!table.read(item, stage, mistakes)) continue;
    most = std::max({most, stage.from.value_or(Rate{}).each_second, stage.to->each_second});
    into.push_back({stage.from, *stage.to, stage.length});
  }
  if (mistakes.errors().size() == before && most <= 0) {
    mistakes.add_value(node, "a ramp that comes to a rate above 0/s");
  }
}

KeyTable<WrittenArrivals> arrivals_table() {
  KeyTable<WrittenArrivals> table("arrivals");
  table
      .key({"rate", Kind::rate, false, "a ramp", "How often: 200/s, 30/min, 5/h."},
           [](WrittenArrivals& arrivals, const YamlNode& node, YamlMistakes& mistakes) {
             arrivals.rate = parse_rate(node.text);
             if (!arrivals.rate) mistakes.add_value(node, "a rate like 200/s");
           })
      .key({"for", Kind::duration, false, "until the count is reached", "For how long, at that rate."},
           length_reader<WrittenArrivals>(&WrittenArrivals::length))
      .key({"ramp",
            Kind::sections,
            false,
            "a rate",
            "A rate that changes, stage by stage.",
            {},
            "a stage of a ramp"},
           [](WrittenArrivals& arrivals, const YamlNode& node, YamlMistakes& mistakes) {
             read_ramp(node, arrivals.ramp, mistakes);
           })
      .key({"spacing",
            Kind::word,
            false,
            "even",
            "even: at equal distances; poisson: independent of each other, drawn from the seed.",
            {"even", "poisson"}},
           [](WrittenArrivals& arrivals, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_word<Spacing>(node, {{"even", Spacing::even}, {"poisson", Spacing::poisson}},
                                       arrivals.spacing, mistakes);
           });
  return table;
}

KeyTable<Users> users_table() {
  KeyTable<Users> table("users");
  table
      .key({"count", Kind::whole_number, true, "", "How many, all beginning at once."},
           [](Users& users, const YamlNode& node, YamlMistakes& mistakes) {
             if (!model::read_yaml(node, users.count, mistakes)) return;
             if (users.count < 1 || users.count > most_users) {
               mistakes.add_value(node, fmt::format("a number from 1 to {}", most_users));
             }
           })
      .key({"think", Kind::duration_range, false, "0s",
            "How long each waits after the end of one exchange before it lodges the next, drawn evenly."},
           [](Users& users, const YamlNode& node, YamlMistakes& mistakes) {
             const auto range = parse_duration_range(node.text);
             if (!range) {
               mistakes.add_value(node, "a duration, or a range like 100ms..1s");
             } else if (range->first > range->second) {
               mistakes.add(v1::KEY_VALUE, node.place,
                            fmt::format("the range {} ends before it begins", node.text),
                            "Write the shorter duration first.");
             } else {
               std::tie(users.least_think, users.most_think) = *range;
             }
           })
      .key({"for", Kind::duration, true, "", "For how long; what is under way then is brought to its end."},
           length_reader<Users>(&Users::length));
  return table;
}

KeyTable<WrittenWorkload> workload_table(const ScenarioNames* names) {
  KeyTable<WrittenWorkload> table("a workload");
  table
      .key({"name", Kind::text, true, "", "A name of its own."},
           [](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_yaml(node, workload.name, mistakes);
           })
      .key({"from", Kind::party, false, "all, of a trade", "The administration that sends."},
           [names](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             workload.from = names->party(node, Need::node, mistakes);
           })
      .key({"to", Kind::party, false, "all, of a trade", "The administration that receives."},
           [names](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             workload.to = names->party(node, Need::any, mistakes);
           })
      .key({"documents", Kind::documents, true, "",
            "Files or patterns, a template, or generated documents, taken in turn, again and again."},
           [names](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             read_documents(*names, DocumentsOf::workload, node, workload.documents, mistakes);
           })
      .key({"start", Kind::duration, false, "0s", "When it begins, after the workloads began."},
           [](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_yaml(node, workload.start, mistakes);
           })
      .key({"conversations", Kind::whole_number, false, "each its own",
            "Over how many conversations the exchanges are spread in turn; in one, order holds."},
           [](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             model::read_yaml(node, workload.conversations, mistakes);
           })
      .key({"count", Kind::whole_number, false, "as many as arrivals say",
            "How many exchanges. Without arrivals, all at once."},
           &WrittenWorkload::count)
      .key({"arrivals",
            Kind::section,
            false,
            "all at once",
            "An open model: when they are lodged, whatever the system does.",
            {},
            "arrivals"},
           [](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             arrivals_table().read(node, workload.arrivals.emplace(), mistakes);
           })
      .key({"users",
            Kind::section,
            false,
            "none",
            "A closed model: each user lodges, waits for the end, thinks, and lodges again.",
            {},
            "users"},
           [](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             users_table().read(node, workload.users.emplace(), mistakes);
           })
      .key({"trade",
            Kind::section,
            false,
            "none",
            "All administrations with each other, in the virtual world.",
            {},
            "a trade"},
           [names](WrittenWorkload& workload, const YamlNode& node, YamlMistakes& mistakes) {
             read_trade(*names, node, workload.trade.emplace(), mistakes);
           });
  add_files(table);
  add_choice(table);
  add_goods(table);
  return table;
}

// The model that was written; what contradicts itself is said.
void choose_model(const YamlNode& node, WrittenWorkload& workload, YamlMistakes& mistakes) {
  const std::string& name = workload.name;
  const auto add = [&](v1::ErrorCode code, std::string_view key, std::string detail, std::string remedy) {
    const YamlNode* found = node.find(key);
    mistakes.add(code, found ? found->place : node.place, std::move(detail), std::move(remedy));
  };
  for (const char* key : {"from", "to"}) {
    const bool there = node.find(key) != nullptr;
    if (there == !workload.trade) continue;
    if (there) {
      add(v1::KEY_VALUE, key, fmt::format("workload {} has a trade and {}", name, key),
          "Leave it out: a trade is of all with each other.");
    } else {
      add(v1::KEY_MISSING, key, fmt::format("workload {} has no {}", name, key), "Name an administration.");
    }
  }
  if (workload.trade) {
    workload.model = *workload.trade;
    for (const char* key : {"count", "arrivals", "users", "conversations"}) {
      if (node.find(key) == nullptr) continue;
      add(v1::KEY_VALUE, key, fmt::format("workload {} has a trade and {}", name, key),
          "Leave it out: a trade says how much, and when.");
    }
    return;
  }
  if (workload.count == 0u) add(v1::KEY_VALUE, "count", "a workload of none", "Write a count above 0.");
  if (workload.users) {
    workload.model = *workload.users;
    if (workload.arrivals) {
      add(v1::KEY_VALUE, "users", fmt::format("workload {} has arrivals and users", name),
          "Keep one: arrivals never wait for the system, users do.");
    } else if (workload.count) {
      add(v1::KEY_VALUE, "count", fmt::format("workload {} has a count and users", name),
          "Leave the count out: users go on for their time.");
    }
    return;
  }
  if (!workload.arrivals) {
    workload.model = Burst{workload.count.value_or(0)};
    if (!workload.count) {
      add(v1::KEY_MISSING, "", fmt::format("workload {} has no end", name), "Add count, arrivals or users.");
    }
    return;
  }
  const WrittenArrivals& written = *workload.arrivals;
  const YamlNode& arrivals = *node.find("arrivals");
  Arrivals model{written.ramp, workload.count, written.spacing};
  if (!written.ramp.empty()) {
    if (written.rate || written.length) {
      mistakes.add(v1::KEY_VALUE, arrivals.place, "a ramp and a rate or for",
                   "Keep one: each stage of a ramp has its rates and its time.");
    }
  } else if (!written.rate) {
    mistakes.add(v1::KEY_MISSING, arrivals.place, "the arrivals have no rate", "Add rate, or ramp.");
  } else {
    model.stages = {{written.rate, *written.rate, written.length.value_or(Duration{})}};
    if (!written.length && !workload.count) {
      mistakes.add(v1::KEY_MISSING, arrivals.place, fmt::format("workload {} has no end", name),
                   "Add for to its arrivals, or a count to the workload.");
    }
  }
  workload.model = std::move(model);
}

}  // namespace

void read_workloads(ScenarioNames& names, const YamlNode& node, std::vector<Workload>& into,
                    YamlMistakes& mistakes) {
  if (!model::expect_sequence(node, mistakes)) return;
  const auto table = workload_table(&names);
  for (const YamlNode& item : node.items) {
    WrittenWorkload workload;
    workload.place = item.place;
    const bool right = table.read(item, workload, mistakes);
    if (workload.from && workload.from == workload.to) {
      mistakes.add(v1::KEY_VALUE, item.find("to")->place,
                   fmt::format("{} would send to itself", workload.from->text()), "Name another recipient.");
    }
    if (const YamlNode* name = item.find("name"); name && !workload.name.empty()) {
      names.add_workload(workload.name, {workload.from, workload.to, false, name->place}, mistakes);
    }
    if (right) choose_model(item, workload, mistakes);
    into.push_back(std::move(workload));
  }
}

std::vector<SectionDefinition> workload_language() {
  return {workload_table(nullptr).definition(), arrivals_table().definition(), stage_table().definition(),
          users_table().definition(), trade_language()};
}

}  // namespace gnc::scenarios
