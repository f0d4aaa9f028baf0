// Packs the built pages for the program: every file plain, gzip and brotli in one blob, and a table in C++ that names
// where each lies. Usage: node embed.mjs DIST OUT
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  json: 'application/json',
};
const STORED = new Set(['png', 'woff2']); // compressed already

const [dist, out] = process.argv.slice(2).map((path) => resolve(path));
const parts = [];
let length = 0;

function add(bytes) {
  const place = `piece(${length}, ${bytes.length})`;
  parts.push(bytes);
  length += bytes.length;
  return place;
}

/** The compressed bytes where they save a tenth, else nothing. */
const worth = (bytes, packed) => (packed.length < bytes.length * 0.9 ? add(packed) : '""');

function row(path) {
  const bytes = readFileSync(join(dist, path));
  const kind = path.slice(path.lastIndexOf('.') + 1);
  if (!TYPES[kind]) throw new Error(`${path}: no content type is known for .${kind}; add it to embed.mjs`);
  const etag = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const brotli = {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  };
  const packed = STORED.has(kind)
    ? ['""', '""']
    : [worth(bytes, gzipSync(bytes, { level: 9 })), worth(bytes, brotliCompressSync(bytes, brotli))];
  return `    {"/${path}", "${TYPES[kind]}", "\\"${etag}\\"", ${path.startsWith('assets/')}, ${add(bytes)}, ${packed.join(', ')}},`;
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0); // by bytes, as the program searches
const paths = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !['manifest.json', 'modules.json'].includes(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).slice(dist.length + 1))
  .sort(order);
const rows = paths.map(row);
const blob = Buffer.concat(parts);
const name = `web-${createHash('sha256').update(blob).digest('hex').slice(0, 16)}.bin`;
mkdirSync(out, { recursive: true });
writeFileSync(join(out, name), blob);
writeFileSync(
  join(out, 'web_files_table.cpp'),
  `// Made by web/build/embed.mjs.
#include "api/web_files.h"

asm(".pushsection .rodata\\n.balign 16\\n.globl tieline_web_blob\\n.hidden tieline_web_blob\\ntieline_web_blob:\\n"
    ".incbin \\"${join(out, name)}\\"\\n.popsection");
extern "C" const char tieline_web_blob[];

namespace tieline::api {
namespace {
std::string_view piece(std::size_t from, std::size_t length) { return {tieline_web_blob + from, length}; }
const WebFile files[] = {
${rows.join('\n')}
};
}  // namespace
std::span<const WebFile> web_files() { return files; }
}  // namespace tieline::api
`,
);
