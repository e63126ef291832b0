import { FilterParser } from 'ldapts';
import { changedSince } from './ldap-filter.js';

describe('a filter', () => {
  test('asks for the second itself and later', () => {
    expect(changedSince('(objectClass=ENTPerson)', '20260901100000Z')).toBe(
      '(&(objectClass=ENTPerson)(modifyTimestamp>=20260901100000Z))',
    );
  });

  test.each(['*', 'a)(uid=*', 'a\\29', '(', 'é\0', '0440290B)(|(uid=*'])(
    'takes « %s » as a value to look for, nothing else',
    (value) => {
      const filter = FilterParser.parseString(changedSince('(objectClass=ENTPerson)', value));
      const inner = (filter as unknown as { filters: { value?: unknown }[] }).filters;
      expect(inner).toHaveLength(2);
      expect(String(inner[1]!.value)).toBe(value);
    },
  );
});
