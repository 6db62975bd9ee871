import { userInfo } from 'node:os';
import type { Io } from './io.js';

/** Who runs aami. */
export function userOf(env: Io['env']): string {
  const named = [env.USER, env.LOGNAME, env.USERNAME].find((one) => one !== undefined && one !== '');
  if (named !== undefined) return named;
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no name.
    return 'unknown';
  }
}
