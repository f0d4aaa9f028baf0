'use strict';
// What the mock server leaves to whoever writes its data: numbers for what is created, items in their own set.
let last = 10000001;

module.exports = {
    getInitialDataSet() {
        return [{ PurchaseRequisition: '10000001', PurchaseRequisitionType: 'NB', PurReqnDescription: 'Seals' }];
    },
    async addEntry(header, request) {
        header.PurchaseRequisition ||= String(++last);
        const items = await this.base.getEntityInterface('PurchaseReqnItem');
        for (const one of header._PurchaseRequisitionItem ?? []) {
            one.PurchaseRequisition = header.PurchaseRequisition;
            await items.addEntry({ ...one }, request);
        }
        await this.base.addEntry({ ...header }, request);
    },
};
