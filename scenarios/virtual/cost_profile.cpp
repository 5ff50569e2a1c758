#include "scenarios/virtual/cost_profile.h"

#include <fmt/format.h>

#include "model/yaml/yaml_table.h"

namespace gnc::scenarios {
namespace {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

template <class T>
struct CostKey {
  const char* name;
  std::uint64_t T::*member;
};

constexpr CostKey<CpuCosts> cpu_keys[] = {
    {"frame", &CpuCosts::frame},       {"batch", &CpuCosts::batch},       {"envelope", &CpuCosts::envelope},
    {"receipt", &CpuCosts::receipt},   {"step", &CpuCosts::step},         {"seal", &CpuCosts::seal},
    {"document", &CpuCosts::document}, {"kilobyte", &CpuCosts::kilobyte}, {"threads", &CpuCosts::threads},
    {"start", &CpuCosts::start}};
constexpr CostKey<DiskCosts> disk_keys[] = {{"commit", &DiskCosts::commit},
                                            {"spread", &DiskCosts::spread},
                                            {"row", &DiskCosts::row},
                                            {"kilobyte", &DiskCosts::kilobyte}};
constexpr CostKey<LinkCosts> link_keys[] = {{"floor", &LinkCosts::floor},
                                            {"connect-round-trips", &LinkCosts::connect_round_trips}};

// A longer service than this is a mistake; sums of a million of them still fit.
constexpr std::uint64_t longest = 3'600'000'000'000;

template <class T, std::size_t count>
YamlTable<CostProfile>::Reader section(const char* what, const CostKey<T> (&keys)[count],
                                       T CostProfile::*member) {
  YamlTable<T> table(what);
  for (const CostKey<T>& key : keys) {
    table.optional(key.name, [key](T& costs, const YamlNode& node, YamlMistakes& mistakes) {
      if (model::read_yaml(node, costs.*key.member, mistakes) && costs.*key.member > longest) {
        mistakes.add_value(node, "a time in nanoseconds, an hour at most");
      }
    });
  }
  return [table, member](CostProfile& profile, const YamlNode& node, YamlMistakes& mistakes) {
    table.read(node, profile.*member, mistakes);
  };
}

template <class T, std::size_t count>
void write(std::string& text, const char* name, const T& costs, const CostKey<T> (&keys)[count]) {
  text += fmt::format("{}:\n", name);
  for (const CostKey<T>& key : keys) text += fmt::format("  {}: {}\n", key.name, costs.*key.member);
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
            .optional("gateway", section("the gateway's costs", cpu_keys, &CostProfile::gateway))
            .optional("node", section("a node's costs", cpu_keys, &CostProfile::node))
            .optional("disk", section("the disk's costs", disk_keys, &CostProfile::disk))
            .optional("link", section("a link's costs", link_keys, &CostProfile::link));
    table.read(*root, profile, mistakes);
  }
  if (!mistakes.empty()) return tl::unexpected(mistakes.take());
  return profile;
}

std::string to_yaml(const CostProfile& profile) {
  std::string text = fmt::format("# Service times of the virtual world, in nanoseconds.\nname: {}\n",
                                 in_quotes(profile.name));
  if (!profile.conditions.empty()) text += "conditions:\n";
  for (const auto& [key, value] : profile.conditions) {
    text += fmt::format("  {}: {}\n", in_quotes(key), in_quotes(value));
  }
  write(text, "gateway", profile.gateway, cpu_keys);
  write(text, "node", profile.node, cpu_keys);
  write(text, "disk", profile.disk, disk_keys);
  write(text, "link", profile.link, link_keys);
  return text;
}

}  // namespace gnc::scenarios
