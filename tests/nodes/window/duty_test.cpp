#include "nodes/window/duty.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "gnc/v1/errors.pb.h"

namespace gnc::window::duty_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Decimal number(std::string_view text) { return Decimal::parse(text).value(); }

Rate rate(std::string_view text) { return parse_rate(text).value(); }

Rate of(Rate::Kind kind, std::vector<Rate> parts) { return {kind, {}, {}, std::move(parts)}; }

// Rates of no country: numbers that are easy to follow.
Tariff tariff_with(Rate duty) {
  Tariff tariff{.currency = "GBP", .rounding = {}, .exchange_rates = {}, .duties = {}, .taxes = {}};
  tariff.duties.push_back({"4202", "A00", std::move(duty), {}, {}});
  tariff.taxes.push_back({"", "B00", rate("20 %"), {}, {}});
  return tariff;
}

DeclaredItem item_worth(std::string_view amount, std::string_view kilograms = "100") {
  DeclaredItem item;
  item.position = 1;
  item.commodity = "4202121900";
  item.origin = "US";
  item.regime = "100";
  item.value = Money{number(amount), "GBP"};
  item.quantities.push_back({number(kilograms), "KGM"});
  return item;
}

Assessment assessed(const Tariff& tariff, const std::vector<DeclaredItem>& items,
                    const std::map<std::string, Decimal>& used = {}) {
  return assess(tariff, items, used, Instant{}, "100");
}

std::vector<std::string> amounts(const Assessment& assessment) {
  std::vector<std::string> all;
  for (const DutyLine& line : assessment.lines) all.push_back(line.type + " " + line.assessed.text(2));
  return all;
}

TEST(Duty, ChargesAShareOfTheValueAndVatOnTop) {
  const Assessment out = assessed(tariff_with(rate("9.70 %")), {item_worth("1000")});
  EXPECT_THAT(amounts(out), ElementsAre("A00 97.00", "B00 219.40"));
  EXPECT_EQ(out.lines[1].base_value, number("1097"));
  EXPECT_EQ(out.total(), number("316.40"));
}

TEST(Duty, ChargesAnAmountForAQuantity) {
  const Assessment out = assessed(tariff_with(rate("12.50 per 100 KGM")), {item_worth("1000", "250")});
  EXPECT_THAT(amounts(out), ElementsAre("A00 31.25", "B00 206.25"));
  EXPECT_EQ(out.lines[0].base_quantity->amount, number("250"));
  EXPECT_FALSE(out.lines[0].base_value);
}

TEST(Duty, ChargesTheHigherTheLowerOrBothOfAMixedRate) {
  const std::vector<Rate> parts{rate("5 %"), rate("1 per KGM")};
  const auto duty = [&](Rate::Kind kind) {
    return amounts(assessed(tariff_with(of(kind, parts)), {item_worth("1000", "60")}));
  };
  EXPECT_THAT(duty(Rate::Kind::highest), ElementsAre("A00 60.00", "B00 212.00"));
  EXPECT_THAT(duty(Rate::Kind::lowest), ElementsAre("A00 50.00", "B00 210.00"));
  EXPECT_THAT(duty(Rate::Kind::sum), ElementsAre("A00 50.00", "A00 60.00", "B00 222.00"));
}

TEST(Duty, TakesTheEntryWithTheLongestCode) {
  Tariff tariff = tariff_with(rate("10 %"));
  tariff.duties.push_back({"42021219", "A00", rate("3 %"), {}, {}});
  tariff.duties.push_back({"42", "A30", rate("1 %"), {}, {}});
  EXPECT_THAT(amounts(assessed(tariff, {item_worth("100")})),
              ElementsAre("A00 3.00", "A30 1.00", "B00 20.80"));
}

TEST(Duty, GrantsAPreferenceByOriginWithItsProof) {
  Tariff tariff = tariff_with(rate("10 %"));
  tariff.duties[0].preferences.push_back({"300", {"NZ", "AU"}, {"N954", "U116"}, rate("0 %")});
  DeclaredItem item = item_worth("1000");
  item.regime = "300";
  item.origin = "NZ";
  item.papers.push_back({"U116", "ORIGIN-1", {}});
  Assessment out = assessed(tariff, {item});
  EXPECT_THAT(amounts(out), ElementsAre("A00 0.00", "B00 200.00"));
  EXPECT_EQ(out.lines[0].regime, "300");

  item.papers.clear();
  out = assessed(tariff, {item});
  EXPECT_THAT(amounts(out), ElementsAre("A00 100.00", "B00 220.00"));
  EXPECT_EQ(out.lines[0].regime, "100");
  EXPECT_THAT(out.notes, ElementsAre(HasSubstr("lacks its proof of origin (N954, U116)")));

  item.origin = "US";
  EXPECT_THAT(assessed(tariff, {item}).notes, ElementsAre(HasSubstr("not one for these goods from \"US\"")));
}

Tariff tariff_with_quota() {
  Tariff tariff = tariff_with(rate("10 %"));
  tariff.taxes.clear();
  tariff.duties[0].quotas.push_back({"091234", {"US"}, *parse_quantity("1000 KGM"), rate("2 %")});
  return tariff;
}

DeclaredItem item_in_quota(std::string_view amount, std::string_view kilograms) {
  DeclaredItem item = item_worth(amount, kilograms);
  item.regime = "120";
  item.quota = "091234";
  return item;
}

TEST(Duty, GivesAQuotasRateWhileItLasts) {
  const Tariff tariff = tariff_with_quota();
  Assessment out = assessed(tariff, {item_in_quota("1000", "400")});
  EXPECT_THAT(amounts(out), ElementsAre("A00 20.00"));
  EXPECT_EQ(out.drawn.at("091234"), number("400"));

  out = assessed(tariff, {item_in_quota("1000", "400")}, {{"091234", number("900")}});
  EXPECT_THAT(amounts(out), ElementsAre("A00 5.00", "A00 75.00"));
  EXPECT_EQ(out.lines[0].quota, "091234");
  EXPECT_EQ(out.lines[1].regime, "100");
  EXPECT_EQ(out.drawn.at("091234"), number("100"));
  EXPECT_THAT(out.notes, ElementsAre("item 1: quota 091234 covers 100 of 400 KGM"));

  out = assessed(tariff, {item_in_quota("1000", "400")}, {{"091234", number("1000")}});
  EXPECT_THAT(amounts(out), ElementsAre("A00 100.00"));
  EXPECT_THAT(out.drawn, IsEmpty());
}

TEST(Duty, SharesAQuotaAmongTheItemsOfOneDeclaration) {
  DeclaredItem second = item_in_quota("1000", "800");
  second.position = 2;
  const Assessment out = assessed(tariff_with_quota(), {item_in_quota("1000", "800"), second});
  EXPECT_EQ(out.drawn.at("091234"), number("1000"));
  EXPECT_THAT(amounts(out), ElementsAre("A00 20.00", "A00 5.00", "A00 75.00"));
}

TEST(Duty, ConvertsByTheRateInForce) {
  Tariff tariff = tariff_with(rate("10 %"));
  tariff.exchange_rates = {{"USD", number("0.8"), Instant{0}, Instant{100}},
                           {"USD", number("0.75331"), Instant{100}, Instant{200}}};
  DeclaredItem item = item_worth("1000.00");
  item.value->currency = "USD";
  const auto out = assess(tariff, {item}, {}, Instant{100}, "100");
  EXPECT_EQ(out.lines[0].base_value, number("753.31"));
  EXPECT_EQ(out.lines[0].assessed, number("75.33"));

  const auto none = assess(tariff, {item}, {}, Instant{200}, "100");
  ASSERT_EQ(none.problems.size(), 1u);
  EXPECT_EQ(none.problems[0].code, v1::CODE_UNKNOWN);
  EXPECT_THAT(none.problems[0].detail, HasSubstr("no rate of exchange from USD to GBP"));
}

TEST(Duty, NamesWhatIsMissing) {
  DeclaredItem item = item_worth("1000");
  item.quantities.clear();
  Assessment out = assessed(tariff_with(rate("1 per KGM")), {item});
  ASSERT_EQ(out.problems.size(), 1u);
  EXPECT_EQ(out.problems[0].path,
            "Declaration/GoodsShipment/GovernmentAgencyGoodsItem[1]/Commodity/GoodsMeasure/"
            "NetNetWeightMeasure");
  item.value.reset();
  out = assessed(tariff_with(rate("1 %")), {item});
  ASSERT_EQ(out.problems.size(), 1u);
  EXPECT_EQ(out.problems[0].code, v1::ELEMENT_MISSING);
}

// What is charged is what a calculation by hand gives, whatever the numbers are, and each line is rounded
// once.
TEST(Duty, AddsUpAndRoundsEachLineOnce) {
  EXPECT_TRUE(rc::check([] {
    const auto cents = [](std::int64_t most) {
      return Decimal(*rc::gen::inRange<std::int64_t>(0, most)).shifted(-2);
    };
    Rate ad_valorem = rate("0 %"), specific = rate("0 per KGM");
    ad_valorem.amount = cents(10'000);
    specific.amount = cents(1'000);
    Tariff tariff = tariff_with(of(Rate::Kind::sum, {ad_valorem, specific}));
    tariff.rounding.rounding =
        *rc::gen::element(Rounding::half_up, Rounding::half_even, Rounding::down, Rounding::up);
    std::vector<DeclaredItem> items(*rc::gen::inRange<std::size_t>(1, 5));
    Decimal total;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Decimal value = cents(100'000'000), mass = cents(1'000'000);
      items[i] = item_worth(value.text(), mass.text());
      items[i].position = static_cast<std::uint32_t>(i + 1);
      const Decimal duty =
          tariff.rounding((value * ad_valorem.amount).shifted(-2)) + tariff.rounding(mass * specific.amount);
      total += duty + tariff.rounding(((value + duty) * Decimal(20)).shifted(-2));
    }
    const Assessment out = assessed(tariff, items);
    RC_ASSERT(out.lines.size() == 3 * items.size());
    for (const DutyLine& line : out.lines) RC_ASSERT(line.assessed.places() <= 2);
    RC_ASSERT(out.total() == total);
  }));
}

// However a quota splits an item, its value is neither lost nor charged twice.
TEST(Duty, SplitsAnItemWithoutLosingValue) {
  EXPECT_TRUE(rc::check([] {
    const Tariff tariff = tariff_with_quota();
    const Decimal value = Decimal(*rc::gen::inRange<std::int64_t>(1, 100'000'000)).shifted(-2);
    const Decimal mass = Decimal(*rc::gen::inRange<std::int64_t>(1, 3'000'000)).shifted(-3);
    const Decimal used = Decimal(*rc::gen::inRange<std::int64_t>(0, 1'100'000)).shifted(-3);
    const Assessment out = assessed(tariff, {item_in_quota(value.text(), mass.text())}, {{"091234", used}});
    Decimal charged, drawn;
    for (const DutyLine& line : out.lines) charged += *line.base_value;
    for (const auto& [order, quantity] : out.drawn) drawn += quantity;
    RC_ASSERT(charged == value);
    RC_ASSERT(drawn <= mass);
    RC_ASSERT(drawn + used <= std::max(Decimal(1000), used));
  }));
}

TEST(Rates, AreReadFromWordsAndRefusedWhereTheyAreNone) {
  EXPECT_EQ(rate_text(rate("9.70 %")), "9.7 %");
  EXPECT_EQ(rate_text(rate("12.5%")), "12.5 %");
  EXPECT_EQ(rate_text(rate("150 per 100 KGM")), "1.5 per KGM");
  EXPECT_EQ(rate_text(of(Rate::Kind::highest, {rate("1 %"), rate("2 per LTR")})),
            "highest of (1 %, 2 per LTR)");
  for (const char* text : {"", "9.7", "-1 %", "% 9", "1 per", "1 per 3 KGM", "0.0001 %", "1 per 10000 KGM",
                           "1 per kgm", "1 of KGM", "1 2 %"})
    EXPECT_FALSE(parse_rate(text)) << text;
}

}  // namespace
}  // namespace gnc::window::duty_test
