import { oneLine } from '../display.js';
import type { Finding } from '../finding.js';
import { type Places, placesIn } from './places.js';
import type { Reporter } from './types.js';
import { details, statement } from './wording.js';

/**
 * JUnit XML: a suite for each file with findings, a failed test for each error. Warnings are tests that pass and say
 * something. Without findings there is one test, which passes: readers take a report without tests for a broken one.
 */
export const junit: Reporter = (findings, texts, options) => {
  const places = placesIn(texts, options);
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const file = places.inRepo(finding.span)?.path ?? 'aami';
    const found = files.get(file);
    if (found === undefined) files.set(file, [finding]);
    else found.push(finding);
  }
  const suites = [...files].map(([file, found]) => suiteOf(file, found, places));
  if (findings.length === 0) suites.push(suite('aami', [testcase('aami', 'no findings', null)], 0));
  const total = attributes({
    name: 'aami',
    tests: Math.max(1, findings.length),
    failures: findings.filter(isFailure).length,
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${total}>\n${suites.join('')}</testsuites>\n`;
};

function suiteOf(file: string, findings: readonly Finding[], places: Places): string {
  const names = new Map<string, number>();
  const cases = findings.map((finding) => {
    const name = `${finding.code}: ${statement(finding, places)}`;
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    // Readers take tests of one name for the same one.
    return testcase(file, count === 1 ? name : `${name} (${count})`, outcomeOf(finding, places));
  });
  return suite(file, cases, findings.filter(isFailure).length);
}

function outcomeOf(finding: Finding, places: Places): string {
  const { span, severity, code } = finding;
  const text = statement(finding, places);
  const place = places.inRepo(span) !== null && span !== null ? `${places.named(span)} ` : '';
  const body = escapeXml([`${place}${text}`, ...details(finding, places)].join('\n'));
  return isFailure(finding)
    ? `<failure${attributes({ type: code, message: text })}>${body}</failure>`
    : `<system-out>${severity === 'info' ? 'note' : severity}: ${body}</system-out>`;
}

function isFailure({ severity }: Finding): boolean {
  return severity === 'error';
}

function suite(name: string, cases: readonly string[], failures: number): string {
  const counted = attributes({ name, tests: cases.length, failures });
  return `  <testsuite${counted}>\n${cases.join('')}  </testsuite>\n`;
}

/** With what came of it, or null for a test that has nothing to say. */
function testcase(file: string, name: string, outcome: string | null): string {
  const open = `    <testcase${attributes({ classname: file, name, ...(file === 'aami' ? {} : { file }) })}`;
  return outcome === null ? `${open}/>\n` : `${open}>\n      ${outcome}\n    </testcase>\n`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(oneLine(String(value)))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** `oneLine` has spelt out control characters and halves of characters; two more have no place in XML. */
function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (char) => ENTITIES[char] ?? char).replaceAll(/[\ufffe\uffff]/g, '\ufffd');
}
