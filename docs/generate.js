// Writes docs/format.md from schemas/*.schema.json. Run it after every change to a schema: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AFTER, BEFORE, EXAMPLES, VALUES } from './format-texts.js';

const SCHEMAS = new URL('../schemas/', import.meta.url);
const PAGE = new URL('./format.md', import.meta.url);
const KINDS = [
  'project',
  'group',
  'target',
  'target-set',
  'alert-template',
  'script-template',
  'alert-policy',
  'script-policy',
  'receiver',
  'route',
  'maintenance',
];

const { definitions } = readSchema('common');

/** The text of docs/format.md. */
export function generateFormat() {
  const kinds = KINDS.map((name) => describeKind(name, readSchema(name)));
  return `${[BEFORE, ...kinds, describeValues(), AFTER].map((part) => part.trim()).join('\n\n')}\n`;
}

function readSchema(name) {
  return JSON.parse(readFileSync(new URL(`${name}.schema.json`, SCHEMAS), 'utf8'));
}

function describeKind(name, schema) {
  const example = EXAMPLES[schema.title];
  if (example === undefined) throw new Error(`docs/format-texts.js has no example of ${schema.title}`);
  return [
    `## ${schema.title}`,
    schema.description,
    `Schema: [\`schemas/${name}.schema.json\`](../schemas/${name}.schema.json).`,
    `\`${example.path}\`\n\n\`\`\`yaml\n${example.yaml.trim()}\n\`\`\``,
    ['| Key | Value | Meaning |', '| --- | --- | --- |', ...rowsOf(schema, '', schema)].join('\n'),
  ].join('\n\n');
}

/** One row a key, those of nested mappings below their own. */
function rowsOf(schema, prefix, kind) {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const path = prefix + key;
    const whole = resolve(property);
    const value = `${typeOf(property)}${(schema.required ?? []).includes(key) ? ', required' : ''}`;
    const rows = [row(path, value, property.description ?? whole.description)];
    // The keys of these are described once, below.
    if (['params', 'levels', 'targetExporters', 'notify', 'timing', 'timings'].includes(nameOf(property))) return rows;
    return [...rows, ...rowsBelow(whole, path, kind)];
  });
}

function rowsBelow(schema, path, kind) {
  if (schema.properties !== undefined) return rowsOf(schema, `${path}.`, kind);
  const entry = schema.additionalProperties;
  return entry?.properties === undefined ? [] : rowsOf(entry, `${path}.<name>.`, kind);
}

function row(path, value, meaning) {
  const cell = (text) => text.replaceAll('|', '\\|');
  return `| \`${path}\` | ${cell(value)} | ${cell(meaning ?? '')} |`;
}

function nameOf({ $ref }) {
  return $ref === undefined ? null : $ref.slice($ref.lastIndexOf('/') + 1);
}

function resolve(schema) {
  const name = nameOf(schema);
  return name === null ? schema : definitions[name];
}

function typeOf(schema) {
  const name = nameOf(schema);
  if (name !== null) return link(name);
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(' or ');
  if (schema.type === 'array') return `list of: ${typeOf(schema.items)}`;
  if (schema.type === 'integer') return schema.minimum === 0 ? 'whole number, 0 or more' : 'whole number';
  const words = { object: 'mapping', string: 'text', boolean: '`true` or `false`' }[schema.type];
  if (words !== undefined) return words;
  if (Array.isArray(schema.type)) return 'text or whole number';
  throw new Error(`docs/generate.js has no words for ${JSON.stringify(schema)}`);
}

function link(name) {
  const value = VALUES[name];
  if (value === undefined) throw new Error(`docs/format-texts.js has no words for the definition ${name}`);
  return value.meaning === null ? value.words : `[${value.words}](#${value.anchor ?? 'values'})`;
}

function describeValues() {
  const rows = Object.values(VALUES)
    .filter(({ meaning, anchor }) => meaning !== null && anchor === undefined)
    .map(({ words, meaning }) => `| ${words} | ${meaning.replaceAll('|', '\\|')} |`);
  const unique = [...new Set(rows)];
  const table = (name) => ['| Key | Value | Meaning |', '| --- | --- | --- |', ...rowsOf(name, '', name)].join('\n');
  const exporter = definitions.targetExporters.items;
  const object = { ...exporter, properties: exporter.properties };
  return [
    '## Values',
    ['| Value | What is allowed |', '| --- | --- |', ...unique].join('\n'),
    '### Exporters of a target',
    'A list. Each item is the name of an exporter of the Project, or a mapping where something differs on this target:',
    table(object),
    '### Levels',
    'A mapping with one or more of the keys `critical`, `warning` and `info`. Each holds what is set for that level alone:',
    table(definitions.level),
    '### Receivers by severity',
    'A mapping of severities to receivers:',
    table(definitions.notify),
    '### Timing',
    "When alerts are told, in Alertmanager's words:",
    table(definitions.timing),
    'Where it stands under `alertmanager` of the Project or of a group, it may also hold `severities`, a mapping of `critical`, `warning` and `info` to the same keys.',
    '### A server of deploy',
    'What [deploy](deploy.md) knows of one Prometheus or Alertmanager:',
    table(definitions.deployServer),
  ].join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, generateFormat());
