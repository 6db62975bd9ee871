import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lintCheck } from '../../../src/checks/lint/index.js';
import { compile } from '../../../src/compile.js';
import { CODES, type FindingCode } from '../../../src/diagnostics/codes.js';
import { dueFindings } from '../../../src/diagnostics/later.js';
import { loadReporter } from '../../../src/diagnostics/reporters/index.js';
import { readRepo } from '../../../src/source/read.js';
import { type Fence, fencesOf } from './markdown.js';

/**
 * Every finding has its page, and every page shows what aami really says: its example is compiled, and what comes out is
 * compared with the text on the page. `npm run docs` writes these texts anew: read the diff before you commit it.
 */
const folder = join(import.meta.dirname, '../../../docs/findings');
const update = process.env.AAMI_UPDATE_GOLDEN !== undefined;
const index = readFileSync(join(folder, 'README.md'), 'utf8');
const codes = Object.keys(CODES) as FindingCode[];

/** What no repo of text files shows: files that cannot be read, tools, a large file, another repo. */
const WITHOUT_OUTPUT: readonly FindingCode[] = [
  'source/unreadable',
  'source/too-large',
  'source/broken-base',
  'lint/shellcheck',
  'verify/promtool',
  'verify/amtool',
  'verify/tool-missing',
  'output/signed-uncommitted',
];

const scratch = mkdtempSync(join(tmpdir(), 'aami-findings-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const isFile = (fence: Fence): fence is Fence & { path: string } => fence.path !== null;

/** The repo of the index page with the files of a page in it, in the place of those of the same path. */
function writeRepo(page: string): string {
  const repo = mkdtempSync(join(scratch, 'repo-'));
  for (const { path, content } of [...fencesOf(index), ...fencesOf(page)].filter(isFile)) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), content);
  }
  return repo;
}

async function compiled(page: string) {
  const sources = await readRepo(writeRepo(page));
  const { findings: lasting, later, model } = await compile(sources);
  const scripts = [...(model?.repo.scriptTemplates.values() ?? [])];
  // Only `aami checks lint` looks into scripts, so only its own pages have to stand up to it.
  const linted = page.includes('`aami checks lint`')
    ? scripts.flatMap((one) => lintCheck(one, { shellcheck: false }))
    : [];
  const findings = [...lasting, ...dueFindings(later, Date.now()), ...linted];
  const report = await loadReporter('pretty');
  return { findings, text: report(findings, (file) => sources.texts.get(file), { color: false }) };
}

it('has one page for each code, and no other', () => {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && path !== 'README.md')
    .map((path) => path.replaceAll('\\', '/').slice(0, -'.md'.length));
  expect(pages.sort()).toEqual([...codes].sort());
});

it('lists every code with its title', () => {
  const listed = index.split('\n').filter((line) => line.startsWith('| ['));
  const expected = codes.map((code) => `| [\`${code}\`](${code}.md) | ${CODES[code][0]} | ${CODES[code][1]} |`);
  expect(listed).toEqual(expected);
});

it('begins with a repo that has no findings', async () => {
  expect((await compiled('')).findings).toEqual([]);
});

describe.each(codes)('%s', (code) => {
  const path = join(folder, `${code}.md`);
  const read = () => readFileSync(path, 'utf8');

  it('is described under its code, severity and title', () => {
    const [severity, title] = CODES[code];
    expect(read().split('\n').slice(0, 3)).toEqual([`# ${code}`, '', `**${title}.** Usual severity: ${severity}.`]);
    expect(read()).toMatch(/^## How to fix it$/m);
  });
});

describe.each(codes.filter((code) => !WITHOUT_OUTPUT.includes(code)))('%s', (code) => {
  const path = join(folder, `${code}.md`);

  it('shows what aami says', async () => {
    const page = readFileSync(path, 'utf8');
    const outputs = fencesOf(page).filter((fence) => fence.language === 'text');
    expect(outputs).toHaveLength(1);
    const { findings, text } = await compiled(page);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    const [output] = outputs;
    if (update && output !== undefined) {
      writeFileSync(path, page.slice(0, output.start) + text + page.slice(output.end));
    } else expect(output?.content).toBe(text);
  });
});
