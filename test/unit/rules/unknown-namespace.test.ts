import { describe, expect, it } from 'vitest';
import { compileFiles, doc, type Files, places, smallRepo } from '../../repo.js';

/** Somebody is told of everything, and `production` has receivers of its own. */
const repo = (extra: Files): Files =>
  smallRepo({
    'aami.yaml': doc(
      'Project',
      `name: test
exporters: { node_exporter: { job: node, port: 9100 } }
alertmanager: { default_receiver: ops, notify: { default: ops }, namespaces: { production: { notify: { critical: ops } } } }`,
    ),
    notifications: doc('Receiver', 'name: ops'),
    ...extra,
  });

const group = (namespace: string): Files => ({ 'groups/a.yaml': doc('Group', `id: a\nnamespace: ${namespace}`) });

const rule = (expr: string, labels: string): Files => ({
  'rules/a.yml': `groups: [{ name: a, rules: [{ alert: Gone, expr: '${expr}', labels: { ${labels} } }] }]`,
});

async function found(files: Files): Promise<string[]> {
  const compilation = await compileFiles(files);
  const at = places(compilation, files);
  return compilation.findings.map(({ hint }, index) => `${at[index]}: ${hint}`);
}

const PLACE = 'lint/unknown-namespace aami.yaml:5:80';

describe('a namespace that receivers are named for', () => {
  it('is one of a group', async () => {
    expect(await found(repo(group('production')))).toEqual([]);
  });

  it('is nobody else’s, with the nearest spelling', async () => {
    expect(await found(repo(group('producton')))).toEqual([`${PLACE}: Did you mean \`producton\`?`]);
    expect(await found(repo({}))).toEqual([`${PLACE}: Give it to a group as \`namespace\`, or take it away here.`]);
  });

  it.each<[string, Files]>([
    ['gives', rule('absent(up)', 'namespace: production')],
    ['asks for', rule('kube_pod_info{namespace="production"} == 0', 'severity: info')],
    ['may give', rule('up == 0', 'namespace: "{{ $labels.ns }}"')],
  ])('may be one that a hand-written rule %s', async (_, files) => {
    expect(await found(repo(files))).toEqual([]);
  });
});
