'use strict';

let last = 0;

/** A confirmation of an order has the order's number behind a 9, and counts from 1. */
module.exports = {
    async addEntry(entry, request) {
        entry.MaintOrderConf ??= '9' + entry.MaintenanceOrder.padStart(9, '0');
        Object.assign(entry, { MaintOrderConfCntrValue: String(++last).padStart(8, '0'), IsReversed: false });
        entry.IsReversal ??= false;
        await this.base.addEntry(entry, request);
    },
    /** CancelMaintOrderConfirmation: a confirmation that names the one it cancels. */
    async executeAction(action, _data, _keys, request) {
        const given = new URL('http://mock' + request.url).searchParams;
        const literal = (name) => /^'(.*)'$/.exec(given.get(name) ?? '')?.[1];
        const refuse = (words) => this.throwError(words, 400, { error: { code: 'RU/007', message: { lang: 'en', value: words } } });
        const all = await this.base.getAllEntries(request, true);
        const one = all.find(
            (each) =>
                each.MaintOrderConf === literal('MaintOrderConf') &&
                each.MaintOrderConfCntrValue === literal('MaintOrderConfCntrValue'),
        );
        if (!one || one.IsReversed) return refuse(`${action.name}: it does not exist or is cancelled`);
        one.IsReversed = true;
        const back = { ...one, IsReversal: true, ConfirmationText: '', CancldMaintOrderConfCntrValue: one.MaintOrderConfCntrValue };
        await module.exports.addEntry.call(this, back, request);
        return back;
    },
};
