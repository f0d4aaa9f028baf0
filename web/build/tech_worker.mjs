// Writes the technician app's service worker with the list of the files that the app is made of, as the build's
// manifest names them: its own chunks, what they load later (the code reader with its wasm too), styles and fonts.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ENTRY = 'tech/index.html';
const ALWAYS = ['tech/index.html', 'tech/manifest.webmanifest', 'theme.js', 'icon.svg'];

/** Files of the technician app in `manifest`; `later`: also what is loaded on demand. */
export function files_of(manifest, entry = ENTRY, later = true) {
  const files = new Set();
  const seen = new Set();
  const walk = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const chunk = manifest[name];
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) files.add(file);
    for (const next of [...(chunk.imports ?? []), ...(later ? (chunk.dynamicImports ?? []) : [])]) walk(next);
  };
  walk(entry);
  return [...files].sort();
}

export function tech_worker() {
  let out = 'dist';
  return {
    name: 'tech-worker',
    apply: 'build',
    configResolved: (config) => void (out = config.build.outDir),
    closeBundle() {
      const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
      const files = [...ALWAYS, ...files_of(manifest)].map((file) => `/${file}`);
      const hash = createHash('sha256');
      for (const file of files) hash.update(file).update(readFileSync(join(out, file)));
      const source = readFileSync(new URL('../src/tech/sw/sw.js', import.meta.url), 'utf8');
      hash.update(source);
      const version = hash.digest('hex').slice(0, 16);
      const text = source.replace('__FILES__', JSON.stringify(files)).replace('__VERSION__', JSON.stringify(version));
      writeFileSync(join(out, 'tech/sw.js'), text);
    },
  };
}
