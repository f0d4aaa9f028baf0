// Exact sums of the API's decimals ("12.50"). Amounts never become a binary number; `to_number` is for pixels only.

export interface Exact {
  readonly units: bigint; // value × 10^scale
  readonly scale: number;
}

const FORM = /^-?\d+(\.\d+)?$/;
export const ZERO: Exact = { units: 0n, scale: 0 };

/** Undefined for a text that is no decimal. */
export function parse(text: string): Exact | undefined {
  if (!FORM.test(text)) return undefined;
  const point = text.indexOf('.');
  const scale = point < 0 ? 0 : text.length - point - 1;
  return { units: BigInt(text.replace('.', '')), scale };
}

function widen(value: Exact, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

export function add(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale);
  return { units: widen(a, scale) + widen(b, scale), scale };
}

export function minus(a: Exact, b: Exact): Exact {
  return add(a, { units: -b.units, scale: b.scale });
}

/** Below, equal, above zero: a − b. */
export function compare(a: Exact, b: Exact): number {
  const left = minus(a, b).units;
  return left < 0n ? -1 : left > 0n ? 1 : 0;
}

export function text(value: Exact): string {
  if (value.scale === 0) return value.units.toString();
  const sign = value.units < 0n ? '-' : '';
  const digits = (value.units < 0n ? -value.units : value.units).toString().padStart(value.scale + 1, '0');
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

/** Sum of decimal texts; what is absent or no decimal counts nothing. */
export function sum(texts: Iterable<string | undefined>): Exact {
  let total = ZERO;
  for (const one of texts) {
    const value = one === undefined ? undefined : parse(one);
    if (value) total = add(total, value);
  }
  return total;
}

/** For the place of a pixel or a percentage, never for an amount. */
export function to_number(value: Exact): number {
  return Number(text(value));
}

/** a / b in percent with one decimal; undefined where b is zero. */
export function percent(a: Exact, b: Exact): number | undefined {
  if (b.units === 0n) return undefined;
  const scale = Math.max(a.scale, b.scale);
  return Number((widen(a, scale) * 1000n) / widen(b, scale)) / 10;
}
