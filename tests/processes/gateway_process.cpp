#include "tests/processes/gateway_process.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace gnc::processes {

std::filesystem::path gncsim_binary() { return GNC_BINARY; }

void Definitions::append_to(std::vector<std::string>& arguments) const {
  for (const auto& block : blocks) arguments.insert(arguments.end(), {"--block", block});
  for (const auto& agreement : agreements) arguments.insert(arguments.end(), {"--agreement", agreement});
}

namespace {

std::vector<std::string> gateway_arguments(const GatewayPlace& place) {
  std::vector<std::string> arguments{"gateway",    "--name",     "gateway/hub",  "--listen",
                                     place.listen, "--identity", place.identity, "--trust",
                                     place.trust,  "--store",    place.store};
  place.definitions.append_to(arguments);
  return arguments;
}

}  // namespace

GatewayProcess::GatewayProcess(const GatewayPlace& place)
    : process_(gncsim_binary(), gateway_arguments(place), place.store.string() + ".log") {
  const auto line = process_.read_line();
  if (!line.starts_with("ready ")) throw std::runtime_error("the gateway said: " + line);
  address_ = nlohmann::json::parse(line.substr(6)).at("address");
}

}  // namespace gnc::processes
