import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageFolder } from './package.js';

export interface TriedCheck {
  /** null: it did not end by itself, or did not start. */
  readonly exitCode: number | null;
  /** The completed text in Prometheus's format, where it measured. */
  readonly text: string;
  readonly log: string;
}

/** Runs the one check of a bundle by the agent itself, so that it runs here as it does on a node. */
export async function tryCheck(name: string, bundle: string, target: string | null): Promise<TriedCheck> {
  const folder = mkdtempSync(join(tmpdir(), 'aami-check-'));
  try {
    const file = join(folder, 'bundle.json');
    writeFileSync(file, bundle);
    const agent = join(packageFolder(), 'agent/dynamic-check.sh');
    const as = target === null ? [] : ['--target', target];
    const args = [agent, 'try', '--bundle', file, '--check', name, ...as];
    const { exitCode, stdout, stderr } = await execa('bash', args, {
      reject: false,
      stdin: 'ignore',
      stripFinalNewline: false,
    });
    return { exitCode: exitCode ?? null, text: stdout ?? '', log: stderr ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
