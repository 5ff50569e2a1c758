#include <chrono>
#include <iostream>

#include "cli/commands.h"
#include "cli/report_error.h"
#include "gnc/v1/errors.pb.h"
#include "proto/types/system_clock.h"
#include "trust/pki/expiry.h"
#include "trust/pki/pki.h"

namespace gnc::cli {
namespace {

namespace fs = std::filesystem;

constexpr Duration day = Duration::from_seconds(86'400);
constexpr int root_days = 3650;

// Good from an hour ago: other machines' clocks may be behind.
trust::Validity validity_for(int days) {
  const Instant now = system_now();
  return {now - Duration::from_seconds(3600), now + day * days};
}

struct PkiOptions {
  std::string folder;
  std::vector<std::string> administrations;
  std::string gateway = "hub";
  std::vector<std::string> parties;
  int days = 90;
  int list_days = 30;
  bool authority = false;
};

Result<PartyName> party_from(const std::string& text) {
  auto party = PartyName::from_text(text);
  if (party) return *std::move(party);
  return failure(
      v1::USAGE, fmt::format("\"{}\" is not a party's name", text), {},
      "Name an administration (NZ), an agency or trader under one (NZ/health), or a gateway (gateway/hub).");
}

Result<std::vector<PartyName>> parties_from(const std::vector<std::string>& texts) {
  std::vector<PartyName> parties;
  for (const std::string& text : texts) {
    auto party = party_from(text);
    if (!party) return tl::unexpected(party.error());
    parties.push_back(*std::move(party));
  }
  return parties;
}

bool has_serial(const std::vector<trust::CertificateSummary>& all, const std::string& serial) {
  return std::ranges::find(all, serial, &trust::CertificateSummary::serial) != all.end();
}

// Gives the list of an authority that was made for the party its term: `before` is what there was then.
Result<void> list_new_authority(trust::Pki& pki, const PartyName& party,
                                const std::vector<trust::CertificateSummary>& before, int list_days) {
  const auto after = pki.list();
  if (!after) return tl::unexpected(after.error());
  const bool is_new = std::ranges::any_of(*after, [&](const trust::CertificateSummary& one) {
    return one.name.starts_with("authority ") && !has_serial(before, one.serial);
  });
  if (!is_new) return {};
  const Instant now = system_now();
  return pki.publish_list(party, now, now + day * list_days);
}

Result<void> issue_one(trust::Pki& pki, const PartyName& party, int days) {
  const auto folder = pki.issue({party, validity_for(days)});
  if (!folder) return tl::unexpected(folder.error());
  std::cout << fmt::format("{}: {} expires in {} days\n", party.text(), folder->string(), days);
  return {};
}

Result<void> init(const PkiOptions& options) {
  std::vector<std::string> names = options.administrations;
  names.push_back("gateway/" + options.gateway);
  const auto parties = parties_from(names);
  if (!parties) return tl::unexpected(parties.error());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i))
      return failure(v1::USAGE, fmt::format("{} is named twice", names[i]), {}, "Name each once.");
  }
  auto pki = trust::Pki::create(options.folder, validity_for(root_days));
  if (!pki) return tl::unexpected(pki.error());
  for (const PartyName& party : *parties) {
    if (auto issued = issue_one(*pki, party, options.days); !issued) return issued;
  }
  const Instant now = system_now();
  if (auto listed = pki->publish_lists(now, now + day * options.list_days); !listed) return listed;
  std::cout << fmt::format(
      "What every party is given: {}\nThe revocation lists are good for {} days; `gncsim pki publish {}` "
      "renews them.\n",
      pki->trust_folder().string(), options.list_days, options.folder);
  return {};
}

Result<void> issue(const PkiOptions& options, bool renewal) {
  const auto parties = parties_from(options.parties);
  if (!parties) return tl::unexpected(parties.error());
  auto pki = trust::Pki::open(options.folder);
  if (!pki) return tl::unexpected(pki.error());
  const auto all = pki->list();
  if (!all) return tl::unexpected(all.error());
  for (const PartyName& party : *parties) {
    const auto current = std::ranges::find(*all, party.text(), &trust::CertificateSummary::name);
    const std::string folder = pki->identity_folder(party).string();
    // One that is revoked is as good as none: the next is issued.
    if (current != all->end() && !current->revoked && !renewal) {
      return failure(v1::USAGE, fmt::format("{} has a certificate already", party.text()), folder,
                     "Renew it with `gncsim pki renew`.");
    }
    if (current == all->end() && renewal) {
      return failure(v1::USAGE, fmt::format("{} has no certificate to renew", party.text()), folder,
                     "Issue its first with `gncsim pki issue`.");
    }
    if (auto issued = issue_one(*pki, party, options.days); !issued) return issued;
    if (auto listed = list_new_authority(*pki, party, *all, options.list_days); !listed) return listed;
  }
  return {};
}

Result<void> revoke(const PkiOptions& options) {
  const auto parties = parties_from(options.parties);
  if (!parties) return tl::unexpected(parties.error());
  auto pki = trust::Pki::open(options.folder);
  if (!pki) return tl::unexpected(pki.error());
  const auto all = pki->list();
  if (!all) return tl::unexpected(all.error());
  for (const PartyName& party : *parties) {
    if (std::ranges::find(*all, party.text(), &trust::CertificateSummary::name) == all->end()) {
      return failure(v1::USAGE, fmt::format("{} has no certificate here", party.text()), options.folder,
                     "`gncsim pki show` lists those that are.");
    }
    auto done =
        options.authority ? pki->revoke_authority(party, system_now()) : pki->revoke(party, system_now());
    if (!done) return done;
    std::cout << fmt::format("revoked {}{}; its list is in {}\n",
                             options.authority ? "the issuing authority of " : "", party.text(),
                             (pki->trust_folder() / "crls").string());
  }
  return {};
}

Result<void> publish(const PkiOptions& options) {
  auto pki = trust::Pki::open(options.folder);
  if (!pki) return tl::unexpected(pki.error());
  const Instant now = system_now();
  if (auto done = pki->publish_lists(now, now + day * options.list_days); !done) return done;
  std::cout << fmt::format("published every list in {}, good for {} days\n",
                           (pki->trust_folder() / "crls").string(), options.list_days);
  return {};
}

void print(const std::string& name, const trust::CertificateSummary& one, Instant now) {
  std::cout << fmt::format("{:<24} {:<28} {}{}{}\n", printable(name), trust::expiry_words(one, now),
                           printable(one.subject), one.uri_names.empty() ? "" : "  ",
                           printable(fmt::format("{}", fmt::join(one.uri_names, ", "))));
  std::cout << fmt::format("{:<24} serial {}\n", "", one.serial);
}

Result<void> show_list(const fs::path& file, Instant now) {
  const auto list = trust::list_summary_of(file);
  if (!list) return tl::unexpected(list.error());
  std::cout << fmt::format("{:<24} {:<28} {}  number {}, {} revoked\n",
                           printable("list " + file.stem().string()), trust::update_words(*list, now),
                           printable(list->authority), list->number, list->revoked.size());
  for (const std::string& serial : list->revoked)
    std::cout << fmt::format("{:<24} revoked serial {}\n", "", serial);
  return {};
}

Result<void> show_file(const fs::path& file, Instant now) {
  if (file.extension() == ".crl") return show_list(file, now);
  const auto found = trust::summaries_in(file);
  if (!found) return tl::unexpected(found.error());
  for (const auto& one : *found) print(file.filename().string(), one, now);
  return {};
}

std::vector<fs::path> files_below(const fs::path& folder,
                                  std::initializer_list<std::string_view> extensions) {
  std::vector<fs::path> files;
  std::error_code problem;
  for (auto entries = fs::recursive_directory_iterator(folder, problem);
       !problem && entries != fs::recursive_directory_iterator(); entries.increment(problem)) {
    const auto extension = entries->path().extension();
    if (std::ranges::find(extensions, extension.string()) != extensions.end())
      files.push_back(entries->path());
  }
  std::ranges::sort(files);
  return files;
}

Result<void> show(const PkiOptions& options) {
  const Instant now = system_now();
  const fs::path path = options.folder;
  if (!fs::is_directory(path)) return show_file(path, now);
  const auto pki = trust::Pki::open(path);
  if (!pki) {
    const auto files = files_below(path, {".crt", ".crl"});
    if (files.empty()) return tl::unexpected(pki.error());
    for (const fs::path& file : files) {
      if (auto shown = show_file(file, now); !shown) return shown;
    }
    return {};
  }
  const auto all = pki->list();
  if (!all) return tl::unexpected(all.error());
  for (const auto& one : *all) print(one.name, one, now);
  for (const fs::path& file : files_below(pki->trust_folder(), {".crl"})) {
    if (auto shown = show_list(file, now); !shown) return shown;
  }
  return {};
}

}  // namespace

void add_pki(CLI::App& app, int& status) {
  CLI::App* pki =
      app.add_subcommand("pki", "Make and keep certificates: a root, an authority for each administration.");
  pki->require_subcommand(1);
  const auto options = std::make_shared<PkiOptions>();
  const auto add = [&](const char* name, const char* what, auto action) {
    CLI::App* command = pki->add_subcommand(name, what);
    command->callback([options, action, &status] {
      if (const Result<void> done = action(*options); !done) status = report_error(done.error());
    });
    return command;
  };
  const auto folder = [&](CLI::App* command) {
    command->add_option("DIR", options->folder, "The folder of the PKI")->required();
  };
  const auto parties = [&](CLI::App* command) {
    command->add_option("PARTY", options->parties, "NZ, NZ/health, gateway/hub")->required();
  };
  const auto days = [&](CLI::App* command) {
    command->add_option("--days", options->days, "How long the certificates are good")
        ->check(CLI::Range(1, root_days))
        ->capture_default_str();
  };
  const auto list_days = [&](CLI::App* command, const char* name) {
    command->add_option(name, options->list_days, "How long the revocation lists are good")
        ->check(CLI::Range(1, root_days))
        ->capture_default_str();
  };

  CLI::App* command = add("init", "Make a root, the authorities and a certificate for each party.", init);
  folder(command);
  command
      ->add_option("--administrations", options->administrations,
                   "ISO 3166-1 codes, separated by commas: NZ,CN")
      ->required()
      ->delimiter(',');
  command->add_option("--gateway", options->gateway, "The gateway's name: hub is gateway/hub")
      ->capture_default_str();
  days(command);
  list_days(command, "--list-days");

  command = add("issue", "Issue a party's first certificate, or the next after one that is revoked.",
                [](const PkiOptions& o) { return issue(o, false); });
  folder(command);
  parties(command);
  days(command);

  command = add("renew", "Issue a party a new key and certificate.",
                [](const PkiOptions& o) { return issue(o, true); });
  folder(command);
  parties(command);
  days(command);

  command = add("revoke", "Revoke a party's certificate and publish the list that says so.", revoke);
  folder(command);
  parties(command);
  command->add_flag("--authority", options->authority,
                    "Revoke the authority that issues for the party instead");

  command = add("publish", "Publish every revocation list anew.", publish);
  folder(command);
  list_days(command, "--days");

  command = add("show", "Say what there is and when it expires.", show);
  command->add_option("DIR|FILE", options->folder, "A PKI, an identity, a trust folder, or one file")
      ->required();
}

}  // namespace gnc::cli
