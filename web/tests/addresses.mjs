// The pages of the console that tests look at, each with something to show.
export const PAGES = [
  '/',
  '/exceptions',
  '/board',
  '/orders?state=all',
  '/orders/WX-1',
  '/parts?state=all',
  '/parts/P-2001',
  '/cost',
  '/cost?by=asset',
  '/assets',
  '/assets/PUMP-01',
  '/replace',
  '/sync',
  '/flow',
  '/flow?view=table',
  '/trace',
  '/trace/WX-1',
  '/settings',
  '/nowhere',
  '/sign-in',
];

/** Those that show nothing of the hub's data, or show it in another form under another address. */
const OF_THEMSELVES = ['/trace', '/nowhere', '/sign-in', '/flow?view=table'];
export const PAGES_OF_DATA = PAGES.filter((path) => !OF_THEMSELVES.includes(path));
