import type { InputFile, Loss, SourceHost } from '../types.js';

/** Columns that are no labels, in the spellings in which they come. */
const COLUMNS = {
  hostname: ['hostname', 'host', 'name', 'node'],
  address: ['address', 'ip', 'ip_address', 'addr'],
  groups: ['group', 'groups'],
  exporters: ['exporters', 'exporter', 'ports'],
  labels: ['labels'],
  status: ['status'],
  id: ['id'],
} as const;

type Column = keyof typeof COLUMNS;

/** By its name, or by a first line with commas that names hosts. */
export function looksLikeCsv({ path, text }: InputFile): boolean {
  if (/\.csv$/i.test(path)) return true;
  if (/\.(?:ya?ml|json|ini|rules)$/i.test(path)) return false;
  const [first = ''] = text.split(/\r?\n/, 1);
  return first.includes(',') && first.split(',').some((cell) => columnOf(cell) === 'hostname') && !first.includes(':');
}

/**
 * A table of hosts: `hostname,address,group,exporters,labels…`. Columns of other names are labels. `groups` may hold
 * several, parted by `;`, `exporters` as `job:port`, `labels` as `key=value`.
 */
export function readCsv(file: InputFile, losses: Loss[], errors: Loss[]): SourceHost[] {
  const [header, ...rows] = rowsOf(file.text);
  const names = header?.cells.map((cell) => cell.trim()) ?? [];
  const columns = names.map(columnOf);
  if (!columns.includes('hostname')) {
    errors.push({
      place: { file: file.path, line: 1 },
      what: 'the table',
      why: 'its first row names no column `hostname`',
    });
    return [];
  }
  return rows.flatMap(({ cells, line }): SourceHost[] => {
    const place = { file: file.path, line };
    const value = (column: Column): string => cells[columns.indexOf(column)]?.trim() ?? '';
    if (cells.every((cell) => cell.trim() === '') || cells[0]?.trimStart().startsWith('#')) return [];
    const hostname = value('hostname');
    if (hostname === '') {
      losses.push({ place, what: 'a row', why: 'it has no hostname' });
      return [];
    }
    const labels: Record<string, string> = {};
    const label = (name: string, text: string): void => {
      if (text === '') return;
      if (LABEL.test(name)) labels[name] = text;
      else
        losses.push({ place, what: `the label ${name}`, why: 'names of labels are made of letters, digits and `_`' });
    };
    columns.forEach((column, i) => {
      if (column === null) label(names[i] ?? '', cells[i]?.trim() ?? '');
    });
    for (const pair of list(value('labels'))) {
      const [name = '', ...rest] = pair.split('=');
      label(name.trim(), rest.join('=').trim());
    }
    const status = value('status').toLowerCase();
    return [
      {
        hostname,
        id: value('id') === '' ? null : value('id'),
        address: value('address') === '' ? null : value('address'),
        groups: list(value('groups')),
        labels,
        exporters: list(value('exporters')).flatMap((text) => exporterOf(text) ?? lose(losses, place, text)),
        active: status !== 'inactive',
        place,
      },
    ];
  });
}

const LABEL = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

function lose(losses: Loss[], place: Loss['place'], text: string): [] {
  losses.push({ place, what: `the exporter ${text}`, why: 'it is not of the form job:port' });
  return [];
}

/** Ports of exporters that need not be told. */
const PORTS: Readonly<Record<string, number>> = {
  node_exporter: 9100,
  'node-exporter': 9100,
  node: 9100,
  dcgm_exporter: 9400,
  'dcgm-exporter': 9400,
  dcgm: 9400,
};

export function exporterOf(text: string): SourceHost['exporters'] | null {
  const [, job = '', written] = /^([^:]+?)(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const port = written === undefined ? PORTS[job] : Number(written);
  return job === '' || port === undefined || port < 1 || port > 65535 ? null : [{ job, port, metricsPath: null }];
}

const list = (text: string): string[] =>
  text
    .split(/[;|]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');

function columnOf(name: string): Column | null {
  const plain = name.trim().toLowerCase();
  return (
    (Object.keys(COLUMNS) as Column[]).find((column) => (COLUMNS[column] as readonly string[]).includes(plain)) ?? null
  );
}

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Rows as RFC 4180 has them: a cell in quotes may hold commas, line breaks, and quotes that are doubled. */
export function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  let cells: string[] = [];
  let line = 1;
  let start = 1;
  for (const [, quoted, plain = '', end = ''] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|\r|$)/g)) {
    const cell = quoted === undefined ? plain : quoted.replaceAll('""', '"');
    line += (quoted?.match(/\n/g)?.length ?? 0) + (end === ',' || end === '' ? 0 : 1);
    cells.push(cell);
    if (end === ',') continue;
    if (cells.some((each) => each !== '')) rows.push({ cells, line: start });
    if (end === '') break;
    cells = [];
    start = line;
  }
  return rows;
}
