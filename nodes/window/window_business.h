#pragma once

#include <memory>

#include "nodes/core/business.h"
#include "nodes/window/clearance.h"

namespace gnc::window {

// An administration that does customs' work on every declaration that it gets, and answers with the RES
// documents that follow from it.
class WindowBusiness final : public nodes::Business {
 public:
  explicit WindowBusiness(std::shared_ptr<const Profile> profile)
      : profile_(std::move(profile)), clearance_(*profile_) {}

  nodes::Decision decide(const nodes::ReceivedDocument& document, Instant now) override;

  Instant next_due() const override { return clearance_.next_due(); }
  std::vector<nodes::FollowUp> time_passed(Instant now) override;

  std::vector<nodes::NoteRecord> notes() override { return clearance_.notes(); }
  Result<void> recall(const std::vector<nodes::NoteRecord>& notes) override {
    return clearance_.recall(notes);
  }

  const Clearance& clearance() const { return clearance_; }

 private:
  const std::shared_ptr<const Profile> profile_;
  Clearance clearance_;
};

// What an administration with this profile does; without one, it checks by the data model alone.
std::unique_ptr<nodes::Business> business_of(std::shared_ptr<const Profile> profile);

}  // namespace gnc::window
