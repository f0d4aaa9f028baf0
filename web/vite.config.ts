/// <reference types="vitest/config" />
// Two pages from one build: the console and the technician app. The technician's page shares only what lies in
// src/shared: tests/graph.mjs looks at the manifest that is written here.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { tech_worker } from './build/tech_worker.mjs';

// `npm run dev` talks to a hub that runs beside it.
const hub = process.env['TIELINE_HUB'] ?? 'http://127.0.0.1:8420';

export default defineConfig({
  plugins: [svelte(), tech_worker()],
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
