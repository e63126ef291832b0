import { AafDirectorySource } from './directory.aaf-source.js';
import { CsvDirectorySource } from './directory.csv-source.js';
import { OndeDirectorySource } from './directory.onde-source.js';
import { SourceFormats } from './source-formats.js';

test('DIR-5: the declared kind of a source chooses the adapter', () => {
  const [aaf, onde, entCsv] = [
    new AafDirectorySource(),
    new OndeDirectorySource(),
    new CsvDirectorySource(),
  ];
  const formats = new SourceFormats(aaf, onde, entCsv);
  expect(formats.of('AAF_1D')).toBe(aaf);
  expect(formats.of('ONDE')).toBe(onde);
  expect(formats.of('ENT_CSV')).toBe(entCsv);
  expect(() => formats.of('LDAP')).toThrow(RangeError);
});
