// SAP's mock server with the services that the connector uses, on 127.0.0.1.
//   node server.mjs PACKAGES [FOLDER]   PACKAGES: folder whose node_modules has @sap-ux/fe-mockserver-core
//                                       FOLDER: below this one, where metadata/ and data/ are
// Prints its port as one line, serves until its standard input ends. What the mock server itself does not check is
// checked in front of it, by the metadata as it has read it: the sign-in, tokens with their cookie, names, lengths and
// types of fields.
import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { fault_of_body } from './fields.mjs';

process.env.TZ = 'UTC'; // it reads days in local time
const here = join(dirname(fileURLToPath(import.meta.url)), process.argv[3] ?? '.');
const need = createRequire(join(resolve(process.argv[2]), 'package.json'));
const MockServer = need('@sap-ux/fe-mockserver-core').default;
const is_version4 = process.argv[3] === 'version4';
const root = is_version4 ? '/sap/opu/odata4/sap/' : '/sap/opu/odata/sap/';
const sign_in = 'Basic ' + Buffer.from('TIELINE:Secret-1').toString('base64');

const names = readdirSync(join(here, 'metadata')).map((file) => basename(file, '.xml'));
const mock = new MockServer({
    services: names.map((name) => ({
        urlPath: root + name,
        metadataPath: join(here, 'metadata', name + '.xml'),
        mockdataPath: join(here, 'data'),
        generateMockData: false,
        noETag: !is_version4,
    })),
});
await mock.isReady;

/** The mock server's service of a path; undefined: no such service. */
function service_of(path) {
    const name = path.slice(root.length).split(/[/?(]/)[0];
    return mock.getServiceRegistry().getService(root + name);
}

function refuse(response, status, code, words, headers = {}) {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { code, message: { lang: 'en', value: words } } }));
}

async function body_of(request) {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts);
}

/** The same request once more, its body not yet read. */
function again(request, body) {
    // Version 1.7 of the mock server answers 500 to a function that is called without a body.
    const is_empty = body.length === 0 && request.method !== 'DELETE';
    const bytes = is_empty ? Buffer.from('{}') : body;
    const headers = { ...request.headers, 'content-length': String(bytes.length) };
    if (is_empty) headers['content-type'] = 'application/json';
    return Object.assign(Readable.from([bytes]), { method: request.method, url: request.url, headers });
}

/**
 * Literals that version 1.7 of the mock server does not know, in a form that it does: of Edm.Time as text, of
 * Edm.DateTimeOffset as of Edm.DateTime (OData 2.0, Overview, 6). One of another form stays as it is, and is refused.
 */
function with_known_literals(url) {
    return url
        .replace(/time(?:%27|')(PT\d\dH\d\dM\d\dS)(?:%27|')/g, '%27$1%27')
        .replace(/datetimeoffset((?:%27|')\d{4}-\d\d-\d\dT\d\d(?::|%3A)\d\d(?::|%3A)\d\d(?:\.\d{3})?Z)/g, 'datetime$1');
}

let sessions = 0;
const known = new Set();

const server = createServer(async (request, response) => {
    const is_write = request.method !== 'GET';
    if (request.headers.authorization !== sign_in) return refuse(response, 401, 'logon', 'Logon failed');
    const service = service_of(request.url);
    if (service === undefined) return refuse(response, 404, '/IWFND/MED/170', 'No service found for ' + request.url);
    if (request.headers['x-csrf-token'] === 'Fetch') {
        const cookie = `SAP_SESSIONID_MOCK=s${++sessions}`;
        known.add(cookie);
        response.setHeader('set-cookie', cookie + '; path=/; HttpOnly');
    } else if (is_write && !(request.headers['x-csrf-token'] && known.has(request.headers.cookie))) {
        return refuse(response, 403, 'csrf', 'CSRF token validation failed', { 'x-csrf-token': 'Required' });
    }
    const not_there = () => refuse(response, 404, 'path', 'Nothing at ' + request.url);
    if (!is_write) {
        request.url = with_known_literals(request.url);
        return mock.getRouter()(request, response, not_there);
    }
    let body = await body_of(request);
    if (request.url.endsWith('/$batch')) {
        // Fields of what stands in it are not checked; its literals are made known like those of an address.
        if (!is_version4) body = Buffer.from(with_known_literals(body.toString('utf8')));
        return mock.getRouter()(again(request, body), response, not_there);
    }
    const fault = fault_of_body(service.getMetadata(), request, body.toString('utf8'));
    if (fault) return refuse(response, 400, '/IWCOR/CX_DS_EDM_FACADE', fault);
    mock.getRouter()(again(request, body), response, not_there);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
