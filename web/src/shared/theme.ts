// The chosen theme. public/theme.js sets it before the first paint; this changes it later.

export type Theme = 'system' | 'light' | 'dark' | 'sunlight';
const KEY = 'tieline.theme';

export function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' || chosen === 'sunlight' ? chosen : 'system';
}

/** Takes effect at once and stays for this browser; where storage is closed, for this page only. */
export function set_theme(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // for this page only
  }
}
