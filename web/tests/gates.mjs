// Gates on the built pages: how much each loads first, and that the phone loads nothing of the console.
//   node tests/gates.mjs DIST [--self-test]
// --self-test: each gate must find what is planted for it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = process.argv[2];
const LIMITS = { 'index.html': { js: 150, css: 20 }, 'tech/index.html': { js: 70, css: 20 } }; // kB, gzip
// `--limits KB`: other limits, to see the gates fall.
if (process.argv.includes('--limits')) {
  const kb = Number(process.argv[process.argv.indexOf('--limits') + 1]);
  for (const one of Object.values(LIMITS)) one.js = kb;
}
const FONTS_KB = 65; // what both pages load before any text with extended letters

const read = (name) => readFileSync(join(dist, name));
const kb = (bytes) => bytes / 1000;
const packed = (names) => kb([...names].reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0));

/** A page's entry with everything it imports at once. */
function closure(manifest, entry) {
  const seen = new Set();
  const walk = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const next of manifest[key].imports ?? []) walk(next);
  };
  walk(entry);
  return [...seen];
}

/** The same, with what it may import later. */
function graph(manifest, entry) {
  const seen = new Set();
  const walk = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const next of [...(manifest[key].imports ?? []), ...(manifest[key].dynamicImports ?? [])]) walk(next);
  };
  walk(entry);
  return [...seen];
}

function check(manifest, modules, limits, fonts_kb) {
  const faults = [];
  for (const [entry, limit] of Object.entries(limits)) {
    const keys = closure(manifest, entry);
    const js = packed(new Set(keys.map((key) => manifest[key].file)));
    const css = packed(new Set(keys.flatMap((key) => manifest[key].css ?? [])));
    console.log(`${entry}: ${js.toFixed(1)} of ${limit.js} kB script, ${css.toFixed(1)} of ${limit.css} kB style`);
    if (js > limit.js) faults.push(`${entry} loads ${js.toFixed(1)} kB of script first; ${limit.js} kB are allowed`);
    if (css > limit.css)
      faults.push(`${entry} loads ${css.toFixed(1)} kB of style first; ${limit.css} kB are allowed`);
  }
  const fonts = Object.values(manifest)
    .map((one) => one.file)
    .filter((name) => name.endsWith('.woff2'));
  const first = fonts.filter((name) => !name.includes('latin-ext'));
  const size = kb(first.reduce((sum, name) => sum + read(name).length, 0));
  console.log(`fonts: ${size.toFixed(1)} of ${fonts_kb} kB`);
  if (size > fonts_kb) faults.push(`the fonts are ${size.toFixed(1)} kB; ${fonts_kb} kB are allowed`);
  for (const key of graph(manifest, 'tech/index.html')) {
    for (const module of modules[manifest[key].file] ?? []) {
      if (module.startsWith('src/console/')) faults.push(`the phone would load ${module} (in ${manifest[key].file})`);
    }
  }
  return faults;
}

const manifest = JSON.parse(read('manifest.json'));
const modules = JSON.parse(read('modules.json'));

if (process.argv.includes('--self-test')) {
  const small = check(
    manifest,
    modules,
    { 'index.html': { js: 1, css: 1 }, 'tech/index.html': { js: 1, css: 0.1 } },
    1,
  );
  const shared = manifest['tech/index.html'].file;
  const mixed = check(manifest, { ...modules, [shared]: ['src/console/App.svelte'] }, LIMITS, FONTS_KB);
  const found = small.length === 5 && mixed.some((one) => one.includes('src/console/App.svelte'));
  console.log(
    found ? 'Each gate finds what was planted for it.' : `Planted faults were missed: ${[...small, ...mixed]}`,
  );
  process.exit(found ? 0 : 1);
}
const faults = check(manifest, modules, LIMITS, FONTS_KB);
for (const fault of faults) console.error(`gate: ${fault}`);
process.exit(faults.length ? 1 : 0);
