'use strict';
// What the mock server leaves to whoever writes its data: numbers, operations in their own set, states.
let last = 4000100;

function parameter(request, name) {
    const literal = new URL('http://mock' + request.url).searchParams.get(name) ?? '';
    return /^(?:datetimeoffset|datetime)?'(.*)'$/.exec(literal)?.[1];
}

const next_words = {
    ApproveMaintenanceOrder: 'APPR CRTD',
    ReleaseMaintenanceOrder: 'REL  MANC',
    SetMaintOrdToTechCompleted: 'TECO CNF',
    SetMaintOrderStatusToClosed: 'CLSD CNF',
    SetMaintOrderToDoNotExecute: 'NCMP',
    ResetMaintOrdStsTechCompleted: 'REL  CNF',
};

module.exports = {
    getInitialDataSet: () => [
        {
            MaintenanceOrder: '4000017',
            MaintenanceOrderType: 'PM01',
            MaintenanceOrderDesc: 'Feed pump leaks',
            MaintenancePlanningPlant: '1010',
            CompanyCode: '1000',
            Equipment: '10000017',
            ResponsibleCostCenter: 'CC-100',
            Currency: 'EUR',
            MaintOrderReferenceDateTime: '/Date(1795586400000+0000)/',
            LastChangeDateTime: '/Date(1795586500000+0000)/',
            MaintOrderCreationDateTime: '/Date(1795478400000+0000)/',
            SystemStatusText: 'TECO CNF  PRC  SETC',
        },
    ],
    async addEntry(order, request) {
        const number = String(++last);
        Object.assign(order, {
            MaintenanceOrder: number,
            SystemStatusText: 'CRTD MANC',
            Currency: 'EUR',
            LastChangeDateTime: '/Date(1795590000000+0000)/',
            MaintOrderCreationDateTime: '/Date(1795590000000+0000)/',
        });
        const operations = await this.base.getEntityInterface('MaintenanceOrderOperation');
        const given = order.to_MaintenanceOrderOperation;
        for (const one of Array.isArray(given) ? given : (given?.results ?? []))
            await operations.addEntry({ ...one, MaintenanceOrder: number, MaintenanceOrderSubOperation: '' }, request);
        delete order.to_MaintenanceOrderOperation;
        await this.base.addEntry({ ...order }, request);
    },
    async executeAction(action, _data, _keys, request) {
        const number = parameter(request, 'MaintenanceOrder');
        const all = await this.base.getAllEntries(request);
        const one = all.find((each) => each.MaintenanceOrder === number);
        const words = next_words[action.name];
        if (!one || !words) return this.throwError(`order ${number} or ${action.name} is unknown`, 400);
        if (one.SystemStatusText === words) return this.throwError('the state does not allow it', 400);
        const changed = { ...one, SystemStatusText: words };
        await this.base.updateEntry({ MaintenanceOrder: number }, changed, changed, request);
        return { IsInvalid: false, MaintenanceOrder: number }; // the mock server asks for the key of its set
    },
};
