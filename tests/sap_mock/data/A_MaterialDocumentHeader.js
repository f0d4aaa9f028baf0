'use strict';
const deep_insert = require('./deep_insert.js');

const behaviour = deep_insert(
    4900000000,
    'to_MaterialDocumentItem',
    'A_MaterialDocumentItem',
    (number) => ({ MaterialDocument: String(number), MaterialDocumentYear: '2026' }),
    (index, item) => ({
        MaterialDocumentItem: String(index),
        GoodsMovementIsCancelled: false,
        ReversedMaterialDocument: item.ReversedMaterialDocument ?? '',
        MaterialBaseUnit: item.EntryUnit,
        QuantityInBaseUnit: item.QuantityInEntryUnit,
    }),
);

const addEntry = behaviour.addEntry;
let seconds = 0;
behaviour.addEntry = function (header, request) {
    const time = String(++seconds % 60).padStart(2, '0');
    Object.assign(header, { CreationDate: '/Date(1795478400000)/', CreationTime: `PT07H00M${time}S` });
    return addEntry.call(this, header, request);
};

/** A goods receipt that was there before; its item is in A_MaterialDocumentItem.json. */
behaviour.getInitialDataSet = () => [
    {
        MaterialDocumentYear: '2026',
        MaterialDocument: '5000000001',
        PostingDate: '/Date(1795478400000)/',
        CreationDate: '/Date(1795478400000)/',
        CreationTime: 'PT06H00M00S',
    },
];

/** Times of day, which the mock server does not compare: PT06H00M00S, always of that form. */
behaviour.checkFilterValue = function (type, value, literal, operator, request) {
    if (type !== 'Edm.Time') return this.base.checkFilterValue(type, value, literal, operator, request);
    const wanted = literal.replace(/^'|'$/g, '');
    if (operator === 'eq') return value === wanted;
    return operator === 'ge' ? value >= wanted : this.throwError('not compared here: ' + operator, 501);
};

/** A parameter of a function as the address gives it: 'text' or datetime'...'. */
function parameter(request, name) {
    const literal = new URL('http://mock' + request.url).searchParams.get(name) ?? '';
    return /^(?:datetime)?'(.*)'$/.exec(literal)?.[1];
}

/** Cancel: a document of the opposite movement that names what it reverses. */
behaviour.executeAction = async function (action, _data, _keys, request) {
    if (action.name !== 'Cancel') return this.throwError('unknown function', 501);
    const number = parameter(request, 'MaterialDocument');
    const year = parameter(request, 'MaterialDocumentYear');
    const day = parameter(request, 'PostingDate');
    const refuse = (code, words) =>
        this.throwError(words, 400, { error: { code, message: { lang: 'en', value: words } } });
    if (!number || !year || !/^\d{4}-\d\d-\d\dT00:00:00$/.test(day ?? '')) return refuse('X/400', 'a parameter is wrong');
    const items = await this.base.getEntityInterface('A_MaterialDocumentItem');
    const all = await items.getAllEntries(request, true);
    const its = all.filter((item) => item.MaterialDocument === number && item.MaterialDocumentYear === year);
    if (its.length === 0) return refuse('M7/001', `document ${number} does not exist`);
    if (its.some((item) => item.GoodsMovementIsCancelled)) return refuse('M7/360', `document ${number} is cancelled`);
    for (const item of its) item.GoodsMovementIsCancelled = true;
    const reversing = its.map((item) => ({
        ...item,
        GoodsMovementType: String(Number(item.GoodsMovementType) + 1),
        ReversedMaterialDocument: number,
        ReversedMaterialDocumentYear: year,
        ReversedMaterialDocumentItem: item.MaterialDocumentItem,
    }));
    const header = { PostingDate: day, to_MaterialDocumentItem: { results: reversing } };
    await behaviour.addEntry.call(this, header, request);
    return header;
};

module.exports = behaviour;
