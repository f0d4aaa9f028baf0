'use strict';
const deep_insert = require('./deep_insert.js');

const rules = 'to_MaintOrderSettlmtDistrRule_2';
const behaviour = deep_insert(
    4000000,
    'to_MaintenanceOrderOperation',
    'MaintenanceOrderOperation',
    (number) => ({ MaintenanceOrder: String(number) }),
    () => ({ MaintenanceOrderSubOperation: '' }),
);

/** Settlement rules lie in a set of their own, as operations do. */
const addEntry = behaviour.addEntry;
behaviour.addEntry = async function (header, request) {
    const given = header[rules];
    delete header[rules];
    Object.assign(header, { SystemStatusText: 'CRTD MANC NMAT PRC SETC' });
    await addEntry.call(this, header, request);
    const stored = await this.base.getEntityInterface('MaintOrderSettlmtDistrRule');
    for (const [index, rule] of (Array.isArray(given) ? given : (given?.results ?? [])).entries()) {
        const keys = { Ledger: '', LedgerGroup: '', SettlementDistributionRuleGrp: '0', SettlmtDistrRuleSequence: String(index + 1) };
        await stored.addEntry({ ...rule, MaintenanceOrder: header.MaintenanceOrder, ...keys }, request);
    }
};

const moves = {
    ReleaseMaintenanceOrder: ['CRTD', 'REL'],
    SetMaintOrdToTechCompleted: ['REL', 'TECO'],
    ResetMaintOrdStsTechCompleted: ['TECO', 'REL'],
    SetMaintOrdStsToMrkdForDeltn: ['TECO', 'TECO DLFL'],
};

/** A function of an order moves its status on, and is refused where the status is another one. */
behaviour.executeAction = async function (action, _data, _keys, request) {
    const literal = new URL('http://mock' + request.url).searchParams.get('MaintenanceOrder') ?? '';
    const number = /^'(.*)'$/.exec(literal)?.[1];
    const all = await this.base.getAllEntries(request, true);
    const order = all.find((one) => one.MaintenanceOrder === number);
    const [from, to] = moves[action.name] ?? [];
    const refuse = (words) => this.throwError(words, 400, { error: { code: 'IW/100', message: { lang: 'en', value: words } } });
    if (!order) return refuse(`order ${number} does not exist`);
    if (!from || !order.SystemStatusText.startsWith(from + ' ')) return refuse(`${action.name}: status ${order.SystemStatusText}`);
    order.SystemStatusText = order.SystemStatusText.replace(from, to);
    return { MaintenanceOrder: number, IsInvalid: false };
};

module.exports = behaviour;
