import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { agent, check, type Ended, newFolder, newNode, program, TARGET } from './node.js';

const AGENT_FOLDER = join(import.meta.dirname, '../../agent');
const TEMPLATES = join(import.meta.dirname, '../../templates');

const PROGRAM = 'usr/local/lib/aami/dynamic-check.sh';
const SETTINGS = 'etc/aami/agent.env';
const KEY = 'etc/aami/bundle.pub';
const CRON = 'etc/cron.d/aami-agent';
const SERVICE = 'etc/systemd/system/aami-agent.service';
const TIMER = 'etc/systemd/system/aami-agent.timer';
const ENABLED = 'etc/systemd/system/timers.target.wants/aami-agent.timer';
const TEXTFILES = 'var/lib/prometheus/node-exporter';
const PUBLIC_KEY = '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n';

/** The root folder of an image. */
function newImage() {
  const root = join(newFolder(), 'root');
  mkdirSync(root);
  return {
    root,
    at: (path: string): string => join(root, path),
    text: (path: string): string => readFileSync(join(root, path), 'utf8'),
    install: (...options: readonly string[]): Promise<Ended> =>
      program(join(AGENT_FOLDER, 'install.sh'), ['--root', root, ...options]),
    /** All files and links, by their path below the root. */
    files: (): string[] =>
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .sort(),
  };
}

const mode = (file: string): number => statSync(file).mode & 0o777;
/** `write /etc/x` → `/etc/x`, as install.sh says what it does. */
const deeds = (said: string): string[] => said.split('\n').filter((line) => line !== '');

describe('install.sh', () => {
  it('installs an agent that systemd starts, readable for all and written by none but its owner', async () => {
    const image = newImage();
    expect(await image.install()).toMatchObject({ code: 0, stderr: '' });
    expect(image.files()).toEqual([SETTINGS, SERVICE, TIMER, ENABLED, PROGRAM]);
    expect(readlinkSync(image.at(ENABLED))).toBe(`/${TIMER}`);
    expect([PROGRAM, SETTINGS, SERVICE, TIMER].map((file) => mode(image.at(file)))).toEqual([
      0o755, 0o644, 0o644, 0o644,
    ]);
    expect(image.text(SERVICE)).toContain(`ExecStart=/${PROGRAM}\n`);
    expect(await program(image.at(PROGRAM), ['--version'])).toMatchObject({ stdout: `${packageJson.version}\n` });
  });

  it('does nothing the second time', async () => {
    const image = newImage();
    const key = join(newFolder(), 'site.pub');
    writeFileSync(key, PUBLIC_KEY);
    const options = ['--key', key, '--source', 'https://example.com/aami', '--textfile-dir', '/srv/textfiles'];
    await image.install(...options);
    const written = () => image.files().map((file) => statSync(image.at(file), { throwIfNoEntry: false })?.mtimeMs);
    const before = written();
    expect(await image.install(...options)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(written()).toEqual(before);
  });

  it('brings a changed file up to date', async () => {
    const image = newImage();
    await image.install();
    writeFileSync(image.at(PROGRAM), '#!/bin/bash\nexit 0\n');
    expect((await image.install()).stdout).toBe(`write ${image.at(PROGRAM)}\n`);
    expect(image.text(PROGRAM)).toBe(readFileSync(join(AGENT_FOLDER, 'dynamic-check.sh'), 'utf8'));
    expect(mode(image.at(PROGRAM))).toBe(0o755);
  });

  it.each([
    ['install', []],
    ['uninstall', ['--uninstall']],
  ])('--dry-run of an %s says what it would do, and does not', async (_, options) => {
    const image = newImage();
    if (options.length > 0) await image.install();
    const before = image.files();
    const dry = await image.install('--dry-run', ...options);
    expect(image.files()).toEqual(before);
    const real = await image.install(...options);
    expect(deeds(real.stdout)).not.toEqual([]);
    expect(deeds(dry.stdout)).toEqual(deeds(real.stdout).map((deed) => `would ${deed}`));
  });

  it('writes source and text folder into new settings, whatever characters they have, and lets systemd write there', async () => {
    const image = newImage();
    await image.install('--source', 'https://example.com/a?b=1&c=\\2', '--textfile-dir', '/srv/text&files');
    expect(image.text(SETTINGS)).toContain('\nAAMI_SOURCE=https://example.com/a?b=1&c=\\2\n');
    expect(image.text(SETTINGS)).toContain('\nAAMI_TEXTFILE_DIR=/srv/text&files\n');
    expect(image.text(SERVICE)).toContain('\nReadWritePaths=-/srv/text&files\n');
  });

  it('leaves settings that are there as they are, and says what to set in them', async () => {
    const image = newImage();
    const settings = 'AAMI_SOURCE=/mnt/aami\n  AAMI_TEXTFILE_DIR="/srv/own" \n';
    mkdirSync(image.at('etc/aami'), { recursive: true });
    writeFileSync(image.at(SETTINGS), settings);
    const { stderr } = await image.install('--source', 'https://example.com', '--textfile-dir', '/srv/other');
    expect(image.text(SETTINGS)).toBe(settings);
    expect(stderr).toContain('set AAMI_SOURCE=https://example.com there');
    expect(stderr).toContain('set AAMI_TEXTFILE_DIR=/srv/other there');
    expect(image.text(SERVICE)).toContain('\nReadWritePaths=-/srv/own\n');
  });

  it('installs a public key at the place where it is always in force', async () => {
    const image = newImage();
    const key = join(newFolder(), 'site.pub');
    writeFileSync(key, PUBLIC_KEY, { mode: 0o600 });
    await image.install('--key', key);
    expect(image.text(KEY)).toBe(PUBLIC_KEY);
    expect(mode(image.at(KEY))).toBe(0o644);
    expect(readFileSync(join(AGENT_FOLDER, 'dynamic-check.sh'), 'utf8')).toContain(`readonly FIXED_KEY=/${KEY}\n`);
  });

  it.each([
    ['a private key', '-----BEGIN PRIVATE KEY-----\ns3cr3t\n-----END PRIVATE KEY-----\n'],
    ['a file without a key', 'hello\n'],
    ['an empty file', ''],
  ])('takes %s for no public key: nothing is installed, nothing of it shown', async (_, text) => {
    const image = newImage();
    const key = join(newFolder(), 'site.key');
    writeFileSync(key, text);
    const { code, stdout, stderr } = await image.install('--key', key);
    expect(code).toBe(2);
    expect(stderr).toBe(`install.sh: ${key} is no public key in PEM (aami keygen makes one)\n`);
    expect(stdout).toBe('');
    expect(image.files()).toEqual([]);
  });

  it('starts the agent by one of cron and systemd, never by both', async () => {
    const image = newImage();
    await image.install();
    await image.install('--cron');
    expect(image.files()).toEqual([SETTINGS, CRON, PROGRAM].sort());
    expect(mode(image.at(CRON))).toBe(0o644);
    expect(image.text(CRON)).toMatch(new RegExp(`^\\* \\* \\* \\* \\* root /${PROGRAM} `, 'm'));
    await image.install();
    expect(image.files()).toEqual([SETTINGS, SERVICE, TIMER, ENABLED, PROGRAM]);
  });

  it.each([['--cron'], ['--key']])(
    "uninstalls what %s installs and what the agent has published, and keeps what is the site's",
    async (option) => {
      const image = newImage();
      const key = join(newFolder(), 'site.pub');
      writeFileSync(key, PUBLIC_KEY);
      await image.install(...(option === '--key' ? ['--key', key] : [option]));
      const published = ['aami-agent.prom', 'aami-check-mounts.prom', 'aami-check-mounts.prom.new'];
      for (const folder of [TEXTFILES, 'var/lib/aami']) mkdirSync(image.at(folder), { recursive: true });
      for (const name of [...published, 'smart.prom']) writeFileSync(image.at(join(TEXTFILES, name)), 'x 1\n');
      writeFileSync(image.at('var/lib/aami/highest'), '7\n');
      expect((await image.install('--uninstall')).code).toBe(0);
      const kept = [
        SETTINGS,
        ...(option === '--key' ? [KEY] : []),
        'var/lib/aami/highest',
        join(TEXTFILES, 'smart.prom'),
      ];
      expect(image.files()).toEqual(kept.sort());
      expect(await image.install('--uninstall')).toEqual({ code: 0, stdout: '', stderr: '' });
    },
  );

  it('makes settings that the agent runs with', async () => {
    const image = newImage();
    const node = newNode();
    node.give(check('c', 'echo "x 1"'));
    await image.install('--source', node.source, '--textfile-dir', node.textfiles);
    const settings = image.at(SETTINGS);
    const own = ['--settings', settings, '--state-dir', node.state, '--target', TARGET];
    expect(await agent(own)).toMatchObject({ code: 0 });
    expect(node.samples('c').x).toBe('1');
  });

  it.each([
    [['--nonsense'], 'unknown option --nonsense'],
    [['--key'], '--key needs a value'],
  ])('%j is wrong usage', async (options, why) => {
    const image = newImage();
    const { code, stderr } = await image.install(...options);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
    expect(image.files()).toEqual([]);
  });
});

describe('the units', () => {
  it('are what systemd takes', async () => {
    if (!existsSync('/usr/bin/systemd-analyze')) {
      expect((await program('systemd-analyze', ['--version'])).code).not.toBe(0);
      return;
    }
    const image = newImage();
    await image.install();
    // It looks whether what is started is there.
    writeFileSync(image.at(SERVICE), image.text(SERVICE).replaceAll(`/${PROGRAM}`, image.at(PROGRAM)));
    const said = await program('systemd-analyze', ['verify', '--man=no', image.at(SERVICE), image.at(TIMER)]);
    expect(said).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  /** Each would make checks report what is not so, on every node at once. */
  it.each([
    ['ProtectSystem=strict', 'every mount looks read-only'],
    ['ProtectHome', '/home looks read-only or empty'],
    ['ProtectClock', 'with older versions of systemd no GPU and no drive can be opened'],
    ['PrivateDevices', 'no GPU and no drive can be opened'],
    ['ProtectKernelLogs', 'no XID error is seen'],
    ['PrivateNetwork', 'no bundle is fetched'],
    ['MemoryDenyWriteExecute', 'Python does not run'],
  ])('have no %s: %s', (setting) => {
    const service = readFileSync(join(AGENT_FOLDER, 'aami-agent.service'), 'utf8');
    expect(service.split('\n').filter((line) => line.startsWith(setting))).toEqual([]);
  });
});

describe('shellcheck finds nothing in', () => {
  const shipped = [AGENT_FOLDER, TEMPLATES].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sh'))
      .map((name) => [name, join(folder, name)] as const),
  );
  it.each(shipped)('%s', async (_, file) => {
    expect(await program('shellcheck', [file])).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
