export { findBase, type GitBase } from './base.js';
export type { GitTrouble } from './trouble.js';
