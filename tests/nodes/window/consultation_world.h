#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/agreement/agreement_book.h"
#include "nodes/core/agreement_index.h"
#include "nodes/window/window_business.h"

namespace gnc::window {

// A document on its way between two parties.
struct Crossing {
  std::string from, to, agreement, message, type;
  Uuid id, conversation;
  v1::MetaData document;
};

// China's customs and its agencies as the library has them, each by its profile, in simulated time. What they
// send crosses where their agreements let it, as at the gateway, and takes a millisecond.
class ConsultationWorld {
 public:
  static constexpr const char* customs = "CN";
  static constexpr const char* health = "CN/health";
  static constexpr const char* standards = "CN/standards";

  // Profiles as written in the library, with the first text in them in place of which the second stands.
  using Changes = std::vector<std::pair<std::string, std::string>>;
  explicit ConsultationWorld(const Changes& customs_changes = {}, const Changes& health_changes = {},
                             double business_clock = 1);

  // A trader's document, by way of NZ; what is said of it at once.
  std::vector<std::string> lodge(const v1::MetaData& document);
  // What is said to the trader meanwhile.
  std::vector<std::string> wait(Duration duration);
  std::vector<std::string> wait(int milliseconds) { return wait(Duration::from_milliseconds(milliseconds)); }
  // The party's business anew, from what it noted.
  void start_again(const std::string& party);
  // The same document once more, as one that was never sent before.
  void repeat(const Crossing& crossing) { deliver(crossing); }

  // Of these parties nothing comes and goes.
  std::set<std::string> away;

  Instant now;
  std::vector<Crossing> crossed;        // in order, without what NZ sends
  std::vector<std::string> refused;     // by the gateway: code and message
  std::vector<v1::Response> responses;  // to the trader
  std::vector<std::string> why;         // customs' own record
  const WindowBusiness& business(const std::string& party) const { return *parties_.at(party).business; }
  std::vector<std::string> messages() const;  // that crossed: "CN > CN/health: consultation"

 private:
  struct Party {
    std::shared_ptr<const Profile> profile;
    std::unique_ptr<WindowBusiness> business;
    std::map<std::string, std::string> notes;
    std::map<Uuid, Crossing> received;
  };

  std::unique_ptr<WindowBusiness> made(const std::string& party,
                                       std::shared_ptr<const Profile> profile) const;
  void deliver(const Crossing& crossing);
  void time_passed(const std::string& name);
  void send(Crossing crossing);
  void answer(const std::string& from, const Crossing& to, const std::string& message,
              const v1::MetaData& document);
  void keep(Party& party);
  Uuid next_id() {
    ++count_;
    return Uuid::from_parts(now, count_, count_ * 0x9e3779b97f4a7c15ull);
  }

  const double business_clock_;
  std::shared_ptr<const model::AgreementBook> book_;
  std::unique_ptr<nodes::AgreementIndex> index_;
  std::map<std::string, Party> parties_;
  std::map<std::pair<Uuid, std::string>, model::ConversationPlace> places_;
  std::multimap<Instant, Crossing> under_way_;
  std::vector<std::string> said_;
  std::uint64_t count_ = 0;
};

// A file of the library, with each first text replaced by its second.
std::string changed_text(const std::string& name, const ConsultationWorld::Changes& changes);

}  // namespace gnc::window
