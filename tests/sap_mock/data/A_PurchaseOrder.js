'use strict';

/** SAP keeps an order that is deleted, with its deletion code. */
module.exports = {
    async removeEntry(keys, request) {
        const all = await this.base.getAllEntries(request, true);
        const order = all.find((one) => one.PurchaseOrder === keys.PurchaseOrder);
        const words = 'deleted already';
        if (!order || order.PurchasingDocumentDeletionCode)
            return this.throwError(words, 400, { error: { code: '06/115', message: { lang: 'en', value: words } } });
        order.PurchasingDocumentDeletionCode = 'L';
    },
    getInitialDataSet: () => orders,
};

/** One that was sent, and one that is held. */
const orders = [
    {
        PurchaseOrder: '4500000017',
        CompanyCode: '1000',
        PurchaseOrderType: 'NB',
        PurchasingDocumentDeletionCode: '',
        PurchasingProcessingStatus: '05',
        LastChangeDateTime: '/Date(1795334400000+0000)/',
        Supplier: 'V-200',
        DocumentCurrency: 'EUR',
        ReleaseIsNotCompleted: false,
    },
    {
        PurchaseOrder: '4500000018',
        CompanyCode: '1000',
        PurchaseOrderType: 'NB',
        PurchasingDocumentDeletionCode: '',
        PurchasingProcessingStatus: '05',
        LastChangeDateTime: '/Date(1795334400000+0000)/',
        Supplier: 'V-200',
        DocumentCurrency: 'EUR',
        ReleaseIsNotCompleted: true,
    },
];
