#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gnc/v1/datamodel.pb.h"
#include "nodes/window/clearance.h"
#include "nodes/window/profile_reader.h"

namespace gnc::window {

inline constexpr Instant noon{1'700'000'000'000'000};

// The profile, or a failure of the test with all mistakes.
Profile profile_of(std::string_view yaml);
Profile profile_at(const std::string& path);
Profile profile_file(const std::string& name);  // below tests/nodes/window/profiles

// A well-formed declaration of XML. What stands behind its end is left out.
v1::MetaData document_of(std::string_view xml);
v1::MetaData document_file(const std::string& path);

// What a response says, in one line: "01", "03 DMS10001 42A/67A[1]", "13/4 A00 9.70 97.00", "11/39".
std::string said(const v1::Response& response);
std::vector<std::string> said(const v1::MetaData& answer);

// One administration's window, its documents lodged one after the other by one trader.
class WindowWorld {
 public:
  explicit WindowWorld(Profile profile, double business_clock = 1)
      : profile_(std::move(profile)),
        office_(profile_.opening_hours, profile_.officers, business_clock),
        window(profile_, office_) {
    office_.begin(noon);
  }

  std::vector<std::string> lodge(const v1::MetaData& document, std::uint64_t draw = ~0ull);
  std::vector<std::string> wait(Duration duration);
  // The window anew, from what it noted.
  void start_again();

 private:
  Profile profile_;
  Office office_;
  std::uint64_t count_ = 0;

 public:
  Clearance window;
  Instant now = noon;
  WindowAnswer last;
  std::map<std::string, std::string> kept;  // notes
  // Of the last declaration that was answered.
  std::string number;
};

}  // namespace gnc::window
