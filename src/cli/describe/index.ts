import { describeBuild } from './build.js';
import { describeChecks } from './checks.js';
import { describeCompletion } from './completion.js';
import { describeDeploy, describeReload, describeRollback } from './deploy.js';
import { describeDiff } from './diff.js';
import { describeExplain } from './explain.js';
import { describeImport } from './import.js';
import { describeInit } from './init.js';
import { describeKeygen } from './keygen.js';
import { describeSchema } from './schema.js';
import { describeSilence } from './silence.js';
import { describeStatus } from './status.js';
import type { Describe } from './types.js';
import { describeValidate } from './validate.js';

/** Every command, in the order in which `--help` lists them. A new one is a file here, one in `commands/`, and a line. */
export const COMMANDS: readonly Describe[] = [
  describeInit,
  describeImport,
  describeValidate,
  describeBuild,
  describeDiff,
  describeExplain,
  describeDeploy,
  describeRollback,
  describeReload,
  describeStatus,
  describeSilence,
  describeChecks,
  describeKeygen,
  describeSchema,
  describeCompletion,
];
