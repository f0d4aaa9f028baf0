// Where the person is: /tech/, /tech/order?number=WO-1, /tech/scan, /tech/report, /tech/sent, /tech/more.

export type Screen = 'work' | 'order' | 'finish' | 'scan' | 'report' | 'sent' | 'more';
const SCREENS = new Set<string>(['order', 'finish', 'scan', 'report', 'sent', 'more']);

class Router {
  #here = $state.raw(new URL(location.href));

  constructor() {
    addEventListener('popstate', () => (this.#here = new URL(location.href)));
  }

  get screen(): Screen {
    const name = this.#here.pathname.split('/')[2] ?? '';
    return SCREENS.has(name) ? (name as Screen) : 'work';
  }
  of(name: string): string {
    return this.#here.searchParams.get(name) ?? '';
  }

  go(screen: Screen, query: Record<string, string> = {}, replace = false): void {
    const url = new URL(path(screen, query), location.origin);
    if (replace) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    this.#here = url;
    scrollTo(0, 0);
  }

  /** A tap on a link stays in this page; with a modifier key it does what the browser does. */
  follow = (event: MouseEvent): void => {
    const link = (event.target as Element).closest?.('a[href^="/tech/"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const url = new URL((link as HTMLAnchorElement).href);
    history.pushState(null, '', url);
    this.#here = url;
    scrollTo(0, 0);
  };
}

export function path(screen: Screen, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `/tech/${screen === 'work' ? '' : screen}${search ? `?${search}` : ''}`;
}

export const router = new Router();
