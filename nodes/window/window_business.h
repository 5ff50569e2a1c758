#pragma once

#include <memory>

#include "nodes/core/business.h"
#include "nodes/window/clearance.h"
#include "nodes/window/desks.h"
#include "nodes/window/papers.h"

namespace gnc::window {

// An administration that does customs' work on every declaration that it gets, and answers with the RES
// documents that follow from it.
class WindowBusiness final : public nodes::Business {
 public:
  // `sends`: what the administration may send to whom.
  explicit WindowBusiness(std::shared_ptr<const Profile> profile, std::vector<nodes::MessageTo> sends = {},
                          double business_clock = 1)
      : profile_(std::move(profile)),
        office_(profile_->opening_hours, profile_->officers, business_clock),
        papers_(profile_->paper, office_),
        clearance_(*profile_, office_, sends),
        desks_(*profile_, std::move(sends), business_clock) {}

  nodes::Decision decide(const nodes::ReceivedDocument& document, Instant now) override;

  Instant next_due() const override;
  std::vector<nodes::FollowUp> time_passed(Instant now) override;
  std::vector<nodes::Push> pushes(Instant now) override;

  std::vector<nodes::NoteRecord> notes() override;
  Result<void> recall(const std::vector<nodes::NoteRecord>& notes) override;

  const Clearance& clearance() const { return clearance_; }
  const Desks& desks() const { return desks_; }

 private:
  nodes::Decision deal_with(const nodes::ReceivedDocument& document, Instant now);
  void paper_due(std::vector<nodes::FollowUp>& said);
  void clearance_due(Instant now, std::vector<nodes::FollowUp>& said);
  nodes::Decision hear(const nodes::ReceivedDocument& document, Instant now);
  nodes::Decision take_partners(const nodes::ReceivedDocument& document, Instant now);

  const std::shared_ptr<const Profile> profile_;
  Office office_;
  Papers papers_;
  Clearance clearance_;
  Desks desks_;
};

// What an administration with this profile does; without one, it checks by the data model alone.
std::unique_ptr<nodes::Business> business_of(std::shared_ptr<const Profile> profile);
// The same of the party of these agreements, by their business clock.
std::unique_ptr<nodes::Business> business_of(std::shared_ptr<const Profile> profile,
                                             const model::AgreementBook& book, const PartyName& party);

}  // namespace gnc::window
