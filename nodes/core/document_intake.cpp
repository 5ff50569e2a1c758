#include "nodes/core/document_intake.h"

#include <array>

#include <fmt/format.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/message_differencer.h>

#include "trust/seal/merkle.h"

namespace gnc::nodes {
namespace {

// ".xml" of "xml", ".xml" and "application/xml".
std::string extension_of(std::string_view hint) {
  const std::size_t slash = hint.rfind('/');
  if (slash != std::string_view::npos) hint.remove_prefix(slash + 1);
  if (hint == "x-protobuf" || hint == "protobuf") hint = "pb";
  if (hint.empty()) return {};
  return hint.starts_with('.') ? std::string(hint) : fmt::format(".{}", hint);
}

std::string_view media_type(model::Form form) {
  switch (form) {
    case model::Form::xml:
      return "application/xml";
    case model::Form::json:
      return "application/json";
    default:
      return {};
  }
}

// The same document gives the same bytes.
std::string serialise(const v1::MetaData& document) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream sink(&bytes);
    google::protobuf::io::CodedOutputStream stream(&sink);
    stream.SetSerializationDeterministic(true);
    document.SerializeToCodedStream(&stream);
  }
  return bytes;
}

std::string and_more(std::string detail, std::size_t count) {
  if (count > 1) detail += fmt::format(" (and {} more)", count - 1);
  return detail;
}

IntakeRefusal refusal(const std::vector<Error>& errors) {
  if (errors.empty()) return {{v1::DOCUMENT_NOT_WELL_FORMED, "the document cannot be read", {}, {}}, {}};
  IntakeRefusal made{errors.front(), {}};
  made.error.detail = and_more(made.error.detail, errors.size());
  return made;
}

IntakeRefusal refusal(const std::vector<model::Fault>& faults, std::string_view name) {
  const model::Fault& first = faults.front();
  IntakeRefusal made{{first.code, and_more(first.detail, faults.size()), {}, {}}, first.pointer};
  if (!first.path.empty()) made.error.detail = fmt::format("{}: {}", first.path, made.error.detail);
  made.error.where =
      first.line == 0 ? std::string(name) : fmt::format("{}:{}:{}", name, first.line, first.column);
  return made;
}

std::vector<model::Fault> faults_of(const v1::MetaData& document, const model::ElementPositions* positions) {
  auto faults = model::check(document, positions);
  // Administrations keep code lists of their own and of different age: the importing side judges codes.
  std::erase_if(faults, [](const model::Fault& fault) { return fault.code == v1::CODE_UNKNOWN; });
  return faults;
}

// A serialised MetaData is carried as it is. Its parsed form is only looked at, in an arena.
tl::expected<v1::CarriedDocument, IntakeFaults> carry_protobuf(std::string document, std::string_view name,
                                                               bool check) {
  std::array<char, 8192> first_block;
  google::protobuf::ArenaOptions options;
  options.initial_block = first_block.data();
  options.initial_block_size = first_block.size();
  google::protobuf::Arena arena(options);
  auto& parsed = *google::protobuf::Arena::CreateMessage<v1::MetaData>(&arena);
  if (auto done = model::parse_protobuf(document, name, parsed); !done) {
    return tl::unexpected(IntakeFaults{std::move(done.error()), {}});
  }
  if (check) {
    if (auto faults = faults_of(parsed, nullptr); !faults.empty()) {
      return tl::unexpected(IntakeFaults{{}, std::move(faults)});
    }
  }
  v1::CarriedDocument carried;
  carried.set_type(std::string(model::document_type(parsed)));
  carried.set_structured(std::move(document));
  return carried;
}

tl::expected<v1::CarriedDocument, IntakeFaults> carry(std::string document, std::string_view form_hint,
                                                      std::string_view name, bool check) {
  const std::string extension = extension_of(form_hint);
  const Result<model::Form> form = extension == ".pb" ? Result<model::Form>(model::Form::protobuf)
                                                      : model::guess_form(document, extension);
  if (!form) {
    IntakeFaults made{{form.error()}, {}};
    if (made.unreadable.front().where.empty()) made.unreadable.front().where = name;
    return tl::unexpected(std::move(made));
  }
  if (*form == model::Form::protobuf) return carry_protobuf(std::move(document), name, check);
  model::ElementPositions positions;
  auto parsed = model::parse(document, *form, name, {}, &positions);
  if (!parsed) return tl::unexpected(IntakeFaults{std::move(parsed.error()), {}});
  if (check) {
    auto faults = faults_of(*parsed, *form == model::Form::xml ? &positions : nullptr);
    if (!faults.empty()) return tl::unexpected(IntakeFaults{{}, std::move(faults)});
  }
  v1::CarriedDocument carried;
  carried.set_type(std::string(model::document_type(*parsed)));
  carried.set_structured(serialise(*parsed));
  carried.set_structured_digest(std::string(trust::sha256(carried.structured()).view()));
  carried.set_original_digest(std::string(trust::sha256(document).view()));
  carried.set_original(std::move(document));
  carried.set_original_media_type(std::string(media_type(*form)));
  return carried;
}

}  // namespace

IntakeRefusal IntakeFaults::refusal(std::string_view name) const {
  return faults.empty() ? nodes::refusal(unreadable) : nodes::refusal(faults, name);
}

tl::expected<v1::CarriedDocument, IntakeFaults> take_in_or_say_all(std::string document,
                                                                   std::string_view form_hint,
                                                                   std::string_view name) {
  return carry(std::move(document), form_hint, name, true);
}

tl::expected<v1::CarriedDocument, IntakeRefusal> take_in(std::string document, std::string_view form_hint,
                                                         std::string_view name) {
  return carry(std::move(document), form_hint, name, true).map_error([name](const IntakeFaults& all) {
    return all.refusal(name);
  });
}

tl::expected<v1::CarriedDocument, IntakeRefusal> carry_unchecked(std::string document,
                                                                 std::string_view form_hint,
                                                                 std::string_view name) {
  return carry(std::move(document), form_hint, name, false).map_error([name](const IntakeFaults& all) {
    return all.refusal(name);
  });
}

Error check_forms(const v1::CarriedDocument& document) {
  if (document.structured().empty() && document.original().empty()) {
    return {v1::ENVELOPE_MALFORMED, "the envelope carries no document", {}, {}};
  }
  const auto digest_holds = [](const std::string& digest, const std::string& form) {
    return digest.empty() || digest == trust::sha256(form).view();
  };
  if (!digest_holds(document.structured_digest(), document.structured())) {
    return {v1::ORIGINAL_DIFFERS,
            "the structured form does not have the digest that the envelope states",
            {},
            {}};
  }
  if (!digest_holds(document.original_digest(), document.original())) {
    return {v1::ORIGINAL_DIFFERS, "the original does not have the digest that the envelope states", {}, {}};
  }
  if (document.structured().empty() || document.original().empty()) return {};
  if (document.structured_digest().empty() || document.original_digest().empty()) {
    return {v1::ENVELOPE_MALFORMED, "both forms are carried, but not both digests", {}, {}};
  }

  model::Form form{};
  if (document.original_media_type() == "application/xml") {
    form = model::Form::xml;
  } else if (document.original_media_type() == "application/json") {
    form = model::Form::json;
  } else {
    return {v1::DOCUMENT_KIND_UNKNOWN,
            fmt::format("the original's media type is \"{}\"", document.original_media_type()),
            {},
            "Carry the original as application/xml or application/json."};
  }
  const auto original = model::parse(document.original(), form, "original");
  if (!original) return refusal(original.error()).error;
  if (serialise(*original) == document.structured()) return {};
  v1::MetaData structured;
  if (!structured.ParseFromString(document.structured())) {
    return {v1::TYPE_OF_VALUE, "the structured form is not a serialised MetaData", {}, {}};
  }
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  if (differencer.Compare(*original, structured)) return {};
  return {v1::ORIGINAL_DIFFERS,
          fmt::format("first difference, original against structured: {}",
                      differences.substr(0, differences.find('\n'))),
          {},
          {}};
}

}  // namespace gnc::nodes
