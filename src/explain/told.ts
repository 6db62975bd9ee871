import type { Told } from '../rules/told.js';
import { placeOf } from './places.js';
import type { Recipient } from './types.js';

export function recipient({ receiver, by, origin, certain }: Told): Recipient {
  return { receiver, by: by.kind, name: nameOf(by), at: placeOf(origin), certain };
}

function nameOf(by: Told['by']): string | null {
  switch (by.kind) {
    case 'route':
      return by.route.name;
    case 'group':
      return by.group.id;
    case 'namespace':
      return by.name;
    default:
      return null;
  }
}
