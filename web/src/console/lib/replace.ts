// Repair or replace: the expected yearly cost of an asset, with its uncertainty, against what a new one would cost a
// year. Estimates, never amounts to be posted. Pure.
//
// A new one costs a year: its replacement value as an annuity over its life (capital recovery factor
// i / (1 − (1 + i)^−n), any textbook of engineering economics), and its own maintenance as a share of that value.

import * as exact from '../../shared/decimal';
import type { Schemas } from '../../shared/api/client';
import type { Cost } from './costs';
import { gamma_quantile } from './gamma';

export type Facts = Schemas['AssetFacts'];

export interface Assumptions {
  readonly life: number; // years of a new one, where the asset's facts do not say
  readonly interest: number; // percent a year
  readonly upkeep: number; // maintenance of a new one, percent of its value a year
}
export const ASSUMED: Assumptions = { life: 15, interest: 6, upkeep: 2 };
/** Fewer whole months, or fewer of them with cost, tell nothing of a year. */
export const MONTHS_MIN = 12;
export const COSTLY_MIN = 3;
const MONTHS_MOST = 36;
/** Of so many months from the first one on, half must have a row: one posting of long ago begins no records. */
const DENSE_FIRST = 3;

/** What a number of the rule may be; what is outside is a slip of the pen. */
export const LIMITS: Readonly<Record<keyof Assumptions, readonly [low: number, high: number]>> = {
  life: [1, 100],
  interest: [0, 60],
  upkeep: [0, 60],
};

/** "7.5" or "7,5" within low..high; undefined for everything else. */
export function read_number(text: string, [low, high]: readonly [number, number]): number | undefined {
  if (!/^\s*\d+([.,]\d+)?\s*$/.test(text)) return undefined;
  const value = Number(text.trim().replace(',', '.'));
  return value >= low && value <= high ? value : undefined;
}

export interface Flip {
  readonly what: 'life' | 'interest' | 'upkeep' | 'value' | 'cost';
  readonly from: number;
  readonly to: number;
  readonly becomes: 'close' | 'replace' | 'repair';
}
export interface Yearly {
  readonly mean: number;
  readonly low: number; // the true yearly cost lies in low..high in about 9 of 10 cases
  readonly high: number;
}
export interface Case {
  readonly facts: Facts;
  readonly to_date: string; // exact, in the currency of the value
  readonly others: string[]; // currencies of further cost, which is in no number here
  readonly months: number; // whole months behind the estimate
  readonly costly: number; // those of them with cost
  readonly yearly?: Yearly;
  readonly of_value?: number; // percent of the replacement value a year
  readonly fresh: number; // yearly cost of a new one
  readonly age?: number; // years in service
  /** `currency`: it costs in another one than it is worth in. `credit`: more came back than was spent. */
  readonly verdict: 'replace' | 'repair' | 'close' | 'early' | 'currency' | 'credit';
  readonly flip?: Flip;
}

export function recovery(interest: number, life: number): number {
  const i = interest / 100;
  return i === 0 ? 1 / life : i / (1 - (1 + i) ** -life);
}

export function yearly_of_new(value: number, with_: Assumptions): number {
  return value * (recovery(with_.interest, with_.life) + with_.upkeep / 100);
}

/** "2025-11" and the months after it, up to and without `end`. */
function months_between(first: string, end: string): string[] {
  const list: string[] = [];
  for (let name = first; name < end && list.length < 1200; name = moved(name, 1)) list.push(name);
  return list;
}

/** "2025-11" moved by 2 is "2026-01". */
function moved(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const at = year * 12 + number - 1 + by;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

/**
 * The first whole month of the site's records: the one after the first month from which on at least half of all months,
 * and of the next six, have a row of any asset. Undefined where records are too thin to say.
 */
function recorded_from(costs: readonly Cost[], this_month: string): string | undefined {
  const months = months_between(moved(this_month, -MONTHS_MOST), this_month);
  const present = new Set(costs.map((one) => one.month));
  const dense = (list: readonly string[]) => 2 * list.filter((month) => present.has(month)).length >= list.length;
  const at = months.findIndex(
    (month, n) => present.has(month) && dense(months.slice(n)) && dense(months.slice(n, n + DENSE_FIRST)),
  );
  return at < 0 ? undefined : moved(months[at]!, 1);
}

/**
 * In which range the true mean of a month lies, in about 9 of 10 cases, also where most months cost nothing and a few
 * cost much. The gamma interval of Fay and Feuer (Statistics in Medicine 16, 1997, 791): the sum of the months is taken
 * as gamma distributed with its own variance; for the upper end, once more the dearest month is added, since the
 * records may just have missed one. Its ends are those of 95 %: with few and uneven costs less comes out than is aimed
 * at, and the test of coverage holds what does. Needs a sum above 0 and two months.
 */
export function interval(values: readonly number[]): { low: number; high: number } {
  const n = values.length;
  const sum = values.reduce((a, b) => a + b, 0);
  const most = Math.max(...values.map(Math.abs));
  const squares = values.reduce((a, b) => a + (b - sum / n) ** 2, 0);
  const variance = (squares * n) / (n - 1); // of the sum
  const even = variance < 1e-9 * sum * sum;
  return {
    low: (even ? sum : gamma_quantile(0.025, sum, variance)) / n,
    high: gamma_quantile(0.975, sum + most, variance + most * most) / n,
  };
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

/** What is still plausible of each assumption, up or down: the measure of how near a change is. */
const PLAUSIBLE = { life: 5, interest: 3, upkeep: 1.5, value: 0.25 };

/**
 * The assumption that has to change least, in units of what is plausible of it, until the end of the range that decides
 * the verdict meets the cost of a new one. A close call becomes clear at either end; the nearer one counts.
 */
export function flip_of(yearly: Yearly, value: number, with_: Assumptions): Flip | undefined {
  const fresh = yearly_of_new(value, with_);
  const half = (yearly.high - yearly.low) / 2;
  const found: { flip: Flip; far: number }[] = [];
  const against = (bound: number, becomes: Flip['becomes']) => {
    const add = (what: Flip['what'], from: number, to: number | undefined, unit: number) => {
      if (to !== undefined && to > 0 && unit > 0) {
        found.push({ flip: { what, from, to, becomes }, far: Math.abs(to - from) / unit });
      }
    };
    const of = (name: keyof Assumptions) => (to: number) => bound - yearly_of_new(value, { ...with_, [name]: to });
    add('life', with_.life, root(of('life'), 0.5, 100), PLAUSIBLE.life);
    add('interest', with_.interest, root(of('interest'), 0, 60), PLAUSIBLE.interest);
    add('upkeep', with_.upkeep, root(of('upkeep'), 0, 60), PLAUSIBLE.upkeep);
    add('value', value, (value * bound) / fresh, PLAUSIBLE.value * value);
    add('cost', yearly.mean, yearly.mean + fresh - bound, half); // the whole range moves with its middle
  };
  if (yearly.low > fresh) against(yearly.low, 'close');
  else if (yearly.high < fresh) against(yearly.high, 'close');
  else {
    against(yearly.low, 'replace');
    against(yearly.high, 'repair');
  }
  return found.sort((a, b) => a.far - b.far)[0]?.flip;
}

/** One case per asset whose value is known, the most pressing first. `costs`: rows of assets; `now`: of the reader. */
export function cases(all: readonly Facts[], costs: readonly Cost[], given: Assumptions, now: number): Case[] {
  const this_month = new Date(now).toISOString().slice(0, 7);
  const first = recorded_from(costs, this_month) ?? this_month;
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
  const mine = costs.filter((one) => one.code === facts.asset);
  const own = mine.filter((one) => one.currency === facts.currency);
  const others = mine.filter((one) => one.currency !== facts.currency).map((one) => one.currency);
  const value = Number(facts.replacement_value);
  const with_ = { ...given, life: facts.life_years ?? given.life };
  const since = facts.in_service ? moved(facts.in_service.slice(0, 7), 1) : first;
  const whole = months_between(since > first ? since : first, this_month);
  const monthly = whole.map((month) =>
    exact.to_number(exact.sum(own.filter((one) => one.month === month).map((one) => one.row.net))),
  );
  const base = {
    facts,
    to_date: exact.text(exact.sum(own.map((one) => one.row.net))),
    others: [...new Set(others)].sort(),
    months: whole.length,
    costly: monthly.filter((net) => net !== 0).length,
    fresh: yearly_of_new(value, with_),
    ...(facts.in_service ? { age: (now - Date.parse(facts.in_service)) / (365.25 * 86_400_000) } : {}),
  };
  if (others.length > 0) return { ...base, verdict: 'currency' };
  if (whole.length < MONTHS_MIN || base.costly < COSTLY_MIN) return { ...base, verdict: 'early' };
  const mean = (12 * monthly.reduce((a, b) => a + b, 0)) / monthly.length;
  if (mean <= 0) return { ...base, verdict: 'credit' };
  const { low, high } = interval(monthly);
  const yearly = { mean, low: 12 * low, high: 12 * high };
  const verdict = yearly.low > base.fresh ? 'replace' : yearly.high < base.fresh ? 'repair' : 'close';
  const flip = flip_of(yearly, value, with_);
  return { ...base, yearly, of_value: (100 * mean) / value, verdict, ...(flip ? { flip } : {}) };
}
