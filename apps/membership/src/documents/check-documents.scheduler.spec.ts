import { jest } from '@jest/globals';
import type { Logger } from '#libs/observability';
import type { CheckDocuments } from './check-documents.js';
import { CheckDocumentsScheduler } from './check-documents.scheduler.js';

const logger = { error: () => undefined } as unknown as Logger;
const minute = 60_000;
const day = 24 * 60 * minute;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('ADH-2: checks all documents a minute after the start, then once a day; goes on a minute later from the page that failed', async () => {
  const failures = [new Error('the store is away')];
  const pages: string[] = [];
  const page = async (after: string) => {
    if (after === 'b' && failures.length > 0) throw failures.pop()!;
    pages.push(after);
    return { checked: 1, atFault: [], next: after === '' ? 'b' : '' };
  };
  const scheduler = new CheckDocumentsScheduler({ page } as unknown as CheckDocuments, logger);
  scheduler.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(minute - 1);
  expect(pages).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(pages).toEqual(['']);
  await jest.advanceTimersByTimeAsync(minute);
  expect(pages).toEqual(['', 'b']);
  await jest.advanceTimersByTimeAsync(day);
  expect(pages).toEqual(['', 'b', '', 'b']);
  await scheduler.beforeApplicationShutdown();
  await jest.advanceTimersByTimeAsync(2 * day);
  expect(pages).toHaveLength(4);
});
