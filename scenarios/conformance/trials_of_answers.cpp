#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "gnc/v1/errors.pb.h"
#include "scenarios/conformance/trials.h"

// What is asked of a node that answers: its own submissions.
namespace gnc::scenarios {

std::optional<Trials::Asked> Trials::ask(Admission admission) {
  Asked asked{counterpart_.consign("declaration"), {}};
  counterpart_.admission(admission);
  NodeAccount& account = counterpart_.account();
  const auto answers = [&] { return account.answers_to(asked.declaration.id); };
  if (!counterpart_.deliver({counterpart_.sealed({asked.declaration})}, 1)) return std::nullopt;
  if (!counterpart_.wait_for([&] { return !answers().empty(); }, patience_.reaction)) return std::nullopt;
  asked.answer = answers().front()->digest;
  return asked;
}

const NodeAccount::Submitted* Trials::submitted(const Digest& digest) {
  const auto& all = counterpart_.account().submitted();
  const auto found = std::ranges::find(all, digest, &NodeAccount::Submitted::digest);
  return found == all.end() ? nullptr : &*found;
}

void Trials::ask_for_answers() {
  if (!back({"answer.sealed", "answer.envelope", "answer.order"})) return;
  const auto asked = ask(Admission::admit);
  NodeAccount& account = counterpart_.account();
  const auto& faults = account.submission_faults();
  if (!faults.empty()) {
    findings_.fail("answer.sealed", faults.front(), "a batch of envelopes that opens");
  } else if (!account.submitted().empty()) {
    findings_.pass("answer.sealed");
  }
  const auto broken =
      std::ranges::find_if(account.submitted(), [](const auto& each) { return each.fault.has_value(); });
  if (broken != account.submitted().end()) {
    findings_.fail("answer.envelope", describe(*broken->fault),
                   "an envelope with all that every envelope has");
  }
  if (!asked) {
    for (const Requirement& each : conformance_requirements()) {
      if (each.of_submissions)
        findings_.not_reached(each.id, "the node did not answer a \"declaration\" with a \"response\"");
    }
    return;
  }
  answers_ = true;
  first_ = asked->declaration;

  const NodeAccount::Submitted& answer = *submitted(asked->answer);
  const Cast& cast = counterpart_.cast();
  const auto differs = [&](std::string_view name, const std::string& seen, const std::string& expected) {
    if (seen == expected) return;
    findings_.fail("answer.envelope", fmt::format("{} \"{}\"", name, seen), fmt::format("\"{}\"", expected));
  };
  differs("sender", answer.sender, cast.party.text());
  differs("recipient", answer.recipient, cast.sender.text());
  differs("agreement", answer.agreement, cast.agreement);
  differs("message", answer.message, "response");
  differs("document type", answer.document_type, "RES");
  findings_.judge("answer.envelope", answer.conversation == first_->conversation && answer.id != first_->id,
                  "another conversation, or the id of what it answers",
                  "the same conversation, and an id of its own");
  if (const std::string fault = fault_of_delivery(*first_); fault.empty()) {
    const auto& receipt = *account.receipts_about(first_->digest, v1::RECEIPT_KIND_DELIVERED).front();
    findings_.judge("answer.order", receipt.number < answer.number, "the answer came before the receipt",
                    "the receipt first");
  } else {
    findings_.fail("answer.order", fault, "a delivered receipt before the answer");
  }

  counterpart_.settle(patience_.silence);
  for (const Consignment& each : refused_) {
    const bool answered = !each.id.empty() && !account.answers_to(each.id).empty();
    if (answered) findings_.fail("refuse.business", "an answer to an envelope that does not hold", "none");
  }
  findings_.pass("refuse.business");
}

void Trials::judge_same_receipt(std::string_view requirement, const Consignment& item, std::size_t times) {
  NodeAccount& account = counterpart_.account();
  const auto given = [&] { return account.receipts_about(item.digest, v1::RECEIPT_KIND_DELIVERED); };
  if (!counterpart_.wait_for([&] { return given().size() >= times; }, patience_.reaction)) {
    return findings_.fail(requirement, "no receipt came for the second delivery",
                          "the delivered receipt again");
  }
  const v1::Receipt& first = given().front()->receipt;
  const v1::Receipt& last = given().back()->receipt;
  findings_.judge(requirement, last.exchange() == first.exchange() && last.at() == first.at(),
                  fmt::format("a receipt of {} µs later", last.at() - first.at()),
                  "the same id and the same time as the first");
}

bool Trials::take_first() {
  if (first_) return true;
  const Consignment notice = counterpart_.consign("notice");
  std::string fault = "it was not granted credit";
  if (back({"duplicate.receipt", "refuse.conflict", "resume.duplicate"}) &&
      counterpart_.deliver({counterpart_.sealed({notice})}, 1))
    fault = fault_of_delivery(notice);
  if (fault.empty()) {
    first_ = notice;
  } else {
    not_reached({"duplicate.receipt", "refuse.conflict", "resume.duplicate"},
                "an envelope that holds was not taken: " + fault);
  }
  return first_.has_value();
}

void Trials::deliver_again() {
  NodeAccount& account = counterpart_.account();
  if (!back({"duplicate.receipt", "duplicate.business", "refuse.conflict"})) return;
  const auto times = account.receipts_about(first_->digest, v1::RECEIPT_KIND_DELIVERED).size();
  if (!counterpart_.deliver({counterpart_.sealed({*first_})}, 1)) return;
  judge_same_receipt("duplicate.receipt", *first_, times + 1);
  if (answers_) {
    counterpart_.settle(patience_.silence);
    const auto answers = account.answers_to(first_->id).size();
    findings_.judge("duplicate.business", answers == 1, fmt::format("{} answers to one envelope", answers),
                    "one");
  }

  v1::Envelope other = counterpart_.envelope(answers_ ? "declaration" : "notice");
  other.set_id(first_->id);
  const Consignment conflict = Counterpart::consignment(other);
  expect_refused("refuse.conflict", counterpart_.sealed({conflict}), conflict, v1::ENVELOPE_ID_CONFLICT);
}

void Trials::refuse_for_now() {
  if (!back({"submit.again"})) return;
  const auto asked = ask(Admission::full);
  counterpart_.admission(Admission::admit);
  if (!asked) return findings_.not_reached("submit.again", "no answer came");
  NodeAccount& account = counterpart_.account();
  const auto again = [&] {
    return submitted(asked->answer)->at.size() > 1 || account.answers_to(asked->declaration.id).size() > 1;
  };
  const std::string expected = "the same bytes again, after a pause of 50 ms or more";
  if (!counterpart_.wait_for(again, patience_.next_stream)) {
    return findings_.fail("submit.again", "it did not come again", expected);
  }
  if (submitted(asked->answer)->at.size() < 2) {
    return findings_.fail("submit.again", "another envelope with the same answer", expected);
  }
  const auto& at = submitted(asked->answer)->at;
  findings_.judge("submit.again", at[1] - at[0] >= Duration::from_milliseconds(50),
                  fmt::format("again after {:.1f} ms", (at[1] - at[0]).milliseconds()), expected);
}

void Trials::break_off() {
  NodeAccount& account = counterpart_.account();
  if (!back({"receipts.position", "resume.submission", "receipts.issuer", "resume.ended"})) return;
  const auto refused = ask(Admission::refuse);
  const auto expired = ask(Admission::expire);
  const auto open = ask(Admission::withhold);
  const auto deceived = ask(Admission::withhold);
  counterpart_.admission(Admission::admit);
  if (deceived) {
    v1::Receipt forged = counterpart_.receipt(v1::RECEIPT_KIND_ADMITTED, *submitted(deceived->answer),
                                              counterpart_.cast().sender);
    counterpart_.give_receipts({forged}, *counterpart_.cast().sender_signer);
  }
  const std::uint64_t last = counterpart_.last_position();
  const bool stated =
      counterpart_.wait_for([&] { return account.recorded_up_to() >= last; }, patience_.reaction);
  if (!stated) {
    findings_.fail("receipts.position", fmt::format("recorded up to {}", account.recorded_up_to()),
                   fmt::format("up to {}, which was given", last));
  }
  counterpart_.cut();
  if (!back({"receipts.position", "resume.submission", "receipts.issuer", "resume.ended"})) return;
  findings_.judge("receipts.position", account.hello_position() >= last,
                  fmt::format("the Hello says {}", account.hello_position()), fmt::format("{}", last));

  const auto came_again = [&](const Asked& asked) {
    return counterpart_.wait_for([&] { return submitted(asked.answer)->at.size() > 1; }, patience_.reaction);
  };
  const bool resumes = open && came_again(*open);
  if (open) {
    findings_.judge("resume.submission", resumes, "what had no receipt was not submitted again",
                    "the same bytes again");
  }
  if (!resumes || !deceived) {
    findings_.not_reached("receipts.issuer", "nothing is submitted again");
  } else {
    findings_.judge("receipts.issuer", came_again(*deceived),
                    "not submitted again: an admitted receipt of another party was believed",
                    "the same bytes again");
  }
  counterpart_.settle(patience_.silence);
  if (!refused || !expired) {
    findings_.not_reached("resume.ended", "no answer came");
  } else {
    const auto times = std::max(submitted(refused->answer)->at.size(), submitted(expired->answer)->at.size());
    findings_.judge("resume.ended", times == 1, "what had ended was submitted again", "nothing more of it");
  }
}

void Trials::deliver_on_the_next_stream() {
  NodeAccount& account = counterpart_.account();
  // After break_off() it is on another stream than the first delivery already.
  if (!answers_) counterpart_.cut();
  if (!back({"resume.duplicate"})) return;
  const auto times = account.receipts_about(first_->digest, v1::RECEIPT_KIND_DELIVERED).size();
  if (!counterpart_.deliver({counterpart_.sealed({*first_})}, 1)) return;
  judge_same_receipt("resume.duplicate", *first_, times + 1);
  counterpart_.settle(patience_.silence);
  const auto answers = account.answers_to(first_->id).size();
  if (answers > 1)
    findings_.fail("resume.duplicate", fmt::format("{} answers to one envelope", answers), "one");
}

}  // namespace gnc::scenarios
