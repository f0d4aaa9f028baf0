'use strict';
const deep_insert = require('./deep_insert.js');

module.exports = deep_insert(
    50000,
    'to_ReservationDocumentItem',
    'A_ReservationDocumentItem',
    (number) => ({ Reservation: String(number) }),
    (index, item) => ({
        ReservationItem: String(index).padStart(4, '0'),
        RecordType: '',
        BaseUnit: item.EntryUnit,
        ReservationItemIsFinallyIssued: false,
        ReservationItmIsMarkedForDeltn: false,
        ResvnItmRequiredQtyInBaseUnit: item.ResvnItmRequiredQtyInEntryUnit,
        ResvnItmWithdrawnQtyInBaseUnit: '0.000',
    }),
);
