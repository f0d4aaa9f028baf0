// What a scanned code names: a zone by its label, an order, an asset or a part that this phone knows.

import type { LocalOrder } from './types';

export type Meaning =
  | { is: 'order'; number: string }
  | { is: 'asset'; asset: string; name: string; orders: string[] }
  | { is: 'part'; part: string; description: string; orders: string[] }
  | { is: 'zone'; zone: string }
  | { is: 'unknown'; code: string };

/** Labels may say what they are ("PART:BRG-6205", "asset CNC-07", a web address that ends in the code). */
export function bare(code: string): string {
  const text = code.trim().replace(/[?#].*$/, '');
  const last = /^https?:\/\//i.test(text) ? (text.replace(/\/+$/, '').split('/').at(-1) ?? text) : text;
  const clean = last.replace(/^(part|item|material|asset|equipment|wo|order|bin)\s*[:=]\s*/i, '');
  try {
    return decodeURIComponent(clean);
  } catch {
    return clean;
  }
}

const equal = (a: string | undefined, b: string) => a !== undefined && a.toLowerCase() === b.toLowerCase();

export function meaning(scanned: string, orders: readonly LocalOrder[]): Meaning {
  const zone = /^\s*zone\s*[:=]\s*(\S.*?)\s*$/i.exec(scanned)?.[1];
  if (zone) return { is: 'zone', zone };
  const code = bare(scanned);
  const order = orders.find(({ number }) => equal(number, code));
  if (order) return { is: 'order', number: order.number };
  const of_asset = orders.filter(({ local }) => equal(local.asset, code));
  if (of_asset[0]) {
    const { asset = code, asset_name = '' } = of_asset[0].local;
    return { is: 'asset', asset, name: asset_name, orders: of_asset.map(({ number }) => number) };
  }
  const of_part = orders.filter(({ local }) => local.parts?.some((line) => equal(line.part, code)));
  const line = of_part[0]?.local.parts?.find((one) => equal(one.part, code));
  if (line) {
    const { part = code, description = '' } = line;
    return { is: 'part', part, description, orders: of_part.map(({ number }) => number) };
  }
  return { is: 'unknown', code };
}
