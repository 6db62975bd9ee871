/** What the exit code of a command says. */
export const EXIT = {
  fine: 0,
  /** The repo has findings of severity error. */
  findings: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** Not the repo's fault: a tool is missing, the output cannot be written, or aami itself has a bug. */
  environment: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
