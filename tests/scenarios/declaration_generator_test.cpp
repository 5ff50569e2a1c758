#include "scenarios/engine/declaration_generator.h"

#include <gmock/gmock.h>

#include <set>

#include "model/document/document.h"
#include "scenarios/engine/commodity_mix.h"

namespace gnc::scenarios::declaration_generator_test {
namespace {

PartyName party(std::string_view name) { return *PartyName::from_text(name); }

std::vector<SourceDocument> generate(std::uint64_t count, std::uint32_t fewest, std::uint32_t most,
                                     std::uint64_t seed = 7, std::string_view from = "NZ") {
  return generate_declarations({count, fewest, most}, party(from), party("CN"), Random(seed));
}

v1::Declaration read(const SourceDocument& document) {
  const auto parsed = model::parse(document.bytes, model::Form::xml, document.name);
  if (!parsed) {
    ADD_FAILURE() << describe(parsed.error().front());
    return {};
  }
  for (const model::Fault& fault : model::check(*parsed)) ADD_FAILURE() << fault.path << ": " << fault.detail;
  return parsed->declaration();
}

TEST(DeclarationGenerator, MakesDeclarationsWithoutFaultThatAddUp) {
  for (const char* from : {"NZ", "DE", "FJ"}) {
    for (const SourceDocument& document : generate(60, 1, 20, 7, from)) {
      SCOPED_TRACE(document.name);
      const v1::Declaration declaration = read(document);
      const auto& items = declaration.goods_shipment().government_agency_goods_item();
      EXPECT_EQ(declaration.goods_item_quantity().value(), std::to_string(items.size()));
      double value = 0, gross = 0;
      for (const auto& item : items) {
        value += std::stod(item.statistical_value_amount().value());
        gross += std::stod(item.commodity().goods_measure().gross_mass_measure().value());
      }
      EXPECT_NEAR(value, std::stod(declaration.invoice_amount().value()), 0.005);
      EXPECT_EQ(gross, std::stod(declaration.total_gross_mass_measure().value()));
    }
  }
}

TEST(DeclarationGenerator, MakesAsManyItemsAsAreAllowed) {
  const auto document = generate(1, 999, 999).front();
  EXPECT_EQ(read(document).goods_shipment().government_agency_goods_item_size(), 999);
  EXPECT_LT(document.bytes.size(), 2u << 20);
  EXPECT_EQ(read(generate(1, 1, 1).front()).goods_shipment().government_agency_goods_item_size(), 1);
}

TEST(DeclarationGenerator, GivesFewManyItems) {
  std::size_t items = 0, small = 0;
  const auto documents = generate(300, 1, 40);
  for (const SourceDocument& document : documents) {
    const auto count =
        static_cast<std::size_t>(read(document).goods_shipment().government_agency_goods_item_size());
    items += count;
    small += count <= 10 ? 1 : 0;
  }
  EXPECT_GT(small, 150u);
  EXPECT_LT(items, 300u * 15);
  EXPECT_GT(items, 300u * 5);
}

TEST(DeclarationGenerator, IsTheSameForTheSameSeedAndOtherwiseAnother) {
  const auto one = generate(5, 1, 20), same = generate(8, 1, 20), other = generate(5, 1, 20, 8);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].bytes, same[i].bytes) << "with a greater count too";
    EXPECT_NE(one[i].bytes, other[i].bytes);
  }
}

TEST(DeclarationGenerator, NeverUsesAReferenceTwice) {
  std::set<std::string> references;
  for (const SourceDocument& document : generate(500, 1, 2)) {
    references.insert(read(document).functional_reference_id().value());
  }
  EXPECT_EQ(references.size(), 500u);
}

TEST(DeclarationGenerator, DeclaresWhatIsCarriedSoAndAllOfItInTime) {
  Random random(3);
  std::set<std::string_view> seen;
  for (int i = 0; i < 20'000; ++i) {
    const Carriage carriage = draw_carriage(random);
    const Commodity& commodity = draw_commodity(carriage, random);
    EXPECT_GT(carriage == Carriage::sea   ? commodity.sea
              : carriage == Carriage::air ? commodity.air
                                          : commodity.post,
              0u);
    seen.insert(commodity.heading);
  }
  EXPECT_EQ(seen.size(), commodities().size());
}

}  // namespace
}  // namespace gnc::scenarios::declaration_generator_test
