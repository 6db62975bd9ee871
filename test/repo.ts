import { type Compilation, compile } from '../src/compile.js';
import type { FileTree } from '../src/source/file-tree.js';
import { shippedLibraries } from '../src/source/libraries.js';
import { memoryTree as treeOf } from '../src/source/memory-tree.js';
import { readTree } from '../src/source/read.js';

/** Files of a repo by path. */
export type Files = Readonly<Record<string, string>>;

/** A tree of files that stands nowhere. */
export const memoryTree = (files: Files): FileTree => treeOf(new Map(Object.entries(files)));

export const compileFiles = (files: Files): Promise<Compilation> =>
  compile(readTree(memoryTree(files), shippedLibraries()));

/** A document of a kind, as YAML. */
export const doc = (kind: string, body: string): string => `apiVersion: aami/v1\nkind: ${kind}\n${body}\n`;

const PROJECT = doc('Project', 'name: test\nexporters:\n  node_exporter: { job: node-exporter, port: 9100 }');

/**
 * A repo with two groups of two targets, prod (p1 is a gpu, p2 a cpu) and dev (d1, d2), and what is given beside it:
 * documents by name of their folder, or whole files.
 */
export function smallRepo(extra: Files): Files {
  const files: Record<string, string> = {
    'aami.yaml': PROJECT,
    'groups/small.yaml': [doc('Group', 'id: prod'), doc('Group', 'id: dev')].join('---\n'),
    'targets/small.yaml': [
      doc('Target', 'hostname: p1\ngroups: [prod]\nlabels: { type: gpu }\nexporters: [node_exporter]'),
      doc('Target', 'hostname: p2\ngroups: [prod]\nlabels: { type: cpu }\nexporters: [node_exporter]'),
      doc('TargetSet', 'hosts: "d[1-2]"\ngroups: [dev]\nexporters: [node_exporter]'),
    ].join('---\n'),
  };
  for (const [name, text] of Object.entries(extra)) files[name.includes('.') ? name : `${name}/extra.yaml`] = text;
  return files;
}

/** An alert template with an expression and, below it, whatever else. */
export const alertTemplate = (name: string, expr: string, rest = ''): string =>
  doc('AlertTemplate', `name: ${name}\ncategory: test\nseverity: warning\nexpr: ${JSON.stringify(expr)}\n${rest}`);

/** Expressions of the rules of an alert, in the order of the output. */
export function expressions({ ruleFiles }: Compilation, alert: string): string[] {
  const rules = ruleFiles.flatMap((file) => file.groups.flatMap((group) => group.rules));
  return rules.filter((rule) => rule.alert === alert).map((rule) => rule.expr);
}

export const codes = ({ findings }: Compilation): string[] => findings.map((finding) => finding.code);

/** A finding as `code file:line:column`. */
export function places({ findings }: Compilation, files: Files): string[] {
  return findings.map(({ code, span }) => {
    if (span === null) return code;
    const before = (files[span.file] ?? '').slice(0, span.start).split('\n');
    return `${code} ${span.file}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
  });
}
