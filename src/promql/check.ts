import {
  type Aggregation,
  type Binary,
  type Call,
  childrenOf,
  type Expr,
  isComparison,
  isSetOperator,
  type Selector,
  stringArgument,
  typeOf,
  type ValueType,
} from './ast.js';
import { aggregatorParameter } from './functions.js';
import { LABEL_NAME, matcherAccepts } from './matchers.js';
import { type PromqlProblem, problem } from './problem.js';
import { compileRegex } from './re2.js';
import { countOf } from './tree.js';

export const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'a scalar',
  string: 'a string',
  vector: 'an instant vector',
  range: 'a range vector',
};

/** What Prometheus refuses in an expression that parses: types, counts of arguments, modifiers in the wrong place. */
export function checkTypes(root: Expr): PromqlProblem[] {
  const problems: PromqlProblem[] = [];
  visit(root, problems);
  return problems;
}

/** An alert's expression must give an instant vector: a scalar always fires, the others make the rule fail. */
export function checkAlertResult(root: Expr): PromqlProblem | null {
  const type = typeOf(root);
  if (type === 'vector') return null;
  return problem(
    'promql/type',
    root,
    `The expression of an alert gives ${TYPE_NAMES[type]}, not an instant vector`,
    type === 'range' ? 'Wrap it in a function over time such as rate() or max_over_time().' : null,
  );
}

function visit(node: Expr, problems: PromqlProblem[]): void {
  const before = problems.length;
  for (const child of childrenOf(node)) visit(child, problems);
  // What is wrong inside would be reported again from outside.
  const report = problems.length === before ? (each: PromqlProblem) => problems.push(each) : () => 0;
  switch (node.kind) {
    case 'selector':
      for (const each of selectorProblems(node)) report(each);
      break;
    case 'call':
      for (const each of callProblems(node)) report(each);
      break;
    case 'aggregation':
      for (const each of aggregationProblems(node)) report(each);
      break;
    case 'binary':
      for (const each of binaryProblems(node)) report(each);
      break;
    case 'range':
      if (node.expr.kind === 'modified') {
        report(
          problem(
            'promql/syntax',
            node,
            `\`${modifierName(node.expr.modifier)}\` stands before the range`,
            'Put it behind the [range].',
          ),
        );
      } else if (node.expr.kind !== 'selector') {
        report(
          problem('promql/type', node, 'A [range] is only allowed behind a selector', 'a subquery has a colon: [5m:]'),
        );
      }
      break;
    case 'subquery':
      if (typeOf(node.expr) !== 'vector') {
        report(
          problem('promql/type', node.expr, `A subquery needs an instant vector, not ${TYPE_NAMES[typeOf(node.expr)]}`),
        );
      }
      break;
    case 'modified': {
      const inner = unmodified(node.expr, node.modifier);
      if (inner === null) {
        report(problem('promql/syntax', node, `\`${modifierName(node.modifier)}\` is given twice`));
      } else if (inner.kind !== 'selector' && inner.kind !== 'range' && inner.kind !== 'subquery') {
        report(
          problem(
            'promql/syntax',
            node,
            `\`${modifierName(node.modifier)}\` is only allowed behind a selector or a subquery`,
          ),
        );
      }
      break;
    }
    case 'unary':
      if (typeOf(node.expr) !== 'scalar' && typeOf(node.expr) !== 'vector') {
        report(problem('promql/type', node, `A sign is not allowed before ${TYPE_NAMES[typeOf(node.expr)]}`));
      }
      break;
  }
}

function modifierName(modifier: string): string {
  return modifier === 'at' ? '@' : modifier;
}

/** What a modifier modifies, below others; null where one of them is of the same kind. */
function unmodified(node: Expr, modifier: string): Expr | null {
  if (node.kind !== 'modified') return node;
  return node.modifier === modifier ? null : unmodified(node.expr, modifier);
}

function selectorProblems(node: Selector): PromqlProblem[] {
  const problems: PromqlProblem[] = [];
  for (const matcher of node.matchers) {
    if (matcher.op !== '=~' && matcher.op !== '!~') continue;
    const regex = compileRegex(matcher.value);
    if (regex.kind === 'invalid') {
      problems.push(
        problem('schema/bad-regex', matcher, `The regex of \`${matcher.label}\` is invalid: ${regex.message}`),
      );
    }
  }
  if (problems.length > 0 || node.metric !== null) return problems;
  if (node.matchers.every((matcher) => matcherAccepts(matcher, ''))) {
    problems.push(
      problem(
        'promql/syntax',
        node,
        'The selector needs a metric name or a matcher that does not match the empty string',
      ),
    );
  }
  return problems;
}

function callProblems(node: Call): PromqlProblem[] {
  const { params, required, repeats } = node.signature;
  const most = params.length + repeats;
  if (node.args.length < required || node.args.length > most) {
    const wanted =
      required === most
        ? countOf(required, 'argument')
        : `${node.args.length < required ? `at least ${required}` : `at most ${most}`} arguments`;
    return [problem('promql/type', node, `\`${node.name}\` takes ${wanted}, not ${node.args.length}`)];
  }
  const problems = node.args.flatMap((arg, i) => {
    const wanted = params[i] ?? params.at(-1);
    const given = typeOf(arg);
    if (wanted === undefined || wanted === given) return [];
    return [
      problem(
        'promql/type',
        arg,
        `\`${node.name}\` needs ${TYPE_NAMES[wanted]} here, not ${TYPE_NAMES[given]}`,
        wanted === 'range' && given === 'vector' ? 'add a range such as [5m]' : null,
      ),
    ];
  });
  if (problems.length > 0) return problems;
  if (
    node.name === 'info' &&
    node.args[1] !== undefined &&
    (node.args[1].kind !== 'selector' || node.args[1].name !== null)
  ) {
    return [problem('promql/type', node.args[1], 'The second argument of `info` must be a list of matchers in braces')];
  }
  return labelFunctionProblems(node);
}

/** Prometheus looks at these strings only when it evaluates: the rule would load and then fail. */
function labelFunctionProblems(node: Call): PromqlProblem[] {
  if (node.name !== 'label_replace' && node.name !== 'label_join') return [];
  const destination = node.args[1];
  const name = stringArgument(destination);
  const problems: PromqlProblem[] = [];
  if (destination !== undefined && name !== null && !LABEL_NAME.test(name)) {
    problems.push(problem('promql/syntax', destination, `\`${name}\` is not a label name`));
  }
  const regexArgument = node.name === 'label_replace' ? node.args[4] : undefined;
  const regex = compileRegex(stringArgument(regexArgument) ?? '');
  if (regexArgument !== undefined && regex.kind === 'invalid') {
    problems.push(
      problem('schema/bad-regex', regexArgument, `The regex of \`${node.name}\` is invalid: ${regex.message}`),
    );
  }
  return problems;
}

function aggregationProblems(node: Aggregation): PromqlProblem[] {
  const problems: PromqlProblem[] = [];
  if (typeOf(node.expr) !== 'vector') {
    problems.push(
      problem('promql/type', node.expr, `\`${node.op}\` needs an instant vector, not ${TYPE_NAMES[typeOf(node.expr)]}`),
    );
  }
  const wanted = aggregatorParameter(node.op);
  if (node.param !== null && wanted !== null && typeOf(node.param) !== wanted) {
    problems.push(
      problem(
        'promql/type',
        node.param,
        `The parameter of \`${node.op}\` is ${TYPE_NAMES[wanted]}, not ${TYPE_NAMES[typeOf(node.param)]}`,
      ),
    );
  }
  const label = node.op === 'count_values' && node.param !== null ? stringArgument(node.param) : null;
  if (node.param !== null && label !== null && !LABEL_NAME.test(label)) {
    problems.push(problem('promql/syntax', node.param, `\`${label}\` is not a label name`));
  }
  return problems;
}

function binaryProblems(node: Binary): PromqlProblem[] {
  const left = typeOf(node.lhs);
  const right = typeOf(node.rhs);
  const problems: PromqlProblem[] = [];
  const say = (message: string, hint: string | null = null) => {
    problems.push(problem('promql/type', node.opRange, message, hint));
  };
  for (const side of [node.lhs, node.rhs]) {
    const type = typeOf(side);
    if (type === 'vector' || type === 'scalar') continue;
    problems.push(
      problem(
        'promql/type',
        side,
        `\`${node.op}\` works on scalars and instant vectors, not on ${TYPE_NAMES[type]}`,
        type === 'range' ? 'Wrap it in a function over time such as rate() or max_over_time().' : null,
      ),
    );
  }
  if (problems.length > 0) return problems;
  const { matching } = node;
  const scalarSide = left === 'scalar' || right === 'scalar';
  if (node.bool && !isComparison(node.op)) say('`bool` is only allowed with a comparison');
  if (isSetOperator(node.op)) {
    if (scalarSide)
      say(`\`${node.op}\` works on instant vectors only, not on a scalar`, 'vector(…) makes a vector of a scalar');
    else if (matching !== null && matching.group !== null) {
      problems.push(problem('promql/type', matching, `\`group_${matching.group}\` is not allowed with \`${node.op}\``));
    }
  } else if (isComparison(node.op) && !node.bool && left === 'scalar' && right === 'scalar') {
    say('A comparison of two scalars needs `bool`');
  }
  if (matching === null) return problems;
  if (scalarSide && matching.labels.length > 0 && !isSetOperator(node.op)) {
    problems.push(problem('promql/type', matching, `\`${matching.kind}\` is only allowed between two instant vectors`));
  }
  if (matching.kind === 'on') {
    for (const label of matching.include) {
      if (!matching.labels.some((each) => each.name === label.name)) continue;
      problems.push(
        problem(
          'promql/type',
          label,
          `Label \`${label.name}\` must not stand in both \`on\` and \`group_${matching.group}\``,
        ),
      );
    }
  }
  return problems;
}
