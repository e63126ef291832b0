import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { openApiDocument } from './openapi/document.js';

/** `npm run openapi`: writes the description of the public routes, which a test holds to the code. */
const file = 'apps/console/openapi.json';
writeFileSync(file, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
console.log(file);
