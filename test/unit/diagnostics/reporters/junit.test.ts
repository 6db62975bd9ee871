import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finding } from '../../../../src/diagnostics/codes.js';
import { all, anyFindings, report } from './findings.js';
import { readXml } from './xml.js';

describe('junit', () => {
  it('has a suite for each file, and fails for errors alone', async () => {
    expect(await report('junit', all)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="aami" tests="4" failures="3">
  <testsuite name="aami" tests="2" failures="1">
    <testcase classname="aami" name="verify/tool-missing: promtool is not installed">
      <system-out>warning: promtool is not installed</system-out>
    </testcase>
    <testcase classname="aami" name="verify/promtool: promtool says: no (node:cpu.yaml:2:7, which aami ships)">
      <failure type="verify/promtool" message="promtool says: no (node:cpu.yaml:2:7, which aami ships)">promtool says: no (node:cpu.yaml:2:7, which aami ships)</failure>
    </testcase>
  </testsuite>
  <testsuite name="monitoring/groups/a.yaml" tests="1" failures="1">
    <testcase classname="monitoring/groups/a.yaml" name="reference/unknown-group: There is no group \`grp-9\`" file="monitoring/groups/a.yaml">
      <failure type="reference/unknown-group" message="There is no group \`grp-9\`">monitoring/groups/a.yaml:2:9 There is no group \`grp-9\`
hint: Did you mean \`grp-1\`?</failure>
    </testcase>
  </testsuite>
  <testsuite name="monitoring/policies/p.yaml" tests="1" failures="1">
    <testcase classname="monitoring/policies/p.yaml" name="policy/conflict: Two policies set \`for\`" file="monitoring/policies/p.yaml">
      <failure type="policy/conflict" message="Two policies set \`for\`">monitoring/policies/p.yaml:2:3 Two policies set \`for\`
monitoring/groups/a.yaml:1:5 the other one</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it('has a test that passes where there is nothing', async () => {
    const root = readXml(await report('junit', []));
    expect(root).toMatchObject({ name: 'testsuites', attributes: { tests: '1', failures: '0' } });
    expect(root.children[0]?.children).toMatchObject([{ attributes: { name: 'no findings' }, children: [] }]);
  });

  it('gives each test a name of its own', async () => {
    const at = (start: number) => finding('schema/bad-value', 'no', { file: 'groups/a.yaml', start, end: start });
    const [suite] = readXml(await report('junit', [at(1), at(2)])).children;
    expect(suite?.children.map(({ attributes }) => attributes.name)).toEqual([
      'schema/bad-value: no',
      'schema/bad-value: no (2)',
    ]);
  });

  it('is well-formed, with a test for each finding, whatever the texts hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyFindings, async (findings) => {
        const text = await report('junit', findings);
        expect(text).not.toContain(']]>');
        const root = readXml(text);
        const tests = root.children.flatMap(({ children }) => children);
        expect(tests).toHaveLength(Math.max(1, findings.length));
        const failed = tests.filter(({ children }) => children[0]?.name === 'failure');
        expect(failed).toHaveLength(findings.filter(({ severity }) => severity === 'error').length);
        expect(root.attributes).toMatchObject({ tests: `${tests.length}`, failures: `${failed.length}` });
      }),
    );
  });
});
