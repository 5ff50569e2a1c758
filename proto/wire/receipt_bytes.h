#pragma once

#include <string>
#include <string_view>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/receipt.pb.h"
#include "proto/types/instant.h"
#include "proto/wire/wire_writer.h"

namespace gnc::wire {

// A receipt without a pointer, which are nearly all.
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

}  // namespace gnc::wire
