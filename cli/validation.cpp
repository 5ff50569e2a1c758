#include "cli/validation.h"

#include <fmt/format.h>

#include "model/document/document.h"

namespace gnc::cli {
namespace {

void validate_document(Validated& validated) {
  const InputFile& file = validated.file;
  const auto add = [&](Error error) { validated.findings.push_back({std::move(error), {}, {}}); };
  const Result<model::Form> form = model::guess_form(file.bytes, file.extension);
  if (!form) {
    Error error = form.error();
    error.where = file.name;
    add(std::move(error));
    return;
  }
  model::ElementPositions positions;
  const auto document = model::parse(file.bytes, *form, file.name, {}, &positions);
  if (!document) {
    for (const Error& error : document.error()) add(error);
    return;
  }
  validated.kind = model::document_type(*document) == "DEC" ? "declaration" : "response";
  for (model::Fault& fault : model::check(*document, &positions)) {
    Error error{fault.code, std::move(fault.detail), file.name, {}};
    if (fault.line > 0) error.where = fmt::format("{}:{}:{}", file.name, fault.line, fault.column);
    validated.findings.push_back({std::move(error), std::move(fault.pointer), std::move(fault.path)});
  }
}

void validate_documents(std::vector<Validated*>& files) {
  for (Validated* file : files) validate_document(*file);
}

}  // namespace

const std::vector<FileKind>& file_kinds() {
  static const std::vector<FileKind> kinds{
      {{".xml", ".json", ".pb"}, [](const InputFile&) { return true; }, validate_documents}};
  return kinds;
}

}  // namespace gnc::cli
