import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reportOf } from '../../src/import/report.js';
import { importInWords } from '../../src/import/reporters/pretty.js';
import { importTexts } from '../unit/import/imported.js';

/** Good files, whose parts are put together in ways that nobody would. */
const PARTS = [
  'groups:\n  - name: g\n    rules:\n',
  '      - alert: A\n        expr: up{env="a"} == 0\n',
  '      - record: a:b\n        expr: sum by (env) (up)\n',
  '        labels: { severity: warning, env: x }\n',
  '        for: 5m\n',
  '        annotations: { summary: "{{ $labels.env }} ${x} 5%" }\n',
  '- targets: ["a:1", "b:2"]\n  labels: { env: a, "b c": d }\n',
  'scrape_configs:\n  - job_name: j\n    static_configs: [{ targets: ["a:1"], labels: { env: a } }]\n',
  '[web]\na[1:3] x=y\n[web:children]\nweb\n',
  'hostname,address,groups\na,b,c\n',
  '{ "alert-rules": [{ "name": "A", "query_template": "up > {{.t}}", "group_id": "g" }], "groups": [{ "id": "g" }] }',
  '*a\n',
  '&a [*a]\n',
  '---\n',
  '\t',
  '"',
  '${',
  '{{',
  ': ',
  '\u0000',
  '💥',
  '../..',
];

const text = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PARTS) },
      { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
const path = fc.constantFrom('a.yml', 'sd/b.json', 'hosts', 'c.csv', 'targets.json', 'prometheus.yml', '../x.ini');

it('never falls over a file, and makes only repos that compile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(path, text, { minKeys: 1, maxKeys: 3 }), async (files) => {
      const made = await importTexts(files);
      importInWords(reportOf(made), false);
      expect(made.compilation?.findings.filter(({ severity }) => severity === 'error') ?? []).toEqual([]);
      for (const file of made.repo.texts.keys())
        expect(file).toMatch(/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/);
    }),
    { numRuns: Number(process.env.AAMI_PROPERTY_RUNS ?? 300) },
  );
}, 300_000);
