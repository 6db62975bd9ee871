import { writeYaml, type YamlMapping } from '../../emit/yaml.js';

/** A document with what is said above it. */
export interface WrittenDocument {
  readonly comment: readonly string[];
  readonly body: YamlMapping;
}

/** A YAML file of documents, with comments above them. */
export function yamlFile(about: readonly string[], documents: readonly WrittenDocument[]): string {
  const written = documents.map(({ comment, body }) => comments(comment) + writeYaml(body));
  return comments(about) + written.join('---\n');
}

/** Lines of a comment; a name from outside cannot end it. */
function comments(lines: readonly string[]): string {
  return lines.map((line) => `# ${line.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ' ')}\n`).join('');
}

/** A document of aami's. */
export function aamiDocument(kind: string, body: YamlMapping, comment: readonly string[] = []): WrittenDocument {
  return { comment, body: { apiVersion: 'aami/v1', kind, ...body } };
}

/** undefined, so that it is not written, where there is nothing in it. */
export function orNothing<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
