import type { SourceDocument } from '../source/types.js';
import type { Kind } from './documents.js';

/** Where documents of each kind lie. */
export const KINDS: Readonly<Record<Kind, SourceDocument['folder']>> = {
  Project: 'project',
  Group: 'groups',
  Target: 'targets',
  TargetSet: 'targets',
  AlertTemplate: 'templates',
  ScriptTemplate: 'templates',
  AlertPolicy: 'policies',
  ScriptPolicy: 'policies',
  Receiver: 'notifications',
  Route: 'notifications',
  Maintenance: 'notifications',
};

export function isKind(kind: unknown): kind is Kind {
  return typeof kind === 'string' && Object.hasOwn(KINDS, kind);
}

/** `an AlertPolicy`, `a Group`: the kind in a sentence. */
export function withArticle(kind: string): string {
  return /^[AEIO]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
