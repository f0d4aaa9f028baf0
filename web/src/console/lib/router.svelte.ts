// Where the person is. The address holds the page and every filter, so that any view can be shared and reloaded.

import type { Component } from 'svelte';

type Loader = () => Promise<{ default: Component<any> }>;
export interface Place {
  readonly name: string;
  readonly params: Readonly<Record<string, string>>;
  readonly load: Loader;
  /** Places with the same key are one page that stays: the list beside the detail, and where the focus is. */
  readonly key: string;
}

const exceptions: Loader = () => import('../pages/Exceptions.svelte');

const routes: [pattern: string, name: string, load: Loader][] = [
  ['/', 'overview', () => import('../pages/Overview.svelte')],
  ['/exceptions', 'exceptions', exceptions],
  ['/exceptions/:group', 'exceptions', exceptions],
  ['/board', 'board', () => import('../pages/Board.svelte')],
  ['/orders', 'orders', () => import('../pages/Orders.svelte')],
  ['/orders/:number', 'orders', () => import('../pages/OrderDetail.svelte')],
  ['/parts', 'parts', () => import('../pages/Parts.svelte')],
  ['/parts/:part', 'parts', () => import('../pages/PartDetail.svelte')],
  ['/cost', 'cost', () => import('../pages/Cost.svelte')],
  ['/replace', 'replace', () => import('../pages/Replace.svelte')],
  ['/assets', 'assets', () => import('../pages/Assets.svelte')],
  ['/assets/:asset', 'assets', () => import('../pages/AssetDetail.svelte')],
  ['/sync', 'sync', () => import('../pages/Sync.svelte')],
  ['/flow', 'flow', () => import('../pages/Flow.svelte')],
  ['/trace', 'trace', () => import('../pages/Trace.svelte')],
  ['/trace/:id', 'trace', () => import('../pages/Trace.svelte')],
  ['/settings', 'settings', () => import('../pages/Settings.svelte')],
  ['/sign-in', 'sign-in', () => import('../pages/SignIn.svelte')],
];

const nowhere: Place = { name: 'nowhere', params: {}, key: '', load: () => import('../pages/Nowhere.svelte') };

export function place_of(path: string): Place {
  const given = path.replace(/\/+$/, '').split('/').slice(1);
  for (const [pattern, name, load] of routes) {
    const wanted = pattern === '/' ? [] : pattern.split('/').slice(1);
    if (wanted.length !== given.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((segment, index) => {
      if (!segment.startsWith(':')) return segment === given[index];
      params[segment.slice(1)] = decode(given[index]!);
      return true;
    });
    if (fits) return { name, params, load, key: load === exceptions ? name : path };
  }
  return nowhere;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

class Router {
  path = $state(location.pathname);
  query = $state(new URLSearchParams(location.search));
  readonly place = $derived(place_of(this.path));

  constructor() {
    addEventListener('popstate', () => this.#read());
    document.addEventListener('click', (event) => this.#click(event));
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }

  /** Follows links of this console without loading the page anew; others, and new tabs, are the browser's. */
  #click(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = (event.target as Element).closest('a');
    if (!link || link.target || link.download || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/tech') || link.pathname.startsWith('/api')) return;
    if (link.pathname === location.pathname && link.hash) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }

  go(address: string): void {
    history.pushState(null, '', address);
    const before = this.path;
    this.#read();
    if (this.path !== before) scrollTo(0, 0);
  }

  /** Changes filters in the address; "" removes one. Filters are no places to go back to. */
  filter(changes: Record<string, string>): void {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const text = query.toString();
    history.replaceState(null, '', location.pathname + (text ? `?${text}` : ''));
    this.#read();
  }
}

export const router = new Router();

/** The address of an object's page: `to('orders', 'WO-1')`. */
export function to(page: string, ...parts: string[]): string {
  return `/${[page, ...parts.map(encodeURIComponent)].join('/')}`;
}
