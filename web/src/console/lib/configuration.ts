// The configuration that the hub applied last, as it stands in the log. Secrets are not in it, only their names.

import { api, ok } from '../../shared/api/client';
import { site_query } from './live.svelte';
import type { Budget } from './costs';
import { is_object, type Json } from './payload';

export interface Configuration {
  readonly applied: string;
  readonly hash: string;
  readonly content: Json;
  readonly secrets: string[];
  readonly budgets: Budget[];
  readonly thresholds: number[];
}

const text = (value: Json | undefined) => (value === undefined || value === null ? '' : String(value));

function budgets_of(content: Json, site: string): { budgets: Budget[]; thresholds: number[] } {
  const sites = is_object(content) && Array.isArray(content['sites']) ? content['sites'] : [];
  const found = sites.find((one) => is_object(one) && (one['id'] === site || sites.length === 1));
  const flows = is_object(found) ? found['flows'] : undefined;
  const budget = is_object(flows) ? flows['budget'] : undefined;
  if (!is_object(budget) || !Array.isArray(budget['budgets'])) return { budgets: [], thresholds: [] };
  const budgets = budget['budgets'].filter(is_object).map((one): Budget => {
    const receiver = is_object(one['receiver']) ? one['receiver'] : {};
    const months = is_object(one['by_month']) ? Object.entries(one['by_month']) : [];
    return {
      receiver: `${text(receiver['kind'])}:${text(receiver['code'])}`,
      currency: text(one['currency']),
      monthly: text(one['monthly']),
      by_month: Object.fromEntries(months.map(([month, amount]) => [month, text(amount)])),
    };
  });
  const thresholds = Array.isArray(budget['thresholds']) ? budget['thresholds'].map(Number) : [];
  return { budgets, thresholds };
}

/** `node` and `site` as the status names them. Undefined where the log holds none yet. */
export async function configuration(
  node: string,
  site: string,
  signal: AbortSignal,
): Promise<Configuration | undefined> {
  const params = { path: { correlation: node }, query: site_query() };
  const trace = await ok(api.GET('/api/v1/trace/{correlation}', { params, signal }));
  const applied = trace.events.filter((event) => event.type === 'configuration.applied').at(-1);
  if (!applied || !is_object(applied.data)) return undefined;
  const content = applied.data['content'] ?? null;
  const secrets = Array.isArray(applied.data['secrets']) ? applied.data['secrets'].map(text) : [];
  const hash = text(applied.data['hash']);
  return { applied: applied.recorded, hash, content, secrets, ...budgets_of(content, site) };
}
