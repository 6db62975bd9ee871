import { expect, it } from 'vitest';
import { codes, compileFiles, doc, places, smallRepo } from '../../repo.js';

const check = (name: string, metrics: string): string =>
  doc(
    'ScriptTemplate',
    `name: ${name}\nscript_type: t\nlanguage: bash\nversion: 1.0.0\nscript: { inline: "true" }\nmetrics: ${metrics}`,
  );
const bind = (scope: string, ...names: readonly string[]): string =>
  doc('ScriptPolicy', `${scope}\nchecks:\n${names.map((name) => `  ${name}: {}`).join('\n')}`);
const repoWith = (one: string, other: string, ...policies: readonly string[]) =>
  smallRepo({ templates: [check('a', one), check('b', other)].join('---\n'), policies: policies.join('---\n') });
const both = bind('scope: global', 'a', 'b');

it('two checks of one target that declare a metric with different type or help are an error, said once', async () => {
  for (const other of ['{ x: { type: counter, help: h } }', '{ x: { type: gauge, help: g } }']) {
    const files = repoWith('{ x: { type: gauge, help: h } }', other, both);
    expect(places(await compileFiles(files), files)).toEqual(['policy/metric-clash templates/extra.yaml:17:12']);
  }
});

it('the same declaration, other labels, and a help that only one of them gives are fine', async () => {
  for (const other of [
    '{ x: { type: gauge, help: h, labels: [a] } }',
    '{ x: { type: gauge } }',
    '{ y: { type: counter } }',
  ])
    expect(codes(await compileFiles(repoWith('{ x: { type: gauge, help: h } }', other, both)))).toEqual([]);
});

it('checks that never meet on a target may declare what they like', async () => {
  const apart = repoWith(
    '{ x: { type: gauge } }',
    '{ x: { type: counter } }',
    bind('group: prod', 'a'),
    bind('group: dev', 'b'),
  );
  expect(codes(await compileFiles(apart))).toEqual([]);
});

it('the names of the agent are its own', async () => {
  const files = repoWith('{ aami_check_success: { type: gauge } }', '{ aami_checks: { type: gauge } }');
  expect(places(await compileFiles(files), files)).toEqual(['template/reserved-metric templates/extra.yaml:8:12']);
});

it('a name that the agent refuses, because it becomes that of a file, is an error', async () => {
  for (const name of ['.hidden', '-x'])
    expect(codes(await compileFiles(smallRepo({ templates: check(name, '{}') })))).toEqual(['schema/bad-value']);
});

it('a language that the agent does not know and a user that is none are errors', async () => {
  const files = smallRepo({
    templates: check('a', '{}').replace('bash', 'perl').concat('user: "Root user"\n'),
  });
  expect(codes(await compileFiles(files))).toEqual(['schema/bad-value', 'schema/bad-value']);
});
