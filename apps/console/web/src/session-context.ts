import { createContext, useContext } from 'react';
import type { Session } from './api-types.js';

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('This page is shown to people who are logged in');
  return session;
}

export const hasRole = ({ roles }: Session, ...wanted: Session['roles'][number][]) =>
  roles.some((role) => wanted.includes(role));
