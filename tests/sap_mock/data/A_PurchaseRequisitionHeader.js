'use strict';
const deep_insert = require('./deep_insert.js');

let last_change = Date.UTC(2026, 10, 24, 6);

module.exports = deep_insert(
    10000000,
    'to_PurchaseReqnItem',
    'A_PurchaseRequisitionItem',
    (number) => ({ PurchaseRequisition: String(number) }),
    () => ({
        PurReqnReleaseStatus: '02',
        ProcessingStatus: 'N',
        IsDeleted: '',
        OrderedQuantity: '0.000',
        ItemNetAmount: '0.00',
        PurReqnItemCurrency: 'EUR',
        LastChangeDateTime: `/Date(${(last_change += 1000)}+0000)/`,
    }),
);
