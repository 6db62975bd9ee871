import type { Files } from '../repo.js';

/** One edit of a pull request. It throws where the repo is not as its author saw it. */
export type Edit = (files: Files) => Files;

/** @param from stands in the file exactly once */
export const replace =
  (path: string, from: string, to: string): Edit =>
  (files) => {
    const parts = textOf(files, path).split(from);
    if (parts.length !== 2) throw new Error(`${path} holds ${parts.length - 1} times: ${from}`);
    return { ...files, [path]: parts.join(to) };
  };

export const write =
  (path: string, text: string): Edit =>
  (files) => {
    if (path in files) throw new Error(`there is a file ${path} already`);
    return { ...files, [path]: text };
  };

/** Adds documents at the end of a file. */
export const append =
  (path: string, documents: string): Edit =>
  (files) => ({ ...files, [path]: `${textOf(files, path)}---\n${documents}` });

/** Another order of the documents of a file, by their places in it. */
export const reorder =
  (path: string, ...order: number[]): Edit =>
  (files) => {
    const documents = textOf(files, path).split(/^---\n/m);
    if (documents.length !== order.length) throw new Error(`${path} holds ${documents.length} documents`);
    return { ...files, [path]: order.map((at) => documents[at] ?? '').join('---\n') };
  };

function textOf(files: Files, path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error(`there is no file ${path}`);
  return text;
}
