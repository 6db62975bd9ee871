import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thousands } from '../../../../src/diagnostics/amounts.js';
import { markdown } from '../../../../src/diff/reporters/markdown.js';
import type { FleetDiff } from '../../../../src/diff/types.js';
import { alert, at, check, EVERYTHING, inGroup, NOTHING, nodes, staticRule, target, value } from './sample.js';

const options = { before: 'main', after: 'the working tree', color: false };

/** What a reader of Markdown takes for more than code: everything outside of fences and code spans, as CommonMark reads them. */
function withoutCode(text: string): string {
  const kept: string[] = [];
  let fence: number | null = null;
  for (const line of text.split('\n')) {
    const ticks = /^ *(`{3,})(?:diff)?$/.exec(line)?.[1]?.length;
    if (fence !== null) {
      if (ticks !== undefined && ticks >= fence) fence = null;
    } else if (ticks !== undefined) fence = ticks;
    else kept.push(line.replaceAll(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, ''));
  }
  expect(fence).toBeNull();
  return kept.join('\n');
}

/** A sample in which every text is the stranger's. */
function hostileDiff(evil: (index: number) => string): FleetDiff {
  let next = 0;
  const text = (): string => evil(next++);
  const where = [inGroup(text(), [text(), text()], text()), inGroup(text(), [text()], text())];
  const values = [
    value(text(), text(), text(), {
      afterAt: at(text(), 1),
      beforeAt: at(text(), 2),
      reason: text(),
      effect: 'weaker',
    }),
    value('for', text(), `${text()}\n${text()}`, { effect: 'weaker' }),
  ];
  const causes = [
    { kind: 'muted', at: at(text(), 1), reason: text() },
    { kind: 'requirement', what: text() },
  ] as const;
  const fieldOf = () => ({ path: text(), before: text(), after: [text(), { [text()]: text() }] });
  const fields = [fieldOf()];
  return {
    weakened: [
      { kind: 'threshold-quieter', section: 'alerts', index: 0, count: 3 },
      { kind: 'check-removed', section: 'checks', index: 0, count: 3 },
      { kind: 'target-removed', section: 'targets', index: 0, count: 3 },
      { kind: 'recipient-lost', section: 'notified', index: 0, count: 3 },
      { kind: 'kept-back', section: 'maintenances', index: 0, count: 3 },
      { kind: 'for-lengthened', section: 'staticRules', index: 0, count: null },
    ],
    unclear: [{ section: 'alerts', index: 1 }],
    alerts: [
      alert({ alerts: [text(), text()], series: text(), where, values, causes }),
      alert({ kind: 'added', alerts: [text()], where, values, causes }),
    ],
    notified: [
      {
        of: 'groups',
        alerts: ['critical'],
        names: null,
        gained: [text(), text()],
        lost: [text()],
        beforeAt: at(text(), 1, 'before'),
        afterAt: at(text(), 2),
        timing: [{ ...fieldOf(), beforeAt: null, afterAt: at(text(), 3) }],
        where,
        count: 3,
        weakens: ['recipient-lost'],
      },
    ],
    receivers: [{ kind: 'changed', name: text(), at: at(text(), 4) }],
    routes: [{ kind: 'changed', name: text(), fields, at: at(text(), 5) }],
    maintenances: [
      { kind: 'changed', name: text(), values, at: at(text(), 6), where, count: 3, weakens: ['kept-back'] },
    ],
    checks: [check({ kind: 'removed', checks: [text()], where: where.slice(1), values, causes })],
    scripts: [
      {
        check: text(),
        count: 1,
        hunks: [
          {
            beforeLine: 1,
            afterLine: 1,
            lines: [
              { kind: 'added', text: text() },
              { kind: 'same', text: text() },
            ],
          },
        ],
      },
    ],
    targets: [target({ kind: 'removed', where, fields: fields.map((field) => ({ ...field, varies: false })) })],
    groups: [{ kind: 'changed', id: text(), name: text(), fields }],
    staticRules: [staticRule({ name: text(), file: text(), values })],
    renamed: [{ kind: 'alert', before: text(), after: text(), at: at(text(), 1) }],
    settings: fields,
    stateLost: [{ alerts: [text()], because: fields, where, count: 3 }],
    files: { added: [text()], changed: [text()], removed: [text()] },
  };
}

const SPITEFUL = [
  '`',
  '``',
  '```',
  '````',
  '~~~',
  '\n',
  '\r\n',
  '\u2028',
  ' ',
  '    ',
  '|',
  '<img src=x>',
  '</details>',
  '</summary>',
  '<!--',
  '-->',
  '@someone',
  '[a](https://example.com)',
  '![a](b)',
  '#1',
  'fixes #1',
  '- ',
  '# ',
  '&lt;',
  '\\',
  '*',
  '**',
  '_',
  '$',
  '\u202e',
  '\ud800',
  'https://example.com',
  'diff',
];
const spite = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...SPITEFUL), { maxLength: 8 }).map((parts) => parts.join('')),
);

describe('the text of a stranger', () => {
  it('stands in code wherever it stands, and so is neither markup nor HTML, mentions nobody and refers to nothing', () => {
    fc.assert(
      fc.property(fc.array(spite, { minLength: 1, maxLength: 9 }), (texts) => {
        const diff = hostileDiff((index) => `EVIL${texts[index % texts.length]}EVIL`);
        const text = markdown(diff, { ...options, before: `EVIL${texts[0]}` });
        const own = withoutCode(text);
        expect(own).not.toContain('EVIL');
        expect(own.replaceAll(/^(?:<\/?details>|<summary>.*<\/summary>|<!-- aami-diff -->)$/gm, '')).not.toMatch(
          /[<@[\]`&\\]/,
        );
        expect(own.match(/<details>/g)?.length).toBe(own.match(/<\/details>/g)?.length);
      }),
    );
  });

  it('keeps its edges apart from the fences around it', () => {
    const texts = ['`', 'a`', '` a', ' ', '', '``a`'];
    const text = markdown({ ...NOTHING, files: { added: texts, changed: [], removed: [] } }, options);
    const spans = text.split('\n').flatMap((line) => (line.startsWith('- **added:** ') ? [line.slice(13)] : []));
    expect(spans).toEqual(['`` ` ``', '`` a` ``', '`` ` a ``', '`   `', '`""`', '``` ``a` ```']);
  });
});

describe('a comment that would be too long', () => {
  const LIMIT = 65_000;
  const alertsOf = (length: number) =>
    Array.from({ length }, (_, index) =>
      alert({
        alerts: [`Alert${index}`],
        where: [inGroup(`group-${index % 30}`, nodes(index, index + 5))],
        values: [value('expr', `up == ${index}\n🔥`, `up == ${index}\n  or 🔥🔥🔥🔥`, { effect: 'unclear' })],
      }),
    );
  const alerts = alertsOf(900);
  const weakenedBy = (count: number): FleetDiff['weakened'] =>
    Array.from({ length: count }, (_, index) => ({ kind: 'coverage-lost', section: 'alerts', index, count: 6 }));
  const linesOf = (text: string, start: string): number =>
    text.split('\n').filter((line) => line.startsWith(start)).length;

  it('is cut in its details, and says by how much', () => {
    const diff: FleetDiff = { ...EVERYTHING, alerts, weakened: weakenedBy(300), unclear: [] };
    const text = markdown(diff, options);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text.length).toBeGreaterThan(LIMIT * 0.95);
    expect(linesOf(text, '- **coverage lost:**')).toBe(300);
    const own = withoutCode(text);
    expect(own.match(/<details>/g)?.length).toBe(own.match(/<\/details>/g)?.length);

    const shown = linesOf(text, '- **changed:** `Alert');
    const left = Number(/\n… and ([\d,]+) more\n\n<\/details>/.exec(text)?.[1]);
    expect(shown + left).toBe(900);
    expect(text).toMatch(
      /\n\*\*This comment is cut\.\*\* [\d,]+ changes are left out(, among them \d+ whole sections?: [\w, ]+)?\. Run `aami diff <base>` to see everything\.\n$/,
    );
  });

  it('is cut at the top only where there is no room for the top alone', () => {
    const text = markdown({ ...NOTHING, alerts: alertsOf(1800), weakened: weakenedBy(1800) }, options);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    const shown = linesOf(text, '- **coverage lost:**');
    expect(shown).toBeGreaterThan(400);
    expect(text).toContain(`\n- … and ${thousands(1800 - shown)} more\n`);
    expect(text).toContain('**This comment is cut.** 1,800 changes are left out, among them 1 whole section: Alerts.');
  });

  it('names the sections that have no place at all', () => {
    const text = markdown({ ...EVERYTHING, alerts, weakened: weakenedBy(690), unclear: [] }, options);
    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toMatch(/\*\*This comment is cut\.\*\* [\d,]+ changes are left out, among them \d+ whole sections: /);
  });

  it('is whole where it fits', () => {
    expect(markdown(EVERYTHING, options)).not.toContain('left out');
  });
});
