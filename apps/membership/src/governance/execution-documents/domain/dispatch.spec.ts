import { checkArchive, checkKind, recipientsOf } from './dispatch.js';

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

test('GOV-4: what art. 4.1 calls necessary for execution, and nothing else', () => {
  expect(checkKind('CCAP', 'CCAP')).toBe('CCAP');
  expect(checkKind('BPU_REVISION', 'BPU')).toBe('BPU_REVISION');
  expect(codeOf(() => checkKind('OFFER', 'OFFER'))).toBe('DOCUMENT_NOT_FOR_EXECUTION');
  expect(codeOf(() => checkKind('CCAP', 'CCTP'))).toBe('DOCUMENT_NOT_FOR_EXECUTION');
  expect(codeOf(() => checkKind('toString', 'toString'))).toBe('DOCUMENT_NOT_FOR_EXECUTION');
});

test('GOV-4: to all whom it concerns, or to those named among them', () => {
  expect(recipientsOf(['a', 'b'], [])).toEqual(['a', 'b']);
  expect(recipientsOf(['a', 'b'], ['b', 'b'])).toEqual(['b']);
  expect(codeOf(() => recipientsOf(['a'], ['z']))).toBe('RECIPIENT_UNKNOWN');
  expect(codeOf(() => recipientsOf([], []))).toBe('NO_RECIPIENT');
});

test('GOV-4: an archive has at most 2,000 documents and fits a ZIP', () => {
  const entries = (count: number, size: number) => Array.from({ length: count }, () => ({ size }));
  expect(codeOf(() => checkArchive(entries(2_000, 1)))).toBeUndefined();
  expect(codeOf(() => checkArchive(entries(2_001, 1)))).toBe('ARCHIVE_TOO_LARGE');
  expect(codeOf(() => checkArchive(entries(201, 20_000_000)))).toBe('ARCHIVE_TOO_LARGE');
});
