#include "scenarios/virtual/cost_profile.h"

#include <fmt/format.h>

#include "model/yaml/yaml_table.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

// A longer service than this is a mistake; sums of a million of them still fit.
constexpr std::uint64_t longest = 3'600'000'000'000;
// Of cores, threads and round trips.
constexpr std::uint64_t most_of_them = 4096;

template <class T>
struct CostKey {
  const char* name;
  std::uint64_t T::*member;
  std::uint64_t most = longest;
};

constexpr CostKey<CpuCosts> cpu_keys[] = {{"frame", &CpuCosts::frame},
                                          {"frame-woken", &CpuCosts::frame_woken},
                                          {"batch", &CpuCosts::batch},
                                          {"envelope", &CpuCosts::envelope},
                                          {"receipt", &CpuCosts::receipt},
                                          {"step", &CpuCosts::step},
                                          {"step-woken", &CpuCosts::step_woken},
                                          {"seal", &CpuCosts::seal},
                                          {"document", &CpuCosts::document},
                                          {"kilobyte", &CpuCosts::kilobyte},
                                          {"core-kilobyte", &CpuCosts::core_kilobyte},
                                          {"commit", &CpuCosts::commit},
                                          {"commit-woken", &CpuCosts::commit_woken},
                                          {"row", &CpuCosts::row},
                                          {"send", &CpuCosts::send},
                                          {"store-kilobyte", &CpuCosts::store_kilobyte},
                                          {"threads", &CpuCosts::threads, most_of_them},
                                          {"start", &CpuCosts::start}};
constexpr CostKey<DiskCosts> disk_keys[] = {{"commit", &DiskCosts::commit},
                                            {"kilobyte", &DiskCosts::kilobyte},
                                            {"checkpoint", &DiskCosts::checkpoint}};
constexpr CostKey<LinkCosts> link_keys[] = {
    {"floor", &LinkCosts::floor}, {"connect-round-trips", &LinkCosts::connect_round_trips, most_of_them}};

constexpr CostKey<MachineCosts> machine_keys[] = {{"cores", &MachineCosts::cores, most_of_them},
                                                  {"stay", &MachineCosts::stay, MachineCosts::threads_counted},
                                                  {"exchange", &MachineCosts::exchange},
                                                  {"frame", &MachineCosts::frame},
                                                  {"lodge", &MachineCosts::lodge}};

constexpr std::string_view wanted = "a time in nanoseconds, an hour at most";

void read_time(std::uint64_t& time, const YamlNode& node, YamlMistakes& mistakes) {
  if (model::read_yaml(node, time, mistakes) && time > longest) mistakes.add_value(node, wanted);
}

template <class T, std::size_t count>
YamlTable<T> table_of(const char* what, const CostKey<T> (&keys)[count]) {
  YamlTable<T> table(what);
  for (const CostKey<T>& key : keys) {
    table.optional(key.name, [key](T& costs, const YamlNode& node, YamlMistakes& mistakes) {
      if (key.most == longest) return read_time(costs.*key.member, node, mistakes);
      if (model::read_yaml(node, costs.*key.member, mistakes) && costs.*key.member > key.most) {
        mistakes.add_value(node, fmt::format("a number, {} at most", key.most));
      }
    });
  }
  return table;
}

template <class T>
YamlTable<CostProfile>::Reader section(YamlTable<T> table, T CostProfile::*member) {
  return
      [table = std::move(table), member](CostProfile& profile, const YamlNode& node, YamlMistakes& mistakes) {
        table.read(node, profile.*member, mistakes);
      };
}

// One time, for those that are even from 0 to it, or the quantiles.
void read_quantiles(Quantiles& quantiles, const YamlNode& node, YamlMistakes& mistakes) {
  quantiles = {0, 0};
  if (node.kind == YamlNode::Kind::scalar) {
    read_time(quantiles.back(), node, mistakes);
    return;
  }
  Quantiles read;
  if (!model::expect_sequence(node, mistakes)) return;
  for (const YamlNode& item : node.items) {
    read_time(read.emplace_back(), item, mistakes);
    if (read.size() > 1 && read.back() < *(read.end() - 2)) {
      mistakes.add_value(item, "no less than the one before it");
    }
  }
  if (read.size() < 2) return mistakes.add_value(node, "one time, or a list of two or more");
  quantiles = std::move(read);
}

template <class T>
typename YamlTable<T>::Reader quantiles(Quantiles T::*member) {
  return [member](T& costs, const YamlNode& node, YamlMistakes& mistakes) {
    read_quantiles(costs.*member, node, mistakes);
  };
}

template <class T, std::size_t count>
void write(std::string& text, const char* name, const T& costs, const CostKey<T> (&keys)[count]) {
  text += fmt::format("{}:\n", name);
  for (const CostKey<T>& key : keys) text += fmt::format("  {}: {}\n", key.name, costs.*key.member);
}

void write(std::string& text, const char* name, const Quantiles& quantiles) {
  text += fmt::format("  {}: [{}]\n", name, fmt::join(quantiles, ", "));
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

tl::expected<CostProfile, std::vector<Error>> read_cost_profile(const std::filesystem::path& file) {
  YamlMistakes mistakes(file.string());
  CostProfile profile;
  if (const auto root = model::read_yaml_file(file, mistakes)) {
    const auto table =
        YamlTable<CostProfile>("a cost profile")
            .required("name", &CostProfile::name)
            .optional("conditions", &CostProfile::conditions)
            .optional("gateway", section(table_of("the gateway's costs", cpu_keys), &CostProfile::gateway))
            .optional("node", section(table_of("a node's costs", cpu_keys), &CostProfile::node))
            .optional(
                "disk",
                section(
                    table_of("the disk's costs", disk_keys).optional("spread", quantiles(&DiskCosts::spread)),
                    &CostProfile::disk))
            .optional("link", section(table_of("a link's costs", link_keys), &CostProfile::link))
            .optional("machine", section(table_of("the machine's costs", machine_keys)
                                             .optional("wake", quantiles(&MachineCosts::wake)),
                                         &CostProfile::machine));
    table.read(*root, profile, mistakes);
  }
  if (!mistakes.empty()) return tl::unexpected(mistakes.take());
  return profile;
}

std::string to_yaml(const CostProfile& profile) {
  std::string text = fmt::format(
      "# Service times of the virtual world, in nanoseconds. Lists are quantiles at even distances.\nname: "
      "{}\n",
      in_quotes(profile.name));
  if (!profile.conditions.empty()) text += "conditions:\n";
  for (const auto& [key, value] : profile.conditions) {
    text += fmt::format("  {}: {}\n", in_quotes(key), in_quotes(value));
  }
  write(text, "gateway", profile.gateway, cpu_keys);
  write(text, "node", profile.node, cpu_keys);
  write(text, "disk", profile.disk, disk_keys);
  write(text, "spread", profile.disk.spread);
  write(text, "link", profile.link, link_keys);
  write(text, "machine", profile.machine, machine_keys);
  write(text, "wake", profile.machine.wake);
  return text;
}

}  // namespace gnc::scenarios
