// Keyboard shortcuts: single letters, off inside inputs and dialogs, can be turned off as a whole (WCAG 2.1.4).

import { router } from './router.svelte';

type Handler = (event: KeyboardEvent) => void;
const layers: Record<string, Handler>[] = [];
const OFF_KEY = 'tieline.shortcuts';

class Shortcuts {
  on = $state(localStorage.getItem(OFF_KEY) !== 'off');
  help = $state(false);
  set(on: boolean): void {
    this.on = on;
    localStorage.setItem(OFF_KEY, on ? 'on' : 'off');
  }
}
export const shortcuts = new Shortcuts();

/** Pages by the letter after `g`. */
export const GO: Record<string, [path: string, name: string]> = {
  o: ['/', 'Overview'],
  e: ['/exceptions', 'Exceptions'],
  b: ['/board', 'Board'],
  w: ['/orders', 'Work orders'],
  p: ['/parts', 'Parts'],
  a: ['/assets', 'Assets'],
  r: ['/replace', 'Repair or replace'],
  c: ['/cost', 'Cost'],
  f: ['/flow', 'Data flow'],
  h: ['/sync', 'Sync health'],
  t: ['/trace', 'Trace'],
  s: ['/settings', 'Settings'],
};

/** Keys of a component, while it lives; a later one goes first. Call it while the component is made. */
export function use_keys(keys: Record<string, Handler>): void {
  $effect(() => {
    layers.push(keys);
    return () => {
      layers.splice(layers.indexOf(keys), 1);
    };
  });
}

function types_text(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type);
}

let going = 0; // until when a letter after `g` names a page

export function on_key(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === 'Escape' && types_text(event.target)) return (event.target as HTMLElement).blur();
  if (!shortcuts.on || types_text(event.target) || document.querySelector('dialog[open]')) return;
  if (Date.now() < going) {
    going = 0;
    const page = GO[event.key];
    if (page) {
      event.preventDefault();
      return router.go(page[0]);
    }
  }
  if (event.key === 'g') {
    going = Date.now() + 1500;
    return;
  }
  for (let index = layers.length - 1; index >= 0; --index) {
    const handler = layers[index]![event.key];
    if (!handler) continue;
    event.preventDefault();
    return handler(event);
  }
}
