// What axe and a ruler find in a page.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Runs axe inside the page; it is not loaded as a script, which the policy would forbid. */
export async function violations(page) {
  const found = await look(page);
  if (!found.length) return found;
  // On a busy machine a page may be caught between two themes: only what is still so a second later is one.
  await page.waitForTimeout(1000);
  return look(page);
}

async function look(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    (tags) => window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }),
    TAGS,
  );
  return found.violations.map(
    (one) =>
      `${one.id}: ${one.nodes
        .slice(0, 3)
        .map((node) => node.target.join(' '))
        .join(' | ')}`,
  );
}

/** Runs in the page: what is too small to be hit. */
export const small_targets = () =>
  [...document.querySelectorAll('a, button, input, select, textarea, summary')]
    .filter((one) => one.getClientRects().length && !one.closest('p, td, dd, li p, .vh, [aria-hidden]'))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => (box.height < 24 && !['checkbox', 'radio'].includes(one.type)) || box.height < 16)
    .map(
      ([one, box]) =>
        `${one.tagName} "${(one.textContent || one.ariaLabel || '').trim().slice(0, 20)}" ${Math.round(box.height)} px`,
    );
