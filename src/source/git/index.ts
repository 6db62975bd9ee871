export { findBase, type GitBase } from './base.js';
export { type Head, headOf } from './head.js';
export type { GitTrouble } from './trouble.js';
