#include "model/agreement/definition_check.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/agreement/business_time.h"
#include "model/agreement/definition_findings.h"
#include "model/agreement/states_check.h"
#include "model/yaml/instant_text.h"

namespace gnc::model {
namespace {

std::string_view follow_up_key(v1::BlockMessage::FollowUp kind) {
  if (kind == v1::BlockMessage::FOLLOW_UP_AMENDS) return "amends";
  return kind == v1::BlockMessage::FOLLOW_UP_CANCELS ? "cancels" : "queries";
}

template <class Part>
void check_follow_up(const v1::UtilityBlock& block, const v1::BlockMessage& message,
                     const std::vector<std::string_view>& names, const Part& part, Findings& found) {
  if (message.follow_up() == v1::BlockMessage::FOLLOW_UP_NONE) return;
  const std::string key = part(follow_up_key(message.follow_up()));
  const auto followed = std::find(names.begin(), names.end(), message.follows());
  if (followed == names.end()) return found.reference(key, "message", message.follows(), names);
  const v1::BlockMessage& first = block.messages(static_cast<int>(followed - names.begin()));
  if (first.from() != message.from() || first.to() != message.to()) {
    found.value(key,
                fmt::format("\"{}\" goes from {} to {}, so what follows it does too", first.name(),
                            first.from(), first.to()),
                "Give both the same from and to.");
  }
  if (!message.answers().empty()) {
    found.value(key, "an answer follows the message that it answers", "Leave one of the two out.");
  }
}

template <class Part>
void check_schedule(const v1::UtilityBlock& block, const v1::BlockMessage& message, const Part& part,
                    Findings& found) {
  if (!message.has_every()) return;
  if (duration_of(message.every()) <= Duration{}) {
    found.value(part("every"), "a schedule without any time between", "Write how often it is sent.");
  }
  if (block.pattern() != v1::PATTERN_SCHEDULED_PUSH && block.pattern() != v1::PATTERN_UNSPECIFIED) {
    found.value(part("every"), "a schedule in a block that is no scheduled-push",
                "Write pattern: scheduled-push, or leave the schedule out.");
  }
  if (!message.answers().empty() || !message.follows().empty()) {
    found.value(part("every"), "a schedule of a message that follows another",
                "Give the schedule to a message that stands for itself.");
  }
}

void check_messages(const v1::UtilityBlock& block, const std::vector<std::string_view>& roles,
                    Findings& found) {
  std::vector<std::string_view> names;
  for (const auto& message : block.messages()) names.push_back(message.name());
  if (names.empty()) found.value("messages", "the block has no message");
  for (int i = 0; i < block.messages_size(); ++i) {
    const v1::BlockMessage& message = block.messages(i);
    const auto part = [i](std::string_view key) { return fmt::format("messages/{}/{}", i, key); };
    found.name(part("name"), message.name());
    if (std::count(names.begin(), names.begin() + i, message.name()) > 0) {
      found.value(part("name"), fmt::format("a second message \"{}\"", message.name()),
                  "Give each its own name.");
    }
    for (const auto& [key, role] : {std::pair{"from", &message.from()}, std::pair{"to", &message.to()}}) {
      if (std::find(roles.begin(), roles.end(), *role) == roles.end())
        found.reference(part(key), "role", *role, roles);
    }
    if (message.from() == message.to()) {
      found.value(part("to"), fmt::format("\"{}\" sends to itself", message.to()), "Name two roles.");
    }
    if (message.document() != "DEC" && message.document() != "RES") {
      found.reference(part("document"), "document type", message.document(), {"DEC", "RES"});
    }
    if (message.has_answer_within()) {
      const auto& within = message.answer_within();
      if (within.seconds() < 0 || within.nanos() < 0 || (within.seconds() == 0 && within.nanos() == 0)) {
        found.value(part("answer within"), "an answer within no time",
                    "Write how long there is for the answer.");
      }
      if (!message.answer_due()) {
        found.value(part("answer within"), "a time for an answer where none is due",
                    "Write answer due: true.");
      }
    }
    check_schedule(block, message, part, found);
    check_follow_up(block, message, names, part, found);
    if (message.answers().empty()) continue;
    const auto answered = std::find(names.begin(), names.end(), message.answers());
    if (answered == names.end()) {
      found.reference(part("answers"), "message", message.answers(), names);
      continue;
    }
    const v1::BlockMessage& question = block.messages(static_cast<int>(answered - names.begin()));
    if (question.from() != message.to() || question.to() != message.from()) {
      found.value(part("answers"),
                  fmt::format("\"{}\" goes from {} to {}, so its answer goes from {} to {}", question.name(),
                              question.from(), question.to(), question.to(), question.from()),
                  "Turn from and to round.");
    }
  }
}

// What is matched is two messages, and they must come together somewhere.
void check_match(const v1::UtilityBlock& block, Findings& found) {
  if (block.pattern() != v1::PATTERN_MATCH) return;
  std::map<std::string_view, std::size_t> sides;
  for (const v1::BlockMessage& message : block.messages()) {
    if (message.answers().empty() && message.follows().empty()) ++sides[message.to()];
  }
  if (std::ranges::any_of(sides, [](const auto& side) { return side.second > 1; })) return;
  found.value("pattern", "a match compares two messages, and no role receives two that stand for themselves",
              "Let both sides send to the role that compares them.");
}

// A query asks, and something answers it; what is sent at set times says when.
void check_pattern(const v1::UtilityBlock& block, Findings& found) {
  const auto& messages = block.messages();
  if (block.pattern() == v1::PATTERN_QUERY &&
      std::ranges::none_of(messages, [](const v1::BlockMessage& each) { return each.answer_due(); })) {
    found.value("pattern", "a query asks, and no message of the block has an answer due",
                "Write answer due: true at the message that asks, or another pattern.");
  }
  if (block.pattern() == v1::PATTERN_SCHEDULED_PUSH &&
      std::ranges::none_of(messages, [](const v1::BlockMessage& each) { return each.has_every(); })) {
    found.value("pattern",
                "a scheduled push is sent at set times, and no message of the block says every when",
                "Write every: 24h at the message that is pushed, or pattern: event-push.");
  }
}

// Adds the cluster's paths to the rules; mistakes go to `found`.
void compile_clusters(const v1::UtilityBlock& block, PathRules& rules, Findings& found) {
  const auto title = [&block](const v1::DataCluster& cluster) {
    return fmt::format("cluster \"{}\" of block {}", cluster.name(), block.id());
  };
  std::vector<std::string> forbidden;
  bool closed = false;
  const auto each_path = [&](auto&& visit) {
    for (int i = 0; i < block.clusters_size(); ++i) {
      for (int k = 0; k < block.clusters(i).paths_size(); ++k) {
        visit(block.clusters(i), block.clusters(i).paths(k), fmt::format("clusters/{}/paths/{}", i, k));
      }
    }
  };
  each_path([&](const v1::DataCluster& cluster, const std::string& path, const std::string& part) {
    const auto elements = resolve_path(path);
    if (!elements) {
      found.add(elements.error().code, part, elements.error().detail, elements.error().remedy);
    } else if (cluster.use() == v1::DataCluster::USE_FORBIDDEN) {
      rules.forbid(*elements, {fmt::format("{} keeps {} from crossing", title(cluster), path), part});
      forbidden.push_back(path);
    } else if (cluster.use() == v1::DataCluster::USE_OPTIONAL) {
      rules.permit(*elements);
      closed = true;
    }
  });
  each_path([&](const v1::DataCluster& cluster, const std::string& path, const std::string& part) {
    if (cluster.use() != v1::DataCluster::USE_REQUIRED) return;
    const auto elements = resolve_path(path);
    if (!elements) return;
    const bool contradiction = std::any_of(forbidden.begin(), forbidden.end(), [&](const auto& other) {
      return path == other || path.starts_with(other + "/");
    });
    if (contradiction)
      found.value(part, fmt::format("{} is required and forbidden", path), "Keep one of the two.");
    if (!rules.require(*elements, path, {fmt::format("{} asks for {}", title(cluster), path), part})) {
      found.value(part, fmt::format("more than {} required paths", PathRules::max_required));
    }
  });
  if (closed) rules.close({fmt::format("block {} lets only its clusters cross", block.id()), "clusters"});
}

void check_parties(const v1::Agreement& agreement, const v1::UtilityBlock& block, Findings& found) {
  const std::vector<std::string_view> roles(block.roles().begin(), block.roles().end());
  std::set<std::pair<std::string, std::string>> seen;
  for (int i = 0; i < agreement.parties_size(); ++i) {
    const v1::AgreementParty& member = agreement.parties(i);
    const std::string part = fmt::format("parties/{}", member.role());
    if (std::find(roles.begin(), roles.end(), member.role()) == roles.end()) {
      found.reference(part, "role", member.role(), roles);
    }
    const auto name = PartyName::from_text(member.party());
    if (!name || name->is_gateway()) {
      found.value(part, fmt::format("\"{}\" is no party's name", member.party()),
                  "Write an administration like NZ, or an agency like NZ/health.");
    }
    if (!seen.emplace(member.role(), member.party()).second) {
      found.value(part, fmt::format("{} is named twice", member.party()), "Name each party once in a role.");
    }
  }
  for (const std::string_view role : roles) {
    const bool filled = std::any_of(agreement.parties().begin(), agreement.parties().end(),
                                    [&](const v1::AgreementParty& member) { return member.role() == role; });
    if (!filled) found.add(v1::KEY_MISSING, "parties", fmt::format("no party has the role \"{}\"", role));
  }
}

}  // namespace

void check_block(const v1::UtilityBlock& block, const Where& where, std::vector<Error>& mistakes) {
  Findings found(where, mistakes);
  found.name("block", block.id());
  if (block.version() == 0) found.value("version", "versions start at 1");
  if (block.title().empty()) found.value("title", "the title is empty");
  if (block.legal_basis().empty()) found.value("legal basis", "the legal basis is empty");
  if (block.pattern() == v1::PATTERN_UNSPECIFIED) found.value("pattern", "the block has no pattern");
  const std::vector<std::string_view> roles(block.roles().begin(), block.roles().end());
  if (roles.size() < 2) found.value("roles", "an exchange has at least two roles");
  for (int i = 0; i < block.roles_size(); ++i) {
    found.name(fmt::format("roles/{}", i), block.roles(i));
    if (std::count(roles.begin(), roles.begin() + i, block.roles(i)) > 0) {
      found.value(fmt::format("roles/{}", i), fmt::format("a second role \"{}\"", block.roles(i)));
    }
  }
  check_messages(block, roles, found);
  check_match(block, found);
  check_pattern(block, found);
  check_states(block, found);
  std::set<std::string> names;
  for (int i = 0; i < block.clusters_size(); ++i) {
    const v1::DataCluster& cluster = block.clusters(i);
    const std::string part = fmt::format("clusters/{}", i);
    if (cluster.name().empty()) found.value(part + "/name", "the cluster has no name");
    if (!names.insert(cluster.name()).second) {
      found.value(part + "/name", fmt::format("a second cluster \"{}\"", cluster.name()));
    }
    if (cluster.use() == v1::DataCluster::USE_UNSPECIFIED)
      found.value(part + "/use", "the cluster has no use");
    if (cluster.paths().empty()) found.value(part + "/paths", "the cluster has no paths");
  }
  PathRules rules;
  compile_clusters(block, rules, found);
}

PathRules check_agreement(const v1::Agreement& agreement, const std::vector<v1::UtilityBlock>& blocks,
                          const Where& where, std::vector<Error>& mistakes) {
  Findings found(where, mistakes);
  PathRules rules;
  if (!is_name(agreement.id(), "/ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    found.value("agreement", fmt::format("\"{}\" is no agreement's name", agreement.id()),
                "Write it like NZ-CN/export-declaration.");
  }
  if (agreement.from() >= agreement.until()) {
    found.value("until",
                fmt::format("in force until {}, which is not after {}", instant_text({agreement.until()}),
                            instant_text({agreement.from()})),
                "Write a day after the first one.");
  }
  if (agreement.purpose().empty()) found.value("purpose", "the purpose is empty");
  if (agreement.retention().seconds() < 0 || agreement.retention().nanos() < 0) {
    found.value("retention", "the retention is negative");
  }
  const v1::UtilityBlock* block = find_block(blocks, agreement.block(), agreement.block_version());
  if (block == nullptr) {
    std::vector<std::string_view> known;
    const bool other_version = std::any_of(blocks.begin(), blocks.end(), [&](const v1::UtilityBlock& other) {
      known.push_back(other.id());
      return other.id() == agreement.block();
    });
    if (other_version) {
      found.add(v1::REFERENCE_UNKNOWN, "version",
                fmt::format("no version {} of block {}", agreement.block_version(), agreement.block()),
                "Name the version that the block's file has.");
    } else {
      found.reference("block", "block", agreement.block(), known);
    }
    return rules;
  }
  check_parties(agreement, *block, found);
  std::vector<Error> of_block;
  Findings ignored(where, of_block);
  compile_clusters(*block, rules, ignored);
  for (int i = 0; i < agreement.left_out_size(); ++i) {
    const std::string& path = agreement.left_out(i);
    const std::string part = fmt::format("left out/{}", i);
    const auto elements = resolve_path(path);
    if (!elements) {
      found.add(elements.error().code, part, elements.error().detail, elements.error().remedy);
      continue;
    }
    for (const v1::DataCluster& cluster : block->clusters()) {
      if (cluster.use() != v1::DataCluster::USE_REQUIRED) continue;
      for (const std::string& required : cluster.paths()) {
        if (required != path && !required.starts_with(path + "/")) continue;
        found.value(
            part,
            fmt::format("cluster \"{}\" of block {} requires {}", cluster.name(), block->id(), required),
            "Leave out only what the block does not require.");
      }
    }
    rules.forbid(*elements, {fmt::format("the agreement leaves out {}", path), part, true});
  }
  return rules;
}

const v1::UtilityBlock* find_block(const std::vector<v1::UtilityBlock>& blocks, std::string_view id,
                                   std::uint32_t version) {
  for (const v1::UtilityBlock& block : blocks) {
    if (block.id() == id && block.version() == version) return &block;
  }
  return nullptr;
}

}  // namespace gnc::model
