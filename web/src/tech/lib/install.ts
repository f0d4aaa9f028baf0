// The service worker: the app opens without a network from its second visit on. A new version takes over when
// nothing is unsent; the page goes on with the files that it has.

import { app } from './app.svelte';

export function install(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const place = { scope: '/tech/', updateViaCache: 'none' as const };
  void navigator.serviceWorker
    .register('/tech/sw.js', place)
    .then((registration) => {
      setInterval(() => {
        if (registration.waiting && !app.unsent.length && document.hidden)
          registration.waiting.postMessage('take over');
      }, 60_000);
    })
    .catch(() => {
      // Without it the app works as long as there is a network; the store is safe all the same.
    });
}
