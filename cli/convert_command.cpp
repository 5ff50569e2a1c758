#include <unistd.h>

#include <map>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/input_file.h"
#include "gnc/v1/errors.pb.h"
#include "model/document/document.h"

namespace gnc::cli {
namespace {

using model::Form;

struct ConvertOptions {
  std::string file;
  std::string to = "text";
  std::string from;
};

const std::map<std::string, Form> forms{
    {"xml", Form::xml}, {"json", Form::json}, {"protobuf", Form::protobuf}, {"text", Form::text}};

int convert(const ConvertOptions& options) {
  const Form to = forms.at(options.to);
  if (to == Form::protobuf && isatty(STDOUT_FILENO)) {
    print_errors({{v1::USAGE,
                   "protobuf is not for terminals",
                   {},
                   "Send it into a file: gncsim convert … --to protobuf > document.pb"}});
    return input_wrong;
  }
  const model::ParseLimits limits;
  const Result<InputFile> input = read_input(options.file, limits.max_bytes);
  if (!input) {
    print_errors({input.error()});
    return input_wrong;
  }
  const Result<Form> from = options.from.empty() ? model::guess_form(input->bytes, input->extension)
                                                 : Result<Form>(forms.at(options.from));
  if (!from) {
    Error error = from.error();
    error.where = input->name;
    print_errors({error});
    return input_wrong;
  }
  const auto document = model::parse(input->bytes, *from, input->name, limits);
  if (!document) {
    print_errors(document.error());
    return input_wrong;
  }
  std::string out = model::write(*document, to);
  const Result<void> written = write_output(out);
  if (!written) {
    print_errors({written.error()});
    return environment_wrong;
  }
  return held;
}

}  // namespace

void add_convert(CLI::App& app, int& status) {
  auto options = std::make_shared<ConvertOptions>();
  CLI::App* command = app.add_subcommand("convert", "Write a document in another form");
  command->add_option("FILE", options->file, "A declaration or response; - reads standard input")->required();
  command->add_option("--to", options->to, "xml, json, protobuf, or text: an outline to read (standard)")
      ->check(CLI::IsMember({"xml", "json", "protobuf", "text"}));
  command
      ->add_option("--from", options->from,
                   "xml, json or protobuf; else told by the content and the extension .xml, .json or .pb")
      ->check(CLI::IsMember({"xml", "json", "protobuf"}));
  command->footer(
      "The document goes to standard output, errors as file:line:column to standard error.\n"
      "XML comes back as it was: equal under canonicalisation, with its namespaces and prefixes.\n"
      "\n"
      "  gncsim convert declaration.xml                          read it\n"
      "  gncsim convert declaration.xml --to json | jq .         work on it\n"
      "  gncsim convert - --to xml < declaration.json            and back\n"
      "\n"
      "Exit status: 0 done, 2 the document is wrong, 3 it could not be written.");
  command->callback([options, &status] { status = convert(*options); });
}

}  // namespace gnc::cli
