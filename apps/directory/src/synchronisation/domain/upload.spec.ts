import type { SourceDeclaration } from './source-declaration.js';
import { deliveredName, mayDeliver, readOf } from './upload.js';

describe('the name of a file that somebody sends', () => {
  test.each([
    ['Eleves.csv', 'Eleves.csv'],
    ['Élèves 2025 (1).CSV', 'Eleves-2025-1-.CSV'],
    ['.hidden.zip', 'hidden.zip'],
    ['--rf.tar.gz', 'rf.tar.gz'],
    [`${'a'.repeat(180)}.tgz`, `${'a'.repeat(96)}.tgz`],
  ])('%p is kept as %p', (sent, kept) => {
    expect(deliveredName(sent)).toBe(kept);
    // As the drop area names what it holds.
    expect(kept).toMatch(/^\w[\w.-]*$/);
  });

  test.each([
    '../../etc/cron.csv',
    '/etc/passwd.csv',
    'a\\b.csv',
    'a\0.csv',
    'a\n.csv',
    'a\u202ecsv.zip',
    '..',
    '',
    'eleves.xml',
    'eleves.csv.exe',
    'csv',
    '.part',
  ])('UPLOAD_FILE_REFUSED: %j', (sent) => {
    expect(() => deliveredName(sent)).toThrow(
      expect.objectContaining({ code: 'UPLOAD_FILE_REFUSED' }),
    );
  });
});

test('tables are read together, an archive alone', () => {
  expect(readOf(['a.csv', 'b.csv'])).toBe('');
  expect(readOf(['a.zip'])).toBe('a.zip');
  expect(() => readOf(['a.csv', 'b.zip'])).toThrow(
    expect.objectContaining({ code: 'UPLOAD_FILE_REFUSED' }),
  );
  expect(() => readOf([])).toThrow(expect.objectContaining({ code: 'UPLOAD_INCOMPLETE' }));
});

test('DIR-5: a head delivers the tables of the own school, to a source that has it', () => {
  const source = (changed: Partial<SourceDeclaration>) => ({
    ...{ sourceCode: 'onde', kind: 'ONDE' as const, title: 'ONDE', academyCode: '', priority: 1 },
    ...{
      priorities: {},
      departments: ['44'],
      uais: [],
      profiles: [],
      enabled: true,
      deliversDeltas: false,
      everyDays: 0,
    },
    ...changed,
  });
  const own = ['0440001M'];
  expect(mayDeliver(own, source({}), '0440001M')).toBe(true);
  expect(mayDeliver(own, source({ kind: 'ENT_CSV' }), '0440001M')).toBe(true);
  expect(mayDeliver(own, source({}), '0440002N')).toBe(false);
  expect(mayDeliver(own, source({}), '')).toBe(false);
  expect(mayDeliver(own, source({ kind: 'AAF_1D' }), '0440001M')).toBe(false);
  expect(mayDeliver(own, source({ departments: ['49'] }), '0440001M')).toBe(false);
});
