#include "nodes/window/case_notes.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "gnc/v1/window.pb.h"
#include "proto/types/error.h"

namespace gnc::window {

v1::WindowBooking booking_of(const LedgerEntry& entry) {
  v1::WindowBooking booking;
  switch (entry.of) {
    case LedgerEntry::Of::quota:
      booking.set_of(v1::WindowBooking::OF_QUOTA);
      break;
    case LedgerEntry::Of::permit:
      booking.set_of(v1::WindowBooking::OF_PERMIT);
      break;
    case LedgerEntry::Of::account:
      booking.set_of(v1::WindowBooking::OF_ACCOUNT);
      break;
  }
  booking.set_name(entry.name);
  booking.set_amount(entry.amount.text());
  return booking;
}

std::optional<LedgerEntry> entry_of(const v1::WindowBooking& booking) {
  const auto amount = Decimal::parse(booking.amount());
  if (!amount) return std::nullopt;
  switch (booking.of()) {
    case v1::WindowBooking::OF_QUOTA:
      return LedgerEntry{LedgerEntry::Of::quota, booking.name(), *amount};
    case v1::WindowBooking::OF_PERMIT:
      return LedgerEntry{LedgerEntry::Of::permit, booking.name(), *amount};
    case v1::WindowBooking::OF_ACCOUNT:
      return LedgerEntry{LedgerEntry::Of::account, booking.name(), *amount};
    default:
      return std::nullopt;
  }
}

namespace {

v1::WindowCase::Standing standing_of(Standing standing) {
  switch (standing) {
    case Standing::pre_lodged:
      return v1::WindowCase::STANDING_PRE_LODGED;
    case Standing::held:
      return v1::WindowCase::STANDING_HELD;
    case Standing::released:
      return v1::WindowCase::STANDING_RELEASED;
  }
  return v1::WindowCase::STANDING_UNSPECIFIED;
}

std::optional<Standing> standing_of(v1::WindowCase::Standing standing) {
  switch (standing) {
    case v1::WindowCase::STANDING_PRE_LODGED:
      return Standing::pre_lodged;
    case v1::WindowCase::STANDING_HELD:
      return Standing::held;
    case v1::WindowCase::STANDING_RELEASED:
      return Standing::released;
    default:
      return std::nullopt;
  }
}

Channel channel_of(v1::RiskChannel channel) {
  if (channel == v1::RISK_CHANNEL_RED) return Channel::red;
  return channel == v1::RISK_CHANNEL_YELLOW ? Channel::yellow : Channel::green;
}

void write_line(const DutyLine& line, v1::WindowDutyLine& into) {
  into.set_item(line.item);
  into.set_type(line.type);
  into.set_regime(line.regime);
  if (line.base_value) into.set_base_value(line.base_value->text());
  if (line.base_quantity) {
    into.set_base_quantity(line.base_quantity->amount.text());
    into.set_base_unit(line.base_quantity->unit);
  }
  into.set_rate(line.rate.text());
  into.set_assessed(line.assessed.text());
  into.set_quota(line.quota);
}

std::optional<DutyLine> read_line(const v1::WindowDutyLine& from) {
  const auto rate = Decimal::parse(from.rate());
  const auto assessed = Decimal::parse(from.assessed());
  if (!rate || !assessed) return std::nullopt;
  DutyLine line{.item = from.item(),
                .type = from.type(),
                .regime = from.regime(),
                .base_value = std::nullopt,
                .base_quantity = std::nullopt,
                .rate = *rate,
                .assessed = *assessed,
                .quota = from.quota()};
  if (!from.base_value().empty()) {
    line.base_value = Decimal::parse(from.base_value());
    if (!line.base_value) return std::nullopt;
  }
  if (!from.base_quantity().empty()) {
    const auto quantity = Decimal::parse(from.base_quantity());
    if (!quantity) return std::nullopt;
    line.base_quantity = Quantity{*quantity, from.base_unit()};
  }
  return line;
}

v1::WindowConsultation consultation_of(const AskedAgency& asked) {
  v1::WindowConsultation note;
  note.set_agency(asked.agency);
  note.set_agreement(asked.agreement);
  note.set_round(asked.round);
  note.set_until(asked.until.microseconds);
  note.set_word(static_cast<v1::WindowConsultation::Word>(asked.word));
  note.set_says(asked.says);
  note.set_overdue(asked.overdue);
  note.set_told(asked.told);
  return note;
}

std::optional<AskedAgency> asked_of(const v1::WindowConsultation& note) {
  if (!v1::WindowConsultation::Word_IsValid(note.word())) return std::nullopt;
  return AskedAgency{.agency = note.agency(),
                     .agreement = note.agreement(),
                     .round = note.round(),
                     .until = Instant{note.until()},
                     .word = static_cast<AgencyWord>(note.word()),
                     .says = note.says(),
                     .overdue = note.overdue(),
                     .told = note.told()};
}

tl::unexpected<Error> unreadable(const nodes::NoteRecord& note) {
  return failure(v1::STORE_FAILED,
                 fmt::format("the note \"{}\" of the single window cannot be read", note.name));
}

}  // namespace

std::string case_note_name(const std::string& number) { return std::string(case_notes) + number; }

nodes::NoteRecord note_of(Case& known, std::string_view currency) {
  v1::WindowCase note;
  note.set_number(known.about.number);
  note.set_local_reference(known.about.local_reference);
  note.set_version(known.about.version);
  note.set_lodged_as(std::string(known.lodged_as.view()));
  note.set_sender(known.sender);
  note.set_standing(standing_of(known.standing));
  // Lent for as long as it is written: copying it would cost more than all else here.
  note.mutable_declaration()->Swap(&known.declaration);
  if (!known.duty.lines.empty()) note.set_currency(std::string(currency));
  for (const DutyLine& line : known.duty.lines) write_line(line, *note.add_lines());
  for (const std::string& each : known.duty.notes) note.add_notes(each);
  note.set_method(known.method);
  for (const LedgerEntry& entry : known.booked) *note.add_booked() = booking_of(entry);
  if (known.due) note.set_due(known.due->microseconds);
  note.set_draw(known.draw);
  note.set_reference(known.reference);
  note.set_said(static_cast<std::uint32_t>(known.said));
  note.set_channel(recorded(known.channel));
  note.set_agencies(known.agencies);
  note.set_agencies_ready(known.agencies_ready.microseconds);
  if (known.due_before) note.set_due_before(known.due_before->microseconds);
  note.set_weighed_again(known.weighed_again);
  note.set_conversation(std::string(known.conversation.view()));
  note.set_ready(known.ready.microseconds);
  note.set_document_wanted(known.document_wanted);
  for (const AskedAgency& asked : known.asked) *note.add_consultations() = consultation_of(asked);
  nodes::NoteRecord made{case_note_name(known.about.number), note.SerializeAsString()};
  note.mutable_declaration()->Swap(&known.declaration);
  return made;
}

nodes::NoteRecord note_of(const LedgerEntry& used) {
  const v1::WindowBooking booking = booking_of(used);
  return {fmt::format("{}{}/{}", used_notes, static_cast<int>(booking.of()), used.name),
          booking.SerializeAsString()};
}

Result<RecalledCase> recalled_case(const nodes::NoteRecord& note) {
  v1::WindowCase read;
  if (!note.bytes || !read.ParseFromString(*note.bytes)) return unreadable(note);
  const auto id = Uuid::from_bytes(read.lodged_as());
  const auto standing = standing_of(read.standing());
  if (!id || !standing || note.name != case_note_name(read.number())) return unreadable(note);
  Case known{};
  known.about = {read.local_reference(), read.number(), read.version()};
  known.lodged_as = *id;
  known.sender = read.sender();
  known.standing = *standing;
  known.declaration = std::move(*read.mutable_declaration());
  for (const v1::WindowDutyLine& each : read.lines()) {
    auto line = read_line(each);
    if (!line) return unreadable(note);
    known.duty.lines.push_back(std::move(*line));
  }
  known.duty.notes.assign(read.notes().begin(), read.notes().end());
  known.method = read.method();
  for (const v1::WindowBooking& each : read.booked()) {
    auto entry = entry_of(each);
    if (!entry) return unreadable(note);
    known.booked.push_back(std::move(*entry));
  }
  if (read.due() != 0) known.due = Instant{read.due()};
  known.draw = read.draw();
  known.reference = read.reference();
  known.said = static_cast<int>(read.said());
  known.channel = channel_of(read.channel());
  known.agencies = read.agencies();
  known.agencies_ready = Instant{read.agencies_ready()};
  if (read.due_before() != 0) known.due_before = Instant{read.due_before()};
  known.weighed_again = read.weighed_again();
  if (const auto conversation = Uuid::from_bytes(read.conversation())) known.conversation = *conversation;
  known.ready = Instant{read.ready()};
  known.document_wanted = read.document_wanted();
  for (const v1::WindowConsultation& each : read.consultations()) {
    auto asked = asked_of(each);
    if (!asked) return unreadable(note);
    known.asked.push_back(std::move(*asked));
  }
  known.noted = true;
  return RecalledCase{std::move(known), read.currency()};
}

Result<LedgerEntry> recalled_use(const nodes::NoteRecord& note) {
  v1::WindowBooking read;
  if (!note.bytes || !read.ParseFromString(*note.bytes)) return unreadable(note);
  auto entry = entry_of(read);
  if (!entry) return unreadable(note);
  return std::move(*entry);
}

}  // namespace gnc::window
