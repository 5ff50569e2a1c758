#include "nodes/window/rules_yaml.h"

#include <algorithm>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/options.pb.h"
#include "model/conformance/code_lists.h"

namespace gnc::window {

using model::YamlMistakes;
using model::YamlNode;
using model::YamlTable;

bool read_texts(const YamlNode& node, std::vector<std::string>& into, YamlMistakes& mistakes) {
  if (node.kind == YamlNode::Kind::sequence) return model::read_yaml(node, into, mistakes);
  return model::read_yaml(node, into.emplace_back(), mistakes);
}

namespace {

bool read_format_text(const YamlNode& node, model::Format& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "a format like an..22 or n..16,3", mistakes);
  if (!text) return false;
  into = model::read_format(*text);
  if (into.length > 0 && (text->starts_with('a') || text->starts_with('n'))) return true;
  mistakes.add_value(node, "a format like an..22 or n..16,3");
  return false;
}

template <class T>
typename YamlTable<T>::Reader no_value() {
  return [](T&, const YamlNode&, YamlMistakes&) {};
}

// The tests that a condition or a check may have; exactly one of them.
const std::vector<std::string_view>& test_keys() {
  static const std::vector<std::string_view> keys{"present", "is",    "one of", "starts with",
                                                  "format",  "above", "below",  "at most"};
  return keys;
}

void read_test(const YamlNode& node, Test& test, YamlMistakes& mistakes) {
  std::vector<std::string_view> there;
  for (const std::string_view key : test_keys()) {
    if (node.find(key) != nullptr) there.push_back(key);
  }
  if (there.size() != 1) {
    std::string all;
    for (const std::string_view key : test_keys()) all += (all.empty() ? "" : ", ") + std::string(key);
    mistakes.add(there.empty() ? v1::KEY_MISSING : v1::KEY_VALUE, node.place,
                 there.empty() ? "it says nothing of the value" : "it says more than one thing of the value",
                 "Write one of " + all + ".");
    return;
  }
  const YamlNode& value = *node.find(there.front());
  const auto number = [&](std::optional<Decimal>& into) { read_yaml(value, into.emplace(), mistakes); };
  if (there.front() == "present") {
    model::read_yaml(value, test.present.emplace(), mistakes);
  } else if (there.front() == "is") {
    model::read_yaml(value, test.one_of.emplace().emplace_back(), mistakes);
  } else if (there.front() == "one of") {
    read_texts(value, test.one_of.emplace(), mistakes);
  } else if (there.front() == "starts with") {
    read_texts(value, test.starts_with.emplace(), mistakes);
  } else if (there.front() == "format") {
    read_format_text(value, test.format.emplace(), mistakes);
  } else if (there.front() == "above") {
    number(test.above);
  } else if (there.front() == "below") {
    number(test.below);
  } else {
    number(test.at_most);
  }
}

template <class T>
void add_test_keys(YamlTable<T>& table) {
  for (const std::string_view key : test_keys()) table.optional(std::string(key), no_value<T>());
}

bool read_pointer(const YamlNode& node, std::optional<Pointer>& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "a pointer like 42A/67A[1]/56A/G005, or none", mistakes);
  if (!text) return false;
  if (*text == "none") return into.emplace(), true;
  into = ElementPath::parse_pointer(*text);
  if (!into) mistakes.add_value(node, "a pointer like 42A/67A[1]/56A/G005, or none");
  return into.has_value();
}

}  // namespace

bool read_share(const YamlNode& node, Decimal& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "a share like 2 %", mistakes);
  if (!text) return false;
  const auto rate = parse_rate(*text);
  if (rate && rate->kind == Rate::Kind::ad_valorem && rate->amount <= Decimal(100))
    return into = rate->amount, true;
  mistakes.add_value(node, "a share like 2 %");
  return false;
}

bool read_yaml(const YamlNode& node, Decimal& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "a decimal number like 12.50", mistakes);
  if (!text) return false;
  const auto number = Decimal::parse(*text);
  if (!number) mistakes.add_value(node, "a decimal number like 12.50");
  if (number) into = *number;
  return number.has_value();
}

bool read_yaml(const YamlNode& node, Quantity& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "a quantity like 1000 KGM", mistakes);
  if (!text) return false;
  const auto quantity = parse_quantity(*text);
  if (!quantity) mistakes.add_value(node, "a quantity like 1000 KGM");
  if (quantity) into = *quantity;
  return quantity.has_value();
}

bool read_yaml(const YamlNode& node, ElementPath& into, YamlMistakes& mistakes) {
  const auto text = model::scalar_text(node, "a path like Declaration/TypeCode", mistakes);
  if (!text) return false;
  auto path = ElementPath::parse(*text);
  if (!path) {
    mistakes.add(path.error().code, node.place, path.error().detail, path.error().remedy);
    return false;
  }
  into = std::move(*path);
  return true;
}

bool read_yaml(const YamlNode& node, Condition& into, YamlMistakes& mistakes) {
  static const auto table = [] {
    auto made = YamlTable<Condition>("a condition").required("path", &Condition::path);
    add_test_keys(made);
    return made;
  }();
  if (!table.read(node, into, mistakes)) return false;
  read_test(node, into.test, mistakes);
  return mistakes.empty();
}

bool read_yaml(const YamlNode& node, Check& into, YamlMistakes& mistakes) {
  static const auto table = [] {
    auto made = YamlTable<Check>("a check")
                    .required("path", &Check::path)
                    .required("code", &Check::code)
                    .optional("says", &Check::says)
                    .optional("when", &Check::when)
                    .optional("pointer", [](Check& check, const YamlNode& value, YamlMistakes& wrong) {
                      read_pointer(value, check.pointer, wrong);
                    });
    add_test_keys(made);
    return made;
  }();
  if (!table.read(node, into, mistakes)) return false;
  if (into.code.empty() || into.code.size() > 8)
    mistakes.add_value(*node.find("code"), "a code of at most 8 characters");
  read_test(node, into.test, mistakes);
  return mistakes.empty();
}

void expect_country(const YamlNode& node, std::string& into, YamlMistakes& mistakes) {
  if (!model::read_yaml(node, into, mistakes)) return;
  if (!model::in_code_list(v1::CODE_LIST_ISO_3166_1, into))
    mistakes.add_value(node, "a country of ISO 3166-1, like NZ");
}

bool read_countries(const YamlNode& node, std::vector<std::string>& into, YamlMistakes& mistakes) {
  if (node.kind == YamlNode::Kind::sequence) {
    for (const YamlNode& each : node.items) expect_country(each, into.emplace_back(), mistakes);
  } else {
    expect_country(node, into.emplace_back(), mistakes);
  }
  return true;
}

// ---- Tariff -------------------------------------------------------------------------------------

namespace {

template <class T>
typename YamlTable<T>::Reader countries(std::vector<std::string> T::*member) {
  return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
    read_countries(node, target.*member, mistakes);
  };
}

template <class T>
typename YamlTable<T>::Reader texts(std::vector<std::string> T::*member) {
  return [member](T& target, const YamlNode& node, YamlMistakes& mistakes) {
    read_texts(node, target.*member, mistakes);
  };
}

void read_currency(const YamlNode& node, std::string& into, YamlMistakes& mistakes) {
  if (!model::read_yaml(node, into, mistakes)) return;
  if (!model::in_code_list(v1::CODE_LIST_ISO_4217, into))
    mistakes.add_value(node, "a currency of ISO 4217, like NZD");
}

}  // namespace

bool read_yaml(const YamlNode& node, Rate& into, YamlMistakes& mistakes) {
  constexpr std::string_view wanted = "a rate like 9.7 % or 12 per 100 KGM, or highest of, lowest of, sum of";
  if (node.kind == YamlNode::Kind::mapping) {
    static const std::vector<std::pair<std::string_view, Rate::Kind>> mixes{
        {"highest of", Rate::Kind::highest}, {"lowest of", Rate::Kind::lowest}, {"sum of", Rate::Kind::sum}};
    static const auto table = YamlTable<Rate>("a mixed rate")
                                  .optional("highest of", &Rate::parts)
                                  .optional("lowest of", &Rate::parts)
                                  .optional("sum of", &Rate::parts);
    if (!table.read(node, into, mistakes)) return false;
    for (const auto& [key, kind] : mixes) {
      if (node.find(key) != nullptr) into.kind = kind;
    }
    if (node.keys.size() == 1 && !into.parts.empty()) return true;
    mistakes.add_value(node, wanted);
    return false;
  }
  const auto text = model::scalar_text(node, wanted, mistakes);
  if (!text) return false;
  const auto rate = parse_rate(*text);
  if (!rate) mistakes.add_value(node, wanted);
  if (rate) into = *rate;
  return rate.has_value();
}

bool read_yaml(const YamlNode& node, Preference& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Preference>("a preference")
                                .required("regime", &Preference::regime)
                                .optional("origins", countries(&Preference::origins))
                                .optional("proofs", texts(&Preference::proofs))
                                .required("rate", &Preference::rate);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, Quota& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Quota>("a quota")
                                .required("order", &Quota::order)
                                .optional("origins", countries(&Quota::origins))
                                .required("quantity", &Quota::quantity)
                                .required("rate", &Quota::rate);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, Charge& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<Charge>("a charge")
                                .optional("goods", &Charge::goods)
                                .required("type", &Charge::type)
                                .required("rate", &Charge::rate)
                                .optional("preferences", &Charge::preferences)
                                .optional("quotas", &Charge::quotas);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, ExchangeRate& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<ExchangeRate>("a rate of exchange")
          .required("currency", [](ExchangeRate& rate, const YamlNode& value,
                                   YamlMistakes& wrong) { read_currency(value, rate.currency, wrong); })
          .required("rate", &ExchangeRate::rate)
          .required("from", &ExchangeRate::from)
          .required("until", &ExchangeRate::until);
  if (!table.read(node, into, mistakes)) return false;
  if (into.from < into.until && !into.rate.is_zero() && !into.rate.is_negative()) return true;
  mistakes.add(v1::KEY_VALUE, node.place, "the rate is not above zero, or ends before it begins");
  return false;
}

bool read_yaml(const YamlNode& node, RoundingRule& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<RoundingRule>("a rounding rule")
          .optional("places", &RoundingRule::places)
          .optional("rule", [](RoundingRule& rounding, const YamlNode& value, YamlMistakes& wrong) {
            model::read_word<Rounding>(value,
                                       {{"half up", Rounding::half_up},
                                        {"half even", Rounding::half_even},
                                        {"down", Rounding::down},
                                        {"up", Rounding::up}},
                                       rounding.rounding, wrong);
          });
  if (!table.read(node, into, mistakes)) return false;
  if (into.places >= 0 && into.places <= 3) return true;
  mistakes.add_value(*node.find("places"), "0 to 3 places: no amount has more");
  return false;
}

bool read_yaml(const YamlNode& node, Tariff& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<Tariff>("a tariff")
          .required("currency", [](Tariff& tariff, const YamlNode& value,
                                   YamlMistakes& wrong) { read_currency(value, tariff.currency, wrong); })
          .optional("rounding", &Tariff::rounding)
          .optional("exchange rates", &Tariff::exchange_rates)
          .optional("duties", &Tariff::duties)
          .optional("taxes", &Tariff::taxes);
  return table.read(node, into, mistakes);
}

// ---- Risk ---------------------------------------------------------------------------------------

bool read_yaml(const YamlNode& node, RiskRule& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<RiskRule>("a risk rule")
                                .required("name", &RiskRule::name)
                                .required("weight", &RiskRule::weight)
                                .required("when", &RiskRule::when);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, WatchList& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<WatchList>("a watch list")
                                .required("name", &WatchList::name)
                                .required("weight", &WatchList::weight)
                                .required("paths", &WatchList::paths)
                                .required("entries", &WatchList::entries);
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, AeoCredit& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<AeoCredit>("the credit of authorised operators")
                                .required("points", &AeoCredit::points)
                                .required("categories", texts(&AeoCredit::categories))
                                .optional("holders", texts(&AeoCredit::holders));
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, Sampling& into, YamlMistakes& mistakes) {
  static const auto table =
      YamlTable<Sampling>("random sampling")
          .required("share", [](Sampling& sampling, const YamlNode& value,
                                YamlMistakes& wrong) { read_share(value, sampling.per_cent, wrong); })
          .optional("seed", &Sampling::seed)
          .required("channel", [](Sampling& sampling, const YamlNode& value, YamlMistakes& wrong) {
            model::read_word<Channel>(value, {{"yellow", Channel::yellow}, {"red", Channel::red}},
                                      sampling.channel, wrong);
          });
  return table.read(node, into, mistakes);
}

bool read_yaml(const YamlNode& node, RiskProfile& into, YamlMistakes& mistakes) {
  static const auto table = YamlTable<RiskProfile>("risk")
                                .optional("rules", &RiskProfile::rules)
                                .optional("watch lists", &RiskProfile::watch_lists)
                                .optional("authorised operators", &RiskProfile::aeo)
                                .optional("sampling", &RiskProfile::sampling)
                                .required("yellow from", &RiskProfile::yellow_from)
                                .required("red from", &RiskProfile::red_from);
  if (!table.read(node, into, mistakes)) return false;
  if (into.yellow_from > 0 && into.red_from >= into.yellow_from) return true;
  mistakes.add(v1::KEY_VALUE, node.place, "yellow begins above 0 points, and red not before yellow");
  return false;
}

}  // namespace gnc::window
