#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "gnc/v1/event.pb.h"
#include "nodes/core/agreement_index.h"
#include "nodes/core/business.h"
#include "nodes/core/records.h"
#include "nodes/window/duty.h"
#include "nodes/window/ledger.h"
#include "nodes/window/match_book.h"
#include "nodes/window/office.h"
#include "nodes/window/profile.h"
#include "nodes/window/responses.h"
#include "nodes/window/risk.h"
#include "proto/types/result.h"
#include "proto/types/uuid.h"

namespace gnc::window {

// A document that comes to the single window, with what the window may not have of its own.
struct Lodged {
  const v1::MetaData& document;
  const Uuid& id;
  std::string_view sender;
  std::string reference;  // under which it is answered
  Instant now;
  std::uint64_t draw = 0;  // evenly distributed over 64 bits
  Uuid conversation = {};
};

// Where one declaration stands.
//
//   pre_lodged ──presented──> held ──all agree, paid──> released
//        └───────────cancelled─┴──────────────────────────┘
//
// A declaration that nothing holds passes through `held` at once.
enum class Standing : std::uint8_t { pre_lodged, held, released };

// What an agency has to say about goods.
enum class AgencyWord : std::uint8_t { none, agrees, objects, lacks_documents, inspects };

// An agency that was asked through the gateway.
struct AskedAgency {
  std::string agency;
  std::string agreement;    // empty: there was none to ask it under
  std::uint32_t round = 0;  // the declaration's version that it was asked about
  Instant until;            // then its silence decides
  AgencyWord word = AgencyWord::none;
  std::string says = {};
  bool overdue = false;  // the word is not its own, but that of one who does not answer
  bool told = false;     // what follows from the word has been done
};

struct Case {
  About about;
  Uuid lodged_as;
  Uuid conversation;  // in which agencies are asked too: it is one case
  std::string sender;
  Standing standing = Standing::held;
  v1::MetaData declaration;  // as amended; empty once released
  Assessment duty;
  std::string method;               // of payment
  std::vector<LedgerEntry> booked;  // quotas drawn, permits written off, accounts charged
  std::optional<Instant> due;       // of what comes next by itself
  bool noted = false;               // something of it is remembered
  std::uint64_t draw = 0;
  std::string reference;  // of what follows by itself
  int said = 0;           // how many responses have been made under it
  Channel channel = Channel::green;
  std::uint32_t agencies = 0;    // that were asked
  Instant agencies_ready;        // from when on none holds it of those inside the window, or by an inspection
  Instant ready;                 // nor officers
  bool document_wanted = false;  // by an agency inside the window
  std::vector<AskedAgency> asked;
  // A partner's data has come late: risk is weighed anew when it is due; until then it was due at this time.
  std::optional<Instant> due_before;
  bool weighed_again = false;  // what follows tells its channel anew
};

struct WindowAnswer {
  bool accepted = true;
  std::vector<v1::Response> responses;
  // Why, for the administration's own record: channel and its reasons, agencies, payment. Traders are not
  // told.
  std::string why;
  v1::WindowFindings findings;
};

// Whether it is about an earlier declaration, and so not checked as one.
bool is_request(const v1::Declaration& declaration);

// What the window says later by itself about a document that it has answered.
struct FollowUp {
  Uuid about;
  WindowAnswer answer;
};

// Customs' work at a single window: from a lodged declaration to its release, and what a trader may ask on
// the way. Pure: the same documents, times and draws give the same answers.
class Clearance {
 public:
  // Both must outlive it. The office's officers do what only people can. `sends`: what the administration may
  // send to whom.
  Clearance(const Profile& profile, Office& office, std::vector<nodes::MessageTo> sends = {});

  WindowAnswer lodge(const Lodged& lodged);

  // A partner's declaration of a consignment, for matching. It has no responses.
  WindowAnswer take_partners(const Lodged& sent);

  // Whether the party is an agency that is asked through the gateway, and what it answers. Without responses:
  // what follows from it is said by time_passed() at the same time.
  bool consults(std::string_view party) const;
  WindowAnswer hear(const Lodged& answer);
  // What is to be sent to agencies since this was last asked. Whoever takes it keeps it with the notes.
  bool has_to_send() const { return !to_send_.empty(); }
  std::vector<nodes::Push> take_to_send() { return std::exchange(to_send_, {}); }

  // When time_passed() has something to say at the soonest; zero: never.
  Instant next_due() const { return due_.empty() ? Instant{} : due_.begin()->first; }
  std::vector<FollowUp> time_passed(Instant now);

  // What must outlive the process, as far as it has changed since this was last asked; and all of it given
  // back, before anything is lodged. A case that the profile does not fit any more is refused.
  std::vector<nodes::NoteRecord> notes();
  Result<void> recall(const std::vector<nodes::NoteRecord>& notes);

  const Case* find(const std::string& number) const;
  const Ledger& ledger() const { return ledger_; }
  const MatchBook* match_book() const { return match_book_ ? &*match_book_ : nullptr; }
  std::size_t open_cases() const { return cases_.size(); }

 private:
  WindowAnswer declare(const Lodged& lodged);
  WindowAnswer request(const Lodged& lodged);
  WindowAnswer amend(Case& known, const Lodged& lodged, const v1::MetaData& changed, bool with_pointers);
  WindowAnswer cancel(Case& known, const Lodged& lodged);
  WindowAnswer present(Case& known, const Lodged& lodged);
  WindowAnswer depart(Case& known, const Lodged& lodged);
  WindowAnswer reject(const Lodged& lodged, const About& about,
                      const std::vector<Rejection>& rejections) const;

  // All that is wrong with it, the data model's rules first.
  std::vector<Rejection> faults_of(const v1::MetaData& document) const;
  // Works out duty and its faults.
  std::vector<Rejection> assess_duty(Case& known, Instant now) const;
  // The channel, by its risk and what a partner has sent of it.
  RiskAssessment weigh(Case& known, Instant now, WindowAnswer& said);
  // The same again, since a partner's data has come, and what follows from it.
  void weigh_again(Case& known, Responses& responses, Instant now, WindowAnswer& said);
  // What officers have to do with it; from when on they do not hold it.
  Instant control(const Case& known, const std::vector<Consultation>&, Responses& responses, Instant now,
                  WindowAnswer& said);
  // Channel, agencies, and release where nothing holds the goods.
  void examine(Case& known, Responses& responses, Instant now, WindowAnswer& said);
  // What follows from what agencies have said, and from silence that has lasted too long; and release where
  // nothing holds the goods any more.
  void go_on(Case& known, Responses& responses, Instant now, WindowAnswer& said);
  void ask(Case& known, const Consultation& consultation, Instant now, WindowAnswer& said);
  void take_back(const Case& known, const AskedAgency& asked, Instant now);
  void inspect_for(Case& known, const AskedAgency& asked, Responses& responses, Instant now,
                   WindowAnswer& said);
  const nodes::MessageTo* question_to(const std::string& agency, const std::string& message,
                                      Instant now) const;
  v1::MetaData message_about(const Case& known, const AskedAgency& asked, std::string_view function,
                             Instant now) const;
  void release(Case& known, Responses& responses, Instant now, WindowAnswer& said);
  void undo(Case& known);
  Case* find_for(const Lodged& lodged);
  void schedule(Case& known, Instant at);
  void unschedule(Case& known);
  void forget(const std::string& number);

  const Profile& profile_;
  Office& office_;
  const std::vector<nodes::MessageTo> sends_;
  std::vector<nodes::Push> to_send_;
  Ledger ledger_;
  std::optional<MatchBook> match_book_;
  std::unordered_map<std::string, Case> cases_;                // by number
  std::unordered_map<std::string, std::string> by_reference_;  // sender and local reference → number
  std::multimap<Instant, std::string> due_;
  std::set<std::string> touched_;          // numbers of cases to be noted
  std::vector<std::string> to_be_erased_;  // numbers of cases that were noted and are no more
};

// Adds to what is on record of a decision.
void add_reason(std::string& why, std::string_view reason);

// "26NZ…": year, country, thirteen characters of the id, and a check digit.
std::string declaration_number(std::string_view country, const Uuid& id, Instant now);

}  // namespace gnc::window
