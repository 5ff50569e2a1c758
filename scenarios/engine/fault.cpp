#include "scenarios/engine/fault.h"

#include <fmt/format.h>

#include "scenarios/engine/quantity.h"

namespace gnc::scenarios {
namespace {

template <class... Readers>
struct Overloaded : Readers... {
  using Readers::operator()...;
};
template <class... Readers>
Overloaded(Readers...) -> Overloaded<Readers...>;

std::string settings_words(const LinkSettings& settings) {
  std::string words = fmt::format("latency {}", duration_text(settings.latency));
  if (settings.jitter != Duration{}) words += fmt::format(", jitter {}", duration_text(settings.jitter));
  if (settings.bandwidth) words += fmt::format(", bandwidth {}", bandwidth_text(*settings.bandwidth));
  if (settings.loss > 0) {
    words +=
        fmt::format(", loss {:g} % with stalls of {}", settings.loss * 100, duration_text(settings.stall));
  }
  return words;
}

std::string deed_words(const Deed& deed) {
  return std::visit(
      Overloaded{[](const TamperWithNext& tamper) {
                   return fmt::format("alter one byte of the next envelope from {}", tamper.party.text());
                 },
                 [](const ReplayNext& replay) {
                   return fmt::format("send the next envelope from {} a second time", replay.party.text());
                 },
                 [](const LapseAgreement& lapse) {
                   return fmt::format("the agreement {} lapses", lapse.agreement);
                 }},
      deed);
}

std::string what_words(const Fault& fault) {
  return std::visit(
      Overloaded{[](const CutLink& cut) { return fmt::format("cut {}", cut.link); },
                 [](const DegradeLink& degrade) {
                   return fmt::format("degrade {} to {}", degrade.link, settings_words(degrade.settings));
                 },
                 [](const FlapLink& flap) {
                   return fmt::format("flap {}, up {} and down {}", flap.link, duration_text(flap.up),
                                      duration_text(flap.down));
                 },
                 [](const BlackHoleLink& hole) {
                   return fmt::format("black-hole {}{}", hole.link,
                                      hole.direction == LinkDirection::both ? ""
                                      : hole.direction == LinkDirection::up ? " towards the gateway"
                                                                            : " from the gateway");
                 },
                 [](const ResetLink& reset) { return fmt::format("reset {}", reset.link); },
                 [](const KillProcess& kill) { return fmt::format("kill {}", kill.process); },
                 [](const FreezeProcess& freeze) { return fmt::format("freeze {}", freeze.process); },
                 [](const RestartProcess& restart) { return fmt::format("restart {}", restart.process); },
                 [](const SlowConsumer& slow) {
                   return fmt::format("slow {} by {}", slow.party.text(), duration_text(slow.delay));
                 },
                 [](const DiskError& disk) { return fmt::format("disk error at {}", disk.process); },
                 [](const CertificateFault& certificate) {
                   const char* verb = certificate.kind == CertificateFault::Kind::revoke   ? "revoke"
                                      : certificate.kind == CertificateFault::Kind::expire ? "expire"
                                                                                           : "rotate";
                   return fmt::format("{} the certificate of {}", verb, certificate.party.text());
                 },
                 [](const SkewClock& skew) {
                   const bool behind = skew.by < Duration{};
                   return fmt::format("clock of {} {} {}", skew.process,
                                      duration_text(behind ? Duration{} - skew.by : skew.by),
                                      behind ? "behind" : "ahead");
                 },
                 [](const RoguePeer& rogue) {
                   std::string words =
                       fmt::format("{} {} to {}", rogue.party.text(),
                                   rogue.kind == RoguePeer::Kind::tamper   ? "tampers with what it sends"
                                   : rogue.kind == RoguePeer::Kind::replay ? "replays what it sent"
                                                                           : "impersonates",
                                   rogue.to.text());
                   if (rogue.impersonated) {
                     words = fmt::format("{} impersonates {} to {}", rogue.party.text(),
                                         rogue.impersonated->text(), rogue.to.text());
                   }
                   return rogue.count == 1 ? words : fmt::format("{}, {} times", words, rogue.count);
                 },
                 [](const Deed& deed) { return deed_words(deed); }},
      fault.what);
}

}  // namespace

std::string words(const Fault& fault) {
  const std::string what = what_words(fault);
  return fault.length ? fmt::format("{} for {}", what, duration_text(*fault.length)) : what;
}

}  // namespace gnc::scenarios
