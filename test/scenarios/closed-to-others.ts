import { relative } from 'node:path';
import { filesBelow, readableByNobody, readableByUs } from '../support/read-as-nobody.js';
import type { TwoMembers } from './ldap-apart.js';

/** What a stack keeps of people, secrets or evidence, and a file of each that must be there: else nothing was tried. */
const kept = {
  'records of Kafka': /^kafka\/data\/directory\.person\.v1-\d\/\d+\.log$/,
  'jobs in Redis': /^redis\/appendonlydir\//,
  'the journal of the ENT': /^ent\/journal\.ndjson$/,
  'logs of a service': /^logs\/console\.log$/,
  'logs of a server': /^logs\/kafka\.log$/,
  'secrets of the stack': /^secrets\.json$/,
  'addresses with passwords': /^env\.json$/,
  'keys of the issuer': /^issuer\/keys\.json$/,
  documents: /^membership\/documents\//,
  anchors: /^anchors\/\w+\/[\d-]+\.jsonl$/,
} as const;

/** Goal: another user of the machine reads nothing of a running stack. Method: each of its files is opened as `nobody`. */
export function closedToOthers(given: () => TwoMembers): void {
  test('SUP-4: another user of the machine reads no file of a running stack', () => {
    const { dir } = given().stack;
    const files = readableByUs(filesBelow(dir));
    const names = files.map((file) => relative(dir, file));
    const missing = Object.entries(kept).filter(([, file]) => !names.some((n) => file.test(n)));
    expect(missing.map(([what]) => what)).toEqual([]);
    expect(readableByNobody(files)).toEqual([]);
  });
}
