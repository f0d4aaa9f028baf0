// Looks into the payload of a command and the request that it becomes. Pure.

import * as exact from '../../shared/decimal';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export function is_object(value: unknown): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every value with its path: ["lines.0.amount", "12.50"]. */
export function leaves(value: unknown, path = ''): [path: string, value: string][] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => leaves(one, path ? `${path}.${index}` : String(index)));
  if (is_object(value)) {
    return Object.entries(value).flatMap(([name, one]) => leaves(one, path ? `${path}.${name}` : name));
  }
  return [[path, value === null || value === undefined ? '' : String(value)]];
}

export function value_at(value: unknown, path: string): Json | undefined {
  let at = value as Json | undefined;
  for (const step of path.split('.')) {
    if (Array.isArray(at)) at = at[Number(step)];
    else if (is_object(at)) at = at[step];
    else return undefined;
  }
  return at;
}

/** A copy with another text at the path; undefined where the path leads nowhere. */
export function with_value(value: unknown, path: string, text: string): { [name: string]: Json } | undefined {
  // Not structuredClone: what a page holds is a proxy, which that refuses.
  const copy = JSON.parse(JSON.stringify(value ?? null)) as Json;
  const steps = path.split('.');
  const last = steps.pop()!;
  const parent = steps.length === 0 ? copy : value_at(copy, steps.join('.'));
  if (Array.isArray(parent)) {
    if (!(Number(last) in parent)) return undefined;
    parent[Number(last)] = text;
  } else if (is_object(parent)) {
    parent[last] = text;
  } else {
    return undefined;
  }
  return is_object(copy) ? copy : undefined;
}

/** What the payload is worth: its own amount, or the debits of a journal. */
export function worth(payload: unknown): { amount: string; currency: string } | undefined {
  if (!is_object(payload)) return undefined;
  const currency = String(payload['currency'] ?? '');
  for (const name of ['amount', 'expected_amount', 'total']) {
    const amount = payload[name];
    if (typeof amount === 'string' && exact.parse(amount)) return { amount, currency };
  }
  if (!Array.isArray(payload['lines'])) return undefined;
  const debits = exact.sum(
    payload['lines'].map((line) =>
      is_object(line) && line['side'] !== 'credit' ? String(line['amount'] ?? '') : undefined,
    ),
  );
  return debits.units === 0n ? undefined : { amount: exact.text(debits), currency };
}

/**
 * The fields of the request, each with the member of the payload that holds the same value: "" where none or several
 * do.
 * The map itself decides; this only shows what can be seen from both sides.
 */
export function side_by_side(payload: unknown, body: unknown): { field: string; value: string; from: string }[] {
  const by_value = new Map<string, string[]>();
  for (const [path, value] of leaves(payload)) by_value.set(value, [...(by_value.get(value) ?? []), path]);
  return leaves(body).map(([field, value]) => {
    const sources = value === '' ? [] : (by_value.get(value) ?? []);
    return { field, value, from: sources.length === 1 ? sources[0]! : '' };
  });
}

/**
 * Where the refused value stands in the payload, and what the peer would take instead. The peer names its own field, so
 * the request tells which member that is.
 */
export function suggestion(
  payload: unknown,
  details: unknown,
  body: unknown,
): { field: string; value: string } | undefined {
  if (!is_object(details)) return undefined;
  const named = plain_path(String(details['field'] ?? ''));
  if (!named) return undefined;
  const own = value_at(payload, named) !== undefined;
  const field = own ? named : side_by_side(payload, body).find((one) => one.field === named)?.from;
  if (!field) return undefined;
  const answer = is_object(details['answer']) ? details['answer'] : {};
  const value = answer['did_you_mean'];
  return { field, value: typeof value === 'string' ? value : '' };
}

/** "/quantity" and "lines[2].hours" as the paths used here. */
export function plain_path(field: string): string {
  return field
    .replace(/^\//, '')
    .replaceAll('/', '.')
    .replaceAll(/\[(\d+)\]/g, '.$1');
}
