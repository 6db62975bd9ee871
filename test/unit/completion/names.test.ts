import { expect, it } from 'vitest';
import { namesIn } from '../../../src/completion/names.js';
import type { Named } from '../../../src/completion/wanted.js';

const names = (values: readonly unknown[], of: readonly Named[], begin = '') =>
  namesIn(values, of, begin).map(({ word }) => word);

it('takes the names of each kind out of documents', () => {
  const values = [
    { kind: 'Group', id: 'prod', name: 'production' },
    { kind: 'Target', hostname: 'h1' },
    { kind: 'Target', hostname: 'h2', id: 'two' },
    { kind: 'TargetSet', hosts: 'n[08-10]' },
    { kind: 'AlertTemplate', name: 'Down' },
    { kind: 'ScriptTemplate', name: 'mount' },
  ];
  expect(names(values, ['group'])).toEqual(['prod']);
  expect(names(values, ['target'])).toEqual(['h1', 'two', 'n08', 'n09', 'n10']);
  expect(names(values, ['alert', 'check'])).toEqual(['Down', 'mount']);
});

it('passes over what nobody has checked', () => {
  const values = [
    null,
    'text',
    [],
    {},
    { kind: 'Group' },
    { kind: 'Group', id: 7 },
    { kind: 'TargetSet', hosts: 'n[' },
  ];
  expect(names(values, ['group', 'target', 'alert', 'check'])).toEqual([]);
});

it('leaves out what would be taken for an option', () => {
  expect(names([{ kind: 'Target', hostname: '--output' }], ['target'])).toEqual([]);
});

it('does not spell out more hosts than a shell can wait for', () => {
  const values = Array.from({ length: 50 }, (_, i) => ({ kind: 'TargetSet', hosts: `n${i}-[1-90000]` }));
  expect(names(values, ['target']).length).toBeLessThanOrEqual(200_000);
  expect(names(values, ['target'], 'N49-8').length).toBe(90_000);
});
