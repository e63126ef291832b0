/** `YYYYMMDDHHMMSS[.f]Z`, to the second (a fraction is cut); undefined for what is none. */
export function fromGeneralizedTime(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

export function toGeneralizedTime(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

/**
 * From where the next read of changes begins, before the overlap: the latest change seen, by the
 * server's clock. A server ahead of us, or one entry stamped with next year, must not hide the changes
 * until then, so it is never later than the beginning of this read by ours; nor earlier than before.
 */
export function nextWatermark(former: Date, seen: readonly Date[], readStartedAt: Date): Date {
  const latest = seen.reduce((a, b) => (b > a ? b : a), former);
  return latest > readStartedAt && readStartedAt > former ? readStartedAt : latest;
}

export function withOverlap(watermark: Date, overlapSeconds: number): Date {
  return new Date(watermark.getTime() - overlapSeconds * 1_000);
}
