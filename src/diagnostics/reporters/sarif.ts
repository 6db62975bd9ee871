import { CODES, type FindingCode } from '../codes.js';
import { oneLine } from '../display.js';
import type { Finding } from '../finding.js';
import { fingerprints } from './fingerprints.js';
import { type Place, type Places, placesIn } from './places.js';
import { printableJson } from './printable-json.js';
import { LEVELS, sarifRule } from './sarif-rule.js';
import type { Reporter } from './types.js';
import { sentences } from './wording.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const ROOT = '%SRCROOT%';

/** SARIF 2.1.0: one run, with the rules of the findings that there are. */
export const sarif: Reporter = (findings, texts, options) => {
  const places = placesIn(texts, options);
  const present = new Set(findings.map(({ code }) => code));
  const codes = (Object.keys(CODES) as FindingCode[]).filter((code) => present.has(code));
  const prints = fingerprints(findings);
  const { version } = options;
  return printableJson({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'aami',
            ...(version === undefined ? {} : { version }),
            rules: codes.map((code) => sarifRule(code, options.page?.(code))),
          },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { description: { text: 'The root of the git repo.' } } },
        results: findings.map((finding, at) => ({
          ruleId: finding.code,
          ruleIndex: codes.indexOf(finding.code),
          level: LEVELS[finding.severity],
          ...describe(finding, places),
          partialFingerprints: { 'finding/v1': prints[at] },
        })),
      },
    ],
  });
};

/** Message and places. Related places are linked to in the message: some viewers show no others. */
function describe(finding: Finding, places: Places) {
  const related = finding.related.map(({ span, message }, index) => {
    const place = places.inRepo(span);
    return { text: oneLine(message), named: places.named(span), place, id: index + 1 };
  });
  const lines = related.map(({ text, named, place, id }) =>
    place === null ? `${named} ${withoutLinks(text)}` : `[${linkText(`${named} ${text}`)}](${id})`,
  );
  return {
    message: { text: [withoutLinks(sentences(finding, places)), ...lines].join('\n') },
    // Code hosts refuse results without a place.
    locations: [{ physicalLocation: physicalLocation(places.orProject(finding.span)) }],
    relatedLocations: related.flatMap(({ text, place, id }) =>
      place === null ? [] : [{ id, physicalLocation: physicalLocation(place), message: { text: withoutLinks(text) } }],
    ),
  };
}

function physicalLocation({ path, line, column, endLine, endColumn }: Place) {
  return {
    artifactLocation: { uri: uriOf(path), uriBaseId: ROOT },
    region: { startLine: line, startColumn: column, endLine, endColumn },
  };
}

/** Half a character has no encoding. */
function uriOf(path: string): string {
  const whole = path.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return whole.split('/').map(encodeURIComponent).join('/');
}

/** SARIF takes `[text](target)` in a message for a link; none comes out of the texts of a repo. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

function linkText(text: string): string {
  return text.replaceAll(/[[\]\\]/g, (char) => `\\${char}`);
}
