import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { publicApi } from './public-api.js';

/** `npm run openapi`: writes the description of the public routes, which a test holds to the code. */
const file = 'apps/console/openapi.json';
writeFileSync(file, `${JSON.stringify(publicApi(), null, 2)}\n`);
console.log(file);
