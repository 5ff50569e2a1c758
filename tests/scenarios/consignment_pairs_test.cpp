#include "scenarios/engine/consignment_pairs.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "scenarios/engine/indicator_counter.h"

namespace gnc::scenarios::consignment_pairs_test {
namespace {

using Way = ConsignmentData::Way;

constexpr std::int64_t ms = 1000;
constexpr std::int64_t start = 1'700'000'000'000'000;

std::string export_text() {
  std::ifstream file(GNC_SOURCE_DIR "/scenarios/documents/export/sea-milk-powder.xml");
  return {std::istreambuf_iterator<char>(file), {}};
}
std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}
// What the importer makes of the export declaration: the type is another, and the rest is keyed again.
std::string import_text() {
  return replaced(export_text(), "<TypeCode>EX</TypeCode>", "<TypeCode>IM</TypeCode>");
}

ConsignmentData data_of(const std::string& text) {
  const auto data = consignment_of({"a.xml", text, "xml"});
  if (!data) ADD_FAILURE() << "no consignment";
  return data.value_or(ConsignmentData());
}
ConsignmentComparison compared(const std::string& import_declaration) {
  return compare(data_of(import_declaration), data_of(export_text()));
}

TEST(ConsignmentData, IsReadOfExportAndImportDeclarationsThatHaveAReference) {
  EXPECT_EQ(data_of(export_text()).way, Way::leaves);
  EXPECT_EQ(data_of(import_text()).way, Way::comes_in);
  EXPECT_EQ(data_of(import_text()).reference, data_of(export_text()).reference);
  EXPECT_FALSE(data_of(export_text()).reference.empty());
  EXPECT_EQ(data_of(import_text()).elements.count("TypeCode"), 0u);
}

TEST(ConsignmentData, IsNotReadOfWhatIsNoSuchDeclaration) {
  EXPECT_FALSE(consignment_of({"a.xml", "<a>UCR</a>", "xml"}));
  EXPECT_FALSE(consignment_of({"a.xml", replaced(export_text(), ">EX<", ">TR<"), "xml"}));
  std::string without = export_text();
  without.erase(without.find("<UCR>"), without.find("</UCR>") + 6 - without.find("<UCR>"));
  EXPECT_FALSE(consignment_of({"a.xml", without, "xml"}));
  EXPECT_FALSE(consignment_of({"a.xml", export_text(), "xml", {{0, "number"}}}));
}

TEST(ConsignmentComparison, OfADeclarationKeyedAgainMatchesInEveryElement) {
  const ConsignmentComparison all = compared(import_text());
  EXPECT_TRUE(all.matches);
  EXPECT_GT(all.stated, 50u);
  EXPECT_EQ(all.held, all.stated);
}

TEST(ConsignmentComparison, FindsTheElementThatDiffers) {
  const ConsignmentComparison all = compared(import_text());
  const ConsignmentComparison lighter =
      compared(replaced(import_text(), "<TotalGrossMassMeasure unitCode=\"KGM\">142240<",
                        "<TotalGrossMassMeasure unitCode=\"KGM\">142239<"));
  EXPECT_FALSE(lighter.matches);
  EXPECT_EQ(lighter.stated, all.stated);
  EXPECT_EQ(lighter.held, all.held - 1);
}

TEST(ConsignmentComparison, TakesAnotherNameForNoDifferenceOfTheGoods) {
  const ConsignmentComparison renamed = compared(replaced(import_text(), ">HAURAKI TRADER<", ">H. TRADER<"));
  EXPECT_TRUE(renamed.matches);
  EXPECT_EQ(renamed.held, renamed.stated - 1);
}

TEST(ConsignmentComparison, TakesNumbersForWhatTheyAreAndAMissingUnitForTheOthers) {
  EXPECT_TRUE(compared(replaced(import_text(), ">142240<", ">142240.000<")).matches);
  EXPECT_TRUE(compared(replaced(import_text(), "<TotalGrossMassMeasure unitCode=\"KGM\">142240<",
                                "<TotalGrossMassMeasure>142240<"))
                  .matches);
  EXPECT_FALSE(compared(replaced(import_text(), "<TotalGrossMassMeasure unitCode=\"KGM\">142240<",
                                 "<TotalGrossMassMeasure unitCode=\"TNE\">142240<"))
                   .matches);
}

// Exports and imports of one run, of which the test says when they were sent and when they arrived.
class ConsignmentPairing : public testing::Test {
 protected:
  ConsignmentPairing() {
    add("exports", export_text());
    add("imports", import_text());
  }
  void add(const std::string& name, const std::string& text) {
    const PartyName nz = *PartyName::from_text("NZ"), cn = *PartyName::from_text("CN");
    PlannedStep step;
    step.lodgements =
        PlannedLodgements{name, nz, cn, {}, {}, {}, {}, true, DocumentSet{{name + ".xml", text, "xml"}}};
    plan_.steps.push_back(std::move(step));
  }
  LodgementIndex sent(BatchIndex batch, std::int64_t at) {
    const std::string name = ledger_.batch(batch).name;
    last_ = name + "#" + std::to_string(++number_);
    const LodgementIndex index = ledger_.plan({last_, name + ".xml", batch, Instant{start + at}, {}});
    ledger_.mark_sent(index, Instant{start + at});
    return index;
  }
  void delivered(std::int64_t at) {
    const Uuid id = Uuid::from_parts(Instant{start}, number_ * 0x9e3779b97f4a7c15u, number_ + 1);
    v1::Event event;
    event.set_exchange(std::string(id.view()));
    event.set_kind(v1::EVENT_KIND_LODGED);
    event.set_at(start);
    event.set_reference(last_);
    ledger_.apply(event);
    event.set_kind(v1::EVENT_KIND_DELIVERED);
    event.set_at(start + at);
    ledger_.apply(event);
  }
  IndicatorCounts counted() const {
    const ConsignmentPairs pairs(plan_, ledger_);
    return IndicatorCounter(ledger_, pairs, Duration::from_seconds(1)).count();
  }

  RunPlan plan_;
  ExchangeLedger ledger_;
  BatchIndex exports_ = ledger_.open_batch({"exports", "NZ", "CN", true});
  BatchIndex imports_ = ledger_.open_batch({"imports", "AU", "CN", true});
  std::uint64_t number_ = 0;
  std::string last_;
};

TEST_F(ConsignmentPairing, ComparesAnImportWithTheExportThatItsRecipientAlreadyHad) {
  sent(exports_, 0);
  delivered(20 * ms);
  sent(imports_, 30 * ms);
  const IndicatorCounts counts = counted();
  EXPECT_EQ(counts.compared, 1u);
  EXPECT_EQ(counts.matched, 1u);
  EXPECT_GT(counts.stated_elements, 50u);
  EXPECT_EQ(counts.held_elements, counts.stated_elements);
}

TEST_F(ConsignmentPairing, LeavesOutAnImportThatWasSentBeforeTheExportArrived) {
  sent(exports_, 0);
  delivered(20 * ms);
  sent(imports_, 19 * ms);
  EXPECT_EQ(counted().compared, 0u);
}

TEST_F(ConsignmentPairing, LeavesOutAnImportWhoseExportAnotherAdministrationHas) {
  const BatchIndex elsewhere = ledger_.open_batch({"imports", "AU", "NZ", true});
  sent(exports_, 0);
  delivered(20 * ms);
  sent(elsewhere, 30 * ms);
  EXPECT_EQ(counted().compared, 0u);
}

TEST_F(ConsignmentPairing, ComparesEachOfSeveralImportsWithTheFirstExport) {
  add("corrected", replaced(export_text(), ">142240<", ">142239<"));
  const BatchIndex corrected = ledger_.open_batch({"corrected", "NZ", "CN", true});
  sent(corrected, 0);
  delivered(50 * ms);
  sent(exports_, 0);
  delivered(20 * ms);
  sent(imports_, 60 * ms);
  sent(imports_, 70 * ms);
  EXPECT_EQ(counted().compared, 2u);
  EXPECT_EQ(counted().matched, 2u);
}

}  // namespace
}  // namespace gnc::scenarios::consignment_pairs_test
