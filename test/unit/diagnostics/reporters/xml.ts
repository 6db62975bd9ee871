/** An element of a document, with the text that stands directly in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads XML 1.0 of elements, attributes and text alone, and throws on whatever is not well-formed. */
export function readXml(text: string): Element {
  // https://www.w3.org/TR/xml/#charsets
  const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(text);
  if (forbidden !== null) throw new Error(`a character that XML forbids at ${forbidden.index}`);
  const declaration = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n/.exec(text);
  if (declaration === null) throw new Error('no XML declaration');

  const document: Element = { name: '', attributes: {}, children: [], text: '' };
  const open: Element[] = [document];
  const tokens = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|[^<>]+|[<>]/gy;
  tokens.lastIndex = declaration[0].length;
  for (const [token, close, name = '', listed = '', empty] of text.matchAll(tokens)) {
    const parent = open.at(-1) ?? document;
    if (name === '') {
      if (token === '<' || token === '>') throw new Error(`a stray ${token}`);
      parent.text += unescaped(token);
    } else if (close === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      const pairs = [...listed.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
        key,
        unescaped(value),
      ]);
      const attributes = Object.fromEntries(pairs) as Record<string, string>;
      if (Object.keys(attributes).length < pairs.length) throw new Error(`<${name}> has an attribute twice`);
      const element: Element = { name, attributes, children: [], text: '' };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [root] = document.children;
  if (open.length !== 1 || root === undefined || document.children.length > 1 || document.text.trim() !== '')
    throw new Error('not one root element');
  return root;
}

function unescaped(text: string): string {
  return text.replaceAll(/&(?:([a-z]+);)?/g, (entity, name: string | undefined) => {
    const char = name === undefined ? undefined : ENTITIES[name];
    if (char === undefined) throw new Error(`a stray ${entity}`);
    return char;
  });
}
