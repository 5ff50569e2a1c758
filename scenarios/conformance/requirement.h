#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the contract asks of a node, and what was found of one (docs/conformance.md).
namespace gnc::scenarios {

struct Requirement {
  std::string_view id;
  std::string_view sentence;
  std::string_view section;     // of docs/protocol.md
  bool of_submissions = false;  // it cannot be seen of a node that submits nothing
};

// All of them, in the order in which they are tried.
std::span<const Requirement> conformance_requirements();

// Markdown: the table that stands in docs/conformance.md.
std::string requirements_markdown();

enum class Verdict { passed, failed, not_reached };

struct Finding {
  const Requirement* requirement = nullptr;
  Verdict verdict = Verdict::not_reached;
  std::string seen;      // where it failed
  std::string expected;  // where it failed
  std::string why;       // where it was not reached
};

// One finding for each requirement. A failure stays, whatever comes after it.
class Findings {
 public:
  Findings();

  void pass(std::string_view id);
  void fail(std::string_view id, std::string seen, std::string expected);
  // Says why it could not be tried, unless it was.
  void not_reached(std::string_view id, std::string why);
  // pass() where `holds`, else fail().
  void judge(std::string_view id, bool holds, std::string seen, std::string expected);

  const std::vector<Finding>& all() const { return findings_; }
  std::size_t count(Verdict verdict) const;
  // Every requirement passed; of a recipient only, what is asked about submissions need not have been
  // reached.
  bool hold(bool recipient_only) const;

 private:
  Finding& find(std::string_view id);
  std::vector<Finding> findings_;
};

std::string findings_text(const Findings& findings, std::string_view party);
std::string findings_json(const Findings& findings, std::string_view party);
std::string findings_junit(const Findings& findings, std::string_view party);

}  // namespace gnc::scenarios
