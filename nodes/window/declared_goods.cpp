#include "nodes/window/declared_goods.h"

#include <algorithm>

namespace gnc::window {
namespace {

std::optional<Money> money_of(const v1::Amount& amount, std::string_view currency) {
  auto number = Decimal::parse(amount.value());
  if (!number) return std::nullopt;
  return Money{*std::move(number),
               amount.currency_id().empty() ? std::string(currency) : amount.currency_id()};
}

template <class Leaf>
void add_quantity(std::vector<Quantity>& quantities, const Leaf& leaf, std::string_view unit) {
  auto number = Decimal::parse(leaf.value());
  if (!number) return;
  const bool named = !leaf.unit_code().empty();
  quantities.push_back({*std::move(number), named ? leaf.unit_code() : std::string(unit)});
}

// The digits of the tariff classification, and of its TARIC extension. A trader's own numbers (SKU) are none.
std::string commodity_of(const v1::Commodity& commodity) {
  std::string code, extension;
  for (const v1::Classification& each : commodity.classification()) {
    const std::string& type = each.identification_type_code().value();
    if (code.empty() && (type == "TSP" || type == "HS" || type.empty())) code = each.id().value();
    if (extension.empty() && type == "TRC") extension = each.id().value();
  }
  std::erase_if(code, [](char c) { return c < '0' || c > '9'; });
  return code + extension;
}

DeclaredItem item_of(const v1::GovernmentAgencyGoodsItem& goods, std::string_view currency) {
  DeclaredItem item;
  const v1::Commodity& commodity = goods.commodity();
  item.sequence = goods.sequence_numeric().value();
  item.commodity = commodity_of(commodity);
  item.description = commodity.description().value();
  if (goods.origin_size() > 0) item.origin = goods.origin(0).country_code().value();
  for (const v1::DutyTaxFee& fee : commodity.duty_tax_fee()) {
    if (item.regime.empty()) item.regime = fee.duty_regime_code().value();
    if (item.quota.empty()) item.quota = fee.quota_order_id().value();
    if (item.payment_method.empty()) item.payment_method = fee.payment().method_code().value();
  }
  item.value = money_of(goods.customs_value_amount(), currency);
  if (!item.value) item.value = money_of(commodity.invoice_line().item_charge_amount(), currency);
  if (!item.value) item.value = money_of(goods.statistical_value_amount(), currency);
  const v1::GoodsMeasure& measure = commodity.goods_measure();
  add_quantity(item.quantities, measure.net_net_weight_measure(), "KGM");
  if (const auto gross = Decimal::parse(measure.gross_mass_measure().value()))
    item.quantities.push_back({*gross, "KGM#G"});
  add_quantity(item.quantities, measure.tariff_quantity(), "NAR");
  for (const auto& paper : goods.additional_document()) {
    DeclaredPaper declared{paper.category_code().value() + paper.type_code().value(), paper.id().value(), {}};
    std::vector<Quantity> off;
    add_quantity(off, paper.write_off().quantity_quantity(), "KGM");
    if (!off.empty()) declared.quantity = std::move(off.front());
    item.papers.push_back(std::move(declared));
  }
  return item;
}

}  // namespace

const Quantity* DeclaredItem::quantity(std::string_view unit) const {
  const auto found = std::find_if(quantities.begin(), quantities.end(),
                                  [unit](const Quantity& each) { return each.unit == unit; });
  return found == quantities.end() ? nullptr : &*found;
}

std::vector<DeclaredItem> declared_items(const v1::Declaration& declaration, std::string_view currency) {
  std::vector<DeclaredItem> items;
  for (const auto& goods : declaration.goods_shipment().government_agency_goods_item()) {
    items.push_back(item_of(goods, currency));
    items.back().position = static_cast<std::uint32_t>(items.size());
  }
  return items;
}

std::vector<std::string> traders_of(const v1::Declaration& declaration) {
  std::vector<std::string> traders;
  for (const std::string* id :
       {&declaration.goods_shipment().importer().id().value(), &declaration.exporter().id().value(),
        &declaration.declarant().id().value()}) {
    if (!id->empty()) traders.push_back(*id);
  }
  return traders;
}

}  // namespace gnc::window
