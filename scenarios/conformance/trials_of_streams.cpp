#include <fmt/format.h>

#include <algorithm>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/errors.pb.h"
#include "scenarios/conformance/trials.h"

// Credit, frames that are too large, and streams that end.
namespace gnc::scenarios {
namespace {

constexpr std::size_t declarations = 300;     // more than a stream's first credit
constexpr std::uint64_t most_notices = 5000;  // to use up the credit that a node grants
constexpr std::size_t in_one_batch = 50;
constexpr std::uint64_t most_streams = 16;

}  // namespace

void Trials::count_credit() {
  NodeAccount& account = counterpart_.account();
  counterpart_.end(v1::GATEWAY_STOPPING, "it is asked to stop");
  if (!back({"credit.submissions", "credit.deliveries"})) return;
  if (answers_) {
    counterpart_.grant_back(false);
    const std::size_t before = account.submitted().size();
    const auto came = [&] { return account.submitted().size() - before; };
    for (std::size_t sent = 0; sent < declarations; sent += in_one_batch) {
      std::vector<Consignment> items;
      for (std::size_t i = 0; i < in_one_batch; ++i) items.push_back(counterpart_.consign("declaration"));
      if (!counterpart_.deliver({counterpart_.sealed(items)}, items.size())) break;
    }
    counterpart_.wait_for([&] { return came() >= 256; }, patience_.reaction);
    counterpart_.settle(patience_.silence);
    if (account.overrun() > 0) {
      findings_.fail("credit.submissions", fmt::format("{} envelopes beyond the credit", account.overrun()),
                     "none");
    }
    const std::size_t within = came();
    counterpart_.grant(declarations);
    const bool all = counterpart_.wait_for([&] { return came() >= declarations; }, patience_.next_stream);
    findings_.judge(
        "credit.submissions", all && account.overrun() <= 0,
        fmt::format("{} of {} answers, {} of them before more credit came", came(), declarations, within),
        "no more than 256 at first, and the others once credit came");
    counterpart_.grant_back(true);
    counterpart_.grant(256);
  }

  if (!back({"credit.deliveries"})) return;
  const std::uint64_t granted = account.delivery_grants();
  const std::uint64_t count = std::min(account.delivery_credit(), most_notices);
  std::vector<Consignment> last;
  for (std::uint64_t sent = 0; sent < count; sent += last.size()) {
    last.clear();
    for (std::uint64_t i = sent; i < std::min(count, sent + 500); ++i)
      last.push_back(counterpart_.consign("notice"));
    if (!counterpart_.deliver({counterpart_.sealed(last)}, last.size())) break;
  }
  const bool again =
      counterpart_.wait_for([&] { return account.delivery_grants() > granted; }, patience_.reaction);
  if (!again && account.delivery_credit() > 0) {
    findings_.not_reached(
        "credit.deliveries",
        fmt::format("the node had granted more than the {} that are delivered here", most_notices));
  } else {
    findings_.judge("credit.deliveries", again, fmt::format("nothing more after {} envelopes", count),
                    "credit for those that were dealt with");
  }
}

void Trials::try_large_frame(std::string_view requirement) {
  if (!back({requirement})) return;
  std::vector<Consignment> items;
  for (int i = 0; i < 5; ++i) {
    v1::Envelope envelope = counterpart_.envelope("notice");
    v1::MetaData document;
    document.mutable_declaration()->mutable_functional_reference_id()->set_value(std::string(1 << 20, '0'));
    envelope.mutable_document()->set_structured(document.SerializeAsString());
    items.push_back(Counterpart::consignment(envelope));
  }
  const std::uint64_t opened = counterpart_.streams_opened();
  if (!counterpart_.deliver({counterpart_.sealed(items)}, items.size())) {
    return findings_.not_reached(requirement, "the node granted no credit");
  }
  const auto about = [&] {
    std::size_t receipts = 0;
    for (const Consignment& item : items) {
      receipts += counterpart_.account().receipts_about(item.digest, v1::RECEIPT_KIND_DELIVERED).size() +
                  counterpart_.account().receipts_about(item.digest, v1::RECEIPT_KIND_REFUSED).size();
    }
    return receipts;
  };
  counterpart_.wait_for(
      [&] { return !counterpart_.connected() || counterpart_.streams_opened() > opened || about() > 0; },
      patience_.reaction);
  const std::string expected = "the end of the stream, and no receipt for what was in the frame";
  if (about() > 0) return findings_.fail(requirement, "receipts for what was in the frame", expected);
  const bool ended = !counterpart_.connected() || counterpart_.streams_opened() > opened;
  findings_.judge(requirement, ended, "the stream goes on", expected);
}

void Trials::send_large_frames() {
  try_large_frame("frame.too-large");
  if (!back({"frame.gzip", "frame.inflates"})) return;
  counterpart_.stage().compress(true);
  counterpart_.end(v1::GATEWAY_STOPPING, "it is asked to stop");
  if (back({"frame.gzip", "frame.inflates"})) {
    const Consignment item = counterpart_.consign("notice");
    if (counterpart_.deliver({counterpart_.sealed({item})}, 1)) expect_taken("frame.gzip", {item});
    try_large_frame("frame.inflates");
  }
  counterpart_.stage().compress(false);
  // A stream that is compressed is not gone on with.
  counterpart_.end(v1::GATEWAY_STOPPING, "it is asked to stop");
}

void Trials::turn_away() {
  if (!back({"stream.pause", "stream.return"})) return;
  counterpart_.turn_away(true);
  const std::uint64_t before = counterpart_.streams_opened();
  counterpart_.end(v1::GATEWAY_STOPPING, "it is asked to stop");
  counterpart_.settle(patience_.turned_away);
  const std::uint64_t opened = counterpart_.streams_opened() - before;
  findings_.judge("stream.pause", opened <= most_streams, fmt::format("{} streams", opened),
                  fmt::format("{} at most", most_streams));
  counterpart_.turn_away(false);
  findings_.judge("stream.return", counterpart_.connect(patience_.next_stream), "no new stream", "a new one");
}

void Trials::pose_as_another() {
  if (!back({"gateway.identity"})) return;
  if (const auto listening = counterpart_.stage().listen(impostor_); !listening) {
    return findings_.not_reached("gateway.identity", describe(listening.error()));
  }
  counterpart_.wait_for([&] { return !counterpart_.connected(); }, patience_.reaction);
  const std::uint64_t before = counterpart_.streams_opened();
  counterpart_.settle(patience_.impostor);
  findings_.judge("gateway.identity", counterpart_.streams_opened() == before,
                  "a stream was opened to a gateway of another name", "none");
  if (const auto listening = counterpart_.stage().listen(own_); !listening) return;
  findings_.judge("stream.return", counterpart_.connect(patience_.next_stream),
                  "no new stream when the right gateway was back", "a new one");
}

}  // namespace gnc::scenarios
