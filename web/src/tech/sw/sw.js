// The technician app's service worker: keeps the app's own files, so that it opens without a network. What people did is
// not here: that lies in IndexedDB and is sent by the page. FILES and VERSION are put in by build/tech_worker.mjs.

const FILES = __FILES__;
const VERSION = __VERSION__;
const CACHE = `tieline-tech-${VERSION}`;
const PAGE = '/tech/index.html';

self.addEventListener('install', (event) => {
  // All or nothing: a half-filled cache would open half an app.
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })))),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith('tieline-tech-') && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

// A new version waits until the page says that nobody is in the middle of something.
self.addEventListener('message', (event) => {
  if (event.data === 'take over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname.startsWith('/tech')) event.respondWith(kept(PAGE, request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(kept(url.pathname, request));
  }
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
