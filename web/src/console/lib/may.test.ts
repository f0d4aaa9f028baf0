import { describe, expect, it } from 'vitest';
import { may, nameless } from './may';

const as = (...roles: string[]) => ({ state: 'signed_in', roles });

describe('what a person may do', () => {
  it('lets auditors look and change nothing', () => {
    expect(may.read_settings(as('auditor')) && may.read_connections(as('auditor'))).toBe(true);
    for (const what of ['appraise', 'connect', 'set_alerts'] as const) expect(may[what](as('auditor'))).toBe(false);
  });
  it('gives controllers the budgets and not the connections', () => {
    expect(may.read_settings(as('controller')) && may.set_alerts(as('controller'))).toBe(true);
    expect(may.read_connections(as('controller')) || may.connect(as('controller'))).toBe(false);
  });
  it('lets integrators connect, and not say what things are worth', () => {
    expect([may.connect(as('integrator')), may.appraise(as('integrator'))]).toEqual([true, false]);
    expect(may.read_settings(as('technician', 'storekeeper'))).toBe(false);
  });
  it('changes nothing without a sign-in, whoever sits there', () => {
    const open = { state: 'open', roles: ['administrator'] };
    expect(nameless(open) && may.read_settings(open) && may.read_connections(open)).toBe(true);
    for (const what of ['appraise', 'connect', 'set_alerts'] as const) expect(may[what](open)).toBe(false);
  });
});
