// Time ranges of the key figures, in the address as ?days=30.

export const WINDOWS = [
  ['1', '24 h'],
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', '1 year'],
] as const;

export function span_of(days: string, now: number): { from: number; to: number; months_from: string } {
  const count = Math.max(1, Math.min(3660, Number(days) || 30));
  const from = now - count * 86_400_000;
  return { from, to: now, months_from: new Date(from).toISOString().slice(0, 7) };
}
