import type { InputFile, Loss, SourceGroup, SourceHost } from '../types.js';
import { expandHosts, type InventoryGroup, type InventoryHost, inventoryHosts } from './ansible.js';

/** By its name, or by sections in brackets before anything else that is no host. */
export function looksLikeIni({ path, text }: InputFile): boolean {
  if (/\.ini$/i.test(path)) return true;
  if (/\.(?:ya?ml|json|csv|rules)$/i.test(path)) return false;
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line));
  return lines.some((line) => /^\[[\w.-]+(?::(?:children|vars))?\]$/.test(line)) && !/^[[{]\s*$/.test(lines[0] ?? '');
}

/** An inventory in Ansible's INI format. */
export function readAnsibleIni(file: InputFile, losses: Loss[]): { hosts: SourceHost[]; groups: SourceGroup[] } {
  const groups = new Map<
    string,
    InventoryGroup & { children: string[]; hosts: string[]; vars: Record<string, string> }
  >();
  const hosts = new Map<string, InventoryHost & { vars: Record<string, string> }>();
  let section = { name: 'ungrouped', kind: 'hosts' };
  for (const [index, raw] of file.text.split(/\r?\n/).entries()) {
    const place = { file: file.path, line: index + 1 };
    const line = withoutComment(raw).trim();
    if (line === '') continue;
    const lose = (what: string, why: string): void => void losses.push({ place, what, why });
    const [, name, kind = 'hosts'] = /^\[([^\]:]+)(?::(\w+))?\]$/.exec(line) ?? [];
    if (name !== undefined) {
      section = { name: name.trim(), kind };
      groups.set(section.name, groups.get(section.name) ?? { place, children: [], hosts: [], vars: {} });
      continue;
    }
    const group = groups.get(section.name) ?? { place, children: [], hosts: [], vars: {} };
    groups.set(section.name, group);
    const [first = '', ...rest] = wordsOf(line);
    if (section.kind === 'children') group.children.push(first);
    else if (section.kind === 'vars') Object.assign(group.vars, pairOf(line));
    else if (section.kind !== 'hosts')
      lose(`the section [${section.name}:${section.kind}]`, 'it is none of hosts, children and vars');
    else {
      const names = expandHosts(first.replace(/:\d+$/, ''));
      if (names === null) lose(`the host ${first}`, 'its range cannot be read, or is too large');
      for (const host of names ?? []) {
        group.hosts.push(host);
        const known = hosts.get(host) ?? { place, vars: {} };
        hosts.set(host, known);
        for (const word of rest) Object.assign(known.vars, pairOf(word));
      }
    }
  }
  for (const { children } of [...groups.values()])
    for (const child of children)
      if (!groups.has(child))
        groups.set(child, { place: { file: file.path, line: 1 }, children: [], hosts: [], vars: {} });
  return inventoryHosts({ groups, hosts }, losses);
}

function withoutComment(line: string): string {
  return /^\s*[#;]/.test(line) ? '' : line.replace(/\s[#;].*$/, '');
}

/** Words parted by spaces, those in quotes whole. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word);
}

function pairOf(text: string): Record<string, string> {
  const [, name, value = ''] = /^\s*([^=\s]+)\s*=\s*(.*)$/.exec(text) ?? [];
  return name === undefined ? {} : { [name]: value.replace(/^(["'])(.*)\1$/, '$2') };
}
