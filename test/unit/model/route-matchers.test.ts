import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRouteMatchers } from '../../../src/model/route-matchers.js';
import { build, PROJECT } from './repo.js';

/** As `label op value`, joined by ` and `. */
const read = (text: string): string | null =>
  parseRouteMatchers(text)
    ?.map(({ label, op, value }) => `${label} ${op} ${value}`)
    .join(' and ') ?? null;

/** What both syntaxes have, so that every amtool takes it. */
const COMMON: [string, string][] = [
  ['alertname="Watchdog"', 'alertname = Watchdog'],
  [' team =~ "a|b" ', 'team =~ a|b'],
  ['{severity!="info",team!~"x.*"}', 'severity != info and team !~ x.*'],
  ['a=b', 'a = b'],
  ['a="b,c", d="e"', 'a = b,c and d = e'],
  ['a="q\\"uote"', 'a = q"uote'],
  ['a="back\\\\slash"', 'a = back\\slash'],
  ['a="new\\nline"', 'a = new\nline'],
  ['a="ü€"', 'a = ü€'],
  ['a=""', 'a = '],
  ['a="b",', 'a = b'],
  ['{}', ''],
];
/** What only the older one has. */
const CLASSIC: [string, string][] = [
  ['a=b c', 'a = b c'],
  ['a=~b{2}c', 'a =~ b{2}c'],
  ['a=', 'a = '],
  ['a="\\d"', 'a = \\d'],
  ['a:b="c"', 'a:b = c'],
];
const NEITHER = [
  'Watchdog',
  'a == "b"',
  '="b"',
  'a="b',
  'a="b"c"',
  'a b="c"',
  'a="b" c="d"',
  'a~"b"',
  '"a"',
  'a="b",,c="d"',
];

describe('matchers of a route', () => {
  it.each([...COMMON, ...CLASSIC, ['"a label"="b"', 'a label = b'] as const])('%s', (text, meaning) => {
    expect(read(text)).toBe(meaning);
  });

  it.each(NEITHER)('are not: %s', (text) => {
    expect(read(text)).toBe(null);
  });

  it('are those of amtool', () => {
    const folder = mkdtempSync(join(tmpdir(), 'aami-matchers-'));
    const accepted = (text: string): boolean => {
      const file = join(folder, 'alertmanager.json');
      writeFileSync(
        file,
        JSON.stringify({ route: { receiver: 'a', routes: [{ matchers: [text] }] }, receivers: [{ name: 'a' }] }),
      );
      return spawnSync('amtool', ['check-config', file]).status === 0;
    };
    try {
      expect([...COMMON, ...CLASSIC].filter(([text]) => !accepted(text))).toEqual([]);
      expect(NEITHER.filter(accepted)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are told where they stand', () => {
    const { places } = build({
      'aami.yaml': `${PROJECT}alertmanager: { default_receiver: a }\n`,
      'notifications/a.yaml': `kind: Receiver
name: a
---
kind: Route
name: r
matchers:
  - alertname="Fine"
  - alertname is Bad
  - team=~"a("
receiver: a
`,
    });
    expect(places).toEqual([
      'schema/bad-matcher @ notifications/a.yaml: alertname is Bad',
      'schema/bad-regex @ notifications/a.yaml: team=~"a("',
    ]);
  });
});
