import type { Complaint } from './complaint.js';

const CHECKING = /^Checking (.*)$/;
const SUCCESS = /^ {2}SUCCESS: /;
const FAILED = /^ {2}FAILED:$/;
const LINT = /^lint error\b/;

const QUOTED = '"(?:[^"\\\\\\n]|\\\\.)*"';
/** `7:11: group "g", rule 2, "B": reason`; also without the position, and with two of them. */
const RULE = new RegExp(`^((?:\\d+:\\d+: )*)group (${QUOTED}), rule (\\d+), ${QUOTED}: (.*)$`, 's');
/** `4:3: groupname: "g" is repeated in the same file` */
const PLACE = /^((?:\d+:\d+: )+)(.*)$/s;
const YAML_LINE = /^(?:yaml: )?line (\d+): (.*)$/s;
const YAML_HEAD = /^yaml: unmarshal errors:\n(.*)$/s;

/** What promtool `check rules` complains of, from its two streams. `files` are the paths it was given. */
export function parseCheckRules(stdout: string, stderr: string, files: readonly string[]): Complaint[] {
  const failing = failingFiles(stdout);
  const known = new Set(files);
  const complaints: Complaint[] = [];
  let section = -1;
  let open: { file: string | null; lines: string[] } | null = null;
  const close = (): void => {
    if (open !== null) complaints.push(...toComplaints(open.file, open.lines.join('\n')));
    open = null;
  };
  for (const line of lines(stderr)) {
    if (FAILED.test(line)) {
      close();
      section++;
      continue;
    }
    const file = fileAtStart(line, known);
    if (file !== null) {
      close();
      open = { file, lines: [line.slice(file.length + 2)] };
    } else if (LINT.test(line) || open === null) {
      close();
      open = { file: failing[section] ?? null, lines: [line] };
    } else {
      open.lines.push(line);
    }
  }
  close();
  return withoutRepeats(complaints.filter(({ reason }) => reason !== ''));
}

/** What amtool `check-config` complains of: on standard output, behind what it found. */
export function parseCheckAlertmanager(stdout: string, file: string): Complaint[] {
  const failed = stdout.indexOf('FAILED: ');
  return failed < 0 ? [] : toComplaints(file, stdout.slice(failed + 'FAILED: '.length).trim());
}

/** promtool names the file of a lint error on standard output only: the files that it did not call a success, in order. */
function failingFiles(stdout: string): string[] {
  const failing: string[] = [];
  for (const line of lines(stdout)) {
    const checking = CHECKING.exec(line)?.[1];
    if (checking !== undefined) failing.push(checking);
    else if (SUCCESS.test(line)) failing.pop();
  }
  return failing;
}

/** The known path that a line begins with; a path may hold `: ` itself. */
function fileAtStart(line: string, known: ReadonlySet<string>): string | null {
  for (let at = line.indexOf(': '); at > 0; at = line.indexOf(': ', at + 1)) {
    const file = line.slice(0, at);
    if (known.has(file)) return file;
  }
  return null;
}

function toComplaints(file: string | null, text: string): Complaint[] {
  const base = {
    kind: LINT.test(text) ? 'lint' : 'error',
    file,
    line: null,
    column: null,
    group: null,
    rule: null,
  } as const;
  const many = YAML_HEAD.exec(text)?.[1];
  if (many !== undefined) return many.split('\n').flatMap((line) => toComplaints(file, line.trim()));
  const rule = RULE.exec(text);
  if (rule !== null) {
    const [, places = '', group = '', number = '', reason = ''] = rule;
    return [{ ...base, ...firstPlace(places), group: unquoteGo(group), rule: Number(number), reason: clean(reason) }];
  }
  const placed = PLACE.exec(text);
  if (placed !== null) return [{ ...base, ...firstPlace(placed[1] ?? ''), reason: clean(placed[2] ?? '') }];
  const yaml = YAML_LINE.exec(text);
  if (yaml !== null) return [{ ...base, line: Number(yaml[1]), reason: clean(yaml[2] ?? '') }];
  return [{ ...base, reason: clean(text) }];
}

/** Of `5:13: 4:12: `. promtool writes 0:0 for a place that it does not know. */
function firstPlace(places: string): { line: number | null; column: number | null } {
  const [line = 0, column = 0] = places.split(':').map(Number);
  return line === 0 ? { line: null, column: null } : { line, column };
}

/** A string as Go's %q writes it. */
function unquoteGo(quoted: string): string {
  const json = quoted
    .replace(/\\U([0-9a-f]{8})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\\x([0-9a-f]{2})/g, '\\u00$1')
    .replace(/\\a/g, '\\u0007')
    .replace(/\\v/g, '\\u000b');
  try {
    return String(JSON.parse(json));
  } catch {
    return quoted.slice(1, -1);
  }
}

/** The text comes from another program and may quote anything: nothing of it may steer a terminal. */
export function clean(text: string): string {
  return text
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[\t\n]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
}

function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}

/** A YAML error is said twice, once for each of promtool's two readings. */
function withoutRepeats(complaints: readonly Complaint[]): Complaint[] {
  const seen = new Set<string>();
  return complaints.filter((complaint) => {
    const key = JSON.stringify(complaint);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
