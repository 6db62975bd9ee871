import type { Finding } from '../../../src/diagnostics/finding.js';
import { buildRepo } from '../../../src/model/build.js';
import type { Repo } from '../../../src/model/types.js';
import { checkSchemas } from '../../../src/schema/check.js';
import { parseDocuments } from '../../../src/source/parse.js';
import type { ScriptFile, SourceDocument, Sources } from '../../../src/source/types.js';

export interface Built {
  readonly repo: Repo;
  readonly findings: readonly Finding[];
  /** Each finding as `code @ file: the text it points at`. */
  readonly places: readonly string[];
}

/** A project with the exporters that the tests refer to. */
export const PROJECT = `
apiVersion: aami/v1
kind: Project
name: test
exporters:
  node_exporter: { job: node-exporter, port: 9100 }
  dcgm_exporter: { job: dcgm-exporter, port: 9400, metrics_path: /gpu }
`;

/** The model of files that are given as text, by path. \`apiVersion\` is added to documents that begin with \`kind\`. */
export function build(
  files: Readonly<Record<string, string>>,
  scripts: Readonly<Record<string, ScriptFile>> = {},
): Built {
  const sources = sourcesOf({ 'aami.yaml': PROJECT, ...files }, scripts);
  const checked = checkSchemas(sources.documents, sources.broken);
  const built = buildRepo(checked.value, sources);
  const findings = [...sources.findings, ...checked.findings, ...built.findings];
  const places = findings.map(({ code, span }) => {
    const text = span === null ? '' : (sources.texts.get(span.file) ?? '').slice(span.start, span.end);
    return `${code} @ ${span?.file ?? ''}: ${text}`;
  });
  return { repo: built.value, findings, places };
}

function sourcesOf(files: Readonly<Record<string, string>>, scripts: Readonly<Record<string, ScriptFile>>): Sources {
  const texts = new Map<string, string>();
  const documents: SourceDocument[] = [];
  const broken: SourceDocument[] = [];
  const findings: Finding[] = [];
  for (const [file, written] of Object.entries(files)) {
    const text = written
      .replaceAll(/^kind:/gm, 'apiVersion: aami/v1\nkind:')
      .replaceAll(/(apiVersion: aami\/v1\n)+/g, '$1');
    texts.set(file, text);
    const parsed = parseDocuments(file, text, folderOf(file));
    documents.push(...parsed.documents);
    broken.push(...parsed.broken);
    findings.push(...parsed.findings);
  }
  return {
    texts,
    documents,
    broken,
    ruleFiles: [],
    scripts: new Map(Object.entries(scripts)),
    agent: new Map(),
    findings,
  };
}

function folderOf(file: string): SourceDocument['folder'] {
  if (file === 'aami.yaml') return 'project';
  if (file.startsWith('groups/')) return 'groups';
  if (file.startsWith('targets/')) return 'targets';
  if (file.startsWith('notifications/')) return 'notifications';
  return file.startsWith('policies/') ? 'policies' : 'templates';
}
