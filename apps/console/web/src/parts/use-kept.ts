import { useEffect, useState } from 'react';
import { keepOverLogin } from '../api.js';
import { useSession } from '../session-context.js';

/**
 * What somebody types: a login that comes on the way takes none of it, and the last value says that there was one.
 * Under who typed it: whoever else logs in finds nothing of it.
 */
export function useKept<T>(
  name: string,
  initial: () => T,
): [value: T, change: (value: T) => void, wasKept: boolean] {
  const place = `${useSession().userId} ${name}`;
  const [kept] = useState(() => sessionStorage.getItem(place));
  const [value, change] = useState<T>(() => (kept === null ? initial() : (JSON.parse(kept) as T)));
  useEffect(() => sessionStorage.removeItem(place), [place]);
  useEffect(() => keepOverLogin(place, value), [place, value]);
  return [value, change, kept !== null];
}
