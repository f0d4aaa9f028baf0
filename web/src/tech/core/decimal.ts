// Quantities and readings are texts with digits; comparing and stepping them stays exact (BigInt, never a float).

const PATTERN = /^-?[0-9]+(\.[0-9]+)?$/;

export function is_decimal(text: string): boolean {
  return PATTERN.test(text);
}

/** What a person types: "0,014" and ".5" are numbers too. "" where it is none. */
export function typed_decimal(text: string): string {
  let clean = text.trim().replace(',', '.').replace('−', '-');
  if (clean.startsWith('.')) clean = `0${clean}`;
  if (clean.endsWith('.')) clean = clean.slice(0, -1);
  return is_decimal(clean) ? clean : '';
}

function places(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

function scaled(text: string, scale: number): bigint {
  const negative = text.startsWith('-');
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const digits = BigInt(whole + fraction.padEnd(scale, '0'));
  return negative ? -digits : digits;
}

function written(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const text = scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
  return value < 0n ? `-${text}` : text;
}

/** -1, 0, 1; by value: "5" equals "5.000". */
export function compare(a: string, b: string): number {
  const scale = Math.max(places(a), places(b));
  const [x, y] = [scaled(a, scale), scaled(b, scale)];
  return x < y ? -1 : x > y ? 1 : 0;
}

export function add(a: string, b: string): string {
  const scale = Math.max(places(a), places(b));
  return written(scaled(a, scale) + scaled(b, scale), scale);
}

export function negate(a: string): string {
  return a.startsWith('-') ? a.slice(1) : compare(a, '0') === 0 ? a : `-${a}`;
}

/** One step of the buttons beside a reading: one in the last place that its limits are written with. */
export function step_of(...limits: (string | undefined)[]): string {
  const finest = Math.max(0, ...limits.map((limit) => (limit ? places(limit) : 0)));
  return finest ? `0.${'0'.repeat(finest - 1)}1` : '1';
}

/** Hours with two places from whole milliseconds, half up; work of at least a second counts as 0.01. */
export function hours_of(ms: number): string {
  if (ms < 1000) return '0.00';
  const hundredths = (BigInt(Math.floor(ms)) + 18_000n) / 36_000n;
  return written(hundredths > 0n ? hundredths : 1n, 2);
}
