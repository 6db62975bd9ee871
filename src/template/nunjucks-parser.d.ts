/** The part of nunjucks that aami uses: its parser. The published types describe only the whole engine. */
declare module 'nunjucks/src/parser.js' {
  export interface NunjucksNode {
    readonly typename: string;
    /** Names of the properties that hold children or values. */
    readonly fields: readonly string[];
    /** From 0. */
    readonly lineno: number;
    /** From 0. */
    readonly colno: number;
  }
  export interface NunjucksToken {
    readonly type: string;
    readonly value: string;
    readonly lineno: number;
    readonly colno: number;
  }
  export interface NunjucksParser {
    parseExpression(): NunjucksNode;
    parseFilterArgs(node: NunjucksNode): readonly NunjucksNode[];
    parseSignature(): { readonly children: readonly NunjucksNode[] };
    peekToken(): NunjucksToken | null;
  }
  const parser: { readonly Parser: new (tokens: object) => NunjucksParser };
  export default parser;
}

declare module 'nunjucks/src/lexer.js' {
  const lexer: {
    lex(source: string, options: { tags: Record<string, string> }): { in_code: boolean };
  };
  export default lexer;
}
