#include "nodes/window/profile_reader.h"

#include <set>

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/definition_kind.h"
#include "model/yaml/yaml_table.h"
#include "nodes/window/agencies_yaml.h"
#include "nodes/window/desk_yaml.h"
#include "nodes/window/matching_yaml.h"
#include "nodes/window/office_yaml.h"
#include "nodes/window/rules_yaml.h"

namespace gnc::window {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

namespace {

// `list: procedures` in a condition or check stands for `one of` and what `lists` has under that name.
void expand_lists(YamlNode& node, const YamlNode* lists, YamlMistakes& mistakes) {
  if (node.find("path") != nullptr) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      if (node.keys[i].first != "list") continue;
      const YamlNode* entries = lists == nullptr ? nullptr : lists->find(node.items[i].text);
      if (entries == nullptr) {
        std::vector<std::string_view> known;
        if (lists != nullptr) {
          for (const auto& [name, place] : lists->keys) known.push_back(name);
        }
        mistakes.add_unknown_reference(node.items[i].text, node.items[i].place, "list", known);
      } else {
        node.items[i] = *entries;
      }
      node.keys[i].first = "one of";
    }
  }
  for (YamlNode& item : node.items) expand_lists(item, lists, mistakes);
}

void read_payment_kind(const YamlNode& node, PaymentKind& into, YamlMistakes& mistakes) {
  model::read_word<PaymentKind>(node,
                                {{"immediate", PaymentKind::immediate},
                                 {"deferred", PaymentKind::deferred},
                                 {"guaranteed", PaymentKind::guaranteed}},
                                into, mistakes);
}

}  // namespace

bool read_yaml(const YamlNode& node, PaymentKind& into, YamlMistakes& mistakes) {
  const std::size_t before = mistakes.errors().size();
  read_payment_kind(node, into, mistakes);
  return mistakes.errors().size() == before;
}

bool read_yaml(const YamlNode& node, Communication& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Communication>("a communication")
                                .required("id", &Communication::id)
                                .required("type", &Communication::type);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, Offices& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Offices>("the offices")
                                .optional("appeal", &Offices::appeal)
                                .optional("contact", &Offices::contact)
                                .optional("communications", &Offices::communications)
                                .optional("bank", &Offices::bank)
                                .optional("account", &Offices::account);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, AnswerCodes& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<AnswerCodes>("the answers' codes")
                                .optional("cleared", &AnswerCodes::cleared)
                                .optional("statement", &AnswerCodes::statement)
                                .optional("granted", &AnswerCodes::granted)
                                .optional("refused", &AnswerCodes::refused)
                                .optional("assessed", &AnswerCodes::assessed)
                                .optional("settled", &AnswerCodes::settled)
                                .optional("documents", &AnswerCodes::documents)
                                .optional("numbered",
                                          [](AnswerCodes& codes, const YamlNode& value, YamlMistakes& wrong) {
                                            model::read_yaml(value, codes.pointers.numbered, wrong);
                                          })
                                .optional("own acceptance date", &AnswerCodes::own_acceptance_date);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, Control& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<Control>("a control").optional("takes", &Control::takes).optional("told", &Control::told);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, Account& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Account>("an account")
                                .required("number", &Account::number)
                                .required("kind", &Account::kind)
                                .required("limit", &Account::limit);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, Treasury& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Treasury>("the treasury")
                                .required("accounts", &Treasury::accounts)
                                .required("methods", &Treasury::methods)
                                .required("account at", &Treasury::account_paths);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, PostReleaseQuery& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<PostReleaseQuery>("a query after release")
                                .optional("when", &PostReleaseQuery::when)
                                .required("after", &PostReleaseQuery::after)
                                .required("answer within", &PostReleaseQuery::answer_within);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, JointInspection& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<JointInspection>("a joint inspection").required("every", &JointInspection::every);
  if (!table.read(node, into, mistakes)) return false;
  if (into.every > Duration{}) return true;
  mistakes.add_value(*node.find("every"), "a time above zero");
  return false;
}

namespace {

struct Controls {
  Control documentary{.takes = {}, .told = false};
  Control physical;
  std::optional<JointInspection> joint;
};

void read_controls(Profile& profile, const YamlNode& node, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Controls>("the controls")
                                .optional("documentary", &Controls::documentary)
                                .optional("physical", &Controls::physical)
                                .optional("joint inspection", &Controls::joint);
  Controls controls;
  if (!table.read(node, controls, mistakes)) return;
  profile.documentary = controls.documentary;
  profile.physical = controls.physical;
  profile.joint_inspection = controls.joint;
}

// No two of a kind may share a name: one would never be found.
template <class Each>
void expect_unique(const std::vector<Each>& all, std::string Each::*name, std::string_view kind,
                   const YamlNode& place, std::set<std::string>& seen, YamlMistakes& mistakes) {
  for (const Each& each : all) {
    if (!seen.insert(each.*name).second)
      mistakes.add(v1::KEY_VALUE, place.place, fmt::format("{} \"{}\" is there twice", kind, each.*name));
  }
}

void check_whole(const Profile& profile, const YamlNode& root, YamlMistakes& mistakes) {
  if (profile.tariff && profile.duty_is_due.empty()) {
    mistakes.add(v1::KEY_MISSING, root.find("tariff")->place,
                 "the tariff is never applied: there is no \"duty is due\"",
                 "Say on which declarations duty is due.");
  }
  if (profile.tariff) {
    std::set<std::string> orders;
    for (const auto* charges : {&profile.tariff->duties, &profile.tariff->taxes}) {
      for (const Charge& charge : *charges)
        expect_unique(charge.quotas, &Quota::order, "quota", *root.find("tariff"), orders, mistakes);
    }
  }
  std::set<std::string> permits;
  for (const Agency& agency : profile.agencies)
    expect_unique(agency.permits, &Permit::number, "permit", *root.find("agencies"), permits, mistakes);
  std::set<std::string> accounts;
  if (const YamlNode* treasury = root.find("treasury"))
    expect_unique(profile.treasury.accounts, &Account::number, "account", *treasury, accounts, mistakes);
}

}  // namespace

std::optional<Profile> read_profile(YamlNode root, YamlMistakes& mistakes) {
  if (!model::expect_kind(model::DefinitionKind::profile, root, mistakes)) return std::nullopt;
  struct Written {
    Profile profile;
    std::string source;
    std::map<std::string, std::vector<std::string>> lists;
  };
  static const auto in = [](auto Profile::*member) -> YamlTable<Written>::Reader {
    return [member](Written& written, const YamlNode& node, YamlMistakes& wrong) {
      // A fixed name of the library's own types does not lead to its readers by its arguments.
      using model::read_yaml;
      read_yaml(node, written.profile.*member, wrong);
    };
  };
  static const auto table =
      YamlTable<Written>("a profile")
          .required("profile", in(&Profile::name))
          .required("title", in(&Profile::title))
          .required("illustrative", in(&Profile::illustrative))
          .optional("source", &Written::source)
          .required("country",
                    [](Written& written, const YamlNode& node, YamlMistakes& wrong) {
                      expect_country(node, written.profile.country, wrong);
                    })
          .optional("lists", &Written::lists)
          .optional("offices", in(&Profile::offices))
          .optional("answers", in(&Profile::answers))
          .optional("checks", in(&Profile::checks))
          .optional("pre-lodged", in(&Profile::pre_lodged))
          .optional("duty is due", in(&Profile::duty_is_due))
          .optional("common regime", in(&Profile::common_regime))
          .optional("tariff", in(&Profile::tariff))
          .optional("risk", in(&Profile::risk))
          .optional("opening hours", in(&Profile::opening_hours))
          .optional("officers",
                    [](Written& written, const YamlNode& node, YamlMistakes& wrong) {
                      read_officers(node, written.profile.officers, wrong);
                    })
          .optional("paper", in(&Profile::paper))
          .optional("matching", in(&Profile::matching))
          .optional("control", [](Written& written, const YamlNode& node,
                                  YamlMistakes& wrong) { read_controls(written.profile, node, wrong); })
          .optional("agencies", in(&Profile::agencies))
          .optional("documents within", in(&Profile::documents_within))
          .optional("treasury", in(&Profile::treasury))
          .optional("post-release query", in(&Profile::post_release_query))
          .optional("cancel after release", in(&Profile::cancel_after_release))
          .optional("registers", in(&Profile::registers))
          .optional("desks", in(&Profile::desks))
          .optional("pushes", in(&Profile::pushes))
          .optional("clears", in(&Profile::clears))
          .optional("checklist", [](Written& written, const YamlNode& node, YamlMistakes& wrong) {
            ChecklistFile& file = written.profile.checklist.emplace();
            file.place = node.place;
            if (model::read_yaml(node, file.name, wrong) && file.name.empty())
              wrong.add_value(node, "a checklist's file, relative to the profile");
          });
  const std::size_t before = mistakes.errors().size();
  const YamlNode* found = root.find("lists");
  const std::optional<YamlNode> lists = found == nullptr ? std::nullopt : std::optional(*found);
  expand_lists(root, lists ? &*lists : nullptr, mistakes);
  Written written;
  const bool read = table.read(root, written, mistakes);
  const YamlNode* illustrative = root.find("illustrative");
  if (illustrative != nullptr && !written.profile.illustrative && written.source.empty()) {
    mistakes.add(v1::KEY_MISSING, illustrative->place,
                 "a profile that is not illustrative lacks the key \"source\"",
                 "Say in source: where its numbers come from.");
  }
  if (read) {
    check_whole(written.profile, root, mistakes);
    check_desks(written.profile, root, mistakes);
    check_matching(written.profile, root, mistakes);
  }
  if (mistakes.errors().size() != before) return std::nullopt;
  return std::move(written.profile);
}

tl::expected<Profile, std::vector<Error>> parse_profile(std::string_view text, const std::string& file) {
  YamlMistakes mistakes(file);
  std::optional<YamlNode> root = model::parse_yaml(text, mistakes);
  std::optional<Profile> profile = root ? read_profile(std::move(*root), mistakes) : std::nullopt;
  if (!profile) return tl::unexpected(mistakes.take());
  return std::move(*profile);
}

}  // namespace gnc::window
