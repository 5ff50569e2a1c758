#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gateway/core/envelope_header.h"
#include "gateway/core/parties.h"
#include "gateway/core/payload_terms.h"
#include "gnc/v1/envelope.pb.h"
#include "gnc/v1/errors.pb.h"
#include "model/agreement/definition_check.h"
#include "model/yaml/spelling.h"
#include "nodes/core/document_intake.h"
#include "nodes/core/drafts.h"
#include "proto/payload/attachments.h"
#include "scenarios/explain/explanation.h"
#include "scenarios/explain/gate_faults.h"
#include "scenarios/explain/nearest_message.h"
#include "scenarios/explain/recipient_gates.h"

namespace gnc::scenarios {
namespace {

constexpr std::string_view no_agreement_to_ask = "no agreement is between the two parties";

std::string_view id_of(model::CrossingGate gate) {
  switch (gate) {
    case model::CrossingGate::parties:
      return "agreement";
    case model::CrossingGate::in_force:
      return "in force";
    case model::CrossingGate::message:
      return "message";
    case model::CrossingGate::direction:
      return "direction";
    case model::CrossingGate::document_type:
      return "document type";
    case model::CrossingGate::content:
      break;
  }
  return "content";
}

std::string_view question_of(model::CrossingGate gate) {
  switch (gate) {
    case model::CrossingGate::parties:
      return "both are parties of the agreement";
    case model::CrossingGate::in_force:
      return "the agreement is in force";
    case model::CrossingGate::message:
      return "its block has the message";
    case model::CrossingGate::direction:
      return "the message goes from the sender to the recipient";
    case model::CrossingGate::document_type:
      return "the document is of the message's type";
    case model::CrossingGate::content:
      break;
  }
  return "nothing is in it that must not cross, and all that must";
}

// Takes the document the whole way, gate by gate.
class Way {
 public:
  Way(const Question& question, const Terms& terms)
      : question_(question), book_(*terms.book), index_(book_), terms_(terms) {}

  Explanation walk() {
    read_document();
    choose_message();
    make_envelope();
    cross_gateway();
    reach_recipient();
    const auto refused = std::ranges::find(said_.gates, GateResult::refused, &Gate::result);
    if (refused != said_.gates.end()) {
      said_.decides = static_cast<std::size_t>(refused - said_.gates.begin());
      const bool by_business = refused->id == check_gate || refused->id == answer_gate;
      said_.verdict = by_business ? Verdict::rejected : Verdict::refused;
    }
    return std::move(said_);
  }

 private:
  Gate& gate(std::string_view id, std::string at, std::string_view asks) {
    return said_.gates.emplace_back(Gate{id, std::move(at), asks, GateResult::not_reached, {}, {}, {}});
  }

  static void decide(Gate& gate, const Result<void>& result) {
    gate.result = result ? GateResult::passed : GateResult::refused;
    if (!result) gate.faults.push_back(fault_of(result.error()));
  }

  // The sender's single window.
  void read_document() {
    Gate readable = {
        "readable", question_.from.text(), "the document can be read", GateResult::not_reached, {}, {}, {}};
    Gate conforms = {"conformance",
                     question_.from.text(),
                     "it conforms to the data model",
                     GateResult::not_reached,
                     {},
                     {},
                     {}};
    auto taken = nodes::take_in_or_say_all(question_.document, question_.form_hint, question_.name);
    if (taken) {
      carried_ = std::move(*taken);
      conforms.result = GateResult::passed;
      conforms.says = "codes are the recipient's to judge";
    } else if (!taken.error().unreadable.empty()) {
      readable.result = GateResult::refused;
      for (const Error& error : taken.error().unreadable) readable.faults.push_back(fault_of(error));
      conforms.says = "the document cannot be read";
    } else {
      conforms.result = GateResult::refused;
      for (const model::Fault& fault : taken.error().faults) {
        conforms.faults.push_back(fault_of(fault, question_.name));
      }
      auto unchecked = nodes::carry_unchecked(question_.document, question_.form_hint, question_.name);
      if (unchecked) carried_ = std::move(*unchecked);
    }
    if (carried_) {
      readable.result = GateResult::passed;
      said_.document_type = carried_->type();
      readable.says = said_.document_type == "DEC" ? "a declaration (DEC)" : "a response (RES)";
      document_.ParseFromString(carried_->structured());
    }
    said_.gates.push_back(std::move(readable));
    said_.gates.push_back(std::move(conforms));
  }

  void choose_message() {
    Gate& choice = gate("choice", question_.from.text(), "an agreement has a message for it");
    note_messages();
    Result<nodes::MessageTerms> chosen =
        index_.for_lodgement(question_.from.text(), question_.to.text(), said_.document_type,
                             question_.agreement, question_.message, question_.at);
    if (carried_ && chosen) {
      said_.agreement = chosen->agreement;
      said_.message = chosen->message;
      choice.result = GateResult::passed;
      const bool known =
          index_.find(question_.from.text(), question_.to.text(), said_.agreement, said_.message) != nullptr;
      choice.says = fmt::format("{} under {}{}", said_.message, said_.agreement,
                                known ? "" : ", as named: the gateway judges it");
      return;
    }
    // The other gates are asked about what was most likely meant.
    if (const auto nearest = nearest_message(book_, question_, said_.document_type)) {
      said_.agreement = nearest->agreement;
      said_.message = nearest->message;
    }
    if (!carried_) {
      choice.says = "it depends on the document's type";
      return;
    }
    decide(choice, tl::unexpected(chosen.error()));
    GateFault& fault = choice.faults.front();
    if (fault.code == label(v1::NO_AGREEMENT)) fault.remedy = remedy_without_agreement();
    if (!said_.agreement.empty() && !said_.message.empty()) {
      choice.says = fmt::format("the gates below are asked about the nearest, {} under {}", said_.message,
                                said_.agreement);
    }
  }

  // Where no message is named, the first of a block is meant: later ones must be named.
  void note_messages() {
    if (!question_.message.empty() || said_.document_type.empty()) return;
    std::vector<std::string> later;
    for (const v1::Agreement& agreement : book_.agreements()) {
      if (!question_.agreement.empty() && agreement.id() != question_.agreement) continue;
      const auto* block = model::find_block(book_.blocks(), agreement.block(), agreement.block_version());
      if (block == nullptr) continue;
      for (const v1::BlockMessage& message : block->messages()) {
        const auto* terms =
            index_.find(question_.from.text(), question_.to.text(), agreement.id(), message.name());
        if (terms == nullptr || terms->document_type != said_.document_type) continue;
        if (terms->first) return;
        later.push_back(message.name());
      }
    }
    if (later.empty()) return;
    said_.notes.push_back(
        fmt::format("{} begins nothing with {} here, and goes on with {}: name it with --message.",
                    question_.from.text(), question_.to.text(), fmt::join(later, ", ")));
  }

  std::string remedy_without_agreement() const {
    std::vector<std::string> ids;
    for (const v1::Agreement& agreement : book_.agreements()) ids.push_back(agreement.id());
    const std::vector<std::string_view> known(ids.begin(), ids.end());
    if (!question_.agreement.empty()) return model::spelling_hint(question_.agreement, known);
    return fmt::format("Conclude one. There are {}.", fmt::join(known, ", "));
  }

  void make_envelope() {
    Gate& fits = gate("size", question_.from.text(), "it fits into an envelope");
    if (!carried_) {
      fits.says = "the document cannot be read";
      return;
    }
    const nodes::NodeConfig config{.party = question_.from, .gateway = gateway_party()};
    const Uuid id = Uuid::from_parts(question_.at, 1, 1);
    const nodes::OutgoingRecord record{.id = id,
                                       .recipient = question_.to,
                                       .conversation = id,
                                       .agreement = said_.agreement,
                                       .message = said_.message,
                                       .reference = {},
                                       .answers = std::nullopt,
                                       .digest = {},
                                       .created_at = question_.at,
                                       .expires_at = question_.at + config.default_life,
                                       .intended_at = {},
                                       .changed_at = question_.at,
                                       .reason = {},
                                       .detail = {}};
    const auto attachments = announce();
    const nodes::Draft draft =
        nodes::make_draft(question_.from, record, v1::PRIORITY_NORMAL, *carried_, {}, attachments);
    decide(fits, nodes::check_size(draft, config));
    if (fits.result == GateResult::passed) {
      fits.says = fmt::format("{} of at most {} bytes", draft.envelope.size(), config.largest_envelope);
    }
    envelope_ = draft.envelope;
  }

  std::vector<v1::Attachment> announce() {
    if (question_.files.empty()) return {};
    v1::Lodge::Item item;
    item.mutable_files()->Assign(question_.files.begin(), question_.files.end());
    auto attachments = nodes::attachments_of(item);
    Gate& can_go = gate("attachments", question_.from.text(), "its attachments can go along");
    decide(can_go, attachments ? Result<void>() : tl::unexpected(attachments.error()));
    if (!attachments) return {};
    can_go.says = fmt::format("{} of at most {}", attachments->size(), payload::most_attachments);
    return std::move(*attachments);
  }

  void cross_gateway() {
    Gate& readable = gate("envelope", gateway_at, "the envelope has what every envelope has");
    const bool can_ask = !said_.agreement.empty();
    model::CrossingRequest request{said_.agreement,     said_.message,       question_.from.text(),
                                   question_.to.text(), said_.document_type, {}};
    if (!carried_) {
      readable.says = "the document cannot be read";
    } else if (!can_ask) {
      readable.says = no_agreement_to_ask;
    } else if (said_.message.empty()) {
      readable.says = "it depends on the message";
    } else {
      const auto header = gateway::read_envelope_header(envelope_);
      decide(readable, header ? Result<void>() : tl::unexpected(header.error()));
      if (header) {
        request = {header->agreement, header->message,       header->sender,
                   header->recipient, header->document_type, header->structured};
      }
    }
    ask_recipient();
    for (model::CrossingAnswer& answer : book_.judge(request, question_.at)) {
      Gate& asked = gate(id_of(answer.gate), gateway_at, question_of(answer.gate));
      const bool of_document =
          answer.gate == model::CrossingGate::document_type || answer.gate == model::CrossingGate::content;
      if (!can_ask) {
        asked.says = no_agreement_to_ask;
      } else if (of_document && !carried_) {
        asked.says = "the document cannot be read";
      } else if (!answer.asked) {
        asked.says = "it depends on a gate before it";
      } else {
        fill(asked, answer);
      }
    }
    judge_attachments();
    note_order();
  }

  void judge_attachments() {
    if (question_.files.empty()) return;
    Gate& allowed = gate("attachments allowed", gateway_at, "the message may have attachments as large");
    const auto header = gateway::read_envelope_header(envelope_);
    const auto* message = block_and_message().second;
    if (!header || message == nullptr) {
      allowed.says = "it depends on a gate before it";
      return;
    }
    decide(allowed,
           gateway::may_attach(header->attachments, message->name(), message->largest_attachments()));
    if (allowed.result == GateResult::passed)
      allowed.says = fmt::format("{} bytes together are allowed", message->largest_attachments());
  }

  // Of the message that carries it, or that comes nearest; null where there is none.
  std::pair<const v1::UtilityBlock*, const v1::BlockMessage*> block_and_message() const {
    const auto agreements = book_.agreements();
    const auto agreement =
        std::ranges::find(agreements, said_.agreement, [](const auto& a) { return a.id(); });
    if (agreement == agreements.end()) return {};
    const auto* block = model::find_block(book_.blocks(), agreement->block(), agreement->block_version());
    if (block == nullptr) return {};
    const auto message =
        std::ranges::find(block->messages(), said_.message, [](const auto& m) { return m.name(); });
    return {block, message == block->messages().end() ? nullptr : &*message};
  }

  // Which conversation it will be sent in is not known here.
  void note_order() {
    const auto [block, message] = block_and_message();
    if (message == nullptr || model::begins_conversation(*block, *message)) return;
    std::vector<std::string_view> states;
    for (const auto& state : block->states()) {
      const bool takes = std::ranges::any_of(
          state.takes(), [&](const auto& move) { return move.message() == said_.message; });
      if (takes) states.push_back(state.name());
    }
    if (states.empty()) return;
    said_.notes.push_back(fmt::format("The gateway takes it only where its conversation stands in {}.",
                                      fmt::join(states, " or ")));
  }

  void ask_recipient() {
    Gate& known = gate("recipient", gateway_at, "the recipient is known");
    gateway::Parties parties({.name = gateway_party()}, Random(0));
    const bool found = parties.find_recipient(question_.to.text(), book_) != nullptr;
    known.result = found ? GateResult::passed : GateResult::refused;
    if (found) return;
    known.faults.push_back(
        fault_of({v1::RECIPIENT_UNKNOWN, "Recipient " + question_.to.text() + ".", {}, {}}));
  }

  void fill(Gate& gate, const model::CrossingAnswer& answer) const {
    gate.result = answer.faults.empty() ? GateResult::passed : GateResult::refused;
    gate.decided_at = answer.decided_at;
    for (const model::CrossingFault& fault : answer.faults) {
      gate.faults.push_back(fault_of(fault, document_));
    }
    if (gate.result != GateResult::passed) return;
    if (answer.gate == model::CrossingGate::parties) {
      gate.says = said_.agreement;
    } else if (answer.gate == model::CrossingGate::message) {
      gate.says = said_.message;
    } else if (answer.gate == model::CrossingGate::content && answer.decided_at.empty()) {
      gate.says = "its block and the agreement leave that open";
    }
  }

  void reach_recipient() {
    v1::Envelope envelope;
    const bool sent = carried_ && !said_.agreement.empty() && envelope.ParseFromString(envelope_);
    const auto profile = terms_.profiles.find(question_.to);
    add_recipient_gates({.question = question_,
                         .book = book_,
                         .index = index_,
                         .profile = profile == terms_.profiles.end() ? nullptr : profile->second,
                         .envelope = sent ? &envelope : nullptr,
                         .document = document_},
                        said_);
  }

  static PartyName gateway_party() { return *PartyName::from_text("gateway/hub"); }

  static constexpr const char* gateway_at = "gateway";

  const Question& question_;
  const model::AgreementBook& book_;
  const nodes::AgreementIndex index_;
  const Terms& terms_;
  Explanation said_;
  std::optional<v1::CarriedDocument> carried_;
  v1::MetaData document_;  // as carried
  std::string envelope_;
};

}  // namespace

Explanation explain(const Question& question, const Terms& terms) { return Way(question, terms).walk(); }

}  // namespace gnc::scenarios
