import { Writable } from 'node:stream';
import { createLogger } from './index.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  write(createLogger('test', 'info', sink));
  return text;
}

test('SUP-4: an error of PostgreSQL is logged with its place and without the row it met', () => {
  const error = Object.assign(new Error('invalid input syntax for type date: "DUPONT Jean"'), {
    severity: 'ERROR',
    code: '22007',
    table: 'person',
    constraint: 'person_birth_date_check',
    detail: 'Failing row contains (1, DUPONT, Jean, 2016-05-04).',
    where: 'COPY staged_person, line 7: "DUPONT"',
  });
  const text = logged((logger) => logger.error({ err: error }, 'import failed'));
  expect(text).not.toMatch(/DUPONT|Jean|2016-05-04/);
  expect(JSON.parse(text)).toMatchObject({
    service: 'test',
    msg: 'import failed',
    err: { code: '22007', table: 'person', constraint: 'person_birth_date_check' },
  });
});

test('SUP-4: the cause of an error is logged in the same way', () => {
  const cause = Object.assign(new Error('value "DUPONT" too long'), {
    severity: 'ERROR',
    code: '22001',
  });
  const text = logged((logger) =>
    logger.error({ err: new Error('batch failed', { cause }) }, 'failed'),
  );
  expect(text).not.toContain('DUPONT');
  expect(JSON.parse(text)).toMatchObject({
    err: { message: 'batch failed', cause: { code: '22001' } },
  });
});

test.each(['authorization', 'cookie', 'password', 'activationCode', 'lastName', 'firstName'])(
  'SUP-4: what is held as %s is not logged, what stands beside it is',
  (name) => {
    const headers = { [name]: 'DUPONT', host: 'ent.example' };
    const text = logged((logger) => logger.info({ kind: 'request', headers }, 'request'));
    expect(JSON.parse(text)).toMatchObject({ kind: 'request', headers: { host: 'ent.example' } });
    expect(text).not.toContain('DUPONT');
    expect(headers).toHaveProperty(name, 'DUPONT');
  },
);
