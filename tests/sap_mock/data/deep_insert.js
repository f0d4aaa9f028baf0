'use strict';
// What the mock server leaves to whoever writes its data: numbers for what is created, items in their own set.

/** Behaviour of a set of headers. `keys(number)`: key fields of a header; `item(index)`: those that its items have besides. */
module.exports = function deep_insert(first, navigation, item_set, keys, item) {
    let last = first;
    return {
        async addEntry(header, request) {
            Object.assign(header, keys(++last, header));
            const given = header[navigation];
            const items = Array.isArray(given) ? given : (given?.results ?? []);
            const stored = await this.base.getEntityInterface(item_set);
            for (const [index, one] of items.entries()) {
                Object.assign(one, keys(last, header), item(index + 1, one));
                await stored.addEntry({ ...one }, request);
            }
            delete header[navigation];
            await this.base.addEntry({ ...header }, request);
            header[navigation] = { results: items };
        },
    };
};
