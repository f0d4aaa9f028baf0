// Makes the client's types from schemas/openapi.yaml. With --check: says whether the committed file is what would be
// made, and changes nothing.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const contract = new URL('../../schemas/openapi.yaml', import.meta.url);
const target = fileURLToPath(new URL('../src/shared/api/generated/schema.ts', import.meta.url));
const text = `// Made from schemas/openapi.yaml by "npm run api". Do not edit.\n${astToString(await openapiTS(contract, { emptyObjectsUnknown: true }))}`;

if (!process.argv.includes('--check')) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  console.error('The client differs from schemas/openapi.yaml: run "npm run api" in web/ and commit what it writes.');
  process.exit(1);
} else {
  console.log('The client is what schemas/openapi.yaml says.');
}
