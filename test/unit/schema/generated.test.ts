import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../src/schema/kinds.js';

const SCHEMAS = new URL('../../../schemas/', import.meta.url);
const names = readdirSync(SCHEMAS);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8'));

describe('the schemas', () => {
  it('are compiled: run `node src/schema/generate.js` after a change', async () => {
    // Plain JavaScript, so that node runs it without a build.
    const generator: string = '../../../src/schema/generate.js';
    const { generateValidators } = await import(generator);
    const committed = readFileSync(new URL('../../../src/schema/generated/validators.js', import.meta.url), 'utf8');
    expect(committed === generateValidators()).toBe(true);
  });

  it('are one for each kind, and aami.schema.json chooses among them', () => {
    const titles = names.filter((name) => !/^(aami|common)\./.test(name)).map((name) => read(name).title);
    expect(titles.sort()).toEqual(Object.keys(KINDS).sort());
    const any = read('aami.schema.json');
    expect([...any.properties.kind.enum].sort()).toEqual(Object.keys(KINDS).sort());
    for (const { if: condition, then } of any.allOf)
      expect(read(then.$ref).title).toBe(condition.properties.kind.const);
  });

  it.each(names)('describe every key: %s', (name) => {
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, below] of Object.entries(schema)) {
        if (key === 'properties' && !path.includes('/if')) {
          for (const [property, value] of Object.entries(below)) {
            if (typeof (value as { description?: unknown }).description !== 'string')
              undescribed.push(`${path}/${property}`);
          }
        }
        walk(below, `${path}/${key}`);
      }
    };
    walk(read(name), '');
    expect(undescribed).toEqual([]);
  });
});
