import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { json } from '../../../../src/diff/reporters/json.js';
import type { FleetDiff } from '../../../../src/diff/types.js';
import { EVERYTHING, NOTHING } from './sample.js';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../docs/diff.schema.json'), 'utf8'));
const validate = new Ajv({ allErrors: true }).compile(schema);
const options = { before: 'main', after: 'the working tree', color: false };
const report = (diff: FleetDiff): Record<string, unknown> => JSON.parse(json(diff, options));

it.each([
  ['everything', EVERYTHING, true],
  ['nothing', NOTHING, false],
  ['files alone', { ...NOTHING, files: { added: [], changed: ['a'], removed: [] } }, true],
])('follows the documented schema: %s', (_, diff, changed) => {
  const found = report(diff);
  validate(found);
  expect(validate.errors).toBeNull();
  expect(found.changed).toBe(changed);
});

it('has all of the diff', () => {
  expect(report(EVERYTHING)).toMatchObject(EVERYTHING);
});

it('knows no keys but the documented ones', () => {
  const keysOf = (value: unknown): number =>
    typeof value !== 'object' || value === null
      ? 0
      : Object.keys(value).length + Object.values(value).reduce((sum: number, inner) => sum + keysOf(inner), 0);
  const more = { ...EVERYTHING, alerts: EVERYTHING.alerts.map((alert) => ({ ...alert, internal: 1 })) };
  expect(keysOf(report(more))).toBe(keysOf(report(EVERYTHING)));
  expect(validate({ ...report(NOTHING), other: 1 })).toBe(false);
  expect(validate({ ...report(EVERYTHING), alerts: more.alerts })).toBe(false);
});

it('writes the same text whatever order the keys of the diff are in', () => {
  const reversed = <T>(value: T): T =>
    (Array.isArray(value)
      ? value.map(reversed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .map(([key, inner]) => [key, reversed(inner)])
              .reverse(),
          )
        : value) as T;
  expect(json(reversed(EVERYTHING), options)).toBe(json(EVERYTHING, options));
});

it('escapes what misleads a terminal', () => {
  const text = json({ ...NOTHING, files: { added: ['a\u001b\u202eb'], changed: [], removed: [] } }, options);
  expect(text).toContain('"a\\u001b\\u202eb"');
});
