// Repair or replace: the expected yearly cost of an asset, with its uncertainty, against what a new one would cost a
// year. Estimates, never amounts to be posted. Pure.
//
// A new one costs a year: its replacement value as an annuity over its life (capital recovery factor
// i / (1 − (1 + i)^−n), any textbook of engineering economics), and its own maintenance as a share of that value.

import * as exact from '../../shared/decimal';
import type { Schemas } from '../../shared/api/client';
import type { Cost } from './costs';

export type Facts = Schemas['AssetFacts'];

export interface Assumptions {
  readonly life: number; // years of a new one, where the asset's facts do not say
  readonly interest: number; // percent a year
  readonly upkeep: number; // maintenance of a new one, percent of its value a year
}
export const ASSUMED: Assumptions = { life: 15, interest: 6, upkeep: 2 };
/** Fewer whole months tell nothing of a year. */
export const MONTHS_MIN = 3;
const MONTHS_MOST = 36;
const DRAWS = 2000;

export interface Flip {
  readonly what: 'life' | 'interest' | 'upkeep' | 'value' | 'cost';
  readonly from: number;
  readonly to: number;
}
export interface Case {
  readonly facts: Facts;
  readonly to_date: string; // exact
  readonly months: number; // whole months behind the estimate
  readonly yearly?: { mean: number; low: number; high: number }; // 90 %
  readonly of_value?: number; // percent of the replacement value a year
  readonly fresh: number; // yearly cost of a new one
  readonly age?: number; // years in service
  readonly verdict: 'replace' | 'repair' | 'close' | 'early';
  readonly flip?: Flip;
}

export function recovery(interest: number, life: number): number {
  const i = interest / 100;
  return i === 0 ? 1 / life : i / (1 - (1 + i) ** -life);
}

export function yearly_of_new(value: number, with_: Assumptions): number {
  return value * (recovery(with_.interest, with_.life) + with_.upkeep / 100);
}

/** "2025-11" and the 11 months after it, up to and without `end`. */
function months_between(first: string, end: string): string[] {
  const list: string[] = [];
  for (let [year, month] = first.split('-').map(Number) as [number, number]; ; month++) {
    if (month > 12) [year, month] = [year + 1, 1];
    const name = `${year}-${String(month).padStart(2, '0')}`;
    if (name >= end || list.length > 1200) return list;
    list.push(name);
  }
}

/** Means of months drawn again and again with replacement: how much the mean would differ in another such period. The
 * draws follow from the length alone, so that the same records always give the same interval. */
function interval(values: readonly number[]): { low: number; high: number } {
  let seed = 0x2545f491 ^ values.length;
  const next = () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 2 ** 32;
  };
  const means = Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let n = 0; n < values.length; ++n) sum += values[Math.floor(next() * values.length)]!;
    return sum / values.length;
  }).sort((a, b) => a - b);
  return { low: means[Math.floor(DRAWS * 0.05)]!, high: means[Math.floor(DRAWS * 0.95)]! };
}

/** The value of x in low..high at which f is 0; undefined where it has one sign there. */
function root(f: (x: number) => number, low: number, high: number): number | undefined {
  let [a, b] = [low, high];
  const rising = f(a) < 0;
  if (rising === f(b) < 0) return undefined;
  for (let step = 0; step < 80; ++step) {
    const middle = (a + b) / 2;
    if (f(middle) < 0 === rising) a = middle;
    else b = middle;
  }
  return (a + b) / 2;
}

/** The one assumption that has to change least, in proportion, for the other answer. */
export function flip_of(yearly: number, value: number, with_: Assumptions): Flip | undefined {
  const of = (change: Partial<Assumptions>, worth = value) => yearly - yearly_of_new(worth, { ...with_, ...change });
  const found: Flip[] = [];
  const add = (what: Flip['what'], from: number, to: number | undefined) => {
    if (to !== undefined && from > 0) found.push({ what, from, to });
  };
  add(
    'life',
    with_.life,
    root((life) => of({ life }), 0.5, 100),
  );
  add(
    'interest',
    with_.interest,
    root((interest) => of({ interest }), 0, 60),
  );
  add(
    'upkeep',
    with_.upkeep,
    root((upkeep) => of({ upkeep }), 0, 60),
  );
  add(
    'value',
    value,
    root((worth) => of({}, worth), value / 50, value * 50),
  );
  add('cost', yearly, yearly_of_new(value, with_));
  const change = (flip: Flip) => Math.abs(Math.log(Math.max(flip.to, 1e-9) / flip.from));
  return found.sort((a, b) => change(a) - change(b))[0];
}

/** One case per asset whose value is known, the most pressing first. `costs`: rows of assets; `now`: of the reader. */
export function cases(all: readonly Facts[], costs: readonly Cost[], given: Assumptions, now: number): Case[] {
  const this_month = new Date(now).toISOString().slice(0, 7);
  const first = costs.reduce((least, one) => (one.month < least ? one.month : least), this_month);
  return all
    .map((facts) => case_of(facts, costs, given, now, first, this_month))
    .sort((a, b) => pressing(b) - pressing(a) || a.facts.asset.localeCompare(b.facts.asset));
}

const pressing = (one: Case) => (one.yearly ? one.yearly.mean / one.fresh : -1);

function case_of(
  facts: Facts,
  costs: readonly Cost[],
  given: Assumptions,
  now: number,
  first: string,
  this_month: string,
): Case {
  const own = costs.filter((one) => one.code === facts.asset && one.currency === facts.currency);
  const value = Number(facts.replacement_value);
  const with_ = { ...given, life: facts.life_years ?? given.life };
  const start = facts.in_service && facts.in_service.slice(0, 7) > first ? facts.in_service.slice(0, 7) : first;
  const whole = months_between(start, this_month).slice(-MONTHS_MOST);
  const base = {
    facts,
    to_date: exact.text(exact.sum(own.map((one) => one.row.net))),
    months: whole.length,
    fresh: yearly_of_new(value, with_),
    ...(facts.in_service ? { age: (now - Date.parse(facts.in_service)) / (365.25 * 86_400_000) } : {}),
  };
  if (whole.length < MONTHS_MIN) return { ...base, verdict: 'early' };
  const monthly = whole.map((month) =>
    exact.to_number(exact.sum(own.filter((one) => one.month === month).map((one) => one.row.net))),
  );
  const mean = (12 * monthly.reduce((a, b) => a + b, 0)) / monthly.length;
  const { low, high } = interval(monthly);
  const yearly = { mean, low: 12 * low, high: 12 * high };
  const verdict = yearly.low > base.fresh ? 'replace' : yearly.high < base.fresh ? 'repair' : 'close';
  const flip = flip_of(mean, value, with_);
  return { ...base, yearly, of_value: (100 * mean) / value, verdict, ...(flip ? { flip } : {}) };
}
