import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { proseOf } from './markdown.js';

/** What README and docs name must be there: links, headings that links lead to, and paths of this repo. */
const root = join(import.meta.dirname, '../../..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const pages = tracked.split('\n').filter((path) => /^(README|CHANGELOG)\.md$|^docs\/.*\.md$/.test(path));

/** Folders of the repo whose files the prose names as code. The examples' own folders (`groups/`, …) are not among them. */
const NAMED = /^(?:src|bin|docs|schemas|examples|test|bench)\/[\w./-]*$/;

function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const prose = proseOf(text);

  it('links to what is there', () => {
    const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? join(root, page) : join(root, dirname(page), path);
        if (!existsSync(file)) return true;
        return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names paths that are there', () => {
    const named = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code).filter((code) => NAMED.test(code));
    expect(
      named.filter((path) => !existsSync(join(root, path)) && !path.startsWith('examples/gpu-cluster/build')),
    ).toEqual([]);
  });

  it('names nothing of the machine that it was written on', () => {
    expect(text).not.toMatch(/(?:^|[\s"'`(])\/(?:home|work|root|Users)\//m);
    expect(text).not.toContain(`${relative('/', root)}/`);
  });
});
