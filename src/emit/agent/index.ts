import { usesChecks } from '../checks/build-info.js';
import type { Emitted, Emitter } from '../emitter.js';

/** Where the node's half of the checks is written. */
export const AGENT_FOLDER = 'agent';

/** The agent as aami ships it, for a repo whose policies bind checks. */
export const emitAgent: Emitter = ({ model, agent }): Emitted => {
  const shipped = usesChecks(model) ? [...agent] : [];
  const files = shipped.map(([name, content]) => ({
    file: { path: `${AGENT_FOLDER}/${name}`, content, origins: [] },
    claimedBy: null,
  }));
  return { files, findings: [] };
};
