import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const AAMI = fileURLToPath(new URL('../../..', import.meta.url));

it('aami schema all prints a schema that stands on its own and chooses by kind', () => {
  const { stdout, status } = spawnSync(process.execPath, [`${AAMI}/bin/aami.js`, 'schema', 'all'], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const validate = new Ajv({ strict: false }).compile(JSON.parse(stdout));
  const group = { apiVersion: 'aami/v1', kind: 'Group', id: 'a' };
  expect(validate(group)).toBe(true);
  expect(validate({ ...group, kind: 'Target' })).toBe(false);
  expect(validate({ ...group, kind: 'Grop' })).toBe(false);
  expect(validate({ ...group, labels: { 'not-a-label': 'x' } })).toBe(false);
  for (const document of parseAllDocuments(readFileSync(`${AAMI}/examples/gpu-cluster/policies/fleet.yaml`, 'utf8')))
    expect([validate(document.toJS()), validate.errors]).toEqual([true, null]);
});
