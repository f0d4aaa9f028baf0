// The built app over HTTP with the fake of the technician routes behind it: to look at every screen and state without a
// hub. What is proven here is the phone's side only; offline.mjs is the proof with the real programs.
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { runnerImport } from 'vite';

const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
};
// As src/api/web_files.cpp sends it.
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";

const person = {
  sign_in: 'on',
  signed_in: true,
  name: 'mia',
  full_name: 'Mia Okafor',
  roles: ['technician'],
  person_code: 'P-101',
  craft: 'MECH',
  csrf: 'token',
};

export async function serve(dist) {
  const { module } = await runnerImport(new URL('./fake_hub.ts', import.meta.url).pathname);
  const hub = new module.FakeHub();
  const at = { hub, signed_in: true, codes: { modes: [], mechanisms: [], causes: [], remedies: [] }, past: [] };
  const server = createServer((request, response) => void answer(at, dist, request, response));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  at.url = `http://127.0.0.1:${server.address().port}`;
  at.stop = () => (server.closeAllConnections(), new Promise((done) => server.close(done)));
  return at;
}

async function answer(at, dist, request, response) {
  const url = new URL(request.url, at.url);
  const parts = [];
  for await (const part of request) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (url.pathname.startsWith('/api/')) return api(at, url, request, bytes, response);
  const last = url.pathname.split('/').at(-1);
  const path = url.pathname.startsWith('/tech') && !last.includes('.') ? '/tech/index.html' : url.pathname;
  const file = join(dist, path);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
  const type = TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' });
  response.end(readFileSync(file));
}

async function api(at, url, request, bytes, response) {
  const send = (status, body) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  };
  if (url.pathname === '/api/v1/session' && request.method === 'GET') {
    return send(200, at.signed_in ? person : { sign_in: 'on', signed_in: false });
  }
  if (url.pathname === '/api/v1/session') {
    at.signed_in = JSON.parse(bytes).password === 'right';
    return at.signed_in ? send(200, person) : send(401, { detail: 'Name or password is wrong.' });
  }
  if (!at.signed_in) return send(401, { detail: 'Sign in.' });
  if (url.pathname === '/api/v1/technician/codes') return send(200, at.codes);
  if (url.pathname === '/api/v1/work-orders') return send(200, { work_orders: at.past });
  const json = request.headers['content-type'] === 'application/json' && bytes.length ? JSON.parse(bytes) : undefined;
  const headers = { 'Idempotency-Key': request.headers['idempotency-key'] };
  if (request.headers['if-match']) headers['If-Match'] = request.headers['if-match'];
  const body = json === undefined && bytes.length ? new Uint8Array(bytes).buffer : undefined;
  const told = await at.hub.wire({
    method: request.method,
    path: url.pathname + url.search,
    headers,
    json,
    bytes: body,
  });
  if (told.status === 0) return request.socket.destroy();
  send(told.status, told.body);
}
