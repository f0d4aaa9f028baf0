// Everything the parts pages show, put together from stock, orders and purchasing.

import { availability, requisitions, stock, type Availability, type Requisition, type Stock } from './lists';
import { days_from, outlook, place, type Outlook } from './parts';

export interface PartRow {
  readonly stock: Stock;
  readonly outlook: Outlook;
  readonly wanted_by: string[]; // orders
  readonly deliveries: Requisition[];
}

export function today(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}

export function part_rows(
  stocks: readonly Stock[],
  orders: readonly Availability[],
  deliveries: readonly Requisition[],
  now: number,
): PartRow[] {
  const first = today(now);
  const days = days_from(first);
  const wants = new Map<string, { day: string; quantity: string; order: string }[]>();
  for (const order of orders) {
    for (const line of order.lines) {
      if (!line.quantity || line.quantity === '0') continue;
      const day = line.needed_on ?? order.scheduled_start?.slice(0, 10) ?? first;
      const key = place(line.part, line.storeroom);
      const list = wants.get(key);
      const want = { day, quantity: line.quantity, order: order.work_order };
      if (list) list.push(want);
      else wants.set(key, [want]);
    }
  }
  const coming = Map.groupBy(deliveries, (one) => place(one.part, one.storeroom));
  return stocks.map((one) => {
    const key = place(one.part, one.storeroom);
    const wanted = wants.get(key) ?? [];
    const due = coming.get(key) ?? [];
    const wanted_by = [...new Set(wanted.map((want) => want.order))];
    return { stock: one, outlook: outlook(one, wanted, due, days), wanted_by, deliveries: due };
  });
}

export async function load_parts(signal: AbortSignal, now: number, part?: string) {
  const filter = part ? { part } : {};
  const [stocks, orders, open] = await Promise.all([
    stock(signal, filter),
    availability(signal, filter),
    requisitions(signal, { open: true, ...filter }),
  ]);
  return { rows: part_rows(stocks.rows, orders.rows, open.rows, now), orders: orders.rows, requisitions: open.rows };
}
