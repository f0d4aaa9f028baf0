'use strict';
const deep_insert = require('./deep_insert.js');

module.exports = deep_insert(
    10000000,
    'to_PurchaseReqnItem',
    'A_PurchaseRequisitionItem',
    (number) => ({ PurchaseRequisition: String(number) }),
    () => ({ PurReqnReleaseStatus: '02', ProcessingStatus: 'N', IsDeleted: '' }),
);
