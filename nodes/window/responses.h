#pragma once

#include <string>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "nodes/window/agencies.h"
#include "nodes/window/checks.h"
#include "nodes/window/duty.h"
#include "nodes/window/profile.h"
#include "nodes/window/treasury.h"

namespace gnc::window {

// Message function, coded, of a RES: what an administration says about a declaration.
namespace function {
inline constexpr std::string_view accepted = "01";
inline constexpr std::string_view received = "02";
inline constexpr std::string_view rejected = "03";
inline constexpr std::string_view under_control = "05";
inline constexpr std::string_view documents_wanted = "06";
inline constexpr std::string_view amended = "07";
inline constexpr std::string_view cleared = "09";
inline constexpr std::string_view invalidated = "10";
inline constexpr std::string_view request_answered = "11";
inline constexpr std::string_view duty = "13";
inline constexpr std::string_view insufficient = "14";
inline constexpr std::string_view departed = "16";
inline constexpr std::string_view exit_enquiry = "18";
}  // namespace function

// What a response is about.
struct About {
  std::string local_reference;  // the trader's
  std::string number;           // the administration's
  int version = 1;              // 0: not said
};

// Makes the responses of one answer. Each gets its own reference: `reference`, and a number from the second
// on; `already` have been made under it.
class Responses {
 public:
  Responses(const Profile& profile, std::string reference, Instant now, int already = 0)
      : profile_(profile), reference_(std::move(reference)), now_(now), count_(already) {}

  void accepted(const About& about, Instant acceptance);
  void received(const About& about);
  void rejected(const About& about, const std::vector<Rejection>& rejections);
  void under_control(const About& about, const std::string& why);
  void documents_wanted(const About& about, const std::vector<AgencyFinding>& findings, Instant until);
  // `request` is what the trader asked for, `changed` the declaration as it is now.
  void amended(const About& about, const v1::Declaration& request);
  void cleared(const About& about);
  void invalidated(const About& about, const v1::Declaration& request);
  void request_answered(const About& about, bool granted, const std::string& why);
  void duty(const About& about, const v1::Declaration& declaration, const Assessment& assessment,
            const std::string& status);
  void insufficient(const About& about, const Settlement& settlement);
  // As the request says that tells of it.
  void departed(const About& about, const v1::Declaration& request);
  void exit_enquiry(const About& about, Instant until);

  int count() const { return count_; }
  std::vector<v1::Response> take() { return std::move(responses_); }

 private:
  v1::Response& begin(std::string_view function, const About& about);
  void state(v1::Response& response, const std::string& code, const std::string& type,
             std::string_view text = {}) const;

  const Profile& profile_;
  const std::string reference_;
  const Instant now_;
  int count_;
  std::vector<v1::Response> responses_;
};

}  // namespace gnc::window
