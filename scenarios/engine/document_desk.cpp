#include "scenarios/engine/document_desk.h"

#include <fmt/format.h>

#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"

namespace gnc::scenarios {
namespace {

Result<v1::MetaData> read(const v1::Document& document) {
  if (document.reason() != v1::ERROR_CODE_UNSPECIFIED) return failure(document.reason(), document.detail());
  const auto form = document.form() == "pb"
                        ? Result<model::Form>(model::Form::protobuf)
                        : model::guess_form(document.bytes(), fmt::format(".{}", document.form()));
  if (!form) return tl::unexpected(form.error());
  auto parsed = model::parse(document.bytes(), *form, "document");
  if (!parsed) return tl::unexpected(parsed.error().front());
  return std::move(*parsed);
}

}  // namespace

DocumentDesk::Token DocumentDesk::ask(const PartyName& at, const Uuid& exchange) {
  questions_.emplace(++last_, Question{at, exchange, false, {}});
  send_due();
  return last_;
}

std::optional<Result<v1::MetaData>> DocumentDesk::take(Token token) {
  const auto found = questions_.find(token);
  if (found == questions_.end() || !found->second.answer) return std::nullopt;
  const v1::Document answer = std::move(*found->second.answer);
  questions_.erase(found);
  return read(answer);
}

void DocumentDesk::answered(const v1::Document& document) {
  const auto found = questions_.find(document.token());
  if (found != questions_.end()) found->second.answer = document;
}

void DocumentDesk::send_due() {
  for (auto& [token, question] : questions_) {
    if (question.asked || !world_.takes_commands(question.at)) continue;
    v1::Command command;
    command.mutable_ask_document()->set_token(token);
    command.mutable_ask_document()->set_party(question.at.text());
    command.mutable_ask_document()->set_exchange(std::string(question.exchange.view()));
    world_.send(question.at, command);
    question.asked = true;
  }
}

void DocumentDesk::repeat() {
  for (auto& [token, question] : questions_) {
    if (!question.answer) question.asked = false;
  }
  send_due();
}

}  // namespace gnc::scenarios
