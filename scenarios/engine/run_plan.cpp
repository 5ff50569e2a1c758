#include "scenarios/engine/run_plan.h"

#include <fmt/format.h>

#include <fstream>

#include "gnc/v1/errors.pb.h"
#include "model/yaml/yaml_node.h"
#include "scenarios/engine/file_pattern.h"

namespace gnc::scenarios {
namespace {

namespace fs = std::filesystem;

Result<SourceDocument> read_document(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return failure(v1::FILE_UNREADABLE, fmt::format("{} cannot be read", file.string()));
  SourceDocument document{file.string(), {}, file.extension().string()};
  if (document.form_hint.starts_with('.')) document.form_hint.erase(0, 1);
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  document.bytes.resize(error ? 0 : std::min<std::uintmax_t>(size, most_document_bytes));
  stream.read(document.bytes.data(), static_cast<std::streamsize>(document.bytes.size()));
  document.bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return document;
}

// Makes the plan, collecting what is wrong.
class Planner {
 public:
  Planner(Scenario scenario, const std::optional<std::string>& documents) {
    plan_.scenario = std::move(scenario);
    if (documents) replacement_ = {*documents};
  }

  tl::expected<RunPlan, std::vector<Error>> plan() {
    find_agreements();
    if (!mistakes_.empty()) return tl::unexpected(std::move(mistakes_));
    auto book = model::AgreementBook::load(plan_.block_files, plan_.agreement_files);
    if (!book) return tl::unexpected(std::move(book.error()));
    plan_.book = *book;
    std::size_t number = 0;
    for (const Step& step : plan_.scenario.steps) {
      ++number;
      const auto* lodge = std::get_if<LodgeStep>(&step.action);
      if (lodge == nullptr) continue;
      const std::string name = lodge->as.empty() ? fmt::format("step {}", number) : lodge->as;
      if (auto planned = plan_lodgements(name, *lodge->at, *lodge->to, *lodge, step.place)) {
        plan_.lodgements.push_back(std::move(*planned));
      }
    }
    for (const Workload& workload : plan_.scenario.workloads) {
      auto planned = plan_lodgements(workload.name, *workload.from, *workload.to, workload, workload.place);
      if (!planned) continue;
      const auto* arrivals = std::get_if<Arrivals>(&workload.model);
      plan_.workloads.push_back(
          {std::move(*planned), schedule_of(workload),
           arrivals == nullptr ? std::nullopt : std::optional(arrivals->stages.front().to)});
    }
    if (!mistakes_.empty()) return tl::unexpected(std::move(mistakes_));
    return std::move(plan_);
  }

 private:
  static Schedule schedule_of(const Workload& workload) {
    const auto* arrivals = std::get_if<Arrivals>(&workload.model);
    if (arrivals == nullptr) return Schedule::burst(std::get<Burst>(workload.model).count);
    const RateStage& stage = arrivals->stages.front();
    if (arrivals->count) return Schedule::constant(stage.to, *arrivals->count);
    return Schedule::constant_for(stage.to, stage.length);
  }

  std::string where(model::YamlPlace place) const {
    return fmt::format("{}:{}:{}", plan_.scenario.file.string(), place.line, place.column);
  }

  void find_agreements() {
    for (const std::string& name : plan_.scenario.agreements) {
      plan_.agreement_files.push_back((plan_.scenario.folder() / name).lexically_normal());
    }
    for (const std::string& name : plan_.scenario.blocks) {
      plan_.block_files.push_back((plan_.scenario.folder() / name).lexically_normal());
    }
    if (!plan_.scenario.blocks.empty()) return;
    for (const fs::path& agreement : plan_.agreement_files) find_block_of(agreement);
  }

  // The file of the block that the agreement names, beside it or in ../blocks.
  void find_block_of(const fs::path& agreement) {
    model::YamlMistakes mistakes(agreement.string());
    const auto root = model::read_yaml_file(agreement, mistakes);
    if (!root) {
      for (Error& error : mistakes.take()) mistakes_.push_back(std::move(error));
      return;
    }
    const model::YamlNode* block = root->find("block");
    // Without one, the agreement's own reader says what is missing.
    if (block == nullptr || block->text.empty()) return;
    const std::string name = block->text + ".yaml";
    const fs::path beside = agreement.parent_path() / name;
    const fs::path in_blocks = (agreement.parent_path() / ".." / "blocks" / name).lexically_normal();
    for (const fs::path& candidate : {beside, in_blocks}) {
      std::error_code ignored;
      if (!fs::is_regular_file(candidate, ignored)) continue;
      if (std::find(plan_.block_files.begin(), plan_.block_files.end(), candidate) ==
          plan_.block_files.end()) {
        plan_.block_files.push_back(candidate);
      }
      return;
    }
    mistakes.add(v1::REFERENCE_UNKNOWN, block->place,
                 fmt::format("the utility block {} is neither {} nor {}", block->text, beside.string(),
                             in_blocks.string()),
                 "Put the block's file there, or name it in the scenario's blocks.");
    for (Error& error : mistakes.take()) mistakes_.push_back(std::move(error));
  }

  template <class Written>
  std::optional<PlannedLodgements> plan_lodgements(std::string name, const PartyName& from,
                                                   const PartyName& to, const Written& written,
                                                   model::YamlPlace place) {
    PlannedLodgements planned{std::move(name), from, to, {}, {}, written.priority, written.life, false, {}};
    const bool chosen = choose(written.choice, planned, place);
    const bool found = load_documents(std::get<FileSource>(written.documents).patterns, planned, place);
    if (!chosen || !found) return std::nullopt;
    return planned;
  }

  // A message that the one may send to the other.
  struct Candidate {
    std::string agreement, flow, message;
    bool answer_due = false;
    bool is_answer = false;
  };

  std::vector<Candidate> candidates(const PartyName& from, const PartyName& to) const {
    std::vector<Candidate> all;
    for (const v1::Agreement& agreement : plan_.book->agreements()) {
      const v1::UtilityBlock* block = plan_.book->block(agreement.block());
      if (block == nullptr) continue;
      const auto has_role = [&agreement](std::string_view role, const PartyName& party) {
        for (const v1::AgreementParty& member : agreement.parties()) {
          if (member.role() == role && member.party() == party.text()) return true;
        }
        return false;
      };
      for (const v1::BlockMessage& message : block->messages()) {
        if (has_role(message.from(), from) && has_role(message.to(), to)) {
          all.push_back({agreement.id(), block->id(), message.name(), message.answer_due(),
                         !message.answers().empty()});
        }
      }
    }
    return all;
  }

  bool choose(const ExchangeChoice& choice, PlannedLodgements& planned, model::YamlPlace place) {
    std::vector<Candidate> fit;
    for (Candidate& candidate : candidates(planned.at, planned.to)) {
      // An answer begins an exchange only where it is asked for by name.
      if (!choice.flow.empty() && choice.flow != candidate.flow) continue;
      if (!choice.agreement.empty() && choice.agreement != candidate.agreement) continue;
      if (choice.message.empty() ? candidate.is_answer : choice.message != candidate.message) continue;
      fit.push_back(std::move(candidate));
    }
    if (fit.empty()) {
      mistakes_.push_back({v1::REFERENCE_UNKNOWN,
                           fmt::format("no agreement of the scenario lets {} send {} to {}",
                                       planned.at.text(), asked_for(choice), planned.to.text()),
                           where(place), "Add such an agreement, or correct the parties and the message."});
      return false;
    }
    if (fit.size() > 1) {
      mistakes_.push_back({v1::KEY_MISSING,
                           fmt::format("{} may send {} to {} as {} under {} and as {} under {}",
                                       planned.at.text(), asked_for(choice), planned.to.text(),
                                       fit[0].message, fit[0].agreement, fit[1].message, fit[1].agreement),
                           where(place), "Say which: add agreement, flow or message."});
      return false;
    }
    planned.agreement = fit[0].agreement;
    planned.message = fit[0].message;
    planned.answer_due = fit[0].answer_due;
    return true;
  }

  static std::string asked_for(const ExchangeChoice& choice) {
    if (!choice.message.empty()) return choice.message;
    return choice.flow.empty() ? "anything" : choice.flow;
  }

  bool load_documents(const std::vector<std::string>& written, PlannedLodgements& planned,
                      model::YamlPlace place) {
    const bool replaced = !replacement_.empty();
    const fs::path base = replaced ? fs::path() : plan_.scenario.folder();
    const std::size_t before = mistakes_.size();
    for (const std::string& pattern : replaced ? replacement_ : written) {
      auto files = find_files(pattern, base);
      if (!files) {
        Error error = files.error();
        error.where = replaced ? "--documents" : where(place);
        // One mistaken pattern on the command line is one mistake, however many steps it stands in for.
        if (!replaced || mistakes_.empty() || mistakes_.back().where != error.where) {
          mistakes_.push_back(std::move(error));
        }
        return false;
      }
      for (const fs::path& file : *files) {
        auto document = read_document(file);
        if (document) {
          planned.documents.push_back(std::move(*document));
        } else {
          mistakes_.push_back(document.error());
        }
      }
    }
    return mistakes_.size() == before;
  }

  RunPlan plan_;
  std::vector<std::string> replacement_;
  std::vector<Error> mistakes_;
};

}  // namespace

tl::expected<RunPlan, std::vector<Error>> plan_run(Scenario scenario,
                                                   const std::optional<std::string>& documents) {
  return Planner(std::move(scenario), documents).plan();
}

}  // namespace gnc::scenarios
