// What SAP checks of a body and its mock server does not: names, types, lengths and decimals of fields, by the metadata
// as the mock server has read it.

function fault_of_value(property, value) {
    if (value === null) return '';
    if (property.type === 'Edm.Boolean') return typeof value === 'boolean' ? '' : 'is no boolean';
    if (typeof value !== 'string') return `must be a text (${property.type})`;
    if (property.type === 'Edm.String')
        return [...value].length > (property.maxLength ?? Infinity) ? `is longer than ${property.maxLength}` : '';
    if (property.type === 'Edm.DateTimeOffset') return /^\/Date\(-?\d+(\+0000)?\)\/$/.test(value) ? '' : 'is no instant';
    if (property.type === 'Edm.Date') return /^\d{4}-\d\d-\d\d$/.test(value) ? '' : 'is no date';
    if (property.type === 'Edm.DateTime')
        return /^\/Date\(-?\d+\)\/$|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value) ? '' : 'is no date';
    if (property.type !== 'Edm.Decimal') return `is of type ${property.type}, which nothing here is sent as`;
    const parts = /^-?(\d+)(?:\.(\d+))?$/.exec(value);
    if (!parts) return 'is no decimal';
    const after = (parts[2] ?? '').length;
    const is_variable = Number.isNaN(Number(property.scale ?? 0)); // as many as the digits allow
    if (!is_variable && after > (property.scale ?? 0)) return 'has too many decimals';
    return parts[1].length + after > property.precision ? 'has too many digits' : '';
}

function fault_of_entity(type, entity) {
    if (entity === null || typeof entity !== 'object' || Array.isArray(entity)) return 'an object is needed';
    for (const [name, value] of Object.entries(entity)) {
        const navigation = type.navigationProperties.find((each) => each.name === name);
        if (navigation) {
            const list = Array.isArray(value) ? value : value?.results;
            if (!Array.isArray(list) || list.length === 0) return `'${name}' is no list with something in it`;
            for (const item of list) {
                const fault = fault_of_entity(navigation.targetType, item);
                if (fault) return fault;
            }
            continue;
        }
        const property = type.entityProperties.find((each) => each.name === name);
        if (!property) return `Property '${name}' is invalid`;
        const fault = fault_of_value(property, value);
        if (fault) return `Property '${name}' ${fault}`;
    }
    return '';
}

/** What is wrong with a write; '' for nothing. A function takes its parameters from the address. */
export function fault_of_body(metadata, request, body) {
    const name = request.url.split('?')[0].split('/').pop().split('(')[0];
    const set = metadata.getEntitySet(name);
    if (request.method === 'DELETE') return body === '' ? '' : 'a DELETE has no body';
    if (!set) return body === '' ? '' : `${name} is no set, but a body came with it`;
    if (!(request.headers['content-type'] ?? '').startsWith('application/json')) return 'the body is not said to be JSON';
    try {
        return fault_of_entity(set.entityType, JSON.parse(body));
    } catch {
        return 'the body is no JSON';
    }
}
