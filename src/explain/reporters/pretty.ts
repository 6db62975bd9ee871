import { Chalk } from 'chalk';
import { drawAlert } from './alert.js';
import { drawAlertOnTarget } from './alert-on-target.js';
import { drawCheckOnTarget } from './check-on-target.js';
import { drawGroup } from './group.js';
import type { ExplainReporter } from './index.js';
import { drawTarget } from './target.js';

/** For people. */
export const pretty: ExplainReporter = (explanation, { color, output }) => {
  const style = { chalk: new Chalk({ level: color ? 1 : 0 }), output };
  switch (explanation.kind) {
    case 'target':
      return drawTarget(explanation, style);
    case 'alert-on-target':
      return drawAlertOnTarget(explanation, style);
    case 'check-on-target':
      return drawCheckOnTarget(explanation, style);
    case 'alert':
      return drawAlert(explanation, style);
    case 'group':
      return drawGroup(explanation, style);
  }
};
