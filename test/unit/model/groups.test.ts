import { describe, expect, it } from 'vitest';
import { build } from './repo.js';

const ids = (groups: readonly { readonly id: string }[]) => groups.map(({ id }) => id);

describe('groups', () => {
  it('inherit namespace and labels, key by key, in order of id', () => {
    const { repo, findings } = build({
      'groups/z.yaml': `
kind: Group
id: leaf
parent: mid
labels: { team: ml }
---
kind: Group
id: mid
parent: top
namespace: production
---
kind: Group
id: top
name: Top
namespace: all
labels: { team: infra, site: a }
`,
    });
    expect(findings).toEqual([]);
    expect([...repo.groups.keys()]).toEqual(['leaf', 'mid', 'top']);
    const leaf = repo.groups.get('leaf');
    expect(leaf).toMatchObject({ name: 'leaf', namespace: 'production', labels: { team: 'ml', site: 'a' } });
    expect(ids(leaf?.ancestors ?? [])).toEqual(['top', 'mid']);
  });

  it('name the parent that does not exist, and what was meant', () => {
    const { findings, places } = build({
      'groups/a.yaml': 'kind: Group\nid: grp-prod\n---\nkind: Group\nid: b\nparent: grp-pord',
    });
    expect(places).toEqual(['reference/unknown-group @ groups/a.yaml: grp-pord']);
    expect(findings[0]?.hint).toBe('Did you mean `grp-prod`?');
  });

  it('report a cycle once, whole, wherever it is entered', () => {
    const { findings, places } = build({
      'groups/a.yaml': 'kind: Group\nid: c\nparent: a',
      'groups/b.yaml': 'kind: Group\nid: a\nparent: b',
      'groups/c.yaml': 'kind: Group\nid: b\nparent: c',
      'groups/d.yaml': 'kind: Group\nid: outside\nparent: b',
    });
    expect(places).toEqual(['reference/group-cycle @ groups/b.yaml: b']);
    expect(findings[0]?.message).toContain('`a` → `b` → `c` → `a`');
    expect(findings[0]?.related).toHaveLength(2);
  });

  it('can be their own parent by mistake', () => {
    const { findings } = build({ 'groups/a.yaml': 'kind: Group\nid: a\nparent: a' });
    expect(findings.map(({ message }) => message)).toEqual(['The group `a` is its own parent']);
  });

  it('may be thousands deep', () => {
    const chain = Array.from(
      { length: 3000 },
      (_, i) => `kind: Group\nid: g${i}\n${i === 0 ? '' : `parent: g${i - 1}\n`}`,
    );
    const { repo, findings } = build({ 'groups/a.yaml': chain.reverse().join('---\n') });
    expect(findings).toEqual([]);
    expect(repo.groups.get('g2999')?.ancestors).toHaveLength(2999);
  });

  it('show both places of an id that stands twice', () => {
    const { findings, places } = build({
      'groups/a.yaml': 'kind: Group\nid: one',
      'groups/b.yaml': 'kind: Group\nid: one',
    });
    expect(places).toEqual(['reference/duplicate-group @ groups/b.yaml: one']);
    expect(findings[0]?.related.map(({ span }) => span.file)).toEqual(['groups/a.yaml']);
  });

  it('may not be called global', () => {
    expect(build({ 'groups/a.yaml': 'kind: Group\nid: global' }).places).toEqual([
      'schema/bad-value @ groups/a.yaml: global',
    ]);
  });

  it('are not missed where their own document is broken', () => {
    const { places } = build({
      'groups/a.yaml': 'kind: Group\nid: prod\ncolour: red',
      'groups/b.yaml': 'kind: Group\nid: child\nparent: prod',
      'groups/c.yaml': 'kind: Group\nid: [unclosed',
      'groups/d.yaml': 'kind: Group\nid: lost\nparent: prodd',
    });
    expect(places.filter((place) => place.startsWith('reference/'))).toEqual([
      'reference/unknown-group @ groups/d.yaml: prodd',
    ]);
  });
});
