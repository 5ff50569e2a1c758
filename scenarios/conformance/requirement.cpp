#include "scenarios/conformance/requirement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace gnc::scenarios {
namespace {

constexpr std::string_view connecting = "Connecting";
constexpr std::string_view frames = "Frames";
constexpr std::string_view sealing = "Sealing";
constexpr std::string_view envelopes = "Envelopes";
constexpr std::string_view refusing = "What a recipient refuses";
constexpr std::string_view delivery = "Delivery";
constexpr std::string_view receipts = "Receipts";

constexpr std::array every_requirement{
    Requirement{
        "hello.first",
        "The first frame of a stream is a Hello: protocol 1, the party that the certificate names, and "
        "credit for at least one envelope.",
        connecting},
    Requirement{"hello.alone", "Nothing follows the Hello before the Welcome.", connecting},
    Requirement{
        "delivery.receipt",
        "An envelope that holds is answered with one delivered receipt, with its id and its digest, by "
        "this party.",
        receipts},
    Requirement{
        "receipts.sealed",
        "Receipts are sealed by this party as complete batches, each for one audience: the sender of the "
        "envelopes.",
        sealing},
    Requirement{"delivery.path", "An envelope that comes without the rest of its batch is taken by its path.",
                sealing},
    Requirement{"delivery.together", "Several batches in one frame are all taken.", frames},
    Requirement{"frame.unknown-fields", "A frame with a field of a later version is taken.", frames},
    Requirement{
        "envelope.unknown-fields",
        "An envelope with a field of a later version is taken, and its digest is over the bytes as they "
        "came.",
        envelopes},
    Requirement{"frame.gzip", "A frame that is compressed with gzip is taken.", frames},
    Requirement{"refuse.content", "An envelope that was altered is refused as ENVELOPE_ALTERED.", refusing},
    Requirement{"refuse.proof", "An envelope whose proof was altered is refused as PROOF_ALTERED.", refusing},
    Requirement{"refuse.others", "The others of a batch in which one envelope is altered are taken.",
                refusing},
    Requirement{"refuse.signature", "A batch with a wrong signature is refused as SEAL_SIGNATURE_WRONG.",
                refusing},
    Requirement{"refuse.revoked",
                "A batch that was sealed with a revoked certificate is refused as CERTIFICATE_REVOKED.",
                refusing},
    Requirement{"refuse.authority",
                "A batch whose chain leads to no trusted root is refused as AUTHORITY_UNKNOWN.", refusing},
    Requirement{"refuse.signer", "An envelope that another party sealed is refused as SENDER_NOT_PEER.",
                refusing},
    Requirement{"refuse.recipient", "An envelope for another party is refused as ENVELOPE_MALFORMED.",
                refusing},
    Requirement{"refuse.malformed", "What is no envelope is refused as ENVELOPE_MALFORMED.", refusing},
    Requirement{"refuse.form", "A document that is not what its digest says is refused as ORIGINAL_DIFFERS.",
                refusing},
    Requirement{"answer.sealed", "What is submitted is a complete batch of envelopes, sealed by this party.",
                sealing, true},
    Requirement{
        "answer.envelope",
        "An answer is a whole envelope: its own id, the conversation and agreement of what it answers, the "
        "message that answers it, and back to its sender.",
        envelopes, true},
    Requirement{"answer.order", "An answer comes with the delivered receipt of what it answers, or after it.",
                receipts, true},
    Requirement{"refuse.conflict",
                "An id that comes again with other bytes is refused as ENVELOPE_ID_CONFLICT.", refusing},
    Requirement{"refuse.business", "What was refused is not answered: business never sees it.", refusing,
                true},
    Requirement{"duplicate.receipt",
                "An envelope that is delivered again is given the same delivered receipt again.", delivery},
    Requirement{"duplicate.business", "An envelope that is delivered again is not answered again.", delivery,
                true},
    Requirement{
        "submit.again",
        "What the gateway refuses for a reason that passes is submitted again, as the same bytes, after a "
        "pause.",
        delivery, true},
    Requirement{"receipts.position",
                "Receipts that were recorded are stated by their position, and in the next Hello.", receipts,
                true},
    Requirement{
        "resume.submission",
        "What the gateway has not answered for when a stream ends is submitted again on the next, as the "
        "same bytes.",
        delivery, true},
    Requirement{"receipts.issuer", "An admitted receipt is believed from the gateway alone.", receipts, true},
    Requirement{
        "resume.ended",
        "What has come to an end (refused for good, expired) is not submitted again on the next stream.",
        delivery, true},
    Requirement{
        "resume.duplicate",
        "An envelope that was taken on an earlier stream is given the same receipt again, and no second "
        "answer.",
        delivery},
    Requirement{"credit.submissions", "No more envelopes are submitted than the gateway has granted.",
                delivery, true},
    Requirement{"credit.deliveries", "Credit is granted again for the envelopes that were dealt with.",
                delivery},
    Requirement{"frame.too-large", "A frame of more than 4 MiB ends the stream, and nothing of it is taken.",
                frames},
    Requirement{"frame.inflates",
                "A frame that inflates to more than 4 MiB ends the stream, and nothing of it is taken.",
                frames},
    Requirement{
        "stream.pause",
        "A node that is turned away pauses longer each time: no more than 16 streams in four seconds.",
        connecting},
    Requirement{"stream.return", "A node connects again by itself when the gateway is back.", connecting},
    Requirement{"gateway.identity", "A gateway whose certificate names another party is told nothing.",
                connecting},
};

}  // namespace

std::span<const Requirement> conformance_requirements() { return every_requirement; }

std::string requirements_markdown() {
  std::string text = "| requirement | | section of docs/protocol.md | of |\n|---|---|---|---|\n";
  for (const Requirement& each : every_requirement) {
    text += fmt::format("| `{}` | {} | {} | {} |\n", each.id, each.sentence, each.section,
                        each.of_submissions ? "a node that submits" : "every node");
  }
  return text;
}

Findings::Findings() {
  for (const Requirement& each : every_requirement) {
    findings_.push_back({&each, Verdict::not_reached, {}, {}, "the trial ended before"});
  }
}

Finding& Findings::find(std::string_view id) {
  const auto found =
      std::ranges::find(findings_, id, [](const Finding& each) { return each.requirement->id; });
  if (found == findings_.end()) throw std::logic_error(fmt::format("no requirement \"{}\"", id));
  return *found;
}

void Findings::pass(std::string_view id) {
  Finding& finding = find(id);
  if (finding.verdict == Verdict::not_reached) finding.verdict = Verdict::passed;
}

void Findings::fail(std::string_view id, std::string seen, std::string expected) {
  Finding& finding = find(id);
  if (finding.verdict == Verdict::failed) return;
  finding.verdict = Verdict::failed;
  finding.seen = std::move(seen);
  finding.expected = std::move(expected);
}

void Findings::not_reached(std::string_view id, std::string why) { find(id).why = std::move(why); }

void Findings::judge(std::string_view id, bool holds, std::string seen, std::string expected) {
  if (holds) return pass(id);
  fail(id, std::move(seen), std::move(expected));
}

std::size_t Findings::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(findings_, verdict, &Finding::verdict));
}

bool Findings::hold(bool recipient_only) const {
  return std::ranges::all_of(findings_, [&](const Finding& each) {
    const bool need_not =
        recipient_only && each.requirement->of_submissions && each.verdict == Verdict::not_reached;
    return each.verdict == Verdict::passed || need_not;
  });
}

}  // namespace gnc::scenarios
