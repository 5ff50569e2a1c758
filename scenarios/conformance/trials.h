#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/conformance/counterpart.h"
#include "scenarios/conformance/requirement.h"

namespace gnc::scenarios {

// How long is waited for what.
struct TrialPatience {
  Duration first_stream = Duration::from_seconds(60);
  Duration reaction = Duration::from_seconds(5);
  // From the end of a stream to the next, and until what was refused for a time comes again: pauses of a node
  // may grow to ten seconds.
  Duration next_stream = Duration::from_seconds(20);
  // Whether something more comes, that should not.
  Duration silence = Duration::from_milliseconds(700);
  // How long the node is turned away, and how long another than its gateway listens.
  Duration turned_away = Duration::from_seconds(4);
  Duration impostor = Duration::from_seconds(6);
};

// The trials of one node, each after the other; what one finds out, the next may build on.
class Trials {
 public:
  // The identities are the gateway's and that of another gateway, which the node must not talk to. `begun` is
  // called when the node has been welcomed.
  Trials(Counterpart& counterpart, Findings& findings, TrialPatience patience, trust::Identity own,
         trust::Identity impostor, std::function<void()> begun = {})
      : counterpart_(counterpart),
        findings_(findings),
        patience_(patience),
        own_(std::move(own)),
        impostor_(std::move(impostor)),
        begun_(std::move(begun)) {}

  void play();

 private:
  using Ids = std::initializer_list<std::string_view>;

  // Each is false where nothing after it can be tried.
  bool greet();
  void deliver_what_holds();
  void deliver_what_does_not_hold();
  void ask_for_answers();
  // Something that was taken, where no answer has shown it already.
  bool take_first();
  void deliver_again();
  void refuse_for_now();
  void break_off();
  void deliver_on_the_next_stream();
  void count_credit();
  void send_large_frames();
  void turn_away();
  void pose_as_another();

  // A stream is open again, in time; where not, these are not reached.
  bool back(Ids ids);
  void not_reached(Ids ids, const std::string& why);
  // What is wrong with the answer to an envelope that holds; empty where it is one delivered receipt.
  std::string fault_of_delivery(const Consignment& item);
  void expect_taken(std::string_view requirement, const std::vector<Consignment>& items);
  void expect_refused(std::string_view requirement, const std::string& batch, const Consignment& item,
                      v1::ErrorCode code, std::uint64_t envelopes = 1);
  // Delivers a declaration alone, and waits for the answer; the last one's where there are several.
  struct Asked {
    Consignment declaration;
    Digest answer;
  };
  std::optional<Asked> ask(Admission admission);
  const NodeAccount::Submitted* submitted(const Digest& digest);
  void try_large_frame(std::string_view requirement);
  void judge_same_receipt(std::string_view requirement, const Consignment& item, std::size_t times);

  Counterpart& counterpart_;
  Findings& findings_;
  const TrialPatience patience_;
  const trust::Identity own_, impostor_;
  const std::function<void()> begun_;
  std::vector<Consignment> refused_;  // that must not be answered
  std::optional<Consignment> first_;  // that was taken: a declaration, or of who answers none, a notice
  bool answers_ = false;              // the node answers declarations
  bool away_ = false;                 // it did not connect again
};

}  // namespace gnc::scenarios
