#include "scenarios/engine/declaration_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "model/document/document.h"
#include "model/xml/escape.h"
#include "scenarios/engine/commodity_mix.h"

namespace gnc::scenarios {
namespace {

// Where an administration's trade leaves, and what its invoices are in.
struct Outlet {
  std::string country, port, port_name, airport, airport_name, currency;
};

Outlet outlet_of(const std::string& country) {
  static const Outlet known[] = {{"NZ", "NZTRG", "Tauranga", "NZAKL", "Auckland", "NZD"},
                                 {"AU", "AUMEL", "Melbourne", "AUSYD", "Sydney", "AUD"},
                                 {"CN", "CNSHA", "Shanghai", "CNPVG", "Shanghai Pudong", "CNY"},
                                 {"SG", "SGSIN", "Singapore", "SGSIN", "Singapore", "SGD"},
                                 {"JP", "JPYOK", "Yokohama", "JPNRT", "Narita", "JPY"},
                                 {"KR", "KRPUS", "Busan", "KRICN", "Incheon", "KRW"},
                                 {"US", "USLGB", "Long Beach", "USLAX", "Los Angeles", "USD"},
                                 {"DE", "DEHAM", "Hamburg", "DEFRA", "Frankfurt", "EUR"},
                                 {"NL", "NLRTM", "Rotterdam", "NLAMS", "Amsterdam", "EUR"},
                                 {"GB", "GBFXT", "Felixstowe", "GBLHR", "London Heathrow", "GBP"},
                                 {"BR", "BRSSZ", "Santos", "BRGRU", "Guarulhos", "BRL"},
                                 {"ZA", "ZADUR", "Durban", "ZAJNB", "Johannesburg", "ZAR"}};
  for (const Outlet& outlet : known) {
    if (outlet.country == country) return outlet;
  }
  return {country, country + "001", "Main port", country + "002", "Main airport", "USD"};
}

constexpr std::string_view first_words[] = {"Harbour",  "Kauri",  "Pacific", "Summit", "Meridian", "Lantern",
                                            "Southern", "Anchor", "Orchard", "Delta",  "Granite",  "Ferry"};
constexpr std::string_view second_words[] = {"Foods",   "Industries",  "Textiles", "Instruments", "Timber",
                                             "Medical", "Electronics", "Trading",  "Motors",      "Wines"};

template <std::size_t Count>
std::string_view pick(const std::string_view (&words)[Count], Random& random) {
  return words[random.below(Count)];
}

class XmlText {
 public:
  explicit XmlText(std::size_t expected) { text_.reserve(expected); }

  void line(std::string_view text) { text_.append(2 * depth_, ' ').append(text) += '\n'; }
  void value(std::string_view name, std::string_view value, std::string_view attribute = {}) {
    text_.append(2 * depth_, ' ').append("<").append(name).append(attribute) += '>';
    model::append_text(text_, value);
    text_.append("</").append(name).append(">\n");
  }
  void number(std::string_view name, std::uint64_t number, std::string_view attribute = {}) {
    value(name, fmt::to_string(number), attribute);
  }
  template <class Content>
  void element(std::string_view name, Content content) {
    line(fmt::format("<{}>", name));
    ++depth_;
    content();
    --depth_;
    line(fmt::format("</{}>", name));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t depth_ = 0;
};

struct Item {
  const Commodity* commodity;
  std::uint64_t packages, net, gross, cents;  // kilograms
};

// ISO 6346: four letters, six digits, a check digit.
std::string container_number(Random& random) {
  static constexpr std::string_view owners[] = {"MSKU", "TCLU", "FCIU", "HLXU", "OOLU"};
  std::string number = fmt::format("{}{:06}", pick(owners, random), random.below(1'000'000));
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    const char c = number[i];
    // Letters count on from 10 and leave out 11, 22 and 33.
    const int value = c >= 'A' ? 10 + (c - 'A') + (c > 'A') + (c > 'K') + (c > 'U') : c - '0';
    sum += static_cast<std::uint32_t>(value) << i;
  }
  return number + fmt::to_string(sum % 11 % 10);
}

class Declaration {
 public:
  Declaration(const GeneratedSource& source, const Outlet& from, const Outlet& to, std::uint64_t number,
              Random random)
      : from_(from),
        to_(to),
        number_(number),
        random_(random),
        carriage_(draw_carriage(random_)),
        xml_(5'000) {
    // The least of three: one declaration in two has about a fifth of the most there can be, or fewer.
    const std::uint64_t range = source.most_items - source.fewest_items + 1;
    const std::uint64_t more = std::min({random_.below(range), random_.below(range), random_.below(range)});
    for (std::uint64_t i = 0; i < source.fewest_items + more; ++i) items_.push_back(draw_item());
    for (const Item& item : items_) {
      packages_ += item.packages;
      gross_ += item.gross;
      cents_ += item.cents;
    }
    month_ = random_.below(12) + 1;
    day_ = random_.below(28) + 1;
    reference_ = fmt::format("{}2026{:06}{:08X}", from_.country, number_, random_.next() >> 32);
  }

  std::string text() {
    xml_.line(R"(<?xml version="1.0" encoding="UTF-8"?>)");
    xml_.line(
        R"(<md:MetaData xmlns:md="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2" )"
        R"(xmlns="urn:wco:datamodel:WCO:DEC-DMS:2" xmlns:ds="urn:wco:datamodel:WCO:Declaration_DS:DMS:2">)");
    xml_.value("md:WCODataModelVersionCode", "3.6");
    xml_.value("md:WCOTypeName", "DEC");
    xml_.value("md:ResponsibleCountryCode", from_.country);
    xml_.element("Declaration", [this] { write_declaration(); });
    xml_.line("</md:MetaData>");
    return xml_.take();
  }

 private:
  Item draw_item() {
    const Commodity& commodity = draw_commodity(carriage_, random_);
    // What is sent by air is a tenth of what a ship takes, and a parcel is one or two.
    std::uint64_t most = commodity.most_packages;
    if (carriage_ == Carriage::air) most = most / 10 + 1;
    if (carriage_ == Carriage::post) most = 2;
    Item item{&commodity, std::min(random_.below(most), random_.below(most)) + 1, 0, 0, 0};
    item.net = item.packages * commodity.kilograms;
    item.gross = item.net + item.net / 20 + 1;
    item.cents =
        item.net * (commodity.least_cents + random_.below(commodity.most_cents - commodity.least_cents));
    return item;
  }

  std::string amount(std::uint64_t cents) const { return fmt::format("{}.{:02}", cents / 100, cents % 100); }
  std::string currency() const { return fmt::format(" currencyID=\"{}\"", from_.currency); }
  std::string date() const { return fmt::format("2026{:02}{:02}", month_, day_); }
  bool by_sea() const { return carriage_ == Carriage::sea; }
  const std::string& exit() const { return by_sea() ? from_.port : from_.airport; }
  const std::string& exit_name() const { return by_sea() ? from_.port_name : from_.airport_name; }

  void write_declaration() {
    xml_.value("FunctionCode", "9");
    xml_.value("FunctionalReferenceID", reference_);
    xml_.element("IssueDateTime", [this] {
      xml_.value("ds:DateTimeString",
                 fmt::format("{}{:02}{:02}00Z", date(), random_.below(24), random_.below(60)),
                 R"( formatCode="304")");
    });
    xml_.value("TypeCode", "EX");
    xml_.number("GoodsItemQuantity", items_.size());
    xml_.value("DeclarationOfficeID", exit());
    xml_.value("InvoiceAmount", amount(cents_), currency());
    xml_.number("TotalGrossMassMeasure", gross_, kilograms);
    xml_.number("TotalPackageQuantity", packages_);
    xml_.element("BorderTransportMeans", [this] { write_means(); });
    xml_.element("Consignment", [this] {
      for (std::uint64_t i = 0; i < 2; ++i) {
        xml_.element("Itinerary", [&] {
          xml_.number("SequenceNumeric", i + 1);
          xml_.value("RoutingCountryCode", i == 0 ? from_.country : to_.country);
        });
      }
    });
    write_party("Declarant", "Customs Brokers Limited", from_, "D");
    xml_.element("ExitOffice", [this] { xml_.value("ID", exit()); });
    write_party("Exporter", fmt::format("{} Limited", pick(second_words, random_)), from_, "E");
    xml_.element("GoodsShipment", [this] { write_shipment(); });
  }

  void write_means() {
    if (by_sea()) {
      xml_.value("Name", fmt::format("{} TRADER", pick(first_words, random_)));
      xml_.number("ID", 9'000'000 + random_.below(1'000'000));
      xml_.value("IdentificationTypeCode", "10");
    } else {
      xml_.value("ID", fmt::format("{}{}", from_.country, 100 + random_.below(900)));
      xml_.value("IdentificationTypeCode", "40");
    }
    xml_.value("RegistrationNationalityCode", from_.country);
    xml_.value("ModeCode", by_sea() ? "1" : carriage_ == Carriage::air ? "4" : "5");
  }

  void write_party(std::string_view element, std::string_view trade, const Outlet& outlet,
                   std::string_view role) {
    xml_.element(element, [&] {
      xml_.value("Name", fmt::format("{} {}", pick(first_words, random_), trade));
      if (!role.empty()) {
        xml_.value("ID", fmt::format("{}{}{:08}", outlet.country, role, random_.below(100'000'000)));
      }
      xml_.element("Address", [&] {
        xml_.value("CityName", outlet.port_name);
        xml_.value("CountryCode", outlet.country);
        xml_.value("Line", fmt::format("{} {} Street", random_.below(400) + 1, pick(first_words, random_)));
        xml_.number("PostcodeID", 1000 + random_.below(9000));
      });
    });
  }

  void write_shipment() {
    xml_.value("TransactionNatureCode", "11");
    write_party("Consignee", fmt::format("{} Company", pick(second_words, random_)), to_, {});
    xml_.element("Consignment", [this] {
      // A container takes some 20 t; what is less than a few goes with others' goods.
      const std::uint64_t containers =
          by_sea() && gross_ > 4000 ? std::min<std::uint64_t>((gross_ + 19'999) / 20'000, 50) : 0;
      xml_.value("ContainerCode", containers > 0 ? "1" : "0");
      xml_.element("LoadingLocation", [this] {
        xml_.value("Name", exit_name());
        xml_.value("ID", exit());
      });
      for (std::uint64_t i = 0; i < containers; ++i) {
        xml_.element("TransportEquipment", [&] {
          xml_.number("SequenceNumeric", i + 1);
          xml_.value("ID", container_number(random_));
          xml_.element("Seal", [&] {
            xml_.value("SequenceNumeric", "1");
            xml_.value("ID", fmt::format("{}{:06}", from_.country, random_.below(1'000'000)));
          });
        });
      }
    });
    xml_.element("Destination", [this] { xml_.value("CountryCode", to_.country); });
    xml_.element("ExportCountry", [this] { xml_.value("ID", from_.country); });
    for (std::size_t i = 0; i < items_.size(); ++i) {
      xml_.element("GovernmentAgencyGoodsItem", [&] { write_item(items_[i], i + 1); });
    }
  }

  void write_item(const Item& item, std::size_t sequence) {
    xml_.number("SequenceNumeric", sequence);
    xml_.value("StatisticalValueAmount", amount(item.cents), currency());
    xml_.element("AdditionalDocument", [&] {
      xml_.value("CategoryCode", "N");
      xml_.element("EffectiveDateTime",
                   [&] { xml_.value("ds:DateTimeString", date(), R"( formatCode="102")"); });
      xml_.value("ID", fmt::format("INV-{:06}-{}", random_.below(1'000'000), sequence));
      xml_.value("Name", "Commercial invoice");
      xml_.value("TypeCode", "380");
    });
    xml_.element("Commodity", [&] {
      xml_.value("Description", item.commodity->description);
      xml_.element("Classification", [&] {
        xml_.value("ID", item.commodity->heading);
        xml_.value("IdentificationTypeCode", "HS");
      });
      xml_.element("GoodsMeasure", [&] {
        xml_.number("GrossMassMeasure", item.gross, kilograms);
        xml_.number("NetNetWeightMeasure", item.net, kilograms);
      });
      xml_.element("InvoiceLine", [&] { xml_.value("ItemChargeAmount", amount(item.cents), currency()); });
    });
    xml_.element("GovernmentProcedure", [&] {
      xml_.value("CurrentCode", "10");
      xml_.value("PreviousCode", "00");
    });
    xml_.element("Origin", [&] {
      xml_.value("CountryCode", from_.country);
      xml_.value("TypeCode", "1");
    });
    xml_.element("Packaging", [&] {
      xml_.value("SequenceNumeric", "1");
      xml_.value("MarksNumbersID", fmt::format("{} {}", number_, sequence));
      xml_.number("QuantityQuantity", item.packages);
      xml_.value("TypeCode", item.commodity->package);
    });
  }

  static constexpr std::string_view kilograms = R"( unitCode="KGM")";

  const Outlet& from_;
  const Outlet& to_;
  const std::uint64_t number_;
  Random random_;
  const Carriage carriage_;
  std::vector<Item> items_;
  std::uint64_t packages_ = 0, gross_ = 0, cents_ = 0;
  std::uint64_t month_ = 1, day_ = 1;
  std::string reference_;
  XmlText xml_;
};

void make_protobuf(SourceDocument& document) {
  const auto parsed = model::parse(document.bytes, model::Form::xml, document.name);
  if (!parsed) throw std::logic_error("what is generated is valid: " + describe(parsed.error().front()));
  document.bytes = parsed->SerializeAsString();
  document.form_hint = "pb";
}

}  // namespace

std::vector<SourceDocument> generate_declarations(const GeneratedSource& source, const PartyName& from,
                                                  const PartyName& to, Random stream) {
  const Outlet from_outlet = outlet_of(from.text()), to_outlet = outlet_of(to.text());
  std::vector<SourceDocument> documents;
  documents.reserve(source.count);
  for (std::uint64_t number = 1; number <= source.count; ++number) {
    // A stream for each: with another count, those that are there stay as they are.
    Declaration declaration(source, from_outlet, to_outlet, number, stream.child(fmt::to_string(number)));
    documents.push_back({fmt::format("generated {}", number), declaration.text(), "xml", {}});
    if (source.protobuf) make_protobuf(documents.back());
  }
  return documents;
}

}  // namespace gnc::scenarios
