#include "nodes/window/tariff.h"

#include <algorithm>

#include <fmt/format.h>

namespace gnc::window {
namespace {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

bool is_unit(std::string_view text) {
  return text.size() >= 2 && text.size() <= 3 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

// TaxRateNumeric is an..17,3: an answer could not state more.
constexpr int most_places = 3;

// How often ten goes into 1, 10, 100, …; empty for any other number, by which an amount could not be divided
// exactly.
std::optional<int> power_of_ten(std::string_view text) {
  if (!text.starts_with('1') || text.find_first_not_of('0', 1) != std::string_view::npos) return std::nullopt;
  return static_cast<int>(text.size()) - 1;
}

}  // namespace

std::optional<Rate> parse_rate(std::string_view text) {
  Rate rate;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    const auto words = words_of(text);
    const auto percent = words.size() == 1 ? Decimal::parse(words[0]) : std::nullopt;
    if (!percent || percent->is_negative() || percent->places() > most_places) return std::nullopt;
    rate.amount = *percent;
    return rate;
  }
  const auto words = words_of(text);
  if ((words.size() != 3 && words.size() != 4) || words[1] != "per" || !is_unit(words.back()))
    return std::nullopt;
  const auto amount = Decimal::parse(words[0]);
  const auto power = words.size() == 4 ? power_of_ten(words[2]) : 0;
  if (!amount || amount->is_negative() || !power) return std::nullopt;
  rate.kind = Rate::Kind::specific;
  rate.amount = amount->shifted(-*power);
  rate.unit = words.back();
  if (rate.amount.places() > most_places) return std::nullopt;
  return rate;
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 2 || !is_unit(words[1])) return std::nullopt;
  const auto amount = Decimal::parse(words[0]);
  if (!amount || amount->is_negative()) return std::nullopt;
  return Quantity{*amount, std::string(words[1])};
}

std::string rate_text(const Rate& rate) {
  if (rate.kind == Rate::Kind::ad_valorem) return rate.amount.text() + " %";
  if (rate.kind == Rate::Kind::specific) return fmt::format("{} per {}", rate.amount.text(), rate.unit);
  std::string text;
  for (const Rate& part : rate.parts) {
    if (!text.empty()) text += rate.kind == Rate::Kind::sum ? " + " : ", ";
    text += rate_text(part);
  }
  if (rate.kind == Rate::Kind::sum) return text;
  return fmt::format("{} of ({})", rate.kind == Rate::Kind::highest ? "highest" : "lowest", text);
}

}  // namespace gnc::window
