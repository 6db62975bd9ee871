import type { FindingSeverity } from '../finding.js';
import { fingerprints } from './fingerprints.js';
import { placesIn } from './places.js';
import { printableJson } from './printable-json.js';
import type { Reporter } from './types.js';
import { relatedPlaces, sentences } from './wording.js';

const SEVERITIES = { error: 'critical', warning: 'minor', info: 'info' } as const satisfies Record<
  FindingSeverity,
  string
>;

/** A Code Quality report of GitLab. */
export const gitlab: Reporter = (findings, texts, options) => {
  const places = placesIn(texts, options);
  const prints = fingerprints(findings);
  return printableJson(
    findings.map((finding, at) => {
      const { path, line } = places.orProject(finding.span);
      return {
        description: [sentences(finding, places), ...relatedPlaces(finding, places).map((text) => `(${text})`)].join(
          ' ',
        ),
        check_name: finding.code,
        fingerprint: prints[at],
        severity: SEVERITIES[finding.severity],
        location: { path, lines: { begin: line } },
      };
    }),
  );
};
