#include <memory>

#include "cli/commands.h"
#include "cli/input_file.h"
#include "cli/mistakes.h"
#include "model/agreement/agreement_book.h"
#include "model/agreement/block_chart.h"

namespace gnc::cli {
namespace {

struct BlockOptions {
  std::string file;
  std::string format = "text";
};

int show_block(const BlockOptions& options) {
  const std::filesystem::path file = options.file;
  const auto book = model::AgreementBook::load({&file, 1}, {});
  if (!book) {
    fmt::print(stderr, "{}", mistakes_text(book.error()));
    return input_wrong;
  }
  const model::BlockChart chart = model::chart_of((*book)->blocks().front());
  const auto written =
      write_output(options.format == "svg" ? model::chart_svg(chart) : model::chart_text(chart));
  if (written) return held;
  print_errors({written.error()});
  return environment_wrong;
}

}  // namespace

void add_block(CLI::App& app, int& status) {
  auto options = std::make_shared<BlockOptions>();
  CLI::App* command = app.add_subcommand("block", "Look at a utility block");
  command->require_subcommand(1);
  CLI::App* show = command->add_subcommand("show", "Draw its messages, its states and what may be in it");
  show->add_option("FILE", options->file, "The utility block (YAML)")->required();
  show->add_option("--format", options->format, "text, or svg: a picture for documents and slides")
      ->check(CLI::IsMember({"text", "svg"}))
      ->capture_default_str();
  show->footer(
      "  gncsim block show scenarios/blocks/export-declaration.yaml\n"
      "  gncsim block show scenarios/blocks/export-declaration.yaml --format svg > block.svg\n"
      "\n"
      "Exit status: 0 done, 2 the block is wrong, 3 it could not be written.");
  show->callback([options, &status] { status = show_block(*options); });
}

}  // namespace gnc::cli
