'use strict';
// What the mock server leaves to whoever writes its data: numbers, items in their own sets, states.
let last = 10000000;

/** A parameter of a function as the address gives it: 'text'. */
function parameter(request, name) {
    const literal = new URL('http://mock' + request.url).searchParams.get(name) ?? '';
    return /^'(.*)'$/.exec(literal)?.[1];
}

const list_of = (value) => (Array.isArray(value) ? value : (value?.results ?? []));

module.exports = {
    async addEntry(notification, request) {
        const number = String(++last);
        Object.assign(notification, {
            MaintenanceNotification: number,
            ConcatenatedActiveSystStsName: 'OSNO',
            LastChangeDateTime: '/Date(1795500000000+0000)/',
        });
        const items = await this.base.getEntityInterface('MaintenanceNotificationItem');
        const causes = await this.base.getEntityInterface('MaintNotificationItemCause');
        for (const [at, item] of list_of(notification.to_Item).entries()) {
            const name = { MaintenanceNotification: number, MaintenanceNotificationItem: String(at + 1).padStart(4, '0') };
            for (const cause of list_of(item.to_ItemCause))
                await causes.addEntry({ ...cause, ...name, MaintenanceNotificationCause: '0001' }, request);
            const { to_ItemCause: _, ...fields } = item;
            await items.addEntry({ ...fields, ...name }, request);
        }
        delete notification.to_Item;
        await this.base.addEntry({ ...notification }, request);
    },
    async executeAction(action, _data, _keys, request) {
        const number = parameter(request, 'MaintenanceNotification');
        const all = await this.base.getAllEntries(request);
        const one = all.find((each) => each.MaintenanceNotification === number);
        const next = { SetMaintNotifToInProcess: 'NOPR', CompleteMaintNotification: 'NOCO' }[action.name];
        if (!one || !next) return this.throwError(`notification ${number} or ${action.name} is unknown`, 400);
        if (one.ConcatenatedActiveSystStsName === next) return this.throwError('the state does not allow it', 400);
        const changed = { ...one, ConcatenatedActiveSystStsName: next };
        await this.base.updateEntry({ MaintenanceNotification: number }, changed, changed, request);
        return changed;
    },
};
