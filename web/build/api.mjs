// Makes the client's types from schemas/openapi.yaml; the build does so before it makes the pages.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const contract = new URL('../../schemas/openapi.yaml', import.meta.url);
const target = fileURLToPath(new URL('../generated/schema.ts', import.meta.url));
mkdirSync(dirname(target), { recursive: true });
writeFileSync(
  target,
  `// Made from schemas/openapi.yaml by each build.\n${astToString(await openapiTS(contract, { emptyObjectsUnknown: true }))}`,
);
