// Whole lists from the API, page by page.

import { api, ok, type Schemas } from '../../shared/api/client';
import { site_query } from './live.svelte';

export type WorkOrder = Schemas['WorkOrderRow'];
export type Availability = Schemas['AvailabilityRow'];
export type Exception = Schemas['Exception'];
export type Stock = Schemas['StockRow'];
export type Requisition = Schemas['RequisitionRow'];
export type CostRow = Schemas['CostRow'];

/** At most so many rows come to the screen; beyond, the person is told to filter. */
export const ROWS_MAX = 100_000;

interface Page<T> {
  rows: readonly T[];
  next?: string | undefined;
}

export interface Whole<T> {
  rows: T[];
  cut: boolean; // there are more than ROWS_MAX
}

async function whole<T>(page: (after: string | undefined) => Promise<Page<T>>): Promise<Whole<T>> {
  const rows: T[] = [];
  let after: string | undefined;
  do {
    const one = await page(after);
    for (const row of one.rows) rows.push(row);
    after = one.next;
  } while (after !== undefined && rows.length < ROWS_MAX);
  return { rows, cut: after !== undefined };
}

export function work_orders(signal: AbortSignal, filter: { status?: string; asset?: string } = {}) {
  return whole<WorkOrder>(async (after) => {
    const query = { limit: 1000, after, ...filter, ...site_query() };
    const page = await ok(api.GET('/api/v1/work-orders', { params: { query }, signal }));
    return { rows: page.work_orders, next: page.next };
  });
}

export function availability(signal: AbortSignal, filter: { work_order?: string; part?: string } = {}) {
  return whole<Availability>(async (after) => {
    const query = { limit: 1000, after, ...filter, ...site_query() };
    const page = await ok(api.GET('/api/v1/availability', { params: { query }, signal }));
    return { rows: page.work_orders, next: page.next };
  });
}

export function stock(signal: AbortSignal, filter: { part?: string } = {}) {
  return whole<Stock>(async (after) => {
    const query = { limit: 1000, after, ...filter, ...site_query() };
    const page = await ok(api.GET('/api/v1/stock', { params: { query }, signal }));
    return { rows: page.stock, next: page.next };
  });
}

export function requisitions(
  signal: AbortSignal,
  filter: { open?: boolean; part?: string; work_order?: string } = {},
) {
  return whole<Requisition>(async (after) => {
    const query = { limit: 1000, after, ...filter, ...site_query() };
    const page = await ok(api.GET('/api/v1/requisitions', { params: { query }, signal }));
    return { rows: page.requisitions, next: page.next };
  });
}

export function cost(signal: AbortSignal, prefix = '') {
  return whole<CostRow>(async (after) => {
    const query = { limit: 2000, after, prefix, ...site_query() };
    const page = await ok(api.GET('/api/v1/cost', { params: { query }, signal }));
    return { rows: page.rows, next: page.next };
  });
}

/** Open ones, or the newest `most` closed ones too. */
export async function exceptions(signal: AbortSignal, open: boolean, most = 2000): Promise<Exception[]> {
  const rows: Exception[] = [];
  let before: string | undefined;
  do {
    const query = { open, limit: 500, before, ...site_query() };
    const page = await ok(api.GET('/api/v1/exceptions', { params: { query }, signal }));
    rows.push(...page.exceptions);
    before = page.next;
  } while (before !== undefined && rows.length < most);
  return rows;
}

export function asset_facts(signal: AbortSignal) {
  return whole<Schemas['AssetFacts']>(async (after) => {
    const query = { limit: 1000, after, ...site_query() };
    const page = await ok(api.GET('/api/v1/assets', { params: { query }, signal }));
    return { rows: page.assets, next: page.next };
  });
}

export type Booked = Schemas['BookedDocument'];

/** Documents by posting date, both days included. */
export function books(signal: AbortSignal, from: string, to: string) {
  return whole<Booked>(async (after) => {
    const query = { limit: 1000, after, from, to, ...site_query() };
    const page = await ok(api.GET('/api/v1/books', { params: { query }, signal }));
    return { rows: page.documents, next: page.next };
  });
}
