#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/types/instant.h"
#include "proto/wire/once_reader.h"
#include "proto/wire/wire_writer.h"

namespace gnc::wire {

// A receipt without a pointer, as nearly all are.
struct PlainReceipt {
  std::string_view exchange = {};  // the envelope's id, as it was read
  v1::ReceiptKind kind = {};
  std::string_view issuer = {};
  Instant at = {};
  std::string_view envelope_digest = {};
  v1::ErrorCode reason = {};
  std::string_view detail = {};
};

// v1::Receipt as Protobuf would write it, without building one: each exchange has three.
inline std::string receipt_bytes(const PlainReceipt& receipt) {
  using v1::Receipt;
  constexpr std::size_t bytes_around = 40;
  std::string out;
  out.reserve(receipt.exchange.size() + receipt.issuer.size() + receipt.envelope_digest.size() +
              receipt.detail.size() + bytes_around);
  const FieldWriter fields(out);
  fields.text(Receipt::kExchangeFieldNumber, receipt.exchange);
  fields.number(Receipt::kKindFieldNumber, static_cast<std::uint64_t>(receipt.kind));
  fields.text(Receipt::kIssuerFieldNumber, receipt.issuer);
  fields.time(Receipt::kAtFieldNumber, receipt.at);
  fields.text(Receipt::kEnvelopeDigestFieldNumber, receipt.envelope_digest);
  fields.number(Receipt::kReasonFieldNumber, static_cast<std::uint64_t>(receipt.reason));
  fields.text(Receipt::kDetailFieldNumber, receipt.detail);
  return out;
}

// Views into the bytes. Empty where the receipt is no such one, or may be read in two ways, or cannot be
// read: Protobuf's parser tells.
inline std::optional<PlainReceipt> read_plain_receipt(std::string_view bytes) {
  using v1::Receipt;
  const auto type_of = [](std::uint32_t number) {
    if (number == Receipt::kKindFieldNumber || number == Receipt::kReasonFieldNumber) return WireType::varint;
    return number == Receipt::kAtFieldNumber ? WireType::fixed64 : WireType::length_delimited;
  };
  PlainReceipt receipt;
  OnceReader reader("receipt", bytes);
  while (reader.next(Receipt::kDetailFieldNumber, type_of)) {
    const WireField& field = reader.field();
    // Of what does not fit an enumeration, protobuf takes a part.
    if (field.type == WireType::varint && field.number > INT32_MAX) return std::nullopt;
    switch (field.number_in_message) {
      case Receipt::kExchangeFieldNumber:
        receipt.exchange = field.bytes;
        break;
      case Receipt::kKindFieldNumber:
        receipt.kind = static_cast<v1::ReceiptKind>(field.number);
        break;
      case Receipt::kIssuerFieldNumber:
        receipt.issuer = field.bytes;
        break;
      case Receipt::kAtFieldNumber:
        receipt.at = instant_of(field.number);
        break;
      case Receipt::kEnvelopeDigestFieldNumber:
        receipt.envelope_digest = field.bytes;
        break;
      case Receipt::kReasonFieldNumber:
        receipt.reason = static_cast<v1::ErrorCode>(field.number);
        break;
      default:
        receipt.detail = field.bytes;
        break;
    }
  }
  const bool is_plain = reader.fault().empty() && !reader.seen(Receipt::kPointerFieldNumber) &&
                        is_ascii(receipt.issuer) && is_ascii(receipt.detail);
  return is_plain ? std::optional(receipt) : std::nullopt;
}

// Reads the receipts of a batch, one after the other, plainly or else by Protobuf.
class ReceiptReader {
 public:
  // What is read holds until the next is; a pointer is left out. Empty where the bytes are no receipt.
  std::optional<PlainReceipt> read(std::string_view bytes) {
    if (auto plain = read_plain_receipt(bytes)) return plain;
    if (!whole_.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
    return PlainReceipt{whole_.exchange(),        whole_.kind(),   whole_.issuer(), Instant{whole_.at()},
                        whole_.envelope_digest(), whole_.reason(), whole_.detail()};
  }

 private:
  v1::Receipt whole_;
};

}  // namespace gnc::wire
