#include "model/agreement/agreement_book.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "model/agreement/business_time.h"
#include "model/agreement/definition_check.h"
#include "model/agreement/definition_yaml.h"
#include "model/yaml/definition_kind.h"
#include "model/yaml/instant_text.h"

namespace gnc::model {
namespace {

struct Message {
  std::string name;
  std::size_t from = 0;  // index of the role
  std::size_t to = 0;
  std::string document;
  CrossingTerms terms;
};

// An agreement with its block, as allow() needs it.
struct CompiledAgreement {
  v1::Agreement definition;
  std::vector<std::string> roles;
  // The indexes of each party's roles: among equals it has several.
  std::unordered_map<std::string, std::vector<std::size_t>, TextHash, std::equal_to<>> parties;
  std::vector<Message> messages;
  PathRules rules;
  Where where;  // its parts were written, and its block's
  Where where_in_block;
  // By pointer, since the terms of a crossing refer to it.
  std::unique_ptr<const ConversationStates> states;

  const std::vector<std::size_t>* roles_of(std::string_view name) const {
    const auto found = parties.find(name);
    return found == parties.end() ? nullptr : &found->second;
  }
  std::string names_of(const std::vector<std::size_t>& indexes) const {
    std::string names;
    for (const std::size_t index : indexes) names += (names.empty() ? "" : " and ") + roles[index];
    return names;
  }
};

// A definition and where its parts were written.
template <class Definition>
struct Source {
  Definition definition;
  // Of one that is not whole, empty for what was not written.
  Where where;
  bool whole = true;  // false: it has mistakes already
};

std::size_t index_of(const v1::UtilityBlock& block, const std::string& role) {
  return static_cast<std::size_t>(std::find(block.roles().begin(), block.roles().end(), role) -
                                  block.roles().begin());
}

CompiledAgreement compile_one(const Source<v1::Agreement>& agreement, const v1::UtilityBlock& block,
                              const Where& where_in_block, PathRules rules, double business_clock) {
  const v1::Agreement& definition = agreement.definition;
  CompiledAgreement compiled{definition,
                             {block.roles().begin(), block.roles().end()},
                             {},
                             {},
                             std::move(rules),
                             agreement.where,
                             where_in_block,
                             std::make_unique<const ConversationStates>(block, business_clock)};
  for (const v1::AgreementParty& member : definition.parties()) {
    compiled.parties[member.party()].push_back(index_of(block, member.role()));
  }
  for (const v1::BlockMessage& message : block.messages()) {
    compiled.messages.push_back(
        {message.name(),
         index_of(block, message.from()),
         index_of(block, message.to()),
         message.document(),
         {definition.id(), message.name(), message.answer_due(),
          scaled(duration_of(message.answer_within()), business_clock),
          compiled.states->any() ? compiled.states.get() : nullptr, message.largest_attachments()}});
  }
  return compiled;
}

DefinitionKind kind_read_as(const v1::UtilityBlock&) { return DefinitionKind::block; }
DefinitionKind kind_read_as(const v1::Agreement&) { return DefinitionKind::agreement; }

// Reads each file into a definition. What cannot be read is left out, with its mistakes added; of the others
// there is as much as could be read.
template <class Definition>
std::vector<Source<Definition>> read_files(std::span<const std::filesystem::path> files,
                                           std::vector<Error>& mistakes) {
  std::vector<Source<Definition>> sources;
  for (const std::filesystem::path& file : files) {
    YamlMistakes wrong(file.string());
    auto tree = read_yaml_file(file, wrong);
    Definition definition;
    if (tree && kind_of(*tree) == kind_read_as(definition)) {
      const bool whole = read_yaml(*tree, definition, wrong);
      auto root = std::make_shared<const YamlNode>(std::move(*tree));
      const auto where = [root, whole, name = file.string()](std::string_view part) -> std::string {
        if (!whole && !is_written(*root, part)) return {};
        const YamlPlace place = place_of_part(*root, part);
        return fmt::format("{}:{}:{}", name, place.line, place.column);
      };
      sources.push_back({std::move(definition), where, whole});
    } else if (tree) {
      read_yaml(*tree, definition, wrong);  // says what it is instead
    }
    for (Error& error : wrong.take()) mistakes.push_back(std::move(error));
  }
  return sources;
}

// What else is wrong with a definition that has mistakes already: of what was written and could be read.
template <class Check>
void add_further(std::vector<Error>& mistakes, const Check& check) {
  std::vector<Error> further;
  check(further);
  for (Error& error : further) {
    const bool told =
        std::ranges::any_of(mistakes, [&](const Error& other) { return other.where == error.where; });
    if (!error.where.empty() && !told) mistakes.push_back(std::move(error));
  }
}

}  // namespace

struct AgreementBook::State {
  std::vector<v1::UtilityBlock> blocks;
  std::vector<Where> block_places;  // of each
  std::vector<CompiledAgreement> agreements;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> by_id;
  std::set<std::string, std::less<>> parties;
  double business_clock = 1;

  void add(std::vector<Source<v1::UtilityBlock>> sources, std::vector<Error>& mistakes);
  void add(const std::vector<Source<v1::Agreement>>& sources, std::vector<Error>& mistakes);
};

void AgreementBook::State::add(std::vector<Source<v1::UtilityBlock>> sources, std::vector<Error>& mistakes) {
  for (Source<v1::UtilityBlock>& source : sources) {
    const std::size_t before = mistakes.size();
    const v1::UtilityBlock& block = source.definition;
    if (!source.whole) {
      // Without roles every message would seem wrong.
      if (!block.roles().empty())
        add_further(mistakes, [&](auto& found) { check_block(block, source.where, found); });
      continue;
    }
    check_block(block, source.where, mistakes);
    if (find_block(blocks, block.id(), block.version()) != nullptr) {
      mistakes.push_back({v1::KEY_VALUE,
                          fmt::format("a second version {} of block {}", block.version(), block.id()),
                          source.where("version"), "Give each version of a block its own number."});
    }
    if (mistakes.size() != before) continue;
    blocks.push_back(std::move(source.definition));
    block_places.push_back(std::move(source.where));
  }
}

void AgreementBook::State::add(const std::vector<Source<v1::Agreement>>& sources,
                               std::vector<Error>& mistakes) {
  for (const Source<v1::Agreement>& source : sources) {
    const v1::Agreement& agreement = source.definition;
    if (!source.whole) {
      add_further(mistakes, [&](auto& found) { check_agreement(agreement, blocks, source.where, found); });
      continue;
    }
    const std::size_t before = mistakes.size();
    PathRules rules = check_agreement(agreement, blocks, source.where, mistakes);
    if (by_id.contains(agreement.id())) {
      mistakes.push_back({v1::KEY_VALUE, fmt::format("a second agreement {}", agreement.id()),
                          source.where("agreement"), "Give each agreement its own id."});
    }
    if (mistakes.size() != before) continue;
    const v1::UtilityBlock* block = find_block(blocks, agreement.block(), agreement.block_version());
    by_id.emplace(agreement.id(), agreements.size());
    agreements.push_back(compile_one(source, *block,
                                     block_places[static_cast<std::size_t>(block - blocks.data())],
                                     std::move(rules), business_clock));
    for (const auto& member : agreement.parties()) parties.insert(member.party());
  }
}

AgreementBook::AgreementBook(std::unique_ptr<State> state) : state_(std::move(state)) {}
AgreementBook::~AgreementBook() = default;

tl::expected<std::shared_ptr<const AgreementBook>, std::vector<Error>> AgreementBook::compile(
    std::span<const v1::UtilityBlock> blocks, std::span<const v1::Agreement> agreements) {
  std::vector<Source<v1::UtilityBlock>> block_sources;
  for (const v1::UtilityBlock& block : blocks) {
    block_sources.push_back(
        {block, [id = block.id()](std::string_view part) { return fmt::format("block {}: {}", id, part); }});
  }
  std::vector<Source<v1::Agreement>> agreement_sources;
  for (const v1::Agreement& agreement : agreements) {
    agreement_sources.push_back({agreement, [id = agreement.id()](std::string_view part) {
                                   return fmt::format("agreement {}: {}", id, part);
                                 }});
  }
  std::vector<Error> mistakes;
  auto state = std::make_unique<State>();
  state->add(std::move(block_sources), mistakes);
  // Where a block has mistakes of its own, every agreement on it would seem wrong too.
  if (mistakes.empty()) state->add(agreement_sources, mistakes);
  if (!mistakes.empty()) return tl::unexpected(std::move(mistakes));
  return std::shared_ptr<const AgreementBook>(new AgreementBook(std::move(state)));
}

tl::expected<std::shared_ptr<const AgreementBook>, std::vector<Error>> AgreementBook::load(
    std::span<const std::filesystem::path> block_files,
    std::span<const std::filesystem::path> agreement_files, double business_clock) {
  std::vector<Error> mistakes;
  auto state = std::make_unique<State>();
  state->business_clock = business_clock;
  state->add(read_files<v1::UtilityBlock>(block_files, mistakes), mistakes);
  const bool blocks_hold = mistakes.empty();
  auto agreements = read_files<v1::Agreement>(agreement_files, mistakes);
  if (blocks_hold) state->add(agreements, mistakes);
  if (!mistakes.empty()) return tl::unexpected(std::move(mistakes));
  return std::shared_ptr<const AgreementBook>(new AgreementBook(std::move(state)));
}

namespace {

// ---- The gates: each refuses for one reason, and may rely on what those before it have found ------------

Result<void> check_membership(const CompiledAgreement& agreement, const CrossingRequest& request) {
  const auto* sender = agreement.roles_of(request.sender);
  if (sender != nullptr && agreement.roles_of(request.recipient) != nullptr) return {};
  return failure(v1::NO_AGREEMENT,
                 fmt::format("{} is not a party of the agreement {}",
                             sender == nullptr ? request.sender : request.recipient, request.agreement));
}

Result<void> check_in_force(const CompiledAgreement& agreement, const CrossingRequest& request, Instant now) {
  const Instant from{agreement.definition.from()};
  const Instant until{agreement.definition.until()};
  if (now >= from && now < until) return {};
  return failure(v1::AGREEMENT_NOT_IN_FORCE,
                 fmt::format("the agreement {} is in force from {} until {}; it is {}", request.agreement,
                             instant_text(from), instant_text(until), instant_text(now)));
}

Result<const Message*> find_message(const CompiledAgreement& agreement, const CrossingRequest& request) {
  const auto message = std::find_if(agreement.messages.begin(), agreement.messages.end(),
                                    [&](const Message& one) { return one.name == request.message; });
  if (message != agreement.messages.end()) return &*message;
  return failure(v1::MESSAGE_NOT_IN_BLOCK,
                 fmt::format("block {} of the agreement {} has no message \"{}\"",
                             agreement.definition.block(), request.agreement, request.message));
}

Result<void> check_direction(const CompiledAgreement& agreement, const Message& message,
                             const CrossingRequest& request) {
  const auto& sender = *agreement.roles_of(request.sender);
  const auto& recipient = *agreement.roles_of(request.recipient);
  const bool sends = std::find(sender.begin(), sender.end(), message.from) != sender.end();
  const bool receives = std::find(recipient.begin(), recipient.end(), message.to) != recipient.end();
  if (sends && receives && request.sender != request.recipient) return {};
  return failure(v1::MESSAGE_NOT_IN_BLOCK,
                 fmt::format("message {} of the agreement {} goes from {} to {}; {} is {} and {} is {}",
                             request.message, request.agreement, agreement.roles[message.from],
                             agreement.roles[message.to], request.sender, agreement.names_of(sender),
                             request.recipient, agreement.names_of(recipient)));
}

Result<void> check_document_type(const Message& message, const CrossingRequest& request) {
  if (message.document == request.document_type) return {};
  return failure(v1::DOCUMENT_TYPE_NOT_IN_MESSAGE,
                 fmt::format("message {} of the agreement {} carries {}, not \"{}\"", request.message,
                             request.agreement, message.document, request.document_type));
}

// Whether there is content to look into, or none need be.
Result<void> check_readable(const CompiledAgreement& agreement, const CrossingRequest& request) {
  if (!request.structured.empty() || !agreement.rules.ask_for_content()) return {};
  return failure(
      v1::CLUSTER_FORBIDDEN,
      fmt::format("the agreement {} says what may cross, and a document carried only as its original "
                  "cannot be checked",
                  request.agreement),
      {}, "Carry the structured form as well.");
}

Error under_agreement(Error error, const CrossingRequest& request) {
  error.detail = fmt::format("agreement {}: {}", request.agreement, error.detail);
  return error;
}

tl::unexpected<Error> no_agreement(const CrossingRequest& request) {
  return failure(v1::NO_AGREEMENT, fmt::format("there is no agreement \"{}\"", request.agreement));
}

}  // namespace

Result<CrossingTerms> AgreementBook::allow(const CrossingRequest& request, Instant now,
                                           RecalledTexts* passed) const {
  const auto found = state_->by_id.find(request.agreement);
  if (found == state_->by_id.end()) return no_agreement(request);
  const CompiledAgreement& agreement = state_->agreements[found->second];
  if (auto held = check_membership(agreement, request); !held) return tl::unexpected(std::move(held.error()));
  if (auto held = check_in_force(agreement, request, now); !held) {
    return tl::unexpected(std::move(held.error()));
  }
  auto message = find_message(agreement, request);
  if (!message) return tl::unexpected(std::move(message.error()));
  if (auto held = check_direction(agreement, **message, request); !held) {
    return tl::unexpected(std::move(held.error()));
  }
  if (auto held = check_document_type(**message, request); !held) {
    return tl::unexpected(std::move(held.error()));
  }
  if (auto held = check_readable(agreement, request); !held) return tl::unexpected(std::move(held.error()));
  if (request.structured.empty()) return (*message)->terms;
  const RecalledTexts::Key key{found->second, request.document_type};
  const std::uint64_t hash = passed == nullptr ? 0 : RecalledTexts::hash_of(key, request.structured);
  if (passed != nullptr && passed->find(hash, key, request.structured) != nullptr) return (*message)->terms;
  if (auto held = agreement.rules.check(request.structured, request.document_type); !held) {
    return tl::unexpected(under_agreement(std::move(held.error()), request));
  }
  if (passed != nullptr) passed->remember(hash, key, request.structured, "");
  return (*message)->terms;
}

std::vector<CrossingAnswer> AgreementBook::judge(const CrossingRequest& request, Instant now) const {
  std::vector<CrossingAnswer> answers;
  for (const CrossingGate gate :
       {CrossingGate::parties, CrossingGate::in_force, CrossingGate::message, CrossingGate::direction,
        CrossingGate::document_type, CrossingGate::content}) {
    answers.push_back({gate, false, {}, {}});
  }
  // True where the gate has nothing against it.
  const auto ask = [&answers](CrossingGate gate, std::string decided_at, const auto& result) {
    CrossingAnswer& answer = answers[static_cast<std::size_t>(gate)];
    answer.asked = true;
    answer.decided_at = std::move(decided_at);
    if (!result) answer.faults.push_back({result.error(), answer.decided_at});
    return result.has_value();
  };
  const auto found = state_->by_id.find(request.agreement);
  if (found == state_->by_id.end()) {
    ask(CrossingGate::parties, {}, Result<void>(no_agreement(request)));
    return answers;
  }
  const CompiledAgreement& agreement = state_->agreements[found->second];
  if (!ask(CrossingGate::parties, agreement.where("parties"), check_membership(agreement, request))) {
    return answers;
  }
  ask(CrossingGate::in_force, agreement.where(now < Instant{agreement.definition.from()} ? "from" : "until"),
      check_in_force(agreement, request, now));
  const auto message = find_message(agreement, request);
  const std::string part =
      message ? fmt::format("messages/{}", *message - agreement.messages.data()) : "messages";
  if (ask(CrossingGate::message, agreement.where_in_block(part), message)) {
    ask(CrossingGate::direction, agreement.where_in_block(part + "/from"),
        check_direction(agreement, **message, request));
    ask(CrossingGate::document_type, agreement.where_in_block(part + "/document"),
        check_document_type(**message, request));
  }
  if (!ask(CrossingGate::content,
           agreement.rules.ask_for_content() ? agreement.where_in_block("clusters") : std::string(),
           check_readable(agreement, request)) ||
      request.structured.empty()) {
    return answers;
  }
  for (PathRules::Fault& fault : agreement.rules.check_all(request.structured, request.document_type)) {
    const PathRule* rule = fault.rule;
    std::string decided_at;
    if (rule != nullptr)
      decided_at = rule->of_agreement ? agreement.where(rule->part) : agreement.where_in_block(rule->part);
    answers.back().faults.push_back(
        {under_agreement(std::move(fault.error), request), std::move(decided_at)});
  }
  return answers;
}

std::uint64_t AgreementBook::largest_attachments(std::string_view sender, std::string_view recipient,
                                                 Instant now) const {
  std::uint64_t largest = 0;
  for (const CompiledAgreement& agreement : state_->agreements) {
    CrossingRequest request{};
    request.agreement = agreement.definition.id();
    request.sender = sender;
    request.recipient = recipient;
    if (!check_membership(agreement, request) || !check_in_force(agreement, request, now)) continue;
    for (const Message& message : agreement.messages) {
      if (check_direction(agreement, message, request))
        largest = std::max(largest, message.terms.largest_attachments);
    }
  }
  return largest;
}

std::shared_ptr<const AgreementBook> AgreementBook::lapsing(std::string_view agreement, Instant until) const {
  auto state = std::make_unique<State>();
  state->business_clock = state_->business_clock;
  state->blocks = state_->blocks;
  state->block_places = state_->block_places;
  std::vector<Source<v1::Agreement>> sources;
  for (const CompiledAgreement& one : state_->agreements) sources.push_back({one.definition, one.where});
  std::vector<Error> none;  // this book was compiled from the same
  state->add(sources, none);
  if (const auto found = state->by_id.find(agreement); found != state->by_id.end()) {
    // Afterwards, since it may lapse before it comes into force: then it never does.
    v1::Agreement& definition = state->agreements[found->second].definition;
    definition.set_until(std::min(definition.until(), until.microseconds));
  }
  return std::shared_ptr<const AgreementBook>(new AgreementBook(std::move(state)));
}

double AgreementBook::business_clock() const { return state_->business_clock; }
bool AgreementBook::has_party(const PartyName& party) const { return state_->parties.contains(party.text()); }

std::vector<v1::Agreement> AgreementBook::agreements() const {
  std::vector<v1::Agreement> all;
  for (const CompiledAgreement& agreement : state_->agreements) all.push_back(agreement.definition);
  return all;
}

const std::vector<v1::UtilityBlock>& AgreementBook::blocks() const { return state_->blocks; }

const v1::UtilityBlock* AgreementBook::block(std::string_view id) const {
  const v1::UtilityBlock* newest = nullptr;
  for (const v1::UtilityBlock& block : state_->blocks) {
    if (block.id() == id && (newest == nullptr || block.version() > newest->version())) newest = &block;
  }
  return newest;
}

}  // namespace gnc::model
