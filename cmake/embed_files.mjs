// Writes a C++ source with the files of a folder, compressed, as the table TABLE; only those with one of the
// extensions, where some are given: embed_files.mjs FOLDER OUTPUT TABLE [EXTENSION…]
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

const [dist, output, table, ...extensions] = process.argv.slice(2)
const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon',
  '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8', '.yaml': 'application/yaml',
  '.xml': 'application/xml', '.csv': 'text/csv; charset=utf-8'
}

const filesIn = folder => readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
  entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)])

// Octal escapes of three digits swallow no digit that follows.
const literal = bytes => {
  const lines = []
  for (let start = 0; start < bytes.length; start += 64) {
    let line = ''
    for (const byte of bytes.subarray(start, start + 64)) line += '\\' + byte.toString(8).padStart(3, '0')
    lines.push(`"${line}"`)
  }
  return lines.join('\n    ') || '""'
}

const files = filesIn(dist).filter(file => !extensions.length || extensions.includes(extname(file))).sort()
let tables = '', entries = ''
files.forEach((file, n) => {
  const type = types[extname(file)]
  if (!type) throw new Error(`${file}: no media type is known for ${extname(file)}`)
  const bytes = readFileSync(file)
  const gzip = gzipSync(bytes, { level: 9 })
  tables += `constexpr char file_${n}[] =\n    ${literal(gzip)};\n`
  entries += `    {"/${relative(dist, file).split(sep).join('/')}", "${type}", {file_${n}, ${gzip.length}}, ${bytes.length}},\n`
})
writeFileSync(output, `// Made by cmake/embed_files.mjs.
#include <array>

#include "scenarios/training/embedded_file.h"

namespace gnc::scenarios::tables {
namespace {
${tables}
const std::array<EmbeddedFile, ${files.length}> all_${table}{{
${entries}}};
}  // namespace
const std::span<const EmbeddedFile> ${table}{all_${table}};
}  // namespace gnc::scenarios::tables
`)
