// What a person may do here, so that a page offers nothing that the hub would refuse. The hub decides, this only shows:
// the same roles stand in src/api/routes.cpp. Pure.

export interface Who {
  readonly state: string; // of the session
  readonly roles: readonly string[];
}

const one_of =
  (...roles: string[]) =>
  (who: Who) =>
    who.state === 'signed_in' && roles.some((role) => who.roles.includes(role));

/** A hub without sign-in knows nobody: it keeps nothing that needs a name in the log, and shows everything. */
export const nameless = (who: Who) => who.state === 'open';
const reads_connections = one_of('integrator', 'administrator', 'auditor');

export const may = {
  /** say what an asset is worth */
  appraise: one_of('planner', 'controller', 'administrator'),
  /** change connections, try them, reload the hub */
  connect: one_of('integrator', 'administrator'),
  /** say at which share of a budget an alert is given */
  set_alerts: one_of('controller', 'integrator', 'administrator'),
  read_connections: (who: Who) => nameless(who) || reads_connections(who),
  /** look at any of the settings that can be changed */
  read_settings: (who: Who) => nameless(who) || reads_connections(who) || one_of('controller')(who),
};
