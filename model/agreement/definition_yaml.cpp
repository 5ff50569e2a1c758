#include "model/agreement/definition_yaml.h"

#include <charconv>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/definition_kind.h"
#include "model/yaml/yaml_table.h"

namespace gnc::model {
namespace {

// A reader that hands a value of type Value to a setter of the target.
template <class Target, class Value, class Set>
typename YamlTable<Target>::Reader to(Set set) {
  return [set](Target& target, const YamlNode& node, YamlMistakes& mistakes) {
    Value value{};
    if (read_yaml(node, value, mistakes)) set(target, std::move(value));
  };
}

void set_duration(google::protobuf::Duration& into, Duration duration) {
  into.set_seconds(duration.microseconds / 1'000'000);
  into.set_nanos(static_cast<std::int32_t>(duration.microseconds % 1'000'000) * 1000);
}

// "64kB", "256MB", "1GB", at least one byte. In powers of 1,000, as disks and lines have it.
std::optional<std::uint64_t> byte_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || number == 0 || number > 1'000'000) return std::nullopt;
  const std::string_view unit(end, text.data() + text.size());
  for (const auto& [name, factor] :
       {std::pair{"B", 1ull}, {"kB", 1'000ull}, {"MB", 1'000'000ull}, {"GB", 1'000'000'000ull}}) {
    if (unit == name) return number * factor;
  }
  return std::nullopt;
}

// amends, cancels, queries: a message is one of them at most.
YamlTable<v1::BlockMessage>::Reader follow_up(v1::BlockMessage::FollowUp kind) {
  return [kind](v1::BlockMessage& message, const YamlNode& node, YamlMistakes& mistakes) {
    std::string follows;
    if (!read_yaml(node, follows, mistakes)) return;
    if (message.follow_up() != v1::BlockMessage::FOLLOW_UP_NONE) {
      mistakes.add(v1::KEY_VALUE, node.place, "a second message that this one follows",
                   "Write one of amends, cancels and queries.");
      return;
    }
    message.set_follow_up(kind);
    message.set_follows(std::move(follows));
  };
}

bool read_message(const YamlNode& node, v1::BlockMessage& into, YamlMistakes& mistakes) {
  using M = v1::BlockMessage;
  static const auto table =
      YamlTable<M>("a message")
          .required("name", to<M, std::string>([](M& m, std::string v) { m.set_name(std::move(v)); }))
          .required("from", to<M, std::string>([](M& m, std::string v) { m.set_from(std::move(v)); }))
          .required("to", to<M, std::string>([](M& m, std::string v) { m.set_to(std::move(v)); }))
          .required("document", to<M, std::string>([](M& m, std::string v) { m.set_document(std::move(v)); }))
          .optional("answers", to<M, std::string>([](M& m, std::string v) { m.set_answers(std::move(v)); }))
          .optional("amends", follow_up(M::FOLLOW_UP_AMENDS))
          .optional("cancels", follow_up(M::FOLLOW_UP_CANCELS))
          .optional("queries", follow_up(M::FOLLOW_UP_QUERIES))
          .optional("answer due", to<M, bool>([](M& m, bool v) { m.set_answer_due(v); }))
          .optional("answer within",
                    to<M, Duration>([](M& m, Duration v) { set_duration(*m.mutable_answer_within(), v); }))
          .optional("priority",
                    [](M& m, const YamlNode& value, YamlMistakes& wrong) {
                      v1::Priority priority{};
                      read_word<v1::Priority>(value,
                                              {{"urgent", v1::PRIORITY_URGENT},
                                               {"normal", v1::PRIORITY_NORMAL},
                                               {"bulk", v1::PRIORITY_BULK}},
                                              priority, wrong);
                      m.set_priority(priority);
                    })
          .optional("attachments up to",
                    [](M& m, const YamlNode& value, YamlMistakes& wrong) {
                      constexpr std::string_view wanted = "a size like 64kB, 256MB or 1GB";
                      const auto text = scalar_text(value, wanted, wrong);
                      if (!text) return;
                      const auto bytes = byte_size(*text);
                      if (!bytes) return wrong.add_value(value, wanted);
                      m.set_largest_attachments(*bytes);
                    })
          .optional("every", to<M, Duration>([](M& m, Duration v) { set_duration(*m.mutable_every(), v); }));
  return table.read(node, into, mistakes);
}

// {departure: under way, arrival: arrived}
void read_moves(v1::ConversationState& state, const YamlNode& node, YamlMistakes& mistakes) {
  if (!expect_mapping(node, "messages and the states that they lead to", mistakes)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    std::string becomes;
    if (!read_yaml(node.items[i], becomes, mistakes)) continue;
    auto* move = state.add_takes();
    move->set_message(node.keys[i].first);
    move->set_becomes(std::move(becomes));
  }
}

bool read_state(const YamlNode& node, v1::ConversationState& into, YamlMistakes& mistakes) {
  using S = v1::ConversationState;
  static const auto table =
      YamlTable<S>("a state")
          .required("name", to<S, std::string>([](S& s, std::string v) { s.set_name(std::move(v)); }))
          .optional("takes", read_moves)
          .optional("after", to<S, Duration>([](S& s, Duration v) { set_duration(*s.mutable_after(), v); }))
          .optional("then", to<S, std::string>([](S& s, std::string v) { s.set_then(std::move(v)); }));
  return table.read(node, into, mistakes);
}

bool read_cluster(const YamlNode& node, v1::DataCluster& into, YamlMistakes& mistakes) {
  using C = v1::DataCluster;
  static const auto table =
      YamlTable<C>("a cluster")
          .required("name", to<C, std::string>([](C& c, std::string v) { c.set_name(std::move(v)); }))
          .required("use",
                    [](C& c, const YamlNode& value, YamlMistakes& wrong) {
                      C::Use use{};
                      read_word<C::Use>(value,
                                        {{"required", C::USE_REQUIRED},
                                         {"optional", C::USE_OPTIONAL},
                                         {"forbidden", C::USE_FORBIDDEN}},
                                        use, wrong);
                      c.set_use(use);
                    })
          .required("paths", to<C, std::vector<std::string>>([](C& c, const std::vector<std::string>& paths) {
                      for (const std::string& path : paths) c.add_paths(path);
                    }));
  return table.read(node, into, mistakes);
}

template <class Target, class Element>
typename YamlTable<Target>::Reader each(Element* (Target::*add)(),
                                        bool (*read)(const YamlNode&, Element&, YamlMistakes&)) {
  return [add, read](Target& target, const YamlNode& node, YamlMistakes& mistakes) {
    if (!expect_sequence(node, mistakes)) return;
    for (const YamlNode& item : node.items) read(item, *(target.*add)(), mistakes);
  };
}

// exporting: NZ, or importing: [CN, AU].
void read_parties(v1::Agreement& agreement, const YamlNode& node, YamlMistakes& mistakes) {
  if (!expect_mapping(node, "roles and their parties", mistakes)) return;
  const auto add = [&](const std::string& role, const YamlNode& party) {
    std::string name;
    if (!read_yaml(party, name, mistakes)) return;
    auto* member = agreement.add_parties();
    member->set_role(role);
    member->set_party(std::move(name));
  };
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string& role = node.keys[i].first;
    if (node.items[i].kind == YamlNode::Kind::sequence) {
      for (const YamlNode& party : node.items[i].items) add(role, party);
    } else {
      add(role, node.items[i]);
    }
  }
}

}  // namespace

bool read_yaml(const YamlNode& node, v1::UtilityBlock& block, YamlMistakes& mistakes) {
  using B = v1::UtilityBlock;
  if (!expect_kind(DefinitionKind::block, node, mistakes)) return false;
  static const auto table =
      YamlTable<B>("a utility block")
          .required("block", to<B, std::string>([](B& b, std::string v) { b.set_id(std::move(v)); }))
          .required("version", to<B, std::uint32_t>([](B& b, std::uint32_t v) { b.set_version(v); }))
          .required("title", to<B, std::string>([](B& b, std::string v) { b.set_title(std::move(v)); }))
          .required("legal basis",
                    to<B, std::string>([](B& b, std::string v) { b.set_legal_basis(std::move(v)); }))
          .required("pattern",
                    [](B& b, const YamlNode& value, YamlMistakes& wrong) {
                      v1::Pattern pattern{};
                      read_word<v1::Pattern>(value,
                                             {{"query", v1::PATTERN_QUERY},
                                              {"scheduled-push", v1::PATTERN_SCHEDULED_PUSH},
                                              {"event-push", v1::PATTERN_EVENT_PUSH},
                                              {"match", v1::PATTERN_MATCH}},
                                             pattern, wrong);
                      b.set_pattern(pattern);
                    })
          .required("roles", to<B, std::vector<std::string>>([](B& b, const std::vector<std::string>& roles) {
                      for (const std::string& role : roles) b.add_roles(role);
                    }))
          .required("messages", each<B, v1::BlockMessage>(&B::add_messages, &read_message))
          .optional("states", each<B, v1::ConversationState>(&B::add_states, &read_state))
          .optional("clusters", each<B, v1::DataCluster>(&B::add_clusters, &read_cluster));
  return table.read(node, block, mistakes);
}

bool read_yaml(const YamlNode& node, v1::Agreement& agreement, YamlMistakes& mistakes) {
  using A = v1::Agreement;
  if (!expect_kind(DefinitionKind::agreement, node, mistakes)) return false;
  static const auto table =
      YamlTable<A>("an agreement")
          .required("agreement", to<A, std::string>([](A& a, std::string v) { a.set_id(std::move(v)); }))
          .required("block", to<A, std::string>([](A& a, std::string v) { a.set_block(std::move(v)); }))
          .required("version", to<A, std::uint32_t>([](A& a, std::uint32_t v) { a.set_block_version(v); }))
          .required("parties", read_parties)
          .required("from", to<A, Instant>([](A& a, Instant v) { a.set_from(v.microseconds); }))
          .required("until", to<A, Instant>([](A& a, Instant v) { a.set_until(v.microseconds); }))
          .required("purpose", to<A, std::string>([](A& a, std::string v) { a.set_purpose(std::move(v)); }))
          .optional("retention",
                    to<A, Duration>([](A& a, Duration v) { set_duration(*a.mutable_retention(), v); }))
          .optional("left out",
                    to<A, std::vector<std::string>>([](A& a, const std::vector<std::string>& paths) {
                      for (const std::string& path : paths) a.add_left_out(path);
                    }));
  return table.read(node, agreement, mistakes);
}

namespace {

// The part, or the nearest of what it is in; and whether it is the part itself.
std::pair<const YamlNode*, bool> nearest_part(const YamlNode& root, std::string_view part) {
  const YamlNode* node = &root;
  while (!part.empty()) {
    const std::size_t slash = std::min(part.find('/'), part.size());
    const std::string_view step = part.substr(0, slash);
    part.remove_prefix(std::min(slash + 1, part.size()));
    const YamlNode* next = node->find(step);
    if (node->kind == YamlNode::Kind::sequence) {
      std::size_t index = 0;
      std::from_chars(step.data(), step.data() + step.size(), index);
      if (index < node->items.size()) next = &node->items[index];
    }
    if (next == nullptr) return {node, false};
    node = next;
  }
  return {node, true};
}

}  // namespace

YamlPlace place_of_part(const YamlNode& root, std::string_view part) {
  return nearest_part(root, part).first->place;
}

bool is_written(const YamlNode& root, std::string_view part) { return nearest_part(root, part).second; }

}  // namespace gnc::model
