/// <reference types="vitest/config" />
// Two pages from one build: the console and the technician app. The technician's page shares only what lies in
// src/shared: tests/gates.mjs looks at modules.json, which is written here.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { tech_worker } from './build/tech_worker.mjs';

// `npx vite` talks to a hub that runs beside it.
const hub = process.env['TIELINE_HUB'] ?? 'http://127.0.0.1:8420';

/** Which source files each built file holds, for the gates. */
const modules: Plugin = {
  name: 'modules',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).flatMap((one) => (one.type === 'chunk' ? [one] : []));
    const list = chunks.map((chunk) => [
      chunk.fileName,
      chunk.moduleIds.map((id) => id.replace(`${import.meta.dirname}/`, '')),
    ]);
    this.emitFile({ type: 'asset', fileName: 'modules.json', source: JSON.stringify(Object.fromEntries(list)) });
  },
};

export default defineConfig({
  plugins: [svelte(), modules, tech_worker()],
  build: {
    outDir: process.env['TIELINE_WEB_OUT'] ?? 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // inline data would need a wider content security policy
    rollupOptions: { input: { console: 'index.html', tech: 'tech/index.html' } },
  },
  server: { proxy: { '/api': hub, '/healthz': hub } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
